"""What Calendar refuses to store, field by field, and the normal form of what it takes.

The order is that in which Google is seen to complain: end before start, times before rules, rules before people.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from connectors.simulators.google.calendar import kinds, recurrence, times
from connectors.simulators.google.calendar.errors import empty_range, invalid, refused, required, too_large
from connectors.simulators.google.calendar.store import Calendar, Fields

COLOURS = tuple(str(number) for number in range(1, 12))
CHOICES = {
    "status": ("confirmed", "tentative", "cancelled"),
    "transparency": ("opaque", "transparent"),
    "visibility": ("default", "public", "private", "confidential"),
    "colorId": ("", *COLOURS),
    "eventType": ("default", *kinds.RULES),
}
RESPONSES = ("needsAction", "declined", "tentative", "accepted")
MOST_OVERRIDES, LONGEST_REMINDER = 5, 40_320
MOST_PROPERTIES, PROPERTIES_SIZE, KEY_SIZE, VALUE_SIZE = 300, 32 * 1024, 44, 1024
LONGEST_RULES = 16_384
_ADDRESS = re.compile(r"[^@\s<>(),;:\\\"\[\]]+@[^@\s<>(),;:\\\"\[\]]+\.[^@\s<>(),;:\\\"\[\].]+")


def checked(calendar: Calendar, given: Fields, *, recurring: bool | None = None) -> Fields:
    """The fields of a whole event in normal form. Raises the refusal.

    `recurring` says whether it belongs to a series; without it the fields themselves say so.
    """
    fields = {name: value for name, value in given.items() if value is not None}
    repeats = bool(fields.get("recurrence")) if recurring is None else recurring
    fields |= _times(calendar, fields, repeats)
    for name, choices in CHOICES.items():
        if name in fields and fields[name] not in choices:
            raise invalid(f"Invalid {name} value.")
    _rules(fields)
    fields |= {name: check(fields[name]) for name, check in _PARTS.items() if name in fields}
    kinds.check(calendar, fields)
    return {name: value for name, value in fields.items() if value not in ("", [], {})}


def _times(calendar: Calendar, fields: Fields, repeats: bool) -> Fields:
    for which in ("end", "start"):
        if not fields.get(which):
            raise required(f"Missing {which} time.")
    both = {w: times.read(fields[w], w, calendar.time_zone, recurring=repeats) for w in ("end", "start")}
    if times.whole_day(both["start"]) != times.whole_day(both["end"]):
        raise invalid("Start and end times must either both be date or both be dateTime.")
    if times.length(both["start"], both["end"]).total_seconds() <= 0:
        raise empty_range()
    return both


def _rules(fields: Fields) -> None:
    lines = fields.get("recurrence") or []
    if sum(len(line) for line in lines) > LONGEST_RULES:
        raise too_large()
    if not lines:
        return
    try:
        recurrence.check(fields["start"], lines)
    except recurrence.InvalidRule:
        raise invalid("Invalid recurrence rule.") from None


def _attendees(guests: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One entry for each address, in lower case, with an answer; what the server says itself is left out."""
    found: dict[str, dict[str, Any]] = {}
    for guest in guests:
        email = str(guest.get("email") or "").lower()
        if not email:
            raise required("Missing attendee email.")
        if not _ADDRESS.fullmatch(email):
            raise invalid("Invalid attendee email.")
        answered = guest.get("responseStatus") or "needsAction"
        if answered not in RESPONSES:
            raise invalid("Invalid attendee responseStatus value.")
        said = {name: value for name, value in guest.items() if value is not None and name not in _SERVERS_OWN}
        found[email] = said | {"email": email, "responseStatus": answered}
    return list(found.values())


_SERVERS_OWN = ("self", "organizer", "id", "asyncOperation")


def _reminders(given: dict[str, Any]) -> dict[str, Any]:
    """As https://developers.google.com/workspace/calendar/api/concepts/reminders; unknown methods are dropped."""
    overrides = given.get("overrides") or []
    if given.get("useDefault") and overrides:
        said = "Cannot specify both default reminders and overrides at the same time."
        raise refused("cannotUseDefaultRemindersAndSpecifyOverride", said)
    kept = {(o.get("method"), o.get("minutes")): o for o in overrides if o.get("method") in ("email", "popup")}
    if len(overrides) > MOST_OVERRIDES:
        raise refused("eventRemindersCountExceedsLimit", "Number of event reminders exceeds the limit of 5.")
    if not all(isinstance(minutes, int) and 0 <= minutes <= LONGEST_REMINDER for _, minutes in kept):
        raise invalid("Invalid reminder minutes value.")
    return {"useDefault": bool(given.get("useDefault"))} | ({"overrides": list(kept.values())} if kept else {})


def _properties(given: dict[str, Any]) -> dict[str, Any]:
    """Long keys are dropped and long values cut, in silence; too many or too much is refused.

    https://developers.google.com/workspace/calendar/api/guides/extended-properties#limits
    """
    kept = {side: _side(given[side]) for side in ("private", "shared") if given.get(side)}
    return {side: values for side, values in kept.items() if values}


def _side(given: dict[str, Any]) -> dict[str, str]:
    values = {k: str(v)[:VALUE_SIZE] for k, v in given.items() if v is not None and len(k) <= KEY_SIZE}
    if len(values) > MOST_PROPERTIES or sum(len(k) + len(v) for k, v in values.items()) > PROPERTIES_SIZE:
        raise too_large()
    return values


_PARTS: dict[str, Callable[[Any], Any]] = {
    "attendees": _attendees,
    "reminders": _reminders,
    "extendedProperties": _properties,
}
