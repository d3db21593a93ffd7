"""Google's client library gets along with the tasks of the simulator as its documentation says it does."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.contract.simulators.google_world import ADA, BOB, GoogleWorld, running
from tests.contract.simulators.tasks_world import (
    CALL,
    DAY,
    DEFAULT,
    READ_ONLY,
    TASKS,
    WRITE,
    in_order,
    listed,
    patch,
    put,
    refused,
    service,
    some,
    tasks,
    titles,
    with_etag,
)


@pytest.fixture
def google(tmp_path: Path) -> Iterator[GoogleWorld]:
    with running(tmp_path) as world:
        world.account(ADA, TASKS)
        yield world


# -- Task lists


def test_everybody_has_a_list_from_the_start_and_may_call_it_default(google: GoogleWorld) -> None:
    lists = service(google).tasklists()
    (own,) = lists.list().execute()["items"]
    assert own["title"] == "My Tasks"
    assert lists.get(tasklist=DEFAULT).execute() == own
    assert lists.get(tasklist=own["id"]).execute() == own


def test_a_new_list_has_tasks_of_its_own(google: GoogleWorld) -> None:
    lists = service(google).tasklists()
    made = lists.insert(body={"title": "Sales"}).execute()
    put(google, WRITE, tasklist=made["id"])
    assert titles(listed(google, tasklist=made["id"])) == ["Write to Dan"]
    assert listed(google) == []
    assert [one["title"] for one in lists.list().execute()["items"]] == ["My Tasks", "Sales"]


def test_lists_come_in_pages(google: GoogleWorld) -> None:
    lists = service(google).tasklists()
    for number in range(4):
        lists.insert(body={"title": f"List {number}"}).execute()
    request, seen = lists.list(maxResults=2), []
    while request is not None:
        answer = request.execute()
        seen += [one["title"] for one in answer["items"]]
        request = lists.list_next(request, answer)
    assert seen == ["My Tasks", "List 0", "List 1", "List 2", "List 3"]


def test_what_happens_in_a_list_changes_its_etag(google: GoogleWorld) -> None:
    lists = service(google).tasklists()
    before = lists.get(tasklist=DEFAULT).execute()
    put(google)
    after = lists.get(tasklist=DEFAULT).execute()
    assert before["etag"] != after["etag"]
    assert tasks(google).list(tasklist=DEFAULT).execute()["etag"] == after["etag"]


# -- One task


def test_a_new_task_comes_back_with_what_the_server_adds(google: GoogleWorld) -> None:
    task = put(google)
    assert {name: task[name] for name in ("kind", "status", "position", "links")} == {
        "kind": "tasks#task",
        "status": "needsAction",
        "position": "0" * 20,
        "links": [],
    }
    assert {name: task[name] for name in CALL} == CALL
    assert re.fullmatch(r'"[\w-]+"', task["etag"])
    assert not {"completed", "deleted", "hidden", "parent"} & set(task)
    assert tasks(google).get(tasklist=DEFAULT, task=task["id"]).execute() == task


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("2026-11-30T00:00:00Z", "2026-11-30"),
        ("2026-11-30T23:59:59.999Z", "2026-11-30"),
        ("2026-11-30T09:30:00+00:00", "2026-11-30"),
        ("2026-11-30T23:30:00-05:00", "2026-12-01"),
        ("2026-11-30T00:30:00+02:00", "2026-11-29"),
    ],
)
def test_of_a_due_date_the_day_is_kept(google: GoogleWorld, given: str, kept: str) -> None:
    assert put(google, WRITE | {"due": given})["due"] == f"{kept}T00:00:00.000Z"


def test_a_task_that_is_completed_says_when_and_one_that_is_reopened_does_not(google: GoogleWorld) -> None:
    task = patch(google, put(google), status="completed")
    assert task["completed"] == task["updated"]
    assert "completed" not in patch(google, task, status="needsAction")


def test_a_client_may_say_when_a_task_was_completed(google: GoogleWorld) -> None:
    task = patch(google, put(google), status="completed", completed="2026-11-01T12:00:00Z")
    assert task["completed"] == "2026-11-01T12:00:00.000Z"
    assert patch(google, task, title="Renamed")["completed"] == task["completed"]


def test_completed_twice_is_completed_at_the_first_time_until_it_is_reopened(google: GoogleWorld) -> None:
    first = patch(google, put(google), status="completed")
    google.move_clock(60)
    again = patch(google, first, status="completed")
    assert again["completed"] == first["completed"]
    patch(google, again, status="needsAction")
    assert patch(google, again, status="completed")["completed"] != first["completed"]


def test_a_patch_changes_what_it_names_and_null_takes_away(google: GoogleWorld) -> None:
    task = patch(google, put(google), title="Call Caroline", due=None)
    assert (task["title"], task["notes"]) == ("Call Caroline", CALL["notes"])
    assert "due" not in task


def test_an_update_drops_what_it_lacks(google: GoogleWorld) -> None:
    task = put(google)
    body = {"id": task["id"], "title": "Call Caroline"}
    changed = tasks(google).update(tasklist=DEFAULT, task=task["id"], body=body).execute()
    assert not {"notes", "due"} & set(changed)
    assert changed["etag"] != task["etag"]


def test_a_task_written_back_as_it_was_read_is_the_same(google: GoogleWorld) -> None:
    task = patch(google, put(google), status="completed")
    again = tasks(google).update(tasklist=DEFAULT, task=task["id"], body=task).execute()
    for part in (task, again):
        part.pop("etag")
        part.pop("updated")
    assert again == task


def test_an_etag_that_holds_is_no_obstacle(google: GoogleWorld) -> None:
    task = put(google)
    request = tasks(google).patch(tasklist=DEFAULT, task=task["id"], body={"title": "Newer"})
    assert with_etag(request, task["etag"]).execute()["title"] == "Newer"


def test_where_etags_are_ignored_the_last_write_wins(google: GoogleWorld) -> None:
    task = put(google)
    google.door("tasks-etags", etags="ignored")
    request = tasks(google).patch(tasklist=DEFAULT, task=task["id"], body={"title": "Newer"})
    assert with_etag(request, '"x"').execute()["title"] == "Newer"


# -- Deleted and hidden


def test_a_deleted_task_can_be_read_and_is_listed_for_whoever_asks(google: GoogleWorld) -> None:
    task = put(google)
    assert tasks(google).delete(tasklist=DEFAULT, task=task["id"]).execute() == ""
    assert tasks(google).get(tasklist=DEFAULT, task=task["id"]).execute()["deleted"] is True
    assert listed(google) == []
    (found,) = listed(google, showDeleted=True)
    assert (found["deleted"], found["title"]) == (True, CALL["title"])


def test_a_deleted_task_may_be_brought_back(google: GoogleWorld) -> None:
    task = patch(google, put(google), deleted=True)
    assert listed(google) == []
    assert "deleted" not in patch(google, task, deleted=False)
    assert titles(listed(google)) == [CALL["title"]]


def test_what_was_deleted_is_forgotten_after_three_months(google: GoogleWorld) -> None:
    task = put(google)
    tasks(google).delete(tasklist=DEFAULT, task=task["id"]).execute()
    google.move_clock(91 * DAY)
    google.accounts[ADA] = google.door("grant", account=ADA, scopes=[TASKS])
    assert listed(google, showDeleted=True) == []


def test_completed_tasks_are_listed_until_the_list_is_cleared(google: GoogleWorld) -> None:
    done, _ = patch(google, put(google), status="completed"), put(google, WRITE)
    assert sorted(titles(listed(google))) == ["Call Carol", "Write to Dan"]
    assert titles(listed(google, showCompleted=False)) == ["Write to Dan"]
    assert tasks(google).clear(tasklist=DEFAULT).execute() == ""
    assert titles(listed(google)) == ["Write to Dan"]
    (hidden,) = [task for task in listed(google, showHidden=True) if task.get("hidden")]
    assert hidden["id"] == done["id"]


def test_a_task_completed_in_google_s_own_pages_is_hidden_at_once(google: GoogleWorld) -> None:
    task = put(google)
    google.door("change-task", account=ADA, id=task["id"], task={"status": "completed"})
    assert listed(google) == []
    assert titles(listed(google, showHidden=True)) == [CALL["title"]]
    assert listed(google, showHidden=True, showCompleted=False) == []


def test_a_hidden_task_that_is_reopened_is_seen_again(google: GoogleWorld) -> None:
    task = put(google)
    google.door("change-task", account=ADA, id=task["id"], task={"status": "completed"})
    assert "hidden" not in patch(google, task, status="needsAction")
    assert titles(listed(google)) == [CALL["title"]]


# -- Order


def test_what_is_new_comes_first_unless_it_is_put_behind_another(google: GoogleWorld) -> None:
    first, _ = some(google, "one", "two")
    put(google, {"title": "three"}, previous=first)
    assert in_order(google) == ["two", "one", "three"]


def test_a_task_may_be_below_another(google: GoogleWorld) -> None:
    above = put(google)
    below = put(google, WRITE, parent=above["id"])
    assert below["parent"] == above["id"]
    tasks(google).delete(tasklist=DEFAULT, task=above["id"]).execute()
    assert listed(google) == []


def test_a_task_moves_behind_another_below_another_and_back_to_the_top(google: GoogleWorld) -> None:
    one, two, three = some(google, "one", "two", "three")
    api = tasks(google)
    api.move(tasklist=DEFAULT, task=three, previous=one).execute()
    assert in_order(google) == ["two", "one", "three"]
    assert api.move(tasklist=DEFAULT, task=three, parent=two).execute()["parent"] == two
    assert "parent" not in api.move(tasklist=DEFAULT, task=three).execute()
    assert in_order(google) == ["three", "two", "one"]


def test_a_task_moves_into_another_list_with_what_is_below_it(google: GoogleWorld) -> None:
    other = service(google).tasklists().insert(body={"title": "Sales"}).execute()["id"]
    above = put(google)
    below = put(google, WRITE, parent=above["id"])
    moved = tasks(google).move(tasklist=DEFAULT, task=above["id"], destinationTasklist=other).execute()
    assert moved["id"] == above["id"]
    assert listed(google, showDeleted=True) == []
    found = {task["id"]: task.get("parent") for task in listed(google, tasklist=other)}
    assert found == {above["id"]: None, below["id"]: above["id"]}
    tasks(google).delete(tasklist=other, task=above["id"]).execute()
    assert listed(google, tasklist=other) == []


# -- Lists


def test_all_pages_hold_every_task_once_the_last_changed_first(google: GoogleWorld) -> None:
    ids = some(google, *(f"Number {n}" for n in range(25)))
    assert [task["id"] for task in listed(google, maxResults=10)] == ids[::-1]


@pytest.mark.parametrize(("asked", "given"), [({}, 20), ({"maxResults": 100}, 100), ({"maxResults": 500}, 100)])
def test_a_page_has_a_hundred_tasks_at_most_and_twenty_unless_told(
    google: GoogleWorld, asked: dict[str, int], given: int
) -> None:
    for number in range(110):
        google.door("task", account=ADA, task={"title": str(number)})
    answer = tasks(google).list(tasklist=DEFAULT, **asked).execute()
    assert (len(answer["items"]), "nextPageToken" in answer) == (given, True)


def test_an_empty_list_has_no_items_and_says_so(google: GoogleWorld) -> None:
    answer = tasks(google).list(tasklist=DEFAULT).execute()
    assert (answer["kind"], answer["items"], "nextPageToken" in answer) == ("tasks#tasks", [], False)


BOUNDS: dict[str, tuple[dict[str, str], list[str]]] = {
    "due from": ({"dueMin": "2026-11-30T00:00:00Z"}, ["due on the 30th"]),
    "due after": ({"dueMin": "2026-11-30T00:00:01Z"}, []),
    "due before": ({"dueMax": "2026-11-30T00:00:00Z"}, ["due on the 29th"]),
    "due at the end of the day": ({"dueMax": "2026-12-01T00:00:00Z"}, ["due on the 29th", "due on the 30th"]),
    "completed from": ({"completedMin": "2026-11-01T12:00:00Z"}, ["done"]),
    "completed before": ({"completedMax": "2026-11-01T12:00:00Z"}, []),
    "completed in the year": (
        {"completedMin": "2026-01-01T00:00:00Z", "completedMax": "2027-01-01T00:00:00Z"},
        ["done"],
    ),
}


@pytest.mark.parametrize(("query", "expected"), BOUNDS.values(), ids=BOUNDS.keys())
def test_lower_bounds_take_in_what_is_exactly_there_and_upper_ones_do_not(
    google: GoogleWorld, query: dict[str, str], expected: list[str]
) -> None:
    put(google, WRITE)
    put(google, {"title": "done", "status": "completed", "completed": "2026-11-01T12:00:00Z"})
    for day in (29, 30):
        put(google, {"title": f"due on the {day}th", "due": f"2026-11-{day}T00:00:00Z"})
    assert sorted(titles(listed(google, **query))) == expected


def test_who_asks_for_what_was_updated_since_gets_deleted_and_hidden_tasks_too_if_they_say_so(
    google: GoogleWorld,
) -> None:
    old = [put(google, {"title": title}) for title in ("kept", "gone", "done")]
    google.move_clock(60)
    gone, done = old[1]["id"], old[2]["id"]
    tasks(google).delete(tasklist=DEFAULT, task=gone).execute()
    google.door("change-task", account=ADA, id=done, task={"status": "completed"})
    since = tasks(google).get(tasklist=DEFAULT, task=gone).execute()["updated"]
    assert listed(google, updatedMin=since) == []
    found = listed(google, updatedMin=since, showDeleted=True, showHidden=True)
    assert {task["id"] for task in found} == {gone, done}


def test_everybody_has_tasks_of_their_own(google: GoogleWorld) -> None:
    google.account(BOB, TASKS)
    task = put(google)
    assert refused(tasks(google, BOB).get(tasklist=DEFAULT, task=task["id"])).status == 404


def test_reading_needs_no_more_than_the_right_to_read(google: GoogleWorld) -> None:
    google.account(BOB, READ_ONLY)
    google.door("task", account=BOB, task=WRITE)
    found = tasks(google, BOB).list(tasklist=DEFAULT).execute()["items"]
    assert titles(found) == ["Write to Dan"]


def test_a_batch_of_calls_goes_to_the_address_that_the_document_names(google: GoogleWorld) -> None:
    api = service(google)
    told: list[Any] = []
    group = api.new_batch_http_request(callback=lambda _, answer, error: told.append(error or answer))
    for number in range(120):
        group.add(api.tasks().insert(tasklist=DEFAULT, body={"title": str(number)}))
    group.execute()
    assert titles(told) == [str(number) for number in range(120)]
