"""What `bench calls` counts of an address book that is read for the first time: contacts unknown to Salesforce."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connectors.models import Mailbox
from syncapp.bench.flows import CALENDAR, MAIL, NOT_COUNTED
from syncapp.demo.doors import Doors

LABEL = "Salesforce"
CHUNK = 100  # contacts made with one request to the door
# The other resources of the mailbox, and what is found out once for many runs.
NOT_OURS = (*MAIL, *CALENDAR)


def counts(call: Mapping[str, Any]) -> bool:
    return call["operation"] not in NOT_COUNTED and not call["path"].startswith(NOT_OURS)


def give(doors: Doors, mailbox: Mailbox, name: str, size: int) -> None:
    """Its owner has so many people under the label."""
    people = [_person(mailbox, name, number) for number in range(size)]
    for at in range(0, size, CHUNK):
        doors.google("contact-many", contacts=people[at : at + CHUNK])


def _person(mailbox: Mailbox, name: str, number: int) -> dict[str, Any]:
    contact = {
        "names": [{"givenName": f"Person {number}", "familyName": name}],
        "emailAddresses": [{"value": f"person{number}@{name}.example", "type": "work"}],
        "phoneNumbers": [{"value": f"+43 1 {number}", "type": "work"}],
    }
    return {"account": mailbox.address, "contact": contact, "group": LABEL}


def arrived(doors: Doors, name: str) -> int:
    """How many of them stand once in Salesforce."""
    rows = doors.salesforce("snapshot")["records"]["Contact"]
    found = [row["Email"] for row in rows if row["LastName"] == name]
    return sum(found.count(each) == 1 for each in found) if len(set(found)) < len(found) else len(found)
