"""Puts the made world's contacts into address books and Salesforce, and stirs them on the second morning."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from syncapp.demo.diaries import Diaries
from syncapp.demo.doors import Doors
from syncapp.demo.world_contacts import LABEL

NEW_NUMBER = "+43 1 555999"


def place_contacts(doors: Doors, diaries: Diaries, ids: Mapping[str, str]) -> None:
    """Everything of the first day. `ids` are those of users by their log-ins, and of accounts by their names."""
    cards = [
        {"account": card.owner.address, "contact": card.body, **({"group": LABEL} if card.shared else {})}
        for card in diaries.cards
    ]
    doors.google("contact-many", contacts=cards)
    records = []
    for client in diaries.clients:
        account_id = {"AccountId": ids[client.account]} if client.account else {}
        records.append({**client.fields, "OwnerId": ids[client.owner.user], **account_id})
    doors.salesforce("create-many", object="Contact", records=records)


def stir_contacts(doors: Doors, diaries: Diaries) -> None:
    """One changes on either side, one goes in Salesforce; one is thrown away in an address book, one is not shared any
    more."""
    for account, person in in_books(doors, diaries.titles("changed-there")):
        number = {"phoneNumbers": [{"value": NEW_NUMBER, "type": "work"}]}
        doors.google("change-contact", account=account, id=person["resourceName"], contact=number)
    for account, person in in_books(doors, diaries.titles("thrown-away")):
        doors.google("delete-contact", account=account, id=person["resourceName"])
    for account, person in in_books(doors, diaries.titles("unshared")):
        doors.google("contact-group", account=account, name=LABEL, id=person["resourceName"], out=True)
    for row in contacts_of(doors, diaries.titles("changed-here")):
        doors.salesforce("update", id=row["Id"], fields={"Title": "Head of fleet"})
    for row in contacts_of(doors, diaries.titles("deleted-here")):
        doors.salesforce("delete", id=row["Id"])


def in_books(doors: Doors, addresses: Collection[str]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """(account, person) of those who have one of these as their first address."""
    for account, persons in doors.google("snapshot")["contacts"].items():
        for person in persons:
            if next((each["value"] for each in person.get("emailAddresses", [])), "") in addresses:
                yield account, person


def contacts_of(doors: Doors, addresses: Collection[str]) -> list[Mapping[str, Any]]:
    """The contacts of Salesforce with these addresses."""
    rows = doors.salesforce("snapshot")["records"]["Contact"]
    return [row for row in rows if row["Email"] in addresses and not row["IsDeleted"]]
