"""Where a machine plays: both sides, people, and workers between the sides, whatever these are made of.

In an `Office` the product works, on a database; in a `ModelOffice` the model of its protocol does, on dictionaries.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from enum import StrEnum
from typing import Generic, Protocol, TypeVar

from tests.scenario.deaths import Crash
from tests.scenario.machine.meetings import People
from tests.scenario.machine.sides import Faults, Sides

Hook = Callable[[str], None]
Question = TypeVar("Question")


# Between these points what a worker knows of the CRM may be old. What needs no writing is settled in between.
LOOKED = ("look at events: after", "look for events: after")
WRITTEN = ("push events: after", "push to calendar", "cursor", "run")


class Work(StrEnum):
    """The three kinds of jobs that there are."""

    READER = "reader"
    ANNA = "anna"
    BEN = "ben"


class Clock(Protocol):
    def move(self, **by: float) -> None:
        """Moves it on, in the words of `timedelta`."""


class Workplace(ABC, Generic[Question]):
    """`rounds` are those that it took to come to rest, all together; a `Question` is a conflict that somebody has to
    decide."""

    time: Clock
    sides: Sides
    people: People
    faults: Faults
    rounds: int

    # -- Work

    @abstractmethod
    def work(self, work: Work) -> None:
        """Jobs of one kind until there is no more to do, as the queue would give them out."""

    @abstractmethod
    def crash_points(self, hook: Hook) -> AbstractContextManager[None]:
        """Call the hook at every point of a worker's way inside the block."""

    @abstractmethod
    def outlast_leases(self) -> None:
        """So much time passes that whoever is at work has slept through the lease."""

    def all_work(self) -> None:
        for work in Work:
            self.work(work)

    def dies(self, work: Work, at: int) -> bool:
        """A worker that dies at its n-th step, or ends before that; whether it died."""

        def death(name: str) -> None:
            raise Crash(name)

        try:
            self._until(work, at, death)
        except Crash:
            return True
        return False

    def pauses(self, work: Work, at: int, meanwhile: Callable[[], None], *, edits_crm: bool = False) -> bool:
        """A worker that stops at its n-th step, while something else happens; whether it came so far. If that
        `edits_crm`, it happens when nothing is on its way from a look at the CRM to a write there: an edit that falls
        in between is not promised to survive."""

        def pause(_: str) -> None:
            with self.crash_points(lambda _: None):
                meanwhile()

        return self._until(work, at, pause, spares=edits_crm)

    def _until(self, work: Work, at: int, what: Hook, *, spares: bool = False) -> bool:
        left, was_looked = at, False

        def hook(name: str) -> None:
            nonlocal left, was_looked
            was_looked = name in LOOKED or (was_looked and not name.startswith(WRITTEN))
            if left > 1 or (left == 1 and not (spares and was_looked)):
                left -= 1
                if left == 0:
                    what(name)

        with self.crash_points(hook):
            self.work(work)
        return left <= 0

    # -- Pages

    @property
    @abstractmethod
    def seen_cursors(self) -> Sequence[tuple[object, str]]:
        """Every cursor that was ever stored, with whose it is: each is still good."""

    @abstractmethod
    def go_back(self, whose: object, cursor: str) -> None:
        """Store it again, so that the page after it comes again."""

    # -- People and what they are asked

    @abstractmethod
    def questions(self) -> Sequence[Question]:
        """Conflicts that somebody has to decide."""

    @abstractmethod
    def decide(self, question: Question, choice: str) -> None: ...

    @abstractmethod
    def unsettled(self) -> Sequence[str]:
        """What a person has to do something about, one word or two each."""

    @abstractmethod
    def settle_everything(self) -> None:
        """Somebody tries everything again and decides every question, for the calendar's side."""

    # -- To the end

    @abstractmethod
    def comes_to_rest(self) -> None:
        """Rounds of all work until one changes nothing and nothing waits. Raises `Restless`."""

    @abstractmethod
    def wrong(self) -> list[str]:
        """What must not be, seen from outside, one sentence each."""
