"""An item that kills its workers is known by its count, set aside at the third, and stops nobody else."""

from __future__ import annotations

import pytest

from connectors.effects import crash_points
from connectors.memory import MemoryCrm, MemoryMailbox
from connectors.models import Mailbox
from issues import services as issues
from issues.models import Issue
from syncapp.engine import preparing
from syncapp.engine.matching import Decision
from syncapp.engine.matching import decide as really_decide
from syncapp.engine.running import run_job
from syncapp.models import Change, Run
from tests.builders import email
from tests.conftest import Time
from tests.driving import codes, sync, synced

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
