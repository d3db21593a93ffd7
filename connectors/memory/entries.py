"""What an account has of one kind, in memory: tasks or contacts. Their ids are its own choice: to make one twice makes
two.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import count
from typing import Any, ClassVar, Generic, TypeVar

from connectors.clock import now
from connectors.contacts import Contact
from connectors.errors import Failure, ItemError, Kind
from connectors.memory.cursors import Cursors
from connectors.memory.failing import refusal
from connectors.records import Page, Put, Record, Ref, RemoteChange, Task, Window

R = TypeVar("R", Task, Contact)
PutVerdict = Callable[[Put], Failure | None]


@dataclass(kw_only=True)
class Entry(Generic[R]):
    """One of them. `number` grows with whatever happens to it; `tasklist` is where a task is, `outside` whether a
    contact is none of those that are kept in step.
    """

    id: str
    record: R
    tasklist: str = ""
    outside: bool = False
    number: int = 0
    gone: bool = False

    @property
    def ref(self) -> Ref:
        return Ref(id=self.id, version=str(self.number))

    @property
    def shown(self) -> RemoteChange:
        if self.gone:
            return RemoteChange(ref=self.ref, gone=True)
        return RemoteChange(ref=self.ref, record=self.record, outside=self.outside)


@dataclass(frozen=True, kw_only=True)
class Place:
    """How far a read has come: past `number`. A `full` one shows what is there; changes count from `began` on."""

    number: int
    full: bool = False
    began: int = 0


class MemoryRecords(ABC, Generic[R]):
    """`rules` are asked about every put; the first that objects wins. `unreadable` are those, by id, that the feed
    lists without their records.
    """

    name: ClassVar[str]

    def __init__(self, address: str) -> None:
        self.entries: dict[str, Entry[R]] = {}
        self.rules: list[PutVerdict] = []
        self.unreadable: dict[str, Failure] = {}
        self.cursors: Cursors[Place] = Cursors(f"{self.name}s of {address}", "google.fullSyncRequired")
        self._ids = count(1)
        self._numbers = count(1)
        self._last = 0

    # -- What people do

    def edit(self, ref: Ref, **fields: Any) -> Ref:
        """Somebody changes these fields."""
        entry = self.entries[ref.id]
        self._changed(entry, {"changed_at": now(), **fields})
        return entry.ref

    def delete(self, ref: Ref) -> None:
        entry = self.entries[ref.id]
        entry.gone = True
        self._moved(entry)

    def touch(self, ref: Ref) -> Ref:
        """The version moves, and nothing else does."""
        self._moved(self.entries[ref.id])
        return self.entries[ref.id].ref

    def forget_cursors(self) -> None:
        self.cursors.forget()

    @property
    def living(self) -> dict[str, R]:
        return {entry.id: entry.record for entry in self.alive()}

    # -- What a connector does

    def pull(self, cursor: str | None, window: Window, size: int, called: Callable[[], None]) -> Iterator[Page]:
        """See `MailConnector.pull`; `called` is told of every request."""
        place = Place(number=0, full=True, began=self._last) if cursor is None else self.cursors.opened(cursor)
        while True:
            called()
            due = in_order(self._due(place, window))
            part, complete = due[:size], len(due) <= size
            place = self._next(place, part, complete)
            yield Page(
                changes=tuple(self._listed(each) for each in part), cursor=self.cursors.given(place), complete=complete
            )
            if complete:
                return

    def _due(self, place: Place, window: Window) -> list[Entry[R]]:
        later = [entry for entry in self.entries.values() if entry.number > place.number]
        return [each for each in later if not each.gone and window.holds(each.record)] if place.full else later

    def _next(self, place: Place, part: Sequence[Entry[R]], complete: bool) -> Place:
        if place.full and complete:
            return Place(number=place.began)
        return replace(place, number=max([place.number, *(entry.number for entry in part)]))

    def look(self, refs: Sequence[Ref]) -> list[RemoteChange | ItemError]:
        return [self._looked(ref.id) for ref in refs]

    def _listed(self, entry: Entry[R]) -> RemoteChange:
        return RemoteChange(ref=entry.ref) if entry.id in self.unreadable else entry.shown

    def _looked(self, id_: str) -> RemoteChange | ItemError:
        if id_ in self.unreadable:
            return ItemError(failure=self.unreadable[id_])
        return self.entries[id_].shown if id_ in self.entries else self.unknown()

    def twins(self, record: Record, since: datetime) -> tuple[Ref, ...]:
        """See `MailConnector.twins`."""
        found = [entry for entry in self.alive() if _is_since(entry.record, since) and self.is_twin(entry, record)]
        return tuple(entry.ref for entry in in_order(found))

    @abstractmethod
    def is_twin(self, entry: Entry[R], record: Record) -> bool:
        """Whether it may be what was made to say this."""

    def push(self, puts: Sequence[Put]) -> list[Ref | ItemError]:
        return [self._put(put) for put in puts]

    def _put(self, put: Put) -> Ref | ItemError:
        refused = next((verdict for rule in self.rules if (verdict := rule(put))), None)
        if refused:
            return ItemError(failure=refused)
        if put.ref is None:
            return self.made(put)
        entry = self.entries.get(put.ref.id)
        if entry is None or entry.gone:
            return put.ref if put.record is None else self.unknown()
        if put.ref.version not in {"", entry.ref.version}:
            return refusal("google.conditionNotMet", Kind.CONFLICT, "Precondition Failed")
        if put.record is None:
            self.delete(entry.ref)
            return entry.ref
        return self.edit(entry.ref, **self.named(entry.record, put.record, put.fields))

    @abstractmethod
    def made(self, put: Put) -> Ref | ItemError:
        """What has no ref is there now."""

    def named(self, before: R, record: Record, fields: Iterable[str]) -> dict[str, Any]:
        """What these fields are to say from now on."""
        return {name: getattr(record, name) for name in fields}

    # -- What happens inside

    def entered(self, record: R, *, tasklist: str = "", outside: bool = False) -> Ref:
        """It is there now, under an id of its own."""
        entry = Entry(id=f"{self.name[0]}{next(self._ids)}", record=record, tasklist=tasklist, outside=outside)
        self.entries[entry.id] = entry
        self._changed(entry, {"changed_at": record.changed_at or now()})
        return entry.ref

    def alive(self) -> list[Entry[R]]:
        return [entry for entry in self.entries.values() if not entry.gone]

    def unknown(self) -> ItemError:
        return refusal("google.notFound", Kind.NOT_FOUND, f"no such {self.name}")

    def _changed(self, entry: Entry[R], fields: dict[str, Any]) -> None:
        entry.record = replace(entry.record, **fields)
        self._moved(entry)

    def _moved(self, entry: Entry[R]) -> None:
        entry.number = self._last = next(self._numbers)


def in_order(entries: Iterable[Entry[R]]) -> list[Entry[R]]:
    """As they were changed, those that were changed last at the end."""
    return sorted(entries, key=lambda entry: entry.number)


def _is_since(record: Task | Contact, since: datetime) -> bool:
    return record.changed_at is not None and record.changed_at >= since
