"""The reference CRM with its tasks, moved from outside."""

from __future__ import annotations

from dataclasses import dataclass

from connectors.memory.crm_records import MemoryCrmTasks
from connectors.records import Person, Task
from tests.contract.connectors.memory_record_stage import MemoryRecordCrmStage


@dataclass(kw_only=True)
class MemoryTaskCrmStage(MemoryRecordCrmStage):
    @property
    def place(self) -> MemoryCrmTasks:
        return self.store.tasks

    def create(self, task: Task, owner: Person, /) -> str:
        return self.place.create(task, owner.id).id

    def repeat(self, task: Task, owner: Person, times: int) -> list[str]:
        return [self.create(task, owner) for _ in range(times)]

    def log(self, task: Task, owner: Person) -> list[str]:
        return [self.place.create(task, owner.id, aside=True).id for _ in range(2)]
