"""Where customers are persons, mail and meetings belong to the contact that Salesforce keeps for each of them."""

from __future__ import annotations

from typing import Any

import pytest

from tests import builders
from tests.driving import codes
from tests.integration.orgs_that_differ.house import House

pytestmark = pytest.mark.django_db

PIA = "pia@home.example"


@pytest.fixture
def pia(house: House) -> dict[str, Any]:
    """An account that is a person."""
    types = house.control("person-accounts")
    fields = {"LastName": "Pia", "PersonEmail": PIA, "RecordTypeId": types["person"]}
    made = house.control("create", object="Account", fields=fields)["id"]
    house.world.deliver_email(house.world.ada, builders.email(PIA, house.world.ada.address, "Hello"))
    house.runs()
    found: dict[str, Any] = house.world.salesforce.org.store.get(made) or {}
    return found


def message(house: House) -> dict[str, Any]:
    (row,) = house.world.salesforce.org.store.rows("EmailMessage")
    return row


def test_mail_of_a_person_account_is_of_its_contact(house: House, pia: dict[str, Any]) -> None:
    assert (message(house)["FromId"], message(house)["RelatedToId"]) == (pia["PersonContactId"], pia["Id"])


def test_whom_it_is_from_becomes_no_lead(house: House, pia: dict[str, Any]) -> None:
    assert list(house.world.salesforce.org.store.rows("Lead")) == []


def test_nothing_needs_a_person(house: House, pia: dict[str, Any]) -> None:
    assert codes() == []


def test_a_lead_is_made_with_a_company_and_so_is_no_person(house: House, pia: dict[str, Any]) -> None:
    house.arrives()
    house.runs()
    (lead,) = house.world.salesforce.org.store.rows("Lead")
    assert lead["Company"]
