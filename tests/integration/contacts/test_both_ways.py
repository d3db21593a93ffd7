"""Contacts go both ways, field by field, each once."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from connectors import clock
from connectors.contacts import Contact
from connectors.errors import Failure, Kind
from connectors.memory import failure
from connectors.models import Mailbox
from connectors.policies import ConflictRule
from connectors.records import RecordWrite, Write
from syncapp.engine.reconciling import compare
from syncapp.models import Item
from tests.conftest import Time
from tests.driving import codes
from tests.integration.contacts.stage import HOME, WORK, ContactStage, ann, items, staged
from tests.integration.events.stage import ANNA, BEN

EDITS: list[dict[str, Any]] = [
    {"first": "Anne", "last": "Smith-Jones"},
    {"email": "anne@customer.example"},
    {"phone": "+1 555 0199"},
    {"phone": ""},
    {"mobile": "+1 555 0111"},
    {"home_phone": "+1 555 0122"},
    {"fax": "+1 555 0133"},
    {"job": "Head of Sales"},
    {"department": "Sales"},
    {"address": WORK},
    {"other_address": HOME},
    {"birthday": date(1980, 2, 29)},
    {"text": "Met at the fair."},
]


def refuse_addresses(write: Write) -> Failure | None:
    contact = write.record if isinstance(write, RecordWrite) else None
    if isinstance(contact, Contact) and "@" not in contact.email:
        return failure("salesforce.INVALID_EMAIL_ADDRESS", Kind.INVALID, "invalid email address")
    return None


def test_a_shared_contact_comes_into_the_crm_as_its_owners(stage: ContactStage) -> None:
    stage.book.add(ann(address=WORK))
    stage.run()
    assert (stage.only().owner_id, stage.only().key, stage.are_equal()) == (ANNA, items()[0].key, True)


def test_a_contact_of_the_crm_comes_into_its_owners_address_book(stage: ContactStage) -> None:
    stage.crm.contacts.create(ann(), BEN)
    stage.run()
    assert [each.title for each in stage.other_book.shared.values()] == ["Ann Smith"]
    assert (stage.book.shared, stage.is_quiet()) == ({}, True)


def test_one_whose_owner_has_no_mailbox_here_is_nobodys(stage: ContactStage) -> None:
    stage.crm.contacts.create(ann(), "005000000000009")
    stage.run()
    assert (items(), stage.book.shared) == ([], {})


def test_of_what_is_not_shared_nothing_is_kept(stage: ContactStage) -> None:
    stage.book.add(ann(), outside=True)
    stage.run()
    assert (items(), stage.at_crm()) == ([], [])


def test_what_comes_to_be_shared_comes_into_the_crm(stage: ContactStage) -> None:
    ref = stage.book.add(ann(), outside=True)
    stage.run()
    stage.book.share(ref)
    stage.run()
    assert stage.only().said.email == "ann@customer.example"
    assert stage.are_equal()


@pytest.mark.parametrize("edit", EDITS, ids=str)
def test_what_is_changed_in_the_address_book_is_changed_in_the_crm(stage: ContactStage, edit: dict[str, Any]) -> None:
    ref = stage.book.add(ann())
    stage.run()
    stage.book.edit(ref, **edit)
    stage.run()
    assert all(getattr(stage.only().said, name) == value for name, value in edit.items())
    assert stage.are_equal()


@pytest.mark.parametrize("edit", EDITS, ids=str)
def test_what_is_changed_in_the_crm_is_changed_in_the_address_book(stage: ContactStage, edit: dict[str, Any]) -> None:
    stage.book.add(ann())
    stage.run()
    stage.crm.contacts.edit(stage.only().id, **edit)
    stage.run()
    assert all(getattr(stage.there()[1], name) == value for name, value in edit.items())
    assert stage.are_equal()


def test_of_two_fields_changed_at_once_each_goes_over(stage: ContactStage) -> None:
    ref = stage.book.add(ann())
    stage.run()
    stage.book.edit(ref, mobile="+1 555 0111")
    stage.crm.contacts.edit(stage.only().id, job="Head of Sales")
    stage.run(2)
    said = stage.there()[1]
    assert (said.mobile, said.job, stage.are_equal()) == ("+1 555 0111", "Head of Sales", True)


@pytest.mark.parametrize(("rule", "kept"), [(ConflictRule.CRM, "theirs"), (ConflictRule.MAILBOX, "mine")])
def test_of_one_field_changed_on_both_sides_the_rule_says_which_counts(
    db: None, time: Time, rule: str, kept: str
) -> None:
    stage = staged(time, event_conflicts=rule)
    ref = stage.book.add(ann())
    stage.run()
    stage.book.edit(ref, job="mine")
    stage.crm.contacts.edit(stage.only().id, job="theirs")
    stage.run(2)
    assert (stage.only().said.job, stage.are_equal()) == (kept, True)


def test_a_contact_with_three_addresses_keeps_them_whoever_edits_it(stage: ContactStage) -> None:
    """The CRM knows the first one."""
    ref = stage.book.add(ann(more_emails=("ann@home.example", "a.smith@old.example")))
    stage.run()
    stage.crm.contacts.edit(stage.only().id, email="ann@new.example")
    stage.run()
    stage.book.edit(ref, job="Head of Sales")
    stage.run()
    assert stage.there()[1].emails == ("ann@new.example", "ann@home.example", "a.smith@old.example")
    assert (stage.only().said.email, stage.are_equal()) == ("ann@new.example", True)


def test_the_same_number_written_otherwise_is_no_change(stage: ContactStage) -> None:
    ref = stage.book.add(ann())
    stage.run()
    stage.book.edit(ref, phone="+1-555-0100")
    stage.run()
    assert stage.is_quiet()
    assert stage.only().said.phone == "+1 555 0100"


@pytest.mark.parametrize(
    ("said", "last"),
    [
        ({"last": ""}, "Ann"),
        ({"first": "", "last": "", "company": "Acme"}, "Acme"),
        ({"first": "", "last": ""}, "ann@customer.example"),
    ],
    ids=["first name only", "company only", "address only"],
)
def test_who_has_no_last_name_gets_one_in_the_crm_and_stays_in_step(
    stage: ContactStage, said: dict[str, str], last: str
) -> None:
    stage.book.add(ann(**said))
    stage.run()
    assert (stage.only().said.last, stage.is_quiet()) == (last, True)


def test_who_is_nobody_is_left_out_until_there_is_a_name(stage: ContactStage) -> None:
    ref = stage.book.add(ann(first="", last="", email=""))
    stage.run()
    assert stage.at_crm() == []
    stage.book.edit(ref, last="Smith")
    stage.run()
    assert stage.are_equal()


# -- Companies


def test_a_new_contact_is_made_with_the_account_that_has_the_name_of_its_company(stage: ContactStage) -> None:
    stage.crm.contacts.accounts["001000000000001"] = "Acme Inc."
    stage.book.add(ann(company="acme inc."))
    stage.run(2)
    assert (stage.only().account_id, stage.there()[1].company) == ("001000000000001", "Acme Inc.")
    assert stage.are_equal()


def test_a_contact_of_the_crm_brings_its_company(stage: ContactStage) -> None:
    stage.crm.contacts.create(ann(company="Acme Inc."), ANNA)
    stage.run()
    assert (stage.there()[1].company, stage.is_quiet()) == ("Acme Inc.", True)


def test_an_account_that_comes_later_is_the_company(stage: ContactStage) -> None:
    stage.book.add(ann(company="Acme"))
    stage.run()
    stage.crm.contacts.edit(stage.only().id, company="Acme Inc.")
    stage.run()
    assert (stage.there()[1].company, stage.is_quiet()) == ("Acme Inc.", True)


def test_a_company_that_is_no_account_stays_in_the_address_book(stage: ContactStage) -> None:
    stage.book.add(ann(company="Nowhere Ltd"))
    stage.run(2)
    assert (stage.there()[1].company, stage.only().said.company) == ("Nowhere Ltd", "")


def test_a_company_that_is_changed_in_the_address_book_changes_no_account(stage: ContactStage) -> None:
    ref = stage.book.add(ann())
    stage.run()
    stage.book.edit(ref, company="Other Ltd")
    stage.run()
    assert (stage.is_quiet(), stage.there()[1].company, stage.only().said.company) == (True, "Other Ltd", "")


def test_nor_does_it_come_back_with_what_else_is_changed_there(stage: ContactStage) -> None:
    stage.crm.contacts.accounts["001000000000001"] = "Acme"
    ref = stage.book.add(ann(company="Acme"))
    stage.run()
    stage.book.edit(ref, company="Other Ltd", job="Head of Sales")
    stage.run(2)
    assert (stage.there()[1].company, stage.only().said.company) == ("Other Ltd", "Acme")
    stage.crm.contacts.edit(stage.only().id, company="Acme Inc.")
    stage.run()
    assert (stage.there()[1].company, stage.only().said.job, stage.are_equal()) == ("Acme Inc.", "Head of Sales", True)


# -- What else there is


def test_what_the_crm_deletes_is_deleted_in_the_address_book(stage: ContactStage) -> None:
    stage.book.add(ann())
    stage.run()
    stage.crm.contacts.delete(stage.only().id)
    stage.run()
    assert (stage.book.living, stage.is_quiet()) == ({}, True)


def test_a_lost_cursor_makes_nothing_twice_and_deletes_nothing(stage: ContactStage) -> None:
    stage.book.add(ann())
    stage.crm.contacts.create(ann(last="Miller", email="m@customer.example"), ANNA)
    stage.run(2)
    stage.book.cursors.forget()
    stage.crm.contacts.forget_cursors()
    stage.run(2)
    assert (len(stage.at_crm()), stage.are_equal()) == (2, True)


def test_switched_off_nothing_is_read_or_written(stage: ContactStage) -> None:
    stage.settle_on(syncs_contacts=False)
    stage.book.add(ann())
    stage.run()
    assert (items(), stage.at_crm()) == ([], [])


def test_the_comparison_finds_what_was_altered_behind_our_back(stage: ContactStage) -> None:
    ref = stage.book.add(ann())
    stage.run()
    stage.book.edit(ref, job="Head of Sales")
    found = compare(stage.organization, 0)
    assert [(each.finding.side, each.finding.fields) for each in found.differences] == [("mailbox", ("job",))]


def test_nothing_is_found_where_all_is_in_step(stage: ContactStage) -> None:
    stage.book.add(ann(company="Nowhere Ltd"))
    stage.run()
    assert compare(stage.organization, 0).differences == []


def test_what_the_crm_refuses_is_an_issue_that_closes_by_itself(stage: ContactStage) -> None:
    ref = stage.book.add(ann(email="not an address"))
    stage.crm.rules.append(refuse_addresses)
    stage.run()
    assert codes() == ["salesforce.INVALID_EMAIL_ADDRESS"]
    stage.book.edit(ref, email="ann@customer.example")
    stage.run()
    assert (codes(), stage.are_equal()) == ([], True)


def test_people_who_share_an_address_are_several(stage: ContactStage) -> None:
    stage.book.add(ann())
    stage.book.add(ann(first="Bob", last="Miller"))
    stage.run()
    assert (len(stage.at_crm()), stage.are_equal()) == (2, True)


def test_every_item_is_in_step_or_says_why_not(stage: ContactStage) -> None:
    stage.book.add(ann())
    stage.book.add(ann())
    stage.run()
    assert [(item.synced_at is not None) or hasattr(item, "filtered") for item in items()] == [True, True]


def test_mailboxes_are_apart(stage: ContactStage) -> None:
    """Ben has the same person, and shares her: the CRM has her as Anna's by then."""
    stage.book.add(ann())
    stage.run()
    stage.other_book.add(ann())
    stage.run()
    assert (len(stage.at_crm()), len(Item.everywhere.all()), Mailbox.everywhere.count()) == (1, 2, 2)


def test_a_day_later_nothing_is_written(stage: ContactStage) -> None:
    stage.book.add(ann())
    stage.run()
    stage.time.move(hours=24)
    assert clock.now() - items()[0].created_at > timedelta(hours=23)
    assert stage.is_quiet()
