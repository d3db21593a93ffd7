"""What Account and Contact have more in an org with person accounts.

Object Reference for API 67, "Account", fields of person accounts: a person account is one account and one contact,
and what the contact says stands on the account as well, under a name that begins with Person or, for a custom field,
ends with __pc. Once an org has person accounts it has them for good.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from connectors.simulators.salesforce.schema import Field, SObject, checkbox, reference, system

ACCOUNT, CONTACT = "Account", "Contact"
BUSINESS_TYPE, PERSON_TYPE = "Business Account", "Person Account"
PARTS = ("Street", "City", "State", "PostalCode", "Country")
# the contact's field → the account's
SHARED = {
    "FirstName": "FirstName",
    "LastName": "LastName",
    "Email": "PersonEmail",
    "Title": "PersonTitle",
    "MobilePhone": "PersonMobilePhone",
    "Department": "PersonDepartment",
    "HomePhone": "PersonHomePhone",
    "Birthdate": "PersonBirthdate",
    "Salutation": "Salutation",
    **{f"{kind}{part}": f"Person{kind}{part}" for kind in ("Mailing", "Other") for part in PARTS},
    "LeadSource": "PersonLeadSource",
    "HasOptedOutOfEmail": "PersonHasOptedOutOfEmail",
}
BOTH = {"Phone": "Phone", "Fax": "Fax", "OwnerId": "OwnerId"}  # of every account


def account_name(contact_field: Field) -> str | None:
    """The name under which a contact's field stands on a person account, if it does."""
    if contact_field.custom:
        return f"{contact_field.name.removesuffix('__c')}__pc"
    return SHARED.get(contact_field.name)


def mirrored(contact_field: Field) -> Field | None:
    """A contact's field as a field of the account."""
    name = account_name(contact_field)
    if name is None:
        return None
    return replace(contact_field, name=name, nillable=contact_field.type != "boolean", unique=False)


def pairs(contact: SObject, account: SObject) -> dict[str, str]:
    """The contact's field → the account's, for all that both have."""
    names = {f.name: account_name(f) for f in contact.fields.values()}
    return {name: other for name, other in names.items() if other in account.fields} | BOTH


def account_fields(contact: SObject) -> Iterator[Field]:
    yield system(checkbox("IsPersonAccount", "Is Person Account"))
    yield system(reference("PersonContactId", "Contact ID", (CONTACT,), "PersonContact", lookup=True))
    yield from filter(None, map(mirrored, contact.fields.values()))


def contact_field() -> Field:
    return system(checkbox("IsPersonAccount", "Is Person Account"))
