"""How much is worked on at once: as much as memory and the worker's time allow, and never nothing."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from pytest_django import Settings

from connectors.memory import MemoryCrm, MemoryMailbox
from connectors.models import Mailbox
from connectors.records import Write
from issues import services as issues
from issues.models import Issue
from syncapp.engine import working
from syncapp.engine.running import Ending, run_job
from tests.builders import email
from tests.conftest import Time
from tests.driving import HICCUP, RULE, codes, refusing, sync, synced

pytestmark = pytest.mark.django_db


@pytest.fixture
def pushes(crm: MemoryCrm, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many records each push had."""
    sizes: list[int] = []
    push = crm.push

    def counted(writes: Sequence[Write]) -> object:
        sizes.append(len(writes))
        return push(writes)

    monkeypatch.setattr(crm, "push", counted)
    return sizes


def test_light_messages_go_together(mailbox: Mailbox, store: MemoryMailbox, pushes: list[int]) -> None:
    for _ in range(7):
        store.deliver(email(text="x" * 10_000))
    sync(mailbox)
    assert pushes == [7]


@pytest.mark.parametrize(("bound", "most"), [(1, 1), (25_000, 2)])
def test_heavy_messages_go_in_portions_and_all_arrive(
    mailbox: Mailbox,
    store: MemoryMailbox,
    pushes: list[int],
    monkeypatch: pytest.MonkeyPatch,
    bound: int,
    most: int,
) -> None:
    monkeypatch.setattr(working, "HEAVIEST", bound)
    for _ in range(7):
        store.deliver(email(text="x" * 10_000))
    sync(mailbox)
    assert (max(pushes), sum(pushes), synced()) == (most, 7, 7)


def test_what_has_to_be_read_again_one_by_one_leaves_time_to_give_the_worker_back(
    mailbox: Mailbox, store: MemoryMailbox, monkeypatch: pytest.MonkeyPatch, settings: Settings, time: Time
) -> None:
    monkeypatch.setattr(working, "UNREAD", 2)
    refs = [store.deliver(email()) for _ in range(5)]
    store.unreadable |= {ref.id: HICCUP for ref in refs}
    sync(mailbox)
    assert synced() == 0
    store.unreadable.clear()
    settings.SYNC_JOB_SECONDS = 0
    time.move(hours=1)
    assert (run_job(mailbox.pk), synced()) == (Ending.AGAIN, 2)


def test_a_retried_cause_is_worked_off_whatever_the_portions(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm, monkeypatch: pytest.MonkeyPatch
) -> None:
    crm.rules.append(refusing("bad"))
    for n in range(5):
        store.deliver(email(subject=f"bad {n}"))
    sync(mailbox)
    assert set(codes()) == {RULE.code}
    crm.rules.clear()
    monkeypatch.setattr(working, "HEAVIEST", 1)
    issues.retry(Issue.everywhere.all())
    sync(mailbox)
    assert (codes(), synced()) == ([], 5)
