"""Lists of task lists and of tasks, page by page.

The tasks that changed last come first, as recorded; no order is documented. Lower bounds take in what is exactly there,
upper bounds do not: of `dueMax` that is on record (https://github.com/taylorwilsdon/google_workspace_mcp/issues/238),
of `completedMax` it is taken to be so. More than a hundred tasks a page nobody gets, whatever they ask for.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from connectors.simulators.google.answers import ApiError
from connectors.simulators.google.tasks import showing, times
from connectors.simulators.google.tasks.asked import Asked, the_list
from connectors.simulators.google.tasks.errors import bad_request, invalid
from connectors.simulators.google.tasks.store import Task, TaskList

LARGEST_PAGE, USUAL_PAGE, LARGEST_LISTS = 100, 20, 1_000
_PAGE_ONLY = ("pageToken", "maxResults", "fields", "prettyPrint", "alt")
_TIMES = ("completedMin", "completedMax", "dueMin", "dueMax", "updatedMin")

_T = TypeVar("_T")


def task_lists(asked: Asked) -> dict[str, Any]:
    entries = list(enumerate(asked.book.lists.values()))
    some, following = _page(asked, entries, lambda entry: (entry[0],), LARGEST_LISTS, LARGEST_LISTS)
    etag = asked.book.default().etag
    shown = [showing.task_list(tasks) for _, tasks in some]
    return {"kind": "tasks#taskLists", "etag": etag, "items": shown} | following


def tasks(asked: Asked) -> dict[str, Any]:
    """The tasks of a list. Raises `ApiError` 400."""
    found = the_list(asked)
    entries = sorted(_selected(asked, found), key=_newest_first)
    some, following = _page(asked, entries, _newest_first, USUAL_PAGE, LARGEST_PAGE)
    found.number()
    shown = [showing.task(found, task, asked.world.base_url) for task in some]
    return {"kind": "tasks#tasks", "etag": found.etag, "items": shown} | following


def _newest_first(task: Task) -> tuple[float, int]:
    return (-task.updated, -task.change)


def _selected(asked: Asked, found: TaskList) -> list[Task]:
    bounds = {name: times.bound(str(asked.query[name])) for name in _TIMES}
    kept = [task for task in found.tasks.values() if _is_shown(asked, task)]
    return [
        task
        for task in kept
        if _within(task.fields.get("due", ""), bounds["dueMin"], bounds["dueMax"])
        and _within(task.fields.get("completed", ""), bounds["completedMin"], bounds["completedMax"])
        and _within(times.written(task.updated), bounds["updatedMin"], None)
    ]


def _is_shown(asked: Asked, task: Task) -> bool:
    """Whether the flags let it in; what is completed is shown unless it is hidden, too."""
    return (
        (not task.deleted or asked.flag("showDeleted"))
        and (not task.hidden or asked.flag("showHidden"))
        and (not task.completed or asked.flag("showCompleted", default=True))
    )


def _within(text: str, low: datetime | None, high: datetime | None) -> bool:
    """Whether a time lies within the bounds; without a time it lies within none."""
    if low is None and high is None:
        return True
    if not text:
        return False
    at = times.moment(text)
    return (low is None or at >= low) and (high is None or at < high)


def _page(
    asked: Asked, entries: list[_T], key: Callable[[_T], tuple[Any, ...]], usual: int, largest: int
) -> tuple[list[_T], dict[str, str]]:
    """One page in the order of `key`, and the field that leads to the next one."""
    size = int(asked.query["maxResults"])
    if size < 0:
        raise bad_request()
    start = bisect_right(entries, _place(asked), key=key) if asked.query["pageToken"] else 0
    some = entries[start : start + min(size or usual, largest)]
    if start + len(some) >= len(entries):
        return some, {}
    return some, {"nextPageToken": asked.world.pages.issue(_listing(asked), key(some[-1]))}


def _listing(asked: Asked) -> tuple[Any, ...]:
    said = tuple(sorted((name, str(value)) for name, value in asked.query.items() if name not in _PAGE_ONLY))
    return (asked.account.email, "tasks", asked.path.get("tasklist", ""), said)


def _place(asked: Asked) -> Any:
    try:
        return asked.world.pages.open(str(asked.query["pageToken"]), _listing(asked))
    except ApiError:
        raise invalid("Invalid page token") from None
