"""Labels that keep mail out of Salesforce, or let it in."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from connectors.effects import crash_points
from connectors.memory import MAILBOXES, MemoryCrm, MemoryMailbox
from connectors.models import Mailbox, Organization
from connectors.records import Flag, Ref
from connectors.routes import MailboxLabels
from syncapp.models import Filtered
from tests.builders import email
from tests.conftest import Time
from tests.driving import CRM_DOWN, HICCUP, filtered, states, sync, synced

pytestmark = pytest.mark.django_db


def settle(**labels: list[str]) -> None:
    """The settings of every organization."""
    Organization.everywhere.update(**labels)


@pytest.fixture
def never(crm: MemoryCrm) -> None:
    settle(labels_never=["Private"])


@pytest.fixture
def only(crm: MemoryCrm) -> None:
    settle(labels_only=["Clients"])


def deliver(store: MemoryMailbox, *names: str, **more: object) -> Ref:
    return store.deliver(email(labels=frozenset(store.label(name) for name in names), **more))  # type: ignore[arg-type]


def asked(job: Callable[[], object]) -> int:
    """How often the mailbox is asked for its labels meanwhile."""
    steps = list[str]()
    with crash_points(steps.append):
        job()
    return steps.count("list labels: before")


# -- What stays out


@pytest.mark.usefixtures("never")
def test_what_has_the_label_stays_out_by_name_and_the_rest_is_synced(mailbox: Mailbox, store: MemoryMailbox) -> None:
    deliver(store, "Private")
    deliver(store, "Other")
    deliver(store)
    sync(mailbox)
    assert (filtered(), synced(), states()) == ({"labelled": 1}, 2, [])


@pytest.mark.usefixtures("only")
def test_what_lacks_the_label_stays_out_by_name(mailbox: Mailbox, store: MemoryMailbox) -> None:
    deliver(store, "Clients")
    deliver(store, "Other")
    deliver(store)
    sync(mailbox)
    assert (filtered(), synced(), states()) == ({"not_labelled": 2}, 1, [])


@pytest.mark.usefixtures("only")
def test_where_a_mailbox_has_no_such_label_nothing_of_it_is_synced(mailbox: Mailbox, store: MemoryMailbox) -> None:
    deliver(store, "Other")
    sync(mailbox)
    assert (filtered(), synced()) == ({"not_labelled": 1}, 0)


# -- What changes its labels


@pytest.mark.usefixtures("never")
def test_taking_the_label_away_lets_the_message_in_by_itself(mailbox: Mailbox, store: MemoryMailbox) -> None:
    ref = deliver(store, "Private")
    sync(mailbox)
    store.relabel(ref, remove=[store.label("Private")])
    sync(mailbox)
    assert (filtered(), synced()) == ({}, 1)


@pytest.mark.usefixtures("never")
def test_another_label_that_goes_changes_nothing(mailbox: Mailbox, store: MemoryMailbox) -> None:
    ref = deliver(store, "Private", "Other")
    sync(mailbox)
    store.relabel(ref, remove=[store.label("Other")])
    sync(mailbox)
    assert (filtered(), synced()) == ({"labelled": 1}, 0)


@pytest.mark.usefixtures("only")
def test_putting_the_label_on_lets_the_message_in_by_itself(mailbox: Mailbox, store: MemoryMailbox) -> None:
    store.label("Clients")
    ref = deliver(store)
    sync(mailbox)
    store.relabel(ref, add=[store.label("Clients")])
    sync(mailbox)
    assert (filtered(), synced()) == ({}, 1)


@pytest.mark.usefixtures("never")
def test_what_is_in_salesforce_already_stays_there(mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm) -> None:
    store.label("Private")
    ref = deliver(store)
    sync(mailbox)
    store.relabel(ref, add=[store.label("Private")])
    sync(mailbox)
    assert (filtered(), synced(), len(crm.records)) == ({}, 1, 1)


# -- Several mailboxes


@pytest.mark.usefixtures("never")
@pytest.mark.parametrize("labelled_first", [True, False])
def test_the_copy_of_a_mailbox_that_has_not_labelled_it_is_synced(
    mailbox: Mailbox, second: Mailbox, store: MemoryMailbox, labelled_first: bool
) -> None:
    deliver(store, "Private", message_id="1@x")
    deliver(MAILBOXES[second.address], message_id="1@x")
    sync(*((mailbox, second) if labelled_first else (second, mailbox)))
    assert (filtered(), synced()) == ({}, 1)


@pytest.mark.usefixtures("never")
def test_a_labelled_copy_that_nobody_has_judged_yet_is_judged_by_the_other_one(
    mailbox: Mailbox, second: Mailbox, store: MemoryMailbox, crm: MemoryCrm
) -> None:
    deliver(store, "Private", message_id="1@x")
    deliver(store)  # for whose sake Salesforce is asked
    deliver(MAILBOXES[second.address], message_id="1@x")
    crm.faults.waiting.append(CRM_DOWN)
    sync(mailbox)
    assert states() == ["pending", "pending"]
    sync(second, mailbox)
    assert (filtered(), synced(), states()) == ({}, 2, [])


@pytest.mark.usefixtures("never")
def test_the_same_name_is_another_label_in_another_mailbox(
    mailbox: Mailbox, second: Mailbox, store: MemoryMailbox
) -> None:
    theirs = MAILBOXES[second.address]
    theirs.label("Other")  # so that their ids differ
    deliver(store, "Private")
    deliver(theirs, "Private")
    deliver(theirs, "Other")
    sync(mailbox, second)
    assert (filtered(), synced()) == ({"labelled": 2}, 1)


# -- How often the mailbox is asked


def test_without_such_settings_nobody_asks_for_labels(mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm) -> None:
    deliver(store, "Private")
    assert asked(lambda: sync(mailbox)) == 0
    assert not MailboxLabels.everywhere.exists()


@pytest.mark.usefixtures("never")
def test_what_the_mailbox_said_is_kept_for_an_hour(mailbox: Mailbox, store: MemoryMailbox, time: Time) -> None:
    deliver(store)
    found = [asked(lambda: sync(mailbox))]
    for minutes in (0, 59, 2):
        time.move(minutes=minutes)
        found.append(asked(lambda: sync(mailbox)))
    assert found == [1, 0, 0, 1]


@pytest.mark.usefixtures("never")
def test_a_setting_that_changes_is_asked_for_at_once(mailbox: Mailbox, store: MemoryMailbox) -> None:
    sync(mailbox)
    settle(labels_never=["Private", "Secret"])
    deliver(store, "Secret")
    sync(mailbox)
    assert filtered() == {"labelled": 1}


@pytest.mark.usefixtures("never")
def test_a_label_that_was_made_since_counts_at_once(mailbox: Mailbox, store: MemoryMailbox) -> None:
    sync(mailbox)
    deliver(store, "Private")
    sync(mailbox)
    assert (filtered(), synced()) == ({"labelled": 1}, 0)


@pytest.mark.usefixtures("never")
def test_a_label_counts_on_under_another_name(mailbox: Mailbox, store: MemoryMailbox, time: Time) -> None:
    label = store.label("Private")
    sync(mailbox)
    store.names[label] = "Personal"
    time.move(hours=2)
    store.deliver(email(labels=frozenset({label})))
    sync(mailbox)
    assert filtered() == {"labelled": 1}


@pytest.mark.usefixtures("never")
def test_where_the_labels_cannot_be_asked_for_nothing_is_written(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm
) -> None:
    deliver(store, "Private")
    store.faults.waiting.append(HICCUP)
    sync(mailbox)
    assert (crm.writes, Filtered.everywhere.count()) == (0, 0)
    sync(mailbox)
    assert filtered() == {"labelled": 1}


def test_what_was_read_before_the_setting_was_made_is_judged_by_it(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm
) -> None:
    deliver(store, "Private")
    crm.faults.waiting.append(CRM_DOWN)
    sync(mailbox)
    assert states() == ["pending"]
    settle(labels_never=["Private"])
    sync(mailbox)
    assert (filtered(), crm.writes) == ({"labelled": 1}, 0)


@pytest.mark.usefixtures("never")
def test_spam_stays_spam_whatever_its_labels(mailbox: Mailbox, store: MemoryMailbox) -> None:
    deliver(store, "Private", flags=frozenset({Flag.SPAM}))
    sync(mailbox)
    assert filtered() == {"spam": 1}
