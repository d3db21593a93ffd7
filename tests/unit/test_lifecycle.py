from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issues.lifecycle import (
    ENDS,
    MOST_FAILURES,
    NEEDS_SOMEBODY,
    TABLE,
    UNRESOLVED,
    End,
    Ending,
    Event,
    Happening,
    Status,
    Turn,
    after,
    ended_by,
    ending,
    failures,
    is_regression,
)

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


# -- What is ignored, and until when

# Written down a second time as well: each end is ended by its own happening, and by no other.
EXPECTED_ENDS = {
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


@pytest.mark.parametrize(("end", "happening"), list(product(End, Happening)))
def test_every_end_meets_everything_that_happens(end: End, happening: Happening) -> None:
    assert ENDS[end, happening] is EXPECTED_ENDS[end, happening]
    assert (end in ended_by(happening)) is (EXPECTED_ENDS[end, happening] is Turn.OVER)


def test_the_table_of_ends_holds_nothing_else() -> None:
    assert set(ENDS) == set(product(End, Happening))


@pytest.mark.parametrize("end", [End.DATE, End.CHANGE, End.NEVER])
def test_what_does_not_count_failures_outlasts_any_number_of_them(end: End) -> None:
    left: Ending | None = Ending(end=end, until=MOMENT if end is End.DATE else None)
    for _ in range(50):
        assert left is not None
        left = left.fails()
    assert left == Ending(end=end, until=MOMENT if end is End.DATE else None)


@given(st.integers(1, 60))
def test_what_counts_failures_is_over_with_the_last_one_and_not_before(number: int) -> None:
    left: Ending | None = ending(failures(number))
    for still in range(number - 1, 0, -1):
        left = left.fails() if left else None
        assert left == Ending(end=End.FAILURES, failures=still)
    assert left is not None
    assert left.fails() is None


@pytest.mark.parametrize(
    ("text", "until", "expected"),
    [
        ("", None, Ending(end=End.NEVER)),
        ("", MOMENT, Ending(end=End.DATE, until=MOMENT)),
        ("change", None, Ending(end=End.CHANGE)),
        ("failures:1", None, Ending(end=End.FAILURES, failures=1)),
        (f"failures:{MOST_FAILURES}", None, Ending(end=End.FAILURES, failures=MOST_FAILURES)),
    ],
)
def test_an_order_names_its_end(text: str, until: datetime | None, expected: Ending) -> None:
    assert ending(text, until) == expected


@pytest.mark.parametrize(
    ("text", "until"),
    [
        ("failures:0", None),
        ("failures:1001", None),
        ("failures:-1", None),
        ("failures:", None),
        ("failures:1e3", None),
        ("never", None),  # for good is said by saying nothing
        ("soon", None),
        ("change", MOMENT),  # two ends
        ("failures:3", MOMENT),
    ],
)
def test_an_end_that_is_none_is_refused(text: str, until: datetime | None) -> None:
    with pytest.raises(ValueError, match="Say"):
        ending(text, until)
