"""What items are called together, and where they are missing."""

from __future__ import annotations

import pytest

from issues import words


@pytest.mark.parametrize(
    ("resources", "many"),
    [
        ({"email"}, "e-mails"),
        ({"event"}, "events"),
        ({"task"}, "tasks"),
        ({"email", "event"}, "items"),
        ({""}, "items"),
        (set(), "items"),
    ],
)
def test_items_of_one_kind_have_its_name(resources: set[str], many: str) -> None:
    assert words.nouns(resources)[1] == many


@pytest.mark.parametrize(
    ("directions", "resources", "where"),
    [
        ({"to_crm"}, {"event"}, "in Salesforce"),
        ({"to_mailbox"}, {"event"}, "in the calendar"),
        ({"to_mailbox"}, {"task"}, "in the task list"),
        ({"to_mailbox"}, {"task", "event"}, "in the mailbox"),
        ({"to_crm", "to_mailbox"}, {"event"}, "in step"),
    ],
)
def test_where_they_are_missing_is_the_side_that_lacks_them(
    directions: set[str], resources: set[str], where: str
) -> None:
    assert words.where(directions, resources) == where


@pytest.mark.parametrize(
    ("lately", "before", "said"),
    [
        (0, 0, "none new for 2 days"),
        (12, 3, "12 new in 24 hours, 3 the day before"),
        (5, 5, "5 new in 24 hours, as many as the day before"),
        (1204, 0, "1,204 new in 24 hours, none the day before"),
        (0, 7, "none new in 24 hours, 7 the day before"),
    ],
)
def test_a_trend_compares_a_day_with_the_day_before(lately: int, before: int, said: str) -> None:
    assert words.trend(lately, before) == said
