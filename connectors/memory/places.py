"""How far a read of a calendar has come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Part(StrEnum):
    """What a read of a calendar shows, in this order: first two that a full read has, then those of later ones."""

    WINDOW = "window"
    OUTSIDE = "outside"
    ROLLED = "rolled"
    CHANGES = "changes"


@dataclass(frozen=True, kw_only=True)
class Place:
    """How far a read has come: `at` in its part, `since` in the feed, `until` in the window that was asked for."""

    part: Part
    at: int
    since: int
    until: datetime
    rolled_from: datetime | None = None
