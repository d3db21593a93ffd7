"""What there is beside events: ways to join a meeting, entries that are no meetings, further calendars. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, kw_only=True)
class Conference:
    """How a meeting is joined from afar: by this address, under this code, by these numbers as people dial them, each
    with its PIN. Each of them is one line, "" or none where there is none."""

    url: str = ""
    code: str = ""
    phones: tuple[str, ...] = ()


class Absences(StrEnum):
    """What becomes of an entry which says that its owner is out of office."""

    FILTER = "filter"
    SHOW = "show"


@dataclass(frozen=True, kw_only=True)
class Calendar:
    """A calendar that an account sees beside its own. `writable`: events in it may be changed by us."""

    id: str
    name: str
    writable: bool
