"""What `bench calls` puts into a world: messages, meetings, contacts and tasks of people, and records of Salesforce."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from itertools import islice
from typing import Any

from connectors import clock
from connectors.models import Mailbox
from syncapp.demo import seeding
from syncapp.demo.cast import DOMAIN
from syncapp.demo.doors import Doors
from syncapp.demo.world import START, Delivery
from syncapp.demo.world_contacts import LABEL

CHUNK = 200  # records made with one request to the door
HOUR = timedelta(hours=1)
STAMP = "%Y%m%dT%H%M%SZ"
DAYS, HOURS = 150, 10  # over which meetings are spread, well within the window of 180 days ahead
FILE = 5000  # meetings in one file


@dataclass(frozen=True, kw_only=True)
class Meant:
    """One new item: whose it is, and who takes part in it beside them, if anybody is to."""

    number: int
    title: str
    mailbox: Mailbox
    address: str = ""
    person_id: str = ""


@dataclass(frozen=True, kw_only=True)
class Lot:
    """So many new items of some mailboxes, one after the other as many as `shares` says, and the people who take part:
    contacts of Salesforce, unknown to us before."""

    name: str
    shares: Mapping[Mailbox, int]
    people: Mapping[str, str]  # id by address

    @property
    def size(self) -> int:
        return sum(self.shares.values())

    def __iter__(self) -> Iterator[Meant]:
        """Each with its number and a person; in any 200 in a row there is everybody, or nobody twice."""
        known = list(self.people.items())
        owners = (mailbox for mailbox, share in self.shares.items() for _ in range(share))
        for number, mailbox in enumerate(owners):
            address, person_id = known[number % len(known)] if known else ("", "")
            title = f"{number} of {self.name}"
            yield Meant(number=number, title=title, mailbox=mailbox, address=address, person_id=person_id)

    def chunks(self, size: int = CHUNK) -> Iterator[list[Meant]]:
        each = iter(self)
        while chunk := list(islice(each, size)):
            yield chunk


def lot(doors: Doors, name: str, shares: Mapping[Mailbox, int], people: int) -> Lot:
    """Makes the contacts."""
    addresses = [f"person{number}@{name}.example" for number in range(people)]
    ids: list[str] = []
    for at in range(0, len(addresses), CHUNK):
        records = [{"LastName": f"Person {a}", "Email": a} for a in addresses[at : at + CHUNK]]
        ids += doors.salesforce("create-many", object="Contact", records=records)["ids"]
    return Lot(name=name, shares=shares, people=dict(zip(addresses, ids, strict=True)))


def _into_salesforce(doors: Doors, sobject: str, records: Sequence[Mapping[str, Any]]) -> None:
    doors.salesforce("create-many", object=sobject, records=records)


# -- Messages


def messages(doors: Doors, lot: Lot) -> None:
    for chunk in lot.chunks():
        seeding.deliver(doors, [_message(lot, each) for each in chunk])


def _message(lot: Lot, meant: Meant) -> Delivery:
    at = START + timedelta(minutes=meant.number)
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = meant.address, meant.mailbox.address, meant.title
    message["Date"], message["Message-ID"] = format_datetime(at), f"<{meant.number}.{lot.name}@bench.{DOMAIN}>"
    message.set_content("Hello, here is what we talked about.\n" * 20)
    return Delivery(raw=message.as_bytes(), at=at, group="bench", boxes=((meant.mailbox.address, ("INBOX",)),))


# -- Meetings


def meetings(doors: Doors, lot: Lot) -> None:
    """In the calendar of their mailbox, whose owner organizes them; in files, so that many take one request."""
    for chunk in lot.chunks(FILE):
        rows = [row for each in chunk for row in _rows(lot, each)]
        text = "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", *rows, "END:VCALENDAR", ""])
        doors.google("event-file", account=chunk[0].mailbox.address, text=text)


def _rows(lot: Lot, meant: Meant) -> list[str]:
    start = _start(meant.number)
    return [
        "BEGIN:VEVENT",
        f"UID:{meant.number}.{lot.name}@bench.{DOMAIN}",
        f"SUMMARY:{meant.title}",
        f"DTSTART:{start:{STAMP}}",
        f"DTEND:{start + HOUR:{STAMP}}",
        f"LOCATION:Room {meant.number}",
        "DESCRIPTION:Prices first and dates afterwards.",
        f"ORGANIZER:mailto:{meant.mailbox.address}",
        f"ATTENDEE;PARTSTAT=ACCEPTED:mailto:{meant.mailbox.address}",
        f"ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:{meant.address}",
        "END:VEVENT",
    ]


def _start(number: int) -> datetime:
    midnight = clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + timedelta(days=1 + number % DAYS, hours=8 + number // DAYS % HOURS)


def booked(doors: Doors, lot: Lot) -> None:
    """In Salesforce, of the mailbox's user, each about a contact."""
    for chunk in lot.chunks():
        _into_salesforce(doors, "Event", [_event(each) for each in chunk])


def _event(meant: Meant) -> dict[str, object]:
    return {
        "Subject": meant.title,
        "StartDateTime": f"{_start(meant.number):%Y-%m-%dT%H:%M:%S.000+0000}",
        "DurationInMinutes": 60,
        "Location": f"Room {meant.number}",
        "Description": "Prices first and dates afterwards.",
        "OwnerId": meant.mailbox.crm_user_id,
        "WhoId": meant.person_id,
    }


# -- Contacts


def acquaintances(doors: Doors, lot: Lot) -> None:
    """Under the label “Salesforce” of their mailbox; Salesforce knows none of them."""
    for chunk in lot.chunks():
        cards = [{"account": e.mailbox.address, "contact": _person(lot, e), "group": LABEL} for e in chunk]
        doors.google("contact-many", contacts=cards)


def _person(lot: Lot, meant: Meant) -> dict[str, object]:
    return {
        "names": [{"givenName": "Kim", "familyName": meant.title}],
        "emailAddresses": [{"value": contact_address(lot, meant), "type": "work"}],
        "phoneNumbers": [{"value": f"+43 1 {meant.number:07}", "type": "work"}],
        "organizations": [{"title": "Buyer"}],
    }


def contact_address(lot: Lot, meant: Meant) -> str:
    return f"contact{meant.number}@{lot.name}.example"


def clients(doors: Doors, lot: Lot) -> None:
    """In Salesforce, of the mailbox's user."""
    for chunk in lot.chunks():
        _into_salesforce(doors, "Contact", [_client(lot, each) for each in chunk])


def _client(lot: Lot, meant: Meant) -> dict[str, object]:
    return {
        "FirstName": "Kim",
        "LastName": meant.title,
        "Email": contact_address(lot, meant),
        "Phone": f"+43 1 {meant.number:07}",
        "Title": "Buyer",
        "OwnerId": meant.mailbox.crm_user_id,
    }


# -- Tasks


def chores(doors: Doors, lot: Lot) -> None:
    """In the default list of their mailbox."""
    for chunk in lot.chunks():
        tasks = [{"account": e.mailbox.address, "task": {"title": e.title, "notes": "By phone."}} for e in chunk]
        doors.google("task-many", tasks=tasks)


def entered(doors: Doors, lot: Lot) -> None:
    """In Salesforce, of the mailbox's user."""
    for chunk in lot.chunks():
        records = [{"Subject": e.title, "Description": "By phone.", "OwnerId": e.mailbox.crm_user_id} for e in chunk]
        _into_salesforce(doors, "Task", records)
