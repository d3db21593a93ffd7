"""The events and the tasks of a CRM in memory, and what its contacts have in common with them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count
from typing import Any, ClassVar, Generic, TypeVar

from connectors.clock import now
from connectors.contacts import Contact
from connectors.errors import ItemError, Kind
from connectors.memory.cursors import Cursors
from connectors.memory.failing import failure, refusal
from connectors.records import (
    CrmChange,
    CrmPage,
    CrmRecord,
    Event,
    EventKind,
    Invitee,
    Record,
    RecordWrite,
    Ref,
    Task,
    Window,
    an_event,
)

R = TypeVar("R", Event, Task, Contact)
OVERLAP = 2


@dataclass(kw_only=True)
class CrmEntry(Generic[R]):
    """What the CRM says of one record. `stamp` grows with whatever happens to it; `hidden`: it is there, and not for
    us; `aside`: it stands for something else, as a call that was logged, and is none that is shown. `account_id` is
    that of a contact.
    """

    id: str
    said: R
    stamp: int
    key: str = ""
    version: int = 0
    owner_id: str = ""
    account_id: str = ""
    invitees: tuple[Invitee, ...] = ()
    about_id: str = ""
    gone: bool = False
    hidden: bool = False
    aside: bool = False

    @property
    def event(self) -> Event:
        """What is said, of an event."""
        return an_event(self.said)

    @property
    def ref(self) -> Ref:
        return Ref(id=self.id, version=str(self.stamp))

    @property
    def told(self) -> CrmRecord:
        return CrmRecord(ref=self.ref, record=self.said, key=self.key, version=self.version, owner_id=self.owner_id)


@dataclass(frozen=True, kw_only=True)
class Place:
    """How far a read has come: past `stamp`. A `full` one shows what is there, and changes count from `began` on.

    `ended` says that the read is over: the next one overlaps it, while further pages of the same go on where they are.
    """

    full: bool
    stamp: int
    began: int = 0
    ended: bool = False


class MemoryCrmRecords(ABC, Generic[R]):
    """All events, all tasks or all contacts of one CRM. Each read of what changed begins `overlap` changes before the
    end of the last one.

    Where keys are not unique, as in orgs in which an activity's field cannot be, a key that stands there already keeps
    nobody from making another record.
    """

    unique_keys = True
    name: ClassVar[str]
    prefix: ClassVar[str]

    def __init__(self, org_id: str, *, page_size: int = 50, overlap: int = OVERLAP) -> None:
        self.records: dict[str, CrmEntry[R]] = {}
        self.page_size = page_size
        self.overlap = overlap
        self.cursors: Cursors[Place] = Cursors(f"{self.name} of {org_id}", "salesforce.INVALID_QUERY_LOCATOR")
        self._ids = count(1)
        self._stamps = count(1)
        self._last = 0

    # -- What people do

    def create(self, said: R, owner_id: str = "", invitees: tuple[Invitee, ...] = (), *, aside: bool = False) -> Ref:
        """Somebody enters it into the CRM."""
        record = self._made(said, owner_id)
        record.invitees, record.aside = invitees, aside
        return record.ref

    def edit(self, record_id: str, **fields: Any) -> Ref:
        """Somebody changes these fields. Our version stays as it is."""
        record = self.records[record_id]
        self._changed(record, replace(record.said, **fields))
        return record.ref

    def delete(self, record_id: str) -> None:
        self.records[record_id].gone = True
        self._stamped(self.records[record_id])

    def hide(self, record_id: str) -> None:
        """We may not see it any more; it does not count as changed."""
        self.records[record_id].hidden = True

    def show(self, record_id: str) -> None:
        self.records[record_id].hidden = False

    def forget_cursors(self) -> None:
        """Every cursor that was given out lies too far back for deletions to be known."""
        self.cursors.forget()

    @property
    def living(self) -> dict[str, CrmEntry[R]]:
        """What is there, by id."""
        return {record.id: record for record in self.records.values() if not record.gone}

    def of_key(self, key: str) -> CrmEntry[R] | None:
        """The record that has this key now."""
        return next((record for record in self.living.values() if key and record.key == key), None)

    # -- Reading

    def changes(self, cursor: str | None, window: Window, called: Callable[[], None]) -> Iterator[CrmPage]:
        """See `CrmConnector.changes`; `called` is told of every request."""
        place = self._opened(cursor)
        while True:
            called()
            due = sorted(self._due(place, window), key=lambda record: record.stamp)
            part, complete = due[: self.page_size], len(due) <= self.page_size
            place = self._next(place, part, complete)
            yield CrmPage(changes=tuple(map(_told, part)), cursor=self.cursors.given(place), complete=complete)
            if complete:
                return

    def _opened(self, cursor: str | None) -> Place:
        if cursor is None:
            return Place(full=True, stamp=0, began=self._last)
        place = self.cursors.opened(cursor)
        return replace(place, stamp=max(0, place.stamp - self.overlap), ended=False) if place.ended else place

    def _due(self, place: Place, window: Window) -> list[CrmEntry[R]]:
        shown = [record for record in self.records.values() if not (record.hidden or record.aside)]
        later = [record for record in shown if record.stamp > place.stamp]
        return [r for r in later if not r.gone and window.holds(r.said)] if place.full else later

    def _next(self, place: Place, part: Sequence[CrmEntry[R]], complete: bool) -> Place:
        if place.full and complete:
            return Place(full=False, stamp=place.began, ended=True)
        return replace(place, stamp=max([place.stamp, *(record.stamp for record in part)]), ended=complete)

    def current(self, record_ids: Sequence[str]) -> list[CrmRecord | ItemError]:
        return [self._now(record_id) for record_id in record_ids]

    def _now(self, record_id: str) -> CrmRecord | ItemError:
        record = self.records.get(record_id)
        return self._unreachable(record) or record.told if record else _unknown(record_id)

    def _unreachable(self, record: CrmEntry[R]) -> ItemError | None:
        if record.gone:
            return refusal("salesforce.ENTITY_IS_DELETED", Kind.NOT_FOUND, "entity is deleted")
        if record.hidden:
            return refusal("salesforce.INSUFFICIENT_ACCESS_OR_READONLY", Kind.PERMISSION, "insufficient access rights")
        return None

    def find(self, keys: Sequence[str], record_ids: Sequence[str]) -> list[CrmRecord]:
        """See `CrmConnector.find`."""
        there = [record for record in self.living.values() if not (record.hidden or record.aside)]
        known: list[CrmEntry[R]] = [
            record for record in there if (record.key and record.key in keys) or record.id in record_ids
        ]
        alike = {self.likeness(record) for record in known} - {()}
        twins: list[CrmEntry[R]] = [record for record in there if not record.key and self.likeness(record) in alike]
        return [*{record.id: record.told for record in (*known, *twins)}.values()]

    @abstractmethod
    def likeness(self, entry: CrmEntry[R]) -> tuple[object, ...]:
        """What a copy has in common with what it is a copy of; nothing where nothing is like it."""

    # -- Writing

    def write(self, write: RecordWrite) -> Ref | ItemError:
        """See `CrmConnector.push`."""
        record = self.records.get(write.record_id)
        if write.record is None:
            return self._dropped(write, record)
        said = self.shown(write.record)
        if write.record_id:
            return self._updated(write, said, record) if record else _unknown(write.record_id)
        holder = self.of_key(write.key) if self.unique_keys else None
        return self._updated(write, said, holder) if holder else self._inserted(write, said)

    def _dropped(self, write: RecordWrite, record: CrmEntry[R] | None) -> Ref | ItemError:
        if record is None or record.gone:
            return Ref(id=write.record_id)
        refused = self._unreachable(record)
        if refused is None:
            self.delete(record.id)
        return refused or record.ref

    def _inserted(self, write: RecordWrite, said: R) -> Ref | ItemError:
        record = self._made(said, write.owner_id)
        record.about_id = write.about_id
        self._accept(record, write)
        return record.ref

    def _updated(self, write: RecordWrite, said: R, record: CrmEntry[R]) -> Ref | ItemError:
        refused = self._unreachable(record) or self._taken(write, record) or self._stale(write, record)
        if refused:
            return refused
        self._accept(record, write)
        self._changed(record, self.merged(record.said, said, write))
        return record.ref

    def _accept(self, record: CrmEntry[R], write: RecordWrite) -> None:
        """Takes over what is ours alone to say; nobody is invited to what is in their own calendar."""
        record.key, record.version = write.key or record.key, write.version
        record.invitees = tuple(invitee for invitee in write.invitees if invitee.id != record.owner_id)

    def _taken(self, write: RecordWrite, record: CrmEntry[R]) -> ItemError | None:
        holder = self.of_key(write.key) if self.unique_keys else None
        if holder is None or holder is record:
            return None
        return refusal("salesforce.DUPLICATE_VALUE", Kind.CONFLICT, f"duplicate value on record with id: {holder.id}")

    def _stale(self, write: RecordWrite, record: CrmEntry[R]) -> ItemError | None:
        if write.version >= record.version:
            return None
        stale = failure("salesforce.SYNCAPP_STALE", Kind.CONFLICT, "SYNCAPP_STALE")
        return ItemError(failure=replace(stale, evidence={"version": record.version}))

    # -- What happens inside

    def _made(self, said: R, owner_id: str) -> CrmEntry[R]:
        record = CrmEntry(id=f"{self.prefix}{next(self._ids):015d}", said=said, stamp=0, owner_id=owner_id)
        self.records[record.id] = record
        self._changed(record, said)
        return record

    def _changed(self, record: CrmEntry[R], said: R) -> None:
        record.said = self.shown(replace(said, changed_at=now()))
        self._stamped(record)

    @abstractmethod
    def shown(self, said: Record) -> R:
        """It as the CRM keeps it."""

    def merged(self, before: R, said: R, write: RecordWrite) -> R:
        """What stands there once this was written to what is there."""
        return said

    def _stamped(self, record: CrmEntry[R]) -> None:
        record.stamp = self._last = next(self._stamps)


class MemoryCrmEvents(MemoryCrmRecords[Event]):
    """The events of one CRM."""

    name, prefix = "events", "00U"

    def shown(self, said: Record) -> Event:
        """A CRM knows nothing of calendars' ids, and keeps those who are invited apart from the event."""
        nobody: dict[str, Any] = {"organizer": None, "attendees": (), "leads": True}
        nameless: dict[str, Any] = {"uid": "", "occurrence": "", "series": "", "kind": EventKind.MEETING, "key": ""}
        return replace(an_event(said), **nobody, **nameless)

    def likeness(self, entry: CrmEntry[Event]) -> tuple[object, ...]:
        return (entry.said.start,)


class MemoryCrmTasks(MemoryCrmRecords[Task]):
    """The tasks of one CRM."""

    name, prefix = "tasks", "00T"

    def shown(self, said: Record) -> Task:
        assert isinstance(said, Task)  # noqa: S101 - a write names its resource
        return replace(said, key="")

    def merged(self, before: Task, said: Task, write: RecordWrite) -> Task:
        named: dict[str, Any] = {name: getattr(said, name) for name in write.fields}
        return replace(before, **named) if write.record_id else said

    def likeness(self, entry: CrmEntry[Task]) -> tuple[object, ...]:
        return (entry.said.title, entry.owner_id) if entry.said.title else ()


def _told(record: CrmEntry[Any]) -> CrmChange:
    return CrmChange(record_id=record.id, record=None if record.gone else record.told)


def _unknown(record_id: str) -> ItemError:
    return refusal("salesforce.NOT_FOUND", Kind.NOT_FOUND, f"no record {record_id}")
