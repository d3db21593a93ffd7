"""When an event is: the six fields that say it, made to agree, or refused.

Object Reference for API 67, "Event". A timed event begins at StartDateTime or ActivityDateTime and has a duration,
an end, or both if they agree. An all-day event begins on a date and lasts whole days, one where nothing is said;
its times are midnight in UTC, and its end is its last day, not the day after. The rules are Salesforce's, the words
of a contradiction are inferred; those of a missing field and of the longest duration are recorded.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from typing import Any

from connectors.simulators.salesforce import errors, values

TIMES = ("StartDateTime", "ActivityDateTime", "ActivityDate", "EndDateTime", "DurationInMinutes")
DAY = 1440
LONGEST = 14 * DAY
MOST_MINUTES = 99_999_999  # eight digits
MIDNIGHT = "T00:00:00.000+0000"

Row = Mapping[str, Any]


def settle(row: Row, old: Row | None, changed: Collection[str]) -> dict[str, Any]:
    """The six fields as they are to be stored. `row` is `old` with what was given; `changed` names what was given.

    Raises Refused (REQUIRED_FIELD_MISSING, FIELD_INTEGRITY_EXCEPTION) where they say too little or contradict
    each other. A start that moves alone keeps the duration.
    """
    given = {name: row[name] for name in TIMES if name in changed}
    minutes = given.get("DurationInMinutes") or 0
    if abs(minutes) > MOST_MINUTES:
        raise _out_of_range(minutes)
    return _days(given, old) if row["IsAllDayEvent"] else _span(given, old)


# -- timed


def _span(given: Row, old: Row | None) -> dict[str, Any]:
    start = _first(given, "StartDateTime", "ActivityDateTime") or _kept(given, old)
    end, minutes = given.get("EndDateTime"), given.get("DurationInMinutes")
    if end is None and minutes is None:
        minutes = _kept_duration(given, old)
    lasting = end if minutes is None else minutes
    if start is None or lasting is None:
        needed = {"DurationInMinutes": lasting, "ActivityDateTime": start}
        raise errors.required_missing([name for name, value in needed.items() if value is None])
    _agree(given, "ActivityDate", start[:10])
    _agree(given, "ActivityDateTime", start)
    length = minutes if minutes is not None else _minutes(start, str(end))
    if end is not None and minutes is not None and _seconds(start, end) != minutes * 60:
        raise _contradiction("EndDateTime", "DurationInMinutes", "DurationInMinutes")
    return {
        "StartDateTime": start,
        "EndDateTime": end or _later(start, length),
        "DurationInMinutes": length,
        "ActivityDate": start[:10],
        "ActivityDateTime": start,
        "EndDate": (end or _later(start, length))[:10],
    }


def _first(given: Row, *names: str) -> str | None:
    return next((given[name] for name in names if given.get(name) is not None), None)


def _kept(given: Row, old: Row | None) -> str | None:
    """The stored start, unless it is taken away."""
    return None if old is None or "StartDateTime" in given else old["StartDateTime"]


def _kept_duration(given: Row, old: Row | None) -> int | None:
    taken_away = {"EndDateTime", "DurationInMinutes"} <= given.keys()
    return None if old is None or taken_away else old["DurationInMinutes"]


# -- all day


def _days(given: Row, old: Row | None) -> dict[str, Any]:
    start = _first(given, "StartDateTime", "ActivityDate") or _kept_date(given, old)
    if start is None:
        raise errors.required_missing(["ActivityDate"])
    first = start[:10]
    _agree(given, "ActivityDate", first)
    count = _count(first, given, old)
    last = _last_day(first, count)
    return {
        "StartDateTime": first + MIDNIGHT,
        "EndDateTime": last + MIDNIGHT,
        "DurationInMinutes": count * DAY,
        "ActivityDate": first,
        "ActivityDateTime": None,
        "EndDate": last,
    }


def _last_day(first: str, count: int) -> str:
    try:
        return (date.fromisoformat(first) + timedelta(days=count - 1)).isoformat()
    except OverflowError:
        raise errors.bad_date("Due Date Only", "ActivityDate", first) from None


def _kept_date(given: Row, old: Row | None) -> str | None:
    return None if old is None or {"StartDateTime", "ActivityDate"} & given.keys() else old["StartDateTime"]


def _count(first: str, given: Row, old: Row | None) -> int:
    """How many days: by the last day, by the minutes, as before, or one."""
    end, minutes = given.get("EndDateTime"), given.get("DurationInMinutes")
    by_end = (date.fromisoformat(end[:10]) - date.fromisoformat(first)).days + 1 if end else None
    if minutes is None and end is None and old is not None:
        minutes = old["DurationInMinutes"]
    by_minutes = None if minutes is None else max(1, -(-minutes // DAY))
    if by_end is not None and by_minutes is not None and by_end != by_minutes:
        raise _contradiction("EndDateTime", "DurationInMinutes", "DurationInMinutes")
    if by_end is not None and by_end < 1:
        raise backwards()
    return by_end or by_minutes or 1


# -- refusals


def _agree(given: Row, name: str, wanted: str) -> None:
    if given.get(name) not in (None, wanted):
        raise _contradiction(name, "StartDateTime", name)


def _contradiction(one: str, other: str, field: str) -> errors.Refused:
    return errors.Refused("FIELD_INTEGRITY_EXCEPTION", f"{one} and {other} must match, or one must be null", (field,))


def backwards() -> errors.Refused:
    return errors.Refused("FIELD_INTEGRITY_EXCEPTION", "End Date Time: must not be before the start", ("EndDateTime",))


def _out_of_range(minutes: int) -> errors.Refused:
    text = f"Duration: value outside of valid range on numeric field: {minutes}"
    return errors.Refused("NUMBER_OUTSIDE_VALID_RANGE", text, ("DurationInMinutes",))


def check_length(row: Row, changed: Collection[str], *, multiday: bool) -> None:
    """Raises Refused for an end before the start, and for what lasts longer than the org allows.

    Several whole days have no limit where events of several days are allowed at all. The refusal stands at
    DurationInMinutes where that was given, else at EndDateTime.
    """
    minutes = row["DurationInMinutes"]
    if minutes < 0 and "DurationInMinutes" not in changed:
        raise backwards()
    most = DAY if not multiday else minutes if row["IsAllDayEvent"] else LONGEST
    if not 0 <= minutes <= most:
        field = "DurationInMinutes" if "DurationInMinutes" in changed else "EndDateTime"
        text = f"Duration must be between 0 and {most} minutes: Duration"
        raise errors.Refused("FIELD_INTEGRITY_EXCEPTION", text, (field,))


# -- arithmetic


def _seconds(start: str, end: str) -> int:
    return int(values.seconds(end) - values.seconds(start))


def _minutes(start: str, end: str) -> int:
    return _seconds(start, end) // 60


def _later(start: str, minutes: int) -> str:
    return values.moment(values.seconds(start) + minutes * 60)
