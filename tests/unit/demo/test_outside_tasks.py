"""The outside oracle's own look at tasks: what an item is, which records there are, and which say the same."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from syncapp.demo.outside_tasks import OutsideTasks, duplicates, items, look, own_rows, pair

SINCE = datetime(2026, 3, 1, tzinfo=UTC)
ANNA, INTEGRATION, ADMIN, STRANGER = "005A", "005I", "005Z", "005S"
HERE = "anna@ours.example"


def listed(title: str = "Call Ann", **more: Any) -> dict[str, Any]:
    usual = {"id": f"of {title}", "title": title, "status": "needsAction", "updated": "2026-03-02T09:00:00.000Z"}
    return {**usual, "due": "2026-03-05T00:00:00.000Z", "notes": "Prices.", **more}


def record(title: str = "Call Ann", **more: Any) -> dict[str, Any]:
    """A task of Salesforce that the integration wrote."""
    usual = {"Id": f"00T {title}", "Subject": title, "OwnerId": ANNA, "CreatedById": INTEGRATION, "IsDeleted": False}
    said = {"ActivityDate": "2026-03-05", "Description": "Prices.", "IsClosed": False}
    return {**usual, **said, "IsRecurrence": False, "TaskSubtype": "Task", **more}


def google(*tasks: dict[str, Any], second: tuple[dict[str, Any], ...] = ()) -> dict[str, Any]:
    books = [{"id": "first", "tasks": list(tasks)}, {"id": "second", "tasks": list(second)}]
    return {"accounts": {HERE: {}}, "tasks": {HERE: books}}


def salesforce(*records: dict[str, Any]) -> dict[str, Any]:
    users = {INTEGRATION: "", ADMIN: "", ANNA: "Anna@Ours.example", STRANGER: "stranger@ours.example"}
    return {"records": {"User": [{"Id": i, "Email": e} for i, e in users.items()], "Task": list(records)}}


def seen(tasks: list[dict[str, Any]], records: list[dict[str, Any]]) -> OutsideTasks:
    return look(google(*tasks), salesforce(*records), SINCE)


def numbers(of: OutsideTasks) -> tuple[int, int, int]:
    return len(of.items), len(of.records), len(of.altered)


@pytest.mark.parametrize(
    ("task", "counts"),
    [
        (listed(), True),
        (listed(deleted=True), False),
        (listed(status="completed"), True),
        (listed(status="completed", updated="2026-02-02T09:00:00.000Z"), False),
        (listed(updated="2025-02-02T09:00:00.000Z"), True),
        (listed(hidden=True, status="completed"), True),
    ],
    ids=["open", "deleted", "done lately", "done long ago", "open for long", "done and hidden"],
)
def test_what_is_an_item(task: dict[str, Any], counts: bool) -> None:
    assert len(items(google(task), SINCE)) == counts


def test_every_list_counts() -> None:
    found = items(google(listed(), second=(listed("Write Ben"),)), SINCE)
    assert [item.copies for item in found] == [[(HERE, "of Call Ann")], [(HERE, "of Write Ben")]]


@pytest.mark.parametrize(
    ("more", "counts"),
    [
        ({}, True),
        ({"TaskSubtype": None}, True),
        ({"TaskSubtype": "Call"}, False),
        ({"TaskSubtype": "Email"}, False),
        ({"IsDeleted": True}, False),
        ({"IsRecurrence": True}, False),
    ],
    ids=str,
)
def test_which_records_there_are(more: dict[str, Any], counts: bool) -> None:
    assert len(own_rows(salesforce(record(**more)))) == counts


def test_what_says_the_same_on_both_sides_is_an_item_with_a_record() -> None:
    assert numbers(seen([listed()], [record()])) == (1, 1, 0)


@pytest.mark.parametrize(
    "more", [{"ActivityDate": None}, {"IsClosed": True}, {"Description": "Dates."}], ids=["due", "done", "text"]
)
def test_what_says_something_else_is_altered_and_no_record(more: dict[str, Any]) -> None:
    assert numbers(seen([listed()], [record(**more)])) == (1, 0, 1)


def test_a_record_that_we_made_for_nothing_is_a_record() -> None:
    """So that it is not silently left over: there is no item for it."""
    found = seen([], [record()])
    assert (numbers(found), duplicates(found.items, found.records)) == ((0, 1, 0), 1)


def test_a_second_record_of_one_task_is_a_duplicate() -> None:
    found = seen([listed()], [record(), record(Id="00T again")])
    assert (numbers(found), duplicates(found.items, found.records)) == ((1, 2, 0), 1)


def test_two_tasks_that_say_the_same_have_two_records() -> None:
    found = seen([listed(), listed(id="other")], [record(), record(Id="00T again")])
    assert (numbers(found), duplicates(found.items, found.records)) == ((2, 2, 0), 0)


def test_what_was_entered_in_salesforce_waits_for_its_owners_list() -> None:
    found = seen([], [record(CreatedById=ANNA)])
    assert (numbers(found), found.items[0].copies) == ((1, 0, 0), [(HERE, "00T Call Ann")])


def test_and_is_nobodys_item_where_its_owner_has_none() -> None:
    assert numbers(seen([], [record(CreatedById=STRANGER, OwnerId=STRANGER)])) == (0, 0, 0)


def test_pairs_are_made_one_by_one() -> None:
    found = seen([listed(), listed(id="other")], [record()])
    pairs, lonely = pair(found.items, found.records)
    assert (len(pairs), len(lonely)) == (1, 1)
