"""At the points of the engine's work: somebody else acts at one, once; and which calls are made is counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from connectors.effects import crash_points

CALLS = {
    "read page",
    "read events",
    "read crm events",
    "find people",
    "push events",
    "push to calendar",
    "look at events",
    "get events",
    "watch",
    "unwatch",
}


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


@contextmanager
def calls() -> Iterator[Counter[str]]:
    """How often each call was made inside the block."""
    made: Counter[str] = Counter()

    def hook(name: str) -> None:
        call, _, point = name.rpartition(": ")
        if point == "before" and call in CALLS:
            made[call] += 1

    with crash_points(hook):
        yield made
