"""What `bench calls` puts into a world: messages, meetings in a calendar, events in Salesforce."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime

from connectors import clock
from connectors.models import Mailbox
from syncapp.demo import seeding
from syncapp.demo.cast import DOMAIN
from syncapp.demo.doors import Doors
from syncapp.demo.world import START, Delivery

CHUNK = 200  # records made with one request to the door
HOUR = timedelta(hours=1)
STAMP = "%Y%m%dT%H%M%SZ"
DAYS, HOURS = 150, 10  # over which meetings are spread, well within the window of 180 days ahead


@dataclass(frozen=True, kw_only=True)
class Meant:
    """One new item: who takes part in it beside the mailbox's owner."""

    number: int
    title: str
    address: str
    person_id: str


@dataclass(frozen=True, kw_only=True)
class Lot:
    """So many new items of one mailbox, a fifth as many people: contacts of Salesforce, unknown to us before."""

    name: str
    size: int
    mailbox: Mailbox
    people: dict[str, str]  # id by address

    def __iter__(self) -> Iterator[Meant]:
        """Each with its number and a person; in any 200 in a row there is everybody, or nobody twice."""
        known = list(self.people.items())
        for number in range(self.size):
            address, person_id = known[number % len(known)]
            yield Meant(number=number, title=f"{number} of {self.name}", address=address, person_id=person_id)


def lot(doors: Doors, name: str, size: int, mailbox: Mailbox) -> Lot:
    """Makes the contacts."""
    addresses = [f"person{number}@{name}.example" for number in range(max(1, size // 5))]
    ids: list[str] = []
    for at in range(0, len(addresses), CHUNK):
        records = [{"LastName": f"Person {a}", "Email": a} for a in addresses[at : at + CHUNK]]
        ids += doors.salesforce("create-many", object="Contact", records=records)["ids"]
    return Lot(name=name, size=size, mailbox=mailbox, people=dict(zip(addresses, ids, strict=True)))


# -- Messages


def messages(doors: Doors, lot: Lot) -> None:
    seeding.deliver(doors, [_message(lot, each) for each in lot])


def _message(lot: Lot, meant: Meant) -> Delivery:
    at = START + timedelta(minutes=meant.number)
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = meant.address, lot.mailbox.address, meant.title
    message["Date"], message["Message-ID"] = format_datetime(at), f"<{meant.number}.{lot.name}@bench.{DOMAIN}>"
    message.set_content("Hello, here is what we talked about.\n" * 20)
    return Delivery(raw=message.as_bytes(), at=at, group="bench", boxes=((lot.mailbox.address, ("INBOX",)),))


# -- Meetings


def meetings(doors: Doors, lot: Lot) -> None:
    """In the calendar of the mailbox, whose owner organizes them; one file, so that N take one request to the door."""
    rows = [row for each in lot for row in _rows(lot, each)]
    text = "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", *rows, "END:VCALENDAR", ""])
    doors.google("event-file", account=lot.mailbox.address, text=text)


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
        f"ORGANIZER:mailto:{lot.mailbox.address}",
        f"ATTENDEE;PARTSTAT=ACCEPTED:mailto:{lot.mailbox.address}",
        f"ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:{meant.address}",
        "END:VEVENT",
    ]


def _start(number: int) -> datetime:
    midnight = clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + timedelta(days=1 + number % DAYS, hours=8 + number // DAYS % HOURS)


def booked(doors: Doors, lot: Lot) -> None:
    """In Salesforce, of the mailbox's user, each about a contact."""
    records = [_record(lot, each) for each in lot]
    for at in range(0, len(records), CHUNK):
        doors.salesforce("create-many", object="Event", records=records[at : at + CHUNK])


def _record(lot: Lot, meant: Meant) -> dict[str, object]:
    return {
        "Subject": meant.title,
        "StartDateTime": f"{_start(meant.number):%Y-%m-%dT%H:%M:%S.000+0000}",
        "DurationInMinutes": 60,
        "Location": f"Room {meant.number}",
        "Description": "Prices first and dates afterwards.",
        "OwnerId": lot.mailbox.crm_user_id,
        "WhoId": meant.person_id,
    }
