"""What Calendar refuses to store and to change, asked for with Google's own client library."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.contract.simulators.calendar_world import (
    DIARY,
    PRIMARY,
    about,
    as_guest,
    asks,
    at,
    daily,
    diary,
    inserts,
    invite,
    meeting,
    occurrence,
    on,
    put,
    refusal,
    refused,
    with_etag,
)
from tests.contract.simulators.google_world import ADA, BOB, Case, GoogleWorld, Got, proves, running

LIST = "/calendar/v3/calendars/primary/events"
DAILY: dict[str, Any] = {"recurrence": ["RRULE:FREQ=DAILY;COUNT=5"]}
ID = "0123456789abcdefghijklmnopqrstuv"


@pytest.fixture
def google(tmp_path: Path) -> Iterator[GoogleWorld]:
    with running(tmp_path) as world:
        yield world


def posted(**request: Any) -> Case:
    def case(google: GoogleWorld) -> Got:
        google.account(ADA, DIARY)
        answer = google.request("POST", LIST, **request)
        return refusal(answer.status_code, answer.headers["content-type"], answer.content)

    return case


def recurs(*lines: str) -> Case:
    return inserts(recurrence=[*lines])


def status_event(kind: str, **fields: Any) -> Case:
    return inserts(eventType=kind, **fields)


def patches(**body: Any) -> Case:
    return about(lambda events, e: events.patch(calendarId=PRIMARY, eventId=e["id"], body=body))


def guest_patches(**body: Any) -> Case:
    return as_guest(lambda events, e: events.patch(calendarId=PRIMARY, eventId=e["id"], body=body))


def imports(**fields: Any) -> Case:
    body = {name: value for name, value in (meeting() | fields).items() if value is not None}
    return asks(lambda service: service.events().import_(calendarId=PRIMARY, body=body))


# -- Identity


def twice(*, deleted: bool = False, **fields: Any) -> Case:
    def case(google: GoogleWorld) -> Got:
        events = diary(google).events()
        events.insert(calendarId=PRIMARY, body=meeting(**fields)).execute()
        if deleted:
            events.delete(calendarId=PRIMARY, eventId=fields["id"]).execute()
        return refused(events.insert(calendarId=PRIMARY, body=meeting(**fields)))

    return case


def elsewhere(google: GoogleWorld) -> Got:
    event = put(google, BOB)
    return refused(diary(google).events().get(calendarId=PRIMARY, eventId=event["id"]))


# -- Changes


def stale(request: Callable[[Any, dict[str, Any]], Any]) -> Case:
    """With the etag that the meeting had before somebody changed it."""

    def case(google: GoogleWorld) -> Got:
        event, events = put(google), diary(google).events()
        events.patch(calendarId=PRIMARY, eventId=event["id"], body={"summary": "Newer"}).execute()
        return refused(with_etag(request(events, event), event["etag"]))

    return case


def deleted(request: Callable[[Any, dict[str, Any]], Any]) -> Case:
    def case(google: GoogleWorld) -> Got:
        event, events = put(google), diary(google).events()
        events.delete(calendarId=PRIMARY, eventId=event["id"]).execute()
        return refused(request(events, event))

    return case


def occurrence_twice(google: GoogleWorld) -> Got:
    event, events = put(google, **DAILY), diary(google).events()
    events.delete(calendarId=PRIMARY, eventId=occurrence(event)).execute()
    return refused(events.delete(calendarId=PRIMARY, eventId=occurrence(event)))


def older_sequence(google: GoogleWorld) -> Got:
    event, events = put(google), diary(google).events()
    later = events.patch(calendarId=PRIMARY, eventId=event["id"], body={"end": at(12)}).execute()
    assert later["sequence"] == 1
    return refused(events.update(calendarId=PRIMARY, eventId=event["id"], body=meeting(sequence=0)))


def in_shared(role: str, request: Callable[[Any, dict[str, Any]], Any], **fields: Any) -> Case:
    """In another's calendar, with that role there."""

    def case(google: GoogleWorld) -> Got:
        event = put(google, BOB, **fields)
        google.account(ADA, DIARY)
        google.door("share", calendar=BOB, account=ADA, role=role)
        return refused(request(diary(google).events(), event))

    return case


def older_import(google: GoogleWorld) -> Got:
    events = diary(google).events()
    events.import_(calendarId=PRIMARY, body=meeting(iCalUID="a@b", sequence=2)).execute()
    return refused(events.import_(calendarId=PRIMARY, body=meeting(iCalUID="a@b", sequence=1)))


def into_team(request: Callable[[Any, dict[str, Any], str], Any], **fields: Any) -> Case:
    """With a second calendar to move to."""

    def case(google: GoogleWorld) -> Got:
        event = put(google, **fields)
        team = google.door("calendar", account=ADA, summary="Team")["id"]
        return refused(request(diary(google).events(), event, team))

    return case


def guest_moves_away(google: GoogleWorld) -> Got:
    event = invite(google, BOB)
    team = google.door("calendar", account=BOB, summary="Team")["id"]
    return refused(diary(google, BOB).events().move(calendarId=PRIMARY, eventId=event["id"], destination=team))


def deleted_moves(google: GoogleWorld) -> Got:
    event, events = put(google), diary(google).events()
    events.delete(calendarId=PRIMARY, eventId=event["id"]).execute()
    team = google.door("calendar", account=ADA, summary="Team")["id"]
    return refused(events.move(calendarId=PRIMARY, eventId=event["id"], destination=team))


def focus_time_elsewhere(google: GoogleWorld) -> Got:
    service = diary(google)
    team = google.door("calendar", account=ADA, summary="Team")["id"]
    return refused(service.events().insert(calendarId=team, body=meeting(eventType="focusTime")))


def bare_move(google: GoogleWorld) -> Got:
    event = put(google)
    answer = google.request("POST", f"{LIST}/{event['id']}/move")
    return refusal(answer.status_code, answer.headers["content-type"], answer.content)


REMINDER = {"method": "popup", "minutes": 10}
CASES: dict[str, Case] = {
    "google.event-id": inserts(id="cafe-0001"),
    "google.event-id-short": inserts(id="cafe"),
    "google.event-id-and-uid": inserts(id=ID, iCalUID="a@b"),
    "google.event-duplicate": twice(id=ID),
    "google.event-duplicate-of-deleted": twice(id=ID, deleted=True),
    "google.event-duplicate-uid": twice(iCalUID="a@b"),
    "google.event-unknown": asks(lambda service: service.events().get(calendarId=PRIMARY, eventId="nobody")),
    "google.event-of-other-calendar": elsewhere,
    "google.event-no-occurrence": about(
        lambda events, e: events.get(calendarId=PRIMARY, eventId=occurrence(e, hour=10)), **DAILY
    ),
    "google.event-body-not-json": posted(data=b"{summary: x}"),
    "google.event-body-type": posted(json=meeting(start="Monday")),
    "google.event-without-end": inserts(end=None),
    "google.event-without-start": inserts(start=None),
    "google.event-mixed-times": inserts(start=on(23)),
    "google.event-both-times": patches(start=on(23), end=on(24)),
    "google.event-time-malformed": inserts(end={"dateTime": "tomorrow"}),
    "google.event-time-zone": inserts(end=at(11, zone="Eastern Standard Time")),
    "google.event-time-without-zone": inserts(end={"dateTime": "2026-11-23T11:00:00"}),
    "google.event-recurring-without-zone": inserts(
        start={"dateTime": "2026-11-23T10:00:00+01:00"}, end={"dateTime": "2026-11-23T11:00:00+01:00"}, **DAILY
    ),
    "google.event-end-before-start": inserts(end=at(9)),
    "google.event-of-no-length": inserts(end=at(10)),
    "google.event-of-no-days": inserts(start=on(23), end=on(23)),
    "google.event-rule": recurs("RRULE:COUNT=2"),
    "google.event-rule-count-and-until": recurs("RRULE:FREQ=DAILY;COUNT=2;UNTIL=20261130T000000Z"),
    "google.event-rule-hourly": recurs("RRULE:FREQ=HOURLY"),
    "google.event-rule-dtstart": recurs("DTSTART:20261123T090000Z", "RRULE:FREQ=DAILY"),
    "google.event-rule-without-name": recurs("FREQ=DAILY"),
    "google.event-rule-empty": recurs("RRULE:FREQ=DAILY;COUNT=1", "EXDATE:20261123T090000Z"),
    "google.event-rules-too-long": recurs("RRULE:FREQ=DAILY", *["EXDATE;TZID=Europe/Berlin:20261124T100000"] * 2000),
    "google.event-attendee-without-address": inserts(attendees=[{"displayName": "Ann"}]),
    "google.event-attendee-address": inserts(attendees=[{"email": "Ann"}]),
    "google.event-attendee-answer": inserts(attendees=[{"email": BOB, "responseStatus": "undecided"}]),
    "google.event-colour": inserts(colorId="12"),
    "google.event-visibility": inserts(visibility="secret"),
    "google.event-transparency": inserts(transparency="clear"),
    "google.event-status": inserts(status="done"),
    "google.event-reminders-both": inserts(reminders={"useDefault": True, "overrides": [REMINDER]}),
    "google.event-reminders-six": inserts(
        reminders={"useDefault": False, "overrides": [{"method": "popup", "minutes": n} for n in range(6)]}
    ),
    "google.event-reminder-minutes": inserts(
        reminders={"useDefault": False, "overrides": [{"method": "email", "minutes": 5 * 7 * 24 * 60}]}
    ),
    "google.event-properties-301": inserts(extendedProperties={"private": {f"k{n}": "v" for n in range(301)}}),
    "google.event-properties-32k": inserts(extendedProperties={"shared": {f"k{n}": "v" * 1024 for n in range(32)}}),
    "google.event-conference-type": asks(
        lambda service: service.events().insert(
            calendarId=PRIMARY,
            conferenceDataVersion=1,
            body=meeting(
                conferenceData={"createRequest": {"requestId": "r", "conferenceSolutionKey": {"type": "fax"}}}
            ),
        )
    ),
    "google.event-sequence": older_sequence,
    "google.event-kind": status_event("party"),
    "google.event-kind-changed": patches(eventType="focusTime"),
    "google.event-kind-properties": inserts(outOfOfficeProperties={}),
    "google.event-kind-working-location-bare": status_event("workingLocation"),
    "google.event-kind-elsewhere": focus_time_elsewhere,
    "google.event-kind-from-gmail": status_event("fromGmail"),
    "google.event-kind-out-of-office-days": status_event("outOfOffice", start=on(23), end=on(24)),
    "google.event-kind-out-of-office-free": status_event("outOfOffice", transparency="transparent"),
    "google.event-kind-focus-time-guests": status_event("focusTime", attendees=[{"email": BOB}]),
    "google.event-kind-working-location-days": status_event(
        "workingLocation", start=on(23), end=on(25), workingLocationProperties={"type": "homeOffice"}
    ),
    "google.event-kind-birthday-days": status_event(
        "birthday", start=on(23), end=on(25), recurrence=["RRULE:FREQ=YEARLY"]
    ),
    "google.event-kind-birthday-once": status_event("birthday", start=on(23), end=on(24)),
    "google.event-if-match-patch": stale(
        lambda events, e: events.patch(calendarId=PRIMARY, eventId=e["id"], body={"summary": "Mine"})
    ),
    "google.event-if-match-update": stale(
        lambda events, e: events.update(calendarId=PRIMARY, eventId=e["id"], body=meeting())
    ),
    "google.event-if-match-delete": stale(lambda events, e: events.delete(calendarId=PRIMARY, eventId=e["id"])),
    "google.event-deleted-again": deleted(lambda events, e: events.delete(calendarId=PRIMARY, eventId=e["id"])),
    "google.event-occurrence-deleted-again": occurrence_twice,
    "google.event-change-of-deleted": deleted(
        lambda events, e: events.patch(calendarId=PRIMARY, eventId=e["id"], body={"summary": "Late"})
    ),
    "google.event-update-of-deleted": deleted(
        lambda events, e: events.update(calendarId=PRIMARY, eventId=e["id"], body=meeting())
    ),
    "google.event-occurrence-into-series": about(
        lambda events, e: events.patch(calendarId=PRIMARY, eventId=occurrence(e), body=DAILY), **DAILY
    ),
    "google.event-guest-moves": guest_patches(end=at(12)),
    "google.event-guest-renames": guest_patches(summary="Mine"),
    "google.event-guest-updates": as_guest(
        lambda events, e: events.update(
            calendarId=PRIMARY, eventId=e["id"], body=meeting(summary="Mine", attendees=e["attendees"])
        )
    ),
    "google.event-guest-moves-occurrence": as_guest(
        lambda events, e: events.patch(calendarId=PRIMARY, eventId=occurrence(e), body={"end": at(12, day=24)}),
        **DAILY,
    ),
    "google.event-guest-removes-guest": guest_patches(attendees=[{"email": BOB}]),
    "google.event-guest-invites": as_guest(
        lambda events, e: events.patch(
            calendarId=PRIMARY, eventId=e["id"], body={"attendees": [*e["attendees"], {"email": "dan@example.com"}]}
        ),
        guestsCanInviteOthers=False,
    ),
    "google.event-read-only-calendar": in_shared(
        "reader", lambda events, _: events.insert(calendarId=BOB, body=meeting())
    ),
    "google.event-delete-read-only": in_shared(
        "reader", lambda events, e: events.delete(calendarId=BOB, eventId=e["id"])
    ),
    "google.event-private-hidden": in_shared(
        "writerWithoutPrivateAccess",
        lambda events, e: events.patch(calendarId=BOB, eventId=e["id"], body={"summary": "Seen"}),
        visibility="private",
    ),
    "google.import-without-uid": imports(),
    "google.import-stranger": imports(iCalUID="a@b", organizer={"email": "carol@customer.example"}),
    "google.import-stale": older_import,
    "google.move-occurrence": into_team(
        lambda events, e, team: events.move(calendarId=PRIMARY, eventId=occurrence(e), destination=team), **DAILY
    ),
    "google.move-by-guest": guest_moves_away,
    "google.move-kind": into_team(
        lambda events, e, team: events.move(calendarId=PRIMARY, eventId=e["id"], destination=team),
        eventType="focusTime",
    ),
    "google.move-deleted": deleted_moves,
    "google.move-nowhere": about(
        lambda events, e: events.move(calendarId=PRIMARY, eventId=e["id"], destination="nobody@example.com")
    ),
    "google.move-without-destination": bare_move,
}


@pytest.mark.parametrize("row", CASES)
def test_google_refuses(google: GoogleWorld, row: str) -> None:
    proves(row, CASES[row](google))


def test_a_refused_event_is_not_stored(google: GoogleWorld) -> None:
    CASES["google.event-end-before-start"](google)
    assert google.door("snapshot")["calendars"][ADA]["events"] == []


def test_a_recurring_event_with_a_zone_is_no_obstacle(google: GoogleWorld) -> None:
    assert diary(google).events().insert(calendarId=PRIMARY, body=daily()).execute()["recurrence"] == [
        "RRULE:FREQ=DAILY;COUNT=5"
    ]
