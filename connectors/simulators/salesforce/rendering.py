"""Records as the REST API shows them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from connectors.simulators.salesforce.query_columns import Column
from connectors.simulators.salesforce.schema import SObject
from connectors.simulators.salesforce.store import Row
from connectors.simulators.salesforce.transaction import Transaction


def attributes(tx: Transaction, name: str, record_id: str) -> dict[str, str]:
    return {"type": name, "url": tx.record_url(name, record_id)}


def render(tx: Transaction, sobject: SObject, columns: Iterable[Column], row: Row) -> dict[str, Any]:
    """A record as JSON: each parent is an object of its own, or null."""
    record: dict[str, Any] = {"attributes": attributes(tx, sobject.name, row["Id"])}
    for column in columns:
        node: dict[str, Any] | None = record
        for name, step in zip(column.path, column.steps, strict=False):
            node = _parent(tx, node, name, step(row)) if node is not None else None
        if node is not None:
            node[column.path[-1]] = column.read(row)
    return record


def _parent(tx: Transaction, node: dict[str, Any], name: str, row: Row | None) -> dict[str, Any] | None:
    if row is None:
        node[name] = None
        return None
    sobject = tx.org.store.object_of(row["Id"])
    fresh = {"attributes": attributes(tx, sobject.name if sobject else "", row["Id"])}
    found: dict[str, Any] = node.setdefault(name, fresh)
    return found
