"""Task lists and their tasks, in the order in which people see them.

What is deleted stays, marked, for about three months
(https://github.com/Google-Tasks-Backup/tasks-backup/issues/28). There are no sync tokens: who wants to know what
changed asks for `updatedMin`.
"""

from __future__ import annotations

import base64
import random
import re
import string
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import takewhile

KEPT = 90 * 24 * 3600.0
MY_TASKS = "My Tasks"
DEFAULT = "@default"
_LETTERS = string.ascii_letters + string.digits + "_-"


def encoded(key: str) -> str:
    """An id as the API has it: the one that Google's web pages have, in base64."""
    return base64.urlsafe_b64encode(key.encode()).decode().rstrip("=")


def decoded(text: str) -> str:
    """The reverse; "" for what cannot be an id."""
    try:
        key = base64.b64decode(text + "=" * (-len(text) % 4), "-_", validate=True).decode()
    except ValueError:
        return ""
    return key if re.fullmatch(r"[\w-]{16}|\d{20}:0:0", key, re.ASCII) else ""


@dataclass(kw_only=True)
class Task:
    """`fields` are what a client writes: title, notes, due, status, completed. `parent` is an id, "" at the top."""

    id: str
    fields: dict[str, str]
    parent: str = ""
    hidden: bool = False
    deleted: bool = False
    updated: float = 0.0
    change: int = 0

    @property
    def completed(self) -> bool:
        return self.fields["status"] == "completed"

    @property
    def etag(self) -> str:
        return _etag(self.change)


@dataclass(kw_only=True)
class TaskList:
    """`order` has the ids of tasks by parent, deleted ones too; what is new comes first."""

    id: str
    title: str
    updated: float = 0.0
    change: int = 0
    tasks: dict[str, Task] = field(default_factory=dict)
    order: dict[str, list[str]] = field(default_factory=dict)
    numbered: int = -1  # the change at which `_numbers`, the places of what is seen among its siblings, were counted
    _numbers: dict[str, int] = field(default_factory=dict, repr=False, compare=False)

    @property
    def etag(self) -> str:
        return _etag(self.change)

    def place(self, task: Task, parent: str, previous: str = "") -> None:
        """Puts the task behind its new sibling, or first. One that is not in the list yet has no place to leave."""
        for ids in self.order.values() if task.id in self.tasks else ():
            if task.id in ids:
                ids.remove(task.id)
        siblings = self.order.setdefault(parent, [])
        siblings.insert(siblings.index(previous) + 1 if previous in siblings else 0, task.id)
        task.parent = parent

    def position(self, task: Task) -> str:
        """Digits that sort as the tasks do; those of hidden tasks are last, the newest first, as recorded."""
        if task.hidden:
            return f"{10**19 - 1 - int(task.updated * 1000):020d}"
        if self.numbered == self.change:
            return f"{self._numbers.get(task.id, 0):020d}"
        before = takewhile(lambda sibling: sibling != task.id, self.order.get(task.parent, []))
        return f"{0 if task.deleted else sum(map(self._is_seen, before)):020d}"

    def number(self) -> None:
        """Counts all places at once, for whoever is to show many: they hold until the list changes."""
        if self.numbered != self.change:
            seen = (filter(self._is_seen, ids) for ids in self.order.values())
            self._numbers = {each: place for ids in seen for place, each in enumerate(ids)}
            self.numbered = self.change

    def _is_seen(self, task_id: str) -> bool:
        return not (self.tasks[task_id].deleted or self.tasks[task_id].hidden)

    def open(self) -> int:
        return sum(map(self._is_seen, self.tasks))

    def family(self, task: Task) -> list[Task]:
        """The task and all that are below it."""
        below = [self.tasks[child] for child in self.order.get(task.id, [])]
        return [task, *(one for child in below for one in self.family(child))]

    def take_out(self, task: Task) -> None:
        """Leaves no trace of the task, as if it had never been in this list."""
        for ids in self.order.values():
            if task.id in ids:
                ids.remove(task.id)
        self.tasks.pop(task.id, None)


@dataclass(kw_only=True)
class TaskBook:
    """The task lists of one account, the default one first."""

    owner: str
    lists: dict[str, TaskList] = field(default_factory=dict)
    change: int = 0

    def default(self) -> TaskList:
        return next(iter(self.lists.values()))

    def touch(self, tasks: TaskList, now: float, *changed: Task) -> None:
        """Gives what was changed, and its list, another etag and time."""
        for task in changed:
            self.change += 1
            task.change, task.updated = self.change, now
        self.change += 1
        tasks.change, tasks.updated = self.change, now

    def size(self) -> int:
        """How many tasks there are in all lists, deleted ones too."""
        return sum(len(tasks.tasks) for tasks in self.lists.values())

    def living(self) -> int:
        return sum(not task.deleted for tasks in self.lists.values() for task in tasks.tasks.values())

    def forget(self, now: float) -> None:
        """Drops what was deleted too long ago."""
        for tasks in self.lists.values():
            for task in [t for t in tasks.tasks.values() if t.deleted and t.updated < now - KEPT]:
                tasks.take_out(task)


class TaskBooks:
    """Not safe for threads by itself: the simulator holds its lock around every request."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._random = random.Random("tasks")
        self.by_account: dict[str, TaskBook] = {}
        self.heeds_etags = True  # whether a write with an etag that does not hold is refused

    def of(self, email: str) -> TaskBook:
        """The account's own book, made with its default list when it is first looked for."""
        if email not in self.by_account:
            book = self.by_account[email] = TaskBook(owner=email)
            digits = "".join(self._random.choices(string.digits, k=20))
            self.add_list(book, MY_TASKS, f"{digits}:0:0")
        return self.by_account[email]

    def add_list(self, book: TaskBook, title: str, key: str = "") -> TaskList:
        tasks = TaskList(id=encoded(key or self._new_key()), title=title)
        book.lists[tasks.id] = tasks
        book.touch(tasks, self.now())
        return tasks

    def new_task(self, fields: dict[str, str]) -> Task:
        return Task(id=encoded(self._new_key()), fields=fields)

    def forget_account(self, email: str) -> None:
        self.by_account.pop(email, None)

    def _new_key(self) -> str:
        return "".join(self._random.choices(_LETTERS, k=16))

    def now(self) -> float:
        return self._clock()


def _etag(change: int) -> str:
    """As Google's look: a negative number in base64. It says nothing but that something changed."""
    return f'"{encoded(str(-change * 7_919))}"'
