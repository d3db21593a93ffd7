"""What the platform itself refuses in a write, before any rule of the org's own.

In this order: fields that do not exist, fields that may not be written, values that do not fit, ids that
point nowhere, required fields without a value, owners that left, unique values that are taken, locks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from connectors.simulators.salesforce import errors, ids, values
from connectors.simulators.salesforce.schema import Field, SObject
from connectors.simulators.salesforce.store import Row
from connectors.simulators.salesforce.transaction import Transaction


def find(tx: Transaction, sobject: SObject, record_id: str) -> Row:
    """The live record that a write means. Raises Refused for one that never was, is deleted, or is hidden."""
    full = ids.parse(record_id)
    if full is None:
        raise errors.malformed_id(record_id) if ids.looks_like_one(record_id) else errors.not_accessible(record_id)
    if ids.prefix(full) != sobject.prefix:
        raise errors.wrong_id(f"{sobject.label} ID", "Id", record_id)
    row = tx.org.store.get(full)
    if row is None:
        raise errors.no_such_record()
    if row.get("IsDeleted"):
        raise errors.deleted()
    if not tx.sees(row):
        raise errors.hidden(full)
    return row


def writable(tx: Transaction, sobject: SObject, given: dict[str, Any], *, creating: bool) -> dict[str, Any]:
    """`given` unchanged, if each member is a field that may be written."""
    for name in given:
        if tx.field(sobject, name) is None:
            raise errors.no_such_column(name, sobject.name)
    closed = [name for name in given if not tx.system and not _open(tx, sobject, name, creating=creating)]
    if closed:
        raise errors.not_writable(closed)
    return given


def _open(tx: Transaction, sobject: SObject, name: str, *, creating: bool) -> bool:
    field = sobject.fields[name]
    allowed = field.create if creating else field.update
    return allowed and not tx.closed(sobject, field)


def fits(sobject: SObject, row: Row, changed: Iterable[str]) -> None:
    for name in changed:
        values.check(sobject.fields[name], row[name])


# -- references


def references(tx: Transaction, sobject: SObject, row: Row, changed: Iterable[str]) -> Row:
    """The row with its changed references as 18 characters. Raises Refused for one that cannot be pointed at."""
    fixed = {name: _fixed(tx, sobject.fields[name], row[name]) for name in changed}
    return row | fixed


def _fixed(tx: Transaction, field: Field, value: Any) -> Any:
    if not value or not field.references or field.type == "id":
        return value
    if field.type == "junctionIdList":
        return list(dict.fromkeys(target(tx, field, one) for one in value))
    return target(tx, field, value)


def target(tx: Transaction, field: Field, value: str) -> str:
    """The 18-character id of a record that `field` may point at."""
    full = ids.parse(value)
    sobject = tx.org.store.object_of(full) if full else None
    if full is None or sobject is None or sobject.name not in field.references:
        raise errors.wrong_id(field.label, field.name, value, field.misfit)
    row = tx.org.store.get(full)
    if row is None:
        raise errors.no_such_record()
    if row.get("IsDeleted"):
        raise errors.deleted()
    if not tx.sees(row) or not tx.may("read", sobject):
        raise errors.hidden(full)
    if row.get("IsConverted") and not tx.system:
        raise errors.Refused("CANNOT_UPDATE_CONVERTED_LEAD", "cannot reference converted lead")
    return full


def pointed_at(sobject: SObject, row: Row, changed: Iterable[str]) -> Iterator[str]:
    """Ids of the records that a write locks beside its own."""
    for name in changed:
        value = row[name] if sobject.fields[name].references else None
        yield from value if isinstance(value, list) else [value] if value else []


# -- the record as a whole


def required(tx: Transaction, sobject: SObject, row: Row) -> None:
    extra = {name for owner, name in tx.org.required if owner == sobject.name}
    missing = [f.name for f in sobject.fields.values() if _empty(row[f.name]) and (f.required or f.name in extra)]
    if missing:
        raise errors.required_missing(missing)


def _empty(value: Any) -> bool:
    return value is None or value in ("", [])


def owner_active(tx: Transaction, sobject: SObject, row: Row, changed: Iterable[str]) -> None:
    owner = row.get("OwnerId")
    if owner and "OwnerId" in changed and ids.prefix(owner) == "005" and not tx.org.user_active(owner):
        text = f"operation performed with inactive user [{ids.short(owner)}] as owner of {sobject.label.lower()}"
        raise errors.Refused("INACTIVE_OWNER_OR_USER", text)


def unique(tx: Transaction, sobject: SObject, row: Row) -> None:
    for field in sobject.indexed:
        if not field.unique or row[field.name] is None:
            continue
        others = [i for i in tx.org.store.with_value(sobject.name, field.name, row[field.name]) if i != row["Id"]]
        if others:
            raise errors.duplicate_value(field.name, ids.short(others[0]))


def unlocked(tx: Transaction, record_ids: Iterable[str]) -> None:
    """Raises Refused while one of the records is locked by somebody's longer transaction; counts the try."""
    for record_id in record_ids:
        tries = tx.org.locks.get(record_id)
        if tries is None:
            continue
        if tries == 1:
            del tx.org.locks[record_id]
        elif tries > 1:
            tx.org.locks[record_id] = tries - 1
        text = f"unable to obtain exclusive access to this record or 1 records: {record_id}"
        raise errors.Refused("UNABLE_TO_LOCK_ROW", text)


def editable(tx: Transaction, row: Row) -> None:
    """Raises Refused for a record that waits for an approval, or that sharing lets us only read."""
    if row["Id"] in tx.org.approvals:
        raise errors.Refused("ENTITY_IS_LOCKED", "the entity is locked for editing")
    if tx.org.access.records.get(row["Id"]) == "read":
        raise errors.read_only()


def room(tx: Transaction) -> None:
    if tx.org.storage_full:
        raise errors.Refused("STORAGE_LIMIT_EXCEEDED", "storage limit exceeded")
