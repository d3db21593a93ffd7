"""What is still done as the CRM's allowance of calls runs out, so that the last of it is left to people. Pure.

    below 75 %   everything
    from 75 %    nothing is tried again by itself, nor by an order for many that nobody gave
    from 80 %    and mailboxes are looked at less often, and orders for many go slowly
    from 90 %    only what somebody asks for, one by one or a handful at a time; orders for many wait

The allowance belongs to all programs that are connected to the CRM, so it also runs out, and recovers, without us.
A reading is old after an hour; from 90 % on, one look is then let through to learn how it stands.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from issues.pacing import Speed

SLOWER = 4  # times the interval
OLD = timedelta(hours=1)


class Level(StrEnum):
    FREE = "free"
    NO_RETRIES = "no_retries"
    SLOW = "slow"
    BY_HAND = "by_hand"


MARKS: Mapping[Level, int] = {Level.NO_RETRIES: 75, Level.SLOW: 80, Level.BY_HAND: 90}  # percent, from there on


def level(used: int | None, allowed: int | None) -> Level:
    """How far it is; as long as nobody said, everything is allowed."""
    if used is None or not allowed:
        return Level.FREE
    reached = [each for each, mark in MARKS.items() if used * 100 >= mark * allowed]
    return reached[-1] if reached else Level.FREE


_SPEEDS: Mapping[Level, Speed] = {
    Level.FREE: Speed.FULL,
    Level.NO_RETRIES: Speed.FULL,
    Level.SLOW: Speed.SLOW,
    Level.BY_HAND: Speed.NONE,
}


def speed(at: Level, *, asked: bool) -> Speed:
    """How fast an order for many issues may go; `asked` says that a person or a client gave it."""
    return _SPEEDS[at] if asked or retries_by_itself(at) else Speed.NONE


def retries_by_itself(at: Level) -> bool:
    return at is Level.FREE


def interval(at: Level, regular: timedelta) -> timedelta:
    """How long until a mailbox is looked at again."""
    return regular * SLOWER if at in (Level.SLOW, Level.BY_HAND) else regular


def is_old(read_at: datetime, present: datetime) -> bool:
    """Whether a reading has to be renewed before anybody is turned away because of it."""
    return present - read_at >= OLD
