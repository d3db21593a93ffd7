"""Contacts at Salesforce: the contract, and what is peculiar to them there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, ClassVar

import pytest

from connectors import registry
from connectors.contacts import Contact, Place
from connectors.errors import Failure, Kind
from connectors.records import RecordWrite
from connectors.salesforce import address_fields
from connectors.simulators.authority import Certificate
from tests.builders import entry
from tests.contract.connectors.contact_crm_contract import CONTACT, ContactCrmContract, content, write
from tests.contract.connectors.crm_contract import ids, refused
from tests.contract.connectors.event_reading_contract import failed
from tests.contract.connectors.record_crm_reading_contract import Reading, found, told
from tests.contract.connectors.salesforce_contact_stage import SalesforceContactStage, staged
from tests.contract.connectors.salesforce_record_contract import SalesforceRecordContract
from tests.contract.connectors.salesforce_record_stage import counted, door, pushed, row
from tests.contract.connectors.stage import CountingServer

READING = Reading(CONTACT)
HOME = "Home_Email__c"
COUNTRIES = {"Austria": [], "United States": ["Texas", "Ohio"]}


@pytest.fixture
def stage(salesforce_server: CountingServer, contract_certificate: Certificate) -> Iterator[SalesforceContactStage]:
    with staged(salesforce_server, contract_certificate) as made:
        yield made


class TestSalesforceContacts(ContactCrmContract, SalesforceRecordContract):
    provider: ClassVar[str] = "salesforce"


def standing(stage: SalesforceContactStage, record_id: str) -> Contact:
    (there,) = READING.shown(stage, record_id)
    assert isinstance(there.record, Contact)
    return there.record


def refusal(stage: SalesforceContactStage, of: Contact | None = None, **more: Any) -> Failure:
    """Why a new contact is not taken."""
    (result,) = stage.open().push([replace(write(stage.user(), of), **more)])
    return failed(result)


def spent(stage: SalesforceContactStage, ask: Any) -> int:
    before = stage.calls()
    ask()
    return stage.calls() - before


# -- How few calls


@pytest.mark.parametrize(("number", "calls"), [(1, 1), (200, 1), (201, 2), (600, 3)])
def test_new_contacts_are_one_call_for_200(stage: SalesforceContactStage, number: int, calls: int) -> None:
    owner = stage.user()
    assert counted(stage, *(write(owner) for _ in range(number))) == calls


def test_200_changes_are_one_call(stage: SalesforceContactStage) -> None:
    owner = stage.user()
    writes = [write(owner) for _ in range(200)]
    made = pushed(stage, *writes)
    later = [
        replace(w, record=entry(job="CEO"), record_id=id_, fields=frozenset({"job"}))
        for w, id_ in zip(writes, made, strict=True)
    ]
    assert counted(stage, *later) == 1
    assert {standing(stage, id_).job for id_ in made[::50]} == {"CEO"}


def test_copies_of_200_contacts_are_two_calls(stage: SalesforceContactStage) -> None:
    owner = stage.user()
    writes = [write(owner, entry(email=f"{n}@customer.example")) for n in range(200)]
    pushed(stage, *writes)
    READING.caught_up(stage)
    connector = stage.open()
    assert spent(stage, lambda: connector.find(CONTACT, [each.key for each in writes], [])) == 2


class TestWhatAnOrgHas:
    """Person accounts and further fields of addresses are found out beside the first question."""

    @pytest.mark.parametrize("ask", ["changes", "current", "accounts"])
    def test_an_org_that_has_nothing_more_pays_nothing(self, stage: SalesforceContactStage, ask: str) -> None:
        made = stage.create(entry(), stage.user())
        questions = {
            "changes": lambda: READING.pages(stage.open()),
            "current": lambda: READING.shown(stage, made),
            "accounts": lambda: stage.open().accounts(["Acme"]),
        }
        assert [spent(stage, questions[ask]) for _ in range(2)] == [1, 1]

    @pytest.mark.parametrize("ask", ["changes", "current", "accounts"])
    def test_one_that_has_person_accounts_pays_once(self, stage: SalesforceContactStage, ask: str) -> None:
        stage.person_account(entry(), stage.user())
        made = stage.create(entry(), stage.user())
        questions = {
            "changes": lambda: READING.pages(stage.open()),
            "current": lambda: READING.shown(stage, made),
            "accounts": lambda: stage.open().accounts(["Acme"]),
        }
        assert [spent(stage, questions[ask]) for _ in range(2)] == [2, 1]

    def test_who_looks_for_copies_asks_once(self, stage: SalesforceContactStage) -> None:
        assert [spent(stage, lambda: stage.open().find(CONTACT, ["a key"], [])) for _ in range(2)] == [2, 1]

    def test_who_looked_for_people_has_asked_already(self, stage: SalesforceContactStage) -> None:
        stage.open().find_people(["ann@customer.example"])
        stage.person_account(entry(), stage.user())
        assert spent(stage, lambda: READING.pages(stage.open())) == 1

    def test_that_an_org_got_person_accounts_is_seen_after_an_hour(self, stage: SalesforceContactStage) -> None:
        READING.caught_up(stage)
        person = stage.person_account(entry(), stage.user())
        address_fields.forget()  # as after an hour
        assert person not in told(READING.pages(stage.open()))


class TestFurtherAddresses:
    @pytest.fixture(autouse=True)
    def home(self, stage: SalesforceContactStage) -> None:
        """The org keeps a second address of its contacts."""
        door(stage, "add-field", object="Contact", name=HOME, type="email")

    def entered(self, stage: SalesforceContactStage, second: str, **of: Any) -> str:
        return stage.enter(entry(**of), stage.user(), **{HOME: second})

    @pytest.mark.parametrize(
        ("second", "expected"),
        [("Ann@Home.example", ("ann@home.example",)), ("ANN@customer.example", ()), ("", ())],
        ids=["another", "the same", "none"],
    )
    def test_they_are_told(self, stage: SalesforceContactStage, second: str, expected: tuple[str, ...]) -> None:
        made = self.entered(stage, second, email="ann@customer.example")
        assert standing(stage, made).more_emails == expected

    def test_they_are_told_of_what_changed(self, stage: SalesforceContactStage) -> None:
        cursor = READING.caught_up(stage)
        made = self.entered(stage, "ann@home.example")
        there = found(READING.since(stage, cursor)[made])
        assert isinstance(there.record, Contact)
        assert there.record.more_emails == ("ann@home.example",)

    def test_they_are_not_written(self, stage: SalesforceContactStage) -> None:
        made = self.entered(stage, "ann@home.example")
        pushed(stage, write(stage.user(), entry(more_emails=("x@y.example",), email="z@y.example"), record_id=made))
        assert standing(stage, made).emails == ("z@y.example", "ann@home.example")

    def test_a_field_that_is_taken_away_is_asked_for_no_more(self, stage: SalesforceContactStage) -> None:
        made = self.entered(stage, "ann@home.example")
        cursor = READING.caught_up(stage)
        door(stage, "remove-field", object="Contact", field=HOME)
        assert standing(stage, made).more_emails == ()
        assert READING.since(stage, cursor).keys() == {made}


# -- What stays


STAYS = {"Salutation": "Dr.", "LeadSource": "Web", "HasOptedOutOfEmail": True}


def test_what_is_no_field_of_ours_stays(stage: SalesforceContactStage) -> None:
    made = stage.enter(entry(), stage.user(), **STAYS)
    pushed(stage, write(stage.user(), entry(job="CEO"), record_id=made))
    assert {name: row(stage, made)[name] for name in STAYS} == STAYS


def test_the_owner_of_a_new_one_without_any_is_who_we_work_as(stage: SalesforceContactStage) -> None:
    (made,) = pushed(stage, replace(write(stage.user()), owner_id=""))
    assert row(stage, made)["OwnerId"] == stage.simulator.org.integration_user


@pytest.mark.parametrize(
    "said",
    [
        entry(),
        entry("  Ann  Maria ", " Meyer "),
        Contact(email="Ann@Customer.example"),
        entry(text="x" * 40_000),
        entry(text="one\r\ntwo"),
        entry(phone=" +43 1 ", job=" Head ", department=" Buying "),
        entry(address=Place(street=" Ring 1\r\nHof ", city=" Wien ", country=" Austria ")),
    ],
    ids=["whole", "spaces", "nameless", "long", "lines", "texts", "address"],
)
def test_it_reads_back_as_we_say_that_it_is_kept(stage: SalesforceContactStage, said: Contact) -> None:
    (made,) = pushed(stage, write(stage.user(), said))
    kept = registry.crm_keeps("salesforce", said)
    assert content(standing(stage, made)) == content(kept)


def test_a_description_that_is_shortened_says_where_the_whole_of_it_is(stage: SalesforceContactStage) -> None:
    (made,) = pushed(stage, write(stage.user(), entry(text="x" * 40_000)))
    assert standing(stage, made).text.endswith("has 40,000 characters. The whole of it is in the address book.]")


def test_the_company_is_kept_as_it_is(stage: SalesforceContactStage) -> None:
    assert registry.crm_keeps("salesforce", entry(company=" Acme ")) == entry(company=" Acme ")


# -- What the org refuses


@pytest.mark.parametrize(
    ("said", "code", "field"),
    [
        (entry("x" * 41), "STRING_TOO_LONG", "FirstName"),
        (entry(phone="1" * 41), "STRING_TOO_LONG", "Phone"),
        (entry(other_address=Place(street="x" * 256)), "STRING_TOO_LONG", "OtherStreet"),
        (entry(email="info@@customer.example"), "INVALID_EMAIL_ADDRESS", "Email"),
    ],
    ids=["name", "number", "street", "address"],
)
def test_what_does_not_fit_is_refused(stage: SalesforceContactStage, said: Contact, code: str, field: str) -> None:
    failure = refusal(stage, said)
    assert (failure.code, failure.kind, failure.fields) == (f"salesforce.{code}", Kind.INVALID, (field,))


@pytest.mark.parametrize(
    ("place", "field"),
    [
        (Place(country="Österreich"), "MailingCountry"),
        (Place(country="Austria", region="Wien"), "MailingState"),
        (Place(region="Texas"), "MailingState"),
    ],
    ids=["country", "state", "state alone"],
)
def test_an_address_that_is_not_in_the_orgs_lists_is_told_as_that(
    stage: SalesforceContactStage, place: Place, field: str
) -> None:
    door(stage, "countries", named=COUNTRIES)
    failure = refusal(stage, entry(address=place, other_address=Place()))
    assert (failure.code, failure.kind, failure.fields) == ("salesforce.ADDRESS_NOT_LISTED", Kind.INVALID, (field,))


def test_an_address_out_of_the_lists_reads_back_as_the_org_writes_it(stage: SalesforceContactStage) -> None:
    door(stage, "countries", named=COUNTRIES)
    place = Place(city="Austin", region="Texas", country="United States")
    (made,) = pushed(stage, write(stage.user(), entry(address=place, other_address=Place(country="Austria"))))
    assert standing(stage, made).address == place


def test_a_duplicate_rule_is_told_with_whom_it_found(stage: SalesforceContactStage) -> None:
    door(stage, "duplicate-rule", object="Contact", name="D", fields=["Email"])
    stage.create(entry(), stage.user())
    failure = refusal(stage)
    assert (failure.code, failure.kind) == ("salesforce.DUPLICATES_DETECTED", Kind.CONFLICT)


def test_a_field_that_the_org_demands_is_named(stage: SalesforceContactStage) -> None:
    door(stage, "require-field", object="Contact", field="LeadSource")
    failure = refusal(stage)
    assert (failure.code, failure.fields) == ("salesforce.REQUIRED_FIELD_MISSING", ("LeadSource",))


@pytest.mark.parametrize(("denied", "record_id"), [("create", False), ("edit", True)], ids=["make", "change"])
def test_without_the_right_it_is_said(stage: SalesforceContactStage, denied: str, record_id: bool) -> None:
    there = stage.create(entry(), stage.user()) if record_id else ""
    door(stage, "object-access", object="Contact", denied=[denied])
    assert refusal(stage, record_id=there).code == "salesforce.NO_RIGHT_TO_WRITE"


def test_an_owner_who_left_is_said(stage: SalesforceContactStage) -> None:
    owner = stage.user()
    door(stage, "user", username=owner.email, active=False)
    assert refusal(stage, owner_id=owner.id).code == "salesforce.INACTIVE_OWNER_OR_USER"


def test_an_account_that_was_deleted_meanwhile_is_said(stage: SalesforceContactStage) -> None:
    account = stage.account_named("Acme")
    stage.delete(account)
    assert refusal(stage, account_id=account).code == "salesforce.ENTITY_IS_DELETED"


@pytest.mark.parametrize("gone", [False, True], ids=["change", "delete"])
def test_the_contact_of_a_person_account_is_not_written(stage: SalesforceContactStage, gone: bool) -> None:
    person = stage.person_account(entry(), stage.user())
    failure = refusal(stage, record_id=person, **({"record": None} if gone else {}))
    assert (failure.code, failure.kind) == ("salesforce.INVALID_PERSON_ACCOUNT_OPERATION", Kind.INVALID)


def test_a_field_that_is_hidden_from_us_is_said(stage: SalesforceContactStage) -> None:
    """What we do not see is not taken for what is empty."""
    door(stage, "field-access", object="Contact", field="Birthdate", access="none")
    assert refused(lambda: READING.pages(stage.open())).code == "salesforce.INVALID_FIELD"


# -- Merging


def merged(stage: SalesforceContactStage, kept: str, gone: str) -> None:
    door(stage, "merge", id=kept, others=[gone])


def both(stage: SalesforceContactStage) -> tuple[list[RecordWrite], str, str]:
    owner = stage.user()
    writes = [write(owner, entry("Ann")), write(owner, entry("Anna"))]
    kept, gone = pushed(stage, *writes)
    return writes, kept, gone


def test_who_was_merged_is_told_as_deleted_and_who_is_left_is_not(stage: SalesforceContactStage) -> None:
    _, kept, gone = both(stage)
    cursor = READING.caught_up(stage)
    merged(stage, kept, gone)
    read = READING.since(stage, cursor)
    assert (read[gone], found(read[kept]).ref.id) == (None, kept)


def test_a_change_of_who_was_merged_is_a_change_of_what_is_gone(stage: SalesforceContactStage) -> None:
    writes, kept, gone = both(stage)
    merged(stage, kept, gone)
    (result,) = stage.open().push([replace(writes[1], record_id=gone, version=2)])
    assert failed(result).kind is Kind.NOT_FOUND
    assert standing(stage, kept).first == "Ann"


def test_the_key_of_who_is_left_stays(stage: SalesforceContactStage) -> None:
    writes, kept, gone = both(stage)
    merged(stage, kept, gone)
    assert stage.living() == {kept: writes[0].key}
    assert ids(stage.open().push([replace(writes[0], record_id=kept, version=2)])) == [kept]
