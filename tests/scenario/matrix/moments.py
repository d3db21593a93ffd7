"""When something strikes: at a step of the flow, or at a statement that is sent to the database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connection

from connectors.effects import crash_points

Strike = Callable[[], object]


@dataclass(frozen=True, kw_only=True)
class Moment:
    """The `nth` time that a step is reached, or that a statement with these words is sent."""

    step: str = ""
    statement: str = ""
    nth: int = 1


class Hits:
    """How often it struck."""

    def __init__(self) -> None:
        self.number = 0


@contextmanager
def at(moment: Moment, strike: Strike, *, times: int = 1, or_step: str = "") -> Iterator[Hits]:
    """Calls `strike()` at the moment or the other step, and at the next ones like them until it struck so often."""
    hits, passed = Hits(), 0

    def reached(words: str) -> None:
        nonlocal passed
        if not (_meant(moment, words) or words == or_step) or hits.number == times:
            return
        passed += 1
        if passed >= moment.nth:
            hits.number += 1
            strike()

    def sent(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        reached(sql)
        return execute(sql, params, many, context)

    with ExitStack() as stack:
        if moment.statement:
            stack.enter_context(connection.execute_wrapper(sent))
        else:
            stack.enter_context(crash_points(reached))
        yield hits


def _meant(moment: Moment, words: str) -> bool:
    return moment.statement in words if moment.statement else words == moment.step


def during(strike: Callable[[str], object]) -> Any:
    """Calls `strike(statement)` before each statement that is sent to the database."""

    def sent(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        strike(sql)
        return execute(sql, params, many, context)

    return connection.execute_wrapper(sent)
