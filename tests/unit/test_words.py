"""What items are called together, and where they are missing."""

from __future__ import annotations

import pytest

from issues import words


@pytest.mark.parametrize(
    ("resources", "many"),
    [({"email"}, "e-mails"), ({"event"}, "events"), ({"email", "event"}, "items"), ({""}, "items"), (set(), "items")],
)
def test_items_of_one_kind_have_its_name(resources: set[str], many: str) -> None:
    assert words.nouns(resources)[1] == many


@pytest.mark.parametrize(
    ("directions", "where"),
    [({"to_crm"}, "in Salesforce"), ({"to_mailbox"}, "in the calendar"), ({"to_crm", "to_mailbox"}, "in step")],
)
def test_where_they_are_missing_is_the_side_that_lacks_them(directions: set[str], where: str) -> None:
    assert words.where(directions) == where
