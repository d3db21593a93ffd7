"""What is refused of a contact, seen through the plain library."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.contract.simulators.salesforce.bench import Bench, Case, case

REQUIRED = "REQUIRED_FIELD_MISSING"
UNFIT = "FIELD_INTEGRITY_EXCEPTION"
COUNTRIES = {"Austria": [], "United States": ["Texas", "Ohio"]}


def created(**fields: Any) -> Callable[[Bench], object]:
    return lambda b: b.sf.Contact.create({"LastName": "Meyer", **fields})


def too_long(label: str, name: str, most: int) -> Case:
    message = f"{label}: data value too large: {'1' * (most + 1)} (max length={most})"
    return case(created(**{name: "1" * (most + 1)}), 400, "STRING_TOO_LONG", message, (name,))


def living(**fields: Any) -> Callable[[Bench], object]:
    """In an org with lists of countries and states."""

    def act(b: Bench) -> object:
        b.control("countries", named=COUNTRIES)
        return b.sf.Contact.create({"LastName": "Meyer", **fields})

    return act


def taken_key(b: Bench) -> object:
    b.make("Contact", Syncapp_Key__c="k1")
    return created(Syncapp_Key__c="K1")(b)


def of_a_deleted_account(b: Bench) -> object:
    account = b.make("Account")
    b.control("delete", id=account)
    return created(AccountId=account)(b)


def without_the_right(b: Bench) -> object:
    b.control("object-access", object="Contact", denied=["create"])
    return created()(b)


def duplicate(b: Bench) -> object:
    b.control("duplicate-rule", object="Contact", name="D", fields=["Email"])
    b.make("Contact", Email="ada@acme.example")
    return created(Email="ada@acme.example")(b)


def stale(b: Bench) -> object:
    return b.sf.Contact.update(b.make("Contact", Syncapp_Version__c=7), {"Syncapp_Version__c": 6})


def merged(b: Bench) -> object:
    kept, gone = b.make("Contact"), b.make("Contact")
    b.control("merge", id=kept, others=[gone])
    return b.sf.Contact.update(gone, {"Title": "CEO"})


CASES: dict[str, Case] = {
    "contact-last-name": case(
        lambda b: b.sf.Contact.create({"FirstName": "Ada"}),
        400,
        REQUIRED,
        "Required fields are missing: [LastName]",
        ("LastName",),
    ),
    "contact-last-name-emptied": case(
        lambda b: b.sf.Contact.update(b.make("Contact"), {"LastName": None}),
        400,
        REQUIRED,
        "Required fields are missing: [LastName]",
        ("LastName",),
    ),
    "contact-email": case(
        created(Email="info@@acme.example"),
        400,
        "INVALID_EMAIL_ADDRESS",
        "Email: invalid email address: info@@acme.example",
        ("Email",),
    ),
    "contact-phone": too_long("Home Phone", "HomePhone", 40),
    "contact-street": too_long("Other Street", "OtherStreet", 255),
    "contact-birthdate": case(
        created(Birthdate="2026-02-30"),
        400,
        "JSON_PARSER_ERROR",
        "Cannot deserialize instance of date from VALUE_STRING value 2026-02-30 or request may be missing *",
    ),
    "contact-key-taken": case(
        taken_key,
        400,
        "DUPLICATE_VALUE",
        "duplicate value found: Syncapp_Key__c duplicates value on record with id: 003ak0000000001",
        (),
    ),
    "contact-owner-inactive": case(
        lambda b: created(OwnerId=b.user("gone", IsActive=False))(b),
        400,
        "INACTIVE_OWNER_OR_USER",
        "operation performed with inactive user [005ak0000000003] as owner of contact",
        (),
    ),
    "contact-account-deleted": case(of_a_deleted_account, 400, "ENTITY_IS_DELETED", "entity is deleted", ()),
    "contact-country": case(
        living(MailingCountry="Österreich"),
        400,
        UNFIT,
        "There's a problem with this country, even though it may appear correct. "
        "Please select a country/territory from the list of valid countries.: Mailing Country",
        ("MailingCountry",),
    ),
    "contact-state": case(
        living(OtherCountry="United States", OtherState="Wien"),
        400,
        UNFIT,
        "There's a problem with this state, even though it may appear correct. "
        "Please select a state from the list of valid states.: Other State/Province",
        ("OtherState",),
    ),
    "contact-state-alone": case(
        living(MailingState="Texas"),
        400,
        UNFIT,
        "A country/territory must be specified before specifying a state value for field: Mailing State/Province",
        ("MailingState",),
    ),
    "contact-no-right": case(
        without_the_right, 400, "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "entity type cannot be inserted: Contact", ()
    ),
    "contact-duplicate": case(duplicate, 400, "DUPLICATES_DETECTED", "Use one of these records?"),
    "contact-stale": case(stale, 400, "FIELD_CUSTOM_VALIDATION_EXCEPTION", "SYNCAPP_STALE", ()),
    "contact-merged": case(merged, 404, "ENTITY_IS_DELETED", "entity is deleted", ()),
}


@pytest.mark.parametrize("name", CASES)
def test_a_contact_is_refused(bench: Bench, name: str) -> None:
    CASES[name].check(bench)


# -- What is not refused


@pytest.mark.parametrize(
    "lives",
    [
        {"MailingCountry": "united states", "MailingState": "TEXAS"},
        {"MailingCountry": "Austria", "MailingCity": "Wien"},
        {"MailingCity": "Wien"},
        {"OtherCountry": "Austria", "MailingCountry": "United States"},
    ],
    ids=["in other letters", "a country without states", "no country", "two countries"],
)
def test_an_address_out_of_the_lists_is_taken(bench: Bench, lives: dict[str, str]) -> None:
    assert living(**lives)(bench)


def test_where_the_org_has_no_lists_any_text_is_taken(bench: Bench) -> None:
    bench.control("countries", named=COUNTRIES)
    bench.control("mend", key="countries:addresses")
    assert created(MailingCountry="Österreich", MailingState="Wien")(bench)


CODES = ("MailingCountryCode", "MailingStateCode", "OtherCountryCode", "OtherStateCode")


def test_codes_follow_the_names(bench: Bench) -> None:
    bench.control("countries", named=COUNTRIES, codes={"United States": "US", "Texas": "TX"})
    made = bench.sf.Contact.create({"LastName": "Meyer", "MailingCountry": "united states", "MailingState": "Texas"})
    there = bench.sf.Contact.get(made["id"])
    assert [there[name] for name in CODES] == ["US", "TX", None, None]


def test_codes_are_there_only_with_the_lists(bench: Bench) -> None:
    def shown() -> set[str]:
        return {field["name"] for field in bench.sf.Contact.describe()["fields"]} & {*CODES}

    before = shown()
    bench.control("countries", named=COUNTRIES)
    during = shown()
    bench.control("countries", named={})
    assert (before, during, shown()) == (set(), {*CODES}, set())


def test_an_address_that_is_not_changed_is_not_looked_at(bench: Bench) -> None:
    made = bench.make("Contact", MailingCountry="Österreich")
    bench.control("countries", named=COUNTRIES)
    bench.sf.Contact.update(made, {"Title": "CEO"})
    assert bench.row(made)["Title"] == "CEO"


# -- Merging


def test_who_was_merged_is_deleted_and_names_who_is_left(bench: Bench) -> None:
    kept, gone = bench.make("Contact"), bench.make("Contact", Syncapp_Key__c="k1")
    bench.control("merge", id=kept, others=[gone])
    (row,) = bench.sf.query_all("SELECT Id, MasterRecordId FROM Contact WHERE IsDeleted = true", include_deleted=True)[
        "records"
    ]
    assert (row["Id"], row["MasterRecordId"], bench.row(kept)["IsDeleted"]) == (gone, kept, False)


def test_who_is_left_has_what_the_others_had(bench: Bench) -> None:
    kept, gone = bench.make("Contact"), bench.make("Contact")
    call = bench.make("Task", WhoId=gone)
    bench.control("merge", id=kept, others=[gone])
    assert (bench.row(call)["WhoId"], bench.row(call)["IsDeleted"]) == (kept, False)


def test_the_key_of_who_was_merged_is_free(bench: Bench) -> None:
    kept, gone = bench.make("Contact"), bench.make("Contact", Syncapp_Key__c="k1")
    bench.control("merge", id=kept, others=[gone])
    assert created(Syncapp_Key__c="k1")(bench)
