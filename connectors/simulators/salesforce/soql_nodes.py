"""What a query consists of once it is parsed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Path:
    """A field, maybe of a parent: `("Account", "Name")`."""

    parts: tuple[str, ...]
    at: int

    @property
    def text(self) -> str:
        return ".".join(self.parts)


@dataclass(frozen=True)
class Aggregate:
    """`path` is `None` for COUNT() alone."""

    function: str
    path: Path | None
    alias: str
    at: int


@dataclass(frozen=True)
class Branch:
    """WHEN an object THEN fields."""

    object: str
    fields: tuple[Path, ...]
    at: int


@dataclass(frozen=True)
class TypeOf:
    """TYPEOF a relationship with several targets; `otherwise` is empty without ELSE."""

    relationship: Path
    branches: tuple[Branch, ...]
    otherwise: tuple[Path, ...]
    at: int


@dataclass(frozen=True)
class Literal:
    """`kind`: string, number, boolean, null, date, datetime, or range for a date literal: (name, n)."""

    kind: str
    value: Any
    at: int


@dataclass(frozen=True)
class Comparison:
    """`operator` also: LIKE, IN, NOT IN; `values` has one literal but for the last two."""

    left: Path | Aggregate
    operator: str
    values: tuple[Literal, ...]
    at: int


@dataclass(frozen=True)
class Logic:
    """`operator`: AND, OR, NOT."""

    operator: str
    parts: tuple[Condition, ...]


Condition = Comparison | Logic


@dataclass(frozen=True)
class Order:
    by: Path | Aggregate
    descending: bool
    nulls_last: bool


@dataclass(frozen=True)
class Query:
    text: str
    items: tuple[Path | Aggregate | TypeOf, ...]
    object: str
    object_at: int
    alias: str
    where: Condition | None
    groups: tuple[Path, ...]
    having: Condition | None
    orders: tuple[Order, ...]
    limit: int | None
    offset: int
