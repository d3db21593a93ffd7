"""Pause, resume, full re-read and reset: nothing is read or written while somebody has it rest, and nothing is lost."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django_q.models import OrmQ

from connectors import clock
from connectors.effects import crash_points
from connectors.memory import MemoryCrm, MemoryMailbox
from connectors.models import Activity, Mailbox, Organization, Verb
from connectors.wake import wake
from issues import services as issues
from issues.models import Cause, Issue
from syncapp import services, watching
from syncapp.engine.running import Ending
from syncapp.models import Breaker, Change, Cursor, Lease, Run
from syncapp.orders import Order, Target, carry_out
from tests import builders
from tests.builders import email
from tests.conftest import Time
from tests.driving import ALLOWANCE, HICCUP, LOCKED, RULE, codes, drain, fresh, refusing, sync, synced, told, turn

pytestmark = pytest.mark.django_db

Whom = Callable[[Mailbox], Target]
WHOM = pytest.mark.parametrize(
    "whom", [lambda mailbox: mailbox, lambda mailbox: mailbox.organization], ids=["mailbox", "organization"]
)


def asked(store: MemoryMailbox, crm: MemoryCrm) -> tuple[int, int]:
    return store.calls, crm.calls


# -- Rest


@WHOM
def test_what_rests_asks_nobody(mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm, time: Time, whom: Whom) -> None:
    store.deliver(email())
    carry_out(Order.PAUSE, whom(mailbox))
    for _ in range(5):
        turn()
        time.move(hours=2)
    assert sync(mailbox) == [Ending.SHUT]
    assert (asked(store, crm), Run.everywhere.count(), synced()) == ((0, 0), 0, 0)


@WHOM
def test_resume_sets_it_going_at_once_with_nothing_lost(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm, time: Time, whom: Whom
) -> None:
    sync(mailbox)
    carry_out(Order.PAUSE, whom(mailbox))
    store.deliver(email())
    time.move(days=3)
    carry_out(Order.RESUME, whom(mailbox))
    drain()
    assert (synced(), codes()) == (1, [])


def test_nobody_is_woken_from_rest(mailbox: Mailbox, crm: MemoryCrm) -> None:
    carry_out(Order.PAUSE, mailbox)
    wake(mailbox.pk)
    assert OrmQ.objects.count() == 0


def test_a_job_under_way_ends_with_the_piece_in_hand(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm, time: Time
) -> None:
    store.page_size = 1
    for _ in range(3):
        store.deliver(email())

    def pause_after_the_first(name: str) -> None:
        if name == "push messages: after" and crm.writes == 1:
            carry_out(Order.PAUSE, fresh(mailbox))

    with crash_points(pause_after_the_first):
        assert sync(mailbox) == [Ending.SHUT]
    assert (synced(), len(crm.records)) == (1, 1)
    carry_out(Order.RESUME, fresh(mailbox))
    drain()
    assert (synced(), Run.everywhere.count()) == (3, 1)


def test_one_mailbox_rests_and_the_others_do_not(
    mailbox: Mailbox, second: Mailbox, store: MemoryMailbox, crm: MemoryCrm
) -> None:
    carry_out(Order.PAUSE, mailbox)
    store.deliver(email())
    builders.store_of(second).deliver(email())
    turn()
    assert (synced(), store.calls) == (1, 0)


def test_a_mailbox_that_rests_by_itself_goes_on_resting_when_its_organization_resumes(
    organization: Organization, mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm
) -> None:
    carry_out(Order.PAUSE, mailbox)
    carry_out(Order.PAUSE, organization)
    carry_out(Order.RESUME, organization)
    turn()
    assert (store.calls, fresh(mailbox).paused_at is None) == (0, False)


# -- Rest is no failure


@WHOM
def test_what_rests_is_never_stalled(mailbox: Mailbox, second: Mailbox, time: Time, whom: Whom) -> None:
    sync(mailbox, second)
    carry_out(Order.PAUSE, whom(mailbox))
    time.move(days=9)
    Mailbox.everywhere.filter(pk=second.pk).update(tried_at=clock.now())
    assert (watching.look(), codes(), told()) == (0, [], [])


@WHOM
def test_nor_is_it_when_it_was_just_resumed(mailbox: Mailbox, second: Mailbox, time: Time, whom: Whom) -> None:
    sync(mailbox, second)
    carry_out(Order.PAUSE, whom(mailbox))
    time.move(days=9)
    Mailbox.everywhere.filter(pk=second.pk).update(tried_at=clock.now())
    carry_out(Order.RESUME, whom(mailbox))
    assert watching.look() == 0


def test_those_that_rest_do_not_hide_that_all_others_stand_still(
    organization: Organization, mailbox: Mailbox, second: Mailbox, time: Time
) -> None:
    third = builders.mailbox(organization)
    sync(mailbox, second, third)
    carry_out(Order.PAUSE, third)
    time.move(days=1)
    watching.look()
    assert codes() == ["engine.STALLED_EVERYWHERE"]


def test_rest_counts_neither_way_among_ten_in_a_row(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm, time: Time
) -> None:
    for _ in range(9):
        store.faults.waiting.append(HICCUP)
        sync(mailbox)
        time.move(days=1)
    carry_out(Order.PAUSE, fresh(mailbox))
    for _ in range(20):
        turn()
        time.move(days=1)
    assert (fresh(mailbox).failed_runs, codes()) == (9, [])


def test_no_probe_of_a_stopped_mailbox_goes_out(mailbox: Mailbox, store: MemoryMailbox, time: Time) -> None:
    for _ in range(10):
        store.faults.waiting.append(HICCUP)
        sync(mailbox)
        time.move(days=1)
    carry_out(Order.PAUSE, fresh(mailbox))
    calls = store.calls
    for _ in range(4):
        turn()
        time.move(hours=2)
    assert store.calls == calls


def test_the_probe_of_a_stopped_organization_is_left_to_those_who_do_not_rest(
    mailbox: Mailbox, second: Mailbox, store: MemoryMailbox, crm: MemoryCrm, time: Time
) -> None:
    store.deliver(email())
    crm.faults.waiting.append(ALLOWANCE)
    sync(mailbox)
    assert codes() == [ALLOWANCE.code]
    carry_out(Order.PAUSE, fresh(mailbox))
    time.move(hours=2)
    turn()
    assert (codes(), synced()) == ([], 0)


@WHOM
def test_no_daily_probe_of_a_cause_picks_what_rests(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm, time: Time, whom: Whom
) -> None:
    store.deliver(email(subject="bad"))
    crm.rules.append(refusing("bad"))
    sync(mailbox)
    carry_out(Order.PAUSE, whom(mailbox))
    time.move(days=2)
    services.tick()
    assert Issue.everywhere.get().status == "open"


def test_a_retry_that_somebody_asks_for_waits_for_the_end_of_the_rest(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm, time: Time
) -> None:
    store.deliver(email(subject="bad"))
    crm.rules.append(refusing("bad", times=1))
    sync(mailbox)
    carry_out(Order.PAUSE, fresh(mailbox))
    issues.retry(Issue.everywhere.all())
    time.move(minutes=5)
    turn()
    assert (codes(), synced()) == ([RULE.code], 0)
    carry_out(Order.RESUME, fresh(mailbox))
    drain()
    assert (codes(), synced()) == ([], 1)


# -- The journal


@pytest.mark.parametrize(
    ("orders", "verbs"),
    [
        ([Order.PAUSE], [Verb.PAUSED]),
        ([Order.PAUSE, Order.PAUSE], [Verb.PAUSED]),
        ([Order.RESUME], []),
        ([Order.PAUSE, Order.RESUME, Order.RESUME], [Verb.PAUSED, Verb.RESUMED]),
        ([Order.REREAD], [Verb.RESET]),
        ([Order.RESET], [Verb.RESET]),
    ],
)
@WHOM
def test_each_order_that_changes_something_is_one_line(
    mailbox: Mailbox, whom: Whom, orders: list[Order], verbs: list[Verb]
) -> None:
    user = User.objects.create(username="ann").pk
    for order in orders:
        carry_out(order, whom(mailbox), user)
    rows = list(Activity.everywhere.order_by("pk"))
    assert [row.verb for row in rows] == verbs
    assert all((row.actor_id, row.title) == (user, str(whom(mailbox))) for row in rows)


# -- Reading everything again


@WHOM
def test_a_full_re_read_writes_nothing_that_stands_already(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm, whom: Whom
) -> None:
    for _ in range(3):
        store.deliver(email())
    sync(mailbox)
    writes, lines = crm.writes, Activity.everywhere.count()
    carry_out(Order.REREAD, whom(mailbox))
    assert not Cursor.everywhere.exists()
    drain()
    assert (crm.writes, synced()) == (writes, 3)
    assert Activity.everywhere.count() == lines + 1


def test_a_full_re_read_finds_what_the_feed_never_told(mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm) -> None:
    sync(mailbox)
    store.deliver(email())
    store.feed.insert(0, store.feed.pop())  # as if it had always been there
    store.cursors.add(f"{mailbox.address}:1")
    Cursor.everywhere.update(value=f"{mailbox.address}:1")
    sync(mailbox)
    assert synced() == 0
    carry_out(Order.REREAD, mailbox)
    drain()
    assert synced() == 1


@WHOM
def test_a_job_under_way_cannot_bring_the_old_cursor_back(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm, whom: Whom
) -> None:
    store.deliver(email())
    sync(mailbox)
    fence = Lease.everywhere.get().fence

    def order_in_between(name: str) -> None:
        if name == "read page: after" and Lease.everywhere.get().fence == fence + 1:
            carry_out(Order.REREAD, whom(fresh(mailbox)))

    with crash_points(order_in_between):
        assert sync(mailbox) == [Ending.LOST]
    assert not Cursor.everywhere.exists()
    drain()
    assert (Cursor.everywhere.count(), synced(), len(crm.records)) == (1, 1, 1)


def test_the_cursor_of_the_organizations_own_reader_goes_with_the_organization(
    organization: Organization, mailbox: Mailbox
) -> None:
    Cursor.everywhere.create(organization=organization, resource="event", value="c")
    carry_out(Order.REREAD, mailbox)
    assert Cursor.everywhere.count() == 1
    carry_out(Order.REREAD, organization)
    assert Cursor.everywhere.count() == 0


# -- Reset


@WHOM
def test_a_reset_forgets_failed_runs_and_breakers(mailbox: Mailbox, store: MemoryMailbox, whom: Whom) -> None:
    for _ in range(5):
        store.faults.waiting.append(HICCUP)
        sync(mailbox)
    assert Breaker.everywhere.get(mailbox=mailbox).in_a_row == 5
    carry_out(Order.RESET, whom(mailbox))
    assert (fresh(mailbox).failed_runs, Breaker.everywhere.get(mailbox=mailbox).in_a_row) == (0, 0)


@WHOM
def test_a_reset_tries_at_once_what_waited(mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm, whom: Whom) -> None:
    store.deliver(email(subject="locked"))
    crm.rules.append(refusing("locked", LOCKED, times=1))
    sync(mailbox)
    assert Change.everywhere.get().state == "waiting"
    carry_out(Order.RESET, whom(mailbox))
    assert Change.everywhere.get().tries == 0
    drain()
    assert (synced(), codes()) == (1, [])


@WHOM
def test_a_reset_tries_open_issues_again_and_leaves_the_ignored_ones(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm, whom: Whom
) -> None:
    for subject in ("bad 1", "bad 2"):
        store.deliver(email(subject=subject))
    crm.rules.append(refusing("bad"))
    sync(mailbox)
    issues.ignore(Issue.everywhere.filter(title="bad 2"), reason="spam")
    crm.rules.clear()
    carry_out(Order.RESET, whom(mailbox))
    drain()
    assert (synced(), list(Issue.everywhere.order_by("pk").values_list("status", flat=True))) == (
        1,
        ["resolved", "ignored"],
    )


def test_a_reset_of_one_mailbox_leaves_the_others_alone(
    mailbox: Mailbox, second: Mailbox, store: MemoryMailbox, crm: MemoryCrm
) -> None:
    sync(mailbox, second)
    Mailbox.everywhere.update(failed_runs=3)
    carry_out(Order.RESET, mailbox)
    assert fresh(second).failed_runs == 3
    assert list(Cursor.everywhere.values_list("mailbox", flat=True)) == [second.pk]


def test_a_reset_while_it_rests_begins_with_the_end_of_the_rest(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm
) -> None:
    store.deliver(email())
    carry_out(Order.PAUSE, mailbox)
    carry_out(Order.RESET, mailbox)
    drain()
    assert synced() == 0
    carry_out(Order.RESUME, mailbox)
    drain()
    assert synced() == 1


def test_a_cause_whose_issues_all_rest_is_looked_at_again_tomorrow(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm, time: Time
) -> None:
    store.deliver(email(subject="bad"))
    crm.rules.append(refusing("bad", times=1))
    sync(mailbox)
    carry_out(Order.PAUSE, fresh(mailbox))
    time.move(days=1, minutes=1)
    services.tick()
    assert Cause.everywhere.get().probe_at > clock.now()  # type: ignore[operator]  # it is there
    carry_out(Order.RESUME, fresh(mailbox))
    time.move(days=1, minutes=1)
    turn()
    assert (codes(), synced()) == ([], 1)
