"""A worker that dies while it keeps records in step both ways, and the answers that nobody hears."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress

from connectors.effects import crash_points
from tests import builders
from tests.integration.events.stage import Stage

SIDES = ("before", "after")
# What every run with something of all kinds commits, whatever the resource is.
COMMITS = (
    "asking: note",
    "budget: draw",
    "cursor: move",
    "jobs: ask for a write",
    "lease: claim",
    "lease: release",
    "plan crm events",
    "plan events",
    "prepare: claim",
    "prepare: done",
    "prepare: survived",
    "reader: next",
    "run: finish",
    "run: open",
    "settle",
    "settle events",
    "settle events in crm",
    "settle events in mailbox",
    "version: reserve",
)


class Died(BaseException):
    """A worker that is gone."""


def points(calls: Iterable[str], commits: Iterable[str] = ()) -> list[str]:
    """Before and after each of these calls, and of each commit: those that all have, and these."""
    named = [f"{name}: {side}" for name in calls for side in SIDES]
    return [*named, *(f"{name}: {side} commit" for name in (*COMMITS, *commits) for side in SIDES)]


def seen(play: Callable[[], object]) -> list[str]:
    """The points that it comes by, each once, sorted."""
    found: dict[str, None] = {}
    with crash_points(found.setdefault):
        play()
    return sorted(found)


def dies_at(point: str, play: Callable[[], object]) -> None:
    """It is played until the worker dies at this point, which it does the first time."""
    died: list[str] = []

    def die(name: str) -> None:
        if name == point and not died:
            died.append(name)
            raise Died

    with crash_points(die), suppress(Died):
        play()
    assert died == [point]


def lost(stage: Stage) -> None:
    """Anna's mailbox does what it is asked next, and we do not hear of it."""
    builders.store_of(stage.anna).faults.lost_answers.append(True)
    stage.run()


def later(stage: Stage) -> None:
    stage.time.move(hours=5)
    stage.run(2)
