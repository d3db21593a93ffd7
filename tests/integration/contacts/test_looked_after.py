"""What holds for events and tasks holds for contacts: rehearsals, comparisons, questions about many deletions."""

from __future__ import annotations

import json

import pytest
from django.core.management import call_command

from connectors.records import Person, PersonKind
from issues.models import Issue
from tests.driving import codes
from tests.integration.contacts.stage import ContactStage, ann
from tests.integration.events.stage import ANNA, BEN, pending

MANY = 30
LEAD = Person(kind=PersonKind.LEAD, id="00Q000000000001AAA", email="lead@customer.example", name="Lea Lead")


def numbered(number: int) -> dict[str, str]:
    return {"last": f"Smith{number:02}", "email": f"ann{number}@customer.example"}


def in_step(stage: ContactStage) -> None:
    for number in range(MANY):
        stage.book.add(ann(**numbered(number)))
    stage.run()


def test_many_deletions_in_the_crm_are_asked_about_first(stage: ContactStage) -> None:
    in_step(stage)
    for each in stage.at_crm():
        stage.crm.contacts.delete(each.id)
    stage.run()
    assert (len(stage.book.living), Issue.everywhere.get(code="engine.MASS_CHANGE").resource) == (MANY, "contact")


def test_nothing_is_asked_any_more_once_the_mailbox_has_let_them_go(stage: ContactStage) -> None:
    in_step(stage)
    for each in stage.at_crm():
        stage.crm.contacts.delete(each.id)
    stage.run()
    stage.book.drop_group()
    stage.run(2)
    assert (codes(), pending(), len(stage.book.living)) == ([], [], MANY)


def test_many_deletions_in_the_address_book_delete_nothing(stage: ContactStage) -> None:
    in_step(stage)
    for entry in list(stage.book.entries.values()):
        stage.book.delete(entry.ref)
    stage.run()
    assert (len(stage.at_crm()), codes(), pending()) == (MANY, [], [])


def planned(
    stage: ContactStage, capsys: pytest.CaptureFixture[str]
) -> tuple[list[tuple[str, str, str, str]], dict[str, int]]:
    """(what a run of Anna's mailbox would write, what it would leave out)."""
    capsys.readouterr()
    call_command("sync", "--json", "--plan", stage.anna.address)
    told = json.loads(capsys.readouterr().out)
    said = sorted((each["side"], each["action"], each["object"], each["title"]) for each in told["writes"])
    return said, told["left_out"]


def test_a_rehearsal_says_what_a_run_would_write_and_writes_nothing(
    stage: ContactStage, capsys: pytest.CaptureFixture[str]
) -> None:
    stage.run()
    stage.book.add(ann())
    stage.book.add(ann(first="Cy", last="Private", email="cy@home.example"), outside=True)
    stage.crm.contacts.create(ann(first="Bob", last="Miller", email="bob@customer.example", job="Buyer"), ANNA)
    stage.book.add(ann(first="Bob", last="Miller", email="bob@customer.example", phone=""))
    stage.crm.contacts.create(ann(first="Dan", last="Else", email="dan@customer.example"), BEN)
    stage.book.add(ann(first="Dan", last="Else", email="dan@customer.example"))
    stage.crm.people.append(LEAD)
    stage.book.add(ann(first="Lea", last="Lead", email="lead@customer.example"))
    writes, left_out = planned(stage, capsys)
    assert writes == [("crm", "create", "contact", "Ann Smith"), ("mailbox", "update", "contact", "Bob Miller")]
    assert left_out == {"a_lead": 1, "someone_elses": 1}
    assert len(stage.at_crm()) == 2


def test_a_rehearsal_deletes_nothing_in_the_crm(stage: ContactStage, capsys: pytest.CaptureFixture[str]) -> None:
    stage.book.add(ann())
    stage.run()
    stage.book.delete(stage.there()[0])
    assert planned(stage, capsys) == ([], {})


def test_a_rehearsal_knows_again_whom_the_mailbox_had_let_go(
    stage: ContactStage, capsys: pytest.CaptureFixture[str]
) -> None:
    stage.book.add(ann())
    stage.run()
    stage.book.delete(stage.there()[0])
    stage.run()
    stage.book.add(ann(job="Head of Sales"))
    assert planned(stage, capsys) == ([("crm", "update", "contact", "Ann Smith")], {})
