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
