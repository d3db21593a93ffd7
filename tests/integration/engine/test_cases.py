"""Conversations of a shared mailbox become cases: one each, whoever sees them, and whatever dies meanwhile."""

from __future__ import annotations

from dataclasses import replace

import pytest

from connectors.effects import crash_points
from connectors.memory import MAILBOXES, MemoryCrm, MemoryMailbox
from connectors.models import Mailbox, Organization
from connectors.policies import MailMode
from connectors.records import CaseWrite, Email, EmailWrite, Flag, PersonWrite
from connectors.routes import Route
from syncapp.engine.rehearsal import Outlook, rehearsed
from syncapp.engine.rehearsing import rehearse
from syncapp.models import Change, Conversation
from tests import builders
from tests.builders import email
from tests.driving import dies_at, filtered, points, states, sync, synced

pytestmark = pytest.mark.django_db
OLD, NEW = "00G000000000001AAA", "00G000000000002AAA"


@pytest.fixture
def mailbox(organization: Organization) -> Mailbox:
    return builders.mailbox(organization, mail_mode=MailMode.CASES, case_owner_id=OLD)


@pytest.fixture(autouse=True)
def _queues(crm: MemoryCrm) -> None:
    crm.queued |= {OLD: "Support"}


def opened(crm: MemoryCrm) -> list[CaseWrite]:
    return [write for write in crm.records.values() if isinstance(write, CaseWrite)]


def cases_of_messages(crm: MemoryCrm) -> list[str]:
    return [write.case_id for write in crm.records.values() if isinstance(write, EmailWrite)]


def the_case(crm: MemoryCrm) -> str:
    (write,) = opened(crm)
    return crm.ids[write.key]


def to_support(mailbox: Mailbox, **more: object) -> Email:
    return email(to=mailbox.address, **more)  # type: ignore[arg-type]  # keyword arguments of a message


def answer(to: Email, **more: object) -> Email:
    return replace(to, message_id=f"re-{to.message_id}", references=(to.message_id,), **more)  # type: ignore[arg-type]


def test_a_conversation_becomes_a_case_with_its_message(mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm) -> None:
    store.deliver(to_support(mailbox, subject="It is broken"))
    sync(mailbox)
    assert [(c.subject, c.owner_id, c.contact_id) for c in opened(crm)] == [("It is broken", OLD, "003000000000001AAA")]
    assert cases_of_messages(crm) == [the_case(crm)]


def test_later_messages_of_it_go_to_the_same_case(mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm) -> None:
    first = to_support(mailbox)
    store.deliver(first)
    sync(mailbox)
    store.deliver(answer(first, subject="Re: Renewal"))
    sync(mailbox)
    assert cases_of_messages(crm) == [the_case(crm)] * 2


def test_messages_that_arrive_together_open_one_case_by_the_first(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm
) -> None:
    first = to_support(mailbox)
    store.deliver(first)
    store.deliver(answer(first, subject="Re: Renewal"))
    sync(mailbox)
    assert [case.subject for case in opened(crm)] == ["Renewal"]
    assert cases_of_messages(crm) == [the_case(crm)] * 2


def test_two_conversations_are_two_cases(mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm) -> None:
    store.deliver(to_support(mailbox))
    store.deliver(to_support(mailbox))
    sync(mailbox)
    assert len(opened(crm)) == 2


def test_messages_that_name_no_conversation_are_not_thrown_together(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm
) -> None:
    for subject in ("one", "two"):
        store.deliver(to_support(mailbox, subject=subject, message_id="", thread=""))
    sync(mailbox)
    assert len(opened(crm)) == 2


@pytest.mark.parametrize("no_match", ["log", "lead", "filter"])
def test_a_stranger_has_a_case_whatever_else_is_done_with_strangers(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm, no_match: str
) -> None:
    Organization.everywhere.update(no_match=no_match)
    store.deliver(to_support(mailbox, sender="nobody@nowhere.example"))
    sync(mailbox)
    assert ([c.contact_id for c in opened(crm)], filtered()) == ([""], {})
    assert [write for write in crm.records.values() if isinstance(write, PersonWrite)] == []


def test_spam_opens_no_case(mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm) -> None:
    store.deliver(to_support(mailbox, flags=frozenset({Flag.SPAM})))
    sync(mailbox)
    assert (opened(crm), filtered()) == ([], {"spam": 1})


def test_other_mailboxes_open_none(mailbox: Mailbox, second: Mailbox, crm: MemoryCrm) -> None:
    MAILBOXES[second.address].deliver(email(to=second.address))
    sync(second)
    assert (opened(crm), cases_of_messages(crm)) == ([], [""])


# -- Two mailboxes


@pytest.mark.parametrize("first", [0, 1], ids=["shared first", "own first"])
def test_the_mailbox_that_is_named_decides_whoever_is_read_first(
    mailbox: Mailbox, second: Mailbox, store: MemoryMailbox, crm: MemoryCrm, first: int
) -> None:
    message = to_support(mailbox, cc=(second.address,))
    store.deliver(message)
    MAILBOXES[second.address].deliver(message)
    order = [mailbox, second]
    sync(order[first], order[1 - first])
    assert cases_of_messages(crm) == [the_case(crm)]


def test_two_shared_mailboxes_have_one_case_for_one_conversation(
    organization: Organization, mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm
) -> None:
    other = builders.mailbox(organization, mail_mode=MailMode.CASES)
    message = to_support(mailbox)
    store.deliver(message)
    MAILBOXES[other.address].deliver(answer(message))
    sync(mailbox, other)
    assert cases_of_messages(crm) == [the_case(crm)] * 2


def test_another_worker_that_opened_the_case_meanwhile_is_no_harm(
    organization: Organization, mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm
) -> None:
    """The second job runs whole between the look for the case and its opening."""
    other = builders.mailbox(organization, mail_mode=MailMode.CASES)
    message = to_support(mailbox)
    store.deliver(message)
    MAILBOXES[other.address].deliver(answer(message))
    met: list[str] = []

    def between(name: str) -> None:
        if "push cases" in name and "before" in name and not met:
            met.append(name)
            sync(other)

    with crash_points(between):
        sync(mailbox)
    assert met
    assert cases_of_messages(crm) == [the_case(crm)] * 2


# -- Crashes


def test_wherever_it_dies_there_is_one_case_with_all_of_its_messages(
    organization: Organization, mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm
) -> None:
    store.deliver(to_support(mailbox))
    number = len(points(mailbox))
    assert (number > 10, len(opened(crm))) == (True, 1)
    for at in range(number):
        first = to_support(mailbox, subject=f"Number {at}")
        store.deliver(first)
        store.deliver(answer(first))
        dies_at(at, mailbox)
        sync(mailbox)
        mine = {crm.ids[c.key] for c in opened(crm) if c.subject.endswith(f"Number {at}")}
        assert len(mine) == 1, f"point {at}"
    assert len(opened(crm)) == number + 1
    assert (states(), synced(), cases_of_messages(crm).count("")) == ([], 2 * number + 1, 0)


def test_a_lost_answer_to_the_opening_makes_no_second_case(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm
) -> None:
    store.deliver(to_support(mailbox))
    crm.lost_answers.append(True)
    sync(mailbox)
    sync(mailbox)
    assert cases_of_messages(crm) == [the_case(crm)]


def test_without_the_row_the_case_is_found_by_its_key(mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm) -> None:
    first = to_support(mailbox)
    store.deliver(first)
    sync(mailbox)
    Conversation.everywhere.all().delete()
    store.deliver(answer(first))
    sync(mailbox)
    assert cases_of_messages(crm) == [the_case(crm)] * 2
    assert Conversation.everywhere.get().record_id == the_case(crm)


def test_a_case_that_somebody_deleted_is_opened_anew_by_the_next_try(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm
) -> None:
    first = to_support(mailbox)
    store.deliver(first)
    sync(mailbox)
    gone = the_case(crm)
    crm.lose(gone)
    crm.removed.add(gone)
    store.deliver(answer(first))
    sync(mailbox)
    Change.everywhere.update(state="pending", next_attempt_at=None)
    sync(mailbox)
    assert cases_of_messages(crm) == [gone, the_case(crm)]
    assert the_case(crm) != gone


# -- Modes and routes


def routed(of: Organization, *rows: tuple[str, str, str]) -> None:
    for at, (pattern, mode, owner) in enumerate(rows):
        Route.everywhere.create(organization=of, position=at, pattern=pattern, mail_mode=mode, case_owner_id=owner)


def test_a_mailbox_that_says_nothing_goes_by_its_organization(
    organization: Organization, second: Mailbox, crm: MemoryCrm
) -> None:
    Organization.everywhere.update(mail_mode=MailMode.CASES)
    MAILBOXES[second.address].deliver(email(to=second.address))
    sync(second)
    assert [case.owner_id for case in opened(crm)] == [""]


def test_a_mailbox_that_says_something_does_not(organization: Organization, second: Mailbox, crm: MemoryCrm) -> None:
    Organization.everywhere.update(mail_mode=MailMode.CASES)
    Mailbox.everywhere.filter(pk=second.pk).update(mail_mode=MailMode.ACTIVITIES)
    MAILBOXES[second.address].deliver(email(to=second.address))
    sync(second)
    assert (opened(crm), synced()) == ([], 1)


def test_routes_divide_the_mail_of_one_mailbox(organization: Organization, second: Mailbox, crm: MemoryCrm) -> None:
    crm.queued[NEW] = "Billing"
    routed(organization, ("support@ours.example", "cases", OLD), ("billing+*@ours.example", "cases", NEW))
    for to in ("support@ours.example", "billing+7@ours.example", second.address, "info@ours.example"):
        MAILBOXES[second.address].deliver(email(to=to, subject=to))
    sync(second)
    assert {case.subject: case.owner_id for case in opened(crm)} == {
        "support@ours.example": OLD,
        "billing+7@ours.example": NEW,
    }
    assert (synced(), cases_of_messages(crm).count("")) == (4, 2)


def test_a_route_takes_mail_out_of_a_mailbox_that_works_in_cases(
    organization: Organization, mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm
) -> None:
    routed(organization, ("invoices@ours.example", "activities", ""))
    store.deliver(email(to="invoices@ours.example"))
    sync(mailbox)
    assert (opened(crm), synced()) == ([], 1)


def test_routes_of_another_organization_decide_nothing_here(second: Mailbox, crm: MemoryCrm) -> None:
    routed(builders.organization(), ("*@*", "cases", OLD))
    MAILBOXES[second.address].deliver(email(to=second.address))
    sync(second)
    assert (opened(crm), synced()) == ([], 1)


def test_an_address_of_others_is_no_address_of_a_route(
    organization: Organization, second: Mailbox, crm: MemoryCrm
) -> None:
    """Our people write to the support of somebody else."""
    routed(organization, ("support@*", "cases", OLD))
    MAILBOXES[second.address].deliver(email(sender=second.address, to="support@vendor.example"))
    sync(second)
    assert (opened(crm), synced()) == ([], 1)


# -- Rehearsed


def test_a_rehearsal_tells_of_the_case_once_and_opens_none(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm
) -> None:
    first = to_support(mailbox)
    store.deliver(first)
    store.deliver(answer(first))
    job = rehearsed(mailbox, mailbox.organization)
    try:
        planned = [each.object for each in rehearse(job, Outlook())]
    finally:
        job.lines.close()
    assert (planned, crm.writes) == (["case", "message", "message"], 0)


def test_a_rehearsal_does_not_tell_of_a_case_that_is_there(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm
) -> None:
    first = to_support(mailbox)
    store.deliver(first)
    sync(mailbox)
    store.deliver(answer(first))
    job = rehearsed(mailbox, mailbox.organization)
    try:
        planned = [each.object for each in rehearse(job, Outlook())]
    finally:
        job.lines.close()
    assert planned == ["message"]
