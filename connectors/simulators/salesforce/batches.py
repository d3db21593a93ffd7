"""sObject Collections: up to 200 records in one call, each with its own result, or all or none.

REST API Developer Guide, "sObject Collections". Records of several types are handled in chunks of one type;
a call has at most ten. A body that cannot be read refuses the whole call, whichever record it is in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import groupby
from typing import Any, TypeVar

from connectors.simulators.salesforce import errors, ids, values, writes
from connectors.simulators.salesforce.answers import Answer, Parts, body, sobject_of
from connectors.simulators.salesforce.rendering import render
from connectors.simulators.salesforce.resources import column, named
from connectors.simulators.salesforce.schema import SObject
from connectors.simulators.salesforce.store import Row, folded
from connectors.simulators.salesforce.transaction import Transaction
from connectors.simulators.simulator import Request

MOST = 200
MOST_READ = 2000
MOST_CHUNKS = 10
UNKNOWN = "<unknown>"

T = TypeVar("T")
Result = dict[str, Any]
Record = tuple[SObject, dict[str, Any]]


def create(tx: Transaction, request: Request, _: Parts) -> Answer:
    records, all_or_none = _records(tx, request)
    keys = _Keys()

    def one(record: Record) -> Result:
        sobject, given = record
        keys.refuse_twin(sobject, given)
        record_id = writes.insert(tx, sobject, given)
        keys.remember(sobject, given)
        return _done(record_id)

    return _each(tx, records, one, all_or_none=all_or_none)


class _Keys:
    """The unique values that this call itself wrote: the database names neither field nor record for these."""

    def __init__(self) -> None:
        self.seen: set[tuple[str, str, str]] = set()

    def _of(self, sobject: SObject, given: dict[str, Any]) -> set[tuple[str, str, str]]:
        held = {f.name: given.get(f.name) for f in sobject.indexed if f.unique}
        values_ = {name: value for name, value in held.items() if value is not None}
        return {(sobject.name, name, folded(sobject.fields[name], value)) for name, value in values_.items()}

    def refuse_twin(self, sobject: SObject, given: dict[str, Any]) -> None:
        if not self.seen.isdisjoint(self._of(sobject, given)):
            raise errors.duplicate_value(UNKNOWN, UNKNOWN)

    def remember(self, sobject: SObject, given: dict[str, Any]) -> None:
        self.seen |= self._of(sobject, given)


def update(tx: Transaction, request: Request, _: Parts) -> Answer:
    records, all_or_none = _records(tx, request)

    def one(record: Record) -> Result:
        sobject, given = record
        record_id = given.pop("Id", None)
        if not record_id:
            raise errors.Refused("MISSING_ARGUMENT", "Id not specified in an update call")
        return _done(writes.update(tx, sobject, record_id, given))

    return _each(tx, records, one, all_or_none=all_or_none, keep_id=True)


def upsert(tx: Transaction, request: Request, parts: Parts) -> Answer:
    sobject = sobject_of(tx, parts)
    key = tx.field(sobject, parts["field"])
    if key is None or not key.external_id:
        raise errors.not_accessible(parts["field"])
    records, all_or_none = _records(tx, request)
    keys = [folded(key, given.get(key.name)) for _, given in records]

    def one(record: Record) -> Result:
        kind, given = record
        value = given.pop(key.name, None)
        if kind is not sobject:
            raise errors.Refused("INVALID_TYPE", f"records must be of type {sobject.name}, not {kind.name}")
        if value is None:
            raise errors.Refused("MISSING_ARGUMENT", f"{key.name} not specified", (key.name,))
        if keys.count(folded(key, value)) > 1:
            raise errors.Refused("DUPLICATE_VALUE", f"Duplicate external id specified: {value}", (key.name,))
        return _upserted(tx, sobject, key.name, value, given)

    return _each(tx, records, one, all_or_none=all_or_none, keep_id=True)


def _upserted(tx: Transaction, sobject: SObject, field: str, value: str, given: dict[str, Any]) -> Result:
    try:
        record_id, created = writes.upsert(tx, sobject, field, value, given)
    except errors.Several as several:
        text = f"{field}: more than one record found for external id field: [{', '.join(several.ids)}]"
        raise errors.Refused("DUPLICATE_EXTERNAL_ID", text, (field,)) from None
    return _done(record_id) | {"created": created}


def delete(tx: Transaction, request: Request, _: Parts) -> Answer:
    given = [part for part in request.first("ids").split(",") if part]
    _check_number(given)

    def one(record_id: str) -> Result:
        full = ids.parse(record_id)
        sobject = tx.org.store.object_of(full) if full else None
        if full is None or sobject is None or not tx.may("read", sobject):
            raise errors.malformed_id(record_id)
        return _done(writes.delete(tx, sobject, full))

    return _each(tx, given, one, all_or_none=request.first("allOrNone").lower() == "true", keep_id=True)


def retrieve(tx: Transaction, request: Request, parts: Parts) -> Answer:
    """By GET with `ids` and `fields`, or by POST with both in the body. What cannot be read is null in its place."""
    sobject = sobject_of(tx, parts)
    if request.method == "POST":
        wanted, names = _wanted(body(request))
    else:
        wanted, names = ([part for part in request.first(n).split(",") if part] for n in ("ids", "fields"))
    if len(wanted) > MOST_READ:
        raise _too_many(MOST_READ)
    columns = [column(f) for f in dict.fromkeys(named(tx, sobject, name) for name in names)]
    rows = [_visible(tx, sobject, one) for one in wanted]
    return Answer(value=[render(tx, sobject, columns, row) if row else None for row in rows])


def _wanted(asked: object) -> tuple[list[Any], list[str]]:
    """(ids, field names) of a body. Raises Refused (JSON_PARSER_ERROR)."""
    found = [asked.get(name, []) if isinstance(asked, dict) else None for name in ("ids", "fields")]
    wanted, names = (part if isinstance(part, list) else None for part in found)
    if wanted is None or names is None or not all(isinstance(name, str) for name in names):
        raise errors.unparsable("Cannot deserialize instance of sObjectCollection: ids or fields are no lists")
    return wanted, names


def _visible(tx: Transaction, sobject: SObject, record_id: object) -> Row | None:
    full = ids.parse(record_id)
    row = tx.org.store.get(full) if full and ids.prefix(full) == sobject.prefix else None
    return row if row and not row.get("IsDeleted") and tx.sees(row) else None


# -- what they share


def _records(tx: Transaction, request: Request) -> tuple[list[Record], bool]:
    """The records of a body, each with its object, and allOrNone. Raises Refused for the call as a whole."""
    given = body(request)
    listed = given.get("records") if isinstance(given, dict) else None
    if not isinstance(listed, list):
        raise errors.unparsable("Cannot deserialize instance of sObjectCollection: records is missing or not a list")
    _check_number(listed)
    objects = [_object_of(tx, record) for record in listed]
    if len([chunk for chunk, _ in groupby(objects, key=lambda o: o.name)]) > MOST_CHUNKS:
        text = "Cannot have more than 10 chunks in a single operation. Please rearrange the data to reduce chunking."
        raise errors.Refused("LIMIT_EXCEEDED", text, None)
    parsed = [values.parse(sobject, record) for sobject, record in zip(objects, listed, strict=True)]
    return list(zip(objects, parsed, strict=True)), given.get("allOrNone") is True


def _check_number(listed: list[Any]) -> None:
    if not listed:
        raise errors.Refused("REQUIRED_FIELD_MISSING", "At least 1 record is required", None)
    if len(listed) > MOST:
        raise _too_many(MOST)


def _too_many(most: int) -> errors.Refused:
    text = f"record limit reached. cannot submit more than {most} records into this call"
    return errors.Refused("EXCEEDED_ID_LIMIT", text, None)


def _object_of(tx: Transaction, record: object) -> SObject:
    attributes = record.get("attributes") if isinstance(record, dict) else None
    name = attributes.get("type") if isinstance(attributes, dict) else None
    if not isinstance(name, str):
        raise errors.unparsable("Missing entity type information. sObject requires a separate 'type' field be sent.")
    found = tx.object(name)
    if found is None:
        raise errors.Refused("INVALID_TYPE", f"sObject type '{name}' is not supported.", None)
    return found


def _each(
    tx: Transaction, items: Iterable[T], one: Callable[[T], Result], *, all_or_none: bool, keep_id: bool = False
) -> Answer:
    """One result for each item; with `all_or_none` a single failure undoes the others, which say so."""
    mark = tx.org.store.mark()
    results = [_result(tx, item, one) for item in items]
    if all_or_none and not all(result["success"] for result in results):
        tx.org.store.roll_back(mark)
        results = [_companion(r, keep_id=keep_id) if r["success"] else r for r in results]
    return Answer(value=results)


def _result(tx: Transaction, item: T, one: Callable[[T], Result]) -> Result:
    try:
        return one(item)
    except errors.Refused as refused:
        tx.org.refused.append({"code": refused.code, "fields": list(refused.fields or ())})
        return {"success": False, "errors": [refused.listed()]}


def _done(record_id: str) -> Result:
    return {"id": record_id, "success": True, "errors": []}


def _companion(result: Result, *, keep_id: bool) -> Result:
    kept = {"id": result["id"]} if keep_id else {}
    return {**kept, "success": False, "errors": [errors.rolled_back().listed()]}
