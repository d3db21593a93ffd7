"""What a query's names and conditions mean over records: columns to read, predicates to test.

A column reads a unit: a row, or in a grouped query the list of a group's rows.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from connectors.simulators.salesforce import ids, soql_dates, standard, values
from connectors.simulators.salesforce.errors import Refused
from connectors.simulators.salesforce.schema import TEXT_TYPES, Field, SObject
from connectors.simulators.salesforce.soql import SIGNS
from connectors.simulators.salesforce.soql_nodes import Aggregate, Comparison, Condition, Literal, Path, Query
from connectors.simulators.salesforce.soql_tokens import refusal
from connectors.simulators.salesforce.store import Row
from connectors.simulators.salesforce.transaction import Transaction

Predicate = Callable[[Any], bool]
Reader = Callable[[Any], Any]
Step = Callable[[Row], Row | None]

ID_TYPES = frozenset({"id", "reference"})
NAME = standard.name_object()
ADVICE = "Please reference your WSDL or the describe call for the appropriate names."
DEEPEST = 5

# field type → (kinds of literal that fit, the type's name in a refusal, how such a value is written)
QUOTED, BARE = "should be enclosed in quotes", "should not be enclosed in quotes"
FITTING = {
    "boolean": (("boolean",), "boolean", BARE),
    "int": (("number",), "int", BARE),
    "double": (("number",), "double", BARE),
    "currency": (("number",), "double", BARE),
    "date": (("date", "range"), "date", BARE),
    "datetime": (("datetime", "range"), "dateTime", BARE),
}
STRING = (("string",), "string", QUOTED)


@dataclass(frozen=True)
class Column:
    """`path` in the schema's own spelling; `steps` reads the parents on the way, the nearest first."""

    path: tuple[str, ...]
    field: Field
    read: Reader
    steps: tuple[Step, ...] = ()


# -- names


def resolve(tx: Transaction, query: Query, base: SObject, path: Path) -> Column:
    """The column that a path means. Raises Refused (INVALID_FIELD) with the place shown."""
    parts = _parts(query, base, path)
    sobject, names = base, list[str]()
    steps: list[Step] = []
    for part in parts[:-1]:
        link = sobject.relationship(part)
        if link is None or not tx.shows(sobject, link) or len(steps) == DEEPEST:
            raise no_relationship(query, path, part)
        steps.append(follow(tx, steps[-1] if steps else None, link))
        names.append(link.relationship)
        sobject = tx.org.schema.objects[link.references[0]] if len(link.references) == 1 else NAME
    field = tx.field(sobject, parts[-1])
    if field is None:
        raise no_column(query, path, parts[-1], sobject)
    return Column((*names, field.name), field, _reader(steps, field.name), tuple(steps))


def _parts(query: Query, base: SObject, path: Path) -> tuple[str, ...]:
    """Without the alias, or the object's own name, that may stand before."""
    named = len(path.parts) > 1 and path.parts[0].lower() in (query.alias.lower(), base.name.lower())
    return path.parts[1:] if named else path.parts


def follow(tx: Transaction, before: Step | None, link: Field) -> Step:
    def parent(row: Row) -> Row | None:
        child = before(row) if before else row
        record_id = child.get(link.name) if child else None
        found = tx.org.store.get(record_id) if record_id else None
        if found is None or found.get("IsDeleted") or not tx.sees(found):
            return None
        sobject = tx.org.store.object_of(found["Id"])
        if sobject is None or len(link.references) < 2:
            return found
        # a group says itself what it is: `Owner.Type = 'Queue'`
        kind = found["Type"] if sobject.name == "Group" else sobject.name
        return found | {"Type": kind, "Name": _name(sobject, found)}

    return parent


def _name(sobject: SObject, row: Row) -> Any:
    """What a record is called: of a case that is its number."""
    return next((row[f.name] for f in sobject.fields.values() if f.name_field), None)


def _reader(steps: list[Step], name: str) -> Reader:
    if not steps:
        return lambda row: row.get(name)
    last = steps[-1]
    return lambda row: (last(row) or {}).get(name)


def no_relationship(query: Query, path: Path, part: str) -> Refused:
    text = (
        f"Didn't understand relationship '{part}' in field path. If you are attempting to use a custom relationship, "
        f"be sure to append the '__r' after the custom relationship name. {ADVICE}"
    )
    return refusal(query.text, path.at, text, "INVALID_FIELD")


def no_column(query: Query, path: Path, name: str, sobject: SObject) -> Refused:
    text = (
        f"No such column '{name}' on entity '{sobject.name}'. If you are attempting to use a custom field, "
        f"be sure to append the '__c' after the custom field name. {ADVICE}"
    )
    return refusal(query.text, path.at, text, "INVALID_FIELD")


def no_object(query: Query) -> Refused:
    text = (
        f"sObject type '{query.object}' is not supported. If you are attempting to use a custom object, "
        f"be sure to append the '__c' after the entity name. {ADVICE}"
    )
    return refusal(query.text, query.object_at, text, "INVALID_TYPE")


# -- conditions


def predicate(
    tx: Transaction, query: Query, condition: Condition, column_of: Callable[[Path | Aggregate], Column]
) -> Predicate:
    """A test of one unit. Everything that can be refused is refused here, before a record is looked at."""
    if isinstance(condition, Comparison):
        return _comparison(tx, query, condition, column_of(condition.left))
    parts = [predicate(tx, query, part, column_of) for part in condition.parts]
    match condition.operator:
        case "NOT":
            return lambda unit: not parts[0](unit)
        case "AND":
            return lambda unit: all(part(unit) for part in parts)
        case _:
            return lambda unit: any(part(unit) for part in parts)


def _comparison(tx: Transaction, query: Query, given: Comparison, column: Column) -> Predicate:
    field = column.field
    if not field.filter:
        text = f"field '{field.name}' can not be filtered in a query call"
        raise refusal(query.text, given.left.at, text, "INVALID_FIELD")
    _check_operator(query, given, field)
    for literal in given.values:
        _check_literal(tx, query, literal, field, given.operator)
    have = _normalised(column)
    if given.operator == "LIKE":
        return _like(have, given.values[0])
    if given.values[0].kind == "range":
        return _within(tx, have, given, field)
    wanted = [_wanted(query, literal, field) for literal in given.values]
    return TESTS[given.operator](have, wanted)


def _check_operator(query: Query, given: Comparison, field: Field) -> None:
    unfit = (given.operator == "LIKE" and field.type not in TEXT_TYPES) or (
        field.type == "boolean" and given.operator not in ("=", "!=")
    )
    if unfit:
        text = f"invalid operator on {field.type} field"
        raise refusal(query.text, given.at, text, "INVALID_QUERY_FILTER_OPERATOR")


def _check_literal(tx: Transaction, query: Query, literal: Literal, field: Field, operator: str) -> None:
    if literal.kind == "range" and (_range(tx, literal) is None or operator.endswith("IN")):
        raise refusal(query.text, literal.at, f"unexpected token: '{literal.value[0]}'")
    kinds, name, written = FITTING.get(field.type, STRING)
    if literal.kind not in (*kinds, "null"):
        text = f"value of filter criterion for field '{field.name}' must be of type {name} and {written}"
        raise refusal(query.text, literal.at, text, "INVALID_FIELD")


def _range(tx: Transaction, literal: Literal) -> tuple[str, str] | None:
    try:
        name, n = literal.value
        return soql_dates.range_of(name, n, tx.now)
    except (OverflowError, ValueError):
        return None


def comparable(field: Field, value: Any) -> Any:
    """A stored value as comparisons and sorting see it: text without case."""
    folded = isinstance(value, str) and field.type in TEXT_TYPES and not field.case_sensitive
    return value.lower() if folded else value


def _normalised(column: Column) -> Reader:
    field, read = column.field, column.read
    return lambda unit: comparable(field, read(unit))


def _wanted(query: Query, literal: Literal, field: Field) -> Any:
    """A literal as `comparable` has stored values. An empty string means no value."""
    if literal.kind == "datetime":
        return values.as_moment(literal.value)
    if literal.kind != "string":
        return literal.value
    text = _plain(literal.value)
    if not text:
        return None
    if field.type not in ID_TYPES:
        return text if field.case_sensitive else text.lower()
    full = ids.parse(text)
    if full is None:
        raise refusal(query.text, literal.at, f"invalid ID field: {text}", "INVALID_QUERY_FILTER_OPERATOR")
    return full


def texts(query: Query, base: SObject, given: Comparison) -> tuple[Field, list[str]] | None:
    """The field of the object itself that is to have one of some texts, or ids, and these; `None` for all else."""
    if given.operator not in ("=", "IN") or not isinstance(given.left, Path):
        return None
    parts = _parts(query, base, given.left)
    field = base.field(parts[0]) if len(parts) == 1 else None
    if field is None or field.type not in {*TEXT_TYPES, *ID_TYPES}:
        return None
    wanted = [_wanted(query, literal, field) for literal in given.values]
    return (field, wanted) if all(isinstance(each, str) for each in wanted) else None


def _plain(text: str) -> str:
    for plain, sign in SIGNS.items():
        text = text.replace(sign, plain)
    return text


def _like(have: Reader, literal: Literal) -> Predicate:
    wild = {"%": ".*", "_": "."} | {sign: re.escape(plain) for plain, sign in SIGNS.items()}
    pattern = "".join(wild.get(c) or re.escape(c) for c in (literal.value or "").lower())
    test = re.compile(pattern, re.DOTALL).fullmatch
    return lambda unit: have(unit) is not None and test(have(unit)) is not None


def _within(tx: Transaction, have: Reader, given: Comparison, field: Field) -> Predicate:
    """A comparison with a date literal, which is a range: below its start, above its end, inside or outside it."""
    start, end = _range(tx, given.values[0]) or ("", "")
    midnight = "T00:00:00.000+0000" if field.type == "date" else ""
    bounds: dict[str, Callable[[str], bool]] = {
        "=": lambda at: start <= at < end,
        "!=": lambda at: not start <= at < end,
        "<": lambda at: at < start,
        "<=": lambda at: at < end,
        ">": lambda at: at >= end,
        ">=": lambda at: at >= start,
    }
    test = bounds[given.operator]
    absent = given.operator == "!="
    return lambda unit: absent if have(unit) is None else test(have(unit) + midnight)


def _ordered(test: Callable[[Any, Any], bool]) -> Callable[[Reader, list[Any]], Predicate]:
    """An order holds between values only: nothing is less or greater than null."""

    def make(have: Reader, wanted: list[Any]) -> Predicate:
        bound = wanted[0]
        return lambda unit: bound is not None and have(unit) is not None and test(have(unit), bound)

    return make


def _among(have: Reader, wanted: list[Any]) -> Predicate:
    several = set(wanted)
    return lambda unit: have(unit) in several


def _not_among(have: Reader, wanted: list[Any]) -> Predicate:
    several = set(wanted)
    return lambda unit: have(unit) not in several


TESTS: dict[str, Callable[[Reader, list[Any]], Predicate]] = {
    "=": _among,
    "!=": _not_among,
    "IN": _among,
    "NOT IN": _not_among,
    "<": _ordered(lambda a, b: bool(a < b)),
    "<=": _ordered(lambda a, b: bool(a <= b)),
    ">": _ordered(lambda a, b: bool(a > b)),
    ">=": _ordered(lambda a, b: bool(a >= b)),
}
