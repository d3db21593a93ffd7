"""The life of an issue: one table, total, with one writer (`issues.services`).

                FAIL       RETRY      SUCCEED    IGNORE     WAKE       OBSOLETE
    OPEN        OPEN       RETRYING   RESOLVED   IGNORED    OPEN       RESOLVED
    RETRYING    OPEN       RETRYING   RESOLVED   IGNORED    RETRYING   RESOLVED
    IGNORED     IGNORED    RETRYING   RESOLVED   IGNORED    OPEN       RESOLVED
    RESOLVED    OPEN       RESOLVED   RESOLVED   RESOLVED   RESOLVED   RESOLVED

A failure of something resolved is a regression only if the attempt is later than the resolution; an answer
that comes late changes nothing. Everything else about an issue is an attribute, not a status.

What is ignored stays so until its end, which whoever set it aside has chosen, and until nothing else:

                its time comes    it fails once more            its item is changed
    DATE        is over           stays                         stays
    FAILURES    stays             counts, over with the last    stays
    CHANGE      stays             stays                         is over
    NEVER       stays             stays                         stays

An end that is over is a WAKE.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Status(StrEnum):
    OPEN = "open"
    RETRYING = "retrying"
    IGNORED = "ignored"
    RESOLVED = "resolved"


class Event(StrEnum):
    FAIL = "fail"
    RETRY = "retry"
    SUCCEED = "succeed"
    IGNORE = "ignore"
    WAKE = "wake"
    OBSOLETE = "obsolete"


_COLUMNS = (Event.FAIL, Event.RETRY, Event.SUCCEED, Event.IGNORE, Event.WAKE, Event.OBSOLETE)
_O, _T, _I, _R = Status.OPEN, Status.RETRYING, Status.IGNORED, Status.RESOLVED
_ROWS = {
    _O: (_O, _T, _R, _I, _O, _R),
    _T: (_O, _T, _R, _I, _T, _R),
    _I: (_I, _T, _R, _I, _O, _R),
    _R: (_O, _R, _R, _R, _R, _R),
}
TABLE: Mapping[tuple[Status, Event], Status] = {
    (status, event): after for status, row in _ROWS.items() for event, after in zip(_COLUMNS, row, strict=True)
}


class End(StrEnum):
    """What ends it that an issue is ignored."""

    DATE = "date"
    FAILURES = "failures"
    CHANGE = "change"
    NEVER = "never"


class Happening(StrEnum):
    """What may end it."""

    TIME = "time"
    FAILURE = "failure"
    CHANGE = "change"


class Turn(StrEnum):
    STAYS = "stays"
    COUNTS = "counts"
    OVER = "over"


ENDS: Mapping[tuple[End, Happening], Turn] = {
    (End.DATE, Happening.TIME): Turn.OVER,
    (End.DATE, Happening.FAILURE): Turn.STAYS,
    (End.DATE, Happening.CHANGE): Turn.STAYS,
    (End.FAILURES, Happening.TIME): Turn.STAYS,
    (End.FAILURES, Happening.FAILURE): Turn.COUNTS,
    (End.FAILURES, Happening.CHANGE): Turn.STAYS,
    (End.CHANGE, Happening.TIME): Turn.STAYS,
    (End.CHANGE, Happening.FAILURE): Turn.STAYS,
    (End.CHANGE, Happening.CHANGE): Turn.OVER,
    (End.NEVER, Happening.TIME): Turn.STAYS,
    (End.NEVER, Happening.FAILURE): Turn.STAYS,
    (End.NEVER, Happening.CHANGE): Turn.STAYS,
}
MOST_FAILURES = 1000


def ended_by(happening: Happening) -> frozenset[End]:
    """The ends that are over with it."""
    return frozenset(end for end in End if ENDS[end, happening] is Turn.OVER)


@dataclass(frozen=True, kw_only=True)
class Ending:
    """When what is ignored needs somebody again: `until` a date, or after so many more `failures`."""

    end: End = End.NEVER
    until: datetime | None = None
    failures: int | None = None

    def fails(self) -> Ending | None:
        """What is left of it after one more failure; None where that was the last one."""
        if ENDS[self.end, Happening.FAILURE] is not Turn.COUNTS:
            return self
        left = (self.failures or 0) - 1
        return Ending(end=self.end, failures=left) if left > 0 else None


def failures(number: int) -> str:
    """As `ending` reads it."""
    return f"{End.FAILURES}:{number}"


def ending(text: str, until: datetime | None = None) -> Ending:
    """The end that an order names: “failures:5”, “change”, or "" for a date, and for good where there is none.

    Raises ValueError.
    """
    counted = re.fullmatch(rf"{End.FAILURES}:([0-9]{{1,4}})", text)
    if text and until is not None:
        raise ValueError("Say one thing that ends it.")
    if counted and 1 <= int(counted[1]) <= MOST_FAILURES:
        return Ending(end=End.FAILURES, failures=int(counted[1]))
    if text == End.CHANGE:
        return Ending(end=End.CHANGE)
    if text:
        raise ValueError(f"Say a number of failures from 1 to {MOST_FAILURES:,}.")
    return Ending(end=End.DATE, until=until) if until else Ending()


UNRESOLVED = frozenset({Status.OPEN, Status.RETRYING, Status.IGNORED})
NEEDS_SOMEBODY = frozenset({Status.OPEN, Status.RETRYING})  # what counters and warning icons count


def after(status: Status, event: Event) -> Status:
    """The status that follows."""
    return TABLE[status, event]


def is_regression(resolved_at: datetime | None, attempted_at: datetime) -> bool:
    """Whether a failure of a resolved issue counts: only an attempt later than the resolution does."""
    return resolved_at is None or attempted_at > resolved_at
