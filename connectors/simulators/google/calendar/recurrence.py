"""When a recurring event takes place: RRULE, EXRULE, RDATE and EXDATE lines, counted on the local wall clock.

As Google counts: the event's own start is always an occurrence, also where the rule does not hit it
(https://github.com/googleapis/google-api-nodejs-client/issues/2214).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, tzinfo
from typing import cast

from dateutil.rrule import rrule, rruleset, rrulestr

from connectors.simulators.google.calendar.times import Time, at_wall_clock, wall_clock, whole_day, zone

FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
_LINE = re.compile(r"(?P<name>[A-Z]+)(?P<parameters>(?:;[^:;]+)*):(?P<value>.+)", re.IGNORECASE)


class InvalidRule(ValueError):
    """A line that is none, or a rule that never comes true."""


@dataclass(frozen=True, kw_only=True)
class Line:
    name: str
    parameters: dict[str, str]
    value: str


def lines(texts: Iterable[str]) -> list[Line]:
    """The lines, read. Raises InvalidRule."""
    return [_line(text.strip()) for text in texts]


def _line(text: str) -> Line:
    match = _LINE.fullmatch(text)
    if match is None or match["name"].upper() not in ("RRULE", "EXRULE", "RDATE", "EXDATE"):
        raise InvalidRule(text)
    pairs = [pair.partition("=") for pair in match["parameters"].split(";")[1:]]
    return Line(
        name=match["name"].upper(), parameters={k.upper(): v for k, _, v in pairs}, value=match["value"].strip()
    )


def occurrences(start: Time, texts: Iterable[str]) -> Iterator[Time]:
    """The starts of all occurrences in order, without end where the rule has none. Raises InvalidRule."""
    begin, found = wall_clock(start), rruleset()
    found.rdate(begin)
    for line in lines(texts):
        _add(found, line, start, begin)
    return (at_wall_clock(local, start) for local in found)


def check(start: Time, texts: Iterable[str]) -> None:
    """Raises InvalidRule for lines that cannot be read, and for rules that leave no occurrence."""
    if next(occurrences(start, texts), None) is None:
        raise InvalidRule("no occurrence is left")


def _add(found: rruleset, line: Line, start: Time, begin: datetime) -> None:
    match line.name:
        case "RRULE":
            found.rrule(_rule(line.value, start, begin))
        case "EXRULE":
            found.exrule(_rule(line.value, start, begin))
        case "RDATE":
            for local in _moments(line, start):
                found.rdate(local)
        case _:
            for local in _moments(line, start):
                found.exdate(local)


def _rule(value: str, start: Time, begin: datetime) -> rrule:
    parts = dict(_pair(part) for part in value.upper().rstrip(";").split(";"))
    if parts.get("FREQ") not in FREQUENCIES or {"COUNT", "UNTIL"} <= set(parts):
        raise InvalidRule(value)
    if "COUNT" in parts and not re.fullmatch(r"[1-9]\d{0,8}", parts["COUNT"]):
        raise InvalidRule(value)
    if "UNTIL" in parts:
        parts["UNTIL"] = _local(parts["UNTIL"], start, end_of_day=True).strftime("%Y%m%dT%H%M%S")
    try:
        text = ";".join(f"{k}={v}" for k, v in parts.items())
        return cast("rrule", rrulestr(f"RRULE:{text}", dtstart=begin))  # one rule, never a set
    except (ValueError, KeyError, TypeError, AttributeError):
        raise InvalidRule(value) from None


def _pair(part: str) -> tuple[str, str]:
    name, equals, value = part.partition("=")
    if not equals or not value:
        raise InvalidRule(part)
    return name.strip(), value.strip()


def _moments(line: Line, start: Time) -> Iterator[datetime]:
    """The values of an RDATE or EXDATE; of a period only its start counts."""
    values = [value.partition("/")[0].strip() for value in line.value.split(",")]
    return (_local(value, start, line.parameters.get("TZID", "")) for value in values)


def _local(text: str, start: Time, in_zone: str = "", *, end_of_day: bool = False) -> datetime:
    """A date or time of a line on the wall clock of the event. Raises InvalidRule."""
    try:
        if re.fullmatch(r"\d{8}", text):
            day = datetime.strptime(text, "%Y%m%d")  # noqa: DTZ007 – a wall clock has no zone
            return day if whole_day(start) or not end_of_day else datetime.combine(day, time(23, 59, 59))
        at = datetime.strptime(text.upper().removesuffix("Z"), "%Y%m%dT%H%M%S")  # noqa: DTZ007
    except ValueError:
        raise InvalidRule(text) from None
    if whole_day(start):
        return datetime.combine(at.date(), time())
    there: tzinfo | None = UTC if text.upper().endswith("Z") else zone(in_zone)
    if there is None:
        return at
    return at.replace(tzinfo=there).astimezone(zone(start["timeZone"]) or UTC).replace(tzinfo=None)
