"""What Tasks refuses to store, and the normal form of what it takes.

A task that is completed has the time at which it was, one that is not has none. Texts that are too long are refused
here; the document names the lengths and not what happens beyond them.
"""

from __future__ import annotations

from typing import Any

from connectors.simulators.google.tasks import times
from connectors.simulators.google.tasks.errors import bad_request, invalid_task
from connectors.simulators.google.tasks.store import decoded

LONGEST = {"title": 1_024, "notes": 8_192}
STATUSES = ("needsAction", "completed")
WRITABLE = ("title", "notes", "due", "status", "completed")


def fields(given: dict[str, Any], now: float) -> dict[str, str]:
    """The fields of a whole task. Raises the refusal 400."""
    found = {name: str(given[name]) for name in WRITABLE if given.get(name)}
    found["status"] = found.get("status", STATUSES[0])
    if found["status"] not in STATUSES or any(len(found.get(name, "")) > most for name, most in LONGEST.items()):
        raise bad_request()
    if "due" in found:
        found["due"] = times.day(found["due"])
    done = found.pop("completed", "")
    if found["status"] == "completed":
        found["completed"] = times.written(times.moment(done)) if done else times.written(now)
    return found


def check_id(body: dict[str, Any], expected: str = "") -> None:
    """An id in a body is one, and that of the path if there is one there. Raises the refusal 400."""
    given = str(body.get("id") or "")
    if given and (not decoded(given) or (expected and given != expected)):
        raise invalid_task()


def title(body: dict[str, Any]) -> str:
    """The title of a list. Raises the refusal 400."""
    found = str(body.get("title") or "")
    if len(found) > LONGEST["title"]:
        raise bad_request()
    return found
