"""Parts of the tasks on their own: ids, times, order, and the count of changes."""

from __future__ import annotations

import pytest

from connectors.simulators.google import discovery
from connectors.simulators.google.answers import ApiError
from connectors.simulators.google.tasks import checking, times, writing
from connectors.simulators.google.tasks.limits import PROJECT_DAY, TasksQuota
from connectors.simulators.google.tasks.store import Task, TaskBooks, TaskList, decoded, encoded

NOW = 1_800_000_000.0


class Clock:
    now = NOW

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def books() -> TaskBooks:
    return TaskBooks(Clock())


@pytest.mark.parametrize(
    ("http", "path", "method"),
    [
        ("GET", "/tasks/v1/users/@me/lists", "tasks.tasklists.list"),
        ("GET", "/tasks/v1/users/@me/lists/@default", "tasks.tasklists.get"),
        ("POST", "/tasks/v1/lists/@default/clear", "tasks.tasks.clear"),
        ("POST", "/tasks/v1/lists/@default/tasks/1/move", "tasks.tasks.move"),
        ("PUT", "/tasks/v1/lists/@default/tasks/1", "tasks.tasks.update"),
    ],
)
def test_a_path_leads_to_its_method(http: str, path: str, method: str) -> None:
    found = discovery.load("tasks", "v1").route(http, path)
    assert found
    assert found[0].id == method


# -- Ids


@pytest.mark.parametrize("key", ["vpUwb0eILr6V5O8a", "3tzyEEC2IS43d-vB", "10041202546441074442:0:0"])
def test_an_id_is_what_google_s_pages_have_in_base64(key: str) -> None:
    assert decoded(encoded(key)) == key


def test_ids_are_as_recorded() -> None:
    assert encoded("vpUwb0eILr6V5O8a") == "dnBVd2IwZUlMcjZWNU84YQ"
    assert encoded("10041202546441074442:0:0") == "MTAwNDEyMDI1NDY0NDEwNzQ0NDI6MDow"


@pytest.mark.parametrize("text", ["", "default", "@default", "§", "dnBVd2Iw", "go6ijb0b46hlpbu4eeu92njevo", "%%"])
def test_what_cannot_be_an_id_is_none(text: str) -> None:
    assert decoded(text) == ""


# -- Times and fields


@pytest.mark.parametrize(
    "text", ["2026-11-30", "2026-11-30T00:00:00", "2026-11-31T00:00:00Z", "tomorrow", "", "20261130T000000Z"]
)
def test_a_time_without_an_offset_is_none(text: str) -> None:
    with pytest.raises(ApiError) as caught:
        times.moment(text)
    assert (caught.value.status, caught.value.reason) == (400, "badRequest")


def test_a_task_is_open_unless_it_says_otherwise() -> None:
    assert checking.fields({"title": "x", "notes": "", "due": None}, NOW) == {"title": "x", "status": "needsAction"}


@pytest.mark.parametrize(
    ("given", "completed"),
    [
        ({"status": "completed"}, times.written(NOW)),
        ({"status": "completed", "completed": "2026-11-01T12:00:00+01:00"}, "2026-11-01T11:00:00.000Z"),
        ({"status": "needsAction", "completed": "2026-11-01T12:00:00Z"}, None),
        ({"completed": "2026-11-01T12:00:00Z"}, None),
    ],
    ids=["now", "then", "open all the same", "a time makes nothing complete"],
)
def test_only_what_is_completed_has_a_time(given: dict[str, str], completed: str | None) -> None:
    assert checking.fields(given, NOW).get("completed") == completed


# -- Order


def a_list(books: TaskBooks, *titles: str) -> tuple[TaskList, list[Task]]:
    """The default list with tasks put in that order, each first."""
    book = books.of("ada@example.com")
    own = book.default()
    return own, [writing.insert(books, book, own, {"title": t}, parent="", previous="") for t in titles]


def in_order(tasks: TaskList) -> list[str]:
    seen = [task for task in tasks.tasks.values() if not task.deleted]
    return [task.fields["title"] for task in sorted(seen, key=tasks.position)]


def test_positions_sort_as_the_tasks_do(books: TaskBooks) -> None:
    own, (one, two, three) = a_list(books, "one", "two", "three")
    assert in_order(own) == ["three", "two", "one"]
    own.place(three, "", one.id)
    assert in_order(own) == ["two", "one", "three"]
    assert {len(own.position(task)) for task in (one, two, three)} == {20}


def test_hidden_tasks_are_behind_all_others_the_newest_first(books: TaskBooks) -> None:
    own, (_, two, three) = a_list(books, "one", "two", "three")
    for moment, task in ((1.0, two), (2.0, three)):
        task.hidden, task.updated = True, moment
    assert in_order(own) == ["one", "three", "two"]


def test_deleted_tasks_leave_no_gap_in_the_order(books: TaskBooks) -> None:
    own, (one, two, _) = a_list(books, "one", "two", "three")
    writing.delete(books, books.of("ada@example.com"), own, two)
    assert own.position(one) == f"{1:020d}"


def test_places_that_are_counted_at_once_are_those_that_are_counted_singly(books: TaskBooks) -> None:
    own, tasks = a_list(books, "one", "two", "three", "four")
    book = books.of("ada@example.com")
    writing.insert(books, book, own, {"title": "below"}, parent=tasks[0].id, previous="")
    writing.delete(books, book, own, tasks[1])
    singly = {task.id: own.position(task) for task in own.tasks.values()}
    own.number()
    assert {task.id: own.position(task) for task in own.tasks.values()} == singly


def test_places_are_counted_anew_once_the_list_has_changed(books: TaskBooks) -> None:
    own, (one, _) = a_list(books, "one", "two")
    own.number()
    writing.insert(books, books.of("ada@example.com"), own, {"title": "three"}, parent="", previous="")
    assert own.position(one) == f"{2:020d}"
    own.number()
    assert in_order(own) == ["three", "two", "one"]


@pytest.mark.parametrize(("most", "gone", "fits"), [(3, 0, True), (2, 0, False), (2, 1, True)])
@pytest.mark.parametrize("limit", ["MOST_IN_LIST", "MOST_IN_ALL"])
def test_what_is_deleted_takes_no_room(
    books: TaskBooks, monkeypatch: pytest.MonkeyPatch, limit: str, most: int, gone: int, *, fits: bool
) -> None:
    own, tasks = a_list(books, "one", "two")
    book = books.of("ada@example.com")
    for task in tasks[:gone]:
        writing.delete(books, book, own, task)
    monkeypatch.setattr(writing, limit, most)
    try:
        writing.insert(books, book, own, {"title": "three"}, parent="", previous="")
    except ApiError:
        assert not fits
    else:
        assert fits


def test_a_family_is_all_that_is_below_at_any_depth(books: TaskBooks) -> None:
    own, (one, two, three) = a_list(books, "one", "two", "three")
    own.place(two, one.id)
    own.place(three, two.id)
    assert own.family(one) == [one, two, three]
    assert own.family(three) == [three]


def test_every_change_gives_the_task_and_its_list_another_etag(books: TaskBooks) -> None:
    own, (one,) = a_list(books, "one")
    book, before = books.of("ada@example.com"), (one.etag, own.etag)
    writing.change(books, book, own, one, {"notes": "x"}, whole=False)
    assert before[0] != one.etag
    assert before[1] != own.etag
    assert one.etag != own.etag


# -- Quota


def test_the_last_request_of_a_day_is_answered_and_no_more() -> None:
    clock = Clock()
    quota = TasksQuota(clock)
    quota.add(PROJECT_DAY - 1)
    quota.charge("a")
    with pytest.raises(ApiError) as caught:
        quota.charge("b")
    assert (caught.value.status, caught.value.reason) == (403, "rateLimitExceeded")
    assert quota.spent() == PROJECT_DAY
    clock.now += 86_401
    quota.charge("b")
