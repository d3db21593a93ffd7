from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.errors import Failure, Kind
from syncapp.engine import breaker
from syncapp.engine.breaker import MOST, PATIENCE, TABLE, WINDOW, Event, Gauge, State, admitted, is_shut

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
CLOSED, OPEN, HALF_OPEN = State.CLOSED, State.OPEN, State.HALF_OPEN
LADDER = (1, 5, 15, 60, 240, 240)

# Written down a second time, so that a slip in the product's table shows.
EXPECTED = {
    (CLOSED, Event.FAILED): CLOSED,
    (CLOSED, Event.TOO_MANY): OPEN,
    (CLOSED, Event.WORKED): CLOSED,
    (CLOSED, Event.ADMITTED): CLOSED,
    (CLOSED, Event.RESET): CLOSED,
    (OPEN, Event.FAILED): OPEN,
    (OPEN, Event.TOO_MANY): OPEN,
    (OPEN, Event.WORKED): OPEN,
    (OPEN, Event.ADMITTED): HALF_OPEN,
    (OPEN, Event.RESET): CLOSED,
    (HALF_OPEN, Event.FAILED): OPEN,
    (HALF_OPEN, Event.TOO_MANY): OPEN,
    (HALF_OPEN, Event.WORKED): CLOSED,
    (HALF_OPEN, Event.ADMITTED): HALF_OPEN,
    (HALF_OPEN, Event.RESET): CLOSED,
}


class Latest(Random):
    """Draws the whole of every wait."""

    def random(self) -> float:
        return 1.0


def failure(kind: Kind = Kind.TRANSIENT, retry_after: float | None = None) -> Failure:
    return Failure(provider="google", code="google.X", kind=kind, retry_after=retry_after)


def fail(
    gauge: Gauge,
    what: Failure | None = None,
    *,
    turn: int | None = None,
    by: int = 1,
    shared: bool = False,
    present: datetime = NOW,
) -> Gauge:
    turn = gauge.turn if turn is None else turn
    return breaker.failed(gauge, what or failure(), turn=turn, by=by, shared=shared, present=present, chance=Latest())


def opened(failures: int = MOST) -> Gauge:
    gauge = Gauge()
    for _ in range(failures):
        gauge = fail(gauge)
    return gauge


def half_open() -> Gauge:
    gauge = opened()
    assert gauge.probe_at
    return admitted(gauge, gauge.probe_at)


STATES: dict[State, Callable[[], Gauge]] = {CLOSED: Gauge, OPEN: opened, HALF_OPEN: half_open}


@pytest.mark.parametrize(("state", "event"), list(product(State, Event)))
def test_every_state_meets_every_event(state: State, event: Event) -> None:
    assert TABLE[state, event] is EXPECTED[state, event]


def test_the_table_holds_nothing_else() -> None:
    assert set(TABLE) == set(product(State, Event))


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize(
    ("event", "happens"),
    [
        (Event.FAILED, fail),
        (Event.WORKED, lambda gauge: breaker.worked(gauge, turn=gauge.turn)),
        (Event.ADMITTED, lambda gauge: admitted(gauge, NOW + timedelta(days=1))),
        (Event.RESET, breaker.reset),
    ],
    ids=["failed", "worked", "admitted", "reset"],
)
def test_gauges_move_by_the_table(state: State, event: Event, happens: Callable[[Gauge], Gauge]) -> None:
    before = STATES[state]()
    assert before.state is state
    assert happens(before).state is EXPECTED[state, event]


# -- Opening


@pytest.mark.parametrize(("failures", "state"), [(1, CLOSED), (MOST - 1, CLOSED), (MOST, OPEN)])
def test_so_many_failures_open_it(failures: int, state: State) -> None:
    assert opened(failures).state is state


def test_proof_in_between_begins_the_count_anew() -> None:
    gauge = breaker.worked(opened(MOST - 1), turn=0)
    assert fail(gauge).recent == 1


@pytest.mark.parametrize(("gap", "state"), [(timedelta(), OPEN), (WINDOW, OPEN), (WINDOW * 1.01, CLOSED)])
def test_failures_count_within_the_window(gap: timedelta, state: State) -> None:
    assert fail(opened(MOST - 1), present=NOW + gap).state is state


def test_what_lies_beyond_the_window_still_counts_towards_ten_in_a_row() -> None:
    gauge = Gauge()
    for number in range(10):
        gauge = fail(gauge, present=NOW + number * 2 * WINDOW)
    assert (gauge.state, gauge.in_a_row) == (CLOSED, 10)


@pytest.mark.parametrize(
    ("kind", "state"),
    [(kind, OPEN if kind in (Kind.TRANSIENT, Kind.RATE_LIMITED) else CLOSED) for kind in Kind],
)
def test_only_what_speaks_for_the_service_opens_it(kind: Kind, state: State) -> None:
    gauge = Gauge()
    for _ in range(MOST):
        gauge = fail(gauge, failure(kind))
    assert (gauge.state, gauge.in_a_row) == (state, MOST)


@pytest.mark.parametrize(("mailboxes", "state"), [(1, CLOSED), (2, OPEN), (MOST, OPEN)])
def test_one_mailbox_alone_does_not_speak_for_all(mailboxes: int, state: State) -> None:
    gauge = Gauge()
    for number in range(MOST):
        gauge = fail(gauge, by=number % mailboxes, shared=True)
    assert gauge.state is state


@pytest.mark.parametrize(
    ("what", "shared", "state"),
    [
        (failure(Kind.RATE_LIMITED, 90), False, OPEN),
        (failure(Kind.RATE_LIMITED, 90), True, CLOSED),  # one mailbox's own limit
        (failure(Kind.RATE_LIMITED), False, CLOSED),
        (failure(Kind.TRANSIENT, 90), False, OPEN),  # 503 names one as well
        (failure(Kind.TRANSIENT, 90), True, CLOSED),
        (failure(Kind.INVALID, 90), False, CLOSED),
    ],
)
def test_a_server_that_names_a_time_is_left_alone_at_once(what: Failure, shared: bool, state: State) -> None:
    assert fail(Gauge(), what, shared=shared).state is state


def test_the_time_that_a_server_names_is_kept() -> None:
    assert fail(Gauge(), failure(Kind.RATE_LIMITED, 7200)).probe_at == NOW + timedelta(hours=2)


# -- The probe


def test_before_its_time_nobody_is_let_through() -> None:
    gauge = opened()
    assert gauge.probe_at == NOW + timedelta(minutes=1)
    assert [is_shut(gauge, NOW + timedelta(seconds=s)) for s in (0, 59, 60, 61)] == [True, True, False, False]


def test_while_a_probe_is_away_nobody_else_is_let_through() -> None:
    gauge = half_open()
    began = NOW + timedelta(minutes=1)
    assert is_shut(gauge, began + PATIENCE - timedelta(seconds=1))
    assert not is_shut(gauge, began + PATIENCE)  # it never came back


def test_probes_that_fail_climb_the_ladder() -> None:
    gauge, present, waits = opened(), NOW, []
    for _ in LADDER:
        assert gauge.probe_at
        waits.append(gauge.probe_at - present)
        present = gauge.probe_at
        gauge = fail(admitted(gauge, present), present=present)
    assert waits == [timedelta(minutes=m) for m in LADDER]


def test_a_probe_that_works_leaves_nothing_behind() -> None:
    gauge = half_open()
    assert breaker.worked(gauge, turn=gauge.turn) == Gauge(turn=gauge.turn + 1)


@pytest.mark.parametrize("state", [OPEN, HALF_OPEN])
def test_what_was_on_its_way_before_it_opened_changes_nothing(state: State) -> None:
    gauge = STATES[state]()
    assert fail(gauge, turn=0) == gauge
    assert breaker.worked(gauge, turn=0) == gauge


def test_of_two_probes_only_the_later_one_counts() -> None:
    first = half_open()
    second = admitted(first, NOW + timedelta(hours=1))
    assert breaker.worked(second, turn=first.turn).state is HALF_OPEN
    assert breaker.worked(second, turn=second.turn).state is CLOSED


def test_when_it_was_first_left_alone_stays_known() -> None:
    gauge = half_open()
    assert fail(gauge, present=NOW + timedelta(hours=3)).opened_at == NOW


def test_a_reset_forgets_everything_but_the_turn() -> None:
    gauge = half_open()
    assert breaker.reset(gauge) == Gauge(turn=gauge.turn + 1)


@given(st.lists(st.sampled_from(["fail", "work", "ask", "reset", "late"]), max_size=40), st.booleans())
def test_whatever_happens_it_can_be_asked_again(happened: list[str], shared: bool) -> None:
    gauge, present = Gauge(), NOW
    for number, what in enumerate(happened):
        before, present = gauge, present + timedelta(minutes=3)
        if what == "fail":
            gauge = fail(gauge, by=number, shared=shared, present=present)
        elif what == "work":
            gauge = breaker.worked(gauge, turn=gauge.turn)
        elif what == "ask" and not is_shut(gauge, present):
            gauge = admitted(gauge, present)
        elif what == "reset":
            gauge = breaker.reset(gauge)
        elif what == "late" and gauge.turn:
            gauge = breaker.worked(gauge, turn=gauge.turn - 1)
            assert gauge == before
        assert gauge.turn >= before.turn
        assert not is_shut(gauge, present + timedelta(hours=4))
        assert (gauge.state is CLOSED) == (gauge.probe_at is None) == (gauge.opened_at is None)


def test_a_gauge_is_a_value() -> None:
    assert replace(Gauge(), in_a_row=1) != Gauge()
