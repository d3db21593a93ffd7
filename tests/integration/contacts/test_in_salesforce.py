"""Contacts with a Salesforce that answers as the real one does: what it knows more, demands, lists and merges."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from connectors.contacts import Contact, Place
from connectors.facts import Verdict
from connectors.needs import Standing
from connectors.scoping import scoped
from issues import catalogue
from issues.models import Attempt, Issue
from syncapp import equipping, first_checks
from tests.builders import entry
from tests.conftest import Time
from tests.driving import codes, silent
from tests.integration.bad_input.conftest import servers, world
from tests.integration.bad_input.world import World
from tests.integration.contacts.office import Office
from tests.integration.ground.conftest import certificate, certificates

__all__ = ["certificate", "certificates", "servers", "world"]

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(world: World, time: Time) -> Iterator[Office]:
    made = Office(world=world, time=time)
    with scoped(made.organization.pk):
        yield made


# -- Both ways


def test_a_contact_of_the_address_book_is_its_owners_there(office: Office) -> None:
    office.book.add(entry())
    office.runs()
    row = office.only()
    told = [row[name] for name in ("OwnerId", "LastName", "Email", "MailingCity", "OtherCity", "Birthdate")]
    assert told == [office.user["id"], "Meyer", "ann@customer.example", "Wien", "Graz", "1980-05-17"]
    assert office.is_quiet()


def test_it_belongs_to_the_account_that_is_called_as_its_company(office: Office) -> None:
    account = office.control("create", object="Account", fields={"Name": "Acme"})["id"]
    office.book.add(entry(company="ACME"))
    office.runs()
    assert office.only()["AccountId"] == account


def test_a_contact_there_comes_into_the_address_book_with_its_company(office: Office) -> None:
    account = office.control("create", object="Account", fields={"Name": "Acme"})["id"]
    office.enters(FirstName="Ada", AccountId=account, Title="CEO", MailingStreet="Ring 1\r\nHof")
    office.runs()
    _, there = office.shared()
    assert (there.title, there.company, there.job, there.address.street) == ("Ada Meyer", "Acme", "CEO", "Ring 1\nHof")
    assert office.is_quiet()


def test_only_what_differs_is_written_there(office: Office) -> None:
    made = office.enters(Salutation="Dr.", Phone="(555) 010-0", LeadSource="Web")
    office.runs()
    ref, _ = office.shared()
    office.book.edit(ref, job="CEO")
    office.runs()
    row = office.world.salesforce.org.store.get(made) or {}
    assert [row[name] for name in ("Salutation", "Phone", "LeadSource", "Title")] == [
        "Dr.",
        "(555) 010-0",
        "Web",
        "CEO",
    ]


def test_both_sides_changed_at_once_are_merged(office: Office) -> None:
    made = office.enters(Title="CEO")
    office.runs()
    ref, _ = office.shared()
    office.book.edit(ref, phone="+43 1 2")
    office.changes(made, Department="Sales")
    office.runs(2)
    _, there = office.shared()
    assert (there.phone, there.department, office.only()["Phone"]) == ("+43 1 2", "Sales", "+43 1 2")


# -- Persons, and who was merged


def test_whom_an_account_stands_for_is_in_no_address_book(office: Office) -> None:
    office.control("person-accounts")
    fields = {"LastName": "Pia", "PersonEmail": "pia@home.example", "OwnerId": office.user["id"]}
    office.control("create", object="Account", fields=fields)
    office.enters(LastName="Meyer")
    office.runs(2)
    assert (office.titles(), codes(), silent()) == (["Meyer"], [], [])


def test_who_was_merged_leaves_the_address_book_and_who_is_left_stays(office: Office) -> None:
    kept, gone = office.enters(LastName="Meyer"), office.enters(LastName="Meier")
    office.runs()
    office.control("merge", id=kept, others=[gone])
    office.runs(2)
    assert (office.titles(), codes()) == (["Meyer"], [])


# -- What the org refuses


Deed = Callable[[Office], object]
ADDRESS = Place(city="Wien", country="Österreich")
REFUSALS: dict[str, tuple[Contact, str, str, Deed, Deed]] = {
    "a country out of no list": (
        entry(address=ADDRESS, other_address=Place()),
        "ADDRESS_NOT_LISTED",
        "country",
        lambda office: office.control("countries", named={"Austria": []}),
        lambda office: office.control("countries", named={"Austria": [], "Österreich": []}),
    ),
    "a field that is demanded": (
        entry(),
        "REQUIRED_FIELD_MISSING",
        "LeadSource",
        lambda office: office.control("require-field", object="Contact", field="LeadSource"),
        lambda office: office.control("unrequire-field", object="Contact", field="LeadSource"),
    ),
    "a duplicate rule": (
        entry(last="Ann", email=""),
        "DUPLICATES_DETECTED",
        "records",
        lambda office: office.control("duplicate-rule", object="Contact", name="D", fields=["LastName"]),
        lambda office: office.control("rule", name="D", active=False),
    ),
    "a validation rule": (
        entry(),
        "FIELD_CUSTOM_VALIDATION_EXCEPTION",
        "No fax",
        lambda office: office.control(
            "validation-rule", object="Contact", name="R", message="No fax", field="Fax", pattern="."
        ),
        lambda office: office.control("rule", name="R", active=False),
    ),
    "no right": (
        entry(),
        "NO_RIGHT_TO_WRITE",
        "Contact",
        lambda office: office.control("object-access", object="Contact", denied=["create"]),
        lambda office: office.control("object-access", object="Contact", denied=[]),
    ),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_what_is_refused_is_an_issue_with_steps_until_it_is_mended(office: Office, name: str) -> None:
    said, code, word, differs, mended = REFUSALS[name]
    differs(office)
    office.book.add(said)
    office.runs(2)
    (issue,) = Issue.everywhere.exclude(status="resolved")
    last = Attempt.everywhere.filter(issue=issue).latest("pk")
    assert (issue.code, office.ours()) == (f"salesforce.{code}", [])
    assert word in f"{last.said} {issue.evidence}"
    assert catalogue.entry(issue.code).steps
    mended(office)
    office.a_day_passes()
    assert (codes(), len(office.ours())) == ([], 1)


# -- What it needs there


def press(office: Office) -> dict[str, Standing]:
    return {need.name: need.standing for need in equipping.equip(office.organization)}


NAMES = ("Contact.Syncapp_Key__c", "Contact.Syncapp_Version__c", "Contact.Syncapp_Stale")


def test_what_contacts_need_is_looked_for_where_they_are_kept_in_step(office: Office) -> None:
    office.control("permission", name="ViewSetup", on=True)
    assert [press(office).get(name) for name in NAMES] == [Standing.THERE] * 3
    type(office.organization).everywhere.update(syncs_contacts=False, syncs_events=True)
    assert [press(office).get(name) for name in NAMES] == [None] * 3


@pytest.mark.parametrize(("on", "verdict"), [(True, Verdict.BAD), (False, Verdict.GOOD)], ids=["synced", "not synced"])
def test_the_first_checks_tell_of_writing_them_where_they_are_kept_in_step(
    office: Office, on: bool, verdict: Verdict
) -> None:
    type(office.organization).everywhere.update(syncs_contacts=on)
    office.control("object-access", object="Contact", denied=["create"])
    facts: dict[str, Any] = {fact.name: fact for fact in first_checks.look(office.organization)}
    assert facts["Contact"].verdict is verdict
