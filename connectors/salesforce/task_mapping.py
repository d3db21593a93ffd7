"""Tasks as Salesforce records, and back. Pure.

What a task says is written; whom and what it is about, its priority and its reminder are not, so that what people
set there stays. Salesforce knows many statuses, and each org says which of them are closed: a task is done where its
status is. A subject that is too long is not cut: Salesforce refuses the record and says so. Only a description is
shortened, with a note at its end.

Object Reference, “Task” and “TaskStatus”.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from connectors.records import CrmRecord, RecordWrite, Task
from connectors.salesforce.mapping import KEY, VERSION, described, moment, standing

PLACE = "task list"  # where the whole of a description is

# What `crm_task` reads of a record.
FIELDS = (
    "Id",
    "Subject",
    "Description",
    "ActivityDate",
    "IsClosed",
    "OwnerId",
    "IsDeleted",
    "LastModifiedDate",
    "SystemModstamp",
    KEY,
    VERSION,
)


@dataclass(frozen=True, kw_only=True)
class Statuses:
    """What the statuses of an org's tasks mean: the first one that is closed, and the one that opens a task again.

    Where an org names none, those that Salesforce gives to a new one.
    """

    closed: str = "Completed"
    opened: str = "Not Started"

    def of(self, task: Task) -> str:
        return self.closed if task.done else self.opened


def statuses(rows: Iterable[Mapping[str, Any]]) -> Statuses:
    """Out of rows of TaskStatus, in the org's order. The default opens a task, where it is an open one."""
    named = [(str(row["ApiName"] or row["MasterLabel"] or ""), row) for row in rows]
    closed = [name for name, row in named if row["IsClosed"]]
    opened = [(not row["IsDefault"], number, name) for number, (name, row) in enumerate(named) if not row["IsClosed"]]
    return Statuses(closed=next(iter(closed), Statuses.closed), opened=min(opened)[2] if opened else Statuses.opened)


def new_task(write: RecordWrite, task: Task, status: str) -> dict[str, Any]:
    """The record of a task that is not there yet. One without a `status` gets the org's default."""
    owner = {"OwnerId": write.owner_id} if write.owner_id else {}
    return _ours(write) | _said(task) | _with_status(status) | owner


def known_task(write: RecordWrite, task: Task, status: str) -> dict[str, Any]:
    """What is written of a task that is there: what the write names. It stays with whom it belongs to."""
    named = {field for name, field in _FIELDS.items() if name in write.fields}
    said = {field: value for field, value in _said(task).items() if field in named}
    return _ours(write) | said | _with_status(status) | {"Id": write.record_id}


def kept(task: Task) -> Task:
    """How a task reads back once it was written: what Salesforce shortens or strips is so here too."""
    return replace(task, title=task.title.strip(), text=described(task.text, PLACE).replace("\r\n", "\n"))


def crm_task(row: Mapping[str, Any]) -> CrmRecord:
    """A row of Task with `FIELDS`."""
    task = Task(
        title=row["Subject"] or "",
        text=(row["Description"] or "").replace("\r\n", "\n"),
        due=date.fromisoformat(row["ActivityDate"]) if row["ActivityDate"] else None,
        done=row["IsClosed"] is True,
        key=row[KEY] or "",
        changed_at=moment(row["LastModifiedDate"]),
    )
    return standing(row, task)


_FIELDS = {"title": "Subject", "text": "Description", "due": "ActivityDate"}
DONE = "done"
SAID = frozenset({*_FIELDS, DONE})  # all that is ever written of a task, by the names of `Task`


def _ours(write: RecordWrite) -> dict[str, Any]:
    return {"attributes": {"type": "Task"}, KEY: write.key, VERSION: write.version}


def _said(task: Task) -> dict[str, Any]:
    return {
        "Subject": task.title or None,
        "Description": described(task.text, PLACE) or None,
        "ActivityDate": task.due.isoformat() if task.due else None,
    }


def _with_status(status: str) -> dict[str, Any]:
    return {"Status": status} if status else {}
