"""How an order for many issues goes: a few first, then portions, as fast as the CRM's allowance of calls lets it. Pure.

What the allowance lets through is for the layer above to say, which binds its answer once, at start.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from math import ceil

CHUNK = 200  # issues that one transaction hands out, and records that one call writes
CANARY = 10  # issues that are tried first, before the rest follows
ALL_AT_ONCE = 20  # an order for so many is not worth a trial
CALLS = 2  # for each chunk of a mailbox: whose the addresses are, and the write


class Speed(StrEnum):
    FULL = "full"
    SLOW = "slow"
    NONE = "none"


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What the allowance leaves to an order; `left` is None while the CRM has not said. `until` is when a look makes
    sense again, where nothing is left to it."""

    speed: Speed = Speed.FULL
    left: int | None = None
    until: datetime | None = None


Gauge = Callable[[int, bool], Standing]


_gauge: Gauge = lambda *_: Standing()  # noqa: E731 - the default, until somebody binds


def bind(gauge: Gauge) -> None:
    """`gauge(organization_id, asked)` is called from now on; `asked` says that a person or a client gave the order."""
    global _gauge
    _gauge = gauge


def standing(organization_id: int, *, asked: bool = True) -> Standing:
    """How an order of the organization may go right now."""
    return _gauge(organization_id, asked)


def first(count: int) -> int:
    """How many of so many are tried first; none where the order is small, for then all are."""
    return CANARY if count > ALL_AT_ONCE else 0


def calls(mailboxes: Iterable[int]) -> int:
    """About how many calls to the CRM it takes to try so many again in each of the mailboxes."""
    return sum(CALLS * ceil(count / CHUNK) for count in mailboxes)
