"""Causes: what administrators see of them, and the short way to an operation."""

from __future__ import annotations

from typing import Any

import pytest

from issues.models import BulkOperation, Cause, Issue
from issues.services import retry
from tests.integration.api.conftest import World
from tests.integration.api.world import RULE, ids, issue, kind, named


@pytest.fixture
def cause(world: World) -> Cause:
    """Two issues in two mailboxes, of one rule."""
    made = [issue(world.acme, box, code=RULE, said="No cost centre", fields=()) for box in (world.anns, world.bobs)]
    assert made[0].cause_id == made[1].cause_id
    return made[0].cause


def test_a_cause_says_how_much_it_stops(world: World, cause: Cause) -> None:
    row = world.reader.get(f"causes/{cause.pk}/").json()
    assert (row["code"], row["open_issues"], row["mailboxes"], row["organization"]) == (RULE, 2, 2, "acme")
    assert row["first_at"] <= row["last_at"]


def test_mailboxes_are_counted_once_and_only_while_an_issue_is_open(world: World, cause: Cause) -> None:
    issue(world.acme, world.anns, code=RULE, said="No cost centre", fields=())
    Issue.everywhere.filter(mailbox=world.bobs).update(status="ignored")
    assert world.reader.get(f"causes/{cause.pk}/").json()["mailboxes"] == 1


def test_a_cause_explains_its_code(world: World, cause: Cause) -> None:
    row = world.reader.get("causes/").json()["results"][0]
    assert (row["reason"], row["fixer"]) == ("A validation rule of your company said no", "salesforce_admin")
    assert row["code_url"].endswith("/codes/salesforce.field_custom_validation_exception/")


def test_the_providers_words_stay_out_of_causes(world: World, cause: Cause) -> None:
    assert b"No cost centre" not in world.reader.get(f"causes/{cause.pk}/").content


@pytest.mark.parametrize(
    ("who", "seen"), [("admin", True), ("reader", True), ("ann", False), ("bob", False), ("stranger", False)]
)
def test_causes_are_for_administrators(world: World, cause: Cause, who: str, seen: bool) -> None:
    api = getattr(world, who)
    assert ids(api.get("causes/")) == ([cause.pk] if seen else [])
    assert api.get(f"causes/{cause.pk}/").status_code == (200 if seen else 404)


@pytest.mark.parametrize(
    ("parameters", "count"),
    [
        ({"is_open": "true"}, 1),
        ({"is_open": "false"}, 1),
        ({"code": RULE}, 1),
        ({"organization": "acme"}, 2),
        ({"organization": "strange"}, 0),
    ],
)
def test_causes_are_filtered(world: World, cause: Cause, parameters: dict[str, Any], count: int) -> None:
    over = issue(world.acme, world.anns)
    Cause.everywhere.filter(pk=over.cause_id).update(open_issues=0)
    assert len(ids(world.reader.get("causes/", **parameters))) == count


def test_retry_of_a_cause_is_an_operation(world: World, cause: Cause) -> None:
    response = world.writer.post(f"causes/{cause.pk}/retry/")
    row = response.json()
    assert (response.status_code, row["verb"], row["choice"], row["total"]) == (202, "retry", {"cause": cause.pk}, 2)
    assert world.writer.get(response["Location"]).json()["id"] == row["id"]


def test_ignore_of_a_cause_keeps_the_reason(world: World, cause: Cause) -> None:
    row = world.writer.post(f"causes/{cause.pk}/ignore/", {"reason": "Old rule"}).json()
    assert (row["verb"], row["reason"]) == ("ignore", "Old rule")


def test_ignore_of_a_cause_needs_a_reason(world: World, cause: Cause) -> None:
    assert named(world.writer.post(f"causes/{cause.pk}/ignore/")) == ["/reason"]
    assert not BulkOperation.everywhere.exists()


def test_the_short_form_and_the_operation_are_the_same_order(world: World, cause: Cause) -> None:
    first = world.writer.post(f"causes/{cause.pk}/retry/", key="k1")
    second = world.writer.post("operations/", {"verb": "retry", "choice": {"cause": cause.pk}}, key="k1")
    assert (second.status_code, second.json()["id"]) == (200, first.json()["id"])


@pytest.mark.parametrize("who", ["ann", "stranger"])
def test_nobody_orders_for_a_cause_that_they_cannot_see(world: World, cause: Cause, who: str) -> None:
    response = getattr(world, who).post(f"causes/{cause.pk}/retry/")
    assert (response.status_code, kind(response)) == (404, "not-found")
    assert not BulkOperation.everywhere.exists()


def test_a_cause_whose_issues_are_all_under_way_starts_an_empty_operation(world: World, cause: Cause) -> None:
    retry(Issue.everywhere.filter(cause=cause))
    assert world.writer.post(f"causes/{cause.pk}/retry/").json()["total"] == 0


def test_a_cause_says_how_much_came_lately_and_day_by_day(world: World, cause: Cause) -> None:
    row = world.reader.get(f"causes/{cause.pk}/").json()
    assert (row["records"], row["came_lately"], row["came_before"]) == (2, 2, 0)
    assert len(row["days"]) == 14
    assert {name: row["days"][-1][name] for name in ("came", "went", "open")} == {"came": 2, "went": 0, "open": 2}


def test_the_list_leaves_the_days_out(world: World, cause: Cause) -> None:
    row = world.reader.get("causes/").json()["results"][0]
    assert ("days" in row, row["came_lately"], row["assignee"], row["acknowledged"]) == (False, 2, None, None)


def test_a_cause_is_assigned_by_name_and_to_nobody_again(world: World, cause: Cause) -> None:
    row = world.writer.post(f"causes/{cause.pk}/assign/", {"assignee": "admin"}).json()
    assert (row["assignee"], ids(world.reader.get("causes/", assignee="admin"))) == ("admin", [cause.pk])
    assert world.writer.post(f"causes/{cause.pk}/assign/", {"assignee": None}).json()["assignee"] is None


@pytest.mark.parametrize("body", [{}, {"assignee": "ann"}, {"assignee": "nobody-at-all"}, {"assignee": 7.5}])
def test_whoever_does_not_administer_is_not_assigned(world: World, cause: Cause, body: dict[str, Any]) -> None:
    response = world.writer.post(f"causes/{cause.pk}/assign/", body)
    assert (response.status_code, named(response)) == (400, ["/assignee"])
    assert Cause.everywhere.get(pk=cause.pk).assignee is None


@pytest.mark.parametrize(("who", "by"), [("admin", "admin"), ("writer", None)])
def test_acknowledging_says_by_whom(world: World, cause: Cause, who: str, by: str | None) -> None:
    row = getattr(world, who).post(f"causes/{cause.pk}/acknowledge/").json()
    assert row["acknowledged"]["by"] == by
    assert ids(world.reader.get("causes/", is_acknowledged="true")) == [cause.pk]


def test_acknowledging_is_taken_back(world: World, cause: Cause) -> None:
    world.writer.post(f"causes/{cause.pk}/acknowledge/")
    row = world.writer.post(f"causes/{cause.pk}/acknowledge/", {"acknowledged": False}).json()
    assert row["acknowledged"] is None
    assert ids(world.reader.get("causes/", is_acknowledged="true")) == []
