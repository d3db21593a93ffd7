"""The retry budget and the rules of the allowance, as values."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issues.pacing import Speed
from syncapp.engine import allowance, budget
from syncapp.engine.allowance import MARKS, Level
from syncapp.engine.budget import FLOOR, SHARE, WINDOW, Spent

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def drawn(spent: Spent, first: int, retries: int, present: datetime = NOW) -> tuple[Spent, int]:
    return budget.drawn(spent, first_tries=first, retries=retries, present=present)


@pytest.mark.parametrize(
    ("first", "wanted", "allowed"),
    [
        (0, 0, 0),
        (0, FLOOR, FLOOR),
        (0, FLOOR + 1, FLOOR),
        (1000, 10_000, FLOOR + 200),
        (1000, 7, 7),
        (4, 10_000, FLOOR),  # a share is of whole tries
    ],
)
def test_retries_are_a_share_of_first_tries_and_a_floor(first: int, wanted: int, allowed: int) -> None:
    assert drawn(Spent(), first, wanted)[1] == allowed


def test_what_was_drawn_is_drawn() -> None:
    spent, first = drawn(Spent(), 0, FLOOR - 5)
    _, second = drawn(spent, 0, 50)
    assert (first, second) == (FLOOR - 5, 5)


@pytest.mark.parametrize(
    ("later", "allowed"), [(timedelta(), 0), (WINDOW - timedelta(seconds=1), 0), (WINDOW, FLOOR), (-WINDOW, FLOOR)]
)
def test_a_new_window_begins_afresh(later: timedelta, allowed: int) -> None:
    spent, _ = drawn(Spent(), 0, FLOOR)
    assert drawn(spent, 0, FLOOR, NOW + later)[1] == allowed


def test_who_was_not_allowed_asks_in_the_next_window() -> None:
    spent, _ = drawn(Spent(), 0, FLOOR)
    again = budget.next_window(spent, NOW)
    assert (again, drawn(spent, 0, 1, again)[1]) == (NOW + WINDOW, 1)


@given(st.lists(st.tuples(st.integers(0, 900), st.integers(0, 900), st.integers(0, 400)), max_size=30))
def test_no_window_ever_allows_more(asked: list[tuple[int, int, int]]) -> None:
    spent, present = Spent(), NOW
    for first, retries, seconds in asked:
        present += timedelta(seconds=seconds)
        spent, _ = drawn(spent, first, retries, present)
        assert spent.retries <= FLOOR + SHARE * spent.first_tries


@pytest.mark.parametrize(
    ("used", "allowed", "level"),
    [
        (None, None, Level.FREE),
        (5, None, Level.FREE),
        (5, 0, Level.FREE),
        (0, 100, Level.FREE),
        (7499, 10_000, Level.FREE),
        (7500, 10_000, Level.NO_RETRIES),
        (7999, 10_000, Level.NO_RETRIES),
        (8000, 10_000, Level.SLOW),
        (8999, 10_000, Level.SLOW),
        (9000, 10_000, Level.BY_HAND),
        (10_000, 10_000, Level.BY_HAND),
        (12_000, 10_000, Level.BY_HAND),  # Salesforce lets an organization go beyond it for a while
    ],
)
def test_how_far_the_allowance_is(used: int | None, allowed: int | None, level: Level) -> None:
    assert allowance.level(used, allowed) is level


@pytest.mark.parametrize(
    ("level", "alone", "times"),
    [
        (Level.FREE, True, 1),
        (Level.NO_RETRIES, False, 1),
        (Level.SLOW, False, 4),
        (Level.BY_HAND, False, 4),
    ],
)
def test_what_each_level_leaves(level: Level, alone: bool, times: int) -> None:
    assert allowance.retries_by_itself(level) is alone
    assert allowance.interval(level, timedelta(minutes=5)) == times * timedelta(minutes=5)


def test_the_marks_rise() -> None:
    assert list(MARKS.values()) == sorted(MARKS.values())


@pytest.mark.parametrize(("minutes", "old"), [(0, False), (59, False), (60, True), (600, True)])
def test_a_reading_is_old_after_an_hour(minutes: int, old: bool) -> None:
    assert allowance.is_old(NOW, NOW + timedelta(minutes=minutes)) is old


@pytest.mark.parametrize(
    ("level", "asked", "by_itself"),
    [
        (Level.FREE, Speed.FULL, Speed.FULL),
        (Level.NO_RETRIES, Speed.FULL, Speed.NONE),
        (Level.SLOW, Speed.SLOW, Speed.NONE),
        (Level.BY_HAND, Speed.NONE, Speed.NONE),
    ],
)
def test_how_fast_an_order_for_many_goes(level: Level, asked: Speed, by_itself: Speed) -> None:
    assert (allowance.speed(level, asked=True), allowance.speed(level, asked=False)) == (asked, by_itself)
