"""Contacts at a Salesforce simulator, entered, changed and deleted by its people through the simulator's door."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, ClassVar

from connectors.contacts import Contact, Place
from connectors.records import Person
from connectors.simulators.authority import Certificate
from tests.contract.connectors.salesforce_record_stage import SalesforceRecordStage, staged_as
from tests.contract.connectors.stage import CountingServer

FIELDS = {
    "first": "FirstName",
    "last": "LastName",
    "title": "LastName",
    "email": "Email",
    "phone": "Phone",
    "mobile": "MobilePhone",
    "home_phone": "HomePhone",
    "fax": "Fax",
    "job": "Title",
    "department": "Department",
    "text": "Description",
}
NAMES = (*(name for name in FIELDS if name != "title"), "birthday", "address", "other_address")


def record(**of: Any) -> dict[str, Any]:
    """Fields of a `Contact` as somebody fills them in; whoever edits a title names somebody by it alone."""
    fields = {FIELDS[name]: value for name, value in of.items() if name in FIELDS}
    if "title" in of:
        fields["FirstName"] = None
    if "birthday" in of:
        fields["Birthdate"] = of["birthday"].isoformat() if of["birthday"] else None
    for name, kind in (("address", "Mailing"), ("other_address", "Other")):
        if name in of:
            fields |= lives(kind, of[name])
    return fields


def whole(contact: Contact) -> dict[str, Any]:
    return record(**{name: getattr(contact, name) for name in NAMES})


def lives(kind: str, place: Place) -> dict[str, str]:
    return {
        f"{kind}Street": place.street.replace("\n", "\r\n"),
        f"{kind}City": place.city,
        f"{kind}State": place.region,
        f"{kind}PostalCode": place.postcode,
        f"{kind}Country": place.country,
    }


@dataclass(kw_only=True)
class SalesforceContactStage(SalesforceRecordStage):
    sobject: ClassVar[str] = "Contact"
    titled: ClassVar[str] = "LastName"

    def fields(self, **of: Any) -> dict[str, Any]:
        return record(**of)

    def create(self, contact: Contact, owner: Person, /) -> str:
        return self.enter(contact, owner)

    def enter(self, contact: Contact, owner: Person, **more: Any) -> str:
        """With these fields of Salesforce's own."""
        account = {"AccountId": self.account_named(contact.company)} if contact.company else {}
        fields = whole(contact) | {"OwnerId": owner.id}
        return str(self._door("create", object="Contact", fields=fields | account | more)["id"])

    def account_named(self, name: str) -> str:
        return str(self._door("create", object="Account", fields={"Name": name})["id"])

    def person_account(self, contact: Contact, owner: Person) -> str:  # type: ignore[override]  # of an address alone
        self._door("person-accounts")
        fields = {"FirstName": contact.first, "LastName": contact.last, "OwnerId": owner.id}
        fields |= {"PersonEmail": contact.email} if contact.email else {}
        made = str(self._door("create", object="Account", fields=fields)["id"])
        return str((self.simulator.org.store.get(made) or {})["PersonContactId"])


@contextmanager
def staged(server: CountingServer, certificate: Certificate) -> Iterator[SalesforceContactStage]:
    with staged_as(SalesforceContactStage, server, certificate) as made:
        yield made
