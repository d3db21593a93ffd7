"""Settings that were made one by one, chosen together."""

from __future__ import annotations

import pytest

from connectors.memory import MemoryCrm, MemoryMailbox
from connectors.models import Mailbox, Organization
from connectors.records import Attachment, CaseWrite, EmailWrite, Person, PersonKind, PersonWrite
from connectors.relations import Opportunity
from connectors.routes import Route
from syncapp.engine.headers import UNWANTED
from tests.builders import WHEN, contact, email
from tests.driving import codes, sync

pytestmark = pytest.mark.django_db
ANN, BOB = "ann@customer.example", "bob@customer.example"
ACME = "001000000000001AAA"
QUEUE = "00G000000000001AAA"
DEAL = Opportunity(id="006000000000001AAA", name="Deal", changed_at=WHEN)


@pytest.fixture(autouse=True)
def everything(organization: Organization, mailbox: Mailbox, crm: MemoryCrm) -> None:
    """Support opens cases; accounts are found by domains, strangers become leads, mail belongs to opportunities."""
    Organization.everywhere.update(finds_accounts=True, no_match="lead", opportunity_rule="only")
    Route.everywhere.create(organization=organization, pattern="support@ours.example", case_owner_id=QUEUE)
    crm.queued[QUEUE] = "Support"
    crm.people[:] = [Person(kind=PersonKind.ACCOUNT, id=ACME, email="@customer.example", name="Acme")]
    crm.opportunities[ACME] = [DEAL]


def leads(crm: MemoryCrm) -> list[str]:
    return [each.company for each in crm.records.values() if isinstance(each, PersonWrite)]


def cases(crm: MemoryCrm) -> list[CaseWrite]:
    return [each for each in crm.records.values() if isinstance(each, CaseWrite)]


def message(crm: MemoryCrm) -> EmailWrite:
    (found,) = (each for each in crm.records.values() if isinstance(each, EmailWrite))
    return found


def test_mail_of_a_stranger_to_a_route_has_its_case_and_nothing_else(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm
) -> None:
    store.deliver(email(BOB, "support@ours.example"))
    sync(mailbox)
    sent = message(crm)
    assert (codes(), leads(crm), len(cases(crm))) == ([], [], 1)
    assert (bool(sent.case_id), sent.account_id, sent.opportunity_id) == (True, "", "")


def test_other_mail_of_a_stranger_makes_a_lead_of_the_account_and_belongs_to_its_opportunity(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm
) -> None:
    store.deliver(email(BOB))
    sync(mailbox)
    sent = message(crm)
    assert (codes(), leads(crm), cases(crm)) == ([], ["Acme"], [])
    assert (len(sent.links), sent.account_id, sent.opportunity_id) == (1, ACME, DEAL.id)


def test_several_accounts_ask_nobody_where_the_mail_becomes_a_case(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm
) -> None:
    crm.people.append(Person(kind=PersonKind.ACCOUNT, id="001000000000002AAA", email="@customer.example", name="Twin"))
    store.deliver(email(BOB, "support@ours.example"))
    sync(mailbox)
    assert (codes(), len(cases(crm))) == ([], 1)


def test_of_headers_alone_a_route_makes_a_case_for_its_contact(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm
) -> None:
    Organization.everywhere.update(headers_only=True, brings_files=True)
    ann = contact(ANN, account_id=ACME)
    crm.people.append(ann)
    file = Attachment(name="secret.pdf", content_type="application/pdf", size=5)
    store.deliver(email(ANN, "support@ours.example", text="the price", attachments=(file,)), b"bytes")
    sync(mailbox)
    (case,), sent = cases(crm), message(crm)
    assert (case.text, case.contact_id, case.owner_id) == (UNWANTED, ann.id, QUEUE)
    assert (sent.email.text, sent.email.attachments, sent.files, crm.files) == (UNWANTED, (), (), {})


def test_files_come_with_a_message_of_a_case(mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm) -> None:
    Organization.everywhere.update(brings_files=True)
    file = Attachment(name="offer.pdf", content_type="application/pdf", size=5)
    store.deliver(email(BOB, "support@ours.example", attachments=(file,)), b"bytes")
    sync(mailbox)
    sent = message(crm)
    assert (bool(sent.case_id), list(sent.files)) == (True, list(crm.files))
    assert len(sent.files) == 1


def test_in_weaker_mode_only_what_becomes_a_case_waits(mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm) -> None:
    crm.has_our_fields = False
    Organization.everywhere.update(weaker_mode=True)
    store.deliver(email(BOB, "support@ours.example"))
    store.deliver(email(BOB, subject="Other"))
    sync(mailbox)
    assert (codes(), message(crm).email.subject, leads(crm)) == (["engine.CASES_NOT_READY"], "Other", ["Acme"])
