from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issues.fingerprint import fingerprint, normalised

RULE = "salesforce.FIELD_CUSTOM_VALIDATION_EXCEPTION"
LOCK = "salesforce.UNABLE_TO_LOCK_ROW"

SAME = {
    "record ids of 15 and 18 characters": (
        LOCK,
        "unable to obtain exclusive access to this record: 0035g00000ABCDeAAH",
        "unable to obtain exclusive access to this record: 0035g00000XYZzz",
    ),
    "addresses": (RULE, "No lead for ann@customer.example here", "No lead for bob.o'hara+x@other.example here"),
    "numbers": (RULE, "The amount 12,500.00 is above 10", "The amount 7 is above 1.000"),
    "dates and times": (
        RULE,
        "Closed on 2026-03-02",
        "Closed on 2026-11-30T17:05:09.123Z",
    ),
    "values in straight quotes": (RULE, 'Bad value "Renewal 2026"', 'Bad value "Müller & Söhne"'),
    "values in curly quotes": (RULE, "Bad value “a”", "Bad value “b c”"),
    "values in single quotes": (RULE, "Bad value 'x'", "Bad value 'some other'"),
    "addresses of pages": (RULE, "See https://a.example/1?q=2", "See https://b.example/zz"),
    "random identifiers": (
        RULE,
        "Error ID: 3f2b8c1d-0a4e-4f6b-9d2c-77aa00bb11cc seen",
        "Error ID: 00000000-1111-2222-3333-444444444444 seen",
    ),
    "long hexadecimal numbers": (RULE, "trace 0123456789abcdef0123", "trace fedcba98765432100000"),
    "white space and capitals": (RULE, "Pick  an\nOwner ", "pick an owner"),
}

DIFFERENT = {
    "the words of two rules": (RULE, "Pick an owner", "Pick an account"),
    "names of triggers": (
        "salesforce.CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY",
        "LeadTrigger: execution of BeforeInsert",
        "CaseTrigger: execution of BeforeInsert",
    ),
    "columns in quotes, where a column is what is missing": (
        "salesforce.INVALID_FIELD",
        "No such column 'Syncapp_Key__c' on sobject of type Lead",
        "No such column 'Region__c' on sobject of type Lead",
    ),
    "types in quotes": (
        "salesforce.INVALID_TYPE",
        "sObject type 'EmailMessage' is not supported",
        "sObject type 'Lead' is not supported",
    ),
    "words of fifteen letters, which are no ids": (RULE, "characteristics missing", "notwithstanding missing"),
}


@pytest.mark.parametrize(("code", "one", "other"), SAME.values(), ids=SAME.keys())
def test_what_differs_from_item_to_item_does_not_matter(code: str, one: str, other: str) -> None:
    assert fingerprint(code, one) == fingerprint(code, other)


@pytest.mark.parametrize(("code", "one", "other"), DIFFERENT.values(), ids=DIFFERENT.keys())
def test_what_an_administrator_mends_differs(code: str, one: str, other: str) -> None:
    assert fingerprint(code, one) != fingerprint(code, other)


def test_two_codes_never_share_a_cause() -> None:
    assert fingerprint("salesforce.A", "the same words") != fingerprint("salesforce.B", "the same words")


def test_where_fields_are_named_the_words_do_not_matter() -> None:
    code = "salesforce.REQUIRED_FIELD_MISSING"
    assert fingerprint(code, "Required fields are missing: [A]", ["A"]) == fingerprint(code, "something else", ["A"])


def test_other_fields_are_another_cause() -> None:
    code = "salesforce.REQUIRED_FIELD_MISSING"
    assert fingerprint(code, "", ["Region__c"]) != fingerprint(code, "", ["Company"])


def test_the_order_of_fields_does_not_matter() -> None:
    assert fingerprint("salesforce.X", "", ["B", "A"]) == fingerprint("salesforce.X", "", ["A", "B"])


def test_words_of_a_rule_count_beside_its_fields() -> None:
    assert fingerprint(RULE, "Pick an owner", ["OwnerId"]) != fingerprint(RULE, "Owner must be active", ["OwnerId"])


def test_an_apostrophe_opens_no_quotation() -> None:
    assert "can't" in normalised("It can't be done and won't be")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("Lead 00Q5g00000ABCDeEAH", "lead <n>"),
        ("at 10:15", "at <n>:<n>"),
        ("mail ann@x.example.", "mail <address>."),
        ("2026-03-02T09:30:00+01:00 late", "<date> late"),
    ],
)
def test_what_is_left_of_a_message(text: str, expected: str) -> None:
    assert normalised(text) == expected


@given(st.text(max_size=300))
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = normalised(text)
    assert normalised(once) == once


@given(st.text(max_size=60), st.lists(st.text(max_size=10), max_size=3))
def test_a_fingerprint_is_32_hexadecimal_digits(message: str, fields: list[str]) -> None:
    assert len(bytes.fromhex(fingerprint(RULE, message, fields))) == 16


@given(st.integers(min_value=0), st.integers(min_value=0))
def test_numbers_never_split_a_cause(one: int, other: int) -> None:
    assert fingerprint(RULE, f"Discount of {one} % is too high") == fingerprint(
        RULE, f"Discount of {other} % is too high"
    )
