"""What kills its workers is known by its count: an item is set aside at the third, a mailbox ends in a stop."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

import pytest

from connectors.effects import crash_points
from connectors.errors import ItemError
from connectors.memory import MemoryCrm, MemoryMailbox
from connectors.models import Mailbox
from connectors.records import Email, Flag, Ref, Resource
from issues import services as issues
from issues.models import Issue
from syncapp.engine import lease, preparing
from syncapp.engine.lease import CAREFUL_AT, DEADLY_AT
from syncapp.engine.matching import Decision
from syncapp.engine.matching import decide as really_decide
from syncapp.engine.running import run_job
from syncapp.engine.settling import chance
from syncapp.models import Change, Item, Lease, Run
from tests.builders import email
from tests.conftest import Time
from tests.driving import codes, filtered, outcomes, rest, sync, synced, turn

pytestmark = pytest.mark.django_db


class Killed(BaseException):
    """As a worker dies that is out of memory: nothing is tidied up."""


@pytest.fixture
def deadly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever prepares a message about “poison” dies of it."""

    def decide(message: object, *rest: object) -> Decision:
        if "poison" in str(message):
            raise Killed
        return really_decide(message, *rest)  # type: ignore[arg-type]  # passed on as they came

    monkeypatch.setattr(preparing, "decide", decide)


def work(mailbox: Mailbox, time: Time) -> bool:
    """One job, and time for its lease to end; whether it survived."""
    try:
        run_job(mailbox.pk)
    except Killed:
        return False
    finally:
        time.move(seconds=121)
    return True


@pytest.mark.usefixtures("deadly")
def test_the_third_claim_sets_it_aside_and_the_others_are_synced(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm, time: Time
) -> None:
    for n in range(5):
        store.deliver(email(subject=f"good {n}"))
    store.deliver(email(subject="poison"))
    for n in range(5, 10):
        store.deliver(email(subject=f"good {n}"))
    survived = [work(mailbox, time) for _ in range(5)]
    assert survived.count(False) == 3
    assert (codes(), synced()) == (["engine.POISON_ITEM"], 10)


@pytest.mark.usefixtures("deadly")
def test_until_then_the_others_wait_for_two_deaths_at_most(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm, time: Time
) -> None:
    store.deliver(email(subject="good before"))
    store.deliver(email(subject="poison"))
    store.deliver(email(subject="good after"))
    done = []
    for _ in range(4):
        work(mailbox, time)
        done.append(synced())
    assert done == [0, 0, 1, 2]


@pytest.mark.usefixtures("deadly")
def test_all_of_it_is_one_run(mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm, time: Time) -> None:
    store.deliver(email(subject="poison"))
    for _ in range(4):
        work(mailbox, time)
    assert Run.everywhere.count() == 1


def test_what_was_set_aside_may_be_tried_again_by_a_person(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm, time: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.deliver(email(subject="poison"))
    with monkeypatch.context() as patch:
        patch.setattr(preparing, "decide", lambda *_: (_ for _ in ()).throw(Killed()))
        for _ in range(4):
            work(mailbox, time)
    assert (codes(), Change.everywhere.get().claims) == (["engine.POISON_ITEM"], 0)
    issues.retry(Issue.everywhere.all())
    sync(mailbox)
    assert (codes(), synced()) == ([], 1)


def test_a_worker_that_dies_while_writing_is_no_items_fault(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm, time: Time
) -> None:
    store.deliver(email())

    def kill(point: str) -> None:
        if point == "push messages: before":
            raise Killed

    with crash_points(kill):
        for _ in range(5):
            work(mailbox, time)
    assert set(Change.everywhere.values_list("claims", flat=True)) == {0}
    sync(mailbox)
    assert (codes(), synced()) == ([], 1)


@pytest.fixture
def unreadable(store: MemoryMailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever reads a message about “poison” dies of it, whatever else is read with it."""
    get = store.get

    def getting(resource: Resource, refs: Sequence[Ref]) -> list[Email | ItemError]:
        if any("poison" in store.messages[ref.id].subject for ref in refs):
            raise Killed
        return get(resource, refs)

    monkeypatch.setattr(store, "get", getting)


@pytest.mark.usefixtures("unreadable")
def test_a_message_that_kills_who_reads_it_is_set_aside_and_all_others_are_synced(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm, time: Time
) -> None:
    for subject in ("good 1", "poison", "good 2", "good 3"):
        store.deliver(email(subject=subject))
    survived = [work(mailbox, time) for _ in range(6)]
    assert survived.count(False) == 3
    assert (codes(), synced()) == (["engine.POISON_ITEM"], 3)


@pytest.mark.usefixtures("unreadable")
def test_several_of_them_are_set_aside_one_after_the_other(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm, time: Time
) -> None:
    for n in range(3):
        store.deliver(email(subject=f"poison {n}"))
        store.deliver(email(subject=f"good {n}"))
    survived = [work(mailbox, time) for _ in range(12)]
    assert survived.count(False) == 5
    assert (codes(), synced()) == (["engine.POISON_ITEM"] * 3, 3)


def test_what_was_read_before_is_read_as_ever_when_care_is_asked_for(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm, time: Time
) -> None:
    """A message that was only kept out by the mailbox's own filing comes again without a row of its own."""
    ref = store.deliver(email(subject="junk at first", flags=frozenset({Flag.SPAM})))
    sync(mailbox)
    assert filtered() == {"spam": 1}
    store.messages[ref.id] = replace(store.messages[ref.id], flags=frozenset())
    store.feed.append((ref.id, False))
    Lease.everywhere.update(claims=CAREFUL_AT)
    sync(mailbox)
    assert (codes(), synced(), Item.everywhere.count()) == ([], 1, 1)


def _day(time: Time, point: str) -> int:
    """A day of the clockwork, in which whoever comes to this point dies; how many did."""
    deaths = 0

    def kill(reached: str) -> None:
        nonlocal deaths
        if reached == point:
            deaths += 1
            raise Killed

    with crash_points(kill):
        for _ in range(24 * 12):
            with suppress(Killed):
                turn()
            time.move(minutes=5)
    return deaths


@pytest.mark.parametrize("point", ["read page: after", "find people: before"])
def test_a_mailbox_whose_workers_die_whatever_they_do_ends_in_a_stop_and_not_in_a_loop(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm, time: Time, point: str
) -> None:
    chance.seed(7)
    store.deliver(email())
    deaths = _day(time, point)
    print(f"{deaths} workers died in a day in which they might have died 288 times")
    assert DEADLY_AT <= deaths <= 60, "one for each rung of the ladder, and one for each hour's probe"
    assert codes() == ["engine.CONSECUTIVE_FAILURES"]
    assert "good" not in outcomes(mailbox)
    time.move(hours=1)
    rest(time, hours=1)
    assert (codes(), synced()) == ([], 1)


def test_a_run_that_went_through_forgets_the_dead(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm, time: Time
) -> None:
    for _ in range(CAREFUL_AT):
        lease.claim(mailbox, "somebody")
        time.move(seconds=121)
    assert Lease.everywhere.get().claims == CAREFUL_AT
    sync(mailbox)
    assert Lease.everywhere.get().claims == 0


def test_a_lease_that_is_given_back_without_a_run_does_not(mailbox: Mailbox, time: Time) -> None:
    for _ in range(CAREFUL_AT - 1):
        lease.claim(mailbox, "somebody")
        time.move(seconds=121)
    for _ in range(3):
        held = lease.claim(mailbox, "somebody")
        assert held is not None
        assert held.asks_for_care
        lease.release(held)


def test_who_only_told_of_the_dead_leaves_one_try(mailbox: Mailbox, time: Time) -> None:
    counts = []
    for _ in range(DEADLY_AT + 3):
        held = lease.claim(mailbox, "somebody")
        assert held is not None
        counts.append(held.claims)
        try:
            lease.beware(held)
            time.move(seconds=121)
        except lease.WorkersDied:
            lease.release(held)
    assert counts == [1, 2, 3, 4, 5, 4, 5, 4]
