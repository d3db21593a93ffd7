"""What is tried again by itself has a budget, and the last of the CRM's allowance is left to people."""

from __future__ import annotations

from datetime import timedelta

import pytest

from connectors import clock
from connectors.memory import MemoryCrm, MemoryMailbox
from connectors.models import Mailbox, Organization
from connectors.records import Allowance as Said
from issues import services as issues
from issues.models import BulkOperation, Issue
from issues.operation_views import progress_of, sentence
from issues.ordering import Event
from issues.services import carrying_out
from syncapp.engine import budget, rationing
from syncapp.engine.running import Ending
from syncapp.models import Allowance, Budget, Change
from tests import builders
from tests.builders import email
from tests.conftest import Time
from tests.driving import ALLOWANCE, LOCKED, codes, fresh, refusing, rest, sync, synced, turn

pytestmark = pytest.mark.django_db


@pytest.fixture
def locked(mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm) -> Mailbox:
    """Ten messages that wait for a lock which is gone by now."""
    for number in range(10):
        store.deliver(email(subject=f"locked {number}"))
    crm.rules.append(refusing("locked", LOCKED))
    sync(mailbox)
    crm.rules.clear()
    return mailbox


@pytest.fixture
def tight(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(budget, "FLOOR", 2)
    monkeypatch.setattr(budget, "SHARE", 0.1)


def used(organization: Organization, percent: int, **before: float) -> None:
    Allowance.everywhere.update_or_create(
        organization=organization,
        defaults={"used": percent * 10, "allowed": 1000, "read_at": clock.now() - timedelta(**before)},
    )


# -- The budget


def test_retries_beyond_the_budget_wait_for_the_next_window(locked: Mailbox, tight: None, time: Time) -> None:
    time.move(minutes=5)
    sync(locked)
    assert synced() == 3  # two, and one for ten first tries
    assert Budget.everywhere.values_list("first_tries", "retries", "put_off").get() == (10, 3, 7)
    assert Change.everywhere.filter(next_attempt_at__lte=clock.now()).count() == 0
    rest(time, hours=1)
    assert (synced(), codes()) == (10, [])


def test_a_retry_that_was_put_off_is_no_failed_try(locked: Mailbox, tight: None, time: Time) -> None:
    time.move(minutes=5)
    sync(locked)
    assert set(Change.everywhere.values_list("tries", flat=True)) == {1}


def test_what_is_new_is_never_limited(mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm, tight: None) -> None:
    for _ in range(10):
        store.deliver(email())
    sync(mailbox)
    assert synced() == 10


def test_what_a_person_asks_for_is_never_limited(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm, tight: None
) -> None:
    for number in range(10):
        store.deliver(email(subject=f"bad {number}"))
    crm.rules.append(refusing("bad"))
    sync(mailbox)
    crm.rules.clear()
    issues.retry(Issue.everywhere.all())
    sync(mailbox)
    assert (synced(), Budget.everywhere.get().retries) == (10, 0)


def test_each_organization_has_a_budget_of_its_own(locked: Mailbox, tight: None, time: Time) -> None:
    Budget.everywhere.create(organization=builders.organization(), since=clock.now(), retries=99)
    time.move(minutes=5)
    sync(locked)
    assert synced() == 3


# -- The allowance


def test_what_the_crm_says_of_its_allowance_is_kept(mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm) -> None:
    crm.usage = Said(used=61_200, allowed=100_000)
    store.deliver(email())
    sync(mailbox)
    assert Allowance.everywhere.values_list("used", "allowed").get() == (61_200, 100_000)


def test_a_crm_that_was_not_asked_or_said_nothing_leaves_the_reading_as_it_is(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm
) -> None:
    used(mailbox.organization, 10)
    crm.usage = Said(used=990, allowed=1000)
    sync(mailbox)  # nothing to write: nobody asked
    crm.usage = Said()
    store.deliver(email())
    sync(mailbox)
    assert Allowance.everywhere.get().used == 100


@pytest.mark.parametrize(("percent", "done"), [(74, 10), (75, 0), (80, 0)])
def test_from_three_quarters_on_nothing_is_tried_again_by_itself(
    locked: Mailbox, time: Time, percent: int, done: int
) -> None:
    used(locked.organization, percent)
    time.move(minutes=5)
    sync(locked)
    assert synced() == done


def test_what_was_put_off_comes_through_when_there_is_room_again(locked: Mailbox, time: Time) -> None:
    used(locked.organization, 76)
    time.move(minutes=5)
    sync(locked)
    used(locked.organization, 10)
    rest(time, hours=2)
    assert (synced(), codes()) == (10, [])


@pytest.mark.parametrize(("percent", "times"), [(79, 1), (80, 4), (89, 4)])
def test_from_four_fifths_on_mailboxes_are_looked_at_less_often(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm, percent: int, times: int
) -> None:
    crm.usage = Said(used=percent, allowed=100)
    store.deliver(email())
    sync(mailbox)
    ahead = fresh(mailbox).next_run_at - clock.now()
    assert ahead == pytest.approx(timedelta(minutes=5 * times), abs=timedelta(seconds=20))
    assert synced() == 1


def test_above_nine_tenths_nothing_is_done_by_itself(mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm) -> None:
    used(mailbox.organization, 90)
    store.deliver(email())
    assert sync(mailbox) == [Ending.SHUT]
    assert (store.calls, crm.calls) == (0, 0)
    assert fresh(mailbox).next_run_at > clock.now()


def test_above_nine_tenths_what_a_person_asks_for_is_done_and_nothing_else(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm, time: Time
) -> None:
    store.deliver(email(subject="bad"))
    crm.rules.append(refusing("bad"))
    sync(mailbox)
    crm.rules.clear()
    store.deliver(email(subject="new"))
    calls = store.calls
    used(mailbox.organization, 95)
    issues.retry(Issue.everywhere.all())
    assert sync(mailbox) == [Ending.DONE]
    assert (synced(), codes(), store.calls) == (1, [], calls)


def test_after_an_hour_one_look_says_how_it_stands(mailbox: Mailbox, second: Mailbox, crm: MemoryCrm) -> None:
    used(mailbox.organization, 99, minutes=61)
    for each in (mailbox, second):
        builders.store_of(each).deliver(email())
    crm.usage = Said(used=950, allowed=1000)
    assert sync(mailbox, second) == [Ending.DONE, Ending.SHUT]
    assert Allowance.everywhere.get().used == 950


def test_the_look_is_one_mailboxes_although_it_learns_nothing(mailbox: Mailbox, second: Mailbox) -> None:
    used(mailbox.organization, 99, minutes=61)
    assert sync(mailbox, second) == [Ending.DONE, Ending.SHUT]


def test_the_probe_of_a_stopped_organization_is_let_through(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm, time: Time
) -> None:
    store.deliver(email())
    crm.faults.waiting.append(ALLOWANCE)
    crm.usage = Said(used=1000, allowed=1000)
    sync(mailbox)
    crm.usage = Said(used=10, allowed=1000)
    time.move(minutes=61)
    turn()
    assert (synced(), codes()) == (1, [])


def test_a_reading_that_says_the_same_is_not_written_again(mailbox: Mailbox, crm: MemoryCrm) -> None:
    crm.usage = Said(used=5, allowed=10)
    store = builders.store_of(mailbox)
    store.deliver(email())
    sync(mailbox)
    first = Allowance.everywhere.get().read_at
    store.deliver(email())
    sync(mailbox)
    assert Allowance.everywhere.get().read_at == first


@pytest.mark.parametrize(
    ("state", "status", "probing", "again", "asked"),
    [
        ("pending", None, None, False, False),
        ("waiting", None, None, True, False),
        ("waiting", "open", False, True, False),
        ("waiting", "retrying", False, True, True),
        ("failed", "retrying", False, False, True),
        ("failed", "retrying", True, False, False),
    ],
)
def test_who_asked_for_a_try(state: str, status: str | None, probing: bool | None, again: bool, asked: bool) -> None:
    found = rationing.candidate(1, 0, "email", state, status, probing)
    assert (found.again, found.asked) == (again, asked)


# -- Orders for many


@pytest.fixture
def refused(mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm) -> Mailbox:
    """Thirty messages that were refused, and would not be any more."""
    for number in range(30):
        store.deliver(email(subject=f"bad {number}"))
    crm.rules.append(refusing("bad"))
    sync(mailbox)
    crm.rules.clear()
    return mailbox


@pytest.fixture
def chunks_of_ten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(carrying_out, "CHUNK", 10)
    monkeypatch.setattr(carrying_out, "CHUNKS", 1)


def order(mailbox: Mailbox, *, asked: bool = True) -> BulkOperation:
    return issues.start_operation(mailbox.organization_id, "retry", issues.Choice(), asked=asked)[0]


def carry_out(operation: BulkOperation) -> BulkOperation:
    while not issues.run_operation(operation.pk):
        pass
    operation.refresh_from_db()
    return operation


@pytest.mark.parametrize(
    ("percent", "asked", "done"),
    [(74, True, 30), (75, True, 30), (80, True, 10), (89, True, 10), (90, True, 0), (74, False, 30), (75, False, 0)],
)
def test_an_order_goes_as_the_allowance_lets_it(
    refused: Mailbox, chunks_of_ten: None, percent: int, asked: bool, done: int
) -> None:
    operation = order(refused, asked=asked)
    issues.steer(operation, Event.RESUME)  # past the first few
    used(refused.organization, percent)
    carry_out(operation)
    assert operation.done == done
    assert (operation.waits_until is not None) == (done < 30)


def test_a_slow_order_goes_on_with_the_tick(refused: Mailbox, chunks_of_ten: None, time: Time) -> None:
    operation = order(refused)
    issues.steer(operation, Event.RESUME)
    used(refused.organization, 80)
    carry_out(operation)
    assert issues.resume_operations(clock.now() - timedelta(days=1)) == 0
    time.move(minutes=1)
    assert issues.resume_operations(clock.now() - timedelta(days=1)) == 1
    assert carry_out(operation).done == 20


def test_an_order_that_waits_goes_on_when_calls_are_left_again(refused: Mailbox, time: Time) -> None:
    operation = order(refused)
    issues.steer(operation, Event.RESUME)
    used(refused.organization, 95)
    assert carry_out(operation).done == 0
    used(refused.organization, 10)
    rest(time, hours=2)
    operation.refresh_from_db()
    assert (operation.state, synced(), codes()) == ("finished", 30, [])


def test_what_an_order_handed_out_waits_as_well_when_the_last_calls_are_left(refused: Mailbox) -> None:
    carry_out(order(refused, asked=False))
    used(refused.organization, 95)
    assert sync(refused) == [Ending.SHUT]
    assert synced() == 0


def test_the_first_few_are_tried_even_then(refused: Mailbox) -> None:
    used(refused.organization, 95)
    operation = carry_out(order(refused))
    assert sync(refused) == [Ending.DONE]
    operation.refresh_from_db()
    assert (operation.state, synced(), operation.resolved) == ("canary", 10, 10)


def test_a_handful_is_tried_even_then(refused: Mailbox) -> None:
    used(refused.organization, 95)
    ids = tuple(Issue.everywhere.values_list("pk", flat=True)[:3])
    operation, _ = issues.start_operation(refused.organization_id, "retry", issues.Choice(ids=ids), asked=True)
    assert carry_out(operation).state == "finished"
    sync(refused)
    assert synced() == 3


def test_setting_aside_costs_no_calls_and_waits_for_none(refused: Mailbox) -> None:
    used(refused.organization, 99)
    operation, _ = issues.start_operation(refused.organization_id, "ignore", issues.Choice(), reason="x", asked=True)
    assert carry_out(operation).done == 30


@pytest.mark.parametrize(
    ("percent", "words"),
    [
        (50, "0 of 30 taken up."),
        (80, "This goes slowly, because only 200 calls to Salesforce are left today. 0 of 30 taken up."),
        (95, "Goes on in 1 hour, because only 50 calls to Salesforce are left today. 0 of 30 taken up."),
    ],
)
def test_the_page_of_an_order_says_that_it_waits_and_why(refused: Mailbox, percent: int, words: str) -> None:
    operation = order(refused)
    issues.steer(operation, Event.RESUME)
    used(refused.organization, percent)
    assert sentence(operation, progress_of(operation)) == words
