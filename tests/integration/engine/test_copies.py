"""One message in two mailboxes is one item, written from its first copy."""

from __future__ import annotations

from dataclasses import replace

import pytest

from connectors.memory import MAILBOXES, MemoryCrm, MemoryMailbox
from connectors.models import Activity, Mailbox, Verb
from issues.models import Issue
from syncapp.models import Binding, Change, Item
from tests import builders
from tests.builders import contact, email
from tests.conftest import Time
from tests.driving import codes, fresh, refusing, sync

pytestmark = pytest.mark.django_db


def test_copies_in_two_mailboxes_are_one_record(
    mailbox: Mailbox, second: Mailbox, store: MemoryMailbox, crm: MemoryCrm
) -> None:
    message = email()
    store.deliver(message)
    MAILBOXES[second.address].deliver(message)
    sync(mailbox, second)
    assert (len(crm.records), crm.writes, Item.everywhere.count(), Binding.everywhere.count()) == (1, 1, 1, 2)


def test_another_organization_writes_a_record_of_its_own(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm
) -> None:
    other = builders.mailbox(builders.organization())
    message = email()
    store.deliver(message)
    MAILBOXES[other.address].deliver(message)
    sync(mailbox, other)
    keys = list(Item.everywhere.values_list("key", flat=True))
    assert len(set(keys)) == 2


@pytest.mark.parametrize("forged", [{"text": "Pay here instead."}, {"html": "<b>other</b>"}])
def test_a_copy_that_says_something_else_changes_nothing_and_is_noted(
    mailbox: Mailbox, second: Mailbox, store: MemoryMailbox, crm: MemoryCrm, forged: dict[str, str]
) -> None:
    message = email(text="The first copy.")
    store.deliver(message)
    MAILBOXES[second.address].deliver(replace(message, **forged))  # type: ignore[arg-type]  # a table of fields
    sync(mailbox, second)
    (write,) = crm.records.values()
    assert "The first copy." in str(write)
    line = Activity.everywhere.get(verb=Verb.OTHER_CONTENT)
    assert (line.mailbox, line.item_key) == (second, Item.everywhere.get().key)


def test_a_copy_of_what_failed_waits_for_the_first_one(
    mailbox: Mailbox, second: Mailbox, store: MemoryMailbox, crm: MemoryCrm
) -> None:
    crm.people.append(contact(id="003000000000002AAA"))
    message = email()
    store.deliver(message)
    MAILBOXES[second.address].deliver(message)
    sync(mailbox, second)
    assert (codes(), Change.everywhere.count()) == (["engine.AMBIGUOUS_MATCH"], 1)


def test_what_was_never_written_and_is_gone_everywhere_is_over(
    mailbox: Mailbox, second: Mailbox, store: MemoryMailbox, crm: MemoryCrm
) -> None:
    crm.people.append(contact(id="003000000000002AAA"))
    message = email()
    ref = store.deliver(message)
    other = MAILBOXES[second.address].deliver(message)
    sync(mailbox, second)
    store.delete(ref)
    sync(mailbox)
    assert codes() == ["engine.AMBIGUOUS_MATCH"]  # it still lies in the other mailbox
    MAILBOXES[second.address].delete(other)
    sync(second)
    assert (codes(), Issue.everywhere.get().resolution, Change.everywhere.exists()) == ([], "gone", False)


def test_what_failed_in_one_mailbox_and_comes_back_in_another_belongs_to_that_one(
    mailbox: Mailbox, second: Mailbox, store: MemoryMailbox, crm: MemoryCrm, time: Time
) -> None:
    message = email(subject="Order")
    crm.rules.append(refusing("Order"))
    ref = store.deliver(message)
    sync(mailbox)
    store.delete(ref)
    sync(mailbox)
    time.move(minutes=1)
    MAILBOXES[second.address].deliver(message)
    sync(second)
    issue = Issue.everywhere.get()
    assert (issue.status, issue.mailbox, second.address in issue.mailbox_url) == ("open", second, True)
    assert [fresh(each).open_issues for each in (mailbox, second)] == [0, 1]
