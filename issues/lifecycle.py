"""The life of an issue: one table, total, with one writer (`issues.services`).

                FAIL       RETRY      SUCCEED    IGNORE     WAKE       OBSOLETE
    OPEN        OPEN       RETRYING   RESOLVED   IGNORED    OPEN       RESOLVED
    RETRYING    OPEN       RETRYING   RESOLVED   IGNORED    RETRYING   RESOLVED
    IGNORED     IGNORED    RETRYING   RESOLVED   IGNORED    OPEN       RESOLVED
    RESOLVED    OPEN       RESOLVED   RESOLVED   RESOLVED   RESOLVED   RESOLVED

A failure of something resolved is a regression only if the attempt is later than the resolution; an answer
that comes late changes nothing. Everything else about an issue is an attribute, not a status.
"""

from __future__ import annotations

from collections.abc import Mapping
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

UNRESOLVED = frozenset({Status.OPEN, Status.RETRYING, Status.IGNORED})
NEEDS_SOMEBODY = frozenset({Status.OPEN, Status.RETRYING})  # what counters and warning icons count


def after(status: Status, event: Event) -> Status:
    """The status that follows."""
    return TABLE[status, event]


def is_regression(resolved_at: datetime | None, attempted_at: datetime) -> bool:
    """Whether a failure of a resolved issue counts: only an attempt later than the resolution does."""
    return resolved_at is None or attempted_at > resolved_at
