"""One meeting in several calendars: what the organizer changes reaches the guests, what they answer comes back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.contract.simulators.calendar_world import (
    DIARY,
    PRIMARY,
    at,
    diary,
    invite,
    items,
    meeting,
    occurrence,
    put,
    sync_token,
)
from tests.contract.simulators.google_world import ADA, BOB, GoogleWorld, running

CAROL, OUTSIDE = "carol@example.com", "dan@customer.example"
DAILY: dict[str, Any] = {"recurrence": ["RRULE:FREQ=DAILY;COUNT=3"]}


@pytest.fixture
def google(tmp_path: Path) -> Iterator[GoogleWorld]:
    with running(tmp_path) as world:
        yield world


def get(google: GoogleWorld, email: str, event_id: str) -> dict[str, Any]:
    answer: dict[str, Any] = diary(google, email).events().get(calendarId=PRIMARY, eventId=event_id).execute()
    return answer


def patch(google: GoogleWorld, email: str, event_id: str, **body: Any) -> dict[str, Any]:
    events = diary(google, email).events()
    answer: dict[str, Any] = events.patch(calendarId=PRIMARY, eventId=event_id, body=body).execute()
    return answer


def accept(google: GoogleWorld, email: str, event_id: str, answer: str = "accepted") -> None:
    patch(
        google,
        email,
        event_id,
        attendees=[*_others(google, email, event_id), {"email": email, "responseStatus": answer}],
    )


def _others(google: GoogleWorld, email: str, event_id: str) -> list[dict[str, Any]]:
    return [g for g in get(google, email, event_id)["attendees"] if g["email"] != email]


def answers(event: dict[str, Any]) -> dict[str, str]:
    return {guest["email"]: guest["responseStatus"] for guest in event["attendees"]}


def test_a_guest_has_a_copy_with_the_same_ids(google: GoogleWorld) -> None:
    event = invite(google, BOB)
    (copy,) = items(diary(google, BOB))
    assert (copy["id"], copy["iCalUID"], copy["summary"]) == (event["id"], event["iCalUID"], "Offer")
    assert copy["organizer"] == {"email": ADA}
    assert copy["attendees"] == [{"email": BOB, "responseStatus": "needsAction", "self": True}]


def test_each_copy_has_an_etag_of_its_own(google: GoogleWorld) -> None:
    put(google, BOB)
    event = invite(google, BOB)
    assert get(google, BOB, event["id"])["etag"] != event["etag"]


def test_what_the_organizer_changes_reaches_the_copies_and_their_sync_tokens(google: GoogleWorld) -> None:
    event = invite(google, BOB, CAROL)
    token = sync_token(diary(google, BOB))
    patch(google, ADA, event["id"], start=at(14), end=at(15))
    (change,) = items(diary(google, BOB), syncToken=token)
    assert change["start"]["dateTime"] == "2026-11-23T14:00:00+01:00"
    assert get(google, CAROL, event["id"])["sequence"] == 1


def test_a_change_that_concerns_no_copy_leaves_them_alone(google: GoogleWorld) -> None:
    event = invite(google, BOB)
    token = sync_token(diary(google, BOB))
    patch(google, ADA, event["id"], colorId="11", extendedProperties={"private": {"key": "1"}})
    assert items(diary(google, BOB), syncToken=token) == []


def test_shared_properties_reach_the_copies_and_private_ones_do_not(google: GoogleWorld) -> None:
    event = invite(google, BOB, extendedProperties={"private": {"a": "1"}, "shared": {"b": "2"}})
    assert get(google, BOB, event["id"])["extendedProperties"] == {"shared": {"b": "2"}}


def test_properties_that_are_all_taken_away_leave_nothing(google: GoogleWorld) -> None:
    event = put(google, extendedProperties={"private": {"a": "1"}})
    patch(google, ADA, event["id"], extendedProperties={"private": {"a": None}})
    assert "extendedProperties" not in get(google, ADA, event["id"])


def test_a_copy_keeps_its_own_colour_and_properties_when_the_organizer_changes_it(google: GoogleWorld) -> None:
    event = invite(google, BOB)
    patch(google, BOB, event["id"], colorId="11", extendedProperties={"private": {"key": "1"}})
    patch(google, ADA, event["id"], summary="Newer")
    copy = get(google, BOB, event["id"])
    assert (copy["summary"], copy["colorId"]) == ("Newer", "11")
    assert copy["extendedProperties"] == {"private": {"key": "1"}}
    assert "colorId" not in get(google, ADA, event["id"])


def test_a_private_meeting_is_private_for_its_guests_until_they_say_otherwise(google: GoogleWorld) -> None:
    event = invite(google, BOB, visibility="private")
    assert get(google, BOB, event["id"])["visibility"] == "private"
    patch(google, BOB, event["id"], visibility="default")
    patch(google, ADA, event["id"], summary="Newer")
    assert "visibility" not in get(google, BOB, event["id"])


def test_an_answer_reaches_the_organizer_and_the_other_guests(google: GoogleWorld) -> None:
    event = invite(google, BOB, CAROL)
    accept(google, BOB, event["id"])
    for email in (ADA, BOB, CAROL):
        assert answers(get(google, email, event["id"])) == {BOB: "accepted", CAROL: "needsAction"}


def test_nobody_answers_for_somebody_else(google: GoogleWorld) -> None:
    event = invite(google, BOB, CAROL)
    said = [{"email": BOB}, {"email": CAROL, "responseStatus": "declined"}]
    patch(google, BOB, event["id"], attendees=said)
    assert answers(get(google, ADA, event["id"]))[CAROL] == "needsAction"


def test_a_guest_may_invite_others_unless_the_organizer_forbids_it(google: GoogleWorld) -> None:
    event = invite(google, BOB)
    google.account(CAROL, DIARY)
    patch(google, BOB, event["id"], attendees=[{"email": BOB}, {"email": CAROL}])
    assert set(answers(get(google, ADA, event["id"]))) == {BOB, CAROL}
    assert get(google, CAROL, event["id"])["summary"] == "Offer"


def test_a_guest_who_may_change_the_meeting_changes_it_for_all(google: GoogleWorld) -> None:
    event = invite(google, BOB, guestsCanModify=True)
    patch(google, BOB, event["id"], summary="Bob's words")
    assert get(google, ADA, event["id"])["summary"] == "Bob's words"


def test_a_guest_who_is_taken_off_the_list_loses_the_copy(google: GoogleWorld) -> None:
    event = invite(google, BOB, CAROL)
    token = sync_token(diary(google, BOB))
    patch(google, ADA, event["id"], attendees=[{"email": CAROL}])
    assert [e["status"] for e in items(diary(google, BOB), syncToken=token)] == ["cancelled"]
    assert items(diary(google, CAROL))


def test_a_meeting_that_the_organizer_deletes_is_gone_everywhere(google: GoogleWorld) -> None:
    event = invite(google, BOB, CAROL)
    diary(google).events().delete(calendarId=PRIMARY, eventId=event["id"]).execute()
    assert items(diary(google, BOB)) == items(diary(google, CAROL)) == []


def test_a_guest_who_deletes_the_copy_has_declined(google: GoogleWorld) -> None:
    event = invite(google, BOB, CAROL)
    diary(google, BOB).events().delete(calendarId=PRIMARY, eventId=event["id"]).execute()
    assert answers(get(google, ADA, event["id"])) == {BOB: "declined", CAROL: "needsAction"}
    assert items(diary(google, BOB)) == []
    patch(google, ADA, event["id"], summary="Newer")
    assert items(diary(google, BOB)) == []


def test_guests_who_are_hidden_from_each_other_see_themselves(google: GoogleWorld) -> None:
    event = invite(google, BOB, CAROL, guestsCanSeeOtherGuests=False)
    assert list(answers(get(google, BOB, event["id"]))) == [BOB]
    assert set(answers(get(google, ADA, event["id"]))) == {BOB, CAROL}


def test_the_organizer_among_the_guests_is_marked(google: GoogleWorld) -> None:
    event = invite(google, ADA, BOB)
    assert event["attendees"][0] == {"email": ADA, "responseStatus": "needsAction", "organizer": True, "self": True}


# -- Series


def test_a_guest_has_the_series_with_its_moved_and_cancelled_occurrences(google: GoogleWorld) -> None:
    event = invite(google, BOB, **DAILY)
    patch(google, ADA, occurrence(event, 24), start=at(15, day=24), end=at(16, day=24))
    diary(google).events().delete(calendarId=PRIMARY, eventId=occurrence(event, 25)).execute()
    found = items(diary(google, BOB), singleEvents=True, orderBy="startTime")
    assert [e["start"]["dateTime"] for e in found] == ["2026-11-23T10:00:00+01:00", "2026-11-24T15:00:00+01:00"]


def test_an_answer_to_one_occurrence_is_for_that_one_only(google: GoogleWorld) -> None:
    event = invite(google, BOB, **DAILY)
    accept(google, BOB, occurrence(event), "tentative")
    assert answers(get(google, ADA, occurrence(event))) == {BOB: "tentative"}
    assert answers(get(google, ADA, occurrence(event, 25))) == {BOB: "needsAction"}


def test_somebody_who_is_invited_to_one_occurrence_has_that_one_alone(google: GoogleWorld) -> None:
    event = invite(google, BOB, **DAILY)
    google.account(CAROL, DIARY)
    patch(google, ADA, occurrence(event), attendees=[{"email": BOB}, {"email": CAROL}])
    (copy,) = items(diary(google, CAROL))
    assert (copy["id"], copy["recurringEventId"]) == (occurrence(event), event["id"])
    assert copy["start"]["dateTime"] == "2026-11-24T10:00:00+01:00"


def test_a_guest_who_is_taken_off_one_occurrence_keeps_the_others(google: GoogleWorld) -> None:
    event = invite(google, BOB, CAROL, **DAILY)
    patch(google, ADA, occurrence(event), attendees=[{"email": CAROL}])
    found = [e["id"] for e in items(diary(google, BOB), singleEvents=True)]
    assert found == [occurrence(event, 23), occurrence(event, 25)]


def test_a_guest_deletes_one_occurrence_and_declines_that_one(google: GoogleWorld) -> None:
    event = invite(google, BOB, **DAILY)
    diary(google, BOB).events().delete(calendarId=PRIMARY, eventId=occurrence(event)).execute()
    assert answers(get(google, ADA, occurrence(event))) == {BOB: "declined"}
    assert answers(get(google, ADA, event["id"])) == {BOB: "needsAction"}
    assert len(items(diary(google, BOB), singleEvents=True)) == 2


def test_a_shortened_series_is_shorter_for_the_guests(google: GoogleWorld) -> None:
    event = invite(google, BOB, **DAILY)
    token = sync_token(diary(google, BOB), singleEvents=True)
    patch(google, ADA, event["id"], recurrence=["RRULE:FREQ=DAILY;COUNT=2"])
    told = {e["id"]: e["status"] for e in items(diary(google, BOB), singleEvents=True, syncToken=token)}
    assert told[occurrence(event, 25)] == "cancelled"


# -- Mails, and meetings from elsewhere


@pytest.mark.parametrize(
    ("send", "told"),
    [("none", []), ("all", [BOB, OUTSIDE]), ("externalOnly", [OUTSIDE])],
)
def test_mails_are_sent_as_asked(google: GoogleWorld, send: str, told: list[str]) -> None:
    google.account(BOB, DIARY)
    body = meeting(attendees=[{"email": BOB}, {"email": OUTSIDE}])
    diary(google).events().insert(calendarId=PRIMARY, body=body, sendUpdates=send).execute()
    assert [mail["to"] for mail in google.door("snapshot")["invitations"]] == told
    assert len(items(diary(google, BOB))) == 1


def test_an_imported_meeting_keeps_its_organizer_and_is_known_by_its_uid(google: GoogleWorld) -> None:
    events = diary(google).events()
    body = meeting(iCalUID="abc@customer.example", organizer={"email": OUTSIDE}, attendees=[{"email": ADA}])
    first = events.import_(calendarId=PRIMARY, body=body).execute()
    again = events.import_(calendarId=PRIMARY, body=body | {"summary": "Newer", "sequence": 1}).execute()
    assert first["organizer"] == {"email": OUTSIDE}
    assert (again["id"], again["summary"]) == (first["id"], "Newer")
    assert len(items(diary(google))) == 1


def test_an_imported_meeting_can_be_answered_and_not_moved(google: GoogleWorld) -> None:
    body = meeting(iCalUID="abc@customer.example", organizer={"email": OUTSIDE}, attendees=[{"email": ADA}])
    event = diary(google).events().import_(calendarId=PRIMARY, body=body).execute()
    accept(google, ADA, event["id"])
    assert answers(get(google, ADA, event["id"])) == {ADA: "accepted"}


def test_an_import_makes_no_copies(google: GoogleWorld) -> None:
    google.account(BOB, DIARY)
    body = meeting(iCalUID="abc@customer.example", attendees=[{"email": ADA}, {"email": BOB}])
    diary(google).events().import_(calendarId=PRIMARY, body=body).execute()
    assert items(diary(google, BOB)) == []
