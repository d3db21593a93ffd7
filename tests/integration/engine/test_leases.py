"""One worker at a time, and a zombie changes nothing that lasts."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from types import SimpleNamespace

import pytest
from pytest_django import Settings

from connectors import clock
from connectors.effects import commit, crash_points
from connectors.memory import MemoryCrm, MemoryMailbox
from connectors.models import Activity, Mailbox
from connectors.protocol import MailConnector
from issues.catalogue import Scope
from issues.models import Issue
from syncapp.engine import job as job_module
from syncapp.engine import lease
from syncapp.engine.lease import Held, LeaseLost
from syncapp.engine.lines import Line
from syncapp.engine.running import Ending, run_job
from syncapp.models import Change, Cursor, Item, Lease, Run
from syncapp.tasks import sync_mailbox
from tests.builders import email
from tests.conftest import Time
from tests.driving import CRM_DOWN, codes, drain, refusing, silent, sync, synced

pytestmark = pytest.mark.django_db


def claimed(mailbox: Mailbox, owner: str = "somebody") -> Held:
    held = lease.claim(mailbox, owner)
    assert held is not None
    return held


def show(held: Held) -> None:
    with commit("test: show"):
        lease.show(held)


# -- The lease itself


def test_a_lease_is_had_by_one(mailbox: Mailbox) -> None:
    claimed(mailbox)
    assert lease.claim(mailbox, "another") is None


def test_each_mailbox_has_its_own(mailbox: Mailbox, second: Mailbox) -> None:
    assert claimed(mailbox).mailbox_id != claimed(second).mailbox_id


def test_the_number_grows_with_every_hand(mailbox: Mailbox) -> None:
    fences = []
    for _ in range(3):
        held = claimed(mailbox)
        fences.append(held.fence)
        lease.release(held)
    assert fences == [1, 2, 3]


def test_after_its_time_it_is_free_again(mailbox: Mailbox, time: Time, settings: Settings) -> None:
    claimed(mailbox)
    time.move(seconds=settings.SYNC_LEASE_SECONDS - 1)
    assert lease.claim(mailbox, "another") is None
    time.move(seconds=2)
    assert lease.claim(mailbox, "another") is not None


def test_showing_it_makes_it_last(mailbox: Mailbox, time: Time) -> None:
    held = claimed(mailbox)
    for _ in range(3):
        time.move(seconds=100)
        show(held)
    assert lease.claim(mailbox, "another") is None


@pytest.mark.parametrize("taken_over", [True, False])
def test_whoever_slept_through_it_cannot_show_it(mailbox: Mailbox, time: Time, taken_over: bool) -> None:
    held = claimed(mailbox)
    time.move(seconds=121)
    if taken_over:
        claimed(mailbox, "another")
    with pytest.raises(LeaseLost):
        show(held)


def test_whoever_lost_it_does_not_give_back_what_another_one_has(mailbox: Mailbox, time: Time) -> None:
    held = claimed(mailbox)
    time.move(seconds=121)
    claimed(mailbox, "another")
    lease.release(held)
    assert Lease.everywhere.get().owner == "another"
    assert lease.claim(mailbox, "a third") is None


def test_whoever_finds_it_taken_leaves_a_note(mailbox: Mailbox) -> None:
    held = claimed(mailbox)
    lease.claim(mailbox, "another")
    assert lease.release(held) is True
    assert lease.release(claimed(mailbox)) is False


def test_the_reaper_frees_what_nobody_comes_back_for(mailbox: Mailbox, second: Mailbox, time: Time) -> None:
    claimed(mailbox)
    time.move(seconds=121)
    claimed(second)
    assert lease.reap() == [mailbox.pk]
    assert lease.reap() == []


def test_a_lease_that_was_given_back_is_not_reaped(mailbox: Mailbox, time: Time) -> None:
    lease.release(claimed(mailbox))
    time.move(days=1)
    assert lease.reap() == []


# -- Jobs


def test_a_job_that_finds_somebody_at_work_asks_them_to_look_again(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm
) -> None:
    held = claimed(mailbox)
    assert run_job(mailbox.pk) is Ending.BUSY
    assert Lease.everywhere.get().wake_requested
    lease.release(held)


def test_who_is_asked_to_look_again_does(mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm) -> None:
    """Something arrives after the last page was read and before the worker goes."""
    arrived: list[Ending] = []

    def arrive(point: str) -> None:
        if point == "run: finish: before commit" and not arrived:
            store.deliver(email())
            arrived.append(run_job(mailbox.pk))

    with crash_points(arrive):
        assert run_job(mailbox.pk) is Ending.AGAIN
    assert arrived == [Ending.BUSY]
    assert sync(mailbox) == [Ending.DONE]
    assert synced() == 1


def test_the_task_asks_for_the_next_job_where_there_is_more(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm, settings: Settings
) -> None:
    settings.SYNC_JOB_SECONDS = 0
    store.page_size = 1
    for _ in range(4):
        store.deliver(email())
    sync_mailbox(mailbox.pk)
    assert synced() < 4
    drain()
    assert synced() == 4


POINTS = [
    "run: open: before commit",
    "read page: before",
    "read page: after",
    "get messages: after",
    "plan: before commit",
    "plan: after commit",
    "prepare: claim: before commit",
    "find people: before",
    "find people: after",
    "prepare: done: before commit",
    "push messages: before",
    "push messages: after",
    "settle: before commit",
    "settle: after commit",
    "cursor: move: before commit",
    "run: finish: before commit",
]


def sleeping_at(point: str, meanwhile: Callable[[], object]) -> Callable[[str], None]:
    """A worker that stops for longer than its lease at a point, while others work."""
    slept: list[str] = []

    def hook(reached: str) -> None:
        if reached == point and not slept:
            slept.append(reached)
            meanwhile()

    return hook


@pytest.mark.parametrize("point", POINTS)
def test_a_worker_that_sleeps_through_its_lease_changes_nothing_that_lasts(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm, time: Time, point: str
) -> None:
    store.deliver(email(subject="good"))
    store.deliver(email(subject="bad"))
    crm.rules.append(refusing("bad"))

    def another_works() -> None:
        time.move(seconds=121)
        assert sync(mailbox) == [Ending.DONE]

    with crash_points(sleeping_at(point, another_works)):
        assert run_job(mailbox.pk) is Ending.LOST
    assert (synced(), len(crm.records), Issue.everywhere.count(), silent()) == (1, 1, 1, [])
    assert Issue.everywhere.get().failures == 1
    assert (Item.everywhere.count(), Change.everywhere.count(), Cursor.everywhere.count()) == (2, 1, 1)
    assert Run.everywhere.filter(outcome="").count() == 0


def test_these_are_points_that_a_run_really_passes(mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm) -> None:
    store.deliver(email())
    reached: set[str] = set()
    with crash_points(reached.add):
        run_job(mailbox.pk)
    assert set(POINTS) <= reached


def test_a_zombie_that_wakes_up_to_fail_does_not_fail_anybody(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm, time: Time
) -> None:
    store.deliver(email())

    def another_works() -> None:
        time.move(seconds=121)
        sync(mailbox)
        crm.faults.waiting.append(CRM_DOWN)

    with crash_points(sleeping_at("find people: before", another_works)):
        assert run_job(mailbox.pk) is Ending.LOST
    mailbox.refresh_from_db()
    assert (mailbox.failed_runs, codes()) == (0, [])


def test_a_wish_is_not_lost_with_a_lease_that_nobody_took_over(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm, time: Time
) -> None:
    store.deliver(email())

    def somebody_asks() -> None:
        assert run_job(mailbox.pk) is Ending.BUSY
        time.move(seconds=121)

    with crash_points(sleeping_at("find people: before", somebody_asks)):
        assert run_job(mailbox.pk) is Ending.AGAIN
    assert (sync(mailbox), synced()) == ([Ending.DONE], 1)


@pytest.mark.parametrize(("seconds", "renewed"), [(39, False), (41, True)])
def test_before_a_call_two_thirds_of_the_lease_are_left(
    mailbox: Mailbox,
    store: MemoryMailbox,
    crm: MemoryCrm,
    monkeypatch: pytest.MonkeyPatch,
    seconds: float,
    renewed: bool,
) -> None:
    passed = [0.0]
    monkeypatch.setattr(job_module, "time", SimpleNamespace(monotonic=lambda: monotonic() + passed[0]))
    reached: list[str] = []

    def hook(point: str) -> None:
        reached.append(point)
        if point == "read page: after":
            passed[0] = seconds

    store.deliver(email())
    with crash_points(hook):
        run_job(mailbox.pk)
    before = reached[: reached.index("get messages: before")]
    assert ("lease: renew: after commit" in before) is renewed


def test_what_it_takes_to_open_a_line_is_not_taken_from_the_call(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To renew an access may take as long as a call; the lease is looked at when it is in hand."""
    passed, opened = [0.0], Line._opened
    monkeypatch.setattr(job_module, "time", SimpleNamespace(monotonic=lambda: monotonic() + passed[0]))

    def opening(line: Line[MailConnector]) -> MailConnector:
        passed[0] += 41.0
        return opened(line)

    monkeypatch.setattr(Line, "_opened", opening)
    reached: list[str] = []
    store.deliver(email())
    with crash_points(reached.append):
        run_job(mailbox.pk)
    for call in ("read page: before", "find people: before"):
        assert reached[reached.index(call) - 1] == "lease: renew: after commit"


class Mute:
    def close(self) -> None:
        """Nothing is open."""


def test_the_lease_is_looked_at_before_every_call() -> None:
    seen: list[str] = []
    line = Line(Scope.MAILBOX, None, lambda access: Mute(), keyless=True)
    line.keep = lambda: seen.append("lease")
    for name in ("first", "second"):
        line.call(name, lambda mute, name=name: seen.append(name))  # type: ignore[misc]
    assert seen == ["lease", "first", "lease", "second"]


def test_a_run_that_was_interrupted_is_gone_on_with(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm, time: Time
) -> None:
    class Killed(BaseException):
        pass

    def kill(point: str) -> None:
        if point == "push messages: after":
            raise Killed

    store.deliver(email())
    with pytest.raises(Killed), crash_points(kill):
        run_job(mailbox.pk)
    time.move(seconds=121)
    sync(mailbox)
    assert Run.everywhere.count() == 1
    assert (synced(), len(crm.records)) == (1, 1)
    assert Activity.everywhere.filter(verb="synced").count() == 1
    assert clock.now() > Run.everywhere.get().started_at
