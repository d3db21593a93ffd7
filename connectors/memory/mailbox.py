"""A mailbox in memory."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import count
from typing import ClassVar
from urllib.parse import quote

from connectors import rounds
from connectors.calendars import Calendar
from connectors.errors import ConnectorError, Failure, ItemError, Kind
from connectors.hints import Channel, Place, Promise
from connectors.labels import FAILED, named
from connectors.memory.calendar import ALWAYS, MemoryCalendar
from connectors.memory.contacts import MemoryContacts
from connectors.memory.cursors import Cursors
from connectors.memory.failing import Faults, failure
from connectors.memory.tasks import MemoryTasks
from connectors.records import (
    Account,
    Email,
    Flag,
    Label,
    Marking,
    Page,
    Put,
    Record,
    Ref,
    RemoteChange,
    Resource,
    Window,
)
from connectors.rounds import Round


class MemoryMailbox:
    """One mailbox with its `calendar`, `tasks` and `contacts`; `further` are calendars beside its own, by their ids, of
    which `read_further` are read. The feed of its messages is a list of (id, gone); a cursor of theirs is
    `address:number`, of those given out. `names` are its labels by their ids, `relabelled` the places in the feed that
    are about nothing but these labels.
    """

    key: ClassVar[str] = "memory"
    resources: ClassVar[frozenset[Resource]] = frozenset(Resource)

    def __init__(self, address: str, *, page_size: int = 50) -> None:
        self.address = address
        self.page_size = page_size
        self.messages: dict[str, Email] = {}
        self.bytes: dict[str, tuple[bytes, ...]] = {}  # of the attachments of each message
        self.feed: list[tuple[str, bool]] = []
        self.names: dict[str, str] = {}
        self.relabelled: dict[int, frozenset[str]] = {}
        self.unreadable: dict[str, Failure] = {}
        self.cursors: set[str] = set()
        self._left_out: frozenset[int] = frozenset()
        self.headers_only = False
        self.faults = Faults()
        self.calendar = MemoryCalendar(address)
        self.further: dict[str, MemoryCalendar] = {}
        self.read_further: tuple[str, ...] = ()
        self.shown: set[str] = set()  # of these calendars we see the events, and may not change them
        self.rounds: Cursors[Round] = Cursors(f"calendars of {address}", "google.fullSyncRequired")
        self.tasks = MemoryTasks(address)
        self.contacts = MemoryContacts(address)
        self.watched: dict[str, Channel] = {}  # who is told of changes, by id; of messages under ""
        self.unwatchable: dict[Place, Failure] = {}
        self.calls = 0
        self.writes = 0
        self._ids = count(1)

    def deliver(self, email: Email, *contents: bytes) -> Ref:
        """A message arrives; `contents` are those of its attachments."""
        message_id = f"m{next(self._ids)}"
        self.messages[message_id] = email
        self.bytes[message_id] = contents
        self.feed.append((message_id, False))
        return Ref(id=message_id)

    def delete(self, ref: Ref) -> None:
        del self.messages[ref.id]
        self.feed.append((ref.id, True))

    def label(self, name: str) -> str:
        """A label of that name is there; its id."""
        for label_id, known in self.names.items():
            if known == name:
                return label_id
        label_id = f"Label_{next(self._ids)}"
        self.names[label_id] = name
        return label_id

    def relabel(self, ref: Ref, *, add: Iterable[str] = (), remove: Iterable[str] = ()) -> None:
        """Somebody puts labels (ids) on a message, and takes others away."""
        before = self.messages[ref.id]
        self.messages[ref.id] = replace(before, labels=before.labels.union(add).difference(remove))
        self.relabelled[len(self.feed)] = before.labels ^ self.messages[ref.id].labels
        self.feed.append((ref.id, False))

    def drop_label(self, label: str) -> None:
        """Somebody deletes a label; it is gone from its messages as well, which moves none of them."""
        del self.names[label]
        for message_id, email in self.messages.items():
            self.messages[message_id] = replace(email, labels=email.labels - {label})

    def forget_cursors(self) -> None:
        """Every cursor that was given out is too old from here on."""
        self.cursors.clear()

    def check(self) -> Account:
        self._called()
        return Account(id=self.address, name=self.address)

    def labels(self) -> list[Label]:
        self._called()
        return self._listed()

    def _listed(self) -> list[Label]:
        return [Label(id=label_id, name=name) for label_id, name in self.names.items()]

    def failed_label(self) -> str:
        self._called()
        for name in (FAILED.rpartition("/")[0], FAILED):
            found = named(name, self._listed()) or self.label(name)
        return found

    def label_failed(self, refs: Sequence[Ref], label: str, *, on: bool) -> None:
        if not refs:
            return
        self._called()
        if on and label not in self.names:
            raise ConnectorError(failure("google.labelGone", Kind.NOT_FOUND, "labelId not found"))
        self.writes += len(refs)
        for ref in refs:
            if ref.id in self.messages and (label in self.messages[ref.id].labels) is not on:
                self.relabel(ref, **{"add" if on else "remove": [label]})
        self.faults.lose()

    def pull(
        self, resource: Resource, cursor: str | None, window: Window | None = None, labels: Collection[str] = ()
    ) -> Iterator[Page]:
        if resource is Resource.EMAIL:
            return self._messages(cursor, window, labels)
        if resource is Resource.EVENT:
            return self._events(cursor, window or ALWAYS)
        return self._list(resource).pull(cursor, window or ALWAYS, self.page_size, self._called)

    def _events(self, cursor: str | None, window: Window) -> Iterator[Page]:
        def read(at: str, after: str | None) -> Page:
            if at and at not in self.further:
                self._called()
                return Page(cursor=after or "", complete=True, lost=True)
            after = (after or None) if at else after
            return next(self._place(at).pull(after, window, self.page_size, self._called))

        def given(begun: Round) -> str:
            return begun.of[""] if {*begun.of} == {""} and not begun.at else self.rounds.given(begun)

        begun = Round(of={} if cursor is None else {"": cursor})
        return rounds.pages(self.read_further, self.rounds.places.get(cursor or "", begun), read, given)

    def _place(self, name: str) -> MemoryCalendar:
        return self.further[name] if name else self.calendar

    def find_calendar(self, id_: str) -> Calendar:
        self._called()
        if id_ not in self.further:
            raise ConnectorError(failure("google.notFound", Kind.NOT_FOUND, "no such calendar"))
        return Calendar(id=id_, name=id_.partition("@")[0], writable=id_ not in self.shown)

    def _messages(self, cursor: str | None, window: Window | None, labels: Collection[str]) -> Iterator[Page]:
        at = self._opened(cursor)
        if cursor is None:
            self._left_out = self._before(window) if window else frozenset()
        while True:
            self._called()
            places = range(at, min(at + self.page_size, len(self.feed)))
            shown = (place for place in places if place not in self._left_out and self._matters(place, labels))
            part = [self.feed[place] for place in shown]
            at += len(places)
            complete = at >= len(self.feed)
            cursor = f"{self.address}:{at}"
            self.cursors.add(cursor)
            yield Page(changes=_latest(part), cursor=cursor, complete=complete)
            if complete:
                return

    def _matters(self, place: int, labels: Collection[str]) -> bool:
        return place not in self.relabelled or not self.relabelled[place].isdisjoint(labels)

    def _before(self, window: Window) -> frozenset[int]:
        """The places in the feed of what is there and came before the window."""
        old = {each for each, email in self.messages.items() if email.date < window.start}
        return frozenset(at for at, (each, _) in enumerate(self.feed) if each in old)

    def _opened(self, cursor: str | None) -> int:
        if cursor is None:
            return 0
        if cursor not in self.cursors:
            raise ConnectorError(failure("google.notFound:historyId", Kind.CURSOR_EXPIRED, "unknown cursor"))
        return int(cursor.rpartition(":")[2])

    def get(self, resource: Resource, refs: Sequence[Ref]) -> list[Email | ItemError]:
        self._called()
        return [self._one(ref) for ref in refs]

    def _read(self, email: Email) -> Email:
        """As it is shown to whoever wants headers alone, or all of it."""
        if not self.headers_only:
            return email
        return replace(email, text="", html="", attachments=(), flags=email.flags | {Flag.HEADERS_ONLY})

    def _one(self, ref: Ref) -> Email | ItemError:
        if ref.id in self.unreadable:
            return ItemError(failure=self.unreadable[ref.id])
        if ref.id not in self.messages:
            return ItemError(failure=failure("google.notFound", Kind.NOT_FOUND, "no such message"))
        return self._read(self.messages[ref.id])

    def contents(self, ref: Ref) -> Sequence[bytes] | ItemError:
        self._called()
        found = self._one(ref)
        return found if isinstance(found, ItemError) else self.bytes[ref.id]

    def look(self, resource: Resource, refs: Sequence[Ref]) -> list[RemoteChange | ItemError]:
        self._called()
        return [self._looked_at(ref) for ref in refs] if resource is Resource.EVENT else self._list(resource).look(refs)

    def _looked_at(self, ref: Ref) -> RemoteChange | ItemError:
        calendar, own = rounds.split(ref.id)
        if calendar and calendar not in self.further:
            return ItemError(failure=rounds.lost())
        (found,) = self._place(calendar).look([replace(ref, id=own)])
        return found if isinstance(found, ItemError) else rounds.within(calendar, found)

    def twins(self, resource: Resource, records: Sequence[Record], since: datetime) -> list[tuple[Ref, ...]]:
        self._called()
        place = self.calendar if resource is Resource.EVENT else self._list(resource)
        return [place.twins(record, since) for record in records]

    def push(self, puts: Sequence[Put]) -> list[Ref | ItemError]:
        self._called()
        self.writes += len(puts)
        results = [result for put in puts for result in self._put(put)]
        self.faults.lose()
        return results

    def _list(self, resource: Resource) -> MemoryTasks | MemoryContacts:
        return self.contacts if resource is Resource.CONTACT else self.tasks

    def _put(self, put: Put) -> Sequence[Ref | ItemError]:
        if put.resource is not Resource.EVENT:
            return self._list(put.resource).push([put])
        calendar, own = rounds.split(put.ref.id) if put.ref else ("", "")
        if not calendar or put.ref is None:
            return self.calendar.push([put])
        if calendar not in self.further:
            return [ItemError(failure=rounds.lost())]
        (result,) = self.further[calendar].push([replace(put, ref=replace(put.ref, id=own))])
        return [result if isinstance(result, ItemError) else replace(result, id=put.ref.id)]

    def mark(self, markings: Sequence[Marking]) -> list[str | ItemError]:
        self._called()
        results = [self._marked(marking) for marking in markings]
        self.faults.lose()
        return results

    def _marked(self, marking: Marking) -> str | ItemError:
        calendar, own = rounds.split(marking.ref.id)
        if calendar and calendar not in self.further:
            return ItemError(failure=rounds.lost())
        (before,) = self._place(calendar).mark([replace(marking, ref=replace(marking.ref, id=own))])
        return before

    def watch(self, channel: Channel) -> Promise:
        self._called()
        place = channel.place
        if place in self.unwatchable:
            raise ConnectorError(self.unwatchable[place])
        if place.calendar and place.calendar not in self.further:
            raise ConnectorError(failure("google.notFound", Kind.NOT_FOUND, "no such calendar"))
        self.watched["" if place.resource is Resource.EMAIL else channel.id] = channel
        self.faults.lose()
        return Promise(until=channel.until, remote_id=f"what {channel.id} watches")

    def unwatch(self, place: Place, channel_id: str, remote_id: str) -> None:
        self._called()
        self.watched.pop("" if place.resource is Resource.EMAIL else channel_id, None)

    def url(self, resource: Resource, ref: Ref) -> str:
        return f"https://mailbox.invalid/{self.address}/{quote(ref.id, safe='')}"

    def close(self) -> None:
        """Nothing is held open."""

    def _called(self) -> None:
        self.calls += 1
        self.faults.strike()


def _latest(part: Iterable[tuple[str, bool]]) -> tuple[RemoteChange, ...]:
    """Each message once, as it stood at the end of the page."""
    return tuple(RemoteChange(ref=Ref(id=each), gone=gone) for each, gone in dict(part).items())
