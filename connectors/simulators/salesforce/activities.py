"""What events and tasks have in common: their account, and whom and what they may be about at once."""

from __future__ import annotations

from connectors.simulators.salesforce import errors, ids
from connectors.simulators.salesforce.org import DAY, Org
from connectors.simulators.salesforce.store import Row

KEPT = 365 * DAY
MOST_CONTACTS = 50
ACCOUNT, OPPORTUNITY, LEAD = "001", "006", "00Q"


def account(org: Org, row: Row) -> str | None:
    """The account of what the activity is about; else of the contact."""
    what = org.store.get(row["WhatId"]) if row["WhatId"] else None
    if what and ids.prefix(what["Id"]) in (ACCOUNT, OPPORTUNITY):
        return str(what["Id"]) if ids.prefix(what["Id"]) == ACCOUNT else what["AccountId"]
    who = org.store.get(row["WhoId"]) if row["WhoId"] else None
    return who.get("AccountId") if who else None


def check_lead(row: Row, kind: str) -> None:
    """Raises Refused for a lead beside another record. `kind` is “an event” or “a task”."""
    if row["WhatId"] and row["WhoId"] and ids.prefix(row["WhoId"]) == LEAD:
        text = f"Related To ID: must be empty for {kind} with a lead"
        raise errors.Refused("FIELD_INTEGRITY_EXCEPTION", text, ("WhoId", "WhatId"))


def check_company(row: Row, others: list[Row], kind: str) -> None:
    """Raises Refused unless a relation fits the others: one thing and up to fifty contacts, or one lead alone."""
    things = [other for other in others if other["IsWhat"]]
    people = [other for other in others if not other["IsWhat"]]
    if row["IsWhat"] and things:
        raise unfit(f"Related To ID: {kind} can be related to one such record only", "RelationId")
    about = people if row["IsWhat"] else [row, *people]
    with_lead = any(ids.prefix(one["RelationId"]) == LEAD for one in about)
    if len(about) > (1 if with_lead else MOST_CONTACTS):
        raise unfit(f"Name ID: {kind} can be related to {MOST_CONTACTS} contacts or one lead", "RelationId")
    if with_lead and (row["IsWhat"] or things):
        raise unfit(f"Related To ID: must be empty for {kind} with a lead", "RelationId")


def primary(current: str | None, relations: list[Row], *, what: bool) -> str | None:
    """The one that the activity names, if it is still there; else the first of those that could follow it."""
    found = [r["RelationId"] for r in relations if r["IsWhat"] is what]
    return current if current in found else next(iter(found), None)


def unfit(text: str, field: str) -> errors.Refused:
    return errors.Refused("FIELD_INTEGRITY_EXCEPTION", text, (field,))
