"""The database says what is due; a queue entry is only a hint. Lose all of them, and the next tick finds the work."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django_q.models import OrmQ
from pytest_django import Settings

from connectors import clock
from connectors.effects import crash_points
from connectors.memory import MAILBOXES, MemoryCrm, MemoryMailbox
from connectors.models import Activity, Mailbox, Organization, Verb
from connectors.oauth import Grant
from issues import services as issues
from issues.models import Attempt, BulkOperation, Issue
from syncapp import services
from syncapp.engine import lease
from syncapp.models import Run
from syncapp.tasks import sync_mailbox
from tests import builders
from tests.builders import email
from tests.conftest import Time
from tests.driving import (
    HICCUP,
    LOCKED,
    REVOKED,
    codes,
    drain,
    fresh,
    outcomes,
    refusing,
    states,
    sync,
    synced,
    turn,
)

pytestmark = pytest.mark.django_db


class Killed(BaseException):
    pass


def lose_the_queue() -> None:
    OrmQ.objects.all().delete()


def refused(mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm) -> Issue:
    """An issue whose reason is over."""
    store.deliver(email(subject="bad"))
    crm.rules.append(refusing("bad"))
    sync(mailbox)
    crm.rules.clear()
    return Issue.everywhere.get()


# -- The tick


def test_a_mailbox_whose_time_has_come_gets_a_job(mailbox: Mailbox, second: Mailbox, crm: MemoryCrm) -> None:
    Mailbox.everywhere.filter(pk=second.pk).update(next_run_at=clock.now() + timedelta(minutes=5))
    assert services.tick() == 1
    drain()
    assert (fresh(mailbox).good_at is None, fresh(second).good_at is None) == (False, True)


def test_one_interval_is_one_job_however_often_it_ticks(mailbox: Mailbox) -> None:
    assert [services.tick() for _ in range(5)] == [1, 0, 0, 0, 0]
    assert OrmQ.objects.count() == 1


def test_two_ticks_side_by_side_ask_once(mailbox: Mailbox) -> None:
    """The second one looked before the first one wrote."""
    seen, present = fresh(mailbox).next_run_at, clock.now()
    assert services._claim_and_enqueue(mailbox.pk, seen, present) is True
    assert services._claim_and_enqueue(mailbox.pk, seen, present) is False


def test_a_job_that_got_lost_is_asked_for_again_at_the_next_interval(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm, time: Time, settings: Settings
) -> None:
    store.deliver(email())
    services.tick()
    lose_the_queue()
    time.move(seconds=settings.SYNC_INTERVAL_SECONDS + 1)
    turn()
    assert synced() == 1


# -- What a person asked for


def test_a_retry_starts_by_itself(mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm) -> None:
    refused(mailbox, store, crm)
    issues.retry(Issue.everywhere.all())
    drain()
    assert (synced(), codes()) == (1, [])


def test_a_retry_whose_wake_got_lost_is_found(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm, time: Time
) -> None:
    refused(mailbox, store, crm)
    issues.retry(Issue.everywhere.all())
    lose_the_queue()
    assert services.tick() == 0  # it may still be on its way
    time.move(seconds=61)
    turn()
    assert (synced(), codes()) == (1, [])


def test_a_retry_that_cannot_be_done_yet_is_not_looked_for_every_minute(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm, time: Time
) -> None:
    refused(mailbox, store, crm)
    issues.retry(Issue.everywhere.all())
    Mailbox.everywhere.update(tried_at=clock.now() + timedelta(seconds=1))
    lose_the_queue()
    time.move(seconds=90)
    assert services.tick() == 0


def test_behind_a_stopped_organization_nothing_is_looked_for(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm, time: Time
) -> None:
    refused(mailbox, store, crm)
    issues.retry(Issue.everywhere.all())
    lose_the_queue()
    Organization.everywhere.update(stopped_at=clock.now())
    time.move(hours=1)
    assert services.tick() == 0


def test_an_order_whose_job_got_lost_is_gone_on_with(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm, time: Time
) -> None:
    refused(mailbox, store, crm)
    issues.start_operation(mailbox.organization_id, "retry", issues.Choice())
    lose_the_queue()
    time.move(seconds=61)
    services.tick()
    drain()
    assert (BulkOperation.everywhere.get().state, synced()) == ("finished", 1)


def test_renewed_access_whose_wake_got_lost_is_found(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm, time: Time
) -> None:
    store.deliver(email())
    services.renew(mailbox.organization, "memory", Grant(access_token="a", refresh_token="r", lifetime=60.0))
    lose_the_queue()
    time.move(minutes=6)
    turn()
    assert synced() == 1


# -- What time brings


def test_the_tick_wakes_what_was_set_aside_for_a_time(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm, time: Time
) -> None:
    refused(mailbox, store, crm)
    issues.ignore(Issue.everywhere.all(), reason="x", until=clock.now() + timedelta(hours=1))
    time.move(hours=2)
    services.tick()
    assert Issue.everywhere.get().status == "open"


def test_the_tick_probes_each_cause_once_a_day_and_the_rest_follows(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm, time: Time
) -> None:
    for n in range(12):
        store.deliver(email(subject=f"bad {n}"))
    crm.rules.append(refusing("bad"))
    sync(mailbox)
    crm.rules.clear()
    time.move(hours=25)
    turn()
    assert (synced(), codes()) == (12, [])
    assert Activity.everywhere.filter(verb=Verb.RETRIED).count() == 12


def test_a_probe_that_fails_costs_one_call(mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm, time: Time) -> None:
    for n in range(12):
        store.deliver(email(subject=f"bad {n}"))
    crm.rules.append(refusing("bad"))
    sync(mailbox)
    writes = crm.writes
    time.move(hours=25)
    turn()
    assert (crm.writes, len(codes())) == (writes + 1, 12)


# -- The reaper


@pytest.mark.parametrize("point", ["read page: after", "push messages: after", "settle: after commit"])
def test_the_work_of_a_worker_that_was_killed_is_gone_on_with(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm, time: Time, point: str
) -> None:
    def kill(reached: str) -> None:
        if reached == point:
            raise Killed

    store.deliver(email())
    with pytest.raises(Killed), crash_points(kill):
        sync_mailbox(mailbox.pk)
    assert services.reap() == 0
    time.move(seconds=121)
    assert services.reap() == 1
    drain()
    assert (synced(), len(crm.records), Run.everywhere.get().outcome) == (1, 1, "good")


def test_a_reaper_that_is_killed_itself_loses_nothing(mailbox: Mailbox, time: Time) -> None:
    def kill(reached: str) -> None:
        if reached == "reap: before commit":
            raise Killed

    lease.claim(mailbox, "dead")
    time.move(seconds=121)
    with pytest.raises(Killed), crash_points(kill):
        services.reap()
    assert services.reap() == 1


# -- Fairness


def test_one_mailbox_that_is_down_keeps_no_other_waiting(
    mailbox: Mailbox, second: Mailbox, store: MemoryMailbox, crm: MemoryCrm
) -> None:
    store.faults.waiting.extend([HICCUP] * 50)
    MAILBOXES[second.address].deliver(email())
    turn()
    assert (synced(), fresh(mailbox).failed_runs) == (1, 1)


# -- Housekeeping


def test_content_of_what_is_closed_is_dropped_after_a_month_and_the_rest_is_kept(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm, time: Time
) -> None:
    refused(mailbox, store, crm)
    issues.retry(Issue.everywhere.all())
    drain()
    builders.issue(mailbox.organization, said="still open")
    time.move(days=31)
    services.housekeeping()
    assert [(a.issue.status, a.said) for a in Attempt.everywhere.order_by("pk")] == [
        ("resolved", None),
        ("open", "still open"),
    ]
    assert not Run.everywhere.exists()


def test_what_was_set_aside_while_it_waited_hurries_nobody(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm, time: Time
) -> None:
    store.deliver(email(subject="Order"))
    crm.rules.append(refusing("Order", LOCKED))
    for _ in range(5):
        sync(mailbox)
        time.move(hours=5)
    assert states() == ["waiting"]
    issues.ignore(Issue.everywhere.all(), reason="x")
    sync(mailbox)
    assert fresh(mailbox).next_run_at > clock.now()


def test_what_must_be_read_hurries_nobody_while_the_mailbox_stands_still(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm, time: Time
) -> None:
    ref = store.deliver(email())
    store.unreadable[ref.id] = HICCUP
    sync(mailbox)
    store.faults.waiting.append(REVOKED)
    sync(mailbox)
    time.move(hours=5)
    sync(mailbox)
    assert (states(), outcomes(mailbox)[-1]) == (["waiting"], "wrote")
    assert fresh(mailbox).next_run_at > clock.now()
