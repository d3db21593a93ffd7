"""A query run over the records of an org: filtered, grouped, sorted, cut and rendered as the REST API renders it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from connectors.simulators.salesforce import restrictions, soql, user_access
from connectors.simulators.salesforce.access_objects import NAME, OWN
from connectors.simulators.salesforce.errors import Refused
from connectors.simulators.salesforce.query_columns import Column, comparable, no_object, predicate, resolve, texts
from connectors.simulators.salesforce.query_typeof import typeof_column
from connectors.simulators.salesforce.rendering import render
from connectors.simulators.salesforce.schema import Field, SObject
from connectors.simulators.salesforce.soql_nodes import Aggregate, Order, Path, Query, TypeOf
from connectors.simulators.salesforce.soql_tokens import refusal
from connectors.simulators.salesforce.store import Row
from connectors.simulators.salesforce.transaction import Transaction

MOST_OFFSET = 2000
MOST_FIELDS = 200


@dataclass(frozen=True)
class Result:
    """`records` as JSON values; `ids` of the records that they show, empty for aggregates."""

    total: int
    records: list[dict[str, Any]]
    ids: list[str]


def run(tx: Transaction, text: str, *, deleted: bool = False) -> Result:
    """The answer of a query; with `deleted` (queryAll) the recycle bin is looked through as well. Raises Refused."""
    return answer(tx, soql.parse(text), deleted=deleted)


def answer(tx: Transaction, query: Query, *, deleted: bool = False) -> Result:
    sobject = tx.object(query.object)
    if sobject is None or not sobject.query:
        raise no_object(query)
    restrictions.check(query, sobject.name)
    if sobject.name == NAME:
        user_access.check(query)
    if query.offset > MOST_OFFSET:
        raise Refused("NUMBER_OUTSIDE_VALID_RANGE", f"Maximum SOQL offset allowed is {MOST_OFFSET}", None)
    grouped = query.groups or any(isinstance(item, Aggregate) and item.function != "FIELDS" for item in query.items)
    return _grouped(tx, query, sobject, deleted) if grouped else _plain(tx, query, sobject, deleted)


def _rows(tx: Transaction, query: Query, sobject: SObject, deleted: bool) -> list[Row]:
    def column(left: Path | Aggregate) -> Column:
        assert isinstance(left, Path)  # the grammar has no function in WHERE
        return resolve(tx, query, sobject, left)

    test = predicate(tx, query, query.where, column) if query.where else lambda _: True
    shown = _worked_out(tx, query, sobject.name) or _stored(tx, query, sobject, deleted)
    # an archived activity is where the recycle bin is: in queryAll alone
    return [row for row in shown if tx.sees(row) and (deleted or not row.get("IsArchived")) and test(row)]


def _worked_out(tx: Transaction, query: Query, name: str) -> Iterable[Row] | None:
    """The rows of an object of which nothing is stored."""
    if name == OWN:
        return user_access.own(tx)
    return user_access.rows(tx, query) if name == NAME else None


def _stored(tx: Transaction, query: Query, sobject: SObject, deleted: bool) -> Iterable[Row]:
    """The rows that may be meant: those that an index finds by a text, where the query names some, and else all."""
    for one in restrictions.conjuncts(query.where) if not deleted else ():
        named = texts(query, sobject, one)
        if named:
            return tx.org.store.found(sobject.name, *named)
    return tx.org.store.rows(sobject.name, deleted=deleted)


def _cut(query: Query, units: list[Any]) -> list[Any]:
    end = None if query.limit is None else query.offset + query.limit
    return units[query.offset : end]


def _sorted(query: Query, units: list[Any], column_of: Callable[[Path | Aggregate], Column]) -> list[Any]:
    """Sorted by the last key first, as Python's sort keeps the order of equals; nulls come first unless asked."""
    for order in reversed(query.orders):
        units = _by(units, order, _sortable(query, order, column_of(order.by)))
    return units


def _sortable(query: Query, order: Order, column: Column) -> Column:
    if not column.field.sort:
        text = f"field '{column.field.name}' can not be sorted in a query call"
        raise refusal(query.text, order.by.at, text, "INVALID_FIELD")
    return column


def _by(units: list[Any], order: Order, column: Column) -> list[Any]:
    keyed = [(comparable(column.field, column.read(unit)), unit) for unit in units]
    nulls = [unit for key, unit in keyed if key is None]
    rest = [pair for pair in keyed if pair[0] is not None]
    rest.sort(key=lambda pair: pair[0], reverse=order.descending)
    values = [unit for _, unit in rest]
    return values + nulls if order.nulls_last else nulls + values


# -- records


def _plain(tx: Transaction, query: Query, sobject: SObject, deleted: bool) -> Result:
    columns = _columns(tx, query, sobject)

    def column(by: Path | Aggregate) -> Column:
        if isinstance(by, Aggregate):
            raise refusal(query.text, by.at, f"unexpected token: '{by.function}'")
        return resolve(tx, query, sobject, by)

    rows = _cut(query, _sorted(query, _rows(tx, query, sobject, deleted), column))
    return Result(len(rows), [render(tx, sobject, columns, row) for row in rows], [row["Id"] for row in rows])


def _columns(tx: Transaction, query: Query, sobject: SObject) -> list[Column]:
    found: dict[tuple[str, ...], Column] = {}
    for item in query.items:
        for column in _selected(tx, query, sobject, item):
            if column.path in found:
                raise refusal(query.text, item.at, f"duplicate field selected: {'.'.join(column.path)}")
            found[column.path] = column
    return list(found.values())


def _selected(tx: Transaction, query: Query, sobject: SObject, item: Path | Aggregate | TypeOf) -> list[Column]:
    if isinstance(item, TypeOf):
        return [typeof_column(tx, query, sobject, item)]
    return [resolve(tx, query, sobject, path) for path in _expanded(tx, query, sobject, item)]


def _expanded(tx: Transaction, query: Query, sobject: SObject, item: Path | Aggregate) -> list[Path]:
    """A path, or the fields that FIELDS(ALL), FIELDS(STANDARD) or FIELDS(CUSTOM) stands for."""
    if isinstance(item, Path):
        return [item]
    which = item.path.text.upper() if item.path else ""
    chosen: dict[str, Callable[[Field], bool]] = {
        "ALL": lambda _: True,
        "STANDARD": lambda f: not f.custom,
        "CUSTOM": lambda f: f.custom,
    }
    if which not in chosen:
        raise refusal(query.text, item.at, f"unexpected token: '{which}'")
    if which != "STANDARD" and (query.limit is None or query.limit > MOST_FIELDS):
        raise refusal(query.text, item.at, f"The SOQL FIELDS function must have a LIMIT of at most {MOST_FIELDS}")
    return [Path((f.name,), item.at) for f in sobject.fields.values() if tx.shows(sobject, f) and chosen[which](f)]


# -- groups


def _grouped(tx: Transaction, query: Query, sobject: SObject, deleted: bool) -> Result:
    if any(isinstance(i, Aggregate) and i.path is None for i in query.items):
        return _counted(tx, query, sobject, deleted)
    groups = {resolve(tx, query, sobject, path).path: resolve(tx, query, sobject, path) for path in query.groups}
    for path, column in zip(query.groups, groups.values(), strict=True):
        if not column.field.group:
            text = f"field '{column.field.name}' can not be grouped in a query call"
            raise refusal(query.text, path.at, text, "INVALID_FIELD")

    def column_of(item: Path | Aggregate) -> Column:
        return _group_column(tx, query, sobject, groups, item)

    named = list(_named(query, column_of))
    units = _groups(_rows(tx, query, sobject, deleted), list(groups.values()))
    if query.having:
        test = predicate(tx, query, query.having, column_of)
        units = [unit for unit in units if test(unit)]
    units = _cut(query, _sorted(query, units, column_of))
    kind = {"attributes": {"type": "AggregateResult"}}
    return Result(len(units), [kind | {name: c.read(unit) for name, c in named} for unit in units], [])


def _counted(tx: Transaction, query: Query, sobject: SObject, deleted: bool) -> Result:
    """COUNT() alone: the number of rows is the answer's size, and there are no records."""
    if len(query.items) > 1 or query.groups or query.orders:
        raise refusal(query.text, query.items[-1].at, "COUNT() must be the only element in the SELECT list")
    return Result(len(_cut(query, _rows(tx, query, sobject, deleted))), [], [])


def _groups(rows: list[Row], columns: list[Column]) -> list[list[Row]]:
    if not columns:
        return [rows]
    found: dict[tuple[Any, ...], list[Row]] = {}
    for row in rows:
        key = tuple(comparable(c.field, c.read(row)) for c in columns)
        found.setdefault(key, []).append(row)
    return list(found.values())


def _named(query: Query, column_of: Callable[[Path | Aggregate], Column]) -> Iterable[tuple[str, Column]]:
    """(key in the answer, column): a function without an alias is `expr0`, `expr1`, …"""
    unnamed = 0
    for item in query.items:
        if isinstance(item, TypeOf):
            raise refusal(query.text, item.at, "TYPEOF is not allowed in a query that does not return objects")
        column = column_of(item)
        if isinstance(item, Path):
            yield column.path[-1], column
            continue
        yield item.alias or f"expr{unnamed}", column
        unnamed += not item.alias


def _group_column(
    tx: Transaction, query: Query, sobject: SObject, groups: dict[tuple[str, ...], Column], item: Path | Aggregate
) -> Column:
    """A column over a group's rows: one that is grouped by, or a function."""
    if isinstance(item, Path):
        column = resolve(tx, query, sobject, item)
        if column.path not in groups:
            raise refusal(query.text, item.at, f"Field must be grouped or aggregated: {item.text}")
        return Column(column.path, column.field, lambda rows: column.read(rows[0]))
    if item.path is None or item.function not in FUNCTIONS:
        raise refusal(query.text, item.at, f"unexpected token: '{item.function}'")
    inner = resolve(tx, query, sobject, item.path)
    kind, compute = FUNCTIONS[item.function]
    field = inner.field if kind is None else Field(name=item.function, label=item.function, type=kind)
    return Column((item.function,), field, lambda rows: compute(_present(inner, rows)))


def _present(column: Column, rows: list[Row]) -> list[Any]:
    return [value for row in rows if (value := column.read(row)) is not None]


# function → (type of its value, `None` for the field's own, what it makes of the values that are not null)
FUNCTIONS: dict[str, tuple[str | None, Callable[[list[Any]], Any]]] = {
    "COUNT": ("int", len),
    "COUNT_DISTINCT": ("int", lambda found: len({str(value).lower() for value in found})),
    "MIN": (None, lambda found: min(found, default=None)),
    "MAX": (None, lambda found: max(found, default=None)),
    "SUM": ("double", lambda found: sum(found) if found else None),
    "AVG": ("double", lambda found: sum(found) / len(found) if found else None),
}
