"""The tasks of an account in their lists, in memory. Their ids are its own choice: to make one twice makes two."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import count
from typing import Any

from connectors.clock import now
from connectors.errors import Failure, ItemError, Kind
from connectors.memory.cursors import Cursors
from connectors.memory.failing import refusal
from connectors.records import Page, Put, Record, Ref, RemoteChange, Task, Window

PutVerdict = Callable[[Put], Failure | None]
SAID = ("title", "text", "due", "done")


@dataclass(kw_only=True)
class Entry:
    """One task; `number` grows with whatever happens to it."""

    id: str
    task: Task
    tasklist: str = ""
    number: int = 0
    gone: bool = False

    @property
    def ref(self) -> Ref:
        return Ref(id=self.id, version=str(self.number))

    @property
    def shown(self) -> RemoteChange:
        return RemoteChange(ref=self.ref, gone=True) if self.gone else RemoteChange(ref=self.ref, record=self.task)


@dataclass(frozen=True, kw_only=True)
class Place:
    """How far a read has come: past `number`. A `full` one shows what is there; changes count from `began` on."""

    number: int
    full: bool = False
    began: int = 0


class MemoryTasks:
    """`rules` are asked about every put; the first that objects wins. `unreadable` are tasks, by id, that the feed
    lists without their records.
    """

    def __init__(self, address: str) -> None:
        self.entries: dict[str, Entry] = {}
        self.rules: list[PutVerdict] = []
        self.unreadable: dict[str, Failure] = {}
        self.cursors: Cursors[Place] = Cursors(f"tasks of {address}", "google.fullSyncRequired")
        self._ids = count(1)
        self._numbers = count(1)
        self._last = 0

    # -- What people do

    def add(self, task: Task, tasklist: str = "") -> Ref:
        """Somebody enters a task into a list; "" is the one in which what is new goes."""
        entry = Entry(id=f"t{next(self._ids)}", task=replace(task, key=""), tasklist=tasklist)
        self.entries[entry.id] = entry
        self._changed(entry, {"changed_at": task.changed_at or now()})
        return entry.ref

    def edit(self, ref: Ref, **fields: Any) -> Ref:
        entry = self.entries[ref.id]
        self._changed(entry, {"changed_at": now(), **fields})
        return entry.ref

    def delete(self, ref: Ref) -> None:
        entry = self.entries[ref.id]
        entry.gone = True
        self._moved(entry)

    def move(self, ref: Ref, tasklist: str) -> Ref:
        """Somebody puts a task into another list."""
        entry = self.entries[ref.id]
        entry.tasklist = tasklist
        self._changed(entry, {"changed_at": now()})
        return entry.ref

    def drop_list(self, tasklist: str) -> None:
        """Somebody deletes a list with all that is in it."""
        for entry in [each for each in self._alive() if each.tasklist == tasklist]:
            self.delete(entry.ref)

    def touch(self, ref: Ref) -> Ref:
        """The version moves, and nothing else does."""
        self._moved(self.entries[ref.id])
        return self.entries[ref.id].ref

    def forget_cursors(self) -> None:
        self.cursors.forget()

    @property
    def living(self) -> dict[str, Task]:
        return {entry.id: entry.task for entry in self._alive()}

    # -- What a connector does

    def pull(self, cursor: str | None, window: Window, size: int, called: Callable[[], None]) -> Iterator[Page]:
        """See `MailConnector.pull`; `called` is told of every request."""
        place = Place(number=0, full=True, began=self._last) if cursor is None else self.cursors.opened(cursor)
        while True:
            called()
            due = sorted(self._due(place, window), key=_number)
            part, complete = due[:size], len(due) <= size
            place = self._next(place, part, complete)
            yield Page(
                changes=tuple(self._listed(each) for each in part), cursor=self.cursors.given(place), complete=complete
            )
            if complete:
                return

    def _due(self, place: Place, window: Window) -> list[Entry]:
        later = [entry for entry in self.entries.values() if entry.number > place.number]
        return [each for each in later if not each.gone and window.holds(each.task)] if place.full else later

    def _next(self, place: Place, part: Sequence[Entry], complete: bool) -> Place:
        if place.full and complete:
            return Place(number=place.began)
        return replace(place, number=max([place.number, *(entry.number for entry in part)]))

    def look(self, refs: Sequence[Ref]) -> list[RemoteChange | ItemError]:
        return [self._looked(ref.id) for ref in refs]

    def _listed(self, entry: Entry) -> RemoteChange:
        return RemoteChange(ref=entry.ref) if entry.id in self.unreadable else entry.shown

    def _looked(self, id_: str) -> RemoteChange | ItemError:
        if id_ in self.unreadable:
            return ItemError(failure=self.unreadable[id_])
        return self.entries[id_].shown if id_ in self.entries else _unknown()

    def twins(self, record: Record, since: datetime) -> tuple[Ref, ...]:
        """See `MailConnector.twins`."""
        found = [entry for entry in self._alive() if not entry.tasklist and _is_since(entry.task, since)]
        return tuple(entry.ref for entry in sorted(found, key=_number) if _same(entry.task, record))

    def push(self, puts: Sequence[Put]) -> list[Ref | ItemError]:
        return [self._put(put) for put in puts]

    def _put(self, put: Put) -> Ref | ItemError:
        refused = next((verdict for rule in self.rules if (verdict := rule(put))), None)
        if refused:
            return ItemError(failure=refused)
        if put.ref is None:
            return self.add(replace(put.record, changed_at=None)) if isinstance(put.record, Task) else _unknown()
        entry = self.entries.get(put.ref.id)
        if entry is None or entry.gone:
            return put.ref if put.record is None else _unknown()
        if put.ref.version not in {"", entry.ref.version}:
            return refusal("google.conditionNotMet", Kind.CONFLICT, "Precondition Failed")
        if put.record is None:
            self.delete(entry.ref)
            return entry.ref
        return self.edit(entry.ref, **{name: getattr(put.record, name) for name in put.fields})

    # -- What happens inside

    def _alive(self) -> list[Entry]:
        return [entry for entry in self.entries.values() if not entry.gone]

    def _changed(self, entry: Entry, fields: dict[str, Any]) -> None:
        entry.task = replace(entry.task, **fields)
        self._moved(entry)

    def _moved(self, entry: Entry) -> None:
        entry.number = self._last = next(self._numbers)


def _number(entry: Entry) -> int:
    return entry.number


def _same(one: Task, other: Record) -> bool:
    return all(getattr(one, name) == getattr(other, name, None) for name in SAID)


def _is_since(task: Task, since: datetime) -> bool:
    return task.changed_at is not None and task.changed_at >= since


def _unknown() -> ItemError:
    return refusal("google.notFound", Kind.NOT_FOUND, "no such task")
