"""Plain functions that make what tests need; every argument has a harmless default."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from connectors import clock
from connectors.contacts import Contact, Place
from connectors.effects import commit
from connectors.memory import CRMS, MAILBOXES, MemoryCrm, MemoryMailbox
from connectors.models import Mailbox, Organization
from connectors.records import Address, Email, Event, Participant, Party, Person, PersonKind, Task
from issues import services
from issues.models import Issue, ScopeChoices
from issues.services import Report

_numbers = count(1)
# One day for the whole run: windows are drawn when tests are collected, and a run may go on over midnight.
TODAY = clock.now().astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
# Inside of what a mailbox is first read back to, whenever the suite is played and though half a year goes by in a test.
WHEN = TODAY - timedelta(days=90) + timedelta(hours=9, minutes=30)


def seconds_until(moment: datetime) -> float:
    """From the real now, wherever a test's clock stands; fewer than none for what is over."""
    return (moment - datetime.now(UTC)).total_seconds()


def email(
    sender: str = "ann@customer.example",
    to: str = "sales@ours.example",
    subject: str = "Renewal",
    *,
    message_id: str | None = None,
    name: str = "",
    cc: tuple[str, ...] = (),
    **more: Any,
) -> Email:
    """A message; each has a Message-ID of its own unless told otherwise."""
    people = [Participant(party=Party.FROM, address=Address(email=sender, name=name))] if sender else []
    people += [Participant(party=Party.TO, address=Address(email=each)) for each in to.split()]
    people += [Participant(party=Party.CC, address=Address(email=each)) for each in cc]
    values: dict[str, Any] = {
        "message_id": f"{next(_numbers)}@tests" if message_id is None else message_id,
        "date": WHEN,
        "subject": subject,
        "participants": tuple(people),
        "text": "Hello,\nhere is the renewal.",
        "thread": "t1",
    }
    return Email(**(values | more))


def _today() -> datetime:
    """`TODAY`, also where it is over meanwhile; of a clock that was moved, its own day."""
    midnight = clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
    return TODAY if timedelta(0) <= midnight - TODAY <= timedelta(days=1) else midnight


def event(
    title: str = "Review",
    *,
    days: float = 1,
    minutes: int = 60,
    uid: str | None = None,
    all_day: bool = False,
    **more: Any,
) -> Event:
    """A meeting so many days from today, at half past nine or for the whole day; each has a `uid` of its own."""
    midnight = _today() + timedelta(days=days)
    start = midnight if all_day else midnight + timedelta(hours=9, minutes=30)
    values: dict[str, Any] = {
        "uid": f"{next(_numbers)}@tests" if uid is None else uid,
        "title": title,
        "start": start,
        "end": start + (timedelta(days=1) if all_day else timedelta(minutes=minutes)),
        "all_day": all_day,
        "text": "Prices, then dates.",
        "location": "Room 7",
    }
    return Event(**(values | more))


def task(title: str = "Send the offer", *, days: int | None = 3, **more: Any) -> Task:
    """Something to do so many days after `WHEN`, or on no day."""
    due = None if days is None else WHEN.date() + timedelta(days=days)
    return Task(**({"title": title, "text": "With the new prices.", "due": due} | more))


def entry(first: str = "Ann", last: str = "Meyer", **more: Any) -> Contact:
    """An entry in an address book that says all that both sides know."""
    values: dict[str, Any] = {
        "email": "ann@customer.example",
        "phone": "+43 1 234",
        "mobile": "+43 660 234",
        "home_phone": "+43 1 567",
        "fax": "+43 1 235",
        "job": "Head of buying",
        "department": "Buying",
        "address": Place(street="Ring 1", city="Wien", region="Wien", postcode="1010", country="Austria"),
        "other_address": Place(street="Gasse 2", city="Graz", region="Steiermark", postcode="8010", country="Austria"),
        "birthday": date(1980, 5, 17),
        "text": "Met at the fair.",
    }
    return Contact(**({"first": first, "last": last} | values | more))


def somebody(last: str = "Meyer", **more: Any) -> Contact:
    """The same without a first name, and with a company: as an address book has it."""
    values: dict[str, Any] = {"first": "", "last": last, "company": "Customer Ltd", "birthday": date(1980, 2, 29)}
    return entry(**(values | more))


def contact(address: str = "ann@customer.example", *, id: str = "003000000000001AAA", account_id: str = "") -> Person:  # noqa: A002
    return Person(kind=PersonKind.CONTACT, id=id, email=address, name="Ann", account_id=account_id)


def organization(**values: Any) -> Organization:
    """An organization with a CRM in memory."""
    number = next(_numbers)
    defaults = {
        "slug": f"org-{number}",
        "name": f"Organization {number}",
        "domains": ["ours.example"],
        "crm": "memory_crm",
        "crm_org_id": f"00D{number:012d}",
        "crm_flow": "consent",
        "names_items_to_admins": True,
    }
    made = Organization.everywhere.create(**(defaults | values))
    CRMS[made.crm_org_id] = MemoryCrm(made.crm_org_id)
    return made


def mailbox(of: Organization, address: str = "", **values: Any) -> Mailbox:
    """A mailbox in memory."""
    address = address or f"box{next(_numbers)}@ours.example"
    MAILBOXES[address] = MemoryMailbox(address)
    return Mailbox.everywhere.create(organization=of, address=address, **({"provider": "memory"} | values))


def crm_of(of: Organization) -> MemoryCrm:
    return CRMS[of.crm_org_id]


def store_of(of: Mailbox) -> MemoryMailbox:
    return MAILBOXES[of.address]


def issue(of: Organization, *, mailbox: Mailbox | None = None, said: str = "no", **values: Any) -> Issue:
    """An open issue, reported as the engine would report it."""
    number = next(_numbers)
    wanted: dict[str, Any] = {
        "organization_id": of.pk,
        "scope": ScopeChoices.ITEM,
        "resource": "email" if values.get("scope", ScopeChoices.ITEM) == ScopeChoices.ITEM else "",
        "subject_key": f"item-{number}",
        "code": "salesforce.FIELD_CUSTOM_VALIDATION_EXCEPTION",
        "mailbox_id": mailbox.pk if mailbox else None,
        "said": said,
        "title": f"Message {number}",
    }
    report = Report(**(wanted | values))
    with commit("test: report"):
        services.report([report])
    return Issue.everywhere.get(organization=of, subject_key=report.subject_key)
