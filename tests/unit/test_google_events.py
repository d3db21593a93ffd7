"""Google's words for events, to and from ours."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.errors import Answer, ItemError, Kind
from connectors.google import events, reading
from connectors.google.client import CalendarClient
from connectors.google.links import event_url
from connectors.records import Address, Attendee, Event, EventKind, Ref, RemoteChange, Response

# As Google's reference lists them, and one that it does not.
TYPES = {
    "default": EventKind.MEETING,
    "birthday": EventKind.BIRTHDAY,
    "focusTime": EventKind.FOCUS_TIME,
    "fromGmail": EventKind.FROM_MAIL,
    "outOfOffice": EventKind.ABSENCE,
    "workingLocation": EventKind.WORKING_LOCATION,
    "moonPhase": EventKind.OTHER,
}


def said(**more: Any) -> dict[str, Any]:
    """An event as a list of Google's has it; `None` leaves a field out."""
    whole = {
        "id": "abc123",
        "etag": '"7"',
        "status": "confirmed",
        "iCalUID": "abc123@google.com",
        "summary": "Offer",
        "start": {"dateTime": "2026-11-28T16:00:00+01:00", "timeZone": "Europe/Berlin"},
        "end": {"dateTime": "2026-11-28T17:00:00+01:00", "timeZone": "Europe/Berlin"},
        "organizer": {"email": "Ann@Ours.example", "self": True},
        "updated": "2026-11-20T08:30:00.123Z",
    } | more
    return {name: value for name, value in whole.items() if value is not None}


def at(hour: int, *, day: int = 28) -> datetime:
    return datetime(2026, 11, day, hour, tzinfo=UTC)


# -- Reading


@pytest.mark.parametrize(
    ("fields", "name", "value"),
    [
        ({}, "uid", "abc123@google.com"),
        ({"iCalUID": None}, "uid", "abc123@google.com"),
        ({"iCalUID": None, "recurringEventId": "ser1"}, "uid", "ser1@google.com"),
        ({}, "title", "Offer"),
        ({"summary": None}, "title", ""),
        ({}, "start", at(15)),
        ({}, "end", at(16)),
        ({"start": {"dateTime": "2026-11-28T15:00:00Z"}}, "start", at(15)),
        ({"start": {"dateTime": "2026-11-28T16:00:00", "timeZone": "Europe/Berlin"}}, "start", at(15)),
        ({"start": {"dateTime": "2026-11-28T15:00:00"}}, "start", at(15)),
        ({"description": "<b>Prices</b>&nbsp;first"}, "text", "<b>Prices</b>&nbsp;first"),
        ({"location": "Room 7"}, "location", "Room 7"),
        ({}, "busy", True),
        ({"transparency": "opaque"}, "busy", True),
        ({"transparency": "transparent"}, "busy", False),
        ({}, "private", False),
        ({"visibility": "public"}, "private", False),
        ({"visibility": "private"}, "private", True),
        ({"visibility": "confidential"}, "private", True),
        ({}, "organizer", Address(email="ann@ours.example")),
        ({"organizer": {"self": True}}, "organizer", None),
        ({}, "leads", True),
        ({"organizer": None}, "leads", True),
        ({"organizer": {"email": "bob@customer.example"}}, "leads", False),
        ({"organizer": {"email": "bob@customer.example", "self": False}}, "leads", False),
        ({}, "occurrence", ""),
        ({}, "series", ""),
        ({"recurringEventId": "ser1"}, "series", "ser1"),
        ({"originalStartTime": {"dateTime": "2026-11-28T16:00:00+01:00"}}, "occurrence", "20261128T150000Z"),
        ({"originalStartTime": {"date": "2026-11-28"}}, "occurrence", "20261128"),
        ({}, "kind", EventKind.MEETING),
        *(({"eventType": said}, "kind", kind) for said, kind in TYPES.items()),
        ({}, "key", ""),
        ({"extendedProperties": {"private": {"syncappKey": "k1", "other": "x"}}}, "key", "k1"),
        ({"extendedProperties": {"shared": {"syncappKey": "k1"}}}, "key", ""),
        ({}, "changed_at", datetime(2026, 11, 20, 8, 30, 0, 123_000, tzinfo=UTC)),
        ({"updated": None}, "changed_at", None),
        ({}, "all_day", False),
        ({}, "attendees", ()),
    ],
)
def test_a_field_of_googles_becomes_one_of_ours(fields: dict[str, Any], name: str, value: object) -> None:
    assert getattr(events.event(said(**fields)), name) == value


def test_whole_days_are_midnights_in_utc_and_the_end_is_the_day_after() -> None:
    read = events.event(said(start={"date": "2026-11-28"}, end={"date": "2026-11-30"}))
    assert (read.start, read.end, read.all_day) == (at(0), at(0, day=30), True)


def test_those_who_are_invited_are_people_with_their_answers() -> None:
    guests = [
        {"email": "Ann@Ours.example", "displayName": "Ann", "self": True, "responseStatus": "accepted"},
        {"email": "bob@customer.example", "responseStatus": "needsAction"},
        {"email": "carol@customer.example", "responseStatus": "declined"},
        {"email": "dave@customer.example", "responseStatus": "tentative"},
        {"email": "eve@customer.example", "responseStatus": "as of next year"},
        {"email": "room-7@customer.example", "resource": True},
        {"email": "c_1@Resource.Calendar.google.com"},
        {"displayName": "Somebody"},
    ]
    assert events.event(said(attendees=guests)).attendees == tuple(
        Attendee(address=Address(email=email, name=name), response=response)
        for email, name, response in (
            ("ann@ours.example", "Ann", Response.ACCEPTED),
            ("bob@customer.example", "", Response.NONE),
            ("carol@customer.example", "", Response.DECLINED),
            ("dave@customer.example", "", Response.TENTATIVE),
            ("eve@customer.example", "", Response.NONE),
        )
    )


def test_a_cancelled_one_is_a_tombstone() -> None:
    bare = {"id": "abc123", "etag": '"8"', "status": "cancelled"}
    assert events.change(bare) == RemoteChange(ref=Ref(id="abc123", version='"8"'), gone=True)


@pytest.mark.parametrize(
    "broken",
    [
        {"start": None},
        {"start": {}},
        {"start": {"date": "tomorrow"}},
        {"start": {"dateTime": None}},
        {"end": {"dateTime": "2026-11-28T16:00:00", "timeZone": "Middle Earth"}},
        {"end": {"dateTime": "2026-11-28T16:00:00", "timeZone": "../etc/passwd"}},
        {"attendees": ["bob"]},
        {"updated": "lately"},
    ],
)
def test_one_that_cannot_be_read_is_named_without_its_record(broken: dict[str, Any]) -> None:
    assert events.change(said(**broken)) == RemoteChange(ref=Ref(id="abc123", version='"7"'))


class OddClient:
    """A calendar with one event that nobody can read."""

    def get(self, event_id: str, fields: str) -> str:
        return event_id

    def ask(self, requests: list[str]) -> list[Answer]:
        return [Answer(status=200, body=json.dumps(said(id=each, start={"date": "tomorrow"}))) for each in requests]


def test_one_that_cannot_be_read_by_itself_either_is_a_failure_that_people_see() -> None:
    (found,) = reading.current(cast("CalendarClient", OddClient()), [Ref(id="abc123")])
    assert isinstance(found, ItemError)
    assert (found.failure.code, found.failure.kind) == ("google.UNKNOWN", Kind.UNKNOWN)


# -- Writing

WHOLE = Event(
    uid="",
    title="Offer",
    start=at(15),
    end=at(16),
    text="Prices",
    location="Room 7",
    attendees=(Attendee(address=Address(email="bob@customer.example")),),
)
DAYS = replace(WHOLE, start=at(0), end=at(0, day=30), all_day=True)
TIMES = frozenset({"start", "end", "all_day"})


def test_a_new_event_says_what_ours_says_and_invites_nobody() -> None:
    assert events.new_body("k1", 0, WHOLE) == {
        "id": events.chosen_id("k1", 0),
        "summary": "Offer",
        "description": "Prices",
        "location": "Room 7",
        "start": {"dateTime": "2026-11-28T15:00:00Z"},
        "end": {"dateTime": "2026-11-28T16:00:00Z"},
        "transparency": "opaque",
        "visibility": "default",
        "extendedProperties": {"private": {"syncappKey": "k1"}},
    }


def test_a_new_event_of_whole_days_ends_on_the_day_after() -> None:
    body = events.new_body("k1", 0, DAYS)
    assert (body["start"], body["end"]) == ({"date": "2026-11-28"}, {"date": "2026-11-30"})


def test_what_is_empty_is_left_out_of_a_new_event() -> None:
    body = events.new_body("k1", 0, replace(WHOLE, title="", text="", location=""))
    assert body.keys() & {"summary", "description", "location"} == set()


@pytest.mark.parametrize(
    ("fields", "wanted", "body"),
    [
        ({"title"}, WHOLE, {"summary": "Offer"}),
        ({"title"}, replace(WHOLE, title=""), {"summary": None}),
        ({"text"}, WHOLE, {"description": "Prices"}),
        ({"text", "location"}, replace(WHOLE, text="", location=""), {"description": None, "location": None}),
        ({"busy"}, WHOLE, {"transparency": "opaque"}),
        ({"busy"}, replace(WHOLE, busy=False), {"transparency": "transparent"}),
        ({"private"}, WHOLE, {"visibility": "default"}),
        ({"private"}, replace(WHOLE, private=True), {"visibility": "private"}),
        ({"start"}, WHOLE, {"start": {"dateTime": "2026-11-28T15:00:00Z", "date": None}}),
        ({"end"}, WHOLE, {"end": {"dateTime": "2026-11-28T16:00:00Z", "date": None}}),
        ({"start"}, DAYS, {"start": {"date": "2026-11-28", "dateTime": None, "timeZone": None}}),
        ({"attendees", "organizer", "uid", "key", "leads"}, WHOLE, {}),
        (set(), WHOLE, {}),
    ],
)
def test_a_patch_has_the_named_fields_alone(fields: set[str], wanted: Event, body: dict[str, Any]) -> None:
    assert events.patch_body(wanted, frozenset(fields)) == body


def test_all_day_stands_for_both_times() -> None:
    assert events.patch_body(WHOLE, frozenset({"all_day"})) == events.patch_body(WHOLE, TIMES)


def test_an_occurrence_of_whole_days_gets_a_zone_with_its_time() -> None:
    body = events.patch_body(replace(WHOLE, occurrence="20261128", series="ser1"), TIMES)
    assert body["start"] == {"dateTime": "2026-11-28T15:00:00Z", "date": None, "timeZone": "UTC"}


@given(st.text(max_size=80), st.integers(0, 40))
def test_a_chosen_id_is_one_that_google_takes(key: str, generation: int) -> None:
    assert re.fullmatch(r"[0-9a-v]{5,1024}", events.chosen_id(key, generation))


def test_each_key_and_each_generation_has_an_id_of_its_own() -> None:
    ids = {events.chosen_id(key, generation) for key in ("a1", "a", "b") for generation in (0, 1, 11)}
    assert len(ids) == 9


# -- Marks


@pytest.mark.parametrize(("looked", "kept"), [({}, "plain"), ({"colorId": ""}, "plain"), ({"colorId": "5"}, "5")])
def test_a_mark_remembers_on_the_event_what_was_before(looked: dict[str, Any], kept: str) -> None:
    assert events.mark_body(looked) == {"colorId": "11", "extendedProperties": {"private": {"syncappColour": kept}}}


def red(**kept: str) -> dict[str, Any]:
    return {"colorId": "11", "extendedProperties": {"private": kept}}


@pytest.mark.parametrize(
    ("found", "before", "colour"),
    [
        (red(), "5", "5"),
        (red(syncappColour="5"), "5", "5"),
        (red(syncappColour="5"), "11", "5"),  # said by a second mark: the answer to the first one got lost
        (red(syncappColour="plain"), "11", None),
        (red(syncappColour="plain"), "", None),
        (red(), "", None),
    ],
)
def test_an_event_gets_its_own_colour_back(found: dict[str, Any], before: str, colour: str | None) -> None:
    body = events.unmark_body(found, before)
    assert body == {"colorId": colour, "extendedProperties": {"private": {"syncappColour": None}}}


def test_what_was_red_by_itself_is_left_alone() -> None:
    assert events.unmark_body(red(), "11") == {}


# -- Links


def test_a_link_names_the_event_and_the_calendar_as_google_does() -> None:
    url = urlsplit(event_url("https://calendar.google.com", "ann@ours.example", "abc123"))
    assert (url.netloc, url.path) == ("calendar.google.com", "/calendar/event")
    query = parse_qs(url.query)
    assert query == {"eid": ["YWJjMTIzIGFubkBvdXJzLmV4YW1wbGU"], "authuser": ["ann@ours.example"]}
