"""Everything that lasts goes through two doors: `commit()` for our database, `outside()` for the world.

Both stand between two crash points. `step()` does nothing in production; tests put a crash there and
prove that no point of no flow loses or doubles anything. Because every transaction of ours is opened by
`commit()`, `outside()` can refuse to leave the process while one is open: a network call inside a
transaction is an error at once, not a review comment.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import transaction

P = ParamSpec("P")
R = TypeVar("R")
CrashPoint = Callable[[str], None]


class _Open(threading.local):
    commits = 0


_open = _Open()


def _nothing(name: str) -> None:
    pass


_crash_point: CrashPoint = _nothing


def step(name: str) -> None:
    """A named point before or after something that lasts."""
    _crash_point(name)


@contextmanager
def crash_points(hook: CrashPoint) -> Iterator[None]:
    """Call `hook(name)` at every `step()` inside the block."""
    global _crash_point
    before = _crash_point
    _crash_point = hook
    try:
        yield
    finally:
        _crash_point = before


@contextmanager
def commit(name: str, *, may_fail: bool = False) -> Iterator[None]:
    """One transaction. Inside another one it is part of that, with no point of its own.

    `may_fail` says that the caller goes on after a database error: inside another transaction a savepoint then
    keeps the rest of it alive.
    """
    if _open.commits:
        with transaction.atomic() if may_fail else nullcontext():
            yield
        return
    step(f"{name}: before commit")
    _open.commits += 1
    try:
        with transaction.atomic():
            yield
    finally:
        _open.commits -= 1
    step(f"{name}: after commit")


def within_commit(function: Callable[P, R]) -> Callable[P, R]:
    """Marks a function that writes and leaves the transaction to its caller; refuses to run without one."""

    @wraps(function)
    def checked(*args: P.args, **kwargs: P.kwargs) -> R:
        if not _open.commits:
            raise RuntimeError(f"{function.__qualname__} writes, but no commit() is open")
        return function(*args, **kwargs)

    return checked


@contextmanager
def outside(name: str) -> Iterator[None]:
    """A call that leaves the process: a provider, a mail server, a file. Never inside a transaction."""
    if _open.commits:
        raise RuntimeError(f"{name} leaves the process while a transaction is open")
    step(f"{name}: before")
    yield
    step(f"{name}: after")
