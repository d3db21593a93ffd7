"""Queries of the Tooling API, with what its objects do not support.

Tooling API Developer Guide, "SOQL Operation Limitations": EntityDefinition and FieldDefinition know no COUNT, GROUP BY,
OR, NOT and nothing but equality, and pass over LIMIT and OFFSET; FieldDefinition wants to be told the object. Metadata
and FullName are told of one row at a time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from connectors.simulators.salesforce import catalogue, query, soql
from connectors.simulators.salesforce.answers import Answer, Parts
from connectors.simulators.salesforce.errors import Refused
from connectors.simulators.salesforce.org import Access
from connectors.simulators.salesforce.query_columns import no_object
from connectors.simulators.salesforce.soql_nodes import Aggregate, Comparison, Condition, Logic, Path, Query
from connectors.simulators.salesforce.transaction import Transaction
from connectors.simulators.simulator import Request

DEFINITIONS = ("entitydefinition", "fielddefinition")  # they can be asked for beside the Tooling API too
# object → user permissions of which one lets a user see it
SEEN_BY = dict.fromkeys(("CustomField", "ValidationRule"), ("ViewSetup", "CustomizeApplication")) | dict.fromkeys(
    ("InstalledSubscriberPackage", "SubscriberPackage", "SubscriberPackageVersion"), ("ViewSetup",)
)
REIFIED = ("entitydefinitionid", "durableid", "entitydefinition.qualifiedapiname", "entitydefinition.durableid")
ONE_AT_A_TIME = ("SubscriberPackage", "SubscriberPackageVersion")
UNSUPPORTED = "EXTERNAL_OBJECT_UNSUPPORTED_EXCEPTION"


@dataclass(kw_only=True)
class Drawn(Transaction):
    """A question to the catalogue, which holds only what its asker may see."""

    beneath: str = "/tooling"

    @property
    def root(self) -> str:
        return f"{super().root}{self.beneath}"


def over_the_catalogue(tx: Transaction) -> Drawn:
    store = catalogue.drawn(tx)
    org = replace(tx.org, schema=store.schema, store=store, access=Access(), required=set())
    return Drawn(org=org, user_id=tx.user_id, now=tx.now, version=tx.version, base_url=tx.base_url, system=True)


def sees(tx: Transaction, name: str) -> bool:
    needed = SEEN_BY.get(name)
    return needed is None or any(tx.has(permission) for permission in needed)


def run_query(tx: Transaction, request: Request, _: Parts) -> Answer:
    text = request.first("q")
    if not text:
        raise Refused("MALFORMED_QUERY", "A query string has to be specified", None)
    name, result = answer(tx, soql.parse(text))
    return Answer(value=_page(name, result))


def answer(tx: Transaction, asked: Query, beneath: str = "/tooling") -> tuple[str, query.Result]:
    """(object, rows) of a query over the catalogue; `beneath` is where its records lie within a version."""
    drawn = over_the_catalogue(tx)
    drawn.beneath = beneath
    sobject = drawn.object(asked.object)
    if sobject is None or not sees(tx, sobject.name):
        raise no_object(asked)
    if sobject.name.lower() in DEFINITIONS:
        asked = _defined(asked, sobject.name)
    if sobject.name in ONE_AT_A_TIME:
        _check_by_id(asked, sobject.name)
    result = query.answer(drawn, asked)
    _check_costly(asked, result.total)
    return sobject.name, result


def _page(name: str, result: query.Result) -> dict[str, Any]:
    return {
        "size": len(result.records),
        "totalSize": result.total,
        "done": True,
        "queryLocator": None,
        "entityTypeName": name,
        "records": result.records,
    }


def _defined(asked: Query, name: str) -> Query:
    """The query as such an object carries it out. Raises Refused for what it cannot."""
    if asked.groups or any(isinstance(item, Aggregate) and item.function != "FIELDS" for item in asked.items):
        text = (
            "The requested operation is not yet supported by this SObject storage type, contact salesforce.com support "
            "for more information."
        )
        raise Refused(UNSUPPORTED, text, None)
    compared = list(_compared(asked.where)) if asked.where else []
    if name == "FieldDefinition" and not any(_text(one).lower() in REIFIED for one in compared):
        text = "FieldDefinition: a filter on a reified column is required [EntityDefinitionId,DurableId]"
        raise Refused("MALFORMED_QUERY", text, None)
    return replace(asked, limit=None, offset=0)


def _compared(condition: Condition) -> Iterator[Comparison]:
    if isinstance(condition, Logic):
        if condition.operator != "AND":
            text = "Disjunctions not supported" if condition.operator == "OR" else "Only equals comparisons permitted"
            raise Refused(UNSUPPORTED, text, None)
        for part in condition.parts:
            yield from _compared(part)
        return
    if condition.operator not in ("=", "IN", "LIKE"):
        raise Refused(UNSUPPORTED, "Only equals comparisons permitted", None)
    yield condition


def _check_by_id(asked: Query, name: str) -> None:
    """What exists in all orgs is told by its id alone."""
    named = [asked.where] if isinstance(asked.where, Comparison) else getattr(asked.where, "parts", ())
    by_id = (
        isinstance(one, Comparison) and _text(one).lower() == "id" and one.operator in ("=", "IN") for one in named
    )
    if not any(by_id):
        raise Refused("MALFORMED_QUERY", f"{name}: a filter on Id is required", None)


def _text(one: Comparison) -> str:
    return one.left.text if isinstance(one.left, Path) else ""


def _check_costly(asked: Query, found: int) -> None:
    named = {item.text.lower() for item in asked.items if isinstance(item, Path)}
    if found > 1 and not named.isdisjoint(name.lower() for name in catalogue.COSTLY):
        text = (
            "When retrieving results with Metadata or FullName fields, the query qualifications must specify no more "
            f"than one row for retrieval. Result size: {found}"
        )
        raise Refused("MALFORMED_QUERY", text, None)
