"""The client in docs/, as somebody would run it who has copied it: against a server, over HTTP."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as project
from pytest_django.live_server_helper import LiveServer

from connectors import clock, tokens
from connectors.models import Mailbox, Organization
from issues.models import Issue
from tests import builders
from tests.integration.api.world import RULE, fail, failure
from tests.integration.pages.scenery import in_step

pytestmark = pytest.mark.django_db(transaction=True)


def _loaded() -> Any:
    """The file as it lies there; docs/ is no package."""
    spec = importlib.util.spec_from_file_location("syncapp_client", Path(project.BASE_DIR, "docs", "syncapp_client.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def module() -> Iterator[Any]:
    yield _loaded()
    del sys.modules["syncapp_client"]


@pytest.fixture
def acme() -> Organization:
    return builders.organization(slug="acme", names_items_to_admins=True)


@pytest.fixture
def mailbox(acme: Organization) -> Mailbox:
    return builders.mailbox(acme, "ann@ours.example")


@pytest.fixture
def client(module: Any, live_server: LiveServer, acme: Organization) -> Any:
    _, secret = tokens.issue(acme, "Client", may_write=True)
    return module.Client(live_server.url, token=secret)


def test_it_reads_changes_and_says_why_it_may_not(
    client: Any, module: Any, acme: Organization, mailbox: Mailbox
) -> None:
    """One fact each would be a server each."""
    made = fail(failure(acme, mailbox, code=RULE, title=f"Offer {n}") for n in range(5))
    found = list(client.issues(limit=2, status=["open", "retrying"]))
    assert [each.id for each in found] == [each.pk for each in made][::-1]
    assert (found[0].title, found[0].code, found[0].status) == ("Offer 4", RULE, "open")
    assert found[0].steps[0].text
    assert abs(found[0].last_at - clock.now()) < timedelta(minutes=5)

    seen = client.issue(made[0].pk)
    assert client.retry(seen.id, etag=seen.etag, key="k1").status == "retrying"
    with pytest.raises(module.Problem) as refused:
        client.ignore(seen.id, "Spam", etag=seen.etag)
    assert (refused.value.status, refused.value.code, list(refused.value.wrong)) == (412, "stale", ["If-Match"])
    assert "Look at it again" in refused.value.step
    aside = client.ignore(seen.id, "Spam", until=clock.now() + timedelta(days=1))
    assert (aside.status, Issue.everywhere.get(pk=seen.id).ignored_reason) == ("ignored", "Spam")

    order = client.retry_many({"ids": [made[1].pk, made[2].pk]})
    assert client.operation(order.id).total == 2


def test_it_reads_items(client: Any, mailbox: Mailbox) -> None:
    made = in_step(mailbox, "Offer")
    (found,) = client.items(changed_since=clock.now() - timedelta(hours=1), state="in_step")
    assert (found.id, found.title, found.salesforce_id) == (made.pk, "Offer", made.record_id)
    assert list(client.items(changed_since=clock.now() + timedelta(hours=1))) == []


def test_refusals_say_what_to_do(client: Any, module: Any, live_server: LiveServer, settings: Any) -> None:
    with pytest.raises(module.Problem) as wrong:
        list(client.issues(colour="red"))
    assert (wrong.value.code, list(wrong.value.wrong), wrong.value.retry_after) == ("invalid", ["colour"], None)
    with pytest.raises(module.Problem) as stranger:
        list(module.Client(live_server.url, token="msk_none").issues())
    assert (stranger.value.status, stranger.value.code) == (401, "unauthenticated")
    assert "not known here" in stranger.value.step
    settings.API_RATES = {"read": "1/min"}
    with pytest.raises(module.Problem) as often:
        [list(client.issues()) for _ in range(3)]
    assert (often.value.code, 0 < often.value.retry_after <= 60) == ("throttled", True)


def test_the_token_goes_nowhere_else(client: Any) -> None:
    with pytest.raises(ValueError, match="is not below"):
        client.ask("GET", "https://elsewhere.example/api/v1/issues/")
