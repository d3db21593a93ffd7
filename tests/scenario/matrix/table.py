"""The matrix as data: `cells.toml`, read into cells."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("cells.toml")
ENDS = ("synced", "waiting", "held", "issue", "incident")


@dataclass(frozen=True, kw_only=True)
class Case:
    """One way in which the fault of a cell comes, and how it has to end: a word of `ENDS`, and a code."""

    row: str
    column: str
    way: str
    end: str

    @property
    def cell(self) -> str:
        return f"{self.row}/{self.column}"

    @property
    def kind(self) -> str:
        return self.end.partition(" ")[0]

    def __str__(self) -> str:
        return f"{self.cell} {self.way}"


def _table() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text())


def titles() -> dict[str, str]:
    """What each row is about."""
    return {row: table["fault"] for row, table in _table().items() if row != "not run"}


def cases() -> list[Case]:
    return [case for row, table in _table().items() if row != "not run" for case in _of_row(row, table)]


def _of_row(row: str, table: dict[str, Any]) -> Iterator[Case]:
    for column, ways in table.items():
        if column != "fault":
            yield from (Case(row=row, column=column, way=way, end=end) for way, end in ways.items())


def not_run() -> dict[str, str]:
    """The cells that cannot be run, each with the reason."""
    return dict(_table()["not run"])
