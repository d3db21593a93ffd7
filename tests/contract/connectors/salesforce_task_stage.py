"""Tasks at a Salesforce simulator, entered, changed and deleted by its people through the simulator's door."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, ClassVar

from connectors.records import Person, Task
from connectors.simulators.authority import Certificate
from tests.contract.connectors.salesforce_record_stage import SalesforceRecordStage, staged_as
from tests.contract.connectors.stage import CountingServer

FIELDS = {"title": "Subject", "text": "Description"}
ASIDE = ("Email", "ListEmail", "Call", "Cadence", "LinkedIn")


def record(**of: Any) -> dict[str, Any]:
    """Fields of a `Task` as somebody fills them in."""
    fields = {FIELDS[name]: value for name, value in of.items() if name in FIELDS}
    if "due" in of:
        fields["ActivityDate"] = of["due"].isoformat() if of["due"] else None
    if "done" in of:
        fields["Status"] = "Completed" if of["done"] else "Not Started"
    return fields


def whole(task: Task) -> dict[str, Any]:
    return record(title=task.title, text=task.text, due=task.due, done=task.done)


@dataclass(kw_only=True)
class SalesforceTaskStage(SalesforceRecordStage):
    sobject: ClassVar[str] = "Task"

    def fields(self, **of: Any) -> dict[str, Any]:
        return record(**of)

    def create(self, task: Task, owner: Person, /) -> str:
        return self.enter(task, owner)

    def enter(self, task: Task, owner: Person, **more: Any) -> str:
        """With these fields of Salesforce's own."""
        fields = whole(task) | {"OwnerId": owner.id} | more
        return str(self._door("create", object="Task", fields=fields)["id"])

    def repeat(self, task: Task, owner: Person, times: int) -> list[str]:
        return [str(id_) for id_ in self.series(task, owner, times)["ids"]]

    def series(self, task: Task, owner: Person, times: int) -> Any:
        return self._door("task-series", fields=whole(task) | {"OwnerId": owner.id}, count=times)

    def log(self, task: Task, owner: Person) -> list[str]:
        return [self.enter(task, owner, TaskSubtype=kind) for kind in ASIDE]


@contextmanager
def staged(server: CountingServer, certificate: Certificate) -> Iterator[SalesforceTaskStage]:
    with staged_as(SalesforceTaskStage, server, certificate) as made:
        yield made
