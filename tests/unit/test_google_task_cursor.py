from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.errors import ConnectorError, Kind
from connectors.google.cursor import CalendarPosition, Phase, Position
from connectors.google.task_cursor import EVER, KNOWN, OVERLAP, TaskPosition

BOX = "ann@ours.example"
NOON = datetime(2026, 11, 29, 12, tzinfo=UTC)
FIRST = TaskPosition()
BEGUN = FIRST.named(["a", "b"], "", NOON)
ROUND = BEGUN.turned("").turned("")  # the full read is over


def expired(position: TaskPosition, lists: list[str], now: datetime | None) -> str:
    with pytest.raises(ConnectorError) as caught:
        position.named(lists, "", now)
    assert caught.value.failure.kind is Kind.CURSOR_EXPIRED
    return caught.value.failure.code


# -- From list to list


def test_a_full_read_counts_from_nowhere_and_reads_one_list_after_the_other() -> None:
    seen, position = [], BEGUN
    while not position.is_start:
        seen.append((position.tasklist, position.updated_min, position.is_full))
        position = position.turned("")
    assert seen == [("a", "", True), ("b", "", True)]


def test_the_next_round_counts_from_where_this_one_began() -> None:
    position = ROUND.named(["a", "b"], "", NOON + timedelta(hours=5))
    assert (position.tasklist, position.updated_min, position.is_full) == ("a", "2026-11-29T11:50:00Z", False)
    again = position.turned("").turned("").named(["a", "b"], "", NOON + timedelta(hours=9))
    assert again.updated_min == "2026-11-29T16:50:00Z"


def test_a_round_began_before_its_first_answer_however_long_it_goes_on() -> None:
    named = FIRST.named(["a"], "p2", NOON).named(["b"], "", NOON + timedelta(hours=1))
    assert named.turned("").turned("").since == NOON.isoformat()


def test_a_list_that_is_new_is_read_as_a_whole_and_its_neighbours_are_not() -> None:
    position = ROUND.named(["a", "new", "b"], "", NOON)
    found = {}
    while not position.is_start:
        found[position.tasklist] = bool(position.updated_min)
        position = position.turned("")
    assert found == {"a": True, "new": False, "b": True}


def test_the_pages_of_a_list_are_turned_before_the_next_one_comes() -> None:
    turned = BEGUN.turned("p2")
    assert (turned.tasklist, turned.page) == ("a", "p2")
    assert (turned.turned("").tasklist, turned.turned("").page) == ("b", "")


def test_lists_on_several_pages_are_read_once_all_are_named() -> None:
    half = FIRST.named(["a", "b"], "p2", NOON)
    assert (half.tasklist, half.at, half.page) == ("", "", "p2")
    assert half.named(["b", "c"], "", NOON).others == ["b", "c"]


def test_an_account_without_any_list_has_been_read() -> None:
    position = FIRST.named([], "", NOON)
    assert (position.is_start, position.since) == (True, NOON.isoformat())


@given(
    st.lists(st.text(min_size=1, max_size=9).filter(lambda t: t.encode("utf-8", "ignore").decode() == t), unique=True)
)
def test_lists_keep_their_ids_whatever_is_in_them(ids: list[str]) -> None:
    seen, position = [], FIRST.named(ids, "", NOON)
    while not position.is_start:
        seen.append(position.tasklist)
        position = position.turned("")
    assert seen == ids


# -- What nobody would tell


@pytest.mark.parametrize("lists", [["a"], ["b", "c"], []], ids=["gone", "replaced", "all gone"])
def test_a_list_that_is_missing_asks_for_a_full_read(lists: list[str]) -> None:
    assert expired(ROUND, lists, NOON) == "google.fullSyncRequired"


def test_a_list_may_be_named_on_a_later_page() -> None:
    assert ROUND.named(["b"], "p2", NOON).named(["a"], "", NOON).tasklist == "b"


def test_no_list_is_missing_in_a_full_read() -> None:
    assert FIRST.named(["c"], "", NOON).tasklist == "c"


def test_a_round_that_comes_too_late_asks_for_a_full_read() -> None:
    assert ROUND.named(["a", "b"], "", NOON + KNOWN).tasklist == "a"
    assert expired(ROUND, ["a", "b"], NOON + KNOWN + timedelta(seconds=1)) == "google.updatedMinTooLongAgo"


def test_a_clock_that_goes_back_loses_nothing() -> None:
    position = ROUND.named(["a", "b"], "", NOON - timedelta(hours=1))
    assert position.updated_min == "2026-11-29T11:50:00Z"
    assert position.turned("").turned("").since == (NOON - timedelta(hours=1)).isoformat()


def test_where_google_does_not_say_what_time_it_is_the_next_round_counts_from_ever() -> None:
    position = FIRST.named(["a"], "", None).turned("")
    assert (position.since, position.is_full) == (EVER, False)
    assert position.named(["a"], "", None).updated_min == "1970-01-01T00:00:00Z"


def test_a_round_without_the_time_counts_from_where_the_last_one_did() -> None:
    assert ROUND.named(["a", "b"], "", None).turned("").turned("").since == ROUND.since


def test_the_overlap_is_part_of_what_is_surely_known() -> None:
    assert timedelta(0) < OVERLAP < KNOWN


# -- The seal


@pytest.mark.parametrize("position", [FIRST, FIRST.named(["a"], "p2", NOON), BEGUN, BEGUN.turned("p2"), ROUND])
def test_a_position_comes_back_as_it_was(position: TaskPosition) -> None:
    assert TaskPosition.opened(position.sealed(BOX), BOX) == position


SEALED = json.loads(BEGUN.sealed(BOX))


@pytest.mark.parametrize(
    "cursor",
    [
        BEGUN.sealed("bob@ours.example"),
        Position(mode="history", history="1").sealed(BOX),
        CalendarPosition(phase=Phase.CHANGES, start="", end="", token="t").sealed(BOX),
        "",
        "null",
        "{}",
        *(json.dumps(SEALED | {name: "1"}) for name in SEALED),
        *(json.dumps(SEALED | {name: None}) for name in SEALED),
        json.dumps({name: value for name, value in SEALED.items() if name != "page"}),
    ],
)
def test_what_is_no_cursor_of_these_tasks_starts_the_read_anew(cursor: str) -> None:
    with pytest.raises(ConnectorError) as caught:
        TaskPosition.opened(cursor, BOX)
    assert caught.value.failure.code == "engine.CURSOR_FOREIGN"


def test_a_cursor_of_tasks_is_none_of_a_calendar_or_of_messages() -> None:
    for other in (Position, CalendarPosition):
        with pytest.raises(ConnectorError):
            other.opened(BEGUN.sealed(BOX), BOX)


@pytest.mark.parametrize(
    ("position", "seal"),
    [
        (Position(mode="history", history="12345"), "f8567027c76b523e"),
        (CalendarPosition(phase=Phase.CHANGES, start="s", end="e", token="t"), "fa1f3285643dd7ec"),
    ],
    ids=["messages", "calendar"],
)
def test_cursors_that_stand_in_the_database_stay_good(position: Position | CalendarPosition, seal: str) -> None:
    assert json.loads(position.sealed(BOX))["seal"] == seal
