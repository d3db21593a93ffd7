"""Somebody else acts at a point of the engine's work, once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from connectors.effects import crash_points


@contextmanager
def happening(what: Callable[[], object], *, at: str) -> Iterator[None]:
    """`what()` happens the first time that the point is reached; what happens there passes points unnoticed."""
    left = [what]

    def hook(name: str) -> None:
        if name == at and left:
            with crash_points(lambda _: None):
                left.pop()()

    with crash_points(hook):
        yield
    assert not left, f"nobody came to “{at}”"
