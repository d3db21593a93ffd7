"""An organization whose tasks are kept in step: the people of the calendars, and their lists."""

from __future__ import annotations

from datetime import date
from typing import Any

from connectors.memory.crm_records import CrmEntry
from connectors.memory.tasks import MemoryTasks
from connectors.records import Ref, Task
from syncapp.models import Item
from tests import builders
from tests.conftest import Time
from tests.integration.events.stage import ANNA, BEN, Stage

DAY = date(2026, 12, 1)


def task(title: str = "Call Ann", **fields: Any) -> Task:
    return Task(**{"title": title, "text": "About the prices.", "due": DAY, **fields})


class TaskStage(Stage):
    """Anna's list and the CRM's tasks; `run` is one run of everybody and everything."""

    @property
    def tasks(self) -> MemoryTasks:
        return builders.store_of(self.anna).tasks

    def at_crm(self) -> list[CrmEntry[Task]]:
        return list(self.crm.tasks.living.values())

    def only(self) -> CrmEntry[Task]:
        (found,) = self.at_crm()
        return found

    def there(self) -> tuple[Ref, Task]:
        """The one task in Anna's list."""
        ((id_, found),) = self.tasks.living.items()
        return self.tasks.entries[id_].ref, found

    def both(self) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
        """What the list and the CRM say, for comparison."""
        return _said(self.tasks.living.values()), _said(each.said for each in self.at_crm())

    def are_equal(self) -> bool:
        """Whether both sides say the same, and one more run writes nothing."""
        mine, theirs = self.both()
        return mine == theirs and self.is_quiet()


def _said(tasks: Any) -> list[tuple[Any, ...]]:
    return sorted((each.title, each.text, str(each.due), each.done) for each in tasks)


def staged(time: Time, **values: Any) -> TaskStage:
    """The stage; `values` are the organization's settings."""
    made = builders.organization(syncs_tasks=True, **values)
    anna = builders.mailbox(made, "anna@ours.example", crm_user_id=ANNA)
    ben = builders.mailbox(made, "ben@ours.example", crm_user_id=BEN)
    return TaskStage(time=time, organization=made, anna=anna, ben=ben, crm=builders.crm_of(made))


def items() -> list[Item]:
    return list(Item.everywhere.filter(resource="task").order_by("pk"))
