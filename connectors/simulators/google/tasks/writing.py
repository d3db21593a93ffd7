"""How a task comes into a list, changes there, moves, and goes. One way for the API and for the control door."""

from __future__ import annotations

from typing import Any

from connectors.simulators.google.tasks.checking import WRITABLE, fields
from connectors.simulators.google.tasks.errors import invalid, too_many
from connectors.simulators.google.tasks.store import Task, TaskBook, TaskBooks, TaskList

MOST_IN_LIST, MOST_IN_ALL, MOST_BELOW, MOST_LISTS = 20_000, 100_000, 2_000, 2_000


def insert(
    books: TaskBooks, book: TaskBook, tasks: TaskList, body: dict[str, Any], *, parent: str, previous: str
) -> Task:
    """A new task, first among its siblings unless it is put behind another."""
    _check_place(tasks, None, parent, previous)
    if len(tasks.tasks) >= MOST_IN_LIST and tasks.open() >= MOST_IN_LIST:
        raise too_many("tasks of a list")
    if book.size() >= MOST_IN_ALL and book.living() >= MOST_IN_ALL:
        raise too_many("tasks")
    now = books.now()
    task = books.new_task(fields(body, now))
    tasks.place(task, parent, previous)
    tasks.tasks[task.id] = task
    book.touch(tasks, now, task)
    return task


def change(books: TaskBooks, book: TaskBook, tasks: TaskList, task: Task, body: dict[str, Any], *, whole: bool) -> Task:
    """The task with what the body says; `whole` is an update (PUT), which drops what the body lacks."""
    now = books.now()
    old = {} if whole else {name: value for name, value in task.fields.items() if name in WRITABLE}
    new = fields(old | {name: body[name] for name in WRITABLE if name in body}, now)
    if body.get("deleted") and not task.deleted:
        delete(books, book, tasks, task)
    elif body.get("deleted") is False:
        task.deleted = False
    task.fields = new
    task.hidden = task.hidden and task.completed
    book.touch(tasks, now, task)
    return task


def delete(books: TaskBooks, book: TaskBook, tasks: TaskList, task: Task) -> None:
    """Marks the task as deleted, with all that is below it."""
    gone = [one for one in tasks.family(task) if not one.deleted]
    for one in gone:
        one.deleted = True
    book.touch(tasks, books.now(), *gone)


def move(
    books: TaskBooks, book: TaskBook, tasks: TaskList, task: Task, target: TaskList, *, parent: str, previous: str
) -> Task:
    """The task, with all that is below it, at another place, or in another list."""
    if task.hidden and (parent or previous):
        raise invalid("A hidden task can only be first at the top level.")
    _check_place(target, task, parent, previous)
    family = tasks.family(task)
    if target is not tasks:
        _carry_over(tasks, target, family)
        book.touch(tasks, books.now())
    target.place(task, parent, previous)
    book.touch(target, books.now(), *(family if target is not tasks else [task]))
    return task


def _carry_over(tasks: TaskList, target: TaskList, family: list[Task]) -> None:
    below = {one.id: tasks.order.pop(one.id, []) for one in family}
    for one in family:
        tasks.take_out(one)
        target.tasks[one.id] = one
    target.order |= {parent: ids for parent, ids in below.items() if ids}


def clear(books: TaskBooks, book: TaskBook, tasks: TaskList) -> None:
    """Hides what is completed."""
    done = [task for task in tasks.tasks.values() if task.completed and not (task.hidden or task.deleted)]
    for task in done:
        task.hidden = True
    book.touch(tasks, books.now(), *done)


def _check_place(tasks: TaskList, task: Task | None, parent: str, previous: str) -> None:
    """Whether there is such a parent and such a sibling there. Raises `ApiError`."""
    above = tasks.tasks.get(parent)
    if parent and (above is None or above.deleted or above.hidden or (task and above in tasks.family(task))):
        raise invalid("Invalid parent task ID")
    before = tasks.tasks.get(previous)
    if previous and (before is None or before.deleted or before.hidden or before.parent != parent or before is task):
        raise invalid("Invalid previous task ID")
    if parent and len(tasks.order.get(parent, [])) >= MOST_BELOW:
        raise too_many("subtasks of a task")
