"""Events and records are paired one by one, and what differs or is too many is seen without our keys."""

from __future__ import annotations

from typing import Any

import pytest

from syncapp.demo.outside_pairs import SURELY, EventItem, Meeting, differences, duplicates, pair
from tests.unit.demo.diary import item, meeting

BUSY = meeting("Busy")


@pytest.mark.parametrize(
    ("items", "records", "items_only", "records_only"),
    [
        pytest.param([], [], 0, 0, id="nothing"),
        pytest.param([meeting()], [meeting()], 0, 0, id="one and one"),
        pytest.param([meeting()], [], 1, 0, id="a record is missing"),
        pytest.param([], [meeting()], 0, 1, id="a record of nothing"),
        pytest.param([meeting()], [meeting(), meeting()], 0, 1, id="a second record"),
        pytest.param([meeting(), meeting()], [meeting(), meeting()], 0, 0, id="two alike"),
        pytest.param([meeting()], [meeting(number=11)], 0, 0, id="of the same name on another day"),
        pytest.param([meeting()], [meeting("Renamed", number=11)], 1, 1, id="of another name and day"),
        pytest.param([meeting()], [meeting(hours=2)], 0, 0, id="that lasts longer"),
        pytest.param([meeting()], [meeting("Renamed")], 0, 0, id="of another name at the same time"),
        pytest.param([meeting()], [meeting("Renamed", hours=2)], 1, 1, id="of another name and length"),
        pytest.param([meeting("Doctor", private=True)], [BUSY], 0, 0, id="a private one as busy"),
    ],
)
def test_what_finds_no_partner(
    items: list[Meeting], records: list[Meeting], items_only: int, records_only: int
) -> None:
    _, rest = pair([item(each) for each in items], records)
    assert (len(rest.items), len(rest.records)) == (items_only, records_only)


def test_the_surest_pairs_are_made_first() -> None:
    vague, sure = item(meeting("Gone")), item(meeting("Kept"))
    pairs, _ = pair([vague, sure], [meeting("Kept"), meeting("Renamed")])
    assert [(it.sight.subject, found.subject) for it, found in pairs] == [("Kept", "Kept"), ("Gone", "Renamed")]


def test_of_two_at_one_time_without_a_name_the_words_decide() -> None:
    one, other = item(meeting("", text="One")), item(meeting("", text="Other"))
    pairs, _ = pair([one, other], [meeting("", text="Other"), meeting("", text="One")])
    assert all(differences(it, record) == [] for it, record in pairs)


@pytest.mark.parametrize("record", [meeting("Renamed"), meeting(hours=2)], ids=["another name", "another end"])
def test_what_is_only_likely_is_no_pair_where_it_has_to_be_sure(record: Meeting) -> None:
    pairs, _ = pair([item()], [record], SURELY)
    assert pairs == []


def test_a_record_may_look_like_any_copy() -> None:
    pairs, _ = pair([item(meeting("Organizer's"), meeting("Guest's"))], [meeting("Guest's")], SURELY)
    assert len(pairs) == 1


@pytest.mark.parametrize(
    ("items", "records", "number"),
    [
        pytest.param([item()], [meeting()], 0, id="one of one"),
        pytest.param([item()], [meeting(), meeting()], 1, id="two of one"),
        pytest.param([item()], [meeting(), meeting(), meeting()], 2, id="three of one"),
        pytest.param([item(), item()], [meeting(), meeting()], 0, id="two of two alike"),
        pytest.param([], [meeting()], 0, id="a record of nothing is unpaired, not double"),
        pytest.param([item()], [meeting(), meeting("Another")], 0, id="another subject"),
        pytest.param([item()], [meeting(), meeting(hours=2)], 0, id="another end"),
        pytest.param([item(meeting("Doctor", private=True))], [BUSY, BUSY], 1, id="two of one private one"),
    ],
)
def test_duplicates(items: list[EventItem], records: list[Meeting], number: int) -> None:
    assert duplicates(items, records) == number


LONG = "word " * 60


@pytest.mark.parametrize(
    ("there", "record", "different"),
    [
        pytest.param({}, {}, [], id="nothing"),
        pytest.param({}, {"subject": "Event one"}, ["title"], id="title"),
        pytest.param({"subject": ""}, {"subject": "(no title)"}, [], id="a title where there is none"),
        pytest.param({}, {"number": 11}, ["start", "end"], id="another day"),
        pytest.param({}, {"hours": 2}, ["end"], id="end"),
        pytest.param({"location": "Room 1"}, {"location": "Room 2"}, ["location"], id="location"),
        pytest.param({"location": "Room 1"}, {}, ["location"], id="a location that is missing"),
        pytest.param({"text": "One"}, {"text": "Two"}, ["text"], id="text"),
        pytest.param({"text": "One"}, {}, ["text"], id="a text that is missing"),
        pytest.param({"text": "One two"}, {"text": "One\n two"}, [], id="white space"),
        pytest.param({"text": "<p>One &amp; two</p>"}, {"text": "One & two"}, [], id="tags"),
        pytest.param({"text": f"{LONG}one"}, {"text": f"{LONG}two"}, [], id="what comes after 200 letters"),
        pytest.param({"private": True, "text": "Secret"}, {"subject": "Busy"}, [], id="a private one as busy"),
        pytest.param({"private": True, "text": "Secret"}, {"subject": "Busy", "text": "Told"}, ["text"], id="a leak"),
    ],
)
def test_a_record_differs_from_its_event_in(
    there: dict[str, Any], record: dict[str, Any], different: list[str]
) -> None:
    assert differences(item(meeting(**there)), meeting(**record)) == different


def test_of_copies_with_other_contents_the_record_is_like_one() -> None:
    copies = item(meeting(text="One"), meeting("Renamed", text="Two"))
    assert differences(copies, meeting("Renamed", text="Two")) == []
    assert differences(copies, meeting("Renamed", text="One")) in (["title"], ["text"])
