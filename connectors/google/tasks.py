"""Tasks as Google shows and takes them, to and from provider-neutral values. Pure.

https://developers.google.com/workspace/tasks/reference/rest/v1/tasks

A task keeps its id in whichever list it is put (https://github.com/arpitbatra123/mcp-googletasks/pull/13), and Google's
own pages go by that alone. But requests want its list as well. So a task is known by its own id, and its version says
in which list it was seen, with the etag and the time stamp of then: Google has changed tasks and left the etag as it
was (https://github.com/tasks/tasks/issues/798).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote, unquote

from connectors.records import Record, Ref, RemoteChange, Task

FIELDS = "id,etag,updated,title,notes,due,status,deleted"  # all that is read of a task
REF_FIELDS = "id,etag,updated"
LOOK_FIELDS = f"{REF_FIELDS},deleted"
OPEN, DONE = "needsAction", "completed"


# -- What a task is known by


def is_id(text: str) -> bool:
    """Whether it may stand in an address, in one place and no other."""
    try:
        return text not in ("", ".", "..") and "/" not in text and bool(quote(text))
    except UnicodeEncodeError:
        return False


def ref(tasklist: str, said: Mapping[str, Any]) -> Ref:
    return Ref(id=str(said.get("id", "")), version=version(tasklist, said))


def version(tasklist: str, said: Mapping[str, Any]) -> str:
    return f"{quote(tasklist, safe='')} {said.get('etag', '')} {said.get('updated', '')}"


def list_of(version: str) -> str:
    """Where it was seen; "" of any version."""
    return unquote(version.partition(" ")[0])


def etag(version: str) -> str:
    """What Google knows of a version of ours; "" of any."""
    return version.partition(" ")[2].rpartition(" ")[0]


# -- What Google shows


def change(tasklist: str, said: Mapping[str, Any]) -> RemoteChange:
    """An entry of a list, or a task by itself. One that cannot be read comes without its record."""
    where = ref(tasklist, said)
    if is_gone(said):
        return RemoteChange(ref=where, gone=True)
    try:
        return RemoteChange(ref=where, record=task(said))
    except (ValueError, TypeError):
        return RemoteChange(ref=where)


def is_gone(said: Mapping[str, Any]) -> bool:
    return bool(said.get("deleted"))


def task(said: Mapping[str, Any]) -> Task:
    """Raises ValueError or TypeError where a time is none. Of `due` only the day means anything."""
    due, updated = said.get("due"), said.get("updated")
    return Task(
        title=said.get("title") or "",
        text=said.get("notes") or "",
        due=date.fromisoformat(due[:10]) if due else None,
        done=said.get("status") == DONE,
        changed_at=datetime.fromisoformat(updated).astimezone(UTC) if updated else None,
    )


def moment(stamps: Collection[str], dated: str) -> datetime | None:
    """What time it is at Google: that of the `Date`, or of the newest stamp if that is later."""
    found = [each for each in (*map(_stamp, stamps), _dated(dated)) if each]
    return max(found, default=None)


def _stamp(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except ValueError:
        return None


def _dated(text: str) -> datetime | None:
    try:
        return parsedate_to_datetime(text).astimezone(UTC)
    except (ValueError, TypeError, IndexError):
        return None


# -- What Google takes


def new_body(of: Record) -> dict[str, Any]:
    """A whole task; what it does not say is left out."""
    return {name: value for name, value in _body(of).items() if value is not None}


def patch_body(of: Record, fields: Collection[str]) -> dict[str, Any]:
    """Nothing but these fields; what is emptied is said as null. When it was done is Google's to say."""
    named = {each for name in fields for each in _OF_FIELD[name]}
    return {name: value for name, value in _body(of).items() if name in named}


_OF_FIELD = {"title": ("title",), "text": ("notes",), "due": ("due",), "done": ("status", "completed")}


def _body(of: Record) -> dict[str, Any]:
    """Raises TypeError for what is no task."""
    if not isinstance(of, Task):
        raise TypeError(f"a {type(of).__name__} is no task")
    whole = {
        "title": of.title,
        "notes": of.text or None,
        "due": f"{of.due.isoformat()}T00:00:00.000Z" if of.due else None,
        "status": DONE if of.done else OPEN,
    }
    return whole if of.done else whole | {"completed": None}


# -- The same task twice


def is_same(one: Record | None, other: Record) -> bool:
    """Whether they say the same, spaces around it aside."""
    return isinstance(one, Task) and isinstance(other, Task) and _content(one) == _content(other)


def _content(of: Task) -> tuple[object, ...]:
    return of.title.strip(), of.text.replace("\r\n", "\n").strip(), of.due, of.done
