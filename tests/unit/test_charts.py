"""The geometry of charts, as tables."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issues.charts import DAYS, SMALLEST, STEP, Bar, Chart, columns, days, last_days, mirrored

TODAY = date(2026, 3, 2)
counts = st.lists(st.integers(0, 10**7), min_size=1, max_size=20)


def drawn(chart: Chart) -> list[tuple[int, int, int]]:
    """(x, y, height) of each column."""
    return [(bar.x, bar.y, bar.height) for bar in chart.bars]


def test_the_last_days_end_with_today() -> None:
    assert last_days(TODAY, 3) == (date(2026, 2, 28), date(2026, 3, 1), TODAY)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([], []),
        ([0, 0], []),
        ([5], [(2, 0, 60)]),
        ([1, 2], [(2, 30, 30), (22, 0, 60)]),
        ([0, 3], [(22, 0, 60)]),
        ([1, 10_000], [(2, 58, 2), (22, 0, 60)]),  # little beside much is still to be seen
    ],
)
def test_columns_stand_on_the_line(values: list[int], expected: list[tuple[int, int, int]]) -> None:
    chart = columns(values)
    assert (drawn(chart), chart.width, chart.base) == (expected, STEP * len(values), 60)


@pytest.mark.parametrize(
    ("up", "down", "expected"),
    [
        ([0], [0], []),
        ([4], [0], [(2, 0, 30)]),
        ([0], [4], [(2, 30, 30)]),
        ([4], [2], [(2, 0, 30), (2, 30, 15)]),
        ([1, 0], [0, 2], [(2, 15, 15), (22, 30, 30)]),
    ],
)
def test_what_came_stands_and_what_went_hangs_by_one_measure(
    up: list[int], down: list[int], expected: list[tuple[int, int, int]]
) -> None:
    assert drawn(mirrored(up, down)) == expected


def test_what_came_and_what_went_have_their_own_colours() -> None:
    assert [bar.tone for bar in mirrored([1], [1]).bars] == ["amber", "green"]


@pytest.mark.parametrize(("chart", "peak"), [(columns([]), 0), (columns([3, 9]), 9), (mirrored([3], [7]), 7)])
def test_the_largest_is_named(chart: Chart, peak: int) -> None:
    assert chart.peak == peak


@pytest.mark.parametrize(("chart", "line"), [(columns([1]), 59), (mirrored([1], [1]), 30)])
def test_the_line_is_within_the_drawing(chart: Chart, line: int) -> None:
    assert chart.line == line


def _within(bar: Bar, chart: Chart) -> bool:
    wide = bar.x >= 0 and bar.x + bar.width <= chart.width
    return wide and bar.y >= 0 and bar.y + bar.height <= chart.height and bar.height >= SMALLEST


@given(counts, counts)
def test_nothing_is_drawn_outside(up: list[int], down: list[int]) -> None:
    both = mirrored(up[: len(down)], down[: len(up)])
    assert all(_within(bar, chart) for chart in (both, columns(up)) for bar in chart.bars)


@given(counts)
def test_every_day_with_something_has_its_column(values: list[int]) -> None:
    assert len(columns(values).bars) == sum(value > 0 for value in values)


def test_days_count_back_from_what_is_open_now() -> None:
    moves = {date(2026, 2, 28): (4, 1), TODAY: (0, 2)}
    found = [(day.on.day, day.came, day.went, day.open) for day in days(moves, 1, TODAY, 4)]
    assert found == [(27, 0, 0, 0), (28, 4, 1, 3), (1, 0, 0, 3), (2, 0, 2, 1)]


def test_no_day_has_less_than_nothing_open() -> None:
    assert all(day.open >= 0 for day in days({TODAY: (9, 0)}, 1, TODAY))


@given(st.dictionaries(st.sampled_from(last_days(TODAY)), st.tuples(st.integers(0, 9), st.integers(0, 9))))
def test_each_day_follows_from_the_one_before(moves: dict[date, tuple[int, int]]) -> None:
    found = days(moves, 1000, TODAY)
    assert len(found) == DAYS
    assert found[-1].open == 1000
    assert all(b.open - a.open == b.came - b.went for a, b in pairwise(found))
