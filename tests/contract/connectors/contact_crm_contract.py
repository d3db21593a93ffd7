"""What every CRM connector promises of contacts. A subclass names its provider and gives a `stage`."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any, ClassVar

import pytest

from connectors import clock
from connectors.contacts import Contact, Place
from connectors.errors import Kind
from connectors.records import Person, PersonKind, Record, RecordWrite, Resource, Window
from tests.builders import entry
from tests.contract.connectors.contact_crm_stage import ContactCrmStage
from tests.contract.connectors.crm_contract import ids
from tests.contract.connectors.event_reading_contract import WINDOW, failed
from tests.contract.connectors.named_crm_contract import NamedCrmContract, naming
from tests.contract.connectors.record_crm_reading_contract import Reading, changes, found, told

CONTACT = Resource.CONTACT
WRITTEN = {
    "name": ("first", "last"),
    "email": ("email",),
    "phone": ("phone",),
    "mobile": ("mobile",),
    "home_phone": ("home_phone",),
    "fax": ("fax",),
    "job": ("job",),
    "department": ("department",),
    "address": ("address",),
    "other_address": ("other_address",),
    "birthday": ("birthday",),
    "text": ("text",),
}
SAID = tuple(name for names in WRITTEN.values() for name in names)
BARE = Contact(last="Meyer")
OTHER = Contact(
    first="Eve",
    last="Novak",
    email="eve@other.example",
    phone="+49 30 1",
    mobile="+49 170 1",
    home_phone="+49 30 2",
    fax="+49 30 3",
    job="Director",
    department="Legal",
    address=Place(street="1 Oak Road\nBack yard", city="Leeds", region="Yorkshire", postcode="LS1", country="UK"),
    other_address=Place(city="York"),
    birthday=date(1999, 12, 31),
    text="Other",
)
CONTACTS = {
    "whole": entry(),
    "letters of the world": replace(BARE, first="Zoë 尺", last="Größe – 👍", text="Grüße\nübermorgen"),
    "a last name alone": BARE,
    "born on a day that most years lack": replace(BARE, birthday=date(1988, 2, 29)),
    "a street of several lines": replace(BARE, address=Place(street="Hof 3\nHaus 2\n1. Stock")),
    "a city alone": replace(BARE, other_address=Place(city="Bern")),
}
each_contact = pytest.mark.parametrize("said", CONTACTS.values(), ids=list(CONTACTS))


def write(owner: Person, of: Contact | None = None, *fields: str, version: int = 1, record_id: str = "") -> RecordWrite:
    """All of it is named, unless `fields` are."""
    return naming(CONTACT, of or entry(), owner, *(fields or WRITTEN), version=version, record_id=record_id)


def content(of: object) -> dict[str, Any]:
    """What both sides can change of a contact."""
    assert isinstance(of, Contact)
    return {name: getattr(of, name) for name in SAID}


class ContactCrmContract(NamedCrmContract):
    """How a CRM's contacts are read and written. Each test gets a CRM of its own."""

    reading: ClassVar[Reading] = Reading(CONTACT)
    never: ClassVar[str] = "0030000000NEVERAAA"
    others: ClassVar[tuple[Record, ...]] = (OTHER, BARE)
    elsewhere: ClassVar[tuple[Resource, ...]] = (Resource.EVENT, Resource.TASK)

    def content(self, of: Any) -> dict[str, Any]:
        return content(of)

    def record(self, title: str = "Review", *, number: int = 1) -> Any:
        return Contact(last=title, email=f"{number}@customer.example")

    def write(self, owner: Person, of: Any = None, *, version: int = 1, record_id: str = "") -> RecordWrite:
        return write(owner, of, version=version, record_id=record_id)

    def standing(self, stage: ContactCrmStage, record_id: str) -> Contact:
        (there,) = self.reading.shown(stage, record_id)
        assert isinstance(there.record, Contact)
        return there.record

    def changed(self, stage: ContactCrmStage, of: Contact, *named: str, later: Contact) -> Contact:
        """A contact that somebody entered, after these fields of it were written as `later` has them."""
        owner = stage.user()
        made = stage.create(of, owner)
        wanted = replace(write(owner, later, record_id=made), fields=frozenset(named))
        assert ids(stage.open().push([wanted])) == [made]
        return self.standing(stage, made)

    # -- What a record is

    @each_contact
    def test_a_contact_arrives_as_it_was_entered(self, stage: ContactCrmStage, said: Contact) -> None:
        owner = stage.user()
        stage.create(said, owner)
        (change,) = changes(self.reading.pages(stage.open()))
        there = found(change.record)
        assert content(there.record) == content(said)
        assert (there.owner_id, there.key, there.record.key, there.version) == (owner.id, "", "", 0)

    @each_contact
    def test_what_is_inserted_is_there_as_it_was_meant(self, stage: ContactCrmStage, said: Contact) -> None:
        wanted = replace(write(stage.user(), said, version=7), fields=frozenset())
        (made,) = ids(stage.open().push([wanted]))
        (there,) = self.reading.shown(stage, made)
        assert content(there.record) == content(said)
        assert (there.key, there.version, there.owner_id) == (wanted.key, 7, wanted.owner_id)

    def test_its_company_is_the_name_of_its_account(self, stage: ContactCrmStage) -> None:
        made = stage.create(entry(company="Acme"), stage.user())
        assert self.standing(stage, made).company == "Acme"

    def test_an_address_is_told_in_lower_case(self, stage: ContactCrmStage) -> None:
        made = stage.create(entry(email="Ann.Meyer@Customer.Example"), stage.user())
        assert self.standing(stage, made).email == "ann.meyer@customer.example"

    @pytest.mark.parametrize(
        ("said", "name"),
        [
            (Contact(first="Ann"), ("", "Ann")),
            (Contact(company="Acme"), ("", "Acme")),
            (Contact(email="ann@customer.example"), ("", "ann@customer.example")),
            (Contact(first=" Ann  Maria ", last=" Meyer "), ("Ann Maria", "Meyer")),
        ],
        ids=["a first name alone", "a company", "an address", "spaces"],
    )
    def test_nobody_is_without_a_last_name(self, stage: ContactCrmStage, said: Contact, name: tuple[str, str]) -> None:
        (made,) = ids(stage.open().push([write(stage.user(), said)]))
        there = self.standing(stage, made)
        assert (there.first, there.last) == name

    def test_one_without_an_owner_is_made(self, stage: ContactCrmStage) -> None:
        wanted = replace(write(stage.user()), owner_id="")
        (made,) = ids(stage.open().push([wanted]))
        assert stage.living() == {made: wanted.key}

    def test_an_address_that_the_crm_knows_besides_stays_untold_of_one_that_is_made(
        self, stage: ContactCrmStage
    ) -> None:
        (made,) = ids(stage.open().push([write(stage.user(), entry(more_emails=("ann@home.example",)))]))
        assert self.standing(stage, made).more_emails == ()

    # -- What is none of ours

    def test_the_contact_of_a_person_account_is_left_out(self, stage: ContactCrmStage) -> None:
        owner = stage.user()
        before = stage.person_account(entry(), owner)
        cursor = self.reading.caught_up(stage)
        person, made = stage.person_account(entry(), owner), stage.create(entry(), owner)
        assert told(self.reading.pages(stage.open())) == {made}
        assert self.reading.since(stage, cursor).keys() & {before, person, made} == {made}

    def test_it_is_no_copy(self, stage: ContactCrmStage) -> None:
        owner = stage.user()
        wanted = write(owner)
        (made,) = ids(stage.open().push([wanted]))
        person = stage.person_account(entry(), owner)
        assert self.alike(stage, wanted.key, of=(person,)) == {made}

    def test_it_may_not_be_seen_by_us(self, stage: ContactCrmStage) -> None:
        """It is there: what was a contact before and became a person account is not thrown away in the mailbox."""
        person = stage.person_account(entry(), stage.user())
        (result,) = stage.open().current(CONTACT, [person])
        assert failed(result).kind is Kind.PERMISSION

    # -- The window

    def test_all_are_told_whatever_the_window(self, stage: ContactCrmStage) -> None:
        made = stage.create(entry(), stage.user())
        later = Window(start=clock.now() + timedelta(days=1), end=WINDOW.end + timedelta(days=31))
        assert told(self.reading.pages(stage.open(), None, later)) == {made}

    # -- Changing

    @pytest.mark.parametrize("name", WRITTEN)
    def test_a_field_that_is_named_is_written_and_no_other(self, stage: ContactCrmStage, name: str) -> None:
        there = self.changed(stage, entry(), name, later=OTHER)
        assert content(there) == content(entry()) | {each: getattr(OTHER, each) for each in WRITTEN[name]}

    @pytest.mark.parametrize("name", sorted(WRITTEN.keys() - {"name"}))
    def test_a_field_is_emptied(self, stage: ContactCrmStage, name: str) -> None:
        there = self.changed(stage, entry(), name, later=BARE)
        assert content(there) == content(entry()) | {each: getattr(BARE, each) for each in WRITTEN[name]}

    def test_a_part_of_an_address_is_emptied_with_the_address(self, stage: ContactCrmStage) -> None:
        moved = replace(entry(), address=Place(city="Bern"))
        assert self.changed(stage, entry(), "address", later=moved).address == Place(city="Bern")

    def test_the_company_is_never_written(self, stage: ContactCrmStage) -> None:
        named = ("company", *WRITTEN)
        assert (
            self.changed(stage, entry(company="Acme"), *named, later=replace(OTHER, company="Other")).company == "Acme"
        )

    def test_one_that_was_made_is_found_by_its_address(self, stage: ContactCrmStage) -> None:
        (made,) = ids(stage.open().push([write(stage.user(), entry(email="ann@customer.example"))]))
        (person,) = stage.open().find_people(["ann@customer.example"])["ann@customer.example"]
        assert (person.kind, person.id) == (PersonKind.CONTACT, made)

    # -- Accounts

    def test_a_new_contact_belongs_to_the_account(self, stage: ContactCrmStage) -> None:
        wanted = replace(write(stage.user()), account_id=stage.account_named("Acme"))
        (made,) = ids(stage.open().push([wanted]))
        assert self.standing(stage, made).company == "Acme"

    @pytest.mark.parametrize("adopted", [False, True], ids=["changed", "adopted"])
    def test_a_contact_that_is_there_stays_with_its_account(self, stage: ContactCrmStage, adopted: bool) -> None:
        wanted = replace(write(stage.user()), account_id=stage.account_named("Acme"))
        (made,) = ids(stage.open().push([wanted]))
        later = replace(wanted, version=2, account_id=stage.account_named("Other"), record_id="" if adopted else made)
        assert ids(stage.open().push([later])) == [made]
        assert self.standing(stage, made).company == "Acme"

    @pytest.mark.parametrize("asked", ["Acme & Sons", "ACME & SONS", "acme & sons"])
    def test_an_account_is_found_by_its_name(self, stage: ContactCrmStage, asked: str) -> None:
        made = stage.account_named("Acme & Sons")
        stage.account_named("Acme & Sons Ltd")
        assert stage.open().accounts([asked]) == {asked: made}

    @pytest.mark.parametrize("name", ["it's 100 %", "Größe – 尺寸 👍", "a\\b", 'The "Best"', "_"])
    def test_a_name_may_have_any_letters(self, stage: ContactCrmStage, name: str) -> None:
        made = stage.account_named(name)
        stage.account_named("x")
        assert stage.open().accounts([name]) == {name: made}

    @pytest.mark.parametrize("name", ["Nobody", "", " ", "x" * 300])
    def test_a_name_that_no_account_has_has_no_id(self, stage: ContactCrmStage, name: str) -> None:
        stage.account_named("Acme")
        assert stage.open().accounts([name]) == {name: ""}

    def test_where_several_are_called_so_none_is_meant(self, stage: ContactCrmStage) -> None:
        stage.account_named("Acme")
        stage.account_named("ACME")
        assert stage.open().accounts(["Acme"]) == {"Acme": ""}

    def test_a_person_account_is_no_company(self, stage: ContactCrmStage) -> None:
        stage.person_account(Contact(first="Ann", last="Meyer"), stage.user())
        assert stage.open().accounts(["Ann Meyer"]) == {"Ann Meyer": ""}

    def test_200_names_are_one_call(self, stage: ContactCrmStage) -> None:
        names = [f"Company {number}" for number in range(200)]
        made = [stage.account_named(name) for name in names[:3]]
        before = stage.calls()
        assert [*stage.open().accounts(names).values()] == [*made, *[""] * 197]
        assert stage.calls() - before == 1

    def test_nothing_is_asked_where_there_is_no_name(self, stage: ContactCrmStage) -> None:
        assert stage.open().accounts([]) == {}

    # -- Comparing both sides

    @pytest.mark.parametrize("address", ["ann@customer.example", "o'neil+sales@customer.example"])
    def test_a_twin_has_the_address_and_no_key(self, stage: ContactCrmStage, address: str) -> None:
        owner, colleague = stage.user(), stage.user()
        wanted, other = write(owner, entry(email=address)), write(owner, entry(email=address))
        made, _ = ids(stage.open().push([wanted, other]))
        twins = {
            stage.create(Contact(last=f"Twin {n}", email=address.upper()), o) for n, o in enumerate((owner, colleague))
        }
        stage.create(entry(email="else@customer.example"), owner)
        assert self.alike(stage, wanted.key) == {made, *twins}

    def test_what_has_no_address_has_no_twin(self, stage: ContactCrmStage) -> None:
        owner = stage.user()
        made, _ = stage.create(BARE, owner), stage.create(BARE, owner)
        assert self.alike(stage, of=(made,)) == {made}
