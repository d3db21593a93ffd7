"""The resources of one object, as functions from a transaction to an answer.

Each takes the transaction, the request and the named parts of its path, and returns an `Answer` or raises
Refused. `rest` finds them; `composite` calls them without any HTTP.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from connectors.simulators.salesforce import checks, conditions, describe, errors, limits, values, writes
from connectors.simulators.salesforce.answers import Answer, Parts, body, sobject_of
from connectors.simulators.salesforce.query_columns import Column
from connectors.simulators.salesforce.rendering import render
from connectors.simulators.salesforce.schema import Field, SObject
from connectors.simulators.salesforce.store import Row
from connectors.simulators.salesforce.transaction import Transaction
from connectors.simulators.simulator import Request

TOLD_SINCE = 46.0  # from this version on an upsert that updated says so in a body

# -- metadata


def list_resources(tx: Transaction, _: Request, __: Parts) -> Answer:
    return Answer(value=describe.resources(tx))


def list_limits(tx: Transaction, _: Request, __: Parts) -> Answer:
    return Answer(value=limits.told(tx))


def list_objects(tx: Transaction, _: Request, __: Parts) -> Answer:
    return Answer(value=describe.all_objects(tx))


def describe_object(tx: Transaction, _: Request, parts: Parts) -> Answer:
    return Answer(value=describe.whole(tx, sobject_of(tx, parts)))


def basics(tx: Transaction, _: Request, parts: Parts) -> Answer:
    return Answer(value={"objectDescribe": describe.brief(tx, sobject_of(tx, parts)), "recentItems": []})


# -- one record


def create(tx: Transaction, request: Request, parts: Parts) -> Answer:
    sobject = sobject_of(tx, parts)
    record_id = writes.insert(tx, sobject, _given(sobject, request))
    location = {"Location": tx.record_url(sobject.name, record_id)}
    return Answer(value={"id": record_id, "success": True, "errors": []}, status=201, headers=location)


def _given(sobject: SObject, request: Request, *without: str) -> dict[str, Any]:
    """The fields of a body, in which neither the id nor what the path names may stand."""
    given = values.parse(sobject, body(request))
    for name in ("Id", *without):
        if name in given:
            text = f"The {name} field should not be specified in the sobject data."
            raise errors.Refused("INVALID_FIELD", text, None)
    return given


def retrieve(tx: Transaction, request: Request, parts: Parts) -> Answer:
    sobject = sobject_of(tx, parts)
    row = _readable(tx, sobject, parts["id"])
    conditions.check(request, row)
    if conditions.unchanged(request, row):
        return Answer(status=304)
    return Answer(value=_record(tx, sobject, row, request.first("fields")))


def _readable(tx: Transaction, sobject: SObject, record_id: str) -> Row:
    """The record that a GET means; one of another object is just not there."""
    try:
        return _row(tx, sobject, record_id)
    except errors.Refused as refused:
        raise errors.resource_not_found() if refused.code == "INVALID_CROSS_REFERENCE_KEY" else refused from None


def _row(tx: Transaction, sobject: SObject, record_id: str) -> Row:
    """The record that a path means. What the path cannot mean is 404, whatever the code."""
    try:
        return checks.find(tx, sobject, record_id)
    except errors.Refused as refused:
        if refused.code == "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY":
            raise errors.resource_not_found() from None
        lost = refused.code in ("ENTITY_IS_DELETED", "INVALID_CROSS_REFERENCE_KEY")
        raise replace(refused, status=404) if lost else refused from None


def _record(tx: Transaction, sobject: SObject, row: Row, wanted: str) -> dict[str, Any]:
    names = [n.strip() for n in wanted.split(",") if n.strip()]
    chosen = [named(tx, sobject, n) for n in names] or [f for f in sobject.fields.values() if tx.shows(sobject, f)]
    return render(tx, sobject, [column(f) for f in dict.fromkeys(chosen)], row)


def named(tx: Transaction, sobject: SObject, name: str) -> Field:
    found = tx.field(sobject, name)
    if found is None:
        raise errors.no_such_column(name, sobject.name)
    return found


def column(chosen: Field) -> Column:
    return Column((chosen.name,), chosen, lambda row: row.get(chosen.name))


def update(tx: Transaction, request: Request, parts: Parts) -> Answer:
    sobject = sobject_of(tx, parts)
    given = _given(sobject, request)
    row = _row(tx, sobject, parts["id"])
    conditions.check(request, row)
    writes.update(tx, sobject, row["Id"], given)
    return Answer(status=204)


def delete(tx: Transaction, _: Request, parts: Parts) -> Answer:
    sobject = sobject_of(tx, parts)
    writes.delete(tx, sobject, _row(tx, sobject, parts["id"])["Id"])
    return Answer(status=204)


# -- by external id


def _key(tx: Transaction, sobject: SObject, name: str) -> Field:
    found = tx.field(sobject, name)
    if found is None or not found.external_id:
        raise errors.not_accessible(name)
    return found


def retrieve_by_key(tx: Transaction, request: Request, parts: Parts) -> Answer:
    sobject = sobject_of(tx, parts)
    found = tx.org.store.with_value(sobject.name, _key(tx, sobject, parts["field"]).name, parts["value"])
    if len(found) > 1:
        raise errors.Several(tuple(found))
    row = tx.org.store.get(found[0]) if found else None
    if row is None or not tx.sees(row):
        raise errors.resource_not_found()
    return Answer(value=_record(tx, sobject, row, request.first("fields")))


def upsert(tx: Transaction, request: Request, parts: Parts) -> Answer:
    sobject = sobject_of(tx, parts)
    key = _key(tx, sobject, parts["field"])
    record_id, created = writes.upsert(tx, sobject, key.name, parts["value"], _given(sobject, request, key.name))
    if not created and float(tx.version) < TOLD_SINCE:
        return Answer(status=204)
    value = {"id": record_id, "success": True, "errors": [], "created": created}
    return Answer(value=value, status=201 if created else 200)
