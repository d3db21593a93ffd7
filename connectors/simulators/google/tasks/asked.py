"""A request to Tasks that was let in, and the list and the task that it names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from connectors.simulators.google.tasks.errors import changed_meanwhile, invalid_list, invalid_task, not_found
from connectors.simulators.google.tasks.store import DEFAULT, Task, TaskBook, TaskList, decoded
from connectors.simulators.google.world import Account, World
from connectors.simulators.simulator import Request


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Whose tasks, with which scopes, and the checked path, query and body."""

    world: World
    account: Account
    scopes: frozenset[str]
    path: Mapping[str, str]
    query: Mapping[str, Any]
    body: dict[str, Any]
    request: Request

    @property
    def book(self) -> TaskBook:
        return self.world.task_books.of(self.account.email)

    @property
    def now(self) -> float:
        return self.world.now()

    def flag(self, name: str, default: bool = False) -> bool:
        """A parameter whose default the document does not declare."""
        return bool(self.query[name]) if self.request.first(name) else default


# The answer as JSON, or `None` for a method that answers nothing.
Operation = Callable[[Asked], dict[str, Any] | None]


def named_list(asked: Asked, list_id: str) -> TaskList:
    """The list of that id, or the default one. Raises the refusals 400 and 404."""
    if list_id == DEFAULT:
        return asked.book.default()
    if not decoded(list_id):
        raise invalid_list()
    found = asked.book.lists.get(list_id)
    if found is None:
        raise not_found("Task list")
    return found


def the_list(asked: Asked) -> TaskList:
    return named_list(asked, asked.path["tasklist"])


def named_task(tasks: TaskList, task_id: str) -> Task:
    """The task of that id, deleted ones too. Raises the refusals 400 and 404."""
    if not decoded(task_id):
        raise invalid_task()
    found = tasks.tasks.get(task_id)
    if found is None:
        raise not_found("Task")
    return found


def writable(asked: Asked, tasks: TaskList) -> Task:
    """The task that the path names, as it was when the client read it. Raises the refusal 412.

    `If-Match` was heeded when Tasks was of the older kind of API, as Calendar is. Whether it still is nobody says, so
    the door can switch it off.
    """
    task = named_task(tasks, asked.path["task"])
    expected = asked.request.headers.get("if-match", "")
    if asked.world.task_books.heeds_etags and expected not in ("", "*", task.etag):
        raise changed_meanwhile()
    return task
