"""Nonsense of every kind is refused with a problem, never with an error of ours, and starts nothing."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.models import Organization
from issues.models import BulkOperation, Issue
from issues.rest.filters import CauseFilters, IssueFilters, OperationFilters
from syncapp.api import MailboxFilters, RunFilters
from tests import builders
from tests.integration.api.world import Api, issue, service

# One world for all examples: nothing in it may change.
nonsense = settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])

TEXTS = st.text(max_size=12) | st.sampled_from(["", " ", "0", "-1", "1e999", "\x00", "🙂", "%", "';--", "a" * 3000])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=8,
)
NAMES = st.sampled_from(
    ["verb", "choice", "reason", "until", "ids", "cause", "conversation", "code", "all", "organization"]
)
CHOICES = st.dictionaries(NAMES, VALUES | st.lists(st.integers(), max_size=3), max_size=3) | VALUES
VERBS = st.sampled_from(["retry", "ignore"]) | VALUES
LISTS: dict[str, Any] = {
    "issues/": IssueFilters,
    "causes/": CauseFilters,
    "operations/": OperationFilters,
    "mailboxes/": MailboxFilters,
    "runs/": RunFilters,
}


@pytest.fixture
def acme(db: None) -> Organization:
    return builders.organization(slug="acme")


@pytest.fixture
def made(acme: Organization) -> Issue:
    return issue(acme, builders.mailbox(acme))


@pytest.fixture
def api(acme: Organization) -> Api:
    return service(acme)


def _refused(response: Any) -> bool:
    return bool(400 <= response.status_code < 500 and response["Content-Type"] == "application/problem+json")


@nonsense
@given(
    verb=st.sampled_from(["retry", "ignore"]) | VALUES, choice=CHOICES, more=st.dictionaries(NAMES, VALUES, max_size=2)
)
def test_an_order_is_refused_or_makes_sense(
    api: Api, made: Issue, verb: Any, choice: Any, more: dict[str, Any]
) -> None:
    response = api.raw("operations/", json.dumps({"verb": verb, "choice": choice} | more))
    if not _refused(response):
        assert response.status_code in {200, 202}, response.content
        assert response.json()["verb"] == (more.get("verb", verb))
        BulkOperation.everywhere.all().delete()
    assert not BulkOperation.everywhere.exists()


@nonsense
@given(body=st.binary(max_size=60) | VALUES.map(lambda value: json.dumps(value).encode()))
def test_an_ignore_without_a_reason_ignores_nothing(api: Api, made: Issue, body: bytes) -> None:
    assert _refused(api.raw(f"issues/{made.pk}/ignore/", body))
    made.refresh_from_db()
    assert made.status == "open"


@nonsense
@given(path=st.sampled_from(sorted(LISTS)), pick=st.integers(min_value=0), value=TEXTS | st.integers().map(str))
def test_a_filter_is_refused_or_narrows(api: Api, made: Issue, path: str, pick: int, value: str) -> None:
    names = [*LISTS[path].base_filters, "limit", "cursor"]
    parameters: dict[str, Any] = {names[pick % len(names)]: value}
    response = api.get(path, **parameters)
    assert _refused(response) or response.status_code == 200, response.content


@nonsense
@given(key=TEXTS | st.integers().map(str))
def test_a_key_is_refused_or_kept(api: Api, made: Issue, key: str) -> None:
    response = api.client.post(
        f"/api/v1/issues/{made.pk}/retry/",
        content_type="application/json",
        headers=api.headers | {"Idempotency-Key": key.encode().decode("latin-1")},
    )
    assert _refused(response) or response.status_code == 200, response.content


@nonsense
@given(tail=TEXTS)
def test_an_address_that_is_none_is_a_problem(api: Api, tail: str) -> None:
    response = api.client.get(f"/api/v1/issues/x{tail}", headers=api.headers)
    assert _refused(response)
