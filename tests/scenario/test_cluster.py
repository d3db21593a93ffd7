"""The real job cluster in processes of its own: what is asked for is done, and a killed worker costs nothing."""

from __future__ import annotations

from contextlib import suppress

import pytest
from django.utils.module_loading import import_string
from django_q.models import OrmQ, Schedule
from django_q.tasks import async_task

from connectors import clock
from connectors.effects import commit
from connectors.models import Mailbox
from connectors.wake import wake
from issues import services as issues
from issues.models import Issue
from syncapp import services
from syncapp.models import Change, Item, Lease
from tests.processes import PATIENCE, ended, until
from tests.scenario.cluster import CREW, LONG, Cluster, kill

SCHEDULES = {
    "tick": "syncapp.tasks.tick",
    "reap": "syncapp.tasks.reap",
    "deliver": "notifications.tasks.deliver",
    "housekeeping": "syncapp.tasks.housekeeping",
    "verify": "syncapp.tasks.verify",
}
RULE = {
    "object": "EmailMessage",
    "name": "Never",
    "field": "Subject",
    "pattern": "refused",
    "message": "Not this one.",
}


def test_what_is_asked_for_is_done(cluster: Cluster) -> None:
    cluster.world.deliver(cluster.world.ada, "first", "second")
    with cluster.running():
        cluster.ask_for(cluster.world.ada)
        cluster.arrives("first", "second")
    assert cluster.world.everything_arrived_once("first", "second")


@pytest.mark.slow
def test_the_cluster_stops_when_told_to_and_leaves_nobody_behind(cluster: Cluster) -> None:
    with cluster.running() as program:
        everybody = program.everybody()
        assert len(everybody) >= CREW
        assert program.stop() == 0
        until(lambda: ended(everybody), "the end of every process")


def test_a_cluster_that_is_told_to_stop_ends_its_work_first(cluster: Cluster) -> None:
    cluster.world.deliver(cluster.world.ada, "in hand")
    cluster.world.spoil("salesforce", "composite/sobjects", action="delay", delay=3.0)
    with cluster.running(lease=LONG) as program:
        cluster.ask_for(cluster.world.ada)
        cluster.catch_writing("in hand")
        assert Item.everywhere.get().synced_at is None
        assert program.stop() == 0
    assert Item.everywhere.get().synced_at is not None
    assert cluster.settled()


def test_a_start_looks_at_once_for_what_is_due(cluster: Cluster) -> None:
    """Schedules are looked at 30 s after a start for the first time; `tick` does not wait for them."""
    cluster.world.deliver(cluster.world.ada, "due")
    Mailbox.everywhere.filter(pk=cluster.world.ada.pk).update(next_run_at=clock.now())
    cluster.hold_schedules()
    with cluster.running():
        cluster.arrives("due")
        assert not cluster.schedules_ran()


class TestKilledWhileSalesforceAnswers:
    """The record is there, and the worker dies before it hears of it: the worst moment of all."""

    @pytest.fixture(autouse=True)
    def _slow_answer(self, cluster: Cluster) -> None:
        cluster.world.deliver(cluster.world.ada, "lost answer", "neighbour")
        cluster.world.spoil("salesforce", "composite/sobjects", action="delay", delay=4.0)

    def _interrupted(self, cluster: Cluster, *, everybody: bool) -> None:
        with cluster.running() as program:
            cluster.ask_for(cluster.world.ada)
            worker = cluster.catch_writing("lost answer")
            if everybody:
                program.kill_everybody()
            else:
                kill(worker)
                until(lambda: ended([worker]), "the worker's death")
        assert Item.everywhere.filter(synced_at__isnull=False).count() == 0
        assert Lease.everywhere.get(mailbox=cluster.world.ada).owner != ""
        until(lambda: Lease.everywhere.get(mailbox=cluster.world.ada).until <= clock.now(), "the end of the lease")

    @pytest.mark.parametrize(
        "everybody", [False, pytest.param(True, marks=pytest.mark.slow)], ids=["one worker", "a power cut"]
    )
    def test_a_restart_finishes_the_work_and_writes_nothing_twice(self, cluster: Cluster, everybody: bool) -> None:
        self._interrupted(cluster, everybody=everybody)
        fence = Lease.everywhere.get(mailbox=cluster.world.ada).fence
        with cluster.running():
            until(lambda: Item.everywhere.filter(synced_at__isnull=False).count() == 2, "both items synced")
            until(lambda: not Lease.everywhere.exclude(owner="").exists(), "the lease given back")
        assert cluster.world.everything_arrived_once("lost answer", "neighbour")
        assert Lease.everywhere.get(mailbox=cluster.world.ada).fence > fence
        assert not Change.everywhere.exists()
        assert not Issue.everywhere.exists()


@pytest.mark.slow
def test_a_dead_worker_is_replaced_and_the_schedules_find_its_work(cluster: Cluster) -> None:
    """Nobody restarts anything: `reap` comes by within a minute or so."""
    cluster.world.deliver(cluster.world.ada, "left alone")
    cluster.world.spoil("salesforce", "composite/sobjects", action="delay", delay=4.0)
    with cluster.running():
        cluster.ask_for(cluster.world.ada)
        kill(cluster.catch_writing("left alone"))
        until(lambda: Item.everywhere.filter(synced_at__isnull=False).exists(), "the item synced", seconds=2 * PATIENCE)
    assert cluster.world.everything_arrived_once("left alone")


@pytest.mark.slow
def test_a_dead_worker_does_not_stop_the_other_mailbox(cluster: Cluster) -> None:
    cluster.world.deliver(cluster.world.ada, "killed")
    cluster.world.spoil("salesforce", "composite/sobjects", action="delay", delay=4.0)
    with cluster.running():
        cluster.ask_for(cluster.world.ada)
        kill(cluster.catch_writing("killed"))
        cluster.world.deliver(cluster.world.ben, "alive")
        cluster.ask_for(cluster.world.ben)
        until(lambda: "alive" in cluster.world.subjects(), "the other mailbox's message")
        until(lambda: Item.everywhere.filter(title="alive", synced_at__isnull=False).exists(), "its proof")


class TestSomebodyWaits:
    """A person presses the button; with a worker free it starts within a second or two."""

    @pytest.fixture(autouse=True)
    def _refused(self, cluster: Cluster) -> None:
        cluster.world.salesforce.control("validation-rule", RULE)
        cluster.world.deliver(cluster.world.ada, "refused")

    def test_a_retry_starts_without_any_schedule(self, cluster: Cluster) -> None:
        cluster.hold_schedules()
        with cluster.running():
            cluster.ask_for(cluster.world.ada)
            until(lambda: Issue.everywhere.filter(status="open").exists(), "an issue")
            until(cluster.settled, "an empty queue")
            cluster.world.salesforce.control("rule", {"name": "Never", "active": False})
            issues.retry(Issue.everywhere.all())
            seconds = cluster.arrives("refused")
            assert not cluster.schedules_ran()
        print(f"a retry was in Salesforce after {seconds:.1f} s (goal: 2 s)")
        assert Issue.everywhere.get().status == "resolved"

    def test_a_wake_that_finds_the_mailbox_taken_is_heard_by_who_holds_it(self, cluster: Cluster) -> None:
        cluster.world.spoil("salesforce", "composite/sobjects", action="delay", delay=4.0)
        cluster.world.deliver(cluster.world.ada, "slow")
        with cluster.running(lease=LONG):
            cluster.ask_for(cluster.world.ada)
            cluster.catch_writing("slow")
            holder = cluster.holder_of(cluster.world.ada)
            cluster.world.deliver(cluster.world.ada, "too late for that page")
            wake(cluster.world.ada.pk)
            until(lambda: Lease.everywhere.get(mailbox=cluster.world.ada).wake_requested, "the note of the second job")
            assert cluster.holder_of(cluster.world.ada) == holder
            cluster.arrives("slow", "too late for that page")


def test_a_job_that_raises_every_time_is_given_up_and_can_be_seen(cluster: Cluster) -> None:
    from django_q.models import Failure

    with cluster.running() as program:
        async_task("operator.truediv", 1, 0)
        until(Failure.objects.exists, "a failure")
        until(cluster.settled, "an empty queue")
        assert program.says("ZeroDivisionError")
    failed = Failure.objects.get()
    assert (failed.func, failed.success) == ("operator.truediv", False)
    assert 1 <= failed.attempt_count <= 3


def test_the_clockwork_is_wound_up(open_database: str) -> None:
    assert dict(Schedule.objects.values_list("name", "func")) == SCHEDULES
    assert all(callable(import_string(function)) for function in SCHEDULES.values())
    assert set(Schedule.objects.values_list("repeats", flat=True)) == {-1}, "for ever"
    assert Schedule.objects.get(name="verify").minutes == 60


@pytest.mark.slow
def test_every_schedule_runs(cluster: Cluster) -> None:
    """For the first time half a minute after the start."""
    with cluster.running():
        until(lambda: Schedule.objects.exclude(task=None).count() == len(SCHEDULES), "all schedules")
        until(cluster.settled, "an empty queue")
    assert not cluster.world.subjects()


def test_a_request_in_a_transaction_that_is_rolled_back_leaves_nothing(open_database: str) -> None:
    with suppress(ZeroDivisionError), commit("test: ask"):
        services.enqueue_sync(1)
        raise ZeroDivisionError
    assert not OrmQ.objects.exists()


def test_a_request_is_a_part_of_the_transaction_it_stands_in(open_database: str) -> None:
    with commit("test: ask"):
        services.enqueue_sync(1)
    assert OrmQ.objects.count() == 1
