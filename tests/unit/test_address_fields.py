"""In which fields addresses are looked for, and what a row of them says."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.salesforce import address_fields
from connectors.salesforce.address_fields import PLAIN, AddressFields
from tests.conftest import Time


def field(name: str, kind: str = "email", *, filterable: bool = True) -> dict[str, Any]:
    return {"name": name, "type": kind, "filterable": filterable}


def said(*fields: dict[str, Any]) -> dict[str, Any]:
    return {"fields": [field("Email"), *fields]}


FLAG = field("IsPersonAccount", "boolean")
HOME = field("Home__c")


@pytest.mark.parametrize(
    ("contact", "lead", "account", "expected"),
    [
        ({}, {}, {}, PLAIN),
        (said(), said(), said(), PLAIN),
        (said(HOME), said(), {}, AddressFields(contact=("Email", "Home__c"))),
        (said(), said(HOME), {}, AddressFields(lead=("Email", "Home__c"))),
        (said(field("Home__c", "string")), said(), {}, PLAIN),
        (said(field("Home__c", filterable=False)), said(), {}, PLAIN),  # an encrypted one
        (said(field("Home__c) OR (Name")), said(), {}, PLAIN),
        (said(), said(), {"fields": [field("Office__c")]}, PLAIN),  # an address of a business is nobody's
        (
            said(FLAG),
            said(),
            {"fields": [field("PersonEmail"), field("Home__pc"), field("Office__c")]},
            AddressFields(contact=("Email", "Account.Office__c")),
        ),
        ({"fields": "none"}, {"fields": [7]}, {}, PLAIN),
    ],
)
def test_what_describe_says_counts(contact: Any, lead: Any, account: Any, expected: AddressFields) -> None:
    assert address_fields.of(contact, lead, account) == expected


def test_no_more_fields_than_a_statement_has_room_for() -> None:
    many = said(*(field(f"Home{number}__c") for number in range(50)))
    assert len(address_fields.of(many, {}, {}).contact) == address_fields.MOST


NAMES = ("Email", "Home__c", "Account.Office__c")


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"Email": None, "Home__c": None}, {}),
        ({"Email": "Ann@A.example", "Home__c": "ann@b.example"}, {"ann@a.example": False, "ann@b.example": True}),
        ({"Email": "ann@a.example", "Home__c": "ANN@a.example"}, {"ann@a.example": False}),
        ({"IsPersonAccount": True, "Account": {"Office__c": "o@a.example"}}, {"o@a.example": True}),
        ({"IsPersonAccount": False, "Account": {"Office__c": "o@a.example"}}, {}),
        ({"IsPersonAccount": True, "Account": None}, {}),
    ],
)
def test_each_address_of_a_row_is_told_once(row: dict[str, Any], expected: dict[str, bool]) -> None:
    assert address_fields.addresses(row, NAMES) == expected


def test_what_was_heard_of_one_org_is_good_for_an_hour_and_for_that_one(time: Time) -> None:
    address_fields.keep("one", PLAIN)
    assert (address_fields.kept("one"), address_fields.kept("two")) == (PLAIN, None)
    time.move(hours=1)
    assert address_fields.kept("one") is None
