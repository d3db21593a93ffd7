from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issues.lifecycle import NEEDS_SOMEBODY, TABLE, UNRESOLVED, Event, Status, after, is_regression

OPEN, RETRYING, IGNORED, RESOLVED = Status.OPEN, Status.RETRYING, Status.IGNORED, Status.RESOLVED
MOMENT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)

# Written down a second time, row by row, so that a slip in the product's table shows.
EXPECTED = {
    (OPEN, Event.FAIL): OPEN,
    (OPEN, Event.RETRY): RETRYING,
    (OPEN, Event.SUCCEED): RESOLVED,
    (OPEN, Event.IGNORE): IGNORED,
    (OPEN, Event.WAKE): OPEN,
    (OPEN, Event.OBSOLETE): RESOLVED,
    (RETRYING, Event.FAIL): OPEN,
    (RETRYING, Event.RETRY): RETRYING,
    (RETRYING, Event.SUCCEED): RESOLVED,
    (RETRYING, Event.IGNORE): IGNORED,
    (RETRYING, Event.WAKE): RETRYING,
    (RETRYING, Event.OBSOLETE): RESOLVED,
    (IGNORED, Event.FAIL): IGNORED,
    (IGNORED, Event.RETRY): RETRYING,
    (IGNORED, Event.SUCCEED): RESOLVED,
    (IGNORED, Event.IGNORE): IGNORED,
    (IGNORED, Event.WAKE): OPEN,
    (IGNORED, Event.OBSOLETE): RESOLVED,
    (RESOLVED, Event.FAIL): OPEN,
    (RESOLVED, Event.RETRY): RESOLVED,
    (RESOLVED, Event.SUCCEED): RESOLVED,
    (RESOLVED, Event.IGNORE): RESOLVED,
    (RESOLVED, Event.WAKE): RESOLVED,
    (RESOLVED, Event.OBSOLETE): RESOLVED,
}
events = st.lists(st.sampled_from(Event), max_size=12)
statuses = st.sampled_from(Status)


@pytest.mark.parametrize(("status", "event"), list(product(Status, Event)))
def test_every_status_meets_every_event(status: Status, event: Event) -> None:
    assert after(status, event) is EXPECTED[status, event]


def test_the_table_holds_nothing_else() -> None:
    assert set(TABLE) == set(product(Status, Event))


def _history(start: Status, happened: list[Event]) -> list[Status]:
    states = [start]
    for event in happened:
        states.append(after(states[-1], event))
    return states


@given(statuses, events)
def test_only_proof_resolves(start: Status, happened: list[Event]) -> None:
    states = _history(start, happened)
    for event, before, now in zip(happened, states, states[1:], strict=False):
        if now is RESOLVED and before is not RESOLVED:
            assert event in (Event.SUCCEED, Event.OBSOLETE)


@given(statuses, events)
def test_only_a_failure_brings_back_what_was_resolved(start: Status, happened: list[Event]) -> None:
    states = _history(start, happened)
    for event, before, now in zip(happened, states, states[1:], strict=False):
        if before is RESOLVED and now is not RESOLVED:
            assert event is Event.FAIL


@given(statuses, st.sampled_from([Event.RETRY, Event.SUCCEED, Event.IGNORE, Event.WAKE, Event.OBSOLETE]))
def test_what_happens_twice_is_as_if_it_happened_once(start: Status, event: Event) -> None:
    assert after(after(start, event), event) is after(start, event)


def test_failures_alone_never_wake_what_is_ignored() -> None:
    assert set(_history(IGNORED, [Event.FAIL] * 20)) == {IGNORED}


def test_what_is_ignored_needs_nobody_but_is_not_resolved() -> None:
    assert {IGNORED} == UNRESOLVED - NEEDS_SOMEBODY


@pytest.mark.parametrize(
    ("resolved_at", "attempted_at", "expected"),
    [
        (None, MOMENT, True),  # never resolved
        (MOMENT, MOMENT + timedelta(microseconds=1), True),
        (MOMENT, MOMENT, False),  # the attempt that proved it may not re-open it
        (MOMENT, MOMENT - timedelta(seconds=1), False),  # an answer that comes late
    ],
)
def test_only_a_later_attempt_is_a_regression(
    resolved_at: datetime | None, attempted_at: datetime, expected: bool
) -> None:
    assert is_regression(resolved_at, attempted_at) is expected
