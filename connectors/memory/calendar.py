"""A calendar in memory. Meetings that several people have are copies in their calendars: see `share`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from hashlib import sha256
from itertools import count
from typing import Any

from connectors.clock import now
from connectors.errors import Failure, ItemError, Kind
from connectors.memory.cursors import Cursors
from connectors.memory.failing import refusal
from connectors.memory.places import Part, Place
from connectors.records import Address, Attendee, Event, Marking, Page, Put, Record, Ref, RemoteChange, Window, an_event

MARK = "11"  # red, as Google numbers its colours
ALWAYS = Window(start=datetime.min.replace(tzinfo=UTC), end=datetime.max.replace(tzinfo=UTC))
OWN = frozenset({"busy", "private"})  # what each copy of a meeting has for itself

PutVerdict = Callable[[Put], Failure | None]


@dataclass(kw_only=True)
class Copy:
    """One entry of a calendar. `copies` are all of the same meeting, itself too, wherever they are; `unmarked` is its
    colour before it was marked.
    """

    calendar: MemoryCalendar
    id: str
    event: Event
    number: int
    colour: str = ""
    unmarked: str | None = None
    gone: bool = False
    copies: list[Copy] = field(default_factory=list)

    @property
    def ref(self) -> Ref:
        return Ref(id=self.id, version=f'"{self.number}"')

    @property
    def reach(self) -> list[Copy]:
        """Whom a change of what is shared reaches: all copies, where it comes from the organizer's."""
        return [self, *(each for each in self.copies if each is not self)] if self.event.leads else [self]


class MemoryCalendar:
    """One calendar. Its feed is a list of ids; a version is a number that grows with whatever happens to an event.

    `rules` are asked about every put; the first that objects wins.
    """

    def __init__(self, address: str) -> None:
        self.address = address
        self.entries: dict[str, Copy] = {}
        self.feed: list[str] = []
        self.rules: list[PutVerdict] = []
        self.cursors: Cursors[Place] = Cursors(f"events of {address}", "google.fullSyncRequired")
        self._ids = count(1)
        self._versions = count(1)

    # -- What people do

    def add(self, event: Event, id_: str = "") -> Ref:
        """Somebody enters an event. Each occurrence of a series is one of its own, under one `series`."""
        organizer = event.organizer or Address(email=self.address)
        return self.enter(replace(event, organizer=organizer), id_ or f"e{next(self._ids)}").ref

    def edit(self, ref: Ref, **fields: Any) -> Ref:
        """Somebody changes these fields; in the organizer's copy they change in all copies."""
        self._written(self.entries[ref.id], fields)
        return self.entries[ref.id].ref

    def delete(self, ref: Ref) -> None:
        """Somebody deletes an event; if it is the organizer, it is gone for everybody."""
        self._dropped(self.entries[ref.id])

    def touch(self, ref: Ref) -> Ref:
        """The version moves, and nothing else does."""
        self.moved(self.entries[ref.id])
        return self.entries[ref.id].ref

    def paint(self, ref: Ref, colour: str) -> Ref:
        """Somebody gives an event another colour; "" is the calendar's own."""
        self.entries[ref.id].colour = colour
        return self.touch(ref)

    def forget_cursors(self) -> None:
        """Every cursor that was given out is too old from here on."""
        self.cursors.forget()

    def event(self, ref: Ref) -> Event:
        return self.entries[ref.id].event

    def colour(self, ref: Ref) -> str:
        return self.entries[ref.id].colour

    @property
    def living(self) -> dict[str, Event]:
        """What is in the calendar, by id."""
        return {entry.id: entry.event for entry in self._alive()}

    # -- Reading

    def pull(self, cursor: str | None, window: Window, size: int, called: Callable[[], None]) -> Iterator[Page]:
        """See `MailConnector.pull`; `called` is told of every request."""
        place = self._opened(cursor, window)
        while True:
            called()
            found = [pair for pair in self._listed(place, window) if pair[0] >= place.at]
            part = dict(found[:size])
            place, complete = self._next(place, max(part, default=place.at - 1) + 1, len(found) <= size)
            changes = tuple({change.ref.id: change for change in part.values()}.values())
            yield Page(changes=changes, cursor=self.cursors.given(place), complete=complete)
            if complete:
                return

    def _opened(self, cursor: str | None, window: Window) -> Place:
        if cursor is None:
            return Place(part=Part.WINDOW, at=0, since=len(self.feed), until=window.end)
        place = self.cursors.opened(cursor)
        if place.part is Part.CHANGES and window.end > place.until:
            # What lies where the window has not been is listed first; the changes go on after it.
            return replace(place, part=Part.ROLLED, at=0, since=place.at, until=window.end, rolled_from=place.until)
        return place

    def _listed(self, place: Place, window: Window) -> list[tuple[int, RemoteChange]]:
        """What a part shows, each with a number that it keeps whatever happens between two pages."""
        if place.part is Part.CHANGES:
            return [(at, self._shown(self.entries[id_], window)) for at, id_ in enumerate(self.feed)]
        if place.part is Part.OUTSIDE:
            return self._outside(window)
        entries = enumerate(self.entries.values())
        return [(at, self._shown(entry, window)) for at, entry in entries if self._due(entry, place, window)]

    def _due(self, entry: Copy, place: Place, window: Window) -> bool:
        begun = place.rolled_from is None or entry.event.start >= place.rolled_from
        return not entry.gone and window.holds(entry.event) and begun

    def _next(self, place: Place, at: int, ended: bool) -> tuple[Place, bool]:
        """Where the read goes on, and whether there is no more."""
        if place.part is Part.CHANGES or not ended:
            return replace(place, at=at), ended
        if place.part is Part.WINDOW:
            return replace(place, part=Part.OUTSIDE, at=0), False
        changes = replace(place, part=Part.CHANGES, at=place.since, since=0, rolled_from=None)
        return changes, place.part is Part.OUTSIDE and place.since == len(self.feed)

    def _shown(self, entry: Copy, window: Window) -> RemoteChange:
        if entry.gone:
            return RemoteChange(ref=entry.ref, gone=True)
        return RemoteChange(ref=entry.ref, record=entry.event, outside=not window.holds(entry.event))

    def _outside(self, window: Window) -> list[tuple[int, RemoteChange]]:
        """What has nothing in the window: single events, and of series one that stands for all of it."""
        inside = {entry.event.series or entry.id for entry in self._alive() if window.holds(entry.event)}
        found: dict[str, tuple[int, RemoteChange]] = {}
        for at, entry in enumerate(self.entries.values()):
            id_ = entry.event.series or entry.id
            if id_ not in inside and not entry.gone:
                ref = Ref(id=id_, version=entry.ref.version)
                master = replace(entry.event, occurrence="", series="")
                found.setdefault(id_, (at, RemoteChange(ref=ref, record=master, outside=True)))
        return list(found.values())

    def look(self, refs: Sequence[Ref]) -> list[RemoteChange | ItemError]:
        return [self._found(ref) for ref in refs]

    def twins(self, record: Record, since: datetime) -> tuple[Ref, ...]:
        """None: the id of what we make follows from its key."""
        return ()

    def _found(self, ref: Ref) -> RemoteChange | ItemError:
        if ref.id not in self.entries:
            return refusal("google.notFound", Kind.NOT_FOUND, "no such event")
        return self._shown(self.entries[ref.id], ALWAYS)

    # -- Writing

    def push(self, puts: Sequence[Put]) -> list[Ref | ItemError]:
        return [self._put(put) for put in puts]

    def _put(self, put: Put) -> Ref | ItemError:
        refused = next((verdict for rule in self.rules if (verdict := rule(put))), None)
        if refused:
            return ItemError(failure=refused)
        if put.ref is None:
            return self._inserted(put)
        entry = self.entries.get(put.ref.id)
        if put.record is None:
            return self._deleted(put.ref, entry)
        return self._patched(put.ref, entry, an_event(put.record), put.fields)

    def _inserted(self, put: Put) -> Ref | ItemError:
        if put.record is None:
            return refusal("google.notFound", Kind.NOT_FOUND, "nothing to delete")
        id_ = sha256(f"{put.key} {put.generation}".encode()).hexdigest()
        there = self.entries.get(id_)
        if there and there.gone:
            return refusal("google.duplicate:generation", Kind.CONFLICT, "The requested identifier already exists.")
        if there:
            return there.ref
        organizer = Address(email=self.address)
        made: dict[str, Any] = {
            "uid": f"{id_}@calendar.invalid",
            "occurrence": "",
            "series": "",
            "attendees": (),
            "conference": None,
            "leads": True,
        }
        event = replace(an_event(put.record), **made, organizer=organizer, key=put.key, changed_at=now())
        return self.enter(event, id_).ref

    def _patched(self, ref: Ref, entry: Copy | None, event: Event, fields: frozenset[str]) -> Ref | ItemError:
        if entry is None or entry.gone:
            return refusal("google.notFound", Kind.NOT_FOUND, "no such event")
        if not entry.event.leads and fields - OWN:
            return refusal("google.forbiddenForNonOrganizer", Kind.PERMISSION, "Shared properties can only be changed")
        if ref.version not in {"", entry.ref.version}:
            return refusal("google.conditionNotMet", Kind.CONFLICT, "Precondition Failed")
        self._written(entry, {name: getattr(event, name) for name in fields})
        return entry.ref

    def _deleted(self, ref: Ref, entry: Copy | None) -> Ref | ItemError:
        if entry is None or entry.gone:
            return ref
        if ref.version not in {"", entry.ref.version}:
            return refusal("google.conditionNotMet", Kind.CONFLICT, "Precondition Failed")
        self._dropped(entry)
        return entry.ref

    # -- Marks

    def mark(self, markings: Sequence[Marking]) -> list[str | ItemError]:
        return [self._marked(marking) for marking in markings]

    def _marked(self, marking: Marking) -> str | ItemError:
        entry = self.entries.get(marking.ref.id)
        if entry is None or entry.gone:
            return refusal("google.notFound", Kind.NOT_FOUND, "no such event")
        before = entry.colour
        if marking.on == (before == MARK):  # a colour that somebody chose in the meantime stays
            return before
        back = entry.unmarked if marking.before in (None, MARK) else marking.before
        entry.unmarked = before if marking.on else None
        if marking.on or back is not None:
            self.paint(entry.ref, MARK if marking.on else back or "")
        return before

    # -- What happens inside

    def _alive(self) -> list[Copy]:
        return [entry for entry in self.entries.values() if not entry.gone]

    def enter(self, event: Event, id_: str) -> Copy:
        entry = Copy(calendar=self, id=id_, event=replace(event, changed_at=event.changed_at or now()), number=0)
        self.entries[id_] = entry
        self.moved(entry)
        return entry

    def _written(self, entry: Copy, fields: dict[str, Any]) -> None:
        shared = {name: value for name, value in fields.items() if name not in OWN}
        at = fields.get("changed_at") or now()
        for each in entry.reach if shared else [entry]:
            each.event = replace(each.event, **(fields if each is entry else shared) | {"changed_at": at})
            each.calendar.moved(each)

    def _dropped(self, entry: Copy) -> None:
        for each in entry.reach:
            if not each.gone:
                each.gone = True
                each.calendar.moved(each)

    def moved(self, entry: Copy) -> None:
        entry.number = next(self._versions)
        self.feed.append(entry.id)


def share(event: Event, organizer: MemoryCalendar, *guests: MemoryCalendar) -> list[Ref]:
    """A meeting comes into several calendars under one `uid`; the organizer's copy leads. In their order."""
    id_ = sha256(f"{organizer.address} {event.uid} {event.occurrence} {len(organizer.entries)}".encode()).hexdigest()
    named = {attendee.address.email for attendee in event.attendees}
    unnamed = tuple(Attendee(address=Address(email=g.address)) for g in guests if g.address not in named)
    leader = event.organizer or Address(email=organizer.address)
    meeting = replace(event, organizer=leader, attendees=event.attendees + unnamed)
    copies = [calendar.enter(replace(meeting, leads=calendar is organizer), id_) for calendar in (organizer, *guests)]
    for each in copies:
        each.copies = copies
    return [each.ref for each in copies]
