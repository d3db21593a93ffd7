"""The settings that say what a message is related to; each is on the page where it means something."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client

from connectors.models import Organization
from tests.integration.pages.conftest import Signed
from tests.integration.pages.reading import read
from tests.integration.pages.test_admin_settings import change, notes

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss(admin: User, signed: Signed) -> Client:
    return signed(admin)


def shown(client: Client, organization: Organization) -> str:
    return read(client.get(f"/admin/connectors/organization/{organization.pk}/change/")).words


FIELDS = "Fields with the domains of an account"


def test_the_fields_of_accounts_are_shown_where_accounts_are_found_by_them(boss: Client, acme: Organization) -> None:
    assert FIELDS not in shown(boss, acme)
    change(boss, acme, finds_accounts="on")
    assert FIELDS in shown(boss, acme)
    assert notes() == ["accounts by their domains: False → True"]
    acme.refresh_from_db()
    assert acme.account_fields == ["Website"]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Website", ["Website"]),
        (" Website \r\n\nEmail_Domain__c", ["Website", "Email_Domain__c"]),
        ("Website\nwebsite", ["Website"]),
    ],
)
def test_fields_are_one_on_each_line(boss: Client, acme: Organization, typed: str, kept: list[str]) -> None:
    Organization.everywhere.update(finds_accounts=True)
    change(boss, acme, finds_accounts="on", account_fields=typed)
    acme.refresh_from_db()
    assert acme.account_fields == kept


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Name a field, and 5 at the most."),
        ("\n".join(f"F{n}__c" for n in range(6)), "Name a field, and 5 at the most."),
        ("Account Website", "“Account Website” is no name of a field; write it like Website or Email_Domain__c."),
        ("Owner.Email", "“Owner.Email” is no name of a field"),
        ("Größe__c", "“Größe__c” is no name of a field"),
    ],
)
def test_what_can_be_no_field_is_said_beside_it(boss: Client, acme: Organization, typed: str, sentence: str) -> None:
    Organization.everywhere.update(finds_accounts=True)
    answer = change(boss, acme, finds_accounts="on", account_fields=typed)
    assert sentence in read(answer).words
    acme.refresh_from_db()
    assert acme.account_fields == ["Website"]


def test_to_which_opportunities_mail_belongs_is_a_setting(boss: Client, acme: Organization) -> None:
    change(boss, acme, opportunity_rule="role")
    said = "No: they belong to the account → To the open opportunity in which the contact has a role"
    assert notes() == [f"opportunities: {said}"]
