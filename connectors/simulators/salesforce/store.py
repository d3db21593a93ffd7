"""The records of an org, with roll-back and an index over each field that records are looked for by.

A stored row is never changed in place: a write puts another one. So an undo entry is the row before, and a
caller may keep what it read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from connectors.simulators.salesforce import ids
from connectors.simulators.salesforce.schema import Field, Schema, SObject

Row = dict[str, Any]


def folded(field: Field, value: object) -> str:
    """A value as an index compares it: without case, unless the field minds it."""
    return str(value) if field.case_sensitive else str(value).lower()


class Store:
    """Rows by object and 18-character id. `mark()` and `roll_back()` make a request, or a part of it, all or none."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        self._rows: dict[str, dict[str, Row]] = {name: {} for name in schema.objects}
        self._numbers: dict[str, int] = {}
        self._index: dict[tuple[str, str], dict[str, dict[str, None]]] = {}  # ids by value, in the order of their entry
        self._sought: dict[str, dict[str, Field]] = {}  # fields by object, of which there is an index because of that
        self._undo: list[tuple[str, str, Row | None]] = []

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update({"_sought": {}} | state)
        for name in self._rows:  # an org that was put away may have had another sort of index
            self.reindex(name)

    def new_id(self, sobject: SObject) -> str:
        """A fresh id; a number is never given twice, even after a roll-back."""
        self._numbers[sobject.name] = self._numbers.get(sobject.name, 0) + 1
        return ids.mint(sobject.prefix, self._numbers[sobject.name])

    # -- reading

    def get(self, record_id: str) -> Row | None:
        """The row with an id, deleted or not; `None` for one that never was or is purged."""
        sobject = self.object_of(record_id)
        return self._rows[sobject.name].get(record_id) if sobject else None

    def object_of(self, record_id: str) -> SObject | None:
        return self.schema.of_prefix(ids.prefix(record_id))

    def rows(self, name: str, *, deleted: bool = False) -> Iterator[Row]:
        """All rows of an object in the order of their creation; those in the recycle bin only where asked for."""
        return (row for row in self._rows[name].values() if deleted or not row.get("IsDeleted"))

    def with_value(self, name: str, field: str, value: object) -> list[str]:
        """Ids of the live records that have a value, case aside, in an indexed field."""
        known = self.schema.objects[name].fields.get(field)
        key = folded(known, value) if known else ""
        return list(self._index.get((name, field), {}).get(key, ()))

    def having(self, name: str, field: str, value: object, *, deleted: bool = False) -> list[Row]:
        """The rows of an object that have a value in a field, in the order of their creation."""
        known = self.schema.objects[name].fields.get(field)
        if deleted or known is None or not isinstance(value, str):
            return [row for row in self.rows(name, deleted=deleted) if row.get(field) == value]
        return [row for row in self.found(name, known, [value]) if row[field] == value]

    def found(self, name: str, field: Field, values: Iterable[str]) -> list[Row]:
        """The live rows that have one of these texts in a field, case aside, in the order of their creation. The first
        such question makes an index of the field."""
        if not any(field.name == known.name for known in self._fields(name)):
            self._sought.setdefault(name, {})[field.name] = field
            self.reindex(name)
        index = self._index.get((name, field.name), {})
        ids = {found for value in values for found in index.get(folded(field, value), ())}
        return [self._rows[name][found] for found in sorted(ids)]  # numbers grow, and so do the ids made of them

    # -- writing

    def put(self, name: str, row: Row) -> None:
        self._undo.append((name, row["Id"], self._rows[name].get(row["Id"])))
        self._replace(name, row["Id"], row)

    def purge(self, name: str, record_id: str) -> None:
        self._undo.append((name, record_id, self._rows[name].get(record_id)))
        self._replace(name, record_id, None)

    def mark(self) -> int:
        return len(self._undo)

    def roll_back(self, mark: int) -> None:
        while len(self._undo) > mark:
            self._replace(*self._undo.pop())

    def commit(self) -> None:
        """Nothing before this moment can be rolled back."""
        self._undo.clear()

    def reindex(self, name: str) -> None:
        """To be called after an object got or lost a field."""
        fields = self.schema.objects[name].fields
        self._sought[name] = {known: fields[known] for known in self._sought.get(name, {}) if known in fields}
        for key in [k for k in self._index if k[0] == name]:
            del self._index[key]
        for row in self._rows[name].values():
            self._enter(name, row)

    def _replace(self, name: str, record_id: str, row: Row | None) -> None:
        before = self._rows[name].get(record_id)
        if before is not None:
            self._leave(name, before)
        if row is None:
            self._rows[name].pop(record_id, None)
        else:
            self._rows[name][record_id] = row
            self._enter(name, row)

    def _fields(self, name: str) -> Iterator[Field]:
        """Those of which there is an index."""
        yield from self.schema.objects[name].indexed
        yield from self._sought.get(name, {}).values()

    def _places(self, name: str, row: Row) -> Iterator[tuple[dict[str, dict[str, None]], str]]:
        if row.get("IsDeleted"):
            return
        for field in self._fields(name):
            value = row.get(field.name)
            if value is not None:
                yield self._index.setdefault((name, field.name), {}), folded(field, value)

    def _enter(self, name: str, row: Row) -> None:
        for place, value in self._places(name, row):
            place.setdefault(value, {})[row["Id"]] = None

    def _leave(self, name: str, row: Row) -> None:
        for place, value in self._places(name, row):
            place[value].pop(row["Id"], None)
            if not place[value]:
                del place[value]
