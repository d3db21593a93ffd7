"""What is peculiar to Event: its times, its account, its copies in the calendars of invited users.

Object Reference for API 67, "Event". With Shared Activities an event's WhoId and WhatId are rows of EventRelation
as well; `invitations` keeps them.
"""

from __future__ import annotations

from collections.abc import Collection

from connectors.simulators.salesforce import activities, event_times, invitations, values
from connectors.simulators.salesforce.org import Org
from connectors.simulators.salesforce.store import Row
from connectors.simulators.salesforce.transaction import Transaction

TIMED = frozenset({*event_times.TIMES, "IsAllDayEvent"})
# what an invited user's copy takes over from the event
COPIED = ("Subject", "Location", "Description", "Type", "ShowAs", "IsPrivate", "WhoId", "WhatId", "AccountId")
COPIED_TIMES = (*event_times.TIMES, "EndDate", "IsAllDayEvent")


def derive(tx: Transaction, row: Row, old: Row | None, changed: Collection[str]) -> Row:
    """The row with its times made to agree and its account found. Raises Refused."""
    if old is None or not TIMED.isdisjoint(changed):
        sobject = tx.org.schema.objects["Event"]
        for name in event_times.TIMES:
            values.check(sobject.fields[name], row[name])
        row = row | event_times.settle(row, old, changed)
    return row | {"AccountId": activities.account(tx.org, row)}


def check(tx: Transaction, row: Row, old: Row | None, changed: Collection[str]) -> None:
    activities.check_lead(row, "an event")
    if old is None or not TIMED.isdisjoint(changed):
        event_times.check_length(row, changed, multiday=tx.org.activities.multiday)


def saved(tx: Transaction, row: Row, old: Row | None) -> None:
    """Carries a change on: to the relations where activities are shared, and to the copies of invited users."""
    if tx.org.activities.shared and not row["IsChild"]:
        invitations.mirror(tx, row, old)
    copied = {name: row[name] for name in (*COPIED, *COPIED_TIMES)}
    for relation in invitations.of(tx.org, row["Id"]):
        for child in tx.org.store.having("Event", "InvitationId", relation["Id"]):
            if any(child[name] != value for name, value in copied.items()):
                tx.org.store.put("Event", child | copied | tx.stamps())


def archive(org: Org, now: float) -> list[str]:
    """What the platform's own job does with events that began 365 days ago or more: only queryAll sees them then.

    SOAP API Developer Guide, "Archived Activities".
    """
    limit = values.moment(now - activities.KEPT)
    old = [row for row in org.store.rows("Event") if row["StartDateTime"] <= limit and not row["IsArchived"]]
    for row in old:
        org.store.put("Event", row | {"IsArchived": True})
    return [row["Id"] for row in old]
