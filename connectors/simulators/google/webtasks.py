"""What a person sees who follows a link into Google Tasks: one task of one account, at `/task/ID`.

The link is a task's `webViewLink`. Google shows the task to whoever it belongs to; nobody signs in here: the page is
for the demo's user, and looks for the task in every list.
"""

from __future__ import annotations

from html import escape

from connectors.simulators.google.tasks.store import Task, TaskList, encoded
from connectors.simulators.google.world import World
from connectors.simulators.simulator import Call, Reply, Request

PATH = "/task/"


def show(world: World, request: Request, call: Call) -> Reply:
    """The task; 404 for one that is not there."""
    from connectors.simulators.door import document

    call.operation = "webtasks"
    task_id = encoded(request.path.removeprefix(PATH))
    for book in world.task_books.by_account.values():
        for tasks in book.lists.values():
            if task_id in tasks.tasks:
                call.account = book.owner
                return Reply.html(document("Google", f"<h2>{escape(tasks.title)}</h2>{_shown(tasks, task_id)}"))
    return Reply.html(document("Google", "<p>There is no such task.</p>"), 404)


def line(task: Task) -> str:
    """The task in a list, as HTML: a deleted one struck out, a completed one marked."""
    title = escape(task.fields.get("title") or "(no title)")
    words = f"✓ {title}" if task.completed else title
    return f"<del>{words}</del> (deleted)" if task.deleted else words


def _shown(tasks: TaskList, task_id: str) -> str:
    task = tasks.tasks[task_id]
    above = tasks.tasks.get(task.parent)
    rows = {
        "Due": task.fields.get("due", "")[:10],
        "Status": "completed" if task.completed else "open",
        "Completed": task.fields.get("completed", ""),
        "Part of": above.fields.get("title", "") if above else "",
    }
    lines = "".join(f'<tr><th scope="row">{n}</th><td>{escape(v)}</td></tr>' for n, v in rows.items() if v)
    notes = f"<p>{escape(task.fields.get('notes', ''))}</p>"
    return f"<article><h3>{line(task)}</h3><table>{lines}</table>{notes}</article>"
