"""Deciding over REST."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.models import Activity, Mailbox, Verb
from issues.models import Decision, Issue, Pick
from tests import builders
from tests.integration.api.conftest import World
from tests.integration.api.world import Api, issue, kind, named

ASKS: dict[str, Any] = {
    "fields": {"title": {"crm": "Review", "mailbox": "Retro"}},
    "choices": ["crm", "mailbox"],
}


@pytest.fixture
def asking(world: World) -> Issue:
    return issue(world.acme, world.anns, code="engine.SYNC_CONFLICT", evidence=ASKS)


@pytest.mark.parametrize("who", ["ann", "admin", "writer"])
def test_the_question_is_there_and_its_answer_taken(world: World, asking: Issue, who: str) -> None:
    client: Api = getattr(world, who)
    asked = client.get(f"issues/{asking.pk}/").json()["question"]
    assert asked == {
        "differences": [{"name": "title", "crm": "Review", "mailbox": "Retro"}],
        "choices": ["crm", "mailbox"],
        "by_field": False,
        "revision": asked["revision"],
        "decided": None,
        "sides": None,
    }
    answer = client.post(f"issues/{asking.pk}/decide/", {"choice": "crm"}).json()
    assert (answer["status"], answer["question"]["decided"]) == ("retrying", "crm")


def test_an_issue_that_asks_nothing_has_no_question(world: World) -> None:
    made = issue(world.acme, world.anns)
    assert world.ann.get(f"issues/{made.pk}/").json()["question"] is None
    refused = world.ann.post(f"issues/{made.pk}/decide/", {"choice": "crm"})
    assert (refused.status_code, kind(refused)) == (409, "conflict")


def test_what_is_resolved_has_none_either(world: World, asking: Issue) -> None:
    Issue.everywhere.update(status="resolved", resolution="synced", proof="p", resolved_at=asking.first_at)
    assert world.ann.get(f"issues/{asking.pk}/").json()["question"] is None
    assert world.ann.post(f"issues/{asking.pk}/decide/", {"choice": "crm"}).status_code == 409


@pytest.mark.parametrize(
    ("body", "wrong"),
    [({}, ["/choice"]), ({"choice": "burn"}, ["/choice"]), ({"choice": "crm", "why": "x"}, ["/why"])],
)
def test_a_choice_that_is_none_is_refused_by_name(
    world: World, asking: Issue, body: dict[str, str], wrong: list[str]
) -> None:
    refused = world.ann.post(f"issues/{asking.pk}/decide/", body)
    assert (refused.status_code, named(refused), Decision.everywhere.exists()) == (400, wrong, False)


def test_one_key_is_one_decision(world: World, asking: Issue) -> None:
    for _ in range(3):
        assert world.writer.post(f"issues/{asking.pk}/decide/", {"choice": "crm"}, key="k").status_code == 200
    assert Activity.everywhere.filter(verb=Verb.DECIDED).count() == 1


def test_the_key_of_another_choice_is_refused(world: World, asking: Issue) -> None:
    world.writer.post(f"issues/{asking.pk}/decide/", {"choice": "crm"}, key="k")
    refused = world.writer.post(f"issues/{asking.pk}/decide/", {"choice": "mailbox"}, key="k")
    assert (refused.status_code, kind(refused)) == (422, "idempotency-key-reused")
    assert Decision.everywhere.get().choice == "crm"


WHOSE: dict[str, Any] = {
    "address": "ann@customer.example",
    "address_key": "a" * 64,
    "candidates": [{"id": "003000000000001AAA", "name": "Ann"}, {"id": "003000000000002AAA", "name": "Anna"}],
}


@pytest.fixture
def twins(world: World) -> Issue:
    return issue(world.acme, world.anns, code="engine.AMBIGUOUS_MATCH", evidence=WHOSE)


def test_an_administrator_picks_whose_an_address_is(world: World, twins: Issue) -> None:
    asked = world.admin.get(f"issues/{twins.pk}/").json()["question"]
    assert asked["choices"] == ["003000000000001AAA", "003000000000002AAA"]
    answer = world.admin.post(f"issues/{twins.pk}/decide/", {"choice": "003000000000002AAA"}).json()
    assert (answer["status"], Pick.everywhere.get().person_id) == ("retrying", "003000000000002AAA")


def test_whose_mailbox_it_is_is_not_asked(world: World, twins: Issue) -> None:
    assert world.ann.get(f"issues/{twins.pk}/").json()["question"] is None
    refused = world.ann.post(f"issues/{twins.pk}/decide/", {"choice": "003000000000002AAA"})
    assert (refused.status_code, Pick.everywhere.exists()) == (403, False)


def test_a_queue_that_is_gone_is_replaced_over_rest(world: World) -> None:
    old, new = "00G000000000001AAA", "00G000000000002AAA"
    Mailbox.everywhere.filter(pk=world.anns.pk).update(case_owner_id=old)
    asked = {"queue": old, "candidates": [{"id": new, "name": "Service"}]}
    values: dict[str, Any] = {"scope": "organization", "subject_key": f"organization:queue:{old[:15]}", "stops": False}
    made = builders.issue(world.acme, code="salesforce.QUEUE_GONE", evidence=asked, fields=(old,), **values)
    assert world.ann.post(f"issues/{made.pk}/decide/", {"choice": new}).status_code == 404
    answer = world.writer.post(f"issues/{made.pk}/decide/", {"choice": new}).json()
    assert (answer["status"], answer["question"]["choices"]) == ("retrying", [new])
    assert Mailbox.everywhere.get(pk=world.anns.pk).case_owner_id == new


# -- Field by field

BY_FIELD: dict[str, Any] = {
    "fields": {"title": {"crm": "Review", "mailbox": "Retro"}, "busy": {"crm": True, "mailbox": False}},
    "choices": ["crm", "mailbox"],
    "by_field": True,
}
SIDES = {"title": "crm", "busy": "mailbox"}


@pytest.fixture
def both(world: World) -> Issue:
    return issue(world.acme, world.anns, code="engine.SYNC_CONFLICT", evidence=BY_FIELD)


def test_a_side_for_each_field_is_taken_and_told(world: World, both: Issue) -> None:
    asked = world.ann.get(f"issues/{both.pk}/").json()["question"]
    assert asked["by_field"] is True
    body = {"choice": "fields", "sides": SIDES, "revision": asked["revision"]}
    answer = world.ann.post(f"issues/{both.pk}/decide/", body).json()
    assert (answer["status"], answer["question"]["decided"], answer["question"]["sides"]) == (
        "retrying",
        "fields",
        SIDES,
    )
    assert Decision.everywhere.get().answer == {"sides": SIDES, "seen": BY_FIELD["fields"]}


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({"choice": "fields"}, ["/sides/busy", "/sides/title"]),
        ({"choice": "fields", "sides": {"title": "crm"}}, ["/sides/busy"]),
        ({"choice": "fields", "sides": {**SIDES, "text": "crm"}}, ["/sides/text"]),
        ({"choice": "fields", "sides": {"title": "burn", "busy": "crm"}}, ["/sides/title"]),
        ({"choice": "crm", "sides": SIDES}, ["/sides"]),
        ({"choice": "fields", "sides": ["crm"]}, ["/sides"]),
    ],
)
def test_what_is_no_answer_is_refused_by_name(
    world: World, both: Issue, body: dict[str, Any], wrong: list[str]
) -> None:
    refused = world.ann.post(f"issues/{both.pk}/decide/", body)
    assert (refused.status_code, sorted(named(refused)), Decision.everywhere.exists()) == (400, wrong, False)


def test_where_only_versions_are_offered_fields_are_not(world: World, asking: Issue) -> None:
    refused = world.ann.post(f"issues/{asking.pk}/decide/", {"choice": "fields", "sides": {"title": "crm"}})
    assert (refused.status_code, named(refused)) == (400, ["/choice"])


@pytest.mark.parametrize("body", [{"choice": "crm"}, {"choice": "fields", "sides": SIDES}], ids=["whole", "by field"])
def test_an_answer_to_an_older_question_is_refused(world: World, both: Issue, body: dict[str, Any]) -> None:
    refused = world.ann.post(f"issues/{both.pk}/decide/", {**body, "revision": "0" * 16})
    assert (refused.status_code, kind(refused), Decision.everywhere.exists()) == (409, "conflict", False)


def test_one_key_is_one_answer_of_sides(world: World, both: Issue) -> None:
    body = {"choice": "fields", "sides": SIDES}
    assert world.writer.post(f"issues/{both.pk}/decide/", body, key="k").status_code == 200
    other = {"choice": "fields", "sides": {**SIDES, "title": "mailbox"}}
    refused = world.writer.post(f"issues/{both.pk}/decide/", other, key="k")
    assert (refused.status_code, kind(refused)) == (422, "idempotency-key-reused")
    assert Activity.everywhere.filter(verb=Verb.DECIDED).count() == 1
