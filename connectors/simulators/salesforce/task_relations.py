"""What is peculiar to TaskRelation: whom and what a task is about where activities are shared.

Object Reference for API 67, "TaskRelation": one lead or up to fifty contacts, and one other record; IsWhat is false
for a person and true for anything else. Codes and words of these refusals are inferred from the rules.
"""

from __future__ import annotations

from collections.abc import Collection

from connectors.simulators.salesforce import activities, errors, ids
from connectors.simulators.salesforce.org import Org
from connectors.simulators.salesforce.store import Row
from connectors.simulators.salesforce.transaction import Transaction

NAME = "TaskRelation"
PEOPLE = ("003", "00Q")
UNKNOWN = "<unknown>"


def of(org: Org, task_id: str) -> list[Row]:
    """The relations of a task, in the order of their creation."""
    return org.store.having(NAME, "TaskId", task_id)


def _thing(row: Row) -> bool:
    return bool(row["RelationId"]) and ids.prefix(row["RelationId"]) not in PEOPLE


def derive(tx: Transaction, row: Row, _: Row | None, changed: Collection[str]) -> Row:
    known = tx.org.store.get(row["RelationId"]) if row["RelationId"] else None
    what = row["IsWhat"] if "IsWhat" in changed else _thing(row)
    return row | {"AccountId": known.get("AccountId") if known else None, "IsWhat": what}


def check(tx: Transaction, row: Row, _: Row | None, __: Collection[str]) -> None:
    if row["IsWhat"] is not _thing(row):
        raise activities.unfit("Is What: must be false for a contact or a lead, and true for anything else", "IsWhat")
    others = of(tx.org, row["TaskId"])
    if any(other["RelationId"] == row["RelationId"] for other in others):
        raise errors.duplicate_value(UNKNOWN, UNKNOWN)
    activities.check_company(row, others, "a task")


def saved(tx: Transaction, row: Row, _: Row | None) -> None:
    refresh(tx, row)


def refresh(tx: Transaction, relation: Row) -> None:
    """Makes the task of a relation name whom and what its relations name."""
    task = tx.org.store.get(relation["TaskId"]) if relation["TaskId"] else None
    if task is None or task["IsDeleted"]:
        return
    relations = of(tx.org, task["Id"])
    told = {"WhoId": activities.primary(task["WhoId"], relations, what=False)}
    told |= {"WhatId": activities.primary(task["WhatId"], relations, what=True)}
    if any(task[name] != value for name, value in told.items()):
        tx.org.store.put("Task", task | told | {"SystemModstamp": tx.stamp})


def mirror(tx: Transaction, task: Row, old: Row | None) -> None:
    """Keeps a relation for whom and one for what the task is about."""
    for name in ("WhoId", "WhatId"):
        before, after = old[name] if old else None, task[name]
        if before and before != after:
            _let_go(tx, task, before)
        if after and not any(r["RelationId"] == after for r in of(tx.org, task["Id"])):
            _hold(tx, task, after, what=name == "WhatId")


def _hold(tx: Transaction, task: Row, record_id: str, *, what: bool) -> None:
    row = tx.blank(tx.org.schema.objects[NAME]) | {"TaskId": task["Id"], "RelationId": record_id, "IsWhat": what}
    tx.org.store.put(NAME, derive(tx, row, None, ("IsWhat",)))


def _let_go(tx: Transaction, task: Row, record_id: str) -> None:
    for row in of(tx.org, task["Id"]):
        if row["RelationId"] == record_id:
            tx.org.store.put(NAME, row | {"IsDeleted": True, "SystemModstamp": tx.stamp})


def share(tx: Transaction, *, on: bool) -> None:
    """What switching Shared Activities on or off does to the tasks that are there."""
    tx.org.schema.objects[NAME].hidden = not on
    for task in list(tx.org.store.rows("Task")):
        if on:
            mirror(tx, task, None)
        else:
            for name in [row["RelationId"] for row in of(tx.org, task["Id"])]:
                _let_go(tx, task, name)
