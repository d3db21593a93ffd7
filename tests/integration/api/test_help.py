"""Requests for help over REST."""

from __future__ import annotations

from typing import Any

import pytest
from django.core import mail as outbox

from connectors.models import Organization
from issues.help_requests import HelpRequest, HelpState
from issues.models import Issue
from issues.services.helping import MOST_AN_HOUR
from notifications import services as notifications
from tests.integration.api.conftest import World
from tests.integration.api.world import Api, ids, issue, kind, named
from tests.integration.pages import scenery

SUPPORT = "help@support.example"


@pytest.fixture
def made(world: World) -> Issue:
    Organization.everywhere.filter(pk=world.acme.pk).update(support_address=SUPPORT)
    return issue(world.acme, world.anns, title="A private matter")


def ask(api: Api, about: Issue, description: str = "It fails.", **more: Any) -> Any:
    return api.post("help-requests/", {"issue": about.pk, "description": description, **more.pop("body", {})}, **more)


def test_a_request_is_handed_in_and_mailed(world: World, made: Issue) -> None:
    response = ask(world.ann, made)
    row = response.json()
    assert (response.status_code, row["state"], row["by"], row["issue"]) == (201, "waiting", "ann", made.pk)
    assert response.headers["Location"] == row["url"]
    assert notifications.deliver() == 1
    (mail,) = outbox.outbox
    assert (mail.to, mail.subject, mail.body) == ([SUPPORT], row["subject"], row["text"])
    assert mail.message()["Message-ID"] == row["message_id"]
    assert "A private matter" not in row["text"]
    assert world.ann.get(row["url"]).json()["state"] == "sent"


def test_a_service_asks_in_nobodys_name(world: World, made: Issue) -> None:
    row = ask(world.writer, made).json()
    assert (row["by"], row["text"].splitlines()[0]) == (None, f"A service asks for help with {made.reference}.")


def test_the_list_is_of_what_was_handed_in_about_issues_that_one_sees(world: World, made: Issue) -> None:
    ask(world.ann, made)
    HelpRequest.everywhere.create(organization=world.acme, issue=made, address=SUPPORT, subject="draft")
    for api, count in ((world.ann, 1), (world.bob, 0), (world.admin, 1), (world.reader, 1), (world.stranger, 0)):
        assert len(ids(api.get("help-requests/"))) == count
        assert len(ids(api.get("help-requests/", issue=made.pk, state="waiting"))) == count
    assert ids(world.ann.get("help-requests/", issue=made.pk + 1)) == []


def test_what_it_says_is_for_who_wrote_it_and_for_administrators(world: World, made: Issue) -> None:
    address = ask(world.admin, made).json()["url"]
    assert world.ann.get(address).json()["text"] is None
    assert world.admin.get(address).json()["text"]
    assert world.reader.get(address).json()["text"]


def test_a_draft_is_not_found(world: World, made: Issue) -> None:
    draft = HelpRequest.everywhere.create(organization=world.acme, issue=made, address=SUPPORT, subject="draft")
    assert world.admin.get(f"help-requests/{draft.pk}/").status_code == 404


def test_an_issue_that_one_does_not_see_is_none(world: World, made: Issue) -> None:
    for api in (world.bob, world.stranger):
        response = ask(api, made)
        assert (response.status_code, named(response)) in ((400, ["/issue"]), (403, []))
    assert not HelpRequest.everywhere.exists()


def test_who_may_only_read_asks_for_nothing(world: World, made: Issue) -> None:
    assert ask(world.reader, made).status_code == 403
    assert ask(world.nobody, made).status_code == 401


def test_without_an_address_it_says_who_enters_one(world: World, made: Issue) -> None:
    Organization.everywhere.update(support_address="")
    response = ask(world.writer, made)
    assert (response.status_code, kind(response)) == (409, "conflict")
    assert "an administrator enters it" in response.json()["detail"]


def test_about_what_is_resolved_nothing_is_asked(world: World, made: Issue) -> None:
    scenery.resolve(made)
    assert ask(world.writer, made).status_code == 409


def test_the_same_key_is_the_same_request(world: World, made: Issue) -> None:
    first = ask(world.writer, made, key="k1")
    again = ask(world.writer, made, key="k1")
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["id"] == again.json()["id"]
    assert HelpRequest.everywhere.count() == 1


@pytest.mark.parametrize("other", ["body", "issue", "operation"])
def test_a_key_of_something_else_is_refused(world: World, made: Issue, other: str) -> None:
    if other == "operation":
        world.writer.post("operations/", {"verb": "retry", "choice": {"ids": [made.pk]}}, key="k1")
    else:
        ask(world.writer, made, key="k1")
    about = issue(world.acme, world.anns) if other == "issue" else made
    response = ask(world.writer, about, "Other." if other == "body" else "It fails.", key="k1")
    assert kind(response) == "idempotency-key-reused"


def test_requests_without_a_key_are_requests_of_their_own(world: World, made: Issue) -> None:
    assert ask(world.writer, made).json()["id"] != ask(world.writer, made).json()["id"]


def test_nobody_floods_the_support(world: World, made: Issue) -> None:
    for _ in range(MOST_AN_HOUR):
        assert ask(world.writer, made).status_code == 201
    assert ask(world.writer, made).status_code == 409
    assert ask(world.ann, made).status_code == 201
    assert HelpRequest.everywhere.filter(state=HelpState.WAITING).count() == MOST_AN_HOUR + 1


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({}, ["/issue", "/description"]),
        ({"issue": "x", "description": "y"}, ["/issue"]),
        ({"issue": 1, "description": ""}, ["/description"]),
        ({"issue": 1, "description": "y" * 5001}, ["/description"]),
        ({"issue": 1, "description": "y", "pictures": []}, ["/pictures"]),
        ({"issue": 10**30, "description": "y"}, ["/issue"]),
    ],
)
def test_a_body_that_makes_no_sense_is_told_where(world: World, body: Any, wrong: list[str]) -> None:
    response = world.writer.post("help-requests/", body)
    assert (response.status_code, sorted(named(response))) == (400, sorted(wrong))
