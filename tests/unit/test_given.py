"""What people said of an item, as it is kept with it."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.fills import Fill
from syncapp.engine import given

SMITH = Fill(field="LastName", value="Smith", fresh=True)
TITLE = Fill(field="Title", value="short", instead="too long", fresh=True)
BOTH = given.added(given.added(None, "contact", [SMITH]), "contact", [TITLE])
PICK = given.chosen(BOTH, ("contact", "003"))


@pytest.mark.parametrize("said", [None, {}, given.added(None, "lead", [SMITH])])
def test_nothing_counts_for_another_kind_of_record(said: Any) -> None:
    assert given.fills(said, "contact") == ()


def test_what_is_added_stands_beside_what_was_there_and_the_last_word_counts() -> None:
    again = Fill(field="LastName", value="Jones", fresh=True)
    assert given.fills(BOTH, "contact") == (SMITH, TITLE)
    assert given.fills(given.added(BOTH, "contact", [again]), "contact") == (again, TITLE)


def test_once_written_it_is_fresh_no_more_and_stays() -> None:
    after = given.written(BOTH)
    assert (given.is_fresh(BOTH), given.is_fresh(after), given.is_fresh(None)) == (True, False, False)
    assert [fill.value for fill in given.fills(after, "contact")] == ["Smith", "short"]


def test_a_pick_takes_the_place_of_the_other_answer_and_the_other_way_round() -> None:
    new = given.chosen(PICK, None, "contact")
    assert (given.picked(PICK), given.anyway(PICK, "contact")) == (("contact", "003"), False)
    assert (given.picked(new), given.anyway(new, "contact"), given.anyway(new, "lead")) == (None, True, False)
    assert given.fills(new, "contact") == (SMITH, TITLE)


def test_no_duplicate_is_said_for_one_write() -> None:
    assert not given.anyway(given.written(given.chosen(None, None, "lead")), "lead")


def test_a_pick_is_forgotten_alone() -> None:
    assert (given.picked(given.without_pick(PICK)), given.without_pick(PICK)) == (None, BOTH)
