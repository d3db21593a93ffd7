"""TYPEOF: of a relationship with several targets, other fields for each kind of target.

SOQL and SOSL Reference, "TYPEOF". A target of a kind that no WHEN names shows the fields of ELSE, which are those of
the object `Name`; without ELSE it shows its type and address alone.
"""

from __future__ import annotations

from typing import Any

from connectors.simulators.salesforce.query_columns import NAME, Column, follow, no_relationship, resolve
from connectors.simulators.salesforce.rendering import render
from connectors.simulators.salesforce.schema import Field, SObject
from connectors.simulators.salesforce.soql_nodes import Query, TypeOf
from connectors.simulators.salesforce.soql_tokens import refusal
from connectors.simulators.salesforce.store import Row
from connectors.simulators.salesforce.transaction import Transaction


def typeof_column(tx: Transaction, query: Query, base: SObject, item: TypeOf) -> Column:
    """A column whose value is the target as a record. Raises Refused."""
    link = _link(tx, query, base, item)
    parent = follow(tx, None, link)
    by_kind = _branches(tx, query, item, link)
    otherwise = [resolve(tx, query, NAME, path) for path in item.otherwise]

    def read(row: Row) -> dict[str, Any] | None:
        target = parent(row)
        sobject = tx.org.store.object_of(target["Id"]) if target else None
        if target is None or sobject is None:
            return None
        return render(tx, sobject, by_kind.get(sobject.name, otherwise), target)

    return Column((link.relationship,), link, read)


def _link(tx: Transaction, query: Query, base: SObject, item: TypeOf) -> Field:
    link = base.relationship(item.relationship.text)
    if link is None or not tx.shows(base, link):
        raise no_relationship(query, item.relationship, item.relationship.text)
    if len(link.references) < 2:
        text = f"TYPEOF is not allowed for relationship '{link.relationship}': it has one type of target"
        raise refusal(query.text, item.relationship.at, text)
    return link


def _branches(tx: Transaction, query: Query, item: TypeOf, link: Field) -> dict[str, list[Column]]:
    found: dict[str, list[Column]] = {}
    for branch in item.branches:
        sobject = tx.object(branch.object)
        if sobject is None or sobject.name not in link.references:
            text = f"'{branch.object}' is no type of target of relationship '{link.relationship}'"
            raise refusal(query.text, branch.at, text, "INVALID_TYPE")
        found[sobject.name] = [resolve(tx, query, sobject, path) for path in branch.fields]
    return found
