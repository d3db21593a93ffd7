from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.google import tasks
from connectors.records import Ref, Task
from tests.builders import event

SAID: dict[str, Any] = {
    "id": "dDE",
    "etag": '"LTEwMA"',
    "updated": "2026-11-28T09:30:00.123Z",
    "title": "Call Carol",
    "notes": "About the offer",
    "due": "2026-11-30T00:00:00.000Z",
    "status": "needsAction",
}
TASK = Task(
    title="Call Carol",
    text="About the offer",
    due=date(2026, 11, 30),
    changed_at=datetime(2026, 11, 28, 9, 30, 0, 123_000, UTC),
)


def without(*names: str) -> dict[str, Any]:
    return {name: value for name, value in SAID.items() if name not in names}


# -- What a task is known by

any_id = st.text(st.characters(codec="utf-8"), min_size=1, max_size=40)


@given(any_id)
def test_a_list_and_an_etag_come_back_from_a_version_whatever_is_in_them(text: str) -> None:
    version = tasks.version(text, SAID)
    assert (tasks.list_of(version), tasks.etag(version)) == (text, SAID["etag"])


@pytest.mark.parametrize("said", [SAID, without("updated"), SAID | {"etag": '"with space"'}])
def test_the_etag_comes_back_from_a_version(said: dict[str, Any]) -> None:
    assert tasks.etag(tasks.version("list", said)) == said["etag"]


def test_no_version_has_no_list_and_no_etag() -> None:
    assert (tasks.list_of(""), tasks.etag("")) == ("", "")


def test_a_version_is_another_one_where_list_etag_or_stamp_is() -> None:
    more: list[dict[str, str]] = [{}, {"etag": '"x"'}, {"updated": "2026-11-28T09:30:00.124Z"}]
    assert len({tasks.version(tasklist, SAID | each) for tasklist in ("a", "b") for each in more}) == 6


def test_a_version_of_googles_is_short_enough_to_be_kept() -> None:
    assert len(tasks.version("M" * 40, SAID)) < 200


@pytest.mark.parametrize(
    ("text", "may"),
    [
        ("dDE", True),
        ("a b?c#d", True),
        ("é", True),
        ("...", True),
        ("", False),
        (".", False),
        ("..", False),
        ("a/b", False),
        ("\ud83d", False),
    ],
)
def test_what_may_stand_in_an_address_is_an_id(text: str, may: bool) -> None:
    assert tasks.is_id(text) is may


# -- What Google shows


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        (SAID, TASK),
        (SAID | {"status": "completed", "completed": "2026-11-29T10:00:00.000Z"}, replace(TASK, done=True)),
        (without("due"), replace(TASK, due=None)),
        (without("notes"), replace(TASK, text="")),
        (without("title"), replace(TASK, title="")),
        (SAID | {"title": None, "notes": None, "due": None}, Task(title="", changed_at=TASK.changed_at)),
        (without("updated"), replace(TASK, changed_at=None)),
        (without("status"), TASK),
        (SAID | {"hidden": True, "parent": "x", "position": "1", "links": []}, TASK),
        (SAID | {"due": "2026-11-30T23:00:00.000Z"}, TASK),
        (SAID | {"due": "0001-01-01T00:00:00.000Z"}, replace(TASK, due=date.min)),
    ],
)
def test_a_task_is_what_google_says(said: dict[str, Any], meant: Task) -> None:
    change = tasks.change("list", said)
    assert (change.ref.id, change.gone, change.record) == ("dDE", False, meant)


def test_a_deleted_task_is_a_tombstone() -> None:
    change = tasks.change("list", SAID | {"deleted": True})
    assert (change.ref, change.gone, change.record) == (
        Ref(id="dDE", version=tasks.version("list", SAID)),
        True,
        None,
    )


@pytest.mark.parametrize(
    "more", [{"due": "soon"}, {"due": 7}, {"updated": "yesterday"}, {"due": "2026-02-30T00:00:00Z"}]
)
def test_what_cannot_be_read_is_there_without_its_record(more: dict[str, Any]) -> None:
    change = tasks.change("list", SAID | more)
    assert (change.ref.id, change.gone, change.record) == ("dDE", False, None)


# -- What time it is at Google

NOON = "Sun, 29 Nov 2026 12:00:00 GMT"


@pytest.mark.parametrize(
    ("stamps", "dated", "hour"),
    [
        ([], NOON, 12),
        (["2026-11-29T11:00:00.000Z"], NOON, 12),
        (["2026-11-29T10:00:00.000Z", "2026-11-29T13:00:00.000Z"], NOON, 13),
        (["2026-11-29T11:00:00.000Z"], "", 11),
        (["2026-11-29T11:00:00.000Z", "", "never"], "at noon", 11),
        (["2026-11-29T11:00:00.000+02:00"], "", 9),
    ],
)
def test_the_latest_that_google_says_is_what_time_it_is(stamps: list[str], dated: str, hour: int) -> None:
    assert tasks.moment(stamps, dated) == datetime(2026, 11, 29, hour, tzinfo=UTC)


@pytest.mark.parametrize("dated", ["", "at noon", "29 Nov", "Sun, 99 Nov 2026 12:00:00 GMT", "\r\n"])
def test_where_google_does_not_say_nobody_knows(dated: str) -> None:
    assert tasks.moment(["", "?"], dated) is None


# -- What Google takes

WHOLE = {"title": "Call Carol", "notes": "About the offer", "due": "2026-11-30T00:00:00.000Z", "status": "needsAction"}


@pytest.mark.parametrize(
    ("task", "body"),
    [
        (TASK, WHOLE),
        (replace(TASK, done=True), WHOLE | {"status": "completed"}),
        (Task(title=""), {"title": "", "status": "needsAction"}),
    ],
)
def test_a_new_task_says_what_it_has(task: Task, body: dict[str, Any]) -> None:
    assert tasks.new_body(task) == body


@pytest.mark.parametrize(
    ("task", "fields", "body"),
    [
        (TASK, {"title"}, {"title": "Call Carol"}),
        (TASK, {"text"}, {"notes": "About the offer"}),
        (replace(TASK, text=""), {"text"}, {"notes": None}),
        (TASK, {"due"}, {"due": "2026-11-30T00:00:00.000Z"}),
        (replace(TASK, due=None), {"due"}, {"due": None}),
        (TASK, {"done"}, {"status": "needsAction", "completed": None}),
        (replace(TASK, done=True), {"done"}, {"status": "completed"}),
        (TASK, {"title", "done"}, {"title": "Call Carol", "status": "needsAction", "completed": None}),
        (TASK, set(), {}),
        (replace(TASK, due=date(987, 1, 2)), {"due"}, {"due": "0987-01-02T00:00:00.000Z"}),
    ],
)
def test_a_change_says_nothing_but_what_it_names(task: Task, fields: set[str], body: dict[str, Any]) -> None:
    assert tasks.patch_body(task, fields) == body


def test_an_event_is_no_task() -> None:
    with pytest.raises(TypeError):
        tasks.new_body(event())


@given(
    st.builds(
        Task, title=st.text(max_size=20), text=st.text(max_size=20), due=st.none() | st.dates(), done=st.booleans()
    )
)
def test_what_goes_to_google_comes_back_as_it_was(task: Task) -> None:
    assert tasks.task(tasks.new_body(task)) == task


# -- The same task twice


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (TASK, True),
        (replace(TASK, key="k", changed_at=None), True),
        (replace(TASK, title=" Call Carol "), True),
        (replace(TASK, text="About the offer\r\n"), True),
        (replace(TASK, title="Call  Carol"), False),
        (replace(TASK, title="call carol"), False),
        (replace(TASK, text=""), False),
        (replace(TASK, due=None), False),
        (replace(TASK, done=True), False),
        (event("Call Carol"), False),
        (None, False),
    ],
)
def test_tasks_that_say_the_same_are_the_same(other: Any, same: bool) -> None:
    assert tasks.is_same(other, TASK) is same
