"""When a provider that keeps failing is left alone, and who may ask it again. Pure; one table, total.

                FAILED       TOO_MANY     WORKED       ADMITTED     RESET
    CLOSED      CLOSED       OPEN         CLOSED       CLOSED       CLOSED
    OPEN        OPEN         OPEN         OPEN         HALF_OPEN    CLOSED
    HALF_OPEN   OPEN         OPEN         CLOSED       HALF_OPEN    CLOSED

CLOSED lets everybody through. OPEN lets nobody through before its time; then one probe is let through, and while
that one is away it is HALF_OPEN. A probe that never comes back is followed by another one.

Every change but a counted failure begins a new turn, and an answer counts in the turn only in which its question was
let through: what was on its way when the breaker opened neither closes it nor opens it anew.

`MOST` failures within `WINDOW` open it, of those that speak for the service. Ten failures in a row of any passing
kind, however long they take, are told to somebody: that is for `engine.retry` to decide, and only counted here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from random import Random

from connectors.errors import Failure, Kind
from syncapp.engine.retry import wait

MOST = 5  # failures within the window that open it
WINDOW = timedelta(minutes=10)
PATIENCE = timedelta(minutes=5)  # with a probe: longer than a job may take


class State(StrEnum):
    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


class Event(StrEnum):
    FAILED = "failed"
    TOO_MANY = "too_many"  # the failure that is one too many
    WORKED = "worked"
    ADMITTED = "admitted"  # somebody asks, and the time has come
    RESET = "reset"  # a person says that it works again


_C, _O, _H = State.CLOSED, State.OPEN, State.HALF_OPEN
_ROWS = {_C: (_C, _O, _C, _C, _C), _O: (_O, _O, _O, _H, _C), _H: (_O, _O, _C, _H, _C)}
TABLE: Mapping[tuple[State, Event], State] = {
    (state, event): after for state, row in _ROWS.items() for event, after in zip(Event, row, strict=True)
}


@dataclass(frozen=True, kw_only=True)
class Gauge:
    """What is known of a service.

    `in_a_row` failures since it last worked, `recent` ones since `window_at`; `failed_by` names who failed last.
    `opened_at` is when it was first left alone, `trips` counts how often since it worked, and `probe_at` is when
    the next probe may go.
    """

    state: State = State.CLOSED
    turn: int = 0
    in_a_row: int = 0
    recent: int = 0
    window_at: datetime | None = None
    failed_by: int | None = None
    trips: int = 0
    opened_at: datetime | None = None
    probe_at: datetime | None = None


def speaks_for_the_service(failure: Failure) -> bool:
    """Whether a failed call says something about whoever was asked, and not about what was asked for."""
    return failure.kind in (Kind.TRANSIENT, Kind.RATE_LIMITED)


def is_shut(gauge: Gauge, present: datetime) -> bool:
    """Whether nobody may ask now."""
    return gauge.state is not State.CLOSED and gauge.probe_at is not None and present < gauge.probe_at


def admitted(gauge: Gauge, present: datetime) -> Gauge:
    """The gauge once somebody was let through. Only when `is_shut` says no."""
    state = TABLE[gauge.state, Event.ADMITTED]
    if state is State.CLOSED:
        return gauge
    return replace(gauge, state=state, turn=gauge.turn + 1, probe_at=present + PATIENCE)


def failed(
    gauge: Gauge, failure: Failure, *, turn: int, by: int, shared: bool, present: datetime, chance: Random
) -> Gauge:
    """The gauge after a failed call of `by`, who was let through in this turn.

    `shared` is the service as all mailboxes meet it, each with an access of its own: there one mailbox that fails
    again and again is one failure. Elsewhere a server that names a time is left alone until then, at once.
    """
    if turn != gauge.turn:
        return gauge
    if gauge.state is State.CLOSED and shared and gauge.failed_by == by:
        return gauge
    counted = _counted(gauge, failure, by, present)
    told_to_wait = not shared and speaks_for_the_service(failure) and failure.retry_after is not None
    too_many = counted.recent >= MOST or told_to_wait
    after = TABLE[gauge.state, Event.TOO_MANY if too_many else Event.FAILED]
    return _left_alone(counted, failure, present, chance) if after is State.OPEN else counted


def _counted(gauge: Gauge, failure: Failure, by: int, present: datetime) -> Gauge:
    """Every failure counts towards ten in a row, and those of the service towards its being left alone."""
    counted = replace(gauge, in_a_row=gauge.in_a_row + 1, failed_by=by)
    if not speaks_for_the_service(failure):
        return counted
    if gauge.window_at is None or present - gauge.window_at > WINDOW:
        return replace(counted, recent=1, window_at=present)
    return replace(counted, recent=gauge.recent + 1)


def _left_alone(gauge: Gauge, failure: Failure, present: datetime, chance: Random) -> Gauge:
    """Open, for a wait by the ladder: longer each time that a probe fails."""
    trips = gauge.trips + 1
    return replace(
        gauge,
        state=State.OPEN,
        turn=gauge.turn + 1,
        trips=trips,
        opened_at=gauge.opened_at or present,
        probe_at=present + wait(trips, failure.retry_after, chance),
    )


def worked(gauge: Gauge, *, turn: int) -> Gauge:
    """The gauge after proof that the service works, from somebody who was let through in this turn."""
    if turn != gauge.turn or TABLE[gauge.state, Event.WORKED] is not State.CLOSED:
        return gauge
    return _closed(gauge)


def reset(gauge: Gauge) -> Gauge:
    """The gauge after a person said that it works again."""
    return _closed(gauge)


def _closed(gauge: Gauge) -> Gauge:
    return Gauge(turn=gauge.turn + (gauge.state is not State.CLOSED))
