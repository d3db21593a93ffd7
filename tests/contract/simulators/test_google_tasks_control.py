"""The control door's verbs for tasks: put, change, delete, break and mend, and the pages for people."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.contract.simulators.google_world import ADA, BOB, GoogleWorld, running
from tests.contract.simulators.tasks_world import (
    CALL,
    DEFAULT,
    LIST,
    NOBODY,
    TASKS,
    WRITE,
    in_order,
    listed,
    put,
    service,
    stocked,
    tasks,
    titles,
)


@pytest.fixture
def google(tmp_path: Path) -> Iterator[GoogleWorld]:
    with running(tmp_path) as world:
        world.account(ADA, TASKS)
        yield world


def test_a_task_is_put_changed_and_deleted_past_the_api(google: GoogleWorld) -> None:
    placed = google.door("task", account=ADA, task=CALL)
    changed = google.door("change-task", account=ADA, id=placed["id"], task={"title": "Newer", "due": None})
    assert changed["etag"] != placed["etag"]
    (task,) = listed(google)
    assert (task["title"], task["notes"], "due" in task) == ("Newer", CALL["notes"], False)
    google.door("delete-task", account=ADA, id=placed["id"])
    assert listed(google) == []
    assert [one["deleted"] for one in listed(google, showDeleted=True)] == [True]


def test_many_are_put_at_once(google: GoogleWorld) -> None:
    placed = google.door("task-many", tasks=[{"account": ADA, "task": CALL}, {"account": ADA, "task": WRITE}])
    assert [each["id"] for each in placed] == [task["id"] for task in reversed(listed(google))]


def test_a_form_may_send_a_task_as_text(google: GoogleWorld) -> None:
    form = {"account": ADA, "task": json.dumps(WRITE), "token": google.simulator.door_token}
    assert google.request("POST", "/_simulator/task", token="", data=form).status_code == 303
    assert titles(listed(google)) == ["Write to Dan"]


def test_a_task_may_be_put_below_and_behind_another(google: GoogleWorld) -> None:
    first = google.door("task", account=ADA, task=CALL)["id"]
    google.door("task", account=ADA, task=WRITE, previous=first)
    google.door("task", account=ADA, task={"title": "Find the number"}, parent=first)
    assert in_order(google)[-1] == "Write to Dan"
    assert [task["parent"] for task in listed(google) if "parent" in task] == [first]


def test_a_list_is_made_and_taken_away(google: GoogleWorld) -> None:
    sales = google.door("task-list", account=ADA, title="Sales")["id"]
    google.door("task", account=ADA, list=sales, task=WRITE)
    assert titles(listed(google, tasklist=sales)) == ["Write to Dan"]
    google.door("delete-task-list", account=ADA, list=sales)
    assert [one["title"] for one in service(google).tasklists().list().execute()["items"]] == ["My Tasks"]


def test_what_is_completed_at_the_door_is_hidden_and_the_rest_is_not(google: GoogleWorld) -> None:
    ids = stocked(google)
    assert {task["id"] for task in listed(google)} == {ids["Call Carol"], ids["Write to Dan"]}
    assert {task["id"] for task in listed(google, showHidden=True)} == set(ids.values())


def test_completed_tasks_are_cleared_away(google: GoogleWorld) -> None:
    put(google, WRITE | {"status": "completed"})
    google.door("clear-tasks", account=ADA)
    assert listed(google) == []


def test_the_snapshot_holds_every_list_with_its_tasks_deleted_ones_too(google: GoogleWorld) -> None:
    kept, gone = put(google), put(google, WRITE)
    google.door("delete-task", account=ADA, id=gone["id"])
    (own,) = google.door("snapshot")["tasks"][ADA]
    assert own["title"] == "My Tasks"
    assert {t["id"]: t.get("deleted", False) for t in own["tasks"]} == {kept["id"]: False, gone["id"]: True}


def test_a_deleted_account_takes_its_tasks_with_it(google: GoogleWorld) -> None:
    google.account(BOB, TASKS)
    google.door("task", account=BOB, task=WRITE)
    google.door("delete-account", account=BOB)
    assert BOB not in google.door("snapshot")["tasks"]


# -- Pages for people


def test_the_page_lists_tasks_and_leads_to_each(google: GoogleWorld) -> None:
    task = put(google, {"title": "Call <b>"})
    google.door("delete-task", account=ADA, id=put(google, WRITE)["id"])
    google.door("task", account=ADA, task={"title": "Done", "status": "completed"})
    text = google.get("/_simulator/", token="").text
    path = task["webViewLink"].removeprefix(google.url).partition("?")[0]
    assert f'<a href="{path}">Call &lt;b&gt;</a>' in text
    assert "Write to Dan</del> (deleted)" in text
    assert "✓ Done" in text


def test_the_link_of_a_task_leads_to_its_page(google: GoogleWorld) -> None:
    above = put(google, {"title": "Above"})
    task = put(google, CALL, parent=above["id"])
    answer = google.get(task["webViewLink"].removeprefix(google.url), token="")
    assert answer.status_code == 200
    for words in ("Call Carol", "2026-11-30", "About the offer", "Above", "open"):
        assert words in answer.text


@pytest.mark.parametrize("name", ["nobody", "nobody0123456789", ""])
def test_what_is_no_task_has_no_page(google: GoogleWorld, name: str) -> None:
    assert google.get(f"/task/{name}", token="").status_code == 404


# -- Troubles

TROUBLES: dict[str, tuple[str, dict[str, Any]]] = {
    "no-tasks-api": ("tasks-api", {}),
    "fill-tasks": ("free-tasks", {"until_mended": True}),
}


@pytest.mark.parametrize("verb", TROUBLES)
def test_a_trouble_is_listed_with_what_mends_it(google: GoogleWorld, verb: str) -> None:
    mend, arguments = TROUBLES[verb]
    google.door(verb, **arguments)
    (trouble,) = google.door("troubles")
    assert (trouble["mend"], google.get(LIST).status_code) == (mend, 403)
    google.door(trouble["mend"], **trouble["arguments"])
    assert google.door("troubles") == []
    assert google.get(LIST).status_code == 200


def test_the_quota_of_one_account_leaves_others_alone(google: GoogleWorld) -> None:
    google.account(BOB, TASKS)
    google.door("fill-tasks", account=ADA)
    bob = google.account(BOB)["access_token"]
    assert (google.get(LIST).status_code, google.get(LIST, token=bob).status_code) == (403, 200)


def test_a_day_later_the_quota_is_free_again(google: GoogleWorld) -> None:
    google.door("fill-tasks")
    assert google.get(LIST).status_code == 403
    google.move_clock(86_401)
    token = google.door("grant", account=ADA, scopes=[TASKS])["access_token"]
    assert google.get(LIST, token=token).status_code == 200


def test_without_limits_a_day_has_room_for_everything(google: GoogleWorld) -> None:
    google.door("fill-tasks")
    google.door("tasks-days", limits="none")
    assert google.get(LIST).status_code == 200
    google.door("tasks-days")
    assert google.get(LIST).status_code == 403


WRONG: dict[str, dict[str, Any]] = {
    "task-list": {"account": ADA, "title": "x" * 1_025},
    "delete-task-list": {"account": ADA},
    "task": {"account": ADA, "task": {"due": "2026-11-30"}},
    "task-many": {"tasks": "one"},
    "change-task": {"account": ADA, "id": NOBODY, "task": {}},
    "delete-task": {"account": ADA, "id": "nobody"},
    "clear-tasks": {"account": ADA, "list": NOBODY},
    "tasks-etags": {"etags": "loved"},
    "fill-tasks": {"account": ADA, "answer": "no"},
    "tasks-days": {"limits": "few"},
}


@pytest.mark.parametrize("verb", WRONG)
def test_wrong_arguments_are_answered_with_a_sentence(google: GoogleWorld, verb: str) -> None:
    headers = {"X-Simulator-Token": google.simulator.door_token}
    answer = google.session.post(f"{google.url}/_simulator/{verb}", json=WRONG[verb], headers=headers)
    assert answer.status_code == 400
    assert len(answer.json()["error"]) > 10


@pytest.mark.parametrize(
    ("method", "path", "operation", "write"),
    [
        ("GET", LIST, "tasks.list", False),
        ("POST", LIST, "tasks.insert", True),
        ("DELETE", f"{LIST}/{NOBODY}", "tasks.delete", True),
        ("GET", "/tasks/v1/users/@me/lists", "tasklists.list", False),
    ],
)
def test_a_call_is_logged_as(google: GoogleWorld, method: str, path: str, operation: str, write: bool) -> None:
    assert google.logged(method, path) == (operation, write, ADA)


# -- Kept between two starts


def test_tasks_go_on_after_a_restart(google: GoogleWorld) -> None:
    task = put(google)
    google.restart()
    assert tasks(google).get(tasklist=DEFAULT, task=task["id"]).execute() == task


def test_a_world_from_before_there_were_tasks_gets_lists(google: GoogleWorld) -> None:
    for name in ("task_books", "tasks_quota", "tasks_api_on"):
        google.simulator.world.__dict__.pop(name, None)
    google.restart()
    assert listed(google) == []
