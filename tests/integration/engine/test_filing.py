"""Messages that are left out by name, and whom the others belong to."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from connectors.effects import crash_points
from connectors.memory import MAILBOXES, MemoryCrm, MemoryMailbox
from connectors.models import Activity, Mailbox, Organization, Verb
from connectors.records import Email, EmailWrite, Flag
from issues import services as issues
from issues.models import Issue
from tests.builders import contact, email
from tests.driving import CRM_DOWN, codes, filtered, states, sync, synced

pytestmark = pytest.mark.django_db


def relabel(store: MemoryMailbox, remote_id: str, *flags: Flag) -> None:
    """Somebody files a message elsewhere; the change feed names it again."""
    store.messages[remote_id] = replace(store.messages[remote_id], flags=frozenset(flags))
    store.feed.append((remote_id, False))


@pytest.mark.parametrize(
    ("message", "rule"),
    [
        (email(flags=frozenset({Flag.DRAFT})), "draft"),
        (email(flags=frozenset({Flag.SPAM})), "spam"),
        (email(flags=frozenset({Flag.TRASH})), "trash"),
        (email("a@ours.example", "b@ours.example"), "internal_only"),
    ],
)
def test_what_stays_out_names_its_rule(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm, message: Email, rule: str
) -> None:
    store.deliver(message)
    sync(mailbox)
    assert (filtered(), crm.writes, states(), codes()) == ({rule: 1}, 0, [], [])
    assert Activity.everywhere.get(verb=Verb.FILTERED).note == rule


def test_nobody_known_may_be_a_reason_to_stay_out(mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm) -> None:
    Organization.everywhere.update(no_match="filter")
    store.deliver(email("nobody@nowhere.example"))
    sync(mailbox)
    assert filtered() == {"no_match": 1}


def test_spam_that_is_moved_to_the_inbox_is_synced(mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm) -> None:
    ref = store.deliver(email(flags=frozenset({Flag.SPAM})))
    sync(mailbox)
    relabel(store, ref.id)
    sync(mailbox)
    assert (synced(), filtered()) == (1, {})


def test_spam_that_stays_spam_stays_out(mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm) -> None:
    ref = store.deliver(email(flags=frozenset({Flag.SPAM})))
    sync(mailbox)
    relabel(store, ref.id, Flag.SPAM)
    sync(mailbox)
    assert (synced(), filtered()) == (0, {"spam": 1})


def test_what_is_spam_in_one_mailbox_may_be_mail_in_another(
    mailbox: Mailbox, second: Mailbox, store: MemoryMailbox, crm: MemoryCrm
) -> None:
    message = email()
    store.deliver(replace(message, flags=frozenset({Flag.SPAM})))
    MAILBOXES[second.address].deliver(message)
    sync(mailbox, second)
    assert (synced(), filtered(), len(crm.records)) == (1, {}, 1)


def test_what_is_written_is_not_taken_back_because_another_one_calls_it_spam(
    mailbox: Mailbox, second: Mailbox, store: MemoryMailbox, crm: MemoryCrm
) -> None:
    message = email()
    store.deliver(message)
    MAILBOXES[second.address].deliver(replace(message, flags=frozenset({Flag.SPAM})))
    sync(mailbox, second)
    assert (synced(), filtered()) == (1, {})


# -- Whom it belongs to


@pytest.mark.parametrize(("rule", "whose"), [("oldest", 1), ("newest", 3), ("active", 2)])
def test_of_several_the_one_by_the_organizations_rule_gets_the_message(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm, rule: str, whose: int
) -> None:
    Organization.everywhere.update(several_match=rule)
    crm.people.append(replace(contact(id="003000000000002AAA"), active=date(2026, 11, 3)))
    crm.people.append(contact(id="003000000000003AAA"))
    store.deliver(email())
    sync(mailbox)
    (written,) = crm.records.values()
    assert isinstance(written, EmailWrite)
    assert {link.person_id for link in written.links if link.address == "ann@customer.example"} == {
        f"00300000000000{whose}AAA"
    }


def test_the_second_contact_with_an_address_is_a_question_and_its_answer_closes_it(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm
) -> None:
    twin = contact(id="003000000000002AAA")
    crm.people.append(twin)
    store.deliver(email())
    sync(mailbox)
    issue = Issue.everywhere.get()
    assert [each["id"] for each in issue.evidence["candidates"]] == ["003000000000001AAA", "003000000000002AAA"]
    crm.people.remove(twin)
    issues.retry(Issue.everywhere.all())
    sync(mailbox)
    assert (codes(), synced()) == ([], 1)


def test_a_mailbox_without_anybody_outside_asks_nobody(mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm) -> None:
    store.deliver(email("a@ours.example", "b@ours.example"))
    sync(mailbox)
    assert crm.calls == 0


@pytest.fixture
def undecided(mailbox: Mailbox, second: Mailbox, store: MemoryMailbox, crm: MemoryCrm) -> Mailbox:
    """A mailbox whose copy of a message is spam and was not judged yet, because Salesforce was down; the other
    one has the same message in its inbox."""
    message = email()
    store.deliver(replace(message, flags=frozenset({Flag.SPAM})))
    store.deliver(email())  # for whose sake Salesforce is asked
    MAILBOXES[second.address].deliver(message)
    crm.faults.waiting.append(CRM_DOWN)
    sync(mailbox)
    assert states() == ["pending", "pending"]
    return mailbox


def test_mail_that_another_mailbox_calls_spam_is_judged_by_the_better_copy(undecided: Mailbox, second: Mailbox) -> None:
    sync(second, undecided)
    assert (synced(), filtered(), states()) == (2, {}, [])


def test_a_judgement_of_what_was_taken_over_meanwhile_does_not_count(
    undecided: Mailbox, second: Mailbox, crm: MemoryCrm
) -> None:
    """The first mailbox has decided already, but has not written it down yet, when the second one reads."""

    def meanwhile(name: str) -> None:
        if name == "settle: before commit" and not taken:
            taken.append(name)
            crm.faults.waiting.append(CRM_DOWN)
            sync(second)

    taken: list[str] = []
    with crash_points(meanwhile):
        sync(undecided)
    assert (filtered(), states()) == ({}, ["pending"])
    sync(second)
    assert (synced(), filtered(), states()) == (2, {}, [])
