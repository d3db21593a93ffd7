"""What is peculiar to EventRelation: who is invited to an event, and what it is about where activities are shared.

Object Reference for API 67, "EventRelation". Without Shared Activities every relation is an invitation. With them a
relation can also say whom (IsParent) or what (IsParent and IsWhat) the event is about; an event then has up to
fifty contacts or one lead, and one other record. An invited user gets a copy of the event, a child, which goes when
the user declines or the invitation is deleted. Codes and words of these refusals are inferred from the rules.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from connectors.simulators.salesforce import activities, errors, ids
from connectors.simulators.salesforce.event_objects import ACCEPTED, DECLINED, PATTERN
from connectors.simulators.salesforce.org import Org
from connectors.simulators.salesforce.store import Row
from connectors.simulators.salesforce.transaction import Transaction

MOST_INVITEES = 1000
ROLES = ("IsInvitee", "IsParent", "IsWhat")
CONTACT, LEAD, USER, CALENDAR = "003", "00Q", "005", "023"
UNKNOWN = "<unknown>"
OWN = frozenset({"Id", "CreatedDate", "CreatedById", "LastModifiedDate", "LastModifiedById", "SystemModstamp"})


def of(org: Org, event_id: str) -> list[Row]:
    """The relations of an event, in the order of their creation."""
    return org.store.having("EventRelation", "EventId", event_id)


def _thing(row: Row) -> bool:
    """Whether a relation is to a record that is no person and no calendar."""
    return ids.prefix(row["RelationId"]) not in (CONTACT, LEAD, USER, CALENDAR)


# -- before a relation is saved


def derive(tx: Transaction, row: Row, old: Row | None, changed: Collection[str]) -> Row:
    """The row with its roles, its account and the time of a response."""
    known = tx.org.store.get(row["RelationId"]) if row["RelationId"] else None
    row = row | {"AccountId": known.get("AccountId") if known else None}
    if old is None and known and not any(row[role] for role in ROLES):
        row = row | ({"IsParent": True, "IsWhat": True} if _thing(row) else {"IsInvitee": True})
    answered = row["Status"] in (ACCEPTED, DECLINED) and (old is None or old["Status"] != row["Status"])
    return row | {"RespondedDate": tx.stamp} if answered and "RespondedDate" not in changed else row


def check(tx: Transaction, row: Row, _: Row | None, __: Collection[str]) -> None:
    event = tx.org.store.get(row["EventId"]) or {}
    if event.get("IsChild"):
        raise activities.unfit("Event ID: an event relation can't be created for a child event", "EventId")
    others = [other for other in of(tx.org, row["EventId"]) if other["Id"] != row["Id"]]
    if any(other["RelationId"] == row["RelationId"] for other in others):
        raise errors.duplicate_value(UNKNOWN, UNKNOWN)
    if row["IsInvitee"] and sum(other["IsInvitee"] for other in others) >= MOST_INVITEES:
        raise errors.Refused("LIMIT_EXCEEDED", f"An event can't have more than {MOST_INVITEES} invitees")
    if tx.org.activities.shared:
        _check_roles(row)
        _check_parents(row, others)


def _check_roles(row: Row) -> None:
    if _thing(row) and (row["IsInvitee"] or not row["IsWhat"]):
        raise activities.unfit("Is What: must be true, and Is Invitee false, for a record that is no person", "IsWhat")
    if not _thing(row) and row["IsWhat"]:
        raise activities.unfit("Is What: must be false for a person or a resource", "IsWhat")
    if row["IsParent"] and ids.prefix(row["RelationId"]) in (USER, CALENDAR):
        raise activities.unfit("Is Parent: must be false for a user or a resource", "IsParent")
    if not any(row[role] for role in ROLES):
        raise activities.unfit("Is Invitee: an event relation must be an invitee or a parent", "IsInvitee")


def _check_parents(row: Row, others: list[Row]) -> None:
    if row["IsParent"]:
        activities.check_company(row, [other for other in others if other["IsParent"]], "an event")


# -- after a relation was saved, or went


def saved(tx: Transaction, row: Row, _: Row | None) -> None:
    """Gives an invited user a copy of the event, or takes it away; tells the event who it is about."""
    if not (row["EventId"] and row["RelationId"]):
        return  # the control door made half a relation
    children = tx.org.store.having("Event", "InvitationId", row["Id"])
    wanted = row["IsInvitee"] and ids.prefix(row["RelationId"]) == USER and row["Status"] != DECLINED
    event = tx.org.store.get(row["EventId"])
    if event and wanted and not children:
        _copy(tx, event, row)
    for child in [] if wanted else children:
        tx.org.store.put("Event", child | {"IsDeleted": True, "SystemModstamp": tx.stamp})
    _refresh(tx, row["EventId"])


def _copy(tx: Transaction, event: Row, relation: Row) -> None:
    """What the event says, as a record of its own: the custom fields are empty, as are those of any new record."""
    sobject = tx.org.schema.objects["Event"]
    blank = tx.blank(sobject)
    own = {name: value for name, value in blank.items() if name in OWN or sobject.fields[name].custom}
    links = {"OwnerId": relation["RelationId"], "InvitationId": relation["Id"]}
    flags = {"IsChild": True, "IsGroupEvent": True, "GroupEventType": "1"}
    tx.org.store.put("Event", event | own | links | flags)


def gone(tx: Transaction, row: Row) -> None:
    _refresh(tx, row["EventId"])


def _refresh(tx: Transaction, event_id: str) -> None:
    """Makes the event say what its relations say: whether anybody is invited and, if shared, whom it is about."""
    event = tx.org.store.get(event_id)
    if event is None or event["IsDeleted"]:
        return
    relations = of(tx.org, event_id)
    group = any(relation["IsInvitee"] for relation in relations)
    kind = PATTERN if event["GroupEventType"] == PATTERN else "1" if group else "0"
    told: dict[str, Any] = {"IsGroupEvent": group, "GroupEventType": kind}
    if tx.org.activities.shared:
        parents = [relation for relation in relations if relation["IsParent"]]
        told |= {"WhoId": activities.primary(event["WhoId"], parents, what=False)}
        told |= {"WhatId": activities.primary(event["WhatId"], parents, what=True)}
    if any(event[name] != value for name, value in told.items()):
        tx.org.store.put("Event", event | told | {"SystemModstamp": tx.stamp})


# -- Shared Activities


def mirror(tx: Transaction, event: Row, old: Row | None) -> None:
    """Keeps a relation for whom and one for what the event is about."""
    for name, what in (("WhoId", False), ("WhatId", True)):
        before, after = old[name] if old else None, event[name]
        if before and before != after:
            _let_go(tx, event, before)
        if after and (before != after or old is None):
            _hold(tx, event, after, what=what)


def _hold(tx: Transaction, event: Row, record_id: str, *, what: bool) -> None:
    sobject = tx.org.schema.objects["EventRelation"]
    found = next((r for r in of(tx.org, event["Id"]) if r["RelationId"] == record_id), None)
    row = found or tx.blank(sobject) | {"EventId": event["Id"], "RelationId": record_id}
    tx.org.store.put(sobject.name, row | {"IsParent": True, "IsWhat": what, "SystemModstamp": tx.stamp})


def _let_go(tx: Transaction, event: Row, record_id: str) -> None:
    """The relation stays where it is an invitation as well."""
    for row in of(tx.org, event["Id"]):
        if row["RelationId"] == record_id and row["IsParent"]:
            rest = {"IsParent": False} if row["IsInvitee"] else {"IsDeleted": True}
            tx.org.store.put("EventRelation", row | rest | {"SystemModstamp": tx.stamp})


def share(tx: Transaction) -> None:
    """What switching Shared Activities on does to the events that are there."""
    for event in [row for row in tx.org.store.rows("Event") if not row["IsChild"]]:
        mirror(tx, event, None)


def unshare(tx: Transaction) -> None:
    for event in [row for row in tx.org.store.rows("Event") if not row["IsChild"]]:
        for relation in of(tx.org, event["Id"]):
            _let_go(tx, event, relation["RelationId"])
