"""Verbs of the control door that change what is in the task lists, and what Tasks lets people do.

A task that is put, changed or deleted here is so by its owner, past every etag, in Google's own pages: what is
completed there is hidden at once, as the API's reference says (`showCompleted`).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from connectors.simulators.google import discovery
from connectors.simulators.google.answers import ApiError
from connectors.simulators.google.arguments import Arguments, Verb
from connectors.simulators.google.tasks import checking, writing
from connectors.simulators.google.tasks.limits import ANSWERS, PROJECT_DAY
from connectors.simulators.google.tasks.store import DEFAULT, Task, TaskBook, TaskList
from connectors.simulators.google.world import World


def _task_list(world: World, given: Arguments) -> dict[str, str]:
    name = _said(lambda: checking.title({"title": given.text("title")}))
    return {"id": world.task_books.add_list(_book(world, given), name).id}


def _delete_task_list(world: World, given: Arguments) -> dict[str, Any]:
    book, tasks = _book(world, given), _list(world, given)
    if tasks is book.default():
        raise ValueError("the default list cannot be deleted")
    del book.lists[tasks.id]
    return {}


def _task(world: World, given: Arguments) -> dict[str, str]:
    book, tasks, body = _book(world, given), _list(world, given), _body(given)
    where = {"parent": given.text("parent", ""), "previous": given.text("previous", "")}
    task = _said(lambda: writing.insert(world.task_books, book, tasks, body, **where))
    return _placed(_in_app(task))


def _task_many(world: World, given: Arguments) -> list[dict[str, str]]:
    return [_task(world, one) for one in given.each("tasks")]


def _change_task(world: World, given: Arguments) -> dict[str, str]:
    book, (tasks, task), body = _book(world, given), _found(world, given), _body(given)
    changed = _said(lambda: writing.change(world.task_books, book, tasks, task, body, whole=False))
    return _placed(_in_app(changed))


def _delete_task(world: World, given: Arguments) -> dict[str, Any]:
    tasks, task = _found(world, given)
    writing.delete(world.task_books, _book(world, given), tasks, task)
    return {}


def _clear_tasks(world: World, given: Arguments) -> dict[str, Any]:
    writing.clear(world.task_books, _book(world, given), _list(world, given))
    return {}


def _in_app(task: Task) -> Task:
    task.hidden = task.completed
    return task


def _placed(task: Task) -> dict[str, str]:
    return {"id": task.id, "etag": task.etag}


def _book(world: World, given: Arguments) -> TaskBook:
    return world.task_books.of(world.account(given.text("account")).email)


def _list(world: World, given: Arguments) -> TaskList:
    """The list that is named, else the default one."""
    book, wanted = _book(world, given), given.text("list", DEFAULT)
    found = book.default() if wanted == DEFAULT else book.lists.get(wanted)
    if found is None:
        raise ValueError(f"there is no task list “{wanted}”")
    return found


def _found(world: World, given: Arguments) -> tuple[TaskList, Task]:
    """The task, in whichever list it is."""
    for tasks in _book(world, given).lists.values():
        if given.text("id") in tasks.tasks:
            return tasks, tasks.tasks[given.text("id")]
    raise ValueError(f"there is no task “{given.text('id')}”")


def _body(given: Arguments) -> dict[str, Any]:
    """The task as the API would take it."""
    api = discovery.load("tasks", "v1")
    method = next(m for m in api.methods if m.id == "tasks.tasks.insert")
    body: dict[str, Any] = _said(lambda: discovery.parse_body(api, method, json.dumps(given.record("task")).encode()))
    return body


def _said(act: Callable[[], Any]) -> Any:
    """What Tasks refuses is a sentence of the door's."""
    try:
        return act()
    except ApiError as refusal:
        raise ValueError(refusal.message) from None


# -- Breaking and mending


def _api(*, on: bool) -> Verb:
    def switch(world: World, _: Arguments) -> dict[str, Any]:
        world.tasks_api_on = on
        return {}

    return switch


def _etags(world: World, given: Arguments) -> dict[str, Any]:
    """Whether a write with an etag that does not hold is refused."""
    world.task_books.heeds_etags = given.choice("etags", ("heeded", "ignored"), "heeded") == "heeded"
    return {}


def _fill_quota(world: World, given: Arguments) -> dict[str, int]:
    """Spends what is left of the project's day; with `until_mended` an account, or all, are refused."""
    email, quota = given.text("account", ""), world.tasks_quota
    who = world.account(email).email if email else ""
    if given.flag("until_mended") or who:
        quota.used_up[who] = given.choice("answer", ANSWERS, "user-minute" if who else "day")
        return {"spent": quota.spent()}
    quota.add(max(0, PROJECT_DAY - quota.spent()))
    return {"spent": quota.spent()}


def _free_quota(world: World, given: Arguments) -> dict[str, Any]:
    email = given.text("account", "")
    world.tasks_quota.free(world.account(email).email if email else "")
    return {}


def _days(world: World, given: Arguments) -> dict[str, Any]:
    """A granted quota is larger than the usual one; without any, a benchmark counts calls and no waits."""
    world.tasks_quota.days = given.choice("limits", ("usual", "none"), "usual") == "usual"
    return {}


VERBS: dict[str, Verb] = {
    "task-list": _task_list,
    "delete-task-list": _delete_task_list,
    "task": _task,
    "task-many": _task_many,
    "change-task": _change_task,
    "delete-task": _delete_task,
    "clear-tasks": _clear_tasks,
    "no-tasks-api": _api(on=False),
    "tasks-api": _api(on=True),
    "tasks-etags": _etags,
    "fill-tasks": _fill_quota,
    "free-tasks": _free_quota,
    "tasks-days": _days,
}
