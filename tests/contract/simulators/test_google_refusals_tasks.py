"""What Tasks refuses, asked for with Google's own client library."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from connectors.simulators.google.tasks.store import Task
from tests.contract.simulators.google_world import ADA, BOB, Case, GoogleWorld, Got, proves, running
from tests.contract.simulators.tasks_world import (
    CALL,
    DEFAULT,
    LIST,
    NOBODY,
    READ_ONLY,
    TASKS,
    WRITE,
    about,
    asks,
    inserts,
    listed,
    lists,
    patch,
    put,
    refusal,
    refused,
    refused_raw,
    service,
    some,
    tasks,
    titles,
    with_etag,
)
from tests.contract.simulators.test_google_refusals_gate import page

DAY_ALONE = "2026-11-30"


@pytest.fixture
def google(tmp_path: Path) -> Iterator[GoogleWorld]:
    with running(tmp_path) as world:
        yield world


def raw(method: str = "GET", **more: Any) -> Case:
    """A request to the tasks of the default list that the library would not send."""

    def case(google: GoogleWorld) -> Got:
        google.account(ADA, TASKS)
        return refused_raw(google.request(method, LIST, **more))

    return case


def expired(google: GoogleWorld) -> Got:
    google.account(ADA, TASKS)
    google.move_clock(3600)
    return refused_raw(google.get(LIST))


def after(verb: str, **arguments: Any) -> Case:
    """A list, after the door broke something."""

    def case(google: GoogleWorld) -> Got:
        api = tasks(google)
        google.door(verb, **arguments)
        return refused(api.list(tasklist=DEFAULT))

    return case


# -- Ids and etags


def changed(body: Callable[[dict[str, Any]], dict[str, Any]]) -> Case:
    """An update whose body is made of the task that is there."""
    return about(lambda api, task: api.update(tasklist=DEFAULT, task=task["id"], body=body(task)))


def stale(request: Callable[[Any, dict[str, Any]], Any]) -> Case:
    """A request with the etag of a version that was changed since."""

    def case(google: GoogleWorld) -> Got:
        task = put(google)
        patch(google, task, title="Newer")
        return refused(with_etag(request(tasks(google), task), task["etag"]))

    return case


def deleted_again(google: GoogleWorld) -> Got:
    request = tasks(google).delete(tasklist=DEFAULT, task=put(google)["id"])
    request.execute()
    return refused(request)


# -- Places


def other_query(google: GoogleWorld) -> Got:
    some(google, "one", "two")
    api = tasks(google)
    token = api.list(tasklist=DEFAULT, maxResults=1).execute()["nextPageToken"]
    return refused(api.list(tasklist=DEFAULT, maxResults=1, pageToken=token, showDeleted=True))


def below_deleted(google: GoogleWorld) -> Got:
    above, task = put(google), put(google, WRITE)
    tasks(google).delete(tasklist=DEFAULT, task=above["id"]).execute()
    return refused(tasks(google).move(tasklist=DEFAULT, task=task["id"], parent=above["id"]))


def below_itself(google: GoogleWorld) -> Got:
    above = put(google)
    below = put(google, WRITE, parent=above["id"])
    return refused(tasks(google).move(tasklist=DEFAULT, task=above["id"], parent=below["id"]))


def behind_one_elsewhere(google: GoogleWorld) -> Got:
    above, task = put(google), put(google, WRITE)
    below = put(google, WRITE, parent=above["id"])
    return refused(tasks(google).move(tasklist=DEFAULT, task=task["id"], previous=below["id"]))


def hidden_below(google: GoogleWorld) -> Got:
    above, task = put(google), put(google, WRITE | {"status": "completed"})
    tasks(google).clear(tasklist=DEFAULT).execute()
    return refused(tasks(google).move(tasklist=DEFAULT, task=task["id"], parent=above["id"]))


# -- Limits


def full(google: GoogleWorld) -> Got:
    google.account(ADA, TASKS)
    there = google.simulator.world.task_books.of(ADA).default()
    there.tasks |= {str(n): Task(id=str(n), fields={"status": "needsAction"}) for n in range(20_000)}
    return refused(tasks(google).insert(tasklist=DEFAULT, body=WRITE))


def many_lists(google: GoogleWorld) -> Got:
    google.account(ADA, TASKS)
    books = google.simulator.world.task_books
    for number in range(1_999):
        books.add_list(books.of(ADA), str(number))
    return refused(service(google).tasklists().insert(body={"title": "One more"}))


def many_below(google: GoogleWorld) -> Got:
    above = put(google)["id"]
    there = google.simulator.world.task_books.of(ADA).default()
    there.order[above] = [str(n) for n in range(2_000)]
    there.tasks |= {n: Task(id=n, fields={"status": "needsAction"}, parent=above) for n in there.order[above]}
    return refused(tasks(google).insert(tasklist=DEFAULT, parent=above, body=WRITE))


def batch_part(google: GoogleWorld) -> Got:
    """The second of two calls in a batch is refused, the first is not."""
    task, api = put(google), service(google)
    told: list[Any] = []
    group = api.new_batch_http_request(callback=lambda _, answer, error: told.append(error or answer))
    for task_id in (task["id"], "nobody"):
        group.add(api.tasks().get(tasklist=DEFAULT, task=task_id))
    group.execute()
    assert told[0]["id"] == task["id"]
    return refusal(int(told[1].resp.status), told[1].resp["content-type"], told[1].content)


CASES: dict[str, Case] = {
    "google.tasks-token-expired": expired,
    "google.tasks-scope-missing": asks(lambda api: api.list(tasklist=DEFAULT), "openid"),
    "google.tasks-scope-read-only": asks(lambda api: api.insert(tasklist=DEFAULT, body=CALL), READ_ONLY),
    "google.tasks-api-off": after("no-tasks-api"),
    "google.tasks-domain-policy": after("block-domain", account=ADA),
    "google.tasks-unknown-path": lambda google: page(google.get("/tasks/v1/butterflies")),
    "google.tasks-unknown-parameter": raw(params={"colour": "red"}),
    "google.tasks-parameter-type": raw(params={"maxResults": "many"}),
    "google.task-body-unknown-name": raw("POST", json={"colour": "red"}),
    "google.task-body-type": raw("POST", json={"title": 7}),
    "google.task-body-not-json": raw("POST", data=b"{title: x}"),
    "google.tasks-fields-unknown": lists(fields="items(colour)"),
    "google.task-list-id": lists(tasklist="default"),
    "google.task-list-unknown": lists(tasklist=NOBODY),
    "google.task-id": asks(lambda api: api.get(tasklist=DEFAULT, task="nobody")),
    "google.task-unknown": asks(lambda api: api.get(tasklist=DEFAULT, task=NOBODY)),
    "google.task-id-in-body": inserts(id="go6ijb0b46hlpbu4eeu92njevo"),
    "google.task-id-missing": changed(lambda task: CALL),
    "google.task-id-of-another": changed(lambda task: task | {"id": NOBODY}),
    "google.task-deleted-again": deleted_again,
    "google.task-etag-patch": stale(lambda api, task: api.patch(tasklist=DEFAULT, task=task["id"], body=WRITE)),
    "google.task-etag-update": stale(lambda api, task: api.update(tasklist=DEFAULT, task=task["id"], body=task)),
    "google.task-etag-delete": stale(lambda api, task: api.delete(tasklist=DEFAULT, task=task["id"])),
    "google.task-etag-move": stale(lambda api, task: api.move(tasklist=DEFAULT, task=task["id"])),
    "google.task-due-day-alone": inserts(due=DAY_ALONE),
    "google.task-due-without-offset": inserts(due="2026-11-30T00:00:00"),
    "google.task-due-no-day": inserts(due="2026-11-31T00:00:00Z"),
    "google.task-completed-day-alone": inserts(status="completed", completed=DAY_ALONE),
    "google.task-status": inserts(status="done"),
    "google.task-title-long": inserts(title="x" * 1_025),
    "google.task-notes-long": inserts(notes="x" * 8_193),
    "google.task-list-title-long": lambda google: refused(
        service(google, ADA, TASKS).tasklists().insert(body={"title": "x" * 1_025})
    ),
    "google.task-list-default-deleted": lambda google: refused(
        service(google, ADA, TASKS).tasklists().delete(tasklist=DEFAULT)
    ),
    "google.task-bound-due-min": lists(dueMin=DAY_ALONE),
    "google.task-bound-due-max": lists(dueMax=DAY_ALONE),
    "google.task-bound-completed-min": lists(completedMin=DAY_ALONE),
    "google.task-bound-completed-max": lists(completedMax=DAY_ALONE),
    "google.task-bound-updated-min": lists(updatedMin=DAY_ALONE),
    "google.task-page-size": lists(maxResults=-1),
    "google.task-page-token": lists(pageToken="1"),
    "google.task-page-token-of-other-query": other_query,
    "google.task-parent-unknown": asks(lambda api: api.insert(tasklist=DEFAULT, parent=NOBODY, body=CALL)),
    "google.task-parent-deleted": below_deleted,
    "google.task-moved-into-itself": below_itself,
    "google.task-previous-unknown": asks(lambda api: api.insert(tasklist=DEFAULT, previous=NOBODY, body=CALL)),
    "google.task-previous-elsewhere": behind_one_elsewhere,
    "google.task-move-hidden": hidden_below,
    "google.tasks-quota-day": after("fill-tasks"),
    "google.tasks-quota-user": after("fill-tasks", account=ADA),
    "google.task-list-full": full,
    "google.task-lists-2001": many_lists,
    "google.task-subtasks-2001": many_below,
    "google.task-batch-part-unknown": batch_part,
}


@pytest.mark.parametrize("row", CASES)
def test_google_refuses(google: GoogleWorld, row: str) -> None:
    proves(row, CASES[row](google))


@pytest.mark.parametrize("row", [row for row in CASES if row.startswith("google.task-etag-")])
def test_a_task_that_changed_meanwhile_stays_as_it_is(google: GoogleWorld, row: str) -> None:
    CASES[row](google)
    assert titles(listed(google)) == ["Newer"]


def test_a_refused_move_moves_nothing(google: GoogleWorld) -> None:
    google.account(BOB, TASKS)
    behind_one_elsewhere(google)
    assert sorted("parent" in task for task in listed(google)) == [False, False, True]


def test_a_title_and_notes_of_the_largest_size_are_taken(google: GoogleWorld) -> None:
    google.account(ADA, TASKS)
    task = put(google, {"title": "x" * 1_024, "notes": "y" * 8_192})
    assert (len(task["title"]), len(task["notes"])) == (1_024, 8_192)


def test_a_spent_day_names_its_limit(google: GoogleWorld) -> None:
    google.account(ADA, TASKS)
    google.door("fill-tasks")
    named = google.get(LIST).json()["error"]["details"][0]["metadata"]
    assert (named["quota_limit"], named["quota_limit_value"]) == ("defaultPerDayPerProject", "50000")


def test_contacts_go_on_where_the_tasks_api_is_off(google: GoogleWorld) -> None:
    google.account(ADA, "https://www.googleapis.com/auth/contacts")
    google.door("no-tasks-api")
    assert google.get("/v1/people/me?personFields=names").status_code == 200
