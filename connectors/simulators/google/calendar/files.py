"""A raw iCalendar file as events: what a person who imports the file would find in the calendar.

One event for each UID, with an exception for each RECURRENCE-ID; a UID that is there already is changed, as by
`events.import`. What the API would refuse is taken, as far as it can be read at all: people import such files. What
does not stand in the calendar as it stands in the file is told.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from icalendar import Calendar as File

from connectors.simulators.google.calendar import recurrence
from connectors.simulators.google.calendar.store import Calendar, Calendars, Event, Fields
from connectors.simulators.google.calendar.times import Time, length, normal, stamp, whole_day, zone

_RULES = ("RRULE", "EXRULE", "RDATE", "EXDATE")
_VISIBILITY = {"PRIVATE": "private", "CONFIDENTIAL": "confidential", "PUBLIC": "public"}
_ANSWERS = {"ACCEPTED": "accepted", "DECLINED": "declined", "TENTATIVE": "tentative"}
_BEGIN = re.compile(r"^BEGIN:VEVENT\s*$", re.IGNORECASE | re.MULTILINE)


@dataclass(kw_only=True)
class Loaded:
    """What became of a file's events: each is stored, took the place of one (`changed`), or was passed over.

    `altered` are sentences on stored or changed ones that had to be made into an event, `passed_over` one for each.
    """

    stored: list[Event] = field(default_factory=list)
    changed: list[Event] = field(default_factory=list)
    altered: list[str] = field(default_factory=list)
    passed_over: list[str] = field(default_factory=list)


def put(calendars: Calendars, calendar: Calendar, text: str) -> Loaded:
    """Puts the events of the file into the calendar. Raises ValueError for a text that is no iCalendar at all."""
    loaded = Loaded()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the library warns of time zones that it guesses
        files = File.from_ical(text.removeprefix("\ufeff"), multiple=True)
        components = [component for file in files for component in file.walk("VEVENT")]
        for component in sorted(components, key=lambda c: "RECURRENCE-ID" in c):
            try:
                _put(calendars, calendar, component, loaded)
            except (ValueError, KeyError, TypeError, AttributeError, OverflowError) as error:
                loaded.passed_over.append(f"{_name(component)}: {error}")
    lost = len(_BEGIN.findall(text)) - len(components)
    loaded.passed_over += ["the event stands in a component that never ends"] * lost
    return loaded


def _name(component: Any) -> str:
    return str(component.get("UID") or "without a UID")


def _put(calendars: Calendars, calendar: Calendar, component: Any, loaded: Loaded) -> None:
    uid = str(component.get("UID") or f"{calendars.new_id()}@google.com")
    known = next((e for e in calendar.with_uid(uid) if not e.series), None)
    original = _time(component, "RECURRENCE-ID", calendar.time_zone) if known and known.recurring else {}
    event_id = f"{known.id}_{stamp(original)}" if known and original else known.id if known else calendars.new_id()
    old, sequence = calendar.events.get(event_id), int(component.get("SEQUENCE", 0))
    if old and sequence < old.sequence:
        raise ValueError(f"it is older than the one that is there: sequence {sequence}, not {old.sequence}")
    event = Event(
        id=event_id,
        ical_uid=uid,
        organizer=_address(component.get("ORGANIZER")) or calendar.id,
        creator=calendar.id,
        fields=_fields(component, calendar.time_zone),
        created=old.created if old else 0.0,
        sequence=sequence,
        cancelled=str(component.get("STATUS", "")).upper() == "CANCELLED",
        series=known.id if known and original else "",
        original=original,
    )
    (loaded.changed if old else loaded.stored).append(calendar.put(event, calendars.now()))
    loaded.altered += [f"{_name(component)}: {what}" for what in _alterations(component, event)]


def _alterations(component: Any, event: Event) -> Iterator[str]:
    """In what an event is not what its file says, because Calendar has no such events."""
    if not component.get("UID"):
        yield "it has got a UID"
    if "RECURRENCE-ID" in component and not event.series:
        yield "it stands alone: the series that it is an exception of is not there"
    start, end = _first(component, "DTSTART"), _first(component, "DTEND")
    if end and type(end.dt) is not type(start.dt):
        yield "its end is no such time as its start, and was left out"
    elif end and _naive(end.dt) < _naive(start.dt) and event.fields["start"] == event.fields["end"]:
        yield "it ended before it began, and takes no time now"
    given = start.params.get("TZID")
    if given and "dateTime" in event.fields["start"] and event.fields["start"]["timeZone"] != given:
        yield f"its time zone “{given}” became {event.fields['start']['timeZone']}"


def _naive(value: Any) -> Any:
    return value.replace(tzinfo=None) if isinstance(value, datetime) else value


def _fields(component: Any, own_zone: str) -> Fields:
    start = _time(component, "DTSTART", own_zone)
    if not start:
        raise ValueError("the event has no start")
    fields: Fields = {"start": start, "end": _end(component, start, own_zone)}
    for name in ("SUMMARY", "DESCRIPTION", "LOCATION"):
        if component.get(name):
            fields[name.lower()] = str(component[name])
    lines = [*_lines(component)]
    if lines:
        recurrence.check(start, lines)
        fields["recurrence"] = lines
    return fields | _marks(component) | _people(component)


def _marks(component: Any) -> Fields:
    fields: Fields = {}
    if str(component.get("TRANSP", "")).upper() == "TRANSPARENT":
        fields["transparency"] = "transparent"
    visibility = _VISIBILITY.get(str(component.get("CLASS", "")).upper())
    if visibility:
        fields["visibility"] = visibility
    if str(component.get("STATUS", "")).upper() == "TENTATIVE":
        fields["status"] = "tentative"
    return fields


def _people(component: Any) -> Fields:
    given = component.get("ATTENDEE", [])
    people = [_guest(one) for one in (given if isinstance(given, list) else [given])]
    unique = {guest["email"]: guest for guest in people if guest["email"]}
    return {"attendees": list(unique.values())} if unique else {}


def _guest(value: Any) -> dict[str, Any]:
    parameters = getattr(value, "params", {})
    answer = _ANSWERS.get(str(parameters.get("PARTSTAT", "")).upper(), "needsAction")
    named = {"displayName": str(parameters["CN"])} if parameters.get("CN") else {}
    return {"email": _address(value), "responseStatus": answer} | named


def _address(value: Any) -> str:
    """The e-mail address of a calendar user, "" where it is none."""
    text = str(value or "")
    address = text[7:] if text.lower().startswith("mailto:") else text
    return address.strip().lower() if "@" in address else ""


# -- Times and rules


def _time(component: Any, name: str, own_zone: str) -> Time:
    """In normal form; {} where the component has none. A floating time is the calendar's own."""
    written = _first(component, name)
    if written is None:
        return {}
    value = written.dt
    if isinstance(value, datetime):
        return normal(value, _zone_name(value, written, own_zone))
    if isinstance(value, date):
        return {"date": value.isoformat()}
    raise ValueError(f"{name} is no time")


def _first(component: Any, name: str) -> Any:
    """A property, the first of several; `None` where there is none."""
    found = component.get(name)
    return found[0] if isinstance(found, list) else found


def _zone_name(value: datetime, written: Any, own_zone: str) -> str:
    named = str(getattr(value.tzinfo, "key", "") or written.params.get("TZID", ""))
    if zone(named):
        return named
    return own_zone if value.tzinfo is None else "UTC"


def _end(component: Any, start: Time, own_zone: str) -> Time:
    end = _time(component, "DTEND", own_zone)
    if end and whole_day(end) == whole_day(start) and length(start, end) >= timedelta(0):
        return end if length(start, end) or not whole_day(start) else _later(start, timedelta(days=1))
    span = component["DURATION"].dt if "DURATION" in component else timedelta(days=whole_day(start))
    return _later(start, max(span, timedelta(days=whole_day(start))))


def _later(start: Time, span: timedelta) -> Time:
    if whole_day(start):
        return {"date": (date.fromisoformat(start["date"]) + timedelta(days=max(span.days, 1))).isoformat()}
    return normal(datetime.fromisoformat(start["dateTime"]).astimezone(UTC) + span, start["timeZone"])


def _lines(component: Any) -> Iterator[str]:
    """The rules as the file has them, one by one."""
    if not any(rule in component for rule in _RULES):
        return
    text = component.to_ical(sorted=False).decode("utf-8", "replace").replace("\r\n ", "").replace("\r\n\t", "")
    inside = 0
    for line in text.split("\r\n"):
        inside += line.upper().startswith("BEGIN:") - line.upper().startswith("END:")
        head, _, value = line.partition(":")
        if inside == 1 and value.strip() and head.partition(";")[0].upper() in _RULES:
            yield line.strip()
