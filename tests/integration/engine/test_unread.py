"""Messages that could not be read, not whole or not at all, and what becomes of them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from connectors import clock
from connectors.errors import Failure, Kind
from connectors.memory import MAILBOXES, MemoryCrm, MemoryMailbox, failure
from connectors.models import Activity, Mailbox, Verb
from connectors.records import Flag, PersonKind, RemoteChange, Resource
from issues import services as issues
from issues.models import Issue
from syncapp.engine.running import Ending
from syncapp.models import Binding, Change, Filtered, Item
from tests.builders import contact, email
from tests.conftest import Time
from tests.driving import HICCUP, codes, filtered, silent, states, sync, synced

pytestmark = pytest.mark.django_db
GARBLED = failure("google.UNKNOWN", Kind.UNKNOWN, "what is this")
SHUT_OUT = failure("google.insufficientPermissions", Kind.PERMISSION, "insufficient authentication scopes")


# -- Not read whole


@pytest.mark.parametrize(
    ("flag", "code"),
    [(Flag.OVERSIZED, "engine.MESSAGE_TOO_LARGE"), (Flag.UNREADABLE, "engine.MESSAGE_UNREADABLE")],
)
def test_what_was_not_read_whole_is_an_issue_under_its_own_name(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm, flag: Flag, code: str
) -> None:
    store.deliver(email(subject="Plans", flags=frozenset({flag})))
    store.deliver(email())
    sync(mailbox)
    issue = Issue.everywhere.get()
    assert (issue.code, issue.title, synced()) == (code, "Plans", 1)


def test_a_larger_limit_lets_the_next_try_through(mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm) -> None:
    ref = store.deliver(email(flags=frozenset({Flag.OVERSIZED}), text=""))
    sync(mailbox)
    store.messages[ref.id] = replace(store.messages[ref.id], flags=frozenset(), text="all of it")
    issues.retry(Issue.everywhere.all())
    sync(mailbox)
    assert (codes(), synced()) == ([], 1)
    assert "all of it" in str(next(iter(crm.records.values())))


@pytest.mark.parametrize("flag", [Flag.OVERSIZED, Flag.UNREADABLE])
def test_without_any_change_it_stays_what_it_is(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm, flag: Flag
) -> None:
    store.deliver(email(flags=frozenset({flag})))
    sync(mailbox)
    issues.retry(Issue.everywhere.all())
    sync(mailbox)
    assert (Issue.everywhere.get().status, Issue.everywhere.get().failures) == ("open", 2)


# -- Not read at all


def unread(store: MemoryMailbox, verdict: Failure = GARBLED) -> str:
    ref = store.deliver(email(subject="Readable at last"))
    store.unreadable[ref.id] = verdict
    return ref.id


def test_what_cannot_be_read_waits_and_stops_nobody(mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm) -> None:
    unread(store)
    store.deliver(email())
    assert sync(mailbox) == [Ending.DONE]
    assert (synced(), states(), silent()) == (1, ["waiting"], [])


def test_what_cannot_be_read_is_not_asked_for_again_at_once(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm
) -> None:
    unread(store, Failure(**(vars(HICCUP) | {"retry_after": 600.0})))
    sync(mailbox)
    assert store.calls == 2  # one page, one reading
    assert (Change.everywhere.get().next_attempt_at or clock.now()) > clock.now()


def test_what_can_be_read_at_last_is_synced_under_its_true_name(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm, time: Time
) -> None:
    remote_id = unread(store)
    for _ in range(4):
        sync(mailbox)
        time.move(hours=5)
    number = Issue.everywhere.get().number
    del store.unreadable[remote_id]
    sync(mailbox)
    issue, item = Issue.everywhere.get(), Item.everywhere.get()
    assert (issue.number, issue.status, issue.title, issue.subject_key) == (
        number,
        "resolved",
        "Readable at last",
        item.key,
    )
    assert (item.provisional, item.title) == (False, "Readable at last")


def test_what_turns_out_to_be_another_ones_copy_is_that_copy(
    mailbox: Mailbox, second: Mailbox, store: MemoryMailbox, crm: MemoryCrm, time: Time
) -> None:
    remote_id = unread(store)
    MAILBOXES[second.address].deliver(store.messages[remote_id])
    for _ in range(4):
        sync(mailbox)
        time.move(hours=5)
    sync(second)
    del store.unreadable[remote_id]
    sync(mailbox)
    assert (Item.everywhere.count(), Binding.everywhere.count(), len(crm.records)) == (1, 2, 1)
    assert (Issue.everywhere.get().resolution, states()) == ("merged", [])


def test_a_late_copy_that_says_something_else_is_noted(
    mailbox: Mailbox, second: Mailbox, store: MemoryMailbox, crm: MemoryCrm, time: Time
) -> None:
    remote_id = unread(store)
    MAILBOXES[second.address].deliver(replace(store.messages[remote_id], text="something else"))
    sync(mailbox, second)
    del store.unreadable[remote_id]
    time.move(hours=1)
    sync(mailbox)
    assert Activity.everywhere.get(verb=Verb.OTHER_CONTENT).mailbox == mailbox


def test_a_late_copy_in_the_inbox_overrules_the_other_ones_spam(
    mailbox: Mailbox, second: Mailbox, store: MemoryMailbox, crm: MemoryCrm, time: Time
) -> None:
    remote_id = unread(store)
    MAILBOXES[second.address].deliver(replace(store.messages[remote_id], flags=frozenset({Flag.SPAM})))
    sync(mailbox, second)
    assert filtered() == {"spam": 1}
    del store.unreadable[remote_id]
    time.move(hours=1)
    sync(mailbox)
    assert (synced(), filtered(), silent()) == (1, {}, [])


def test_what_is_gone_before_it_could_be_read_is_over(mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm) -> None:
    remote_id = unread(store)
    sync(mailbox)
    store.delete(store_ref(store, remote_id).ref)
    sync(mailbox)
    assert (states(), codes(), silent()) == ([], [], [])


def store_ref(store: MemoryMailbox, remote_id: str) -> RemoteChange:
    (change,) = [c for page in store.pull(Resource.EMAIL, None) for c in page.changes if c.ref.id == remote_id]
    return change


def test_access_that_does_not_reach_stops_the_mailbox_once_and_not_each_message(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm
) -> None:
    for _ in range(5):
        unread(store, SHUT_OUT)
    store.deliver(email())
    assert sync(mailbox) == [Ending.FAILED]
    issue = Issue.everywhere.get()
    assert (issue.scope, issue.code) == ("mailbox", SHUT_OUT.code)
    assert states().count("pending") == 6


def test_text_that_no_database_takes_does_not_stop_a_mailbox(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm
) -> None:
    """Half a surrogate pair in what a provider said, as JSON can carry it."""
    unread(store, failure("google.badRequest", Kind.INVALID, "half \ud83d of a pair and a nul \x00"))
    assert sync(mailbox) == [Ending.DONE]
    assert Issue.everywhere.get().attempts.get().said == "half \ud83d of a pair and a nul \x00"


def test_a_person_may_be_related_in_every_part(mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm) -> None:
    crm.people.append(replace(contact("bob@x.example"), kind=PersonKind.LEAD, id="00Q000000000001AAA"))
    store.deliver(email(to="bob@x.example sales@ours.example", cc=("ann@customer.example",)))
    sync(mailbox)
    (write,) = crm.records.values()
    assert [link.person_id[:3] for link in write.links] == ["003", "00Q", "003"]  # type: ignore[union-attr]  # a message
    assert not Filtered.everywhere.exists()
