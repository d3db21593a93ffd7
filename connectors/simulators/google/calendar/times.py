"""Days, moments and time zones of events, as the API writes them.

A time is kept in one normal form: `{"date": …}` for a whole day, else `{"dateTime": …, "timeZone": …}` with the
offset that the zone has then. https://developers.google.com/workspace/calendar/api/concepts/events-calendars.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from connectors.simulators.google.calendar.errors import bad_request, invalid, invalid_parameter, required

Time = dict[str, str]

_RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)?", re.IGNORECASE)
_OFFSETS = re.compile(r"(GMT|UTC)[+-]\d\d:?\d\d")


def zone(name: str) -> ZoneInfo | None:
    """The zone of the IANA database; `None` for a name that is not in it, a path, or an offset."""
    if _OFFSETS.fullmatch(name) or not re.fullmatch(r"[A-Za-z][\w+/-]*", name):
        return None
    try:
        return ZoneInfo(name)
    except (LookupError, OSError, ValueError):
        return None


def moment(text: str) -> datetime | None:
    """A time as RFC 3339 has it, naive where it has no offset; `None` for anything else."""
    if not _RFC3339.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(text.upper())
    except ValueError:
        return None


def bound(name: str, text: str) -> datetime | None:
    """A query parameter that is a time; its offset is mandatory. `None` where nothing was said."""
    if not text:
        return None
    found = moment(text)
    if found is None or found.tzinfo is None:
        raise bad_request()
    return found.replace(microsecond=0) if name != "updatedMin" else found


def query_zone(text: str) -> str:
    if text and zone(text) is None:
        raise invalid_parameter("timeZone", "Invalid time zone.")
    return text


def read(given: dict[str, Any], which: str, own_zone: str, *, recurring: bool) -> Time:
    """A `start` or `end` in normal form; `which` is that word. Raises the refusal that Calendar gives."""
    day, text, name = given.get("date"), given.get("dateTime"), given.get("timeZone") or ""
    if name and zone(name) is None:
        raise invalid(f"Invalid time zone definition for {which} time.")
    if day and text:
        raise invalid(f"Invalid {which} time.")
    if day:
        return {"date": _day(day).isoformat()}
    if not text:
        raise required(f"Missing {which} time.")
    found = moment(text)
    if found is None:
        raise bad_request()
    if not name and (recurring or found.tzinfo is None):
        raise required(f"Missing time zone definition for {which} time.")
    return normal(found, name or own_zone)


def normal(at: datetime, name: str) -> Time:
    """The moment in the zone of that name; a naive one is the zone's own wall clock."""
    there = zone(name) or UTC
    local = at.replace(tzinfo=there) if at.tzinfo is None else at.astimezone(there)
    return {"dateTime": local.replace(microsecond=0).isoformat(), "timeZone": name}


def _day(text: str) -> date:
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        raise bad_request()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise bad_request() from None


def whole_day(value: Time) -> bool:
    return "date" in value


def instant(value: Time, own_zone: str) -> datetime:
    """When it is, in UTC. A day begins at midnight in the calendar's own zone."""
    if whole_day(value):
        midnight = datetime.combine(date.fromisoformat(value["date"]), time(), zone(own_zone) or UTC)
        return midnight.astimezone(UTC)
    return datetime.fromisoformat(value["dateTime"]).astimezone(UTC)


def wall_clock(value: Time) -> datetime:
    """The naive local time on which rules of recurrence count."""
    if whole_day(value):
        return datetime.combine(date.fromisoformat(value["date"]), time())
    there = zone(value["timeZone"]) or UTC
    return datetime.fromisoformat(value["dateTime"]).astimezone(there).replace(tzinfo=None)


def at_wall_clock(local: datetime, like: Time) -> Time:
    """The reverse of `wall_clock`, with the kind and the zone of `like`."""
    return {"date": local.date().isoformat()} if whole_day(like) else normal(local, like["timeZone"])


def moved(start: Time, length: timedelta) -> Time:
    """The time that much later; in absolute time, or in days for whole days."""
    if whole_day(start):
        return {"date": (date.fromisoformat(start["date"]) + length).isoformat()}
    end = datetime.fromisoformat(start["dateTime"]).astimezone(UTC) + length
    return normal(end, start["timeZone"])


def length(start: Time, end: Time) -> timedelta:
    """How long from `start` to `end`, negative where they are the wrong way round."""
    return instant(end, "UTC") - instant(start, "UTC")


def shown(value: Time, in_zone: str) -> Time:
    """As the API shows it: in the zone of the answer, with the name of its own zone beside it."""
    if whole_day(value):
        return dict(value)
    there = zone(in_zone) or UTC
    text = datetime.fromisoformat(value["dateTime"]).astimezone(there).isoformat()
    return {"dateTime": text.replace("+00:00", "Z"), "timeZone": value["timeZone"]}


def stamp(value: Time) -> str:
    """The ending of an occurrence's id: its day, or its start in UTC."""
    if whole_day(value):
        return value["date"].replace("-", "")
    return instant(value, "UTC").strftime("%Y%m%dT%H%M%SZ")


def written(at: float) -> str:
    """Seconds since 1970 as `updated` and `created` have it."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
