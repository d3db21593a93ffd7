"""From a mailbox into the CRM, page by page, and never twice."""

from __future__ import annotations

import pytest
from pytest_django import Settings

from connectors.errors import Kind
from connectors.memory import MemoryCrm, MemoryMailbox, failure
from connectors.models import Activity, Mailbox, Organization, Verb
from connectors.records import EmailWrite
from issues.models import Issue
from notifications.models import Delivery
from syncapp.engine.running import Ending, run_job
from syncapp.models import Binding, Change, Cursor, Item, Run
from tests.builders import email
from tests.driving import codes, silent, sync, synced

pytestmark = pytest.mark.django_db


def deliver(store: MemoryMailbox, number: int) -> None:
    for n in range(number):
        store.deliver(email(subject=f"Order {n}"))


# -- One page


def test_a_message_ends_in_the_crm_with_its_relations(mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm) -> None:
    store.deliver(email(subject="Renewal"))
    assert sync(mailbox) == [Ending.DONE]
    (write,) = crm.records.values()
    assert isinstance(write, EmailWrite)
    assert (write.email.subject, write.incoming, write.account_id) == ("Renewal", True, "001000000000001AAA")
    assert [link.person_id for link in write.links] == ["003000000000001AAA"]


def test_the_item_names_the_record_that_proves_it(mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm) -> None:
    store.deliver(email(subject="Renewal"))
    sync(mailbox)
    item = Item.everywhere.get()
    assert (crm.ids[item.key], item.title, item.provisional) == (item.record_id, "Renewal", False)
    assert item.synced_at is not None


def test_what_is_done_leaves_no_content_behind(mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm) -> None:
    deliver(store, 3)
    sync(mailbox)
    assert not Change.everywhere.exists()
    assert Binding.everywhere.count() == 3


def test_every_item_has_its_line_in_the_journal(mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm) -> None:
    deliver(store, 3)
    sync(mailbox)
    keys = set(Item.everywhere.values_list("key", flat=True))
    assert set(Activity.everywhere.filter(verb=Verb.SYNCED).values_list("item_key", flat=True)) == keys


def test_a_run_says_what_it_did(mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm) -> None:
    deliver(store, 3)
    store.deliver(email("a@ours.example", "b@ours.example"))
    sync(mailbox)
    run = Run.everywhere.get()
    assert (run.outcome, run.read, run.written, run.filtered, run.failed) == ("good", 4, 3, 1, 0)
    assert run.finished_at is not None


def test_an_empty_mailbox_is_in_step(mailbox: Mailbox, crm: MemoryCrm) -> None:
    assert sync(mailbox) == [Ending.DONE]
    mailbox.refresh_from_db()
    assert mailbox.good_at is not None
    assert (crm.calls, Cursor.everywhere.count()) == (0, 1)


def test_a_mailbox_that_is_no_more_is_nothing_to_do() -> None:
    assert run_job(4711) is Ending.DONE


# -- Many pages


@pytest.mark.parametrize("page_size", [1, 7, 50, 500])
def test_pages_of_any_size_lead_to_the_same(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm, page_size: int
) -> None:
    store.page_size = page_size
    deliver(store, 60)
    sync(mailbox)
    assert (len(crm.records), synced()) == (60, 60)


@pytest.mark.parametrize("seconds", [0, 10])
def test_a_job_gives_its_worker_back_and_the_next_one_goes_on(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm, settings: Settings, seconds: int
) -> None:
    settings.SYNC_JOB_SECONDS = seconds
    store.page_size = 5
    deliver(store, 20)
    first = run_job(mailbox.pk)
    assert first is (Ending.DONE if seconds else Ending.AGAIN)
    sync(mailbox)
    assert len(crm.records) == 20
    assert Run.everywhere.count() == 1 + bool(seconds)


def test_the_cursor_covers_what_is_done_and_no_more(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm, settings: Settings
) -> None:
    settings.SYNC_JOB_SECONDS = 0
    store.page_size = 5
    deliver(store, 20)
    while run_job(mailbox.pk) is Ending.AGAIN:
        reached = int(Cursor.everywhere.get().value.rpartition(":")[2])
        done = {binding.remote_id for binding in Binding.everywhere.filter(item__synced_at__isnull=False)}
        assert {remote_id for remote_id, _ in store.feed[:reached]} <= done


# -- The next run


def test_only_what_is_new_is_read_again(mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm) -> None:
    deliver(store, 5)
    sync(mailbox)
    store.deliver(email(subject="one more"))
    sync(mailbox)
    assert Run.everywhere.order_by("-pk")[0].read == 1
    assert len(crm.records) == 6


def test_a_second_run_without_changes_writes_nothing(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm, organization: Organization
) -> None:
    deliver(store, 5)
    sync(mailbox)
    before = (crm.writes, Activity.everywhere.count(), Issue.everywhere.count(), Delivery.everywhere.count())
    sync(mailbox)
    assert (crm.writes, Activity.everywhere.count(), Issue.everywhere.count(), Delivery.everywhere.count()) == before


def test_a_forgotten_cursor_means_a_full_read_without_duplicates(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm
) -> None:
    deliver(store, 5)
    sync(mailbox)
    writes = crm.writes
    store.forget_cursors()
    store.deliver(email(subject="one more"))
    assert sync(mailbox) == [Ending.DONE]
    assert (len(crm.records), crm.writes, codes()) == (6, writes + 1, [])


@pytest.mark.parametrize("value", ["somebody@else.example:3", "nonsense", ""])
def test_a_cursor_of_another_mailbox_is_not_followed(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm, value: str
) -> None:
    deliver(store, 3)
    sync(mailbox)
    Cursor.everywhere.update(value=value)
    assert sync(mailbox) == [Ending.DONE]
    assert Cursor.everywhere.get().value.startswith(mailbox.address)
    assert len(crm.records) == 3


def test_a_mailbox_that_calls_every_position_forgotten_fails_its_run(mailbox: Mailbox, store: MemoryMailbox) -> None:
    forgotten = failure("google.notFound:historyId", Kind.CURSOR_EXPIRED)
    store.faults.waiting.extend([forgotten, forgotten])
    assert sync(mailbox) == [Ending.FAILED]


# -- What is gone


def test_what_was_deleted_before_it_was_read_leaves_no_trace(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm
) -> None:
    store.delete(store.deliver(email()))
    sync(mailbox)
    assert not Item.everywhere.exists()


def test_what_is_gone_between_the_page_and_the_reading_leaves_no_trace(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm
) -> None:
    ref = store.deliver(email())
    del store.messages[ref.id]
    assert sync(mailbox) == [Ending.DONE]
    assert not Item.everywhere.exists()


def test_what_is_deleted_after_it_was_written_stays_in_the_crm(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm
) -> None:
    ref = store.deliver(email())
    sync(mailbox)
    store.delete(ref)
    sync(mailbox)
    assert len(crm.records) == 1
    assert Binding.everywhere.get().gone_at is not None
    assert silent() == []


def test_one_call_asks_for_all_people_and_one_writes_all_messages(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm
) -> None:
    store.page_size = 500
    deliver(store, 200)
    sync(mailbox)
    assert crm.calls == 2
