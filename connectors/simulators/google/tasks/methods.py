"""Which methods of the Tasks API are carried out, by their names in the discovery document.

A method that the document declares and this table lacks is answered with 501. That a deleted task can be read, and
comes back with `deleted: false`, is what its fields say; whether deleting it again is refused is not known, and here it
is not there to be deleted. https://developers.google.com/workspace/tasks/reference/rest
"""

from __future__ import annotations

from typing import Any

from connectors.simulators.google.tasks import listing, showing, writing
from connectors.simulators.google.tasks.asked import Asked, Operation, named_list, named_task, the_list, writable
from connectors.simulators.google.tasks.checking import check_id, title
from connectors.simulators.google.tasks.errors import default_list, missing_id, not_found, too_many
from connectors.simulators.google.tasks.store import Task, TaskList


def _list_got(asked: Asked) -> dict[str, Any]:
    return showing.task_list(the_list(asked))


def _list_inserted(asked: Asked) -> dict[str, Any]:
    name = title(asked.body)
    if len(asked.book.lists) >= writing.MOST_LISTS:
        raise too_many("task lists")
    return showing.task_list(asked.world.task_books.add_list(asked.book, name))


def _list_deleted(asked: Asked) -> None:
    """With all that is in it."""
    tasks = the_list(asked)
    if tasks is asked.book.default():
        raise default_list()
    del asked.book.lists[tasks.id]


def _got(asked: Asked) -> dict[str, Any]:
    tasks = the_list(asked)
    return _shown(asked, tasks, named_task(tasks, asked.path["task"]))


def _inserted(asked: Asked) -> dict[str, Any]:
    tasks = the_list(asked)
    check_id(asked.body)
    where = {"parent": str(asked.query["parent"]), "previous": str(asked.query["previous"])}
    return _shown(asked, tasks, writing.insert(asked.world.task_books, asked.book, tasks, asked.body, **where))


def _updated(asked: Asked) -> dict[str, Any]:
    if not asked.body.get("id"):
        raise missing_id()
    return _changed(asked, whole=True)


def _patched(asked: Asked) -> dict[str, Any]:
    return _changed(asked, whole=False)


def _changed(asked: Asked, *, whole: bool) -> dict[str, Any]:
    tasks = the_list(asked)
    task = writable(asked, tasks)
    check_id(asked.body, task.id)
    books = asked.world.task_books
    return _shown(asked, tasks, writing.change(books, asked.book, tasks, task, asked.body, whole=whole))


def _deleted(asked: Asked) -> None:
    tasks = the_list(asked)
    task = writable(asked, tasks)
    if task.deleted:
        raise not_found("Task")
    writing.delete(asked.world.task_books, asked.book, tasks, task)


def _moved(asked: Asked) -> dict[str, Any]:
    tasks = the_list(asked)
    task = writable(asked, tasks)
    if task.deleted:
        raise not_found("Task")
    wanted = str(asked.query["destinationTasklist"])
    target = named_list(asked, wanted) if wanted else tasks
    where = {"parent": str(asked.query["parent"]), "previous": str(asked.query["previous"])}
    return _shown(asked, target, writing.move(asked.world.task_books, asked.book, tasks, task, target, **where))


def _cleared(asked: Asked) -> None:
    writing.clear(asked.world.task_books, asked.book, the_list(asked))


def _shown(asked: Asked, tasks: TaskList, task: Task) -> dict[str, Any]:
    return showing.task(tasks, task, asked.world.base_url)


OPERATIONS: dict[str, Operation] = {
    "tasklists.list": listing.task_lists,
    "tasklists.get": _list_got,
    "tasklists.insert": _list_inserted,
    "tasklists.delete": _list_deleted,
    "tasks.list": listing.tasks,
    "tasks.get": _got,
    "tasks.insert": _inserted,
    "tasks.update": _updated,
    "tasks.patch": _patched,
    "tasks.delete": _deleted,
    "tasks.move": _moved,
    "tasks.clear": _cleared,
}
