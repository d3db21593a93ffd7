"""UserRecordAccess: what a user may do with records, worked out when it is asked for.

Object Reference for API 67: a query names one user and up to 200 records, selects RecordId and what it wants to know
of the access, and sees no record that whoever asks may not read. Whoever owns a record, and the administrator, may
do all. As a field of other objects (UserRecordAccess.HasReadAccess) it is left out. UserPermissionAccess is one row, of
whoever asks, and open to everybody.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from connectors.simulators.salesforce import ids, values
from connectors.simulators.salesforce.access_objects import FLAGS, LEVELS
from connectors.simulators.salesforce.errors import Refused
from connectors.simulators.salesforce.permission_objects import USER_PERMISSIONS
from connectors.simulators.salesforce.restrictions import conjuncts, named
from connectors.simulators.salesforce.soql_nodes import Comparison, Path, Query
from connectors.simulators.salesforce.store import Row
from connectors.simulators.salesforce.transaction import Transaction

MOST = 200
NOBODY = "000000000000000AAA"
ASKABLE = {name.lower() for name in (*FLAGS, "RecordId", "MaxAccessLevel")}
FILTERS = {name.lower() for name in (*FLAGS, "RecordId", "UserId")}


def check(query: Query) -> None:
    """Raises Refused for a query that asks or filters for anything else."""
    asked = [item.text.lower() if isinstance(item, Path) else "" for item in query.items]
    if "recordid" not in asked:
        raise _refused("RecordId field must be selected")
    if not ASKABLE.issuperset(asked):
        raise _refused("Can select only RecordId, a Has*Access field, and MaxAccessLevel")
    users, records = named(query, "UserId"), named(query, "RecordId")
    if len(users) != 1 or len(users[0].values) != 1 or len(records) != 1 or not _plain(query):
        raise _refused("Must filter by a single UserId, by RecordId, and by at most one Has*Access field")
    if _flagged(query) and len(asked) > 1:
        raise _refused("Can select only RecordId when filtering by a Has*Access field")
    if len(records[0].values) > MOST:
        raise Refused("EXCEEDED_ID_LIMIT", f"Can filter by at most {MOST} RecordIds", None)


def _refused(text: str) -> Refused:
    return Refused("INVALID_FIELD", text, None)


def _plain(query: Query) -> bool:
    """Whether the filters are all ANDed, and of the fields that may be filtered by."""
    parts = list(conjuncts(query.where))
    whole = parts if isinstance(query.where, Comparison) else getattr(query.where, "parts", ())
    allowed = all(isinstance(one.left, Path) and one.left.text.lower() in FILTERS for one in parts)
    return allowed and len(parts) == len(whole) and len(_flagged(query)) <= 1


def _flagged(query: Query) -> list[Comparison]:
    flags = {name.lower() for name in FLAGS}
    return [one for one in conjuncts(query.where) if isinstance(one.left, Path) and one.left.text.lower() in flags]


def rows(tx: Transaction, query: Query) -> Iterator[Row]:
    """The access of the user whom a query names to the records that it names."""
    (user,), records = (named(query, name)[0].values for name in ("UserId", "RecordId"))
    user_id = ids.parse(user.value)
    for literal in records:
        record_id = ids.parse(literal.value)
        row = tx.org.store.get(record_id) if record_id else None
        if user_id and row and not row.get("IsDeleted") and tx.sees(row):
            yield _access(replace(tx, user_id=user_id), row)


def own(tx: Transaction) -> Iterator[Row]:
    """The one row that says which user permissions whoever asks holds."""
    held = {f"Permissions{name}": tx.has(name) for name in USER_PERMISSIONS}
    yield {"Id": NOBODY, "LastCacheUpdate": values.moment(tx.now)} | held


def _access(tx: Transaction, row: Row) -> Row:
    level = LEVELS.index(_level(tx, row))
    flags = {name: LEVELS.index(needed) <= level for name, needed in FLAGS.items()}
    return {"Id": NOBODY, "UserId": tx.user_id, "RecordId": row["Id"], "MaxAccessLevel": LEVELS[level], **flags}


def _level(tx: Transaction, row: Row) -> str:
    sobject = tx.org.store.object_of(row["Id"])
    if tx.user_id == tx.org.administrator:
        return "All"
    if sobject is None or not tx.sees(row) or not tx.org.user_active(tx.user_id) or not tx.may("read", sobject):
        return "None"
    closed = tx.org.access.records.get(row["Id"]) == "read" or row["Id"] in tx.org.approvals
    if closed or not (sobject.update and tx.may("edit", sobject)):
        return "Read"
    if not (sobject.delete and tx.may("delete", sobject)):
        return "Edit"
    return "All" if row.get("OwnerId") == tx.user_id else "Delete"
