"""SIGTERM: the page in hand is brought to its end, the lease given back, and then the process ends."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager

import pytest
from django_q.models import OrmQ

from connectors.effects import crash_points
from connectors.memory import MemoryCrm, MemoryMailbox
from connectors.models import Mailbox
from syncapp import tasks
from syncapp.engine import stopping
from syncapp.models import Lease, Run
from tests.builders import email
from tests.driving import drain, outcomes, synced

pytestmark = pytest.mark.django_db


@pytest.fixture
def ended() -> Iterator[list[int]]:
    """What the process would end by, in place of its end."""
    signals: list[int] = []
    before = signal.signal(signal.SIGTERM, lambda number, _: signals.append(number))
    yield signals
    signal.signal(signal.SIGTERM, before)


def told_at(point: str, times: list[str]) -> AbstractContextManager[None]:
    def hook(reached: str) -> None:
        times.append(reached)
        if reached == point and times.count(point) == 1:
            os.kill(os.getpid(), signal.SIGTERM)

    return crash_points(hook)


@pytest.mark.parametrize("point", ["read page: before", "get messages: after", "push messages: before"])
def test_the_page_in_hand_comes_to_its_end_and_no_other_is_begun(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm, ended: list[int], point: str
) -> None:
    store.page_size = 2
    for n in range(6):
        store.deliver(email(subject=f"message {n}"))
    reached: list[str] = []
    with told_at(point, reached):
        tasks.sync_mailbox(mailbox.pk)
    assert ended == [signal.SIGTERM]
    assert reached.count("read page: before") == 1
    assert synced() == 2
    assert Lease.everywhere.get().owner == ""
    assert OrmQ.objects.count() == 1, "somebody else goes on"
    drain()
    assert (synced(), outcomes(mailbox)) == (6, ["good"])
    assert Run.everywhere.count() == 1


def test_outside_of_a_job_nothing_is_held_up(ended: list[int]) -> None:
    os.kill(os.getpid(), signal.SIGTERM)
    assert ended == [signal.SIGTERM]
    assert not stopping.is_told()


def test_afterwards_the_next_job_is_not_told_any_more(ended: list[int]) -> None:
    with stopping.after_this():
        os.kill(os.getpid(), signal.SIGTERM)
        assert (stopping.is_told(), ended) == (True, [])
    assert (stopping.is_told(), ended) == (False, [signal.SIGTERM])


def test_a_thread_that_may_not_hear_signals_works_all_the_same() -> None:
    worked: list[bool] = []

    def work() -> None:
        with stopping.after_this():
            worked.append(True)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert worked == [True]
