from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.errors import Failure, Kind
from issues.catalogue import Advice, Entry, Fixer, Retry, Scope, Severity
from syncapp.engine.retry import ItemVerdict, RunVerdict, item_failed, run_failed, wait

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
MINUTES = (1, 5, 15, 60, 240, 240, 240, 240, 240)


class Always(Random):
    """Chance that draws the same every time."""

    def __init__(self, value: float) -> None:
        super().__init__()
        self.value = value

    def random(self) -> float:
        return self.value


LATEST = Always(1.0)


def entry(retry: Retry, scope: Scope = Scope.ITEM, severity: Severity = Severity.WARNING) -> Entry:
    return Entry(
        id="salesforce.X",
        title="t",
        plain="p",
        cause="c",
        steps=(),
        fixer=Fixer.NOBODY,
        scope=scope,
        severity=severity,
        retry=retry,
        advice=Advice.RETRY,
        why="w",
    )


def failed(kind: Kind = Kind.TRANSIENT, retry_after: float | None = None) -> Failure:
    return Failure(provider="salesforce", code="salesforce.X", kind=kind, retry_after=retry_after)


PASSING, MENDABLE, FINAL = entry(Retry.BACKOFF), entry(Retry.AFTER_FIX), entry(Retry.NEVER)


def item(tries: int, of: Entry = PASSING, failure: Failure | None = None, chance: Random = LATEST) -> ItemVerdict:
    return item_failed(failure or failed(), of, tries=tries, now=NOW, chance=chance)


# -- One item


@pytest.mark.parametrize(("tries_before", "minutes"), list(enumerate(MINUTES)))
def test_the_ladder_of_a_passing_failure(tries_before: int, minutes: int) -> None:
    assert item(tries_before).again_at == NOW + timedelta(minutes=minutes)


@pytest.mark.parametrize("tries_before", [9, 10, 11])
def test_after_the_tenth_try_nothing_is_tried_by_itself(tries_before: int) -> None:
    assert item(tries_before).again_at is None


@pytest.mark.parametrize(
    ("attempt", "issue", "alert"),
    [
        (1, False, False),
        (2, False, False),
        (3, False, False),  # nobody hears of the first three
        (4, True, False),
        (5, True, False),
        (6, True, False),
        (7, True, False),
        (8, True, False),
        (9, True, False),
        (10, True, True),  # about a day after the first
        (11, True, True),
    ],
)
def test_when_a_passing_failure_becomes_an_issue_and_when_somebody_is_told(
    attempt: int, issue: bool, alert: bool
) -> None:
    verdict = item(attempt - 1)
    assert (verdict.issue, verdict.alert) == (issue, alert)


@pytest.mark.parametrize("of", [MENDABLE, FINAL])
@pytest.mark.parametrize("tries", [0, 3, 9, 10])
def test_what_needs_a_person_is_an_issue_at_once_and_told_at_once(of: Entry, tries: int) -> None:
    assert item(tries, of) == ItemVerdict(issue=True, alert=True, tries=tries + 1, again_at=None)


@pytest.mark.parametrize("kind", [Kind.TRANSIENT, Kind.RATE_LIMITED])
def test_every_failed_try_counts_so_that_nothing_waits_for_ever(kind: Kind) -> None:
    assert [item(tries, failure=failed(kind)).tries for tries in range(11)] == list(range(1, 12))


def test_ten_tries_last_about_a_day() -> None:
    assert sum(MINUTES) / 60 == pytest.approx(21.35)


@given(st.integers(1, 30), st.floats(0, 1), st.none() | st.floats(1, 86_400))
def test_a_wait_lies_between_what_was_asked_for_and_its_step(
    tries: int, drawn: float, retry_after: float | None
) -> None:
    step = timedelta(minutes=MINUTES[min(tries, 5) - 1])
    waited = wait(tries, retry_after, Always(drawn))
    least = timedelta(seconds=retry_after or 1)
    assert least <= waited <= max(step, least)


def test_waits_are_spread_over_the_whole_step() -> None:
    chance = Random(7)
    drawn = sorted(wait(3, None, chance) for _ in range(400))
    assert drawn[0] < timedelta(minutes=1)
    assert drawn[-1] > timedelta(minutes=14)


@pytest.mark.parametrize("seconds", [1.0, 90.0, 86_400.0])
def test_a_server_that_names_a_time_is_not_asked_before_it(seconds: float) -> None:
    verdict = item(0, failure=failed(Kind.RATE_LIMITED, retry_after=seconds), chance=Always(0.0))
    assert verdict.again_at == NOW + timedelta(seconds=seconds)


# -- A run


def run(
    of: Entry,
    failure: Failure | None = None,
    *,
    side: Scope = Scope.MAILBOX,
    failed_runs: int = 0,
    in_a_row: int = 1,
    chance: Random = LATEST,
) -> RunVerdict:
    return run_failed(
        failure or failed(), of, side=side, failed_runs=failed_runs, in_a_row=in_a_row, now=NOW, chance=chance
    )


@pytest.mark.parametrize(
    ("failed_before", "stop"), [(0, ""), (7, ""), (8, ""), (9, "mailbox"), (10, "mailbox"), (19, "mailbox")]
)
def test_ten_failed_runs_in_a_row_stop_the_mailbox(failed_before: int, stop: str) -> None:
    assert run(PASSING, failed_runs=failed_before).stop == stop


@pytest.mark.parametrize(("in_a_row", "stop"), [(1, ""), (9, ""), (10, "organization"), (11, "organization")])
@pytest.mark.parametrize("side", [Scope.ORGANIZATION, Scope.MAILBOX])
def test_ten_failures_in_a_row_of_a_provider_that_all_ask_stop_the_organization(
    side: Scope, in_a_row: int, stop: str
) -> None:
    assert run(PASSING, in_a_row=in_a_row, side=side).stop == stop


def test_what_stops_the_organization_is_named_by_its_own_code() -> None:
    assert run(PASSING, failed_runs=9, in_a_row=10, side=Scope.ORGANIZATION).code == failed().code


def test_a_mailbox_whose_runs_alone_fail_at_the_crm_stops_alone() -> None:
    verdict = run(PASSING, failed_runs=9, in_a_row=3, side=Scope.ORGANIZATION)
    assert (verdict.stop, verdict.code) == ("mailbox", "engine.CONSECUTIVE_FAILURES")


def test_the_tenth_failed_run_says_that_it_is_the_tenth() -> None:
    verdict = run(PASSING, failed_runs=9)
    assert (verdict.code, verdict.probe_at) == ("engine.CONSECUTIVE_FAILURES", NOW + timedelta(hours=1))


@pytest.mark.parametrize("kind", [Kind.CONFIG, Kind.PERMISSION, Kind.INVALID])
def test_what_a_person_must_mend_stops_at_the_first_failure(kind: Kind) -> None:
    verdict = run(entry(Retry.AFTER_FIX, Scope.MAILBOX), failed(kind))
    assert (verdict.stop, verdict.probe_at) == ("mailbox", NOW + timedelta(days=1))


@pytest.mark.parametrize("retry", list(Retry))
def test_refused_access_stops_at_the_first_proof_and_is_never_probed(retry: Retry) -> None:
    verdict = run(entry(retry, Scope.MAILBOX), failed(Kind.AUTH))
    assert (verdict.stop, verdict.probe_at) == ("mailbox", None)


@pytest.mark.parametrize("retry", list(Retry))
def test_what_nobody_has_seen_before_only_fails_the_run(retry: Retry) -> None:
    assert run(entry(retry, Scope.MAILBOX, Severity.CRITICAL), failed(Kind.UNKNOWN)).stop == ""


def test_a_used_up_allowance_stops_at_once_although_it_passes() -> None:
    of = entry(Retry.BACKOFF, Scope.ORGANIZATION, Severity.CRITICAL)
    verdict = run(of, failed(Kind.RATE_LIMITED, retry_after=7200), side=Scope.ORGANIZATION)
    assert (verdict.stop, verdict.probe_at) == ("organization", NOW + timedelta(hours=2))


@pytest.mark.parametrize(
    ("scope", "side", "stop"),
    [
        (Scope.ITEM, Scope.MAILBOX, "mailbox"),
        (Scope.MAILBOX, Scope.MAILBOX, "mailbox"),
        (Scope.ORGANIZATION, Scope.MAILBOX, "organization"),  # the domain's administrator shut us out
        (Scope.ITEM, Scope.ORGANIZATION, "organization"),
        # Salesforce has one account of ours: what its account may not, no mailbox may.
        (Scope.MAILBOX, Scope.ORGANIZATION, "organization"),
        (Scope.ORGANIZATION, Scope.ORGANIZATION, "organization"),
    ],
)
def test_how_much_stands_still(scope: Scope, side: Scope, stop: str) -> None:
    assert run(entry(Retry.AFTER_FIX, scope), failed(Kind.CONFIG), side=side).stop == stop


@pytest.mark.parametrize(
    ("scope", "side", "counts"),
    [
        (Scope.MAILBOX, Scope.MAILBOX, True),
        (Scope.ORGANIZATION, Scope.ORGANIZATION, False),
        (Scope.MAILBOX, Scope.ORGANIZATION, False),
    ],
)
def test_a_stopped_organization_is_not_held_against_its_mailboxes(scope: Scope, side: Scope, counts: bool) -> None:
    assert run(entry(Retry.AFTER_FIX, scope), failed(Kind.CONFIG), side=side).counts is counts


@pytest.mark.parametrize(("failed_before", "minutes"), [(0, 1), (1, 5), (2, 15), (3, 60), (4, 240), (12, 240)])
def test_runs_climb_the_same_ladder(failed_before: int, minutes: int) -> None:
    assert run(PASSING, failed_runs=failed_before).again_at == NOW + timedelta(minutes=minutes)
