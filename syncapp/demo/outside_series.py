"""When a series takes place, counted by the outside oracle from what stands in the calendar's store.

It is counted here once more, by python-dateutil on the wall clock of the series' own zone, independently of the
simulator's lists of occurrences and of the engine.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import cache
from typing import Any, cast
from zoneinfo import ZoneInfo, available_timezones

from dateutil.rrule import rrule, rruleset, rrulestr

DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Window:
    """From when to when events are in step; one that only touches a border is outside."""

    low: datetime
    high: datetime


@dataclass(frozen=True, kw_only=True)
class Span:
    """When an event is. `start` and `end` are aware and in UTC; of whole days midnight UTC, `end` the day after."""

    start: datetime
    end: datetime
    all_day: bool

    def lies_in(self, window: Window) -> bool:
        return self.end > window.low and self.start < window.high

    def at(self, start: datetime) -> Span:
        """The same length from another start."""
        return Span(start=start, end=start + (self.end - self.start), all_day=self.all_day)


def moment(given: Mapping[str, str]) -> datetime:
    """A `start`, `end` or `originalStartTime` of Calendar, in UTC."""
    if "date" in given:
        return datetime.combine(date.fromisoformat(given["date"]), time(), UTC)
    return datetime.fromisoformat(given["dateTime"]).astimezone(UTC)


def span(event: Mapping[str, Any]) -> Span:
    return Span(start=moment(event["start"]), end=moment(event["end"]), all_day="date" in event["start"])


def starts(series: Mapping[str, Any], before: datetime) -> Iterator[datetime]:
    """The starts of all occurrences before that moment, exceptions or not, in UTC and in order."""
    zone = _zone(series)
    for local in _rules(series, zone):
        at = local.replace(tzinfo=zone).astimezone(UTC)
        if at >= before:
            return
        yield at


def _zone(series: Mapping[str, Any]) -> tzinfo:
    """Where the wall clock hangs on which the rules count. Whole days have none."""
    return UTC if "date" in series["start"] else ZoneInfo(series["start"]["timeZone"])


def _rules(series: Mapping[str, Any], zone: tzinfo) -> rruleset:
    """Google counts the event's own start as an occurrence, also where the rule does not hit it."""
    begin, whole_days = moment(series["start"]).astimezone(zone).replace(tzinfo=None), "date" in series["start"]
    found = rruleset()
    found.rdate(begin)
    rules, dates = {"RRULE": found.rrule, "EXRULE": found.exrule}, {"RDATE": found.rdate, "EXDATE": found.exdate}
    for line in series["recurrence"]:
        head, _, value = line.partition(":")
        name = head.partition(";")[0].upper()
        if name in rules:
            rules[name](_rule(value, zone, begin, whole_days=whole_days))
        else:
            texts = (text.partition("/")[0].strip() for text in value.upper().split(","))
            for text in texts:
                dates[name](_local(text, _named(head, zone), zone, whole_days))
    return found


@cache
def _names() -> set[str]:
    return available_timezones()


def _named(head: str, zone: tzinfo) -> tzinfo:
    """The zone that a line names, if it is one; else that of the series."""
    for name, _, value in (parameter.partition("=") for parameter in head.split(";")):
        if name.upper() == "TZID" and value in _names():
            return ZoneInfo(value)
    return zone


def _rule(value: str, zone: tzinfo, begin: datetime, *, whole_days: bool) -> rrule:
    """The rule with its end on the wall clock, as the library wants it where the start has no zone."""
    parts = dict(part.split("=", 1) for part in value.upper().strip(" ;").split(";"))
    if "UNTIL" in parts:
        local = _local(parts["UNTIL"], zone, zone, whole_days)
        last = local + timedelta(hours=23, minutes=59, seconds=59) if len(parts["UNTIL"]) == 8 else local
        parts["UNTIL"] = last.strftime("%Y%m%dT%H%M%S")
    text = ";".join(f"{name}={part}" for name, part in parts.items())
    return cast("rrule", rrulestr(text, dtstart=begin))  # one rule, never a set


def _local(text: str, there: tzinfo, zone: tzinfo, whole_days: bool) -> datetime:
    """A moment of a line on the wall clock of `zone`; without a Z it is one of `there`. A day begins at midnight."""
    if whole_days or len(text) == 8:
        return datetime.strptime(text[:8], "%Y%m%d")  # noqa: DTZ007 - a wall clock has no zone
    naive = datetime.strptime(text.removesuffix("Z"), "%Y%m%dT%H%M%S")  # noqa: DTZ007 - its zone follows
    return naive.replace(tzinfo=UTC if text.endswith("Z") else there).astimezone(zone).replace(tzinfo=None)
