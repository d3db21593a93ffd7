"""Weaker mode: a CRM without fields of ours. Messages go there all the same, each once, whatever dies meanwhile."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from connectors import clock
from connectors.effects import crash_points
from connectors.errors import Kind
from connectors.memory import MAILBOXES, MemoryCrm, MemoryMailbox, failure
from connectors.memory.messages import KEYLESS
from connectors.models import Mailbox, Organization
from connectors.records import CrmEmail, Email, EmailWrite, PersonWrite, Ref
from issues import services as issues
from issues.models import Issue
from syncapp.engine import keyless
from syncapp.models import Change, Item, Lease
from tests.builders import email
from tests.conftest import Time
from tests.driving import Killed, codes, dies_at, fresh, points, refusing, rest, states, sync, synced
from tests.tiers import share

pytestmark = pytest.mark.django_db
MISSING = "salesforce.OWN_FIELD_MISSING"


@pytest.fixture
def bare(crm: MemoryCrm) -> MemoryCrm:
    """It has none of our fields, and the organization goes on without them."""
    crm.has_our_fields = False
    Organization.everywhere.update(weaker_mode=True)
    return crm


def there(crm: MemoryCrm, subject: str = "") -> list[CrmEmail]:
    return [each for each in crm.messages() if subject in each.subject]


def unsigned(crm: MemoryCrm) -> int:
    return sum(name.startswith(KEYLESS) for name, write in crm.records.items() if isinstance(write, EmailWrite))


def logged_by_others(crm: MemoryCrm, sent: Email, number: int = 1, **otherwise: Any) -> str:
    """Another program has a record of this message."""
    ref = Ref(id=f"02s00000000900{number}AAA")
    sender = sent.sender.email if sent.sender else ""
    row = CrmEmail(ref=ref, date=sent.date, message_id=sent.message_id, subject=sent.subject, sender=sender)
    crm.others[ref.id] = replace(row, **otherwise)
    return ref.id


# -- Chosen or not


def test_whoever_has_not_chosen_it_stands_still_as_before(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm
) -> None:
    crm.has_our_fields = False
    store.deliver(email())
    sync(mailbox)
    assert (codes(), there(crm), fresh(mailbox).organization.stopped_by) == ([MISSING], [], MISSING)


def test_whoever_has_chosen_it_goes_on_without_an_issue(
    mailbox: Mailbox, store: MemoryMailbox, bare: MemoryCrm
) -> None:
    store.deliver(email())
    sync(mailbox)
    assert (codes(), synced(), unsigned(bare)) == ([], 1, 1)


def test_what_stood_still_goes_on_once_it_is_chosen(mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm) -> None:
    crm.has_our_fields = False
    store.deliver(email())
    sync(mailbox)
    Organization.everywhere.update(weaker_mode=True)
    issues.retry(Issue.everywhere.all())
    sync(mailbox)
    assert (codes(), synced(), fresh(mailbox).organization.stopped_at) == ([], 1, None)


def test_where_the_fields_are_there_nothing_is_weaker(mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm) -> None:
    Organization.everywhere.update(weaker_mode=True)
    store.deliver(email())
    sync(mailbox)
    assert (unsigned(crm), fresh(mailbox).organization.is_weaker) == (0, False)


def test_the_crm_is_asked_in_vain_once_a_day_and_not_with_each_message(
    mailbox: Mailbox, store: MemoryMailbox, bare: MemoryCrm, time: Time
) -> None:
    refused: list[int] = []
    for _ in range(3):
        store.deliver(email())
        before = bare.writes
        sync(mailbox)
        refused.append(bare.writes - before - 1)
    time.move(days=1)
    store.deliver(email())
    before = bare.writes
    sync(mailbox)
    assert (refused, bare.writes - before - 1) == ([1, 0, 0], 1)


# -- What is there already


def test_a_message_that_is_there_already_is_taken_and_not_written_again(
    mailbox: Mailbox, store: MemoryMailbox, bare: MemoryCrm
) -> None:
    sent = email()
    record_id = logged_by_others(bare, sent)
    store.deliver(sent)
    sync(mailbox)
    assert ([each.ref.id for each in there(bare)], Item.everywhere.get().record_id) == ([record_id], record_id)


@pytest.mark.parametrize(
    "otherwise",
    [
        {"subject": "Something else"},
        {"sender": "eve@elsewhere.example"},
        {"date": email().date + timedelta(days=1)},
        {"message_id": "other@tests"},
    ],
    ids=lambda of: next(iter(of)),
)
def test_one_that_says_something_else_is_another_message(
    mailbox: Mailbox, store: MemoryMailbox, bare: MemoryCrm, otherwise: dict[str, Any]
) -> None:
    """Nobody outside keeps a message out with a Message-ID that was used before."""
    sent = email()
    logged_by_others(bare, sent, **otherwise)
    store.deliver(sent)
    sync(mailbox)
    assert (len(there(bare)), synced()) == (2, 1)


def test_of_several_a_person_says_which_and_the_last_one_is_taken(
    mailbox: Mailbox, store: MemoryMailbox, bare: MemoryCrm
) -> None:
    sent = email()
    first, second = logged_by_others(bare, sent), logged_by_others(bare, sent, 2)
    store.deliver(sent)
    sync(mailbox)
    issue = Issue.everywhere.get()
    assert (issue.code, issue.fields, synced()) == ("engine.SEVERAL_COPIES", [first, second], 0)
    bare.lose(second)
    issues.retry(Issue.everywhere.all())
    sync(mailbox)
    assert (codes(), Item.everywhere.get().record_id) == ([], first)


def test_a_message_without_a_message_id_is_known_by_the_rest(
    mailbox: Mailbox, store: MemoryMailbox, bare: MemoryCrm
) -> None:
    sent = email(message_id="")
    record_id = logged_by_others(bare, sent)
    store.deliver(sent)
    sync(mailbox)
    assert Item.everywhere.get().record_id == record_id


def test_a_message_in_two_mailboxes_is_one_record(
    mailbox: Mailbox, second: Mailbox, store: MemoryMailbox, bare: MemoryCrm
) -> None:
    sent = email(to=f"{mailbox.address} {second.address}")
    store.deliver(sent)
    MAILBOXES[second.address].deliver(sent)
    sync(mailbox, second)
    assert (len(there(bare)), synced()) == (1, 1)


def test_a_database_that_forgot_everything_makes_nothing_twice(
    mailbox: Mailbox, store: MemoryMailbox, bare: MemoryCrm
) -> None:
    store.deliver(email())
    sync(mailbox)
    Item.everywhere.all().delete()
    mailbox.cursors(manager="everywhere").all().delete()
    sync(mailbox)
    assert (len(there(bare)), synced()) == (1, 1)


# -- Answers that are lost


def test_a_lost_answer_makes_no_second_record(
    mailbox: Mailbox, store: MemoryMailbox, bare: MemoryCrm, time: Time
) -> None:
    store.deliver(email("ann@customer.example"))
    sync(mailbox)
    store.deliver(email())
    bare.lost_answers.append(True)
    sync(mailbox)
    rest(time, hours=1)
    assert (len(there(bare)), synced(), codes()) == (2, 2, [])


def test_what_is_not_found_right_after_is_waited_for_and_not_sent_again(
    mailbox: Mailbox, store: MemoryMailbox, bare: MemoryCrm, time: Time
) -> None:
    _dies_at(mailbox, store, "before push messages without keys")
    time.move(seconds=30)
    sync(mailbox)
    assert (there(bare), states(), [c.code for c in Change.everywhere.all()]) == (
        [],
        ["waiting"],
        ["engine.ANSWER_AWAITED"],
    )


def test_what_is_not_found_after_a_minute_is_sent(
    mailbox: Mailbox, store: MemoryMailbox, bare: MemoryCrm, time: Time
) -> None:
    _dies_at(mailbox, store, "before push messages without keys")
    time.move(seconds=61)
    sync(mailbox)
    assert (len(there(bare)), synced()) == (1, 1)


def test_what_arrives_while_it_is_waited_for_is_taken(
    mailbox: Mailbox, store: MemoryMailbox, bare: MemoryCrm, time: Time
) -> None:
    sent = _dies_at(mailbox, store, "before push messages without keys")
    sync(mailbox)
    record_id = logged_by_others(bare, sent)
    time.move(seconds=90)
    sync(mailbox)
    assert (len(there(bare)), Item.everywhere.get().record_id) == (1, record_id)


def test_a_refusal_is_an_answer_and_its_retry_waits_for_nothing(
    mailbox: Mailbox, store: MemoryMailbox, bare: MemoryCrm
) -> None:
    bare.rules.append(refusing("Renewal"))
    store.deliver(email())
    sync(mailbox)
    bare.rules.clear()
    issues.retry(Issue.everywhere.all())
    sync(mailbox)
    assert (len(there(bare)), synced(), codes()) == (1, 1, [])


def test_a_failure_that_passes_leaves_open_whether_it_arrived(
    mailbox: Mailbox, store: MemoryMailbox, bare: MemoryCrm
) -> None:
    locked = failure("salesforce.UNABLE_TO_LOCK_ROW", Kind.TRANSIENT, "unable to obtain exclusive access")
    bare.rules.append(refusing("Renewal", locked))
    store.deliver(email())
    sync(mailbox)
    assert Change.everywhere.get().sending_since is not None


def test_of_many_that_are_sent_together_the_refused_one_stops_no_other(
    mailbox: Mailbox, store: MemoryMailbox, bare: MemoryCrm
) -> None:
    bare.rules.append(refusing("bad"))
    for subject in ("one", "bad", "two"):
        store.deliver(email(subject=subject))
    sync(mailbox)
    assert (sorted(each.subject for each in there(bare)), synced()) == (["one", "two"], 2)


# -- Crashes


def _dies_at(mailbox: Mailbox, store: MemoryMailbox, point: str) -> Email:
    """One message, whose worker dies there."""
    sent = email(subject="Unheard")
    store.deliver(sent)
    side, step = point.split(" ", 1)

    def die(name: str) -> None:
        if side in name and step in name:
            raise Killed(name)

    with pytest.raises(Killed), crash_points(die):
        sync(mailbox)
    Lease.everywhere.update(owner="", until="2000-01-01T00:00:00Z")
    return sent


@pytest.mark.parametrize("already", [True, False], ids=["known to lack", "found out"])
def test_wherever_it_dies_each_message_is_there_once(
    mailbox: Mailbox, store: MemoryMailbox, bare: MemoryCrm, time: Time, *, already: bool
) -> None:
    known = clock.now() if already else None
    Organization.everywhere.update(keyless_at=known)
    store.deliver(email(subject="First"))
    names = points(mailbox)
    assert sum("without keys" in name or "sending" in name for name in names) >= 4
    played = share(range(len(names)))
    for at in played:
        Organization.everywhere.update(keyless_at=known and clock.now())
        for part in ("a", "b"):
            store.deliver(email(subject=f"Number {at}{part}."))
        dies_at(at, mailbox)
        sync(mailbox)
        time.move(minutes=10)
        sync(mailbox)
        assert [len(there(bare, f"Number {at}{part}.")) for part in ("a", "b")] == [1, 1], names[at]
    assert (states(), codes(), synced()) == ([], [], 2 * len(played) + 1)


# -- Leads


@pytest.fixture
def prospects(bare: MemoryCrm) -> MemoryCrm:
    Organization.everywhere.update(no_match="lead")
    return bare


def _leads(crm: MemoryCrm) -> list[str]:
    return [write.email for write in crm.records.values() if isinstance(write, PersonWrite)]


def test_a_lead_is_made_without_a_key_and_its_message_goes_to_it(
    mailbox: Mailbox, store: MemoryMailbox, prospects: MemoryCrm
) -> None:
    store.deliver(email("new@prospect.example"))
    sync(mailbox)
    (write,) = [each for each in prospects.records.values() if isinstance(each, EmailWrite)]
    (lead,) = [person for person in prospects.people if person.email == "new@prospect.example"]
    assert [link.person_id for link in write.links] == [lead.id]


def test_a_lead_whose_answer_was_lost_is_found_by_its_address(
    mailbox: Mailbox, store: MemoryMailbox, prospects: MemoryCrm, time: Time
) -> None:
    Organization.everywhere.update(keyless_at=clock.now())
    store.deliver(email("new@prospect.example"))
    prospects.lost_answers.append(True)
    sync(mailbox)
    rest(time, hours=1)
    assert (_leads(prospects), synced()) == (["new@prospect.example"], 1)


# -- Once the fields are there


def test_fields_that_are_made_later_are_used_from_the_next_day_on_at_the_latest(
    mailbox: Mailbox, store: MemoryMailbox, bare: MemoryCrm, time: Time
) -> None:
    store.deliver(email())
    sync(mailbox)
    bare.has_our_fields = True
    time.move(days=1)
    store.deliver(email(subject="Next"))
    sync(mailbox)
    assert (unsigned(bare), fresh(mailbox).organization.is_weaker) == (1, False)


def test_what_was_written_meanwhile_gets_its_key(mailbox: Mailbox, store: MemoryMailbox, bare: MemoryCrm) -> None:
    for number in range(3):
        store.deliver(email(subject=str(number)))
    sync(mailbox)
    bare.has_our_fields = True
    Organization.everywhere.update(keyless_at=None)
    assert keyless.sign(fresh(mailbox).organization) == 3
    assert {each.key for each in there(bare)} == set(Item.everywhere.values_list("key", flat=True))
    assert keyless.sign(fresh(mailbox).organization) == 0


def test_as_long_as_the_fields_are_missing_nothing_is_signed(
    mailbox: Mailbox, store: MemoryMailbox, bare: MemoryCrm
) -> None:
    store.deliver(email())
    sync(mailbox)
    calls = bare.calls
    assert (keyless.sign(fresh(mailbox).organization), bare.calls) == (0, calls)


def test_what_is_gone_meanwhile_is_not_tried_for_ever(mailbox: Mailbox, store: MemoryMailbox, bare: MemoryCrm) -> None:
    store.deliver(email())
    sync(mailbox)
    bare.lose(Item.everywhere.get().record_id)
    bare.has_our_fields = True
    Organization.everywhere.update(keyless_at=None)
    keyless.sign(fresh(mailbox).organization)
    assert not Item.everywhere.filter(keyless=True).exists()


def test_an_answer_that_was_lost_before_the_fields_were_made_makes_no_second_record_after(
    mailbox: Mailbox, store: MemoryMailbox, bare: MemoryCrm, time: Time
) -> None:
    Organization.everywhere.update(keyless_at=clock.now())
    store.deliver(email())
    bare.lost_answers.append(True)
    sync(mailbox)
    bare.has_our_fields = True
    Organization.everywhere.update(keyless_at=None)
    rest(time, hours=1)
    assert (len(there(bare)), synced(), Item.everywhere.get().keyless) == (1, 1, True)
