"""Rules of the layout as pure functions over source text; each gives the places that break it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from statistics import median

from tests.architecture.sources import APPS, dotted

_DOTTED = re.compile(rf"({'|'.join(APPS)})(?:\.[A-Za-z_]\w*)+")
SIGNALS = ("django.dispatch", "django.db.models.signals", "django.core.signals", "django.contrib.auth.signals")
MODEL_HOOKS = frozenset(("save", "delete", "clean", "full_clean", "__init__"))


def names_reaching_up(app: str, text: str) -> list[str]:
    """Dotted names in strings that lead into a higher app: a task's name is an import too."""
    higher = APPS[APPS.index(app) + 1 :]
    words = (n.value for n in ast.walk(ast.parse(text)) if isinstance(n, ast.Constant) and isinstance(n.value, str))
    return [word for word in words if (found := _DOTTED.fullmatch(word.strip(". "))) and found[1] in higher]


def function_lengths(text: str) -> dict[str, int]:
    """Lines of each function by name and line, signature and docstring included, decorators aside."""
    functions = (n for n in ast.walk(ast.parse(text)) if isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef)))
    return {f"{f.name}:{f.lineno}": (f.end_lineno or f.lineno) - f.lineno + 1 for f in functions}


def middle_and_long(lengths: list[int], bound: int) -> tuple[float, float]:
    """(median, share of those over the bound)."""
    return median(lengths), sum(length > bound for length in lengths) / len(lengths)


def unscoped_queries(text: str) -> list[str]:
    """Queries through the manager that sees every organization; `.none()` asks for nothing."""
    nodes = list(ast.walk(ast.parse(text)))
    harmless = {id(n.value) for n in nodes if isinstance(n, ast.Attribute) and n.attr == "none"}
    used = [n for n in nodes if isinstance(n, ast.Attribute) and n.attr == "everywhere" and id(n) not in harmless]
    return [f"{n.lineno}: {dotted(n)}" for n in sorted(used, key=lambda n: n.lineno)]


def signal_imports(text: str) -> list[str]:
    return [name for name in _imported(text) if name.startswith(SIGNALS)]


def _imported(text: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def models_with_hooks(text: str) -> list[str]:
    """Methods by which a model would act on its own when it is made, saved or deleted."""
    classes = (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.ClassDef))
    return [f"{c.name}.{f.name}" for c in classes for f in _methods(c) if f.name in MODEL_HOOKS]


def _methods(node: ast.ClassDef) -> Iterator[ast.FunctionDef]:
    return (statement for statement in node.body if isinstance(statement, ast.FunctionDef))


def uncommented_requirements(pyproject: str) -> list[str]:
    """Requirements of production whose line says no reason."""
    lists = re.findall(r"^(?:dependencies|postgres) = \[\n(.*?)^\]", pyproject, re.MULTILINE | re.DOTALL)
    lines = [line.strip() for listed in lists for line in listed.splitlines() if line.strip()]
    return [line for line in lines if not re.fullmatch(r'"[^"]+",\s*# \S.{3,}', line)]


def cycles(imports: Mapping[str, frozenset[str]]) -> list[frozenset[str]]:
    """Groups of modules that import each other, by whatever way round."""
    reach = {name: _reachable(name, imports) for name in imports}
    circles = {frozenset({name} | {n for n in reach[name] if name in reach.get(n, ())}) for name in imports}
    return sorted((c for c in circles if len(c) > 1 or c & reach[next(iter(c))]), key=sorted)


def _reachable(start: str, imports: Mapping[str, frozenset[str]]) -> set[str]:
    seen: set[str] = set()
    waiting = set(imports.get(start, ()))
    while waiting:
        name = waiting.pop()
        seen.add(name)
        waiting |= imports.get(name, frozenset()) - seen
    return seen
