"""Workers of the real cluster: what kills them is set aside, who is told to stop comes to an end, clocks agree."""

from __future__ import annotations

import os
import signal

import pytest
from django.db import connection
from django_q.models import OrmQ

from issues.models import Issue
from syncapp.models import Item, Lease, Run
from tests import builders
from tests.integration.bad_input.world import ANN
from tests.processes import ended, ran, until
from tests.scenario.cluster import LONG, SHORT, Cluster
from tests.scenario.killing import Scene
from tests.scenario.witness import POISONED


@pytest.mark.parametrize("place", ["prepare", "read"])
def test_a_message_that_kills_its_workers_is_set_aside_and_all_others_arrive(scene: Scene, place: str) -> None:
    """Whether it kills who reads it or who takes it apart: three workers die of it, and no fourth."""
    (scene.folder / "deadly").write_text(f"poison {place}")
    mailbox = scene.mailboxes[0]
    scene.cluster.world.deliver_email(mailbox, builders.email(ANN, mailbox.address, "poison"))
    for _ in range(12):
        scene.deliver(mailbox)
    with scene.cluster.running(lease=SHORT):
        scene.until(lambda: Issue.everywhere.filter(status="open").exists(), "the message set aside")
        scene.until(lambda: set(scene.sent) <= set(scene.cluster.world.subjects()), "all others in Salesforce")
        scene.until(lambda: not Lease.everywhere.exclude(owner="").exists(), "nobody at work")
    assert Issue.everywhere.get().code == "engine.POISON_ITEM"
    assert "poison" not in scene.cluster.world.subjects()
    assert [act.step for act in scene.acts()].count(POISONED) == 3
    assert scene.account().broken == []


def test_a_worker_that_is_told_to_stop_finishes_its_page_and_gives_its_lease_back(cluster: Cluster) -> None:
    """As systemd tells every process of a service. The cluster replaces it."""
    cluster.world.deliver(cluster.world.ada, "in hand")
    cluster.world.spoil("salesforce", "composite/sobjects", action="delay", delay=3.0)
    with cluster.running(lease=LONG) as program:
        cluster.ask_for(cluster.world.ada)
        worker = cluster.catch_writing("in hand")
        crew = set(program.everybody())
        os.kill(worker, signal.SIGTERM)
        until(lambda: ended([worker]), "the end of the worker")
        assert Item.everywhere.get().synced_at is not None
        assert cluster.holder_of(cluster.world.ada) != worker  # the other worker may go on with the run by now
        until(lambda: set(program.everybody()) - crew, "another worker in its place")
        cluster.world.deliver(cluster.world.ada, "afterwards")
        cluster.ask_for(cluster.world.ada)
        until(lambda: "afterwards" in cluster.world.subjects(), "work that goes on")
        until(lambda: not Run.everywhere.filter(outcome="").exists(), "no run without an end")
    assert set(Run.everywhere.values_list("outcome", flat=True)) == {"good"}
    assert cluster.world.everything_arrived_once("in hand", "afterwards")


def test_a_cluster_that_is_told_to_stop_in_the_middle_of_much_work_loses_no_run(cluster: Cluster) -> None:
    """One page for each job; the rest of the run stands in the queue, and the next start goes on with it."""
    cluster.world.deliver(cluster.world.ada, "first")
    with cluster.running(lease=LONG, SYNC_JOB_SECONDS="0") as program:
        cluster.world.spoil("salesforce", "composite/sobjects", action="delay", delay=3.0)
        cluster.ask_for(cluster.world.ada)
        cluster.catch_writing("first")
        assert program.stop() == 0
    assert Lease.everywhere.get(mailbox=cluster.world.ada).owner == ""
    run = Run.everywhere.get(mailbox=cluster.world.ada)
    assert (run.outcome, run.written, OrmQ.objects.count()) == ("", 1, 1)
    with cluster.running():
        until(lambda: Run.everywhere.filter(pk=run.pk, outcome="good").exists(), "the end of the same run")
    assert Run.everywhere.filter(mailbox=cluster.world.ada).count() == 1
    assert cluster.world.everything_arrived_once("first")


def test_a_host_whose_clock_is_an_hour_off_claims_no_lease(cluster: Cluster) -> None:
    """By PostgreSQL's clock, which is given another hour here; SQLite has none but the host's."""
    cluster.world.deliver(cluster.world.ada, "untouched")
    cluster.ask_for(cluster.world.ada)
    if connection.vendor != "postgresql":
        with cluster.running():
            cluster.arrives("untouched")
        return
    _set_forward()
    done = ran("manage.py", "jobs", environment=cluster.environment(SHORT))
    assert done.returncode == 2
    assert b"s off the database's. Leases go by the clock: synchronise it (NTP)." in done.stderr
    assert not Lease.everywhere.exists()
    assert OrmQ.objects.count() == 1
    assert cluster.world.subjects() == []


def _set_forward() -> None:
    """Everybody who opens this database from here on sees its clock an hour ahead."""
    name = connection.settings_dict["NAME"]
    with connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA ahead")
        cursor.execute(
            "CREATE FUNCTION ahead.clock_timestamp() RETURNS timestamptz LANGUAGE sql "
            "AS $$ SELECT pg_catalog.clock_timestamp() + interval '1 hour' $$"
        )
        cursor.execute(f'ALTER DATABASE "{name}" SET search_path = ahead, pg_catalog, public')
