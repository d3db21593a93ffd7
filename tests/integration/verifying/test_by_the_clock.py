"""Comparisons by the clock: a sample each hour, the whole each day, in steps of one page, and nothing is repaired."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django_q.models import OrmQ

from connectors import clock
from connectors.memory import MemoryCrm, MemoryMailbox
from connectors.models import Mailbox, Organization
from connectors.scoping import EVERYTHING, scoped
from syncapp import tasks, verifying
from syncapp.engine import reconciling
from syncapp.models import Allowance, Breaker, Change, Reconciliation
from syncapp.orders import Order, carry_out
from tests import builders
from tests.builders import email
from tests.conftest import Time
from tests.driving import CRM_DOWN, drain, sync
from tests.integration.events.stage import Stage, staged

pytestmark = pytest.mark.django_db


@pytest.fixture
def five(mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm, monkeypatch: pytest.MonkeyPatch) -> Mailbox:
    """Five messages in step, and pages of two."""
    monkeypatch.setattr(reconciling, "PAGE", 2)
    for number in range(5):
        store.deliver(email(subject=f"{number}"))
    sync(mailbox)
    return mailbox


def rows() -> list[tuple[bool, int, bool]]:
    """(whole, compared, finished), oldest first."""
    found = Reconciliation.everywhere.order_by("pk")
    return [(row.whole, row.compared, row.finished_at is not None) for row in found]


def hour(time: Time) -> None:
    """The schedule comes by, and the queue is emptied."""
    tasks.verify()
    drain()
    time.move(hours=1)


def test_each_day_the_whole_and_each_hour_a_sample(five: Mailbox, time: Time) -> None:
    for _ in range(26):
        hour(time)
    found = rows()
    assert [whole for whole, _, _ in found].count(True) == 2
    assert found[0] == (True, 5, True)
    assert {compared for whole, compared, _ in found if not whole} <= {1, 2}
    assert all(finished for _, _, finished in found)


def test_a_job_is_one_page_and_asks_for_the_next(five: Mailbox) -> None:
    tasks.verify()
    OrmQ.objects.all().delete()
    tasks.compare(Reconciliation.everywhere.get().pk)
    assert (rows(), OrmQ.objects.count()) == ([(True, 2, False)], 1)


def test_the_same_page_twice_counts_once(five: Mailbox, crm: MemoryCrm) -> None:
    row = verifying.begin(five.organization)
    page = reconciling.compare(five.organization, 0)
    twin = Reconciliation.everywhere.get(pk=row.pk)
    reconciling.step(row, page, 0)
    reconciling.step(twin, page, 0)
    assert rows() == [(True, 2, False)]


def test_a_comparison_whose_job_got_lost_goes_on_with_the_next_hour(five: Mailbox, time: Time) -> None:
    tasks.verify()
    OrmQ.objects.all().delete()
    time.move(hours=1)
    hour(time)
    assert rows() == [(True, 5, True)]


def test_differences_are_counted_and_nothing_is_repaired(five: Mailbox, crm: MemoryCrm, time: Time) -> None:
    made = next(iter(crm.ids.values()))
    crm.lose(made)
    hour(time)
    row = Reconciliation.everywhere.get()
    assert (row.missing, row.requeued, Change.everywhere.count()) == (1, 0, 0)


def test_what_was_changed_a_moment_ago_is_left_to_the_next_run(db: None, time: Time) -> None:
    stage: Stage = staged(time)

    with scoped(EVERYTHING):
        stage.calendar.add(builders.event("Review"))
        stage.run()
        stage.crm.events.edit(stage.record.id, title="altered")
        hour(time)
        assert Reconciliation.everywhere.latest("pk").altered == 0
        hour(time)
        assert Reconciliation.everywhere.latest("pk").altered == 1


def _stopped(mailbox: Mailbox) -> None:
    Organization.everywhere.update(stopped_at=clock.now())


def _scarce(mailbox: Mailbox) -> None:
    Allowance.everywhere.create(organization=mailbox.organization, used=76, allowed=100)


def _left_alone(mailbox: Mailbox) -> None:
    Breaker.everywhere.create(organization=mailbox.organization, provider="memory_crm", state="open")


@pytest.mark.parametrize(
    "hinder", [_stopped, _scarce, _left_alone, lambda mailbox: carry_out(Order.PAUSE, mailbox.organization)]
)
def test_a_crm_that_is_not_to_be_asked_is_left_alone(
    five: Mailbox, crm: MemoryCrm, time: Time, hinder: Callable[[Mailbox], object]
) -> None:
    hinder(five)
    calls = crm.calls
    hour(time)
    assert (crm.calls, rows()) == (calls, [])


def test_a_pause_in_the_middle_ends_the_chain_and_the_end_of_it_goes_on(five: Mailbox, time: Time) -> None:
    tasks.verify()
    carry_out(Order.PAUSE, five.organization)
    drain()
    assert rows() == [(True, 0, False)]
    carry_out(Order.RESUME, Organization.everywhere.get())
    hour(time)
    assert rows() == [(True, 5, True)]


def test_a_crm_that_fails_is_asked_again_the_next_hour(five: Mailbox, crm: MemoryCrm, time: Time) -> None:
    crm.faults.waiting.append(CRM_DOWN)
    hour(time)
    assert rows() == [(True, 0, False)]
    hour(time)
    assert rows() == [(True, 5, True)]


def test_a_defect_of_ours_does_not_reach_the_queue(five: Mailbox, time: Time, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> object:
        raise ZeroDivisionError

    monkeypatch.setattr(reconciling, "compare", broken)
    hour(time)
    assert rows() == [(True, 0, False)]


def test_where_nothing_is_in_step_nothing_is_compared(mailbox: Mailbox, time: Time) -> None:
    hour(time)
    assert rows() == []


def test_a_comparison_that_is_over_or_gone_asks_for_nothing(five: Mailbox, time: Time) -> None:
    hour(time)
    tasks.compare(Reconciliation.everywhere.get().pk)
    tasks.compare(10_000)
    assert OrmQ.objects.count() == 0
