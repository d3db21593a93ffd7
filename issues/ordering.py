"""The life of an order for many issues, and what becomes of each issue in it. Pure; one writer (`issues.services`).

                PROVE      DOUBT      PAUSE      RESUME     END        CANCEL     UNDO
    CANARY      RUNNING    HELD       HELD       RUNNING    FINISHED   CANCELLED  CANARY
    HELD        HELD       HELD       HELD       RUNNING    HELD       CANCELLED  HELD
    RUNNING     RUNNING    RUNNING    PAUSED     RUNNING    FINISHED   CANCELLED  RUNNING
    PAUSED      PAUSED     PAUSED     PAUSED     RUNNING    PAUSED     CANCELLED  PAUSED
    FINISHED    FINISHED   FINISHED   FINISHED   FINISHED   FINISHED   FINISHED   UNDOING
    CANCELLED   CANCELLED  CANCELLED  CANCELLED  CANCELLED  CANCELLED  CANCELLED  UNDOING
    UNDOING     UNDOING    UNDOING    UNDOING    UNDOING    UNDONE     UNDOING    UNDOING
    UNDONE      UNDONE     UNDONE     UNDONE     UNDONE     UNDONE     UNDONE     UNDONE

While the first few are tried the order is CANARY; what they show releases the rest, or HELD leaves it to a person. Who
pauses it meanwhile takes that decision too. What was handed out before a CANCEL runs to its end. Only an order to set
aside can be undone.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum

from issues.lifecycle import Status

PATIENCE = timedelta(minutes=10)  # in which the first few ought to be through


class State(StrEnum):
    CANARY = "canary"
    HELD = "held"
    RUNNING = "running"
    PAUSED = "paused"
    FINISHED = "finished"
    CANCELLED = "cancelled"
    UNDOING = "undoing"
    UNDONE = "undone"


class Event(StrEnum):
    PROVE = "prove"
    DOUBT = "doubt"
    PAUSE = "pause"
    RESUME = "resume"
    END = "end"
    CANCEL = "cancel"
    UNDO = "undo"


_C, _H, _R, _P = State.CANARY, State.HELD, State.RUNNING, State.PAUSED
_F, _X, _U, _D = State.FINISHED, State.CANCELLED, State.UNDOING, State.UNDONE
_ROWS = {
    _C: (_R, _H, _H, _R, _F, _X, _C),
    _H: (_H, _H, _H, _R, _H, _X, _H),
    _R: (_R, _R, _P, _R, _F, _X, _R),
    _P: (_P, _P, _P, _R, _P, _X, _P),
    _F: (_F, _F, _F, _F, _F, _F, _U),
    _X: (_X, _X, _X, _X, _X, _X, _U),
    _U: (_U, _U, _U, _U, _D, _U, _U),
    _D: (_D, _D, _D, _D, _D, _D, _D),
}
TABLE: Mapping[tuple[State, Event], State] = {
    (state, event): after for state, row in _ROWS.items() for event, after in zip(Event, row, strict=True)
}

UNFINISHED = frozenset({State.CANARY, State.HELD, State.RUNNING, State.PAUSED})
AT_WORK = frozenset({State.CANARY, State.RUNNING, State.UNDOING})  # a job goes on with it
BY_PEOPLE = (Event.PAUSE, Event.RESUME, Event.CANCEL, Event.UNDO)


def after(state: State, event: Event, *, ignores: bool) -> State:
    """The state that follows; `ignores` says that the order sets aside."""
    return state if event is Event.UNDO and not ignores else TABLE[state, event]


def offered(state: State, *, ignores: bool) -> list[Event]:
    """What a person can do about it now."""
    return [event for event in BY_PEOPLE if after(state, event, ignores=ignores) is not state]


_WANTED = {
    Event.PAUSE: frozenset({State.HELD, State.PAUSED}),
    Event.RESUME: frozenset({State.RUNNING}),
    Event.CANCEL: frozenset({State.CANCELLED}),
    Event.UNDO: frozenset({State.UNDOING, State.UNDONE}),
}


def is_done(state: State, event: Event) -> bool:
    """Whether what somebody asks for is so already."""
    return state in _WANTED.get(event, ())


def verdict(resolved: int, failed: int, trying: int, waited: timedelta) -> Event | None:
    """What the first few show; None while they have not shown it. Proof is one that went through, and no more that
    failed than went through."""
    if trying and waited < PATIENCE:
        return None
    return Event.PROVE if not trying and resolved >= max(failed, 1) else Event.DOUBT


class Outcome(StrEnum):
    """What became of one issue of an order."""

    WAITING = "waiting"
    TRYING = "trying"
    RESOLVED = "resolved"
    FAILED = "failed"
    IGNORED = "ignored"
    SKIPPED = "skipped"
    ELSEWHERE = "elsewhere"
    RETURNED = "returned"


FOLLOWED = frozenset({Outcome.TRYING, Outcome.FAILED})  # what still changes with the issue
_FOLLOWING = {
    Status.OPEN: Outcome.FAILED,
    Status.RETRYING: Outcome.TRYING,
    Status.IGNORED: Outcome.ELSEWHERE,
    Status.RESOLVED: Outcome.RESOLVED,
}


def followed(outcome: Outcome, status: Status, *, taken: bool) -> Outcome:
    """The outcome once the issue has got a status; `taken` says that somebody else, or another order, moved it."""
    if outcome not in FOLLOWED:
        return outcome
    if taken:
        return Outcome.ELSEWHERE if outcome is Outcome.TRYING else outcome
    return _FOLLOWING[status]


class Skipped(StrEnum):
    """Why an issue was left alone: what had happened to it since the order was given."""

    RESOLVED = "resolved"
    TRYING = "trying"
    ASIDE = "aside"


_CHANGED = {Status.RESOLVED: Skipped.RESOLVED, Status.RETRYING: Skipped.TRYING, Status.IGNORED: Skipped.ASIDE}


def skipped(before: Status, now: Status) -> Skipped | None:
    """Whether an issue that was seen with one status is left alone because it has another one by now."""
    return None if now in (before, Status.OPEN) else _CHANGED[now]
