"""Task lists and tasks as the API shows them."""

from __future__ import annotations

from typing import Any

from connectors.simulators.google.tasks.store import Task, TaskList, decoded
from connectors.simulators.google.tasks.times import written

_HOME = "https://www.googleapis.com/tasks/v1"


def task_list(tasks: TaskList) -> dict[str, Any]:
    return {
        "kind": "tasks#taskList",
        "id": tasks.id,
        "etag": tasks.etag,
        "title": tasks.title,
        "updated": written(tasks.updated),
        "selfLink": f"{_HOME}/users/@me/lists/{tasks.id}",
    }


def task(tasks: TaskList, one: Task, base_url: str) -> dict[str, Any]:
    """What is false or empty is left out, but for the links, of which there are none here."""
    shown: dict[str, Any] = {
        "kind": "tasks#task",
        "id": one.id,
        "etag": one.etag,
        "title": one.fields.get("title", ""),
        "updated": written(one.updated),
        "selfLink": f"{_HOME}/lists/{tasks.id}/tasks/{one.id}",
        "position": tasks.position(one),
        "status": one.fields["status"],
        "links": [],
        "webViewLink": f"{base_url}/task/{decoded(one.id)}?sa=6",
    }
    shown |= {name: one.fields[name] for name in ("notes", "due", "completed") if one.fields.get(name)}
    shown |= {"parent": one.parent} if one.parent else {}
    return shown | {name: True for name in ("deleted", "hidden") if getattr(one, name)}
