"""Events as Google Calendar shows and takes them, to and from provider-neutral values. Pure.

https://developers.google.com/workspace/calendar/api/v3/reference/events
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from connectors.google.conferences import conference
from connectors.records import Address, Attendee, Event, EventKind, Ref, RemoteChange, Response

KEY = "syncappKey"
COLOUR = "syncappColour"  # what a marked event looked like before
RED = "11"
PLAIN = "plain"  # stands for no colour of its own: Google keeps no empty properties

# All that is read of an event.
FIELDS = (
    "id,etag,status,updated,summary,description,location,start,end,recurrence,recurringEventId,originalStartTime,"
    "transparency,visibility,iCalUID,organizer(email,displayName,self),"
    "attendees(email,displayName,resource,responseStatus),extendedProperties,eventType,hangoutLink,"
    "conferenceData(conferenceId,conferenceSolution(key(type)),"
    "entryPoints(entryPointType,uri,label,pin,accessCode,meetingCode,passcode))"
)
PAGE_FIELDS = f"nextPageToken,nextSyncToken,items({FIELDS})"
LOOK_FIELDS = "id,etag,status,colorId,extendedProperties"

KINDS = {
    "default": EventKind.MEETING,
    "birthday": EventKind.BIRTHDAY,
    "focusTime": EventKind.FOCUS_TIME,
    "fromGmail": EventKind.FROM_MAIL,
    "outOfOffice": EventKind.ABSENCE,
    "workingLocation": EventKind.WORKING_LOCATION,
}

ROOMS = "@resource.calendar.google.com"
HIDDEN = ("private", "confidential")
WHOLE_DAY = len("20261128")  # an occurrence of whole days
RESPONSES = {
    "accepted": Response.ACCEPTED,
    "declined": Response.DECLINED,
    "tentative": Response.TENTATIVE,
}


# -- What Google shows


def change(said: Mapping[str, Any]) -> RemoteChange:
    """An entry of a list, or an event by itself. One whose times cannot be read comes without its record."""
    ref = Ref(id=str(said.get("id", "")), version=str(said.get("etag", "")))
    if is_gone(said):
        return RemoteChange(ref=ref, gone=True)
    try:
        return RemoteChange(ref=ref, record=event(said))
    except (ValueError, TypeError, AttributeError, LookupError, OverflowError):
        return RemoteChange(ref=ref)


def is_gone(said: Mapping[str, Any]) -> bool:
    return said.get("status") == "cancelled"


def is_series(said: Mapping[str, Any]) -> bool:
    """Whether it stands for all occurrences of a series."""
    return bool(said.get("recurrence"))


def series_of(said: Mapping[str, Any]) -> str:
    """The id of the series that an occurrence belongs to, "" where there is none."""
    return str(said.get("recurringEventId") or "")


def event(said: Mapping[str, Any]) -> Event:
    """Raises one of several built-in errors where the times are no times, or a field is something else."""
    organizer, series = said.get("organizer") or {}, series_of(said)
    return Event(
        uid=said.get("iCalUID") or f"{series or said['id']}@google.com",
        occurrence=_occurrence(said["originalStartTime"]) if said.get("originalStartTime") else "",
        title=said.get("summary", ""),
        start=_moment(said["start"]),
        end=_moment(said["end"]),
        all_day="date" in said["start"],
        text=said.get("description", ""),
        location=said.get("location", ""),
        busy=said.get("transparency") != "transparent",
        private=said.get("visibility") in HIDDEN,
        organizer=_address(organizer) if organizer.get("email") else None,
        attendees=tuple(_attendee(each) for each in said.get("attendees", []) if _is_person(each)),
        conference=conference(said),
        leads=bool(organizer.get("self", not organizer)),
        series=series,
        kind=_kind(said),
        key=properties(said).get(KEY, ""),
        changed_at=datetime.fromisoformat(said["updated"]) if said.get("updated") else None,
    )


def properties(said: Mapping[str, Any]) -> Mapping[str, str]:
    """Those of this copy alone. The shared ones are not looked at: whoever invites somebody writes them."""
    found = (said.get("extendedProperties") or {}).get("private") or {}
    return {str(name): str(value) for name, value in found.items()}


def _moment(said: Mapping[str, str]) -> datetime:
    """In UTC; a whole day is its midnight there. A time without an offset is one of the zone that is named."""
    if "date" in said:
        return datetime.combine(date.fromisoformat(said["date"]), time(), UTC)
    found = datetime.fromisoformat(said["dateTime"])
    if found.tzinfo is None:
        found = found.replace(tzinfo=ZoneInfo(said.get("timeZone") or "UTC"))
    return found.astimezone(UTC).replace(microsecond=0)


def _occurrence(original: Mapping[str, str]) -> str:
    at = _moment(original)
    return f"{at:%Y%m%d}" if "date" in original else f"{at:%Y%m%dT%H%M%SZ}"


def _address(said: Mapping[str, Any]) -> Address:
    return Address(email=said["email"].lower(), name=said.get("displayName", ""))


def _attendee(said: Mapping[str, Any]) -> Attendee:
    return Attendee(address=_address(said), response=RESPONSES.get(said.get("responseStatus", ""), Response.NONE))


def _is_person(said: Mapping[str, Any]) -> bool:
    """Rooms and equipment are invited like people; some guests have no address that we may see."""
    email = str(said.get("email") or "").lower()
    return bool(email) and not said.get("resource") and not email.endswith(ROOMS)


def _kind(said: Mapping[str, Any]) -> EventKind:
    return KINDS.get(str(said.get("eventType") or "default"), EventKind.OTHER)


# -- What Google takes


def chosen_id(key: str, generation: int) -> str:
    """The id under which an event of ours is made: letters and digits of base32hex, the same each time."""
    return hashlib.sha256(f"{key} {generation}".encode("utf-8", "replace")).hexdigest()


def new_body(key: str, generation: int, made: Event) -> dict[str, Any]:
    """An event to insert."""
    whole = frozenset({"title", "text", "location", "start", "end", "busy", "private"})
    told = {name: value for name, value in patch_body(made, whole).items() if value}
    told |= {side: _bare(told[side]) for side in ("start", "end")}
    return told | {"id": chosen_id(key, generation), "extendedProperties": {"private": {KEY: key}}}


def _bare(value: Mapping[str, Any]) -> dict[str, Any]:
    return {name: part for name, part in value.items() if part is not None}


def patch_body(wanted: Event, fields: frozenset[str]) -> dict[str, Any]:
    """The named fields of the event; null takes away, and what is not named stays."""
    told: dict[str, tuple[str, Any]] = {
        "title": ("summary", wanted.title or None),
        "text": ("description", wanted.text or None),
        "location": ("location", wanted.location or None),
        "busy": ("transparency", "opaque" if wanted.busy else "transparent"),
        "private": ("visibility", "private" if wanted.private else "default"),
    }
    body = dict(told[name] for name in told.keys() & fields)
    for side, at in (("start", wanted.start), ("end", wanted.end)):
        if fields & {side, "all_day"}:
            body[side] = _side(wanted, at.astimezone(UTC))
    return body


def _side(wanted: Event, at: datetime) -> dict[str, Any]:
    """A start or an end; what the other kind of time may have left there is taken away.

    A time keeps the zone in which Google shows it. An occurrence of a series of whole days has none, and is not taken
    without.
    """
    if wanted.all_day:
        return {"date": f"{at:%Y-%m-%d}", "dateTime": None, "timeZone": None}
    zone = {"timeZone": "UTC"} if len(wanted.occurrence) == WHOLE_DAY else {}
    return {"dateTime": f"{at:%Y-%m-%dT%H:%M:%SZ}", "date": None, **zone}


# -- Marks


def mark_body(said: Mapping[str, Any]) -> dict[str, Any]:
    """What turns an event red, and remembers on the event itself what it was: an answer can get lost."""
    return {"colorId": RED, "extendedProperties": {"private": {COLOUR: colour(said) or PLAIN}}}


def unmark_body(said: Mapping[str, Any], before: str | None) -> dict[str, Any]:
    """What gives a red event its colour back, nothing if it was red itself.

    That it was red before is also what a second mark says whose first one's answer got lost; the event knows better.
    """
    if before in (None, RED):
        before = properties(said).get(COLOUR, RED)
    if before == RED:
        return {}
    own = None if before in ("", PLAIN) else before
    return {"colorId": own, "extendedProperties": {"private": {COLOUR: None}}}


def colour(said: Mapping[str, Any]) -> str:
    """What it looks like, "" where it has no colour of its own."""
    return str(said.get("colorId") or "")


# -- Lists


def is_new_in(record: Event, since: datetime, until: datetime) -> bool:
    """Whether a window that ended at `since` and now ends at `until` has the event for the first time."""
    return since <= record.start < until


def widened(at: datetime, days: int) -> str:
    """A border of a list. Google begins a day in the zone of the calendar, we begin it in UTC: one more day is read."""
    return f"{at.astimezone(UTC) + timedelta(days=days):%Y-%m-%dT%H:%M:%SZ}"
