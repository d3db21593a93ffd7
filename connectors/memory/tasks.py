"""The tasks of an account in their lists, in memory."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from connectors.clock import now
from connectors.errors import ItemError
from connectors.memory.entries import Entry, MemoryRecords
from connectors.records import Put, Record, Ref, Task

SAID = ("title", "text", "due", "done")


class MemoryTasks(MemoryRecords[Task]):
    """Each task is in one list."""

    name: ClassVar[str] = "task"

    # -- What people do

    def add(self, task: Task, tasklist: str = "") -> Ref:
        """Somebody enters a task into a list; "" is the one in which what is new goes."""
        return self.entered(replace(task, key=""), tasklist=tasklist)

    def move(self, ref: Ref, tasklist: str) -> Ref:
        """Somebody puts a task into another list."""
        self.entries[ref.id].tasklist = tasklist
        return self.edit(ref, changed_at=now())

    def drop_list(self, tasklist: str) -> None:
        """Somebody deletes a list with all that is in it."""
        for entry in [each for each in self.alive() if each.tasklist == tasklist]:
            self.delete(entry.ref)

    # -- What a connector does

    def is_twin(self, entry: Entry[Task], record: Record) -> bool:
        """It says the same, and is where what is new goes."""
        return not entry.tasklist and all(getattr(entry.record, name) == getattr(record, name, None) for name in SAID)

    def made(self, put: Put) -> Ref | ItemError:
        return self.add(replace(put.record, changed_at=None)) if isinstance(put.record, Task) else self.unknown()
