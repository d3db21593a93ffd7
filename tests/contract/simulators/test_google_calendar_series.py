"""Recurring events: occurrences, exceptions, moves and cancellations, as Google's own client library sees them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.contract.simulators.calendar_world import PRIMARY, at, diary, items, occurrence, on, put, refused
from tests.contract.simulators.google_world import GoogleWorld, running

DAILY: dict[str, Any] = {"recurrence": ["RRULE:FREQ=DAILY;COUNT=4"]}


@pytest.fixture
def google(tmp_path: Path) -> Iterator[GoogleWorld]:
    with running(tmp_path) as world:
        yield world


def patch(google: GoogleWorld, event_id: str, **body: Any) -> dict[str, Any]:
    answer: dict[str, Any] = diary(google).events().patch(calendarId=PRIMARY, eventId=event_id, body=body).execute()
    return answer


def starts(google: GoogleWorld, **query: Any) -> list[str]:
    found = items(diary(google), singleEvents=True, orderBy="startTime", **query)
    return [event["start"].get("date") or event["start"]["dateTime"] for event in found]


def test_an_occurrence_has_an_id_of_its_start_and_names_its_series(google: GoogleWorld) -> None:
    event = put(google, **DAILY)
    shown = diary(google).events().get(calendarId=PRIMARY, eventId=occurrence(event)).execute()
    assert (shown["id"], shown["recurringEventId"]) == (f"{event['id']}_20261124T090000Z", event["id"])
    assert shown["originalStartTime"] == {"dateTime": "2026-11-24T10:00:00+01:00", "timeZone": "Europe/Berlin"}
    assert shown["iCalUID"] == event["iCalUID"]
    assert "recurrence" not in shown


def test_an_occurrence_of_a_whole_day_is_named_by_its_day(google: GoogleWorld) -> None:
    event = put(google, start=on(23), end=on(24), **DAILY)
    shown = diary(google).events().get(calendarId=PRIMARY, eventId=f"{event['id']}_20261124").execute()
    assert (shown["start"], shown["end"]) == (on(24), on(25))


def test_the_wall_clock_stays_when_summer_time_begins(google: GoogleWorld) -> None:
    start = {"dateTime": "2027-03-27T10:00:00", "timeZone": "Europe/Berlin"}
    put(google, start=start, end=start | {"dateTime": "2027-03-27T11:00:00"}, recurrence=["RRULE:FREQ=DAILY;COUNT=3"])
    assert starts(google) == ["2027-03-27T10:00:00+01:00", "2027-03-28T10:00:00+02:00", "2027-03-29T10:00:00+02:00"]


def test_a_moved_occurrence_keeps_its_id_and_its_original_start(google: GoogleWorld) -> None:
    event = put(google, **DAILY)
    moved = patch(google, occurrence(event), start=at(15, day=24), end=at(16, day=24))
    assert moved["id"] == occurrence(event)
    assert moved["originalStartTime"]["dateTime"] == "2026-11-24T10:00:00+01:00"
    assert starts(google)[1] == "2026-11-24T15:00:00+01:00"


def test_an_occurrence_that_is_moved_into_a_window_is_in_it_and_out_of_its_old_one(google: GoogleWorld) -> None:
    event = put(google, **DAILY)
    patch(google, occurrence(event), start=at(10, day=28), end=at(11, day=28))
    assert starts(google, timeMin="2026-11-28T00:00:00Z") == ["2026-11-28T10:00:00+01:00"]
    assert starts(google, timeMin="2026-11-24T00:00:00Z", timeMax="2026-11-25T00:00:00Z") == []


def test_an_exception_keeps_what_is_its_own_and_takes_the_rest_from_the_series(google: GoogleWorld) -> None:
    event = put(google, **DAILY)
    patch(google, occurrence(event), summary="Mine")
    patch(google, event["id"], summary="Theirs", location="Room 2")
    shown = diary(google).events().get(calendarId=PRIMARY, eventId=occurrence(event)).execute()
    assert (shown["summary"], shown["location"]) == ("Mine", "Room 2")


def test_what_an_exception_has_lost_does_not_come_back_from_the_series(google: GoogleWorld) -> None:
    event = put(google, location="Room 2", **DAILY)
    assert "location" not in patch(google, occurrence(event), location=None)


def test_an_exception_is_listed_with_its_series(google: GoogleWorld) -> None:
    event = put(google, **DAILY)
    patch(google, occurrence(event), summary="Mine")
    found = {e["id"]: e.get("recurringEventId") for e in items(diary(google))}
    assert found == {event["id"]: None, occurrence(event): event["id"]}


def test_a_change_of_the_rule_drops_the_exceptions_that_it_no_longer_has(google: GoogleWorld) -> None:
    event = put(google, **DAILY)
    patch(google, occurrence(event, 25), summary="Dropped")
    patch(google, event["id"], recurrence=["RRULE:FREQ=DAILY;COUNT=2"])
    shown = diary(google).events().get(calendarId=PRIMARY, eventId=occurrence(event, 25)).execute()
    assert shown["status"] == "cancelled"
    assert len(starts(google)) == 2


def test_a_cancelled_occurrence_can_be_restored(google: GoogleWorld) -> None:
    event = put(google, **DAILY)
    diary(google).events().delete(calendarId=PRIMARY, eventId=occurrence(event)).execute()
    assert len(starts(google)) == 3
    patch(google, occurrence(event), status="confirmed")
    assert len(starts(google)) == 4


def test_deleting_a_series_deletes_its_exceptions(google: GoogleWorld) -> None:
    event = put(google, **DAILY)
    patch(google, occurrence(event), summary="Mine")
    diary(google).events().delete(calendarId=PRIMARY, eventId=event["id"]).execute()
    assert items(diary(google)) == []
    assert starts(google) == []


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({}, 4),
        ({"timeMin": "2026-11-25T00:00:00Z"}, 2),
        ({"originalStart": "2026-11-25T10:00:00+01:00"}, 1),
        ({"maxResults": 3}, 3),
    ],
    ids=["all", "in a window", "by original start", "in a page"],
)
def test_the_occurrences_of_one_series_are_listed(google: GoogleWorld, query: dict[str, Any], count: int) -> None:
    event = put(google, **DAILY)
    put(google, summary="Another")
    answer = diary(google).events().instances(calendarId=PRIMARY, eventId=event["id"], **query).execute()
    assert len(answer["items"]) == count
    assert {e["recurringEventId"] for e in answer["items"]} == {event["id"]}


def test_deleted_occurrences_are_listed_on_demand(google: GoogleWorld) -> None:
    event, events = put(google, **DAILY), diary(google).events()
    events.delete(calendarId=PRIMARY, eventId=occurrence(event)).execute()
    shown = events.instances(calendarId=PRIMARY, eventId=event["id"], showDeleted=True).execute()["items"]
    assert [e["status"] for e in shown] == ["confirmed", "cancelled", "confirmed", "confirmed"]


def test_an_update_of_an_occurrence_replaces_all_that_it_had(google: GoogleWorld) -> None:
    event = put(google, location="Room 2", **DAILY)
    body = {"summary": "Whole", "start": at(10, day=24), "end": at(11, day=24)}
    shown = diary(google).events().update(calendarId=PRIMARY, eventId=occurrence(event), body=body).execute()
    assert shown["summary"] == "Whole"
    assert "location" not in shown


def test_a_series_that_becomes_a_single_event_has_no_occurrences(google: GoogleWorld) -> None:
    event = put(google, **DAILY)
    patch(google, event["id"], recurrence=None)
    assert len(starts(google)) == 1
    request = diary(google).events().get(calendarId=PRIMARY, eventId=occurrence(event))
    assert refused(request).status == 404


def test_the_sequence_grows_with_the_time_and_not_with_the_words(google: GoogleWorld) -> None:
    event = put(google, **DAILY)
    assert patch(google, event["id"], summary="Words")["sequence"] == 0
    assert patch(google, event["id"], end=at(12))["sequence"] == 1
    assert patch(google, event["id"], recurrence=["RRULE:FREQ=DAILY;COUNT=2"])["sequence"] == 2


def test_a_series_moves_to_another_calendar_with_its_exceptions(google: GoogleWorld) -> None:
    event, service = put(google, **DAILY), diary(google)
    patch(google, occurrence(event), summary="Mine")
    team = google.door("calendar", account="ada@example.com", summary="Team")["id"]
    moved = service.events().move(calendarId=PRIMARY, eventId=event["id"], destination=team).execute()
    assert (moved["id"], moved["organizer"]) == (event["id"], {"email": team, "displayName": "Team", "self": True})
    there = service.events().list(calendarId=team, singleEvents=True).execute()["items"]
    assert [e["summary"] for e in there] == ["Offer", "Mine", "Offer", "Offer"]
    assert items(service) == []
