"""Lists of events: windows, orders, pages, sync tokens and tombstones, as Google's own client library sees them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.contract.simulators.calendar_world import (
    DAY,
    DIARY,
    PRIMARY,
    at,
    diary,
    invite,
    items,
    meeting,
    occurrence,
    on,
    put,
    sync_token,
)
from tests.contract.simulators.google_world import ADA, BOB, GoogleWorld, running

DAILY: dict[str, Any] = {"recurrence": ["RRULE:FREQ=DAILY;COUNT=3"]}


@pytest.fixture
def google(tmp_path: Path) -> Iterator[GoogleWorld]:
    with running(tmp_path) as world:
        yield world


def patch(google: GoogleWorld, event_id: str, **body: Any) -> None:
    diary(google).events().patch(calendarId=PRIMARY, eventId=event_id, body=body).execute()


def delete(google: GoogleWorld, event_id: str) -> None:
    diary(google).events().delete(calendarId=PRIMARY, eventId=event_id).execute()


def summaries(found: list[dict[str, Any]]) -> list[str]:
    return [event["summary"] for event in found]


# -- Windows, orders, words


@pytest.mark.parametrize(
    ("window", "found"),
    [
        ({"timeMin": "2026-11-23T09:59:59Z"}, True),
        ({"timeMin": "2026-11-23T10:00:00Z"}, False),
        ({"timeMax": "2026-11-23T09:00:00Z"}, False),
        ({"timeMax": "2026-11-23T09:00:01Z"}, True),
        ({"timeMin": "2026-11-23T09:15:00Z", "timeMax": "2026-11-23T09:30:00Z"}, True),
    ],
    ids=["ends after", "ends at", "starts at", "starts before", "lies around"],
)
def test_a_window_holds_what_ends_after_it_begins_and_starts_before_it_ends(
    google: GoogleWorld, window: dict[str, str], found: bool
) -> None:
    put(google)
    assert bool(items(diary(google), **window)) is found


def test_an_all_day_event_lasts_from_midnight_to_midnight_in_the_calendar_s_zone(google: GoogleWorld) -> None:
    put(google, start=on(23), end=on(24))
    service = diary(google)
    assert items(service, timeMax="2026-11-22T23:00:00Z") == []
    assert len(items(service, timeMax="2026-11-22T23:00:01Z")) == 1
    google.door("calendar-zone", account=ADA, time_zone="America/New_York")
    assert items(service, timeMax="2026-11-23T05:00:00Z") == []


def test_events_are_ordered_by_start_or_by_change(google: GoogleWorld) -> None:
    late = put(google, summary="late", start=at(14), end=at(15))
    put(google, summary="early", start=at(8), end=at(9))
    patch(google, late["id"], location="Room 2")
    service = diary(google)
    assert summaries(items(service, singleEvents=True, orderBy="startTime")) == ["early", "late"]
    assert summaries(items(service, orderBy="updated")) == ["early", "late"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "LONDON"}, ["by place"]),
        ({"q": "carol@customer.example"}, ["by guest"]),
        ({"privateExtendedProperty": "key=1"}, ["by property"]),
        ({"sharedExtendedProperty": "key=1"}, []),
        ({"eventTypes": ["focusTime"]}, ["by kind"]),
        ({"iCalUID": "uid@customer.example"}, ["by uid"]),
    ],
    ids=["place", "guest", "property", "other side", "kind", "uid"],
)
def test_a_list_finds_by(google: GoogleWorld, query: dict[str, Any], found: list[str]) -> None:
    put(google, summary="by place", location="London")
    put(google, summary="by guest", attendees=[{"email": "carol@customer.example"}])
    put(google, summary="by property", extendedProperties={"private": {"key": "1"}})
    put(google, summary="by kind", eventType="focusTime")
    put(google, summary="by uid", iCalUID="uid@customer.example")
    assert summaries(items(diary(google), **query)) == found


def test_pages_hold_every_event_once(google: GoogleWorld) -> None:
    for number in range(7):
        put(google, summary=f"{number}")
    service = diary(google)
    first = service.events().list(calendarId=PRIMARY, maxResults=3).execute()
    assert len(first["items"]) == 3
    assert "nextSyncToken" not in first
    assert sorted(summaries(items(service, maxResults=3))) == [f"{n}" for n in range(7)]


def test_the_answer_is_in_the_zone_that_was_asked_for(google: GoogleWorld) -> None:
    event_id = put(google)["id"]
    service = diary(google)
    (event,) = items(service, timeZone="America/New_York")
    assert event["start"] == {"dateTime": "2026-11-23T04:00:00-05:00", "timeZone": "Europe/Berlin"}
    shown = service.events().get(calendarId=PRIMARY, eventId=event_id, timeZone="UTC").execute()
    assert shown["start"]["dateTime"] == "2026-11-23T09:00:00Z"


# -- Sync tokens


def changes(google: GoogleWorld, token: str, **query: Any) -> dict[str, str]:
    return {e["id"]: e["status"] for e in items(diary(google), syncToken=token, **query)}


def test_a_sync_token_tells_what_came_changed_and_went(google: GoogleWorld) -> None:
    stays, moves, goes = (put(google)["id"] for _ in range(3))
    token = sync_token(diary(google))
    new = put(google)["id"]
    patch(google, moves, end=at(12))
    delete(google, goes)
    assert changes(google, token) == {new: "confirmed", moves: "confirmed", goes: "cancelled"}
    assert stays not in changes(google, token)


def test_a_token_without_changes_since_tells_nothing_and_leads_on(google: GoogleWorld) -> None:
    put(google)
    token = sync_token(diary(google))
    assert changes(google, token) == {}
    again = diary(google).events().list(calendarId=PRIMARY, syncToken=token).execute()["nextSyncToken"]
    event_id = put(google)["id"]
    assert changes(google, again) == {event_id: "confirmed"}


def test_what_changes_between_two_pages_is_told_by_the_token_at_the_end(google: GoogleWorld) -> None:
    ids = sorted(put(google)["id"] for _ in range(4))
    service = diary(google)
    request = service.events().list(calendarId=PRIMARY, maxResults=2)
    first = request.execute()
    patch(google, ids[0], summary="Newer")
    last = service.events().list_next(request, first).execute()
    assert changes(google, last["nextSyncToken"]) == {ids[0]: "confirmed"}


def test_changes_come_in_pages_too(google: GoogleWorld) -> None:
    token = sync_token(diary(google))
    ids = {put(google)["id"] for _ in range(5)}
    assert set(changes(google, token, maxResults=2)) == ids


def test_changes_are_told_in_the_order_in_which_they_happened(google: GoogleWorld) -> None:
    ids = sorted(put(google)["id"] for _ in range(3))
    token = sync_token(diary(google))
    for event_id in reversed(ids):
        patch(google, event_id, summary="Newer")
    assert list(changes(google, token)) == ids[::-1]


def test_a_tombstone_in_a_list_says_no_more_than_its_identity(google: GoogleWorld) -> None:
    event_id = put(google)["id"]
    token = sync_token(diary(google))
    delete(google, event_id)
    (gone,) = items(diary(google), syncToken=token)
    assert set(gone) == {"kind", "etag", "id", "status"}


def test_a_deleted_event_can_still_be_read_in_full(google: GoogleWorld) -> None:
    event_id = put(google)["id"]
    delete(google, event_id)
    shown = diary(google).events().get(calendarId=PRIMARY, eventId=event_id).execute()
    assert (shown["status"], shown["summary"]) == ("cancelled", "Offer")


@pytest.mark.parametrize(
    ("query", "gives"),
    [
        ({}, True),
        ({"timeMin": "2026-11-01T00:00:00Z"}, True),
        ({"singleEvents": True}, True),
        ({"orderBy": "updated"}, False),
        ({"q": "offer"}, False),
        ({"updatedMin": "now"}, False),
    ],
    ids=["plain", "windowed", "expanded", "ordered", "searched", "since a time"],
)
def test_a_list_ends_with_a_token_unless_it_is_narrowed(
    google: GoogleWorld, query: dict[str, Any], gives: bool
) -> None:
    said = {name: put(google)["created"] if value == "now" else value for name, value in query.items()}
    answer = diary(google).events().list(calendarId=PRIMARY, **said).execute()
    assert ("nextSyncToken" in answer) is gives


def test_a_token_tells_of_what_lies_outside_the_window_of_the_first_list(google: GoogleWorld) -> None:
    token = sync_token(diary(google), timeMin="2026-11-01T00:00:00Z", timeMax="2026-12-01T00:00:00Z")
    later = put(
        google,
        start=at(10, day=23) | {"dateTime": "2027-03-01T10:00:00"},
        end=at(11) | {"dateTime": "2027-03-01T11:00:00"},
    )
    assert changes(google, token) == {later["id"]: "confirmed"}


def test_an_etag_moves_with_every_change_and_updated_not_with_reminders(google: GoogleWorld) -> None:
    before = put(google)
    patch(google, before["id"], reminders={"useDefault": False})
    after = diary(google).events().get(calendarId=PRIMARY, eventId=before["id"]).execute()
    assert after["etag"] != before["etag"]
    assert after["updated"] == before["updated"]


def test_tombstones_are_forgotten_after_four_weeks(google: GoogleWorld) -> None:
    event_id = put(google)["id"]
    delete(google, event_id)
    google.move_clock(29 * DAY)
    google.accounts[ADA] = google.door("grant", account=ADA, scopes=[DIARY])
    assert items(diary(google), showDeleted=True) == []


@pytest.mark.parametrize(
    ("asked", "shown"), [({}, []), ({"showDeleted": True}, ["cancelled"])], ids=["hidden", "shown"]
)
def test_deleted_events_are_shown_on_demand(google: GoogleWorld, asked: dict[str, Any], shown: list[str]) -> None:
    delete(google, put(google)["id"])
    assert [e["status"] for e in items(diary(google), **asked)] == shown


def test_updated_min_shows_deleted_events_without_being_asked(google: GoogleWorld) -> None:
    event = put(google)
    delete(google, event["id"])
    assert [e["status"] for e in items(diary(google), updatedMin=event["created"])] == ["cancelled"]


# -- Recurring events in lists


def test_a_series_is_one_event_or_its_occurrences(google: GoogleWorld) -> None:
    event = put(google, **DAILY)
    service = diary(google)
    assert [e["id"] for e in items(service)] == [event["id"]]
    assert [e["id"] for e in items(service, singleEvents=True)] == [occurrence(event, day) for day in (23, 24, 25)]


def test_a_window_cuts_an_endless_series(google: GoogleWorld) -> None:
    put(google, recurrence=["RRULE:FREQ=DAILY"])
    window = {"timeMin": "2027-02-01T00:00:00Z", "timeMax": "2027-02-04T00:00:00Z"}
    assert len(items(diary(google), singleEvents=True, **window)) == 3
    assert len(items(diary(google), **window)) == 1


def test_a_cancelled_occurrence_is_listed_with_its_series_and_not_among_the_occurrences(google: GoogleWorld) -> None:
    event = put(google, **DAILY)
    delete(google, occurrence(event))
    service = diary(google)
    assert {e["id"]: e["status"] for e in items(service)} == {event["id"]: "confirmed", occurrence(event): "cancelled"}
    assert [e["id"] for e in items(service, singleEvents=True)] == [occurrence(event, 23), occurrence(event, 25)]
    deleted = items(service, singleEvents=True, showDeleted=True)
    assert [e["status"] for e in deleted] == ["confirmed", "cancelled", "confirmed"]


def test_the_tombstone_of_an_occurrence_names_series_and_original_start(google: GoogleWorld) -> None:
    event = put(google, **DAILY)
    token = sync_token(diary(google))
    delete(google, occurrence(event))
    (gone,) = items(diary(google), syncToken=token)
    assert gone["recurringEventId"] == event["id"]
    assert gone["originalStartTime"]["dateTime"] == "2026-11-24T10:00:00+01:00"


def test_a_shortened_series_tells_its_lost_occurrences_one_by_one(google: GoogleWorld) -> None:
    event = put(google, **DAILY)
    token = sync_token(diary(google), singleEvents=True)
    patch(google, event["id"], recurrence=["RRULE:FREQ=DAILY;COUNT=2"])
    told = changes(google, token, singleEvents=True)
    assert told == {
        occurrence(event, 23): "confirmed",
        occurrence(event, 24): "confirmed",
        occurrence(event, 25): "cancelled",
    }


def test_a_change_of_a_series_is_told_of_the_exceptions_that_inherit_it(google: GoogleWorld) -> None:
    event = put(google, **DAILY)
    patch(google, occurrence(event, 24), summary="Mine")
    patch(google, occurrence(event, 25), location="Room 2")
    token = sync_token(diary(google))
    patch(google, event["id"], summary="Newer")
    assert set(changes(google, token)) == {event["id"], occurrence(event, 25)}


def test_a_deleted_series_tells_all_its_occurrences(google: GoogleWorld) -> None:
    event = put(google, **DAILY)
    token = sync_token(diary(google), singleEvents=True)
    delete(google, event["id"])
    assert set(changes(google, token, singleEvents=True).values()) == {"cancelled"}
    assert len(changes(google, token, singleEvents=True)) == 3


# -- Calendars and who sees them


def test_the_list_of_calendars_has_the_own_one_first_and_shared_ones_with_their_role(google: GoogleWorld) -> None:
    google.account(BOB, DIARY)
    service = diary(google)
    google.door("share", calendar=BOB, account=ADA, role="reader")
    lines = service.calendarList().list().execute()["items"]
    assert [(line["id"], line["accessRole"], line.get("primary", False)) for line in lines] == [
        (ADA, "owner", True),
        (BOB, "reader", False),
    ]
    writable = service.calendarList().list(minAccessRole="writer").execute()["items"]
    assert [line["id"] for line in writable] == [ADA]


def test_the_list_of_calendars_comes_in_pages(google: GoogleWorld) -> None:
    service = diary(google)
    for number in range(3):
        google.door("calendar", account=ADA, summary=f"Team {number}")
    first = service.calendarList().list(maxResults=3).execute()
    last = service.calendarList().list(maxResults=3, pageToken=first["nextPageToken"]).execute()
    assert [line["summary"] for line in first["items"] + last["items"]] == [ADA, "Team 0", "Team 1", "Team 2"]
    assert "nextPageToken" not in last


@pytest.mark.parametrize(
    ("role", "visibility", "seen"),
    [
        ("reader", "default", True),
        ("reader", "private", False),
        ("writer", "private", True),
        ("writerWithoutPrivateAccess", "confidential", False),
        ("freeBusyReader", "default", False),
    ],
)
def test_who_may_not_see_an_event_learns_when_it_is_and_no_more(
    google: GoogleWorld, role: str, visibility: str, seen: bool
) -> None:
    put(google, BOB, visibility=visibility, location="Secret room", attendees=[{"email": "carol@customer.example"}])
    service = diary(google)
    google.door("share", calendar=BOB, account=ADA, role=role)
    (event,) = service.events().list(calendarId=BOB).execute()["items"]
    assert event["start"]["dateTime"] == "2026-11-23T10:00:00+01:00"
    for name in ("summary", "location", "attendees"):
        assert (name in event) is seen


def test_more_guests_than_asked_for_are_left_out(google: GoogleWorld) -> None:
    event = invite(google, BOB, "carol@example.com", "dan@example.com")
    shown = diary(google, BOB).events().get(calendarId=PRIMARY, eventId=event["id"], maxAttendees=2).execute()
    assert [guest["email"] for guest in shown["attendees"]] == [BOB]
    assert shown["attendeesOmitted"] is True


def test_a_page_of_an_event_shows_it_to_people(google: GoogleWorld) -> None:
    event = put(google, location="Room <2>")
    page = google.get(event["htmlLink"].removeprefix(google.url), token="")
    assert page.status_code == 200
    assert "Room &lt;2&gt;" in page.text
    assert google.get("/calendar/event", token="", eid="x").status_code == 404


def test_each_account_has_a_calendar_of_its_own(google: GoogleWorld) -> None:
    put(google, BOB, **meeting(summary="Bob's"))
    assert items(diary(google)) == []
