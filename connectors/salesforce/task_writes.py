"""Writes tasks. Which status means that one is done, the org is asked once, and only where that is to be written."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar

from connectors.field_maps import NO_MAPS, FieldMaps
from connectors.records import RecordWrite, Task
from connectors.salesforce import task_mapping
from connectors.salesforce.client import SalesforceClient
from connectors.salesforce.mapping import Row
from connectors.salesforce.record_writes import RecordWriter
from connectors.salesforce.task_mapping import DONE, SAID, Statuses

STATUSES = "SELECT ApiName, MasterLabel, IsClosed, IsDefault FROM TaskStatus ORDER BY SortOrder"


class TaskWriter(RecordWriter):
    """The part of `CrmConnector.push` that writes tasks."""

    sobject: ClassVar[str] = "Task"
    by_key: ClassVar[str] = "Id, Syncapp_Key__c, IsClosed"

    def __init__(self, client: SalesforceClient, maps: FieldMaps = NO_MAPS) -> None:
        super().__init__(client, maps)
        self._known_statuses: Statuses | None = None

    def new(self, write: RecordWrite) -> dict[str, Any]:
        task = _task(write)
        return task_mapping.new_task(write, task, self._statuses().closed if task.done else "")

    def known(self, write: RecordWrite) -> dict[str, Any]:
        task = _task(write)
        return task_mapping.known_task(write, task, self._statuses().of(task) if DONE in write.fields else "")

    def adopted(self, write: RecordWrite, row: Row) -> RecordWrite:
        """All of it is written, but for a status that means the same already: there is more than one way to be open."""
        fields = SAID if row["IsClosed"] is not _task(write).done else SAID - {DONE}
        return replace(super().adopted(write, row), fields=fields)

    def _statuses(self) -> Statuses:
        if self._known_statuses is None:
            (rows,) = self._client.queries([STATUSES])
            self._known_statuses = task_mapping.statuses(rows)
        return self._known_statuses


def _task(write: RecordWrite) -> Task:
    if not isinstance(write.record, Task):
        raise TypeError(f"a {type(write.record).__name__} is no task")
    return write.record
