"""How much an organization tries again by itself, so that a bad hour does not end in a storm of retries. Pure.

Within each window as many retries as are a share of its first tries, and never fewer than a floor, which lets what
waits come through where nothing new arrives. What a person asks for is neither counted nor limited.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

WINDOW = timedelta(minutes=10)
SHARE = 0.2
FLOOR = 200  # as many as are written with one call


@dataclass(frozen=True, kw_only=True)
class Spent:
    """What was tried since the window began."""

    since: datetime | None = None
    first_tries: int = 0
    retries: int = 0


def in_window(spent: Spent, present: datetime) -> Spent:
    """The same, or a fresh window if that one is over."""
    over = spent.since is None or present - spent.since >= WINDOW or spent.since > present
    return Spent(since=present) if over else spent


def left(spent: Spent) -> int:
    """How many retries the window still allows."""
    return max(FLOOR + int(spent.first_tries * SHARE) - spent.retries, 0)


def drawn(spent: Spent, *, first_tries: int, retries: int, present: datetime) -> tuple[Spent, int]:
    """The window after so many first tries, and after those of the retries that it allows; how many these are."""
    counted = in_window(spent, present)
    counted = replace(counted, first_tries=counted.first_tries + first_tries)
    allowed = min(retries, left(counted))
    return replace(counted, retries=counted.retries + allowed), allowed


def next_window(spent: Spent, present: datetime) -> datetime:
    """When retries that were not allowed may ask again."""
    return (spent.since or present) + WINDOW
