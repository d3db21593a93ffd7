"""A hint makes its mailbox due, once however many come, and not where there is a reason to leave it alone."""

from __future__ import annotations

from typing import Any

import pytest
from django_q.models import OrmQ

from connectors import clock
from connectors.hints import Channel
from connectors.models import Mailbox, Organization
from connectors.watches import Watch
from syncapp import hints, services
from syncapp.engine.running import Ending, run_job
from syncapp.models import Allowance, Lease, Outcome, Run
from tests.builders import event, store_of
from tests.conftest import Time
from tests.driving import CRM_DOWN, drain, outcomes, turn
from tests.integration.events.meanwhile import happening
from tests.integration.events.stage import Stage


@pytest.fixture
def quiet(told: Stage) -> Stage:
    """Everybody was looked at a minute ago, and is watched."""
    told.run(2)
    OrmQ.objects.all().delete()
    told.time.move(minutes=1)
    return told


def channel(stage: Stage) -> Channel:
    return next(each for key, each in store_of(stage.anna).watched.items() if key)


def hint(stage: Stage, times: int = 1) -> int:
    """Notifications of Anna's calendar; how many jobs came of them."""
    mine = channel(stage)
    return sum(hints.from_channel(mine.id, mine.token, "exists") for _ in range(times))


def runs(stage: Stage) -> int:
    return len(outcomes(stage.anna))


# -- One job


def test_a_hint_brings_what_is_new_before_it_is_due(quiet: Stage) -> None:
    quiet.calendar.add(event("Review"))
    assert (hint(quiet), drain() > 0, quiet.titles()) == (1, True, ["Review"])


def test_a_thousand_hints_are_one_job(quiet: Stage) -> None:
    assert hint(quiet, 1_000) == 1
    assert OrmQ.objects.count() == 1
    before = runs(quiet)
    drain()
    assert runs(quiet) == before + 1


def test_a_hint_without_news_writes_nothing(quiet: Stage) -> None:
    before = quiet.crm.writes, store_of(quiet.anna).writes
    hint(quiet)
    drain()
    assert (quiet.crm.writes, store_of(quiet.anna).writes) == before


def test_after_it_was_looked_at_the_next_hint_counts(quiet: Stage) -> None:
    hint(quiet)
    drain()
    assert hint(quiet) == 1


def test_each_mailbox_has_its_own(quiet: Stage) -> None:
    other = next(each for key, each in store_of(quiet.ben).watched.items() if key)
    assert hint(quiet) + hints.from_channel(other.id, other.token, "exists") == 2


# -- During a run


def test_a_hint_during_a_run_has_the_mailbox_looked_at_once_more(quiet: Stage) -> None:
    """What is new comes after the page was read, and so does its hint."""

    def meanwhile() -> None:
        quiet.calendar.add(event("Review"))
        hint(quiet, 5)

    with happening(meanwhile, at="read events: after"):
        services.enqueue_sync(quiet.anna.pk)
        drain()
    assert quiet.titles() == ["Review"]


def test_a_job_that_finds_the_mailbox_taken_leaves_word(quiet: Stage) -> None:
    """The hint's own job comes while another one reads."""

    def meanwhile() -> None:
        quiet.calendar.add(event("Review"))
        hint(quiet)
        drain()

    with happening(meanwhile, at="read events: after"):
        assert run_job(quiet.anna.pk) is Ending.AGAIN
    assert quiet.titles() == []
    run_job(quiet.anna.pk)
    assert quiet.titles() == ["Review"]


def test_a_job_that_only_writes_does_not_count_as_a_look(quiet: Stage) -> None:
    hint(quiet)
    OrmQ.objects.all().delete()
    run_job(quiet.anna.pk, reads=False)
    assert Lease.everywhere.get(mailbox=quiet.anna).hinted_at is not None
    run_job(quiet.anna.pk)
    assert Lease.everywhere.get(mailbox=quiet.anna).hinted_at is None


def test_a_job_that_the_queue_has_lost_is_made_up_for_by_the_tick(quiet: Stage) -> None:
    quiet.calendar.add(event("Review"))
    hint(quiet)
    OrmQ.objects.all().delete()
    assert hint(quiet) == 0
    quiet.time.move(minutes=6)
    turn()
    assert (quiet.titles(), hint(quiet)) == (["Review"], 1)


# -- Where it is left alone


@pytest.mark.parametrize(
    "values",
    [
        {"paused_at": clock.now()},
        {"stopped_at": clock.now(), "stopped_by": "google.authError"},
    ],
    ids=["paused", "stopped"],
)
def test_a_mailbox_that_rests_or_stands_still_is_not_woken(quiet: Stage, values: dict[str, Any]) -> None:
    Mailbox.everywhere.filter(pk=quiet.anna.pk).update(**values)
    assert (hint(quiet), OrmQ.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    "values",
    [
        {"paused_at": clock.now()},
        {"stopped_at": clock.now(), "stopped_by": "salesforce.INVALID_SESSION_ID"},
    ],
    ids=["paused", "stopped"],
)
def test_nor_is_one_of_an_organization_that_does(quiet: Stage, values: dict[str, Any]) -> None:
    Organization.everywhere.filter(pk=quiet.organization.pk).update(**values)
    assert (hint(quiet), OrmQ.objects.count()) == (0, 0)


def test_what_failed_last_is_tried_by_the_ladder_alone(quiet: Stage) -> None:
    quiet.calendar.add(event("Review"))
    quiet.crm.faults.waiting.append(CRM_DOWN)
    run_job(quiet.anna.pk)
    assert outcomes(quiet.anna)[-1] == Outcome.FAILED
    OrmQ.objects.all().delete()
    assert (hint(quiet), OrmQ.objects.count()) == (0, 0)


def test_a_run_that_is_under_way_says_nothing_of_the_last_one(quiet: Stage) -> None:
    Run.everywhere.create(organization=quiet.organization, mailbox=quiet.anna)
    assert hint(quiet) == 1


@pytest.mark.parametrize(("used", "jobs"), [(0, 1), (79, 1), (80, 0), (99, 0)])
def test_where_calls_run_short_nobody_is_hurried(quiet: Stage, used: int, jobs: int) -> None:
    Allowance.everywhere.update_or_create(organization=quiet.organization, defaults={"used": used, "allowed": 100})
    assert hint(quiet) == jobs


def test_the_hint_of_a_mailbox_that_was_removed_opens_nothing(quiet: Stage) -> None:
    mine = channel(quiet)
    quiet.anna.delete()
    with pytest.raises(hints.Stranger):
        hints.from_channel(mine.id, mine.token, "exists")


# -- Without hints


def test_where_every_hint_is_lost_the_clock_brings_it(quiet: Stage, time: Time) -> None:
    quiet.calendar.add(event("Review"))
    time.move(minutes=6)
    turn()
    assert quiet.titles() == ["Review"]


def test_a_watch_that_has_ended_makes_no_difference(quiet: Stage) -> None:
    Watch.everywhere.all().delete()
    store_of(quiet.anna).watched.clear()
    quiet.calendar.add(event("Review"))
    quiet.run()
    assert quiet.titles() == ["Review"]
