"""The parts of the simulated Calendar that need no server: times, merging, the store, real-world files."""

from __future__ import annotations

import pickle
from typing import Any

import pytest

from connectors.simulators.google.answers import ApiError
from connectors.simulators.google.calendar import files, times
from connectors.simulators.google.calendar.checking import checked
from connectors.simulators.google.calendar.limits import CalendarQuota
from connectors.simulators.google.calendar.store import KEPT, Calendar, Calendars, Event
from connectors.simulators.google.calendar.writing import merged

NOW = 1_800_000_000.0


@pytest.fixture
def calendar() -> Calendar:
    return Calendars(lambda: NOW).primary("ada@example.com")


# -- Times


@pytest.mark.parametrize(
    ("given", "normal"),
    [
        (
            {"dateTime": "2026-11-23T10:00:00", "timeZone": "Europe/Berlin"},
            {"dateTime": "2026-11-23T10:00:00+01:00", "timeZone": "Europe/Berlin"},
        ),
        (
            {"dateTime": "2026-11-23T10:00:00Z", "timeZone": "America/New_York"},
            {"dateTime": "2026-11-23T05:00:00-05:00", "timeZone": "America/New_York"},
        ),
        (
            {"dateTime": "2026-11-23T10:00:00.250+05:30"},
            {"dateTime": "2026-11-23T05:30:00+01:00", "timeZone": "Europe/Berlin"},
        ),
        ({"date": "2026-11-23", "timeZone": "Europe/Berlin"}, {"date": "2026-11-23"}),
    ],
    ids=["local", "instant", "offset only", "day"],
)
def test_a_time_has_one_normal_form(given: dict[str, Any], normal: dict[str, str]) -> None:
    assert times.read(given, "start", "Europe/Berlin", recurring=False) == normal


@pytest.mark.parametrize("name", ["Mars/Olympus", "EST5EDT6", "../etc/passwd", "/usr", "UTC+02:00", "+02:00", ""])
def test_a_name_that_is_no_zone_has_none(name: str) -> None:
    assert times.zone(name) is None


@pytest.mark.parametrize(
    "text", ["2026-11-23", "2026-11-23T10:00Z", "2026-11-23 10:00:00Z", "2026-13-23T10:00:00Z", "10:00", "x"]
)
def test_what_is_not_rfc_3339_is_no_moment(text: str) -> None:
    assert times.moment(text) is None


def test_utc_is_written_as_z() -> None:
    value = {"dateTime": "2026-11-23T10:00:00+01:00", "timeZone": "Europe/Berlin"}
    assert times.shown(value, "UTC") == {"dateTime": "2026-11-23T09:00:00Z", "timeZone": "Europe/Berlin"}


# -- Merging and checking


@pytest.mark.parametrize(
    ("old", "new", "result"),
    [
        ({"a": 1}, {"b": 2}, {"a": 1, "b": 2}),
        ({"a": 1}, {"a": None}, {}),
        ({"a": {"x": 1, "y": 2}}, {"a": {"x": None, "z": 3}}, {"a": {"y": 2, "z": 3}}),
        ({"a": [1, 2]}, {"a": [3]}, {"a": [3]}),
        ({}, {"a": {"x": None, "y": 1}}, {"a": {"y": 1}}),
        ({"a": 1}, {"a": {"x": 1}}, {"a": {"x": 1}}),
    ],
    ids=["added", "taken away", "nested", "list", "null in new", "replaced"],
)
def test_a_patch_is_merged(old: dict[str, Any], new: dict[str, Any], result: dict[str, Any]) -> None:
    assert merged(old, new) == result


def test_a_patch_leaves_what_it_merges_into_as_it_was() -> None:
    old = {"a": {"x": 1}}
    merged(old, {"a": {"y": 2}})
    assert old == {"a": {"x": 1}}


def test_guests_are_one_each_in_small_letters(calendar: Calendar) -> None:
    days = {"start": {"date": "2026-11-23"}, "end": {"date": "2026-11-24"}}
    guests = [{"email": "Bob@Example.com"}, {"email": "bob@example.com", "responseStatus": "accepted", "self": True}]
    assert checked(calendar, days | {"attendees": guests})["attendees"] == [
        {"email": "bob@example.com", "responseStatus": "accepted"}
    ]


# -- The store


def event(calendar: Calendar, event_id: str, **fields: Any) -> Event:
    days = {"start": {"date": "2026-11-23"}, "end": {"date": "2026-11-24"}}
    return Event(
        id=event_id, ical_uid=f"{event_id}@x", organizer=calendar.id, creator=calendar.id, fields=days, **fields
    )


def test_every_put_is_a_change_with_an_etag_of_its_own(calendar: Calendar) -> None:
    stored = calendar.put(event(calendar, "a"), NOW)
    first = stored.etag
    calendar.put(stored, NOW)
    assert (stored.change, stored.etag != first) == (2, True)


def test_a_tombstone_is_kept_for_four_weeks_and_moves_the_horizon_when_it_goes(calendar: Calendar) -> None:
    calendar.put(event(calendar, "a", cancelled=True), NOW)
    calendar.forget(NOW + KEPT)
    assert ("a" in calendar.events, calendar.horizon) == (True, 0)
    calendar.forget(NOW + KEPT + 1)
    assert ("a" in calendar.events, calendar.horizon) == (False, 1)


def test_a_cancelled_occurrence_is_kept_as_long_as_its_series(calendar: Calendar) -> None:
    calendar.put(event(calendar, "a"), NOW)
    calendar.put(event(calendar, "a_20261123", cancelled=True, series="a", original={"date": "2026-11-23"}), NOW)
    calendar.forget(NOW + 2 * KEPT)
    assert set(calendar.events) == {"a", "a_20261123"}


def test_events_are_found_by_their_uid_and_occurrences_by_their_series_until_they_are_forgotten(
    calendar: Calendar,
) -> None:
    original = {"date": "2026-11-23"}
    series, single = calendar.put(event(calendar, "a"), NOW), calendar.put(event(calendar, "b"), NOW)
    moved = calendar.put(event(calendar, "a_20261123", series="a", original=original), NOW)
    calendar.put(event(calendar, "b", cancelled=True), NOW)
    assert (calendar.with_uid("a@x"), [e.id for e in calendar.with_uid("b@x")]) == ([series], [single.id])
    assert (calendar.exceptions(series), calendar.exceptions(single)) == ([moved], [])
    calendar.forget(NOW + KEPT + 1)
    assert calendar.with_uid("b@x") == []


@pytest.mark.parametrize("had_none", [False, True], ids=["as it is kept today", "as one without an index was"])
def test_a_calendar_that_was_put_away_finds_its_events_again(calendar: Calendar, *, had_none: bool) -> None:
    calendar.put(event(calendar, "a"), NOW)
    calendar.put(event(calendar, "a_1", series="a", original={"date": "2026-11-23"}), NOW)
    if had_none:
        del calendar.__dict__["_by_uid"], calendar.__dict__["_by_series"]
    again: Calendar = pickle.loads(pickle.dumps(calendar))
    assert [e.id for e in again.with_uid("a@x")] == ["a"]
    assert [e.id for e in again.exceptions(again.events["a"])] == ["a_1"]


# -- Limits


def test_the_last_call_of_a_minute_is_allowed_and_no_more() -> None:
    quota = CalendarQuota(lambda: NOW)
    for _ in range(600):
        quota.charge("a", write=False)
    with pytest.raises(ApiError) as caught:
        quota.charge("a", write=False)
    assert (caught.value.status, caught.value.reason) == (403, "rateLimitExceeded")
    quota.charge("b", write=False)


# -- Files


def loaded(calendar: Calendar, *lines: str) -> dict[str, Any]:
    """The fields of the one event of a file."""
    text = "\r\n".join(("BEGIN:VCALENDAR", "BEGIN:VEVENT", "UID:a@b", *lines, "END:VEVENT", "END:VCALENDAR", ""))
    (stored,) = files.put(Calendars(lambda: NOW), calendar, text).stored
    return stored.fields


@pytest.mark.parametrize(
    ("lines", "end"),
    [
        (("DTSTART:20261123T090000Z", "DURATION:PT90M"), "2026-11-23T10:30:00+00:00"),
        (("DTSTART:20261123T090000Z",), "2026-11-23T09:00:00+00:00"),
        (("DTSTART:20261123T090000Z", "DTEND:20261123T080000Z"), "2026-11-23T09:00:00+00:00"),
        (("DTSTART;VALUE=DATE:20261123",), "2026-11-24"),
        (("DTSTART;VALUE=DATE:20261123", "DTEND;VALUE=DATE:20261123"), "2026-11-24"),
        (("DTSTART;VALUE=DATE:20261123", "DURATION:P3D"), "2026-11-26"),
        (("DTSTART;VALUE=DATE:20261123", "DTEND:20261124T090000Z"), "2026-11-24"),
    ],
    ids=["duration", "no end", "end before start", "day", "day without length", "days", "mixed"],
)
def test_an_event_of_a_file_ends(calendar: Calendar, lines: tuple[str, ...], end: str) -> None:
    found = loaded(calendar, *lines)["end"]
    assert found.get("date", found.get("dateTime")) == end


@pytest.mark.parametrize(
    ("line", "zone"),
    [
        ("DTSTART;TZID=America/New_York:20261123T090000", "America/New_York"),
        ("DTSTART:20261123T090000Z", "UTC"),
        ("DTSTART:20261123T090000", "Europe/Berlin"),
        ("DTSTART;TZID=Nowhere/Land:20261123T090000", "Europe/Berlin"),
    ],
    ids=["named", "utc", "floating", "unknown"],
)
def test_an_event_of_a_file_has_a_zone(calendar: Calendar, line: str, zone: str) -> None:
    assert loaded(calendar, line)["start"]["timeZone"] == zone


def test_rules_marks_and_people_of_a_file_are_kept(calendar: Calendar) -> None:
    fields = loaded(
        calendar,
        "DTSTART;VALUE=DATE:20261123",
        "RRULE:FREQ=DAILY;COUNT=3",
        "EXDATE;VALUE=DATE:20261124",
        "EXDATE;VALUE=DATE:",
        "CLASS:CONFIDENTIAL",
        "TRANSP:TRANSPARENT",
        "STATUS:TENTATIVE",
        "ATTENDEE;PARTSTAT=DECLINED:mailto:Bob@Example.com",
        "ATTENDEE:urn:uuid:1",
    )
    assert fields["recurrence"] == ["RRULE:FREQ=DAILY;COUNT=3", "EXDATE;VALUE=DATE:20261124"]
    assert (fields["visibility"], fields["transparency"], fields["status"]) == (
        "confidential",
        "transparent",
        "tentative",
    )
    assert fields["attendees"] == [{"email": "bob@example.com", "responseStatus": "declined"}]


def test_a_file_without_an_event_has_none(calendar: Calendar) -> None:
    text = "BEGIN:VCALENDAR\r\nBEGIN:VTODO\r\nUID:a\r\nEND:VTODO\r\nEND:VCALENDAR\r\n"
    assert files.put(Calendars(lambda: NOW), calendar, "\ufeff" + text) == files.Loaded()
