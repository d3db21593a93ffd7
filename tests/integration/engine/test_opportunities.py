"""Mail and new events of a contact go to an open opportunity, by the rule of the organization."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from connectors.memory import MemoryCrm, MemoryMailbox
from connectors.models import Mailbox, Organization
from connectors.records import EmailWrite
from connectors.relations import Opportunity
from issues import services as issues
from issues.models import Issue
from tests.builders import WHEN, contact, email
from tests.driving import codes, sync

pytestmark = pytest.mark.django_db

ANN = "ann@customer.example"
ACME = "001000000000001AAA"
OLD, NEW = (
    Opportunity(id=f"00600000000000{n}AAA", name=f"Deal {n}", changed_at=WHEN + timedelta(days=n)) for n in (1, 2)
)


@pytest.fixture(autouse=True)
def ann(crm: MemoryCrm) -> str:
    """The id of the only contact, who is of the account."""
    person = contact(ANN, account_id=ACME)
    crm.people[:] = [person]
    return person.id


def receive(mailbox: Mailbox, store: MemoryMailbox, rule: str) -> None:
    Organization.everywhere.update(opportunity_rule=rule)
    store.deliver(email(ANN))
    sync(mailbox)


def abouts(crm: MemoryCrm) -> list[tuple[str, str]]:
    return [(w.account_id, w.opportunity_id) for w in crm.records.values() if isinstance(w, EmailWrite)]


@pytest.mark.parametrize(
    ("rule", "of_account", "in_role", "expected"),
    [
        ("none", [OLD], [OLD], ""),
        ("only", [OLD], [], OLD.id),
        ("only", [OLD, NEW], [], ""),
        ("changed", [OLD, NEW], [], NEW.id),
        ("role", [NEW], [OLD], OLD.id),
        ("role", [NEW], [], ""),
    ],
)
def test_the_rule_says_which_one(
    mailbox: Mailbox,
    store: MemoryMailbox,
    crm: MemoryCrm,
    ann: str,
    rule: str,
    of_account: list[Opportunity],
    in_role: list[Opportunity],
    expected: str,
) -> None:
    crm.opportunities |= {ACME: of_account, ann: in_role}
    receive(mailbox, store, rule)
    assert (codes(), abouts(crm)) == ([], [(ACME, expected)])


def test_several_are_a_question_and_its_answer_counts_while_it_is_open(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm, ann: str
) -> None:
    crm.opportunities[ann] = [OLD, NEW]
    receive(mailbox, store, "role")
    assert codes() == ["engine.AMBIGUOUS_OPPORTUNITY"]
    issues.decide(Issue.everywhere.get(), NEW.id)
    sync(mailbox)
    receive(mailbox, store, "role")
    assert (codes(), [each for _, each in abouts(crm)]) == ([], [NEW.id] * 2)
    crm.opportunities[ann] = [OLD, replace(OLD, id="006000000000003AAA")]
    receive(mailbox, store, "role")
    assert codes() == ["engine.AMBIGUOUS_OPPORTUNITY"]


def test_what_is_written_stays_when_it_is_closed(mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm) -> None:
    crm.opportunities[ACME] = [OLD]
    receive(mailbox, store, "only")
    crm.opportunities[ACME] = []
    receive(mailbox, store, "only")
    assert abouts(crm) == [(ACME, OLD.id), (ACME, "")]
