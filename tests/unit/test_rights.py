"""What access has to let us do, by what an organization wants, held against what our app asks for."""

from __future__ import annotations

from itertools import product

import pytest

from connectors.flows import Flow, rights
from connectors.google import oauth as google
from connectors.records import Resource
from connectors.salesforce import oauth as salesforce

BOTH_WAYS = (Resource.EVENT, Resource.TASK, Resource.CONTACT)
WANTED = [
    tuple(each for each, wanted in zip(BOTH_WAYS, mask, strict=True) if wanted)
    for mask in product([False, True], repeat=3)
]


@pytest.mark.parametrize("labels", [False, True])
@pytest.mark.parametrize("resources", WANTED, ids=str)
def test_what_google_is_asked_for_is_enough_and_nothing_less_is(resources: tuple[Resource, ...], labels: bool) -> None:
    app = google.app(authorize_url="", token_url="", client_id="", client_secret="", resources=resources, labels=labels)
    needed = rights("google", Flow.CONSENT, resources=resources, labels=labels)
    assert all({*right.scopes} & {*app.scopes} for right in needed)
    for scope in app.scopes:
        fewer = {*app.scopes} - {scope}
        assert any(not {*right.scopes} & fewer for right in needed)


@pytest.mark.parametrize(("flow", "lasting"), [(Flow.CONSENT, 2), (Flow.JWT, 1), (Flow.CLIENT, 1)])
def test_at_salesforce_only_consent_needs_what_lasts(flow: Flow, lasting: int) -> None:
    needed = rights("salesforce", flow)
    assert len(needed) == lasting
    assert all({*right.scopes} & {*salesforce.SCOPES} for right in needed)


def test_of_a_provider_that_asks_for_none_none_are_needed() -> None:
    assert rights("memory", Flow.CONSENT) == []
