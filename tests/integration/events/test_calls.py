"""What a round costs: the calls that are made, and those that are not."""

from __future__ import annotations

import pytest
from django_q.models import OrmQ
from pytest_django import Settings

from connectors import clock
from connectors.models import Mailbox
from syncapp.engine.running import Ending, run_job
from syncapp.models import Breaker, Change, Outcome, Run
from syncapp.services import enqueue_sync
from tests.builders import WHEN, event, store_of
from tests.driving import drain, fresh, outcomes
from tests.integration.events.meanwhile import calls
from tests.integration.events.stage import ANNA, Stage


def test_an_idle_round_is_one_look_at_each_resource_and_one_at_the_crm(stage: Stage) -> None:
    stage.meet(event("Review"))
    stage.crm.events.create(event("Visit"), owner_id=ANNA)
    stage.run(2)
    with calls() as made:
        stage.run()
    assert made == {"read page": 2, "read events": 2, "read crm events": 1}


# -- What is new in the CRM


@pytest.fixture
def quiet(stage: Stage) -> Stage:
    """Everybody was looked at a minute ago."""
    stage.run(2)
    OrmQ.objects.all().delete()
    stage.time.move(minutes=1)
    return stage


def books(stage: Stage, *titles: str) -> None:
    """Somebody enters events into the CRM, and it is read."""
    for title in titles:
        stage.crm.events.create(event(title), owner_id=ANNA)
    stage.read()


def test_what_is_new_in_the_crm_is_written_without_a_look_at_the_mailbox(quiet: Stage) -> None:
    with calls() as made:
        books(quiet, "Visit", "Lunch")
        drain()
    assert made == {"read crm events": 1, "push to calendar": 1}
    assert (quiet.in_calendar(), outcomes(quiet.anna)[-1]) == (["Lunch", "Visit"], Outcome.WROTE)
    assert quiet.is_quiet()


def test_whoever_was_only_written_to_is_looked_at_when_it_was_to_be(quiet: Stage) -> None:
    before = fresh(quiet.anna)
    books(quiet, "Visit")
    drain()
    after = fresh(quiet.anna)
    assert (after.next_run_at, after.expected_at) == (before.expected_at, before.expected_at)


def test_a_mailbox_whose_time_has_come_is_looked_at_as_well(quiet: Stage) -> None:
    quiet.time.move(minutes=6)
    with calls() as made:
        books(quiet, "Visit")
        drain()
    assert (made["push to calendar"], made["read events"], outcomes(quiet.anna)[-1]) == (1, 1, Outcome.GOOD)


def test_a_run_that_is_under_way_reads_to_its_end(quiet: Stage) -> None:
    Run.objects.create(organization=quiet.organization, mailbox=quiet.anna)
    with calls() as made:
        books(quiet, "Visit")
        drain()
    assert (made["read events"], outcomes(quiet.anna)[-1]) == (1, Outcome.GOOD)


@pytest.mark.parametrize(
    "doubt",
    [
        pytest.param({"failed_runs": 1}, id="its last run failed"),
        pytest.param({"stopped_at": WHEN, "stopped_by": "google.authError", "probe_at": WHEN}, id="it is to be probed"),
    ],
)
def test_whoever_is_in_doubt_has_to_prove_itself_by_a_whole_run(quiet: Stage, doubt: dict[str, object]) -> None:
    Mailbox.objects.filter(pk=quiet.anna.pk).update(**doubt)
    books(quiet, "Visit")
    drain()
    assert (fresh(quiet.anna).failed_runs, outcomes(quiet.anna)[-1]) == (0, Outcome.GOOD)


def test_a_provider_that_is_left_alone_is_probed_by_a_whole_run(quiet: Stage) -> None:
    Breaker.objects.create(
        organization=quiet.organization,
        provider=quiet.anna.provider,
        mailbox=quiet.anna,
        state="open",
        in_a_row=9,
        probe_at=WHEN,
    )
    books(quiet, "Visit")
    drain()
    assert (Breaker.objects.get().state, outcomes(quiet.anna)[-1]) == ("closed", Outcome.GOOD)


def test_a_change_that_the_calendar_refuses_for_its_own_news_is_merged_at_once(quiet: Stage) -> None:
    ref = quiet.calendar.add(event("Review"))
    quiet.run(2)
    OrmQ.objects.all().delete()
    quiet.time.move(minutes=1)
    quiet.calendar.edit(ref, location="Room 9")
    quiet.crm.events.edit(quiet.record.id, title="Review of prices")
    quiet.read()
    drain()
    assert (quiet.calendar.event(ref).title, quiet.calendar.event(ref).location) == ("Review of prices", "Room 9")
    assert (quiet.record.event.title, quiet.record.event.location) == ("Review of prices", "Room 9")
    assert list(Change.everywhere.all()) == []


def test_a_write_that_takes_longer_than_a_job_goes_on_as_a_whole_run(quiet: Stage, settings: Settings) -> None:
    books(quiet, "Visit")
    settings.SYNC_JOB_SECONDS = 0
    (row,) = OrmQ.objects.all()
    assert row.task["func"] == "syncapp.tasks.write_mailbox"
    assert run_job(quiet.anna.pk, reads=False) is Ending.AGAIN
    settings.SYNC_JOB_SECONDS = 10
    drain()
    assert (quiet.in_calendar(), outcomes(quiet.anna)[-1]) == (["Visit"], Outcome.GOOD)


def test_whoever_rests_is_not_woken_to_write(quiet: Stage) -> None:
    Mailbox.objects.filter(pk=quiet.anna.pk).update(paused_at=clock.now())
    books(quiet, "Visit")
    assert OrmQ.objects.count() == 0


def test_a_request_to_read_is_not_lost_behind_one_to_write(quiet: Stage) -> None:
    books(quiet, "Visit")
    enqueue_sync(quiet.anna.pk)
    before = store_of(quiet.anna).calls
    drain()
    assert store_of(quiet.anna).calls > before + 1
