"""What is written of a contact, what a row of one says, and how both agree."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.contacts import Contact, Place
from connectors.records import RecordWrite, Resource
from connectors.salesforce.contact_mapping import FIELDS, SAID, WRITTEN, crm_contact, kept, known_contact, new_contact
from connectors.salesforce.mapping import LONGEST_DESCRIPTION, units
from syncapp.engine import content
from tests.builders import entry

OURS = {"attributes", "Syncapp_Key__c", "Syncapp_Version__c"}
ROW: dict[str, Any] = {
    **dict.fromkeys(SAID),
    "Id": "003ak0000000001AAA",
    "FirstName": "Ann",
    "LastName": "Meyer",
    "Email": "Ann@Customer.example",
    "Account": {"attributes": {"type": "Account"}, "Name": "Acme"},
    "OwnerId": "005ak0000000001AAA",
    "IsDeleted": False,
    "LastModifiedDate": "2026-11-20T08:00:00.000+0000",
    "SystemModstamp": "2026-11-20T08:00:01.000+0000",
    "Syncapp_Key__c": "k1",
    "Syncapp_Version__c": 7.0,
}


def write(of: Contact, *named: str, **more: Any) -> RecordWrite:
    return RecordWrite(resource=Resource.CONTACT, key="k1", version=7, record=of, fields=frozenset(named), **more)


def new(of: Contact, **more: Any) -> dict[str, Any]:
    return new_contact(write(of, **more), of)


def read(**of: Any) -> Contact:
    record = crm_contact(ROW | of).record
    assert isinstance(record, Contact)
    return record


# -- Writing


def test_a_new_contact_is_written_whole_with_our_key_and_version() -> None:
    assert new(entry()) == {
        "attributes": {"type": "Contact"},
        "Syncapp_Key__c": "k1",
        "Syncapp_Version__c": 7,
        "FirstName": "Ann",
        "LastName": "Meyer",
        "Email": "ann@customer.example",
        "Phone": "+43 1 234",
        "MobilePhone": "+43 660 234",
        "HomePhone": "+43 1 567",
        "Fax": "+43 1 235",
        "Title": "Head of buying",
        "Department": "Buying",
        "MailingStreet": "Ring 1",
        "MailingCity": "Wien",
        "MailingState": "Wien",
        "MailingPostalCode": "1010",
        "MailingCountry": "Austria",
        "OtherStreet": "Gasse 2",
        "OtherCity": "Graz",
        "OtherState": "Steiermark",
        "OtherPostalCode": "8010",
        "OtherCountry": "Austria",
        "Birthdate": "1980-05-17",
        "Description": "Met at the fair.",
    }


def test_what_is_empty_is_emptied_there() -> None:
    made = new(Contact(last="Meyer"))
    assert {made[name] for name in SAID if name != "LastName"} == {None}


def test_a_new_contact_may_have_an_owner_and_an_account() -> None:
    made = new(entry(), owner_id="005", account_id="001")
    assert (made["OwnerId"], made["AccountId"]) == ("005", "001")


def test_one_that_is_there_keeps_its_owner_and_its_account() -> None:
    made = known_contact(write(entry(), *WRITTEN, record_id="003", owner_id="005", account_id="001"), entry())
    assert made.keys() == {*SAID, *OURS, "Id"}


@pytest.mark.parametrize(
    ("named", "written"),
    [
        ((), set()),
        (("name",), {"FirstName", "LastName"}),
        (("job", "birthday"), {"Title", "Birthdate"}),
        (("other_address",), {name for name in SAID if name.startswith("Other")}),
        (("company", "more_emails", "time"), set()),
    ],
)
def test_of_a_known_contact_only_what_is_named_is_written(named: tuple[str, ...], written: set[str]) -> None:
    made = known_contact(write(entry(), *named, record_id="003"), entry())
    assert made.keys() - OURS == {*written, "Id"}


def test_every_field_that_goes_to_the_crm_is_written() -> None:
    """The engine names fields; one that nobody writes would differ for ever."""
    assert set(WRITTEN) == content.values(entry()).keys() & content.TO_CRM


# -- Reading


def test_a_row_says_whose_it_is_and_which() -> None:
    there = crm_contact(ROW)
    assert (there.ref.id, there.ref.version) == (ROW["Id"], ROW["SystemModstamp"])
    assert (there.owner_id, there.key, there.version) == (ROW["OwnerId"], "k1", 7)


def test_a_row_is_a_contact() -> None:
    expected = Contact(
        first="Ann",
        last="Meyer",
        email="ann@customer.example",
        company="Acme",
        key="k1",
        changed_at=datetime(2026, 11, 20, 8, tzinfo=UTC),
    )
    assert crm_contact(ROW).record == expected


@pytest.mark.parametrize("account", [None, {"Name": None}])
def test_without_an_account_that_we_see_there_is_no_company(account: object) -> None:
    assert read(Account=account).company == ""


def test_streets_and_descriptions_have_plain_line_ends() -> None:
    there = read(MailingStreet="Hof 3\r\nHaus 2", Description="one\r\ntwo")
    assert (there.address.street, there.text) == ("Hof 3\nHaus 2", "one\ntwo")


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({}, ()),
        ({"A__c": "Ann@Home.example", "B__c": "b@x.example"}, ("ann@home.example", "b@x.example")),
        ({"A__c": "ANN@customer.example", "B__c": None}, ()),
        ({"A__c": "b@x.example", "B__c": "B@x.example"}, ("b@x.example",)),
    ],
)
def test_further_addresses_are_told_once(row: dict[str, Any], expected: tuple[str, ...]) -> None:
    there = crm_contact(ROW | row, more=("A__c", "B__c")).record
    assert isinstance(there, Contact)
    assert there.more_emails == expected


def test_a_row_has_what_is_read_of_it() -> None:
    assert ROW.keys() | {"Account.Name"} == {*FIELDS, "Account"}


# -- Both


def as_row(written: dict[str, Any]) -> dict[str, Any]:
    """As Salesforce stores it: short texts without spaces around them."""
    long = {"Description", "MailingStreet", "OtherStreet"}
    return {k: v.strip() or None if isinstance(v, str) and k not in long else v for k, v in written.items()}


_places = st.builds(Place, **dict.fromkeys((f.name for f in fields(Place)), st.text(max_size=8)))
_contacts = st.builds(
    Contact,
    first=st.text(max_size=8),
    last=st.text(max_size=8),
    email=st.emails(),
    phone=st.text(max_size=8),
    job=st.text(max_size=8),
    company=st.text(max_size=8),
    address=_places,
    other_address=_places,
    birthday=st.none() | st.dates(),
    text=st.text(max_size=20),
)


@given(_contacts)
def test_what_is_written_reads_back_as_it_is_kept(contact: Contact) -> None:
    there = read(**as_row({k: v for k, v in new(contact).items() if k in SAID}))
    said, expected = content.values(there), content.values(kept(contact))
    assert said | {"company": ""} == expected | {"company": ""}


@given(_contacts)
def test_keeping_what_is_kept_changes_nothing(contact: Contact) -> None:
    assert kept(kept(contact)) == kept(contact)


def test_what_is_not_written_is_kept_as_it_is() -> None:
    said = entry(company=" Acme ", more_emails=("b@x.example",), key="k")
    there = kept(said)
    assert (there.company, there.more_emails, there.key) == (said.company, said.more_emails, said.key)


def test_a_description_that_is_too_long_says_where_the_whole_of_it_is() -> None:
    there = kept(entry(text="👍" * 40_000))
    assert units(there.text) <= LONGEST_DESCRIPTION
    assert there.text.endswith("The whole of it is in the address book.]")


def test_the_day_of_birth_is_a_day() -> None:
    assert read(Birthdate="1988-02-29").birthday == date(1988, 2, 29)
