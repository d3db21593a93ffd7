"""The life of an order: the full table, and what becomes of each of its issues."""

from __future__ import annotations

import re
from datetime import timedelta
from itertools import product

import pytest

from issues import ordering, pacing
from issues.lifecycle import Status
from issues.models import BulkOperation, OutcomeChoices, SkippedChoices
from issues.ordering import (
    AT_WORK,
    BY_PEOPLE,
    PATIENCE,
    TABLE,
    UNFINISHED,
    Event,
    Outcome,
    Skipped,
    State,
    after,
    followed,
    is_done,
    offered,
    skipped,
    verdict,
)

ALL = list(product(State, Event))


def test_every_state_has_an_answer_to_every_event() -> None:
    assert set(TABLE) == set(ALL)


def test_the_table_in_the_words_above_is_the_table() -> None:
    lines = (ordering.__doc__ or "").splitlines()
    rows = [line.split() for line in lines if re.match(r" {4}[A-Z]+ +[A-Z]+ ", line)]
    told = {(State[row[0]], event): State[after] for row in rows for event, after in zip(Event, row[1:], strict=True)}
    assert told == dict(TABLE)


@pytest.mark.parametrize(("state", "event"), ALL, ids=str)
def test_an_event_that_comes_twice_changes_nothing_more(state: State, event: Event) -> None:
    once = TABLE[state, event]
    if (once, event) != (State.UNDOING, Event.END):
        assert TABLE[once, event] in (once, State.UNDONE)


@pytest.mark.parametrize(("state", "event"), ALL, ids=str)
def test_what_has_ended_never_runs_again(state: State, event: Event) -> None:
    if state not in UNFINISHED:
        assert TABLE[state, event] not in UNFINISHED


@pytest.mark.parametrize("state", sorted(UNFINISHED))
def test_whatever_is_unfinished_can_be_cancelled(state: State) -> None:
    assert TABLE[state, Event.CANCEL] is State.CANCELLED


@pytest.mark.parametrize("state", [State.HELD, State.PAUSED])
def test_what_waits_for_a_person_is_moved_by_a_person_alone(state: State) -> None:
    assert {event for event in Event if TABLE[state, event] is not state} == {Event.RESUME, Event.CANCEL}
    assert state not in AT_WORK


@pytest.mark.parametrize(("state", "event"), ALL, ids=str)
def test_a_retry_is_never_undone(state: State, event: Event) -> None:
    if event is Event.UNDO:
        assert after(state, event, ignores=False) is state
    else:
        assert after(state, event, ignores=False) is after(state, event, ignores=True) is TABLE[state, event]


@pytest.mark.parametrize(("state", "ignores"), list(product(State, (True, False))), ids=str)
def test_people_are_offered_what_changes_something(state: State, ignores: bool) -> None:
    assert offered(state, ignores=ignores) == [e for e in BY_PEOPLE if after(state, e, ignores=ignores) is not state]


@pytest.mark.parametrize(("state", "event"), [pair for pair in ALL if pair[1] in BY_PEOPLE], ids=str)
def test_asking_for_what_was_just_done_is_no_mistake(state: State, event: Event) -> None:
    now = TABLE[state, event]
    assert now is state or is_done(now, event)


@pytest.mark.parametrize(
    ("resolved", "failed", "trying", "minutes", "event"),
    [
        (10, 0, 0, 1, Event.PROVE),
        (5, 5, 0, 1, Event.PROVE),
        (1, 0, 0, 1, Event.PROVE),
        (4, 5, 0, 1, Event.DOUBT),
        (0, 10, 0, 1, Event.DOUBT),
        (0, 0, 0, 1, Event.DOUBT),
        (9, 0, 1, 1, None),
        (0, 9, 1, 1, None),
        (9, 0, 1, 10, Event.DOUBT),
    ],
)
def test_what_the_first_few_show(resolved: int, failed: int, trying: int, minutes: int, event: Event | None) -> None:
    assert verdict(resolved, failed, trying, timedelta(minutes=minutes)) is event
    assert timedelta(minutes=10) == PATIENCE


@pytest.mark.parametrize(("outcome", "status", "taken"), list(product(Outcome, Status, (True, False))), ids=str)
def test_an_issue_counts_for_its_order_until_somebody_else_takes_it(
    outcome: Outcome, status: Status, taken: bool
) -> None:
    now = followed(outcome, status, taken=taken)
    if outcome not in (Outcome.TRYING, Outcome.FAILED) or (taken and outcome is Outcome.FAILED):
        assert now is outcome
    elif taken or status is Status.IGNORED:
        assert now is Outcome.ELSEWHERE
    else:
        wanted = {Status.OPEN: Outcome.FAILED, Status.RETRYING: Outcome.TRYING, Status.RESOLVED: Outcome.RESOLVED}
        assert now is wanted[status]


@pytest.mark.parametrize(
    ("before", "now", "why"),
    [
        (Status.OPEN, Status.OPEN, None),
        (Status.OPEN, Status.RETRYING, Skipped.TRYING),
        (Status.OPEN, Status.IGNORED, Skipped.ASIDE),
        (Status.OPEN, Status.RESOLVED, Skipped.RESOLVED),
        (Status.RETRYING, Status.OPEN, None),
        (Status.RETRYING, Status.RETRYING, None),
        (Status.RETRYING, Status.IGNORED, Skipped.ASIDE),
        (Status.RETRYING, Status.RESOLVED, Skipped.RESOLVED),
        (Status.IGNORED, Status.OPEN, None),
        (Status.IGNORED, Status.RETRYING, Skipped.TRYING),
        (Status.IGNORED, Status.IGNORED, None),
        (Status.IGNORED, Status.RESOLVED, Skipped.RESOLVED),
    ],
)
def test_what_changed_since_the_order_is_left_alone(before: Status, now: Status, why: Skipped | None) -> None:
    assert skipped(before, now) is why


def test_the_rows_know_the_same_words() -> None:
    assert BulkOperation.State.values == [each.value for each in State]
    assert OutcomeChoices.values == [each.value for each in Outcome]
    assert SkippedChoices.values == [each.value for each in Skipped]


@pytest.mark.parametrize(("count", "first"), [(0, 0), (1, 0), (20, 0), (21, 10), (100_000, 10)])
def test_how_many_are_tried_first(count: int, first: int) -> None:
    assert pacing.first(count) == first


@pytest.mark.parametrize(("sizes", "calls"), [([], 0), ([1], 2), ([200], 2), ([201], 4), ([1, 1, 400], 8)])
def test_what_an_order_costs_in_calls(sizes: list[int], calls: int) -> None:
    assert pacing.calls(sizes) == calls
