"""What an event says, field by field: to compare it with what both sides agreed on, and to merge two versions. Pure.

A field is what a person would change as one: `time` is start, end and whether it takes whole days. `people` go one
way, from the calendar to the CRM; all others go both ways. Colours, categories, reminders and whatever else a side
keeps for itself are no part of the content, so a mark of ours is no change.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import datetime

from connectors.records import Event, EventKind, PrivateEvents

TIME, PEOPLE, PRIVACY = "time", "people", "private"
ONE_WAY = frozenset({PEOPLE, PRIVACY})
BUSY_TITLE = "Busy"

_VALUES: Mapping[str, Callable[[Event], object]] = {
    "title": lambda event: " ".join(event.title.split()),
    "text": lambda event: event.text.replace("\r\n", "\n").strip(),
    "location": lambda event: " ".join(event.location.split()),
    TIME: lambda event: [_at(event.start), _at(event.end), event.all_day],
    "busy": lambda event: event.busy,
    PRIVACY: lambda event: event.private,
    PEOPLE: lambda event: sorted([a.address.email, a.response.value] for a in event.attendees),
}
FIELDS = frozenset(_VALUES)
_OWN = frozenset({"busy", PRIVACY})  # what each copy of a meeting has for itself
BOTH_WAYS = FIELDS - ONE_WAY

NO_MEETING = {
    EventKind.ABSENCE.value: "It says that its owner is out of office: an absence, not a meeting.",
    EventKind.BIRTHDAY.value: "It is a birthday, not a meeting.",
    EventKind.FOCUS_TIME.value: "It is time that its owner keeps free to focus, not a meeting.",
    EventKind.WORKING_LOCATION.value: "It says where its owner works that day, and is not a meeting.",
    EventKind.FROM_MAIL.value: "The calendar made it out of a message, such as a booking: it is not a meeting.",
    EventKind.OTHER.value: "It is no meeting, but something else that the calendar knows.",
}
RULES = {
    "outside_window": "It lies outside of the days that are kept in step.",
    "private": "Its owner calls it private, and your organization leaves such events out.",
} | NO_MEETING


def hashes(event: Event, secret: str) -> dict[str, str]:
    """32 hex digits for each field, under the organization's secret (hex): nobody can try values out on them."""
    return {name: hashed(value(event), secret) for name, value in _VALUES.items()}


def hashed(value: object, secret: str) -> str:
    """One value's hash, as it stands in `hashes`."""
    text = json.dumps(value, ensure_ascii=False)
    return hmac.new(bytes.fromhex(secret), text.encode(), hashlib.sha256).hexdigest()[:32]


def _at(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


def digest(event: Event, secret: str) -> str:
    """64 hex digits of what all copies of the event are to say alike."""
    shared = {name: value for name, value in hashes(event, secret).items() if name not in _OWN}
    text = json.dumps(shared, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def changed(found: Mapping[str, str], base: Mapping[str, str], fields: Collection[str] = FIELDS) -> frozenset[str]:
    """The fields that say something else than what was agreed on."""
    return frozenset(name for name in fields if found[name] != base.get(name))


def differing(one: Event, other: Event, fields: Collection[str] = BOTH_WAYS) -> frozenset[str]:
    """The fields in which two versions differ."""
    return frozenset(name for name in fields if _VALUES[name](one) != _VALUES[name](other))


def with_fields(event: Event, other: Event, fields: Collection[str]) -> Event:
    """The event, with these fields as the other version has them."""
    taken: dict[str, object] = {}
    for name in fields:
        if name == TIME:
            taken |= {"start": other.start, "end": other.end, "all_day": other.all_day}
        elif name == PEOPLE:
            taken["attendees"] = other.attendees
        else:
            taken[name] = getattr(other, name)
    return replace(event, **taken)  # type: ignore[arg-type]


def shown(event: Event, fields: Collection[str]) -> dict[str, object]:
    """These fields in people's words, for whoever has to choose."""
    return {name: _VALUES[name](event) for name in sorted(fields)}


def kept_out(event: Event, policy: str) -> str:
    """The rule that keeps an event out wherever it lies in time; "" if none does."""
    if event.kind is not EventKind.MEETING:
        return event.kind.value
    return "private" if event.private and policy == PrivateEvents.FILTER else ""


def projected(event: Event, policy: str) -> Event:
    """The event as others may see it: of a private one, when it is and that somebody is busy."""
    if not event.private or policy != PrivateEvents.BUSY:
        return event
    return replace(event, title=BUSY_TITLE, text="", location="", attendees=(), organizer=None)
