"""How many of a lot's items arrived: told by both simulators' stores, not by our rows.

Of either store that part alone is looked at in which a lot lies: with a hundred thousand items the whole is large.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any, TypeVar

from django.conf import settings

from connectors import clock
from syncapp.bench.deliveries import Lot, contact_address
from syncapp.demo import outside_contacts, outside_events, outside_tasks
from syncapp.demo.doors import Doors
from syncapp.demo.one_by_one import Item, paired
from syncapp.demo.outside_events import Reach
from syncapp.demo.outside_pairs import SURELY, differences, pair
from syncapp.demo.world import START

USER = ("Id", "Email")
EVENT = (
    *("Id", "Subject", "StartDateTime", "EndDateTime", "IsAllDayEvent", "Location", "Description", "OwnerId", "WhoId"),
    *("CreatedById", "IsDeleted", "IsChild", "IsRecurrence", "IsRecurrence2", "RecurrenceActivityId"),
)
CONTACT = (
    *("Id", "FirstName", "LastName", "Email", "Phone", "MobilePhone", "Title", "MailingCity", "Description"),
    *("OwnerId", "CreatedById", "IsDeleted"),
)
TASK = (
    *("Id", "Subject", "ActivityDate", "IsClosed", "Description", "TaskSubtype", "OwnerId", "CreatedById"),
    *("IsDeleted", "IsRecurrence"),
)
S = TypeVar("S")


def messages(doors: Doors, lot: Lot) -> int:
    """Messages with one record each."""
    rows = doors.salesforce("rows", object="EmailMessage", fields=["Subject"])
    found = Counter(row["Subject"] for row in rows)
    return sum(found[each.title] == 1 for each in lot)


def events(doors: Doors, lot: Lot) -> int:
    """Events that stand once on either side, equal, and in Salesforce with the person who takes part."""
    google, salesforce = _google(doors, lot, "calendars"), _salesforce(doors, "Event", EVENT)
    people = {each.title: each.person_id for each in lot}
    reach = Reach(back=settings.SYNC_WINDOW_DAYS_BACK, ahead=settings.SYNC_WINDOW_DAYS_AHEAD)
    windows = outside_events.windows(google, (), reach, clock.now())
    items = [i for i in outside_events.items(google, windows) if i.sight.subject in people]
    records = [row.meeting for row in outside_events.own_rows(salesforce) if row.meeting.subject in people]
    pairs, rest = pair(items, records, SURELY)
    about = {row["Id"]: row["WhoId"] for row in salesforce["records"]["Event"]}
    if rest.items or rest.records:
        return 0
    return sum(not differences(i, r) and about.get(r.id) == people[r.subject] for i, r in pairs)


def contacts(doors: Doors, lot: Lot) -> int:
    """Contacts that stand once on either side and say the same, with their owner."""
    google = _google(doors, lot, "contacts") | _google(doors, lot, "contact_groups")
    salesforce = _salesforce(doors, "Contact", CONTACT)
    addresses = {contact_address(lot, each) for each in lot}
    items = [item for item in outside_contacts.items(google) if item.sight.email in addresses]
    rows = outside_contacts.own_rows({"accounts": _accounts(lot)}, salesforce)
    records = [row.sight for row in rows if row.sight.email in addresses]
    return _all_paired(items, records, outside_contacts.SURELY)


def tasks(doors: Doors, lot: Lot) -> int:
    """Tasks that stand once on either side and say the same."""
    google, salesforce = _google(doors, lot, "tasks"), _salesforce(doors, "Task", TASK)
    titles = {each.title for each in lot}
    items = [item for item in outside_tasks.items(google, START) if item.sight.title in titles]
    records = [row.chore for row in outside_tasks.own_rows(salesforce) if row.chore.title in titles]
    return _all_paired(items, records, outside_tasks.SURELY)


def _all_paired(items: Sequence[Item[S]], records: Sequence[S], same: Callable[[S], Hashable]) -> int:
    """How many pairs there are; none where anything is left over."""
    pairs, lonely, free = paired(items, records, same)
    return 0 if lonely or free else len(pairs)


def _accounts(lot: Lot) -> list[str]:
    return [mailbox.address for mailbox in lot.shares]


def _google(doors: Doors, lot: Lot, part: str) -> dict[str, Any]:
    """Of a snapshot this part, of the lot's mailboxes."""
    return {part: doors.google("part", name=part, accounts=_accounts(lot))}


def _salesforce(doors: Doors, sobject: str, fields: Sequence[str]) -> Mapping[str, Any]:
    """Of a snapshot the users and the rows of this object, with these fields."""
    rows = {"User": USER, sobject: fields}
    return {"records": {name: doors.salesforce("rows", object=name, fields=rows[name]) for name in rows}}
