"""Events, calendars and colours as the API shows them to one reader.

A reader without the right to see an event learns when it is, and no more. Of a tombstone in a list only what the
reference guarantees is shown: https://developers.google.com/workspace/calendar/api/v3/reference/events#status.
"""

from __future__ import annotations

import base64
from typing import Any

from connectors.simulators.google.calendar import conferences, meetings
from connectors.simulators.google.calendar.store import Calendar, Event, Fields, at_least
from connectors.simulators.google.calendar.times import shown, written

PLAIN = (
    "summary",
    "description",
    "location",
    "colorId",
    "recurrence",
    "transparency",
    "visibility",
    "extendedProperties",
    "conferenceData",
    "guestsCanInviteOthers",
    "guestsCanModify",
    "guestsCanSeeOtherGuests",
    "anyoneCanAddSelf",
    "source",
    "outOfOfficeProperties",
    "focusTimeProperties",
    "workingLocationProperties",
    "birthdayProperties",
)
_HIDDEN_FROM = ("private", "confidential")
_LEFT_OUT = {
    "transparency": "opaque",
    "visibility": "default",
    "guestsCanInviteOthers": True,
    "guestsCanModify": False,
    "guestsCanSeeOtherGuests": True,
    "anyoneCanAddSelf": False,
}


def event(
    calendar: Calendar, stored: Event, role: str, *, base_url: str, zone: str = "", most_attendees: int = 0
) -> dict[str, Any]:
    """The whole event in the zone of the answer, which is the calendar's own unless another is asked for."""
    whole = meetings.fields(calendar, stored)
    answer = _identity(stored, base_url, calendar) | _times(whole, stored, zone or calendar.time_zone)
    answer["status"] = "cancelled" if stored.cancelled else whole.get("status", "confirmed")
    if not _may_read(role, whole):
        return answer | {"visibility": "private"}
    answer |= {name: whole[name] for name in PLAIN if name in whole and whole[name] != _LEFT_OUT.get(name)}
    answer |= conferences.link(whole)
    answer |= {
        "creator": _person(stored.creator, calendar),
        "organizer": _person(stored.organizer, calendar),
        "reminders": whole.get("reminders", {"useDefault": True}),
        "eventType": whole.get("eventType", "default"),
    }
    return answer | _attendees(whole, stored, calendar, most_attendees)


def tombstone(stored: Event) -> dict[str, Any]:
    """A deleted event in a list: nothing but its identity; of an occurrence also which one it was."""
    answer: dict[str, Any] = {"kind": "calendar#event", "etag": stored.etag, "id": stored.id, "status": "cancelled"}
    if stored.series:
        answer |= {"recurringEventId": stored.series, "originalStartTime": dict(stored.original)}
    return answer


def _may_read(role: str, whole: Fields) -> bool:
    if whole.get("visibility") in _HIDDEN_FROM:
        return at_least(role, "writer")
    return at_least(role, "reader")


def _identity(stored: Event, base_url: str, calendar: Calendar) -> dict[str, Any]:
    eid = base64.urlsafe_b64encode(f"{stored.id} {calendar.id}".encode()).decode().rstrip("=")
    return {
        "kind": "calendar#event",
        "etag": stored.etag,
        "id": stored.id,
        "htmlLink": f"{base_url}/calendar/event?eid={eid}",
        "created": written(stored.created),
        "updated": written(stored.updated),
        "iCalUID": stored.ical_uid,
        "sequence": stored.sequence,
    }


def _times(whole: Fields, stored: Event, zone: str) -> dict[str, Any]:
    answer: dict[str, Any] = {"start": shown(whole["start"], zone), "end": shown(whole["end"], zone)}
    if stored.series:
        answer |= {"recurringEventId": stored.series, "originalStartTime": shown(stored.original, zone)}
    return answer


def _person(email: str, calendar: Calendar) -> dict[str, Any]:
    mine: dict[str, Any] = {"self": True} if email == calendar.id else {}
    named = {"displayName": calendar.summary} if mine and not calendar.primary else {}
    return {"email": email} | named | mine


def _attendees(whole: Fields, stored: Event, calendar: Calendar, most: int) -> dict[str, Any]:
    guests = whole.get("attendees") or []
    own = [g for g in guests if g["email"] == calendar.id]
    seen = guests
    if whole.get("guestsCanSeeOtherGuests") is False and stored.organizer != calendar.id:
        seen = [g for g in guests if g["email"] in (calendar.id, stored.organizer)]
    if most and len(seen) > most:
        seen = own or seen[:1]  # of more than were asked for, only the participant
    if not seen:
        return {}
    answer: dict[str, Any] = {"attendees": [_guest(guest, stored, calendar) for guest in seen]}
    return answer | ({"attendeesOmitted": True} if len(seen) < len(guests) else {})


def _guest(guest: dict[str, Any], stored: Event, calendar: Calendar) -> dict[str, Any]:
    answer = dict(guest)
    answer |= {"organizer": True} if guest["email"] == stored.organizer else {}
    return answer | ({"self": True} if guest["email"] == calendar.id else {})


# -- Calendars


def calendar(stored: Calendar) -> dict[str, Any]:
    """A resource Calendar."""
    described = {"description": stored.description} if stored.description else {}
    return {
        "kind": "calendar#calendar",
        "etag": _etag(stored),
        "id": stored.id,
        "summary": stored.summary,
        "timeZone": stored.time_zone,
        "dataOwner": stored.owner,
    } | described


def entry(stored: Calendar, role: str) -> dict[str, Any]:
    """A line of a user's list of calendars."""
    answer = calendar(stored) | {
        "kind": "calendar#calendarListEntry",
        "accessRole": "writer" if role == "writerWithoutPrivateAccess" else role,
        "selected": True,
        "colorId": "14",
        "backgroundColor": "#9fe1e7",
        "foregroundColor": "#000000",
        "defaultReminders": [{"method": "popup", "minutes": 10}] if role == "owner" else [],
    }
    return answer | ({"primary": True} if stored.primary and role == "owner" else {})


def head(stored: Calendar, role: str, zone: str, newest: float) -> dict[str, Any]:
    """What stands above the items of a list of events."""
    described = {"description": stored.description} if stored.description else {}
    return {
        "kind": "calendar#events",
        "etag": _etag(stored),
        "summary": stored.summary,
        "updated": written(newest or stored.created),
        "timeZone": zone or stored.time_zone,
        "accessRole": "writer" if role == "writerWithoutPrivateAccess" else role,
        "defaultReminders": [{"method": "popup", "minutes": 10}] if role == "owner" else [],
    } | described


def _etag(stored: Calendar) -> str:
    return f'"{int(stored.created * 1000)}{stored.change:06d}"'
