"""The product's own files, read once."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
APPS = ("connectors", "issues", "notifications", "syncapp")  # from the ground floor to the top


@dataclass(frozen=True)
class Source:
    """A module of the product by its dotted name."""

    name: str
    text: str

    @property
    def is_simulator(self) -> bool:
        return within(self.name, "connectors.simulators")

    def __str__(self) -> str:
        return self.name


@cache
def product() -> tuple[Source, ...]:
    """Every module of the four apps, migrations aside."""
    paths = sorted(path for app in APPS for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts)
    return tuple(Source(_dotted(path), path.read_text("utf-8")) for path in paths)


@cache
def suite() -> tuple[Source, ...]:
    return tuple(Source(_dotted(path), path.read_text("utf-8")) for path in sorted((ROOT / "tests").rglob("*.py")))


def _dotted(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def within(name: str, *packages: str) -> bool:
    """Whether a module is one of these or lies inside one of them."""
    return any(name == package or name.startswith(f"{package}.") for package in packages)


def dotted(node: ast.expr) -> str:
    """`a.b(…).c` as "a.b.c"; what is no name is left out."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return dotted(node.func) if isinstance(node, ast.Call) else ""
