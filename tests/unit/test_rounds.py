"""Several calendars as one feed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.records import Page, Ref, RemoteChange
from connectors.rounds import OWN, Round, beginning, pages, placed, split, within
from tests.builders import event

A, B = "a@x", "b@x"
ids = st.text("abcdefghijklmnopqrstuv0123456789_", min_size=1, max_size=20)


@given(st.sampled_from([OWN, A, "c_1#holiday@group.v.calendar.example"]), ids)
def test_a_name_is_taken_apart_as_it_was_put_together(calendar: str, event_id: str) -> None:
    name = placed(calendar, event_id)
    assert split(name) == (calendar, event_id)
    assert not calendar or name.startswith(beginning(calendar))


def test_in_the_own_calendar_an_event_has_its_own_id() -> None:
    assert placed(OWN, "e7") == "e7"


def test_an_event_and_its_series_are_named_alike_and_what_has_no_series_has_none() -> None:
    occurrence = within(A, RemoteChange(ref=Ref(id="e7", version="1"), record=event(series="e")))
    alone = within(A, RemoteChange(ref=Ref(id="e8"), record=event()))
    assert (occurrence.ref, occurrence.record) == (
        Ref(id="a@x/e7", version="1"),
        event(series="a@x/e", uid=occurrence.record.uid),  # type: ignore[union-attr]
    )
    assert alone.record is not None
    assert alone.record.series == ""  # type: ignore[union-attr]


class Shelf:
    """Calendars of so many pages each; a cursor is the number of those that were read."""

    def __init__(self, **sizes: int) -> None:
        self.sizes = {OWN: sizes.pop("own"), **{f"{name}@x": size for name, size in sizes.items()}}
        self.read: list[tuple[str, str | None]] = []

    def page(self, calendar: str, cursor: str | None) -> Page:
        self.read.append((calendar, cursor))
        number = int(cursor or 0) + 1
        return Page(cursor=str(number), complete=number >= self.sizes[calendar])

    def round(self, further: tuple[str, ...], begun: Round) -> Iterator[Page]:
        return pages(further, begun, self.page, repr)


def test_each_is_read_to_its_end_the_own_one_first() -> None:
    shelf = Shelf(own=2, a=1, b=2)
    found = list(shelf.round((A, B), Round()))
    assert shelf.read == [(OWN, None), (OWN, "1"), (A, None), (B, None), (B, "1")]
    assert [(page.calendar, page.complete) for page in found] == [
        (OWN, False),
        (OWN, False),
        (A, False),
        (B, False),
        (B, True),
    ]


def test_the_next_round_begins_where_each_of_them_ended() -> None:
    shelf = Shelf(own=1, a=1)
    last = list(shelf.round((A,), Round()))[-1]
    assert last.cursor == repr(Round(at=OWN, of={OWN: "1", A: "1"}))
    shelf.read.clear()
    list(shelf.round((A,), Round(of={OWN: "1", A: "1"})))
    assert shelf.read == [(OWN, "1"), (A, "1")]


@pytest.mark.parametrize(
    ("further", "begun", "first", "left"),
    [
        ((A,), Round(at=B, of={OWN: "1", A: "1", B: "1"}), (OWN, "1"), {OWN, A}),  # while it was its turn
        ((), Round(at=OWN, of={OWN: "1", A: "1"}), (OWN, "1"), {OWN}),
        ((A, B), Round(at=A, of={OWN: "1", A: "1"}), (A, "1"), {OWN, A, B}),  # another one was chosen
    ],
)
def test_what_is_chosen_may_change_in_the_middle_of_a_round(
    further: tuple[str, ...], begun: Round, first: tuple[str, str], left: set[str]
) -> None:
    shelf, given = Shelf(own=1, a=1, b=1), list[Round]()
    list(pages(further, begun, shelf.page, lambda at: given.append(at) or ""))  # type: ignore[func-returns-value]
    assert (shelf.read[0], set(given[-1].of)) == (first, left)
