"""Mail of strangers goes to the account that has their domain, where the organization wishes so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from connectors.errors import Kind
from connectors.memory import MemoryCrm, MemoryMailbox
from connectors.memory.failing import failure
from connectors.models import Mailbox, Organization
from connectors.policies import NoMatch
from connectors.records import EmailWrite, Person, PersonKind, PersonWrite
from connectors.relations import PEOPLE_ALONE, Sought
from issues import services as issues
from issues.models import Issue
from tests.builders import email
from tests.driving import codes, filtered, sync

pytestmark = pytest.mark.django_db

CARL, BOB = "carl@customer.example", "bob@customer.example"
ACME, TWIN = "001000000000001AAA", "001000000000002AAA"


@pytest.fixture(autouse=True)
def chosen(mailbox: Mailbox) -> None:
    Organization.everywhere.update(finds_accounts=True)


def account(record_id: str = ACME) -> Person:
    return Person(kind=PersonKind.ACCOUNT, id=record_id, email="@customer.example", name="Acme")


def receive(mailbox: Mailbox, store: MemoryMailbox, *senders: str) -> None:
    for sender in senders:
        store.deliver(email(sender))
    sync(mailbox)


def abouts(crm: MemoryCrm) -> list[str]:
    return [write.account_id for write in crm.records.values() if isinstance(write, EmailWrite)]


def test_mail_of_a_stranger_goes_to_the_account(mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm) -> None:
    crm.people.append(account())
    receive(mailbox, store, BOB)
    assert (codes(), abouts(crm)) == ([], [ACME])


@pytest.mark.parametrize(
    ("on", "asked"),
    [
        (False, ([BOB], PEOPLE_ALONE)),
        (True, ([BOB, "@customer.example"], Sought(account_fields=("Website",)))),
    ],
)
def test_domains_are_asked_for_with_the_addresses_by_those_alone_who_chose_so(
    mailbox: Mailbox,
    store: MemoryMailbox,
    crm: MemoryCrm,
    monkeypatch: pytest.MonkeyPatch,
    on: bool,
    asked: tuple[list[str], Sought],
) -> None:
    Organization.everywhere.update(finds_accounts=on)
    heard, really = list[tuple[list[str], Sought]](), crm.find_people

    def find_people(addresses: Sequence[str], sought: Sought) -> Mapping[str, tuple[Person, ...]]:
        heard.append((list(addresses), sought))
        return really(addresses, sought)

    monkeypatch.setattr(crm, "find_people", find_people)
    receive(mailbox, store, BOB)
    assert heard == [asked]


def test_several_are_a_question_and_its_answer_counts_for_the_domain(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm
) -> None:
    crm.people += [account(), account(TWIN)]
    receive(mailbox, store, BOB, CARL)
    assert codes() == ["engine.AMBIGUOUS_ACCOUNT"] * 2
    issues.decide(Issue.everywhere.order_by("pk")[0], TWIN)
    sync(mailbox)
    receive(mailbox, store, "dora@customer.example")
    assert (codes(), abouts(crm)) == ([], [TWIN] * 3)


@pytest.mark.parametrize(("there", "left_out"), [(True, {}), (False, {"no_match": 1})])
def test_what_has_an_account_is_not_left_out(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm, there: bool, left_out: dict[str, int]
) -> None:
    Organization.everywhere.update(no_match=NoMatch.FILTER)
    crm.people += [account()] * there
    receive(mailbox, store, BOB)
    assert (filtered(), abouts(crm)) == (left_out, [ACME] * there)


def test_a_new_lead_has_the_accounts_name_and_its_mail_the_account(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm
) -> None:
    Organization.everywhere.update(no_match=NoMatch.LEAD)
    crm.people.append(account())
    receive(mailbox, store, BOB)
    receive(mailbox, store, BOB)
    leads = [write.company for write in crm.records.values() if isinstance(write, PersonWrite)]
    assert (leads, abouts(crm)) == (["Acme"], [ACME, ACME])


def test_a_field_that_is_not_there_stops_all_with_one_issue(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm
) -> None:
    crm.faults.waiting.append(failure("engine.ACCOUNT_FIELD_MISSING", Kind.CONFIG, "No such column 'Domain__c'"))
    receive(mailbox, store, BOB, CARL)
    assert [(issue.code, issue.scope) for issue in Issue.everywhere.all()] == [
        ("engine.ACCOUNT_FIELD_MISSING", "organization")
    ]
