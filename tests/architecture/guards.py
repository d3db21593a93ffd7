"""Finds calls that do not lie where they have to: writes outside `commit()`, effects outside `outside()`.

A call lies well inside `with guard(…):`, inside a function that carries the guard's mark (`@within_commit`), inside
what is handed to a guarded caller (`line.call("…", lambda mail: …)`), or in a private function that is called
from nowhere but such places.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.architecture.sources import dotted

Picks = Callable[[ast.Call], bool]


@dataclass(frozen=True)
class Guard:
    """What protects: the context manager, and whatever else counts as being inside of it."""

    context: str
    mark: str = ""
    carrier: str = ""


@dataclass
class _Function:
    """What one function does outside of any guard: its suspicious calls, and all names that it mentions."""

    name: str
    marked: bool
    calls: list[ast.Call] = field(default_factory=list)
    mentions: set[str] = field(default_factory=set)

    @property
    def is_entrance(self) -> bool:
        """Whether other modules may call it. Dunder methods are called by Python itself."""
        return not self.name.startswith("_") or self.name.startswith("__")


COMMIT = Guard("commit", mark="within_commit")
OUTSIDE = Guard("outside", carrier="call")


def unguarded(text: str, guard: Guard, picks: Picks) -> list[str]:
    """The calls that `picks` chooses and that nothing guards, as "line: call"."""
    reader = _Reader(guard, picks)
    reader.visit(ast.parse(text))
    exposed = _exposed(reader.functions)
    found = [call for function in reader.functions if function.name in exposed for call in function.calls]
    return [f"{call.lineno}: {ast.unparse(call)[:80]}" for call in sorted(found, key=lambda call: call.lineno)]


def _exposed(functions: list[_Function]) -> set[str]:
    """Names of the functions that can be reached without a guard: from outside, or from another such function."""
    open_ = [function for function in functions if not function.marked]
    reached = {function.name for function in open_ if function.is_entrance}
    while fresh := {name for f in open_ if f.name in reached for name in f.mentions} - reached:
        reached |= fresh
    return reached - {function.name for function in functions if function.marked}


class _Reader(ast.NodeVisitor):
    """Collects the functions of a module with what they do outside of guards."""

    def __init__(self, guard: Guard, picks: Picks) -> None:
        self.guard = guard
        self.picks = picks
        self.depth = 0
        self.functions = [_Function(name="", marked=False)]
        self._stack = [self.functions[0]]

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        for each in (*node.decorator_list, node.args):
            self.visit(each)
        marked = any(dotted(each) == self.guard.mark for each in node.decorator_list)
        function = _Function(name=node.name, marked=marked)
        self.functions.append(function)
        self._stack.append(function)
        depth, self.depth = self.depth, 0
        for statement in node.body:
            self.visit(statement)
        self.depth = depth
        self._stack.pop()

    def visit_With(self, node: ast.With) -> None:
        guards = any(dotted(item.context_expr) == self.guard.context for item in node.items)
        for item in node.items:
            self.visit(item)
        self.depth += guards
        for statement in node.body:
            self.visit(statement)
        self.depth -= guards

    def visit_Call(self, node: ast.Call) -> None:
        if not self.depth and self.picks(node):
            self._stack[-1].calls.append(node)
        carried = isinstance(node.func, ast.Attribute) and node.func.attr == self.guard.carrier
        self.visit(node.func)
        self.depth += carried
        for each in (*node.args, *node.keywords):
            self.visit(each)
        self.depth -= carried

    def visit_Name(self, node: ast.Name) -> None:
        self._mention(node.id)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        self._mention(node.attr)
        self.visit(node.value)

    def _mention(self, name: str) -> None:
        if not self.depth:
            self._stack[-1].mentions.add(name)
