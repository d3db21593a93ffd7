"""The special kinds of events, and what Calendar demands of each.

https://developers.google.com/workspace/calendar/api/guides/calendar-status and …/guides/birthday-events. A text is
Google's where its users report it, else ours; the table of refusals says which.
"""

from __future__ import annotations

from collections.abc import Callable

from connectors.simulators.google.calendar import times
from connectors.simulators.google.calendar.errors import CalendarError, refused
from connectors.simulators.google.calendar.store import Calendar, Fields

# The field that only this kind has, and the reason of its refusals.
PROPERTIES = {
    "outOfOffice": ("outOfOfficeProperties", "malformedOutOfOfficeEvent"),
    "focusTime": ("focusTimeProperties", "malformedFocusTimeEvent"),
    "workingLocation": ("workingLocationProperties", "malformedWorkingLocationEvent"),
    "birthday": ("birthdayProperties", "malformedBirthdayEvent"),
}


def check(calendar: Calendar, fields: Fields) -> None:
    """Raises the refusal of an event that is not what its kind demands."""
    kind = fields.get("eventType", "default")
    for other, (name, reason) in PROPERTIES.items():
        if name in fields and kind != other:
            raise refused(reason, f"{name} requires an event type of {other}, and vice versa.")
    if kind == "default":
        return
    if not calendar.primary:
        raise restricted(f"Events of type {kind} can only be created on primary calendars.")
    RULES[kind](fields)


def restricted(message: str) -> CalendarError:
    return refused("eventTypeRestriction", message)


def _status(name: str) -> Callable[[Fields], None]:
    """Out of office and focus time: a stretch of time, without guests."""

    def rule(fields: Fields) -> None:
        reason = PROPERTIES[name][1]
        if times.whole_day(fields["start"]):
            raise refused(reason, f"An event of type {name} cannot be an all-day event.")
        if fields.get("attendees"):
            raise refused(reason, f"An event of type {name} cannot have attendees.")
        if fields.get("transparency", "opaque") != "opaque":
            raise refused(reason, f"An event of type {name} cannot be transparent.")

    return rule


def _working_location(fields: Fields) -> None:
    field, reason = PROPERTIES["workingLocation"]
    if field not in fields:
        raise refused(reason, f"{field} requires an event type of workingLocation, and vice versa.")
    if times.whole_day(fields["start"]) and times.length(fields["start"], fields["end"]).days != 1:
        raise refused(reason, "An all-day working location event must be exactly one day long.")


def _birthday(fields: Fields) -> None:
    reason = PROPERTIES["birthday"][1]
    if not times.whole_day(fields["start"]) or times.length(fields["start"], fields["end"]).days != 1:
        raise refused(reason, "A birthday event must be an all-day event of exactly one day.")
    if not any("FREQ=YEARLY" in line.upper() for line in fields.get("recurrence") or []):
        raise refused(reason, "A birthday event must recur every year.")


def _from_gmail(_: Fields) -> None:
    raise restricted("Events of type fromGmail cannot be created.")


RULES: dict[str, Callable[[Fields], None]] = {
    "outOfOffice": _status("outOfOffice"),
    "focusTime": _status("focusTime"),
    "workingLocation": _working_location,
    "birthday": _birthday,
    "fromGmail": _from_gmail,
}
