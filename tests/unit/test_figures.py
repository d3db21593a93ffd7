"""What charts say in words and in the table beneath them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from issues.charts import Day, days
from issues.figures import Figure, came_and_went, longest_waits, open_at_the_end, waited

TODAY = date(2026, 3, 2)
THREE = days({TODAY - timedelta(days=1): (1204, 4), TODAY: (0, 200)}, 1000, TODAY, 3)


def table(figure: Figure) -> list[tuple[str, ...]]:
    return [cells for _, cells in figure.rows]


def test_what_was_open_is_a_column_a_day() -> None:
    figure = open_at_the_end(THREE)
    assert (len(figure.chart.bars), figure.peak, table(figure)) == (2, "1,200", [("0",), ("1,200",), ("1,000",)])
    assert figure.label == "Open issues at the end of each of the last 3 days: 0, 1,200, 1,000"


def test_what_came_and_went_says_the_sums_and_the_table_each_day() -> None:
    figure = came_and_went(THREE)
    assert figure.label == "1,204 issues came in the last 3 days, 204 went"
    assert table(figure) == [("0", "0", "0"), ("1,204", "4", "1,200"), ("0", "200", "1,000")]


def test_every_row_of_a_table_has_a_cell_for_each_head() -> None:
    waits = longest_waits([(TODAY, 5)])
    for figure in (open_at_the_end(THREE), came_and_went(THREE), waits):
        assert {len(cells) for cells in table(figure)} == {len(figure.heads)}


def test_a_day_on_which_nobody_looked_is_not_a_day_without_waiting() -> None:
    figure = longest_waits([(TODAY - timedelta(days=2), None), (TODAY - timedelta(days=1), 0), (TODAY, 7200)])
    assert table(figure) == [("–",), ("nothing waited",), ("2 hours",)]
    assert (len(figure.chart.bars), figure.peak) == (1, "2 hours")


def test_quiet_days_have_an_empty_chart() -> None:
    figure = open_at_the_end([Day(on=TODAY)])
    assert (figure.chart.bars, figure.peak, figure.first) == ((), "0", TODAY)


@pytest.mark.parametrize(
    ("seconds", "said"), [(0, "nothing waited"), (5, "less than a minute"), (90, "1 minute"), (2 * 86400, "2 days")]
)
def test_waits_are_said_in_their_largest_unit(seconds: int, said: str) -> None:
    assert waited(seconds) == said
