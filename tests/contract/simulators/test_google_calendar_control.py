"""The control door's verbs for calendars: put, change, delete, load files, share, break and mend."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.contract.simulators.calendar_world import DIARY, PRIMARY, daily, diary, items, meeting, put, sync_token
from tests.contract.simulators.google_world import ADA, BOB, GoogleWorld, running

FILE = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Example//EN
BEGIN:VEVENT
UID:standup@customer.example
DTSTART;TZID=Europe/Berlin:20261123T091500
DTEND;TZID=Europe/Berlin:20261123T093000
RRULE:FREQ=DAILY;COUNT=3
SUMMARY:Stand-up
ORGANIZER:mailto:Carol@Customer.example
ATTENDEE;PARTSTAT=ACCEPTED;CN=Ada:mailto:ada@example.com
END:VEVENT
BEGIN:VEVENT
UID:standup@customer.example
RECURRENCE-ID;TZID=Europe/Berlin:20261124T091500
DTSTART;TZID=Europe/Berlin:20261124T140000
DTEND;TZID=Europe/Berlin:20261124T141500
SUMMARY:Stand-up, late
END:VEVENT
BEGIN:VEVENT
UID:broken@customer.example
SUMMARY:Without a start
END:VEVENT
END:VCALENDAR
""".replace("\n", "\r\n")


@pytest.fixture
def google(tmp_path: Path) -> Iterator[GoogleWorld]:
    with running(tmp_path) as world:
        world.account(ADA, DIARY)
        yield world


def test_an_event_is_put_changed_and_deleted_past_the_api(google: GoogleWorld) -> None:
    token = sync_token(diary(google))
    placed = google.door("event", account=ADA, event=meeting())
    google.door("change-event", account=ADA, id=placed["id"], event={"summary": "Newer"})
    (event,) = items(diary(google), syncToken=token)
    assert (event["summary"], event["iCalUID"]) == ("Newer", placed["iCalUID"])
    google.door("delete-event", account=ADA, id=placed["id"])
    assert [e["status"] for e in items(diary(google), syncToken=token)] == ["cancelled"]


def test_the_door_invites_guests_as_the_api_does(google: GoogleWorld) -> None:
    google.account(BOB, DIARY)
    google.door("event", account=ADA, event=meeting(attendees=[{"email": BOB}]))
    assert len(items(diary(google, BOB))) == 1


def test_a_form_may_send_an_event_as_text(google: GoogleWorld) -> None:
    form = {"account": ADA, "event": json.dumps(meeting()), "token": google.simulator.door_token}
    assert google.request("POST", "/_simulator/event", token="", data=form).status_code == 303
    assert len(items(diary(google))) == 1


def test_a_calendar_is_made_shared_and_taken_away(google: GoogleWorld) -> None:
    google.account(BOB, DIARY)
    team = google.door("calendar", account=ADA, summary="Team", time_zone="America/New_York")["id"]
    assert team.endswith("@group.calendar.google.com")
    google.door("share", calendar=team, account=BOB, role="writer")
    event = diary(google, BOB).events().insert(calendarId=team, body=meeting()).execute()
    assert event["start"]["dateTime"] == "2026-11-23T04:00:00-05:00"
    assert (event["creator"], event["organizer"]["email"]) == ({"email": BOB}, team)
    google.door("share", calendar=team, account=BOB, role="none")
    assert [c["id"] for c in diary(google, BOB).calendarList().list().execute()["items"]] == [BOB]


def test_a_raw_calendar_file_becomes_events(google: GoogleWorld) -> None:
    answer = google.door("event-file", account=ADA, text=FILE)
    assert [event["iCalUID"] for event in answer["events"]] == ["standup@customer.example"] * 2
    assert answer["passed_over"] == ["broken@customer.example: the event has no start"]
    found = items(diary(google), singleEvents=True, orderBy="startTime")
    assert [(e["summary"], e["start"]["dateTime"]) for e in found] == [
        ("Stand-up", "2026-11-23T09:15:00+01:00"),
        ("Stand-up, late", "2026-11-24T14:00:00+01:00"),
        ("Stand-up", "2026-11-25T09:15:00+01:00"),
    ]
    assert found[0]["organizer"] == {"email": "carol@customer.example"}
    assert found[0]["attendees"][0] == {
        "email": ADA,
        "displayName": "Ada",
        "responseStatus": "accepted",
        "self": True,
    }


def one_event(*rows: str) -> str:
    usual = ("UID:fair@customer.example", "SUMMARY:Fair", "DTSTART:20261123T090000Z", "DTEND:20261123T100000Z")
    named = {row.partition(":")[0].partition(";")[0] for row in rows}
    kept = [row for row in usual if row.partition(":")[0] not in named]
    lines = ("BEGIN:VCALENDAR", "BEGIN:VEVENT", *kept, *rows, "END:VEVENT", "END:VCALENDAR", "")
    return "\r\n".join(lines)


def test_a_file_with_a_uid_that_is_there_changes_the_event(google: GoogleWorld) -> None:
    first = google.door("event-file", account=ADA, text=one_event("SEQUENCE:1"))
    second = google.door("event-file", account=ADA, text=one_event("SEQUENCE:2", "SUMMARY:Fair, moved"))
    assert (first["changed"], second["events"], second["changed"]) == ([], [], first["events"])
    assert [event["summary"] for event in items(diary(google))] == ["Fair, moved"]


def test_an_older_version_than_the_one_that_is_there_is_passed_over(google: GoogleWorld) -> None:
    google.door("event-file", account=ADA, text=one_event("SEQUENCE:2"))
    answer = google.door("event-file", account=ADA, text=one_event("SEQUENCE:1", "SUMMARY:Old"))
    told = "fair@customer.example: it is older than the one that is there: sequence 1, not 2"
    assert (answer["events"], answer["changed"], answer["passed_over"]) == ([], [], [told])
    assert [event["summary"] for event in items(diary(google))] == ["Fair"]


def test_an_exception_of_the_same_occurrence_takes_the_place_of_the_first(google: GoogleWorld) -> None:
    google.door("event-file", account=ADA, text=FILE)
    later = FILE.replace("Stand-up, late", "Stand-up, later")
    answer = google.door("event-file", account=ADA, text=later)
    assert (len(answer["events"]), len(answer["changed"])) == (0, 2)
    found = items(diary(google), singleEvents=True, orderBy="startTime")
    assert [event["summary"] for event in found] == ["Stand-up", "Stand-up, later", "Stand-up"]


ALTERED = {
    "no UID": (("UID:",), "without a UID: it has got a UID"),
    "an exception of nothing": (
        ("RECURRENCE-ID:20261123T090000Z",),
        "fair@customer.example: it stands alone: the series that it is an exception of is not there",
    ),
    "a zone that nobody knows": (
        ("DTSTART;TZID=Narnia:20261123T090000", "DTEND;TZID=Narnia:20261123T100000"),
        "fair@customer.example: its time zone “Narnia” became Europe/Berlin",
    ),
    "an end before the start": (
        ("DTEND:20261123T080000Z",),
        "fair@customer.example: it ended before it began, and takes no time now",
    ),
    "an end of another kind": (
        ("DTEND;VALUE=DATE:20261124",),
        "fair@customer.example: its end is no such time as its start, and was left out",
    ),
}


@pytest.mark.parametrize(("rows", "told"), ALTERED.values(), ids=ALTERED.keys())
def test_what_had_to_be_made_into_an_event_is_told(google: GoogleWorld, rows: tuple[str, ...], told: str) -> None:
    answer = google.door("event-file", account=ADA, text=one_event(*rows))
    assert (answer["altered"], len(answer["events"])) == ([told], 1)


def test_an_event_in_a_calendar_that_never_ends_is_passed_over(google: GoogleWorld) -> None:
    answer = google.door("event-file", account=ADA, text=one_event().replace("END:VCALENDAR", ""))
    assert (answer["events"], answer["passed_over"]) == ([], ["the event stands in a component that never ends"])


def test_a_file_may_come_in_bytes_and_wrong_ones_are_marked(google: GoogleWorld) -> None:
    raw = base64.b64encode(one_event("SUMMARY:Größe").encode("latin-1")).decode()
    google.door("event-file", account=ADA, raw=raw)
    assert [event["summary"] for event in items(diary(google))] == ["Gr\ufffd\ufffde"]


def test_the_snapshot_holds_every_calendar_with_its_events(google: GoogleWorld) -> None:
    kept, gone = put(google, **daily()), put(google)
    google.door("delete-event", account=ADA, id=gone["id"])
    calendar = google.door("snapshot")["calendars"][ADA]
    assert {e["id"]: e["status"] for e in calendar["events"]} == {kept["id"]: "confirmed", gone["id"]: "cancelled"}
    assert (calendar["owner"], calendar["timeZone"]) == (ADA, "Europe/Berlin")


def test_a_deleted_account_takes_its_calendars_with_it(google: GoogleWorld) -> None:
    google.account(BOB, DIARY)
    google.door("share", calendar=ADA, account=BOB, role="reader")
    google.door("delete-account", account=BOB)
    snapshot = google.door("snapshot")["calendars"]
    assert list(snapshot) == [ADA]
    assert snapshot[ADA]["access"] == {ADA: "owner"}


def test_the_page_lists_calendars_with_their_events(google: GoogleWorld) -> None:
    put(google, summary="Offer <b>")
    google.door("delete-event", account=ADA, id=put(google, summary="Gone")["id"])
    text = google.get("/_simulator/", token="").text
    assert "Offer &lt;b&gt;" in text
    assert "Gone</del> (deleted)" in text


TROUBLES: dict[str, tuple[str, dict[str, Any]]] = {
    "calendar-off": ("calendar-on", {"account": ADA}),
    "no-calendar-api": ("calendar-api", {}),
    "fill-calendar": ("free-calendar", {"account": ADA, "until_mended": True}),
}


@pytest.mark.parametrize("verb", TROUBLES)
def test_a_trouble_is_listed_with_what_mends_it(google: GoogleWorld, verb: str) -> None:
    mend, arguments = TROUBLES[verb]
    path = "/calendar/v3/calendars/primary"
    google.door(verb, **arguments)
    (trouble,) = google.door("troubles")
    assert (trouble["mend"], google.get(path).status_code) == (mend, 403)
    google.door(trouble["mend"], **trouble["arguments"])
    assert google.door("troubles") == []
    assert google.get(path).status_code == 200


def test_a_minute_later_the_quota_is_free_again(google: GoogleWorld) -> None:
    path = "/calendar/v3/calendars/primary"
    google.door("fill-calendar", account=ADA)
    assert google.get(path).status_code == 403
    google.move_clock(61)
    assert google.get(path).status_code == 200


def test_without_limits_a_minute_has_room_for_everything(google: GoogleWorld) -> None:
    path = "/calendar/v3/calendars/primary"
    google.door("fill-calendar", account=ADA)
    google.door("fill-calendar")
    google.door("calendar-minutes", limits="none")
    assert google.get(path).status_code == 200
    google.door("calendar-minutes")
    assert google.get(path).status_code == 403


def test_without_limits_a_trouble_is_one_still(google: GoogleWorld) -> None:
    google.door("calendar-minutes", limits="none")
    google.door("fill-calendar", account=ADA, until_mended=True)
    assert google.get("/calendar/v3/calendars/primary").status_code == 403


WRONG: dict[str, dict[str, Any]] = {
    "calendar": {"account": ADA, "summary": "Team", "time_zone": "Mars"},
    "calendar-zone": {"account": ADA, "time_zone": "Mars"},
    "share": {"calendar": "nobody", "account": ADA},
    "event": {"account": ADA, "event": {"summary": "Without a start"}},
    "event-file": {"account": ADA, "text": "no calendar"},
    "change-event": {"account": ADA, "id": "nobody", "event": {}},
    "delete-event": {"account": ADA, "id": "nobody"},
    "expire-sync": {"account": "nobody@example.com"},
    "fill-calendar": {"account": ADA, "answer": "no", "until_mended": True},
    "calendar-minutes": {"limits": "few"},
}


@pytest.mark.parametrize("verb", WRONG)
def test_wrong_arguments_are_answered_with_a_sentence(google: GoogleWorld, verb: str) -> None:
    headers = {"X-Simulator-Token": google.simulator.door_token}
    answer = google.session.post(f"{google.url}/_simulator/{verb}", json=WRONG[verb], headers=headers)
    assert answer.status_code == 400
    assert len(answer.json()["error"]) > 10


@pytest.mark.parametrize(
    ("method", "path", "operation", "write"),
    [
        ("GET", "/calendar/v3/calendars/primary/events", "events.list", False),
        ("POST", "/calendar/v3/calendars/primary/events", "events.insert", True),
        ("DELETE", "/calendar/v3/calendars/primary/events/1", "events.delete", True),
        ("GET", "/calendar/v3/users/me/calendarList", "calendarList.list", False),
    ],
)
def test_a_call_is_logged_as(google: GoogleWorld, method: str, path: str, operation: str, write: bool) -> None:
    assert google.logged(method, path) == (operation, write, ADA)


# -- Kept between two starts


def test_events_and_sync_tokens_go_on_after_a_restart(google: GoogleWorld) -> None:
    event = put(google, **daily())
    token = sync_token(diary(google))
    google.restart()
    later = put(google)
    assert [e["id"] for e in items(diary(google), syncToken=token)] == [later["id"]]
    assert diary(google).events().get(calendarId=PRIMARY, eventId=event["id"]).execute()["etag"] == event["etag"]


def test_a_world_from_before_there_was_a_calendar_gets_one(google: GoogleWorld) -> None:
    del google.simulator.world.__dict__["calendars"]
    google.restart()
    assert items(diary(google)) == []
