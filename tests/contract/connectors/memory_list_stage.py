"""The reference implementation with its tasks, moved from outside."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from connectors import clock
from connectors.records import Ref, Task
from tests.contract.connectors.memory_stage import MemoryMailStage


@dataclass(kw_only=True)
class MemoryTaskStage(MemoryMailStage):
    """`ahead` is how far its clock, which is ours, is ahead of the real one, in seconds."""

    ahead: float = 0.0

    def neighbour(self) -> MemoryTaskStage:
        return MemoryTaskStage()

    def add(self, task: Task, tasklist: str = "") -> Ref:
        return self.store.tasks.add(task, tasklist)

    def drop_list(self, tasklist: str) -> None:
        self.store.tasks.drop_list(tasklist)

    def edit(self, ref: Ref, **fields: Any) -> Ref:
        return self.store.tasks.edit(ref, **fields)

    def delete(self, ref: Ref) -> None:
        self.store.tasks.delete(ref)

    def move(self, ref: Ref, tasklist: str) -> Ref:
        return self.store.tasks.move(ref, tasklist)

    def touch(self, ref: Ref) -> Ref:
        return self.store.tasks.touch(ref)

    def wait(self, days: int) -> None:
        self.ahead += days * 86_400.0

    def living(self) -> list[str]:
        return list(self.store.tasks.living)

    def forget_cursors(self) -> None:
        self.store.tasks.forget_cursors()

    def lose_answer(self) -> None:
        self.store.faults.lost_answers.append(True)


@contextmanager
def standing() -> Iterator[MemoryTaskStage]:
    """Tasks of its own; our clock goes with theirs."""
    made = MemoryTaskStage()
    with clock.using(lambda: made.ahead):
        yield made
