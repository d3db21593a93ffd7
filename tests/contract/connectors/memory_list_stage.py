"""The reference implementation with its tasks, moved from outside."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from connectors import clock
from connectors.memory.contacts import MemoryContacts
from connectors.memory.tasks import MemoryTasks
from connectors.records import Ref, Task
from tests.contract.connectors.memory_stage import MemoryMailStage


@dataclass(kw_only=True)
class MemoryListStage(MemoryMailStage, ABC):
    """`ahead` is how far its clock, which is ours, is ahead of the real one, in seconds."""

    ahead: float = 0.0

    @property
    @abstractmethod
    def place(self) -> MemoryTasks | MemoryContacts:
        """What it is about."""

    def edit(self, ref: Ref, **fields: Any) -> Ref:
        return self.place.edit(ref, **fields)

    def delete(self, ref: Ref) -> None:
        self.place.delete(ref)

    def touch(self, ref: Ref) -> Ref:
        return self.place.touch(ref)

    def wait(self, days: int) -> None:
        self.ahead += days * 86_400.0

    def living(self) -> list[str]:
        return list(self.place.living)

    def forget_cursors(self) -> None:
        self.place.forget_cursors()

    def lose_answer(self) -> None:
        self.store.faults.lost_answers.append(True)


@dataclass(kw_only=True)
class MemoryTaskStage(MemoryListStage):
    @property
    def place(self) -> MemoryTasks:
        return self.store.tasks

    def neighbour(self) -> MemoryTaskStage:
        return MemoryTaskStage()

    def add(self, task: Task, /, tasklist: str = "") -> Ref:
        return self.place.add(task, tasklist)

    def drop_list(self, tasklist: str) -> None:
        self.place.drop_list(tasklist)

    def move(self, ref: Ref, tasklist: str) -> Ref:
        return self.place.move(ref, tasklist)


@contextmanager
def standing() -> Iterator[MemoryTaskStage]:
    """Tasks of its own; our clock goes with theirs."""
    made = MemoryTaskStage()
    with clock.using(lambda: made.ahead):
        yield made
