"""Whose an address is that several have: a person says so once, and every item goes by it while it holds."""

from __future__ import annotations

import pytest

from connectors.memory import MemoryCrm, MemoryMailbox
from connectors.models import Mailbox
from connectors.records import EmailWrite
from issues import services as issues
from issues.models import Decision, Issue, Pick
from tests.builders import contact, email
from tests.driving import codes, sync

pytestmark = pytest.mark.django_db

ANN = "ann@customer.example"
FIRST, TWIN = "003000000000001AAA", "003000000000002AAA"


@pytest.fixture(autouse=True)
def twins(crm: MemoryCrm) -> None:
    crm.people.append(contact(id=TWIN))


def receive(mailbox: Mailbox, store: MemoryMailbox, *names: str) -> list[Issue]:
    for name in names:
        store.deliver(email(message_id=name))
    sync(mailbox)
    return list(Issue.everywhere.order_by("pk"))


def whose(crm: MemoryCrm) -> list[str]:
    written = [each for each in crm.records.values() if isinstance(each, EmailWrite)]
    return [link.person_id for each in written for link in each.links if link.address == ANN]


@pytest.mark.parametrize("pick", [FIRST, TWIN])
def test_the_item_goes_to_whom_somebody_picked(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm, pick: str
) -> None:
    (issue,) = receive(mailbox, store, "a@x")
    issues.decide(issue, pick)
    sync(mailbox)
    assert (codes(), whose(crm)) == ([], [pick])


def test_later_items_go_there_without_a_question(mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm) -> None:
    (issue,) = receive(mailbox, store, "a@x")
    issues.decide(issue, TWIN)
    receive(mailbox, store, "b@x")
    assert (codes(), whose(crm)) == ([], [TWIN, TWIN])


def test_others_that_wait_for_the_same_answer_are_tried_again(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm
) -> None:
    first, _ = receive(mailbox, store, "a@x", "b@x")
    issues.decide(first, TWIN)
    sync(mailbox)
    assert (codes(), whose(crm)) == ([], [TWIN, TWIN])


def test_those_that_wait_for_another_answer_are_left(mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm) -> None:
    other = "zoe@customer.example"
    crm.people += [contact(other, id=f"00300000000000{n}AAA") for n in (3, 4)]
    store.deliver(email(other, message_id="z@x"))
    receive(mailbox, store, "a@x")
    issues.decide(Issue.everywhere.get(fields=[ANN]), TWIN)
    assert Issue.everywhere.get(fields=[other]).status == "open"


def test_with_whom_was_picked_gone_it_is_asked_again_among_the_others(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm
) -> None:
    crm.people.append(contact(id="003000000000003AAA"))
    (issue,) = receive(mailbox, store, "a@x")
    issues.decide(issue, TWIN)
    crm.people[:] = [person for person in crm.people if person.id != TWIN]
    sync(mailbox)
    issue.refresh_from_db()
    offered = [each["id"] for each in issue.evidence["candidates"]]
    assert (codes(), offered) == (["engine.AMBIGUOUS_MATCH"], [FIRST, "003000000000003AAA"])
    assert not Decision.everywhere.exists()


def test_another_answer_takes_the_place_of_the_first(mailbox: Mailbox, store: MemoryMailbox) -> None:
    (issue,) = receive(mailbox, store, "a@x")
    for pick in (FIRST, TWIN):
        issues.decide(issue, pick)
    assert [(row.address, row.person_id) for row in Pick.everywhere.all()] == [(ANN, TWIN)]


def test_what_was_not_offered_is_not_kept(mailbox: Mailbox, store: MemoryMailbox) -> None:
    (issue,) = receive(mailbox, store, "a@x")
    with pytest.raises(ValueError, match="not among those"):
        issues.decide(issue, "003000000000009AAA")
    assert not Pick.everywhere.exists()


def test_with_a_pick_taken_away_the_next_item_asks(mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm) -> None:
    (issue,) = receive(mailbox, store, "a@x")
    issues.decide(issue, TWIN)
    sync(mailbox)
    Pick.everywhere.all().delete()
    receive(mailbox, store, "b@x")
    assert codes() == ["engine.AMBIGUOUS_MATCH"]
