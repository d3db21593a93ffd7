"""The life of an order: a few first, paused, resumed, cancelled, undone; and what is kept of each of its issues."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db.models import Count
from django_q.models import OrmQ

from connectors import clock
from connectors.models import Organization
from issues import services
from issues.ledger import COUNTERS
from issues.models import BulkOperation, Issue, Part, ScopeChoices
from issues.ordering import PATIENCE, Event, Outcome
from issues.services import Choice, carrying_out
from tests import builders
from tests.conftest import Time
from tests.integration.issues.orders import close, counters_are_right, failure, report

pytestmark = pytest.mark.django_db
RETRY, IGNORE = BulkOperation.Verb.RETRY, BulkOperation.Verb.IGNORE
MANY = 30


def many(organization: Organization, number: int = MANY, **values: Any) -> list[Issue]:
    report(*(failure(organization, f"item-{n}", **values) for n in range(number)))
    return list(Issue.everywhere.filter(organization=organization).order_by("pk"))


def start(organization: Organization, verb: str = RETRY, choice: Choice | None = None, **more: Any) -> BulkOperation:
    values = {"asked": True, "reason": "x" if verb == IGNORE else ""} | more
    return services.start_operation(organization.pk, verb, choice or Choice(), **values)[0]


def run(operation: BulkOperation) -> BulkOperation:
    while not services.run_operation(operation.pk):
        pass
    operation.refresh_from_db()
    return operation


def subjects(operation: BulkOperation, outcome: Outcome) -> list[str]:
    rows = Part.everywhere.filter(operation=operation, outcome=outcome).order_by("issue_id")
    return list(rows.values_list("issue__subject_key", flat=True))


def fail_again(organization: Organization, *keys: str) -> None:
    report(*(failure(organization, key, attempted_at=clock.now()) for key in keys))


def counters_count(operation: BulkOperation) -> bool:
    """Each counter of the order is the number of parts that it counts."""
    operation.refresh_from_db()
    rows = Part.everywhere.filter(operation=operation).order_by().values_list("outcome").annotate(number=Count("pk"))
    found = {Outcome(outcome): number for outcome, number in rows if outcome != Outcome.WAITING}
    return found == {outcome: n for outcome, name in COUNTERS.items() if (n := getattr(operation, name))}


# -- A few first


def test_of_many_ten_are_tried_first(organization: Organization) -> None:
    many(organization)
    operation = run(start(organization))
    assert (operation.state, operation.done, operation.total, operation.still_trying) == ("canary", 10, MANY, 10)
    assert Issue.everywhere.filter(status="retrying").count() == 10


@pytest.mark.parametrize(
    ("number", "verb", "more"),
    [(20, RETRY, {}), (MANY, IGNORE, {}), (MANY, RETRY, {"asked": False})],
    ids=["a small one", "one that sets aside", "one that follows a proof"],
)
def test_an_order_that_risks_nothing_starts_with_all(
    organization: Organization, number: int, verb: str, more: dict[str, Any]
) -> None:
    many(organization, number)
    assert run(start(organization, verb, **more)).state == "finished"


def test_the_first_few_are_of_as_many_causes_as_there_are(organization: Organization) -> None:
    many(organization, 25)
    report(*(failure(organization, f"other-{n}", said="Pick an account") for n in range(25)))
    operation = run(start(organization))
    first = subjects(operation, Outcome.TRYING)
    assert [key.partition("-")[0] for key in first] == ["item"] * 5 + ["other"] * 5


def test_the_first_few_are_where_sync_runs(organization: Organization) -> None:
    stopped, awake = builders.mailbox(organization, stopped_at=clock.now()), builders.mailbox(organization)
    report(*(failure(organization, f"stopped-{n}", mailbox_id=stopped.pk) for n in range(20)))
    report(*(failure(organization, f"awake-{n}", mailbox_id=awake.pk) for n in range(5)))
    assert set(subjects(run(start(organization)), Outcome.TRYING)) == {f"awake-{n}" for n in range(5)}


def test_what_a_whole_organization_waits_behind_goes_with_the_first_few(organization: Organization) -> None:
    many(organization)
    report(failure(organization, "organization", scope=ScopeChoices.ORGANIZATION))
    operation = run(start(organization))
    assert "organization" in subjects(operation, Outcome.TRYING)
    close(organization, *(f"item-{n}" for n in range(10)))
    assert run(operation).state == "finished"  # that it stands still proves nothing against it


@pytest.mark.parametrize(
    ("resolved", "failed", "state"),
    [(10, 0, "finished"), (5, 5, "finished"), (4, 6, "held"), (0, 10, "held"), (9, 0, "canary"), (0, 9, "canary")],
)
def test_the_rest_follows_what_the_first_few_show(
    organization: Organization, resolved: int, failed: int, state: str
) -> None:
    many(organization)
    operation = run(start(organization))
    keys = subjects(operation, Outcome.TRYING)
    close(organization, *keys[:resolved])
    fail_again(organization, *keys[resolved : resolved + failed])
    assert run(operation).state == state
    assert (operation.resolved, operation.failed_again) == (resolved, failed)
    assert operation.done == (MANY if state == "finished" else 10)


def test_the_job_goes_on_with_the_last_of_the_first_few(organization: Organization) -> None:
    many(organization)
    operation = run(start(organization))
    OrmQ.objects.all().delete()
    keys = subjects(operation, Outcome.TRYING)
    close(organization, *keys[:9])
    assert OrmQ.objects.count() == 0
    close(organization, keys[9])
    assert OrmQ.objects.count() == 1


def test_first_ones_that_do_not_come_back_leave_it_to_a_person(organization: Organization, time: Time) -> None:
    many(organization)
    operation = run(start(organization))
    close(organization, *subjects(operation, Outcome.TRYING)[:9])
    time.move(minutes=PATIENCE.total_seconds() / 60 + 1)
    assert services.resume_operations(clock.now()) == 1
    assert run(operation).state == "held"
    assert services.resume_operations(clock.now() + timedelta(days=1)) == 0


def test_a_person_goes_on_all_the_same(organization: Organization) -> None:
    many(organization)
    operation = run(start(organization))
    fail_again(organization, *subjects(operation, Outcome.TRYING))
    assert services.steer(run(operation), Event.RESUME)
    assert run(operation).state == "finished"
    assert (operation.done, operation.failed_again, operation.still_trying) == (MANY, 10, MANY - 10)


def test_an_order_that_shrank_while_it_was_looked_through_needs_no_trial(organization: Organization) -> None:
    issues = many(organization)
    operation = start(organization)
    close(organization, *(issue.subject_key for issue in issues[:20]))
    assert (run(operation).state, operation.total, operation.done) == ("finished", 10, 10)


# -- Pausing, resuming, cancelling


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(carrying_out, "CHUNK", 3)
    monkeypatch.setattr(carrying_out, "CHUNKS", 1)


@pytest.mark.parametrize(("event", "state"), [(Event.PAUSE, "paused"), (Event.CANCEL, "cancelled")])
def test_whoever_stops_an_order_is_heeded_at_the_next_chunk(
    organization: Organization, small_chunks: None, event: Event, state: str
) -> None:
    many(organization, 8)
    operation = start(organization)
    services.run_operation(operation.pk)
    assert services.steer(operation, event)
    assert services.run_operation(operation.pk)  # the job that was asked for already
    operation.refresh_from_db()
    assert (operation.state, operation.done) == (state, 3)
    assert Issue.everywhere.filter(status="open").count() == 5


def test_a_paused_order_goes_on_where_it_was(organization: Organization, small_chunks: None) -> None:
    many(organization, 8)
    operation = start(organization)
    services.run_operation(operation.pk)
    services.steer(operation, Event.PAUSE)
    assert services.resume_operations(clock.now() + timedelta(days=1)) == 0
    OrmQ.objects.all().delete()
    services.steer(operation, Event.RESUME)
    assert OrmQ.objects.count() == 1
    assert (run(operation).state, operation.done) == ("finished", 8)


def test_while_an_order_is_paused_the_same_one_is_not_given_twice(organization: Organization) -> None:
    many(organization)
    operation = start(organization)
    services.steer(operation, Event.PAUSE)
    assert start(organization) == operation
    services.steer(operation, Event.CANCEL)
    assert start(organization) != operation


def test_steering_twice_is_steering_once(organization: Organization) -> None:
    many(organization)
    operation = start(organization)
    assert [services.steer(operation, Event.CANCEL) for _ in range(2)] == [True, False]
    assert operation.finished_at is not None


# -- What is kept of each


def test_what_changed_before_its_turn_is_skipped_with_the_reason(
    organization: Organization, small_chunks: None
) -> None:
    issues = many(organization, 7)
    operation = start(organization, asked=False)
    services.run_operation(operation.pk)
    close(organization, issues[3].subject_key)
    services.retry(Issue.everywhere.filter(pk=issues[4].pk))
    services.ignore(Issue.everywhere.filter(pk=issues[5].pk), reason="x")
    assert (run(operation).skipped, operation.still_trying, operation.done) == (3, 4, 7)
    rows = Part.everywhere.filter(outcome=Outcome.SKIPPED).order_by("issue_id").values_list("skipped", flat=True)
    assert list(rows) == ["resolved", "trying", "aside"]
    assert Issue.everywhere.get(pk=issues[5].pk).status == "ignored"


def test_what_became_open_again_after_the_order_is_not_part_of_it(organization: Organization) -> None:
    issues = many(organization, 3)
    services.ignore(Issue.everywhere.filter(pk=issues[0].pk), reason="x", until=clock.now())
    operation = start(organization)
    services.run_operation(operation.pk)
    services.wake_up(clock.now())
    assert run(operation).total == 2
    assert Issue.everywhere.get(pk=issues[0].pk).status == "open"


def test_the_counters_follow_whatever_happens(organization: Organization) -> None:
    issues = many(organization, 6)
    first = run(start(organization))
    close(organization, issues[0].subject_key)
    fail_again(organization, issues[1].subject_key, issues[2].subject_key)
    close(organization, issues[2].subject_key)
    services.ignore(Issue.everywhere.filter(pk=issues[3].pk), reason="x")
    assert counters_count(first)
    assert (first.resolved, first.failed_again, first.elsewhere, first.still_trying) == (2, 1, 1, 2)
    second = run(start(organization))
    assert (second.total, second.still_trying) == (1, 1)
    assert counters_count(first)
    assert counters_count(second)
    assert first.failed_again == 1  # what a later order tries again failed in this one all the same
    assert counters_are_right()


def test_the_parts_of_an_order_are_dropped_in_time_and_its_counters_stay(
    organization: Organization, time: Time
) -> None:
    many(organization, 3)
    ended, running = run(start(organization)), start(organization, IGNORE)
    services.steer(running, Event.PAUSE)
    time.move(days=31)
    services.forget_parts(clock.now() - timedelta(days=30))
    assert not ended.parts.exists()
    ended.refresh_from_db()
    assert (ended.done, ended.still_trying) == (3, 3)


# -- Undoing


def test_undo_puts_back_what_nobody_touched_since(organization: Organization) -> None:
    issues = many(organization, 5)
    services.retry(Issue.everywhere.filter(pk=issues[0].pk))
    ids = tuple(issue.pk for issue in issues)
    operation = run(start(organization, IGNORE, Choice(ids=ids)))
    services.retry(Issue.everywhere.filter(pk=issues[1].pk))
    services.ignore(Issue.everywhere.filter(pk=issues[2].pk), reason="mine")
    close(organization, issues[3].subject_key)
    assert services.steer(operation, Event.UNDO)
    assert (run(operation).state, operation.returned, operation.elsewhere) == ("undone", 2, 3)
    rows = Issue.everywhere.order_by("pk").values_list("status", "ignored_reason")
    assert [status for status, _ in rows] == ["retrying", "retrying", "ignored", "resolved", "open"]
    assert [reason for _, reason in rows] == ["", "", "mine", "x", ""]
    assert counters_count(operation)
    assert counters_are_right()


def test_undoing_goes_by_chunks_and_may_be_asked_for_once(organization: Organization, small_chunks: None) -> None:
    many(organization, 7)
    operation = run(start(organization, IGNORE))
    assert [services.steer(operation, Event.UNDO) for _ in range(2)] == [True, False]
    assert not services.run_operation(operation.pk)
    assert Issue.everywhere.filter(status="open").count() == 3
    assert run(operation).returned == 7


def test_a_cancelled_order_is_undone_as_far_as_it_came(organization: Organization, small_chunks: None) -> None:
    many(organization, 7)
    operation = start(organization, IGNORE)
    services.run_operation(operation.pk)
    services.steer(operation, Event.CANCEL)
    services.steer(operation, Event.UNDO)
    assert (run(operation).state, operation.returned) == ("undone", 3)
    assert set(Issue.everywhere.values_list("status", flat=True)) == {"open"}


def test_a_retry_cannot_be_undone(organization: Organization) -> None:
    many(organization, 2)
    assert not services.steer(run(start(organization)), Event.UNDO)
