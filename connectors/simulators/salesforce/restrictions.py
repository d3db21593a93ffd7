"""Objects of which a query must say which records it means; the wording of the first is recorded by many clients."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from connectors.simulators.salesforce.errors import Refused
from connectors.simulators.salesforce.soql_nodes import Comparison, Condition, Path, Query

LINKS = (
    "Implementation restriction: ContentDocumentLink requires a filter by a single Id on ContentDocumentId or "
    "LinkedEntityId using the equals operator or multiple Id's using the IN operator."
)


def conjuncts(condition: Condition | None) -> Iterator[Comparison]:
    """The comparisons that hold for every record that a condition lets through."""
    if isinstance(condition, Comparison):
        yield condition
    elif condition is not None and condition.operator == "AND":
        for part in condition.parts:
            yield from conjuncts(part)


def named(query: Query, *fields: str) -> list[Comparison]:
    """The filters by which a query names the records that it means, by one of these fields."""
    wanted = {field.lower() for field in fields}
    found = [one for one in conjuncts(query.where) if one.operator in ("=", "IN")]
    return [one for one in found if isinstance(one.left, Path) and one.left.text.lower() in wanted]


def _links(query: Query) -> None:
    if not named(query, "Id", "ContentDocumentId", "LinkedEntityId"):
        raise Refused("MALFORMED_QUERY", LINKS, None)


RESTRICTED: dict[str, Callable[[Query], None]] = {"ContentDocumentLink": _links}


def check(query: Query, name: str) -> None:
    restrict = RESTRICTED.get(name)
    if restrict:
        restrict(query)
