"""What the contract of tasks needs from outside of a CRM: people who enter, change and delete tasks."""

from __future__ import annotations

from typing import Protocol

from connectors.records import Person, Task
from tests.contract.connectors.record_crm_stage import RecordCrmStage


class TaskCrmStage(RecordCrmStage, Protocol):
    """One organization at a CRM that is made for the test, without any task in it."""

    def create(self, task: Task, owner: Person, /) -> str:
        """Somebody enters a task into the CRM, for this user: its id."""

    def repeat(self, task: Task, owner: Person, times: int) -> list[str]:
        """Somebody enters a series in the CRM's own way: its occurrences."""

    def log(self, task: Task, owner: Person) -> list[str]:
        """Records that are tasks to the CRM alone, each of another kind: messages and calls that were logged."""
