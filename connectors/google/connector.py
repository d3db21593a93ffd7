"""Gmail, Google Calendar, Google Tasks and Google Contacts as a `MailConnector`.

Messages are read raw: the bytes of the message itself, which are the same whichever way Google would take
them apart, in batches of 50; or their headers alone, where nothing else is wanted. One page is one request; the cursor
of a page covers exactly what it lists.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from itertools import groupby
from typing import Any, ClassVar

from connectors.bodies import json_value
from connectors.calendars import Calendar
from connectors.errors import Answer, ConnectorError, ItemError, Kind
from connectors.google import (
    calendars,
    channels,
    contact_reading,
    contact_writing,
    labelling,
    mapping,
    reading,
    task_reading,
    task_writing,
    writing,
)
from connectors.google.client import BATCH, CalendarClient, GmailClient, Http, TasksClient
from connectors.google.contact_groups import AddressBook
from connectors.google.cursor import Position
from connectors.google.errors import DIALECT
from connectors.google.links import Sites, contact_url, event_url, message_url, task_url
from connectors.google.parts import in_parts
from connectors.google.people_client import PeopleClient
from connectors.hints import Channel, Place, Promise
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
from connectors.wire import Wire

PAGE = 500  # the most that messages.list and history.list give
KINDS = ("messageAdded", "messageDeleted", "labelRemoved")
LABELLED = "labelAdded"  # matters only where rules go by labels


class GoogleConnector:
    """One Google account: its mailbox, its primary calendar with these further ones, its task lists, its contacts."""

    key: ClassVar[str] = "google"
    resources: ClassVar[frozenset[Resource]] = frozenset(Resource)

    def __init__(
        self,
        *,
        address: str,
        token: str,
        sites: Sites,
        wire: Wire,
        largest_message: int,
        calendars: Sequence[str] = (),
        headers_only: bool = False,
    ) -> None:
        self._address = address
        self._further = calendars
        self._headers_only = headers_only
        self._sites = sites
        self._largest = largest_message
        self._http = Http(token=token, wire=wire)
        self._client = GmailClient(http=self._http, api_root=sites.mail_api)

    @cached_property
    def _calendar(self) -> CalendarClient:
        """Made on first use: most mailboxes have no calendar in step."""
        return CalendarClient(http=self._http, api_root=self._sites.calendar_api)

    @cached_property
    def _tasks(self) -> TasksClient:
        return TasksClient(http=self._http, api_root=self._sites.tasks_api)

    @cached_property
    def _contacts(self) -> AddressBook:
        return AddressBook(PeopleClient(http=self._http, api_root=self._sites.contacts_api))

    def check(self) -> Account:
        address = self._client.profile()["emailAddress"]
        return Account(id=address.lower(), name=address)

    def labels(self) -> list[Label]:
        return mapping.labels(self._client.list_labels())

    def failed_label(self) -> str:
        return labelling.failed(self._client)

    def label_failed(self, refs: Sequence[Ref], label: str, *, on: bool) -> None:
        labelling.put(self._client, refs, label, on=on)

    def find_calendar(self, id_: str) -> Calendar:
        return calendars.calendar(self._calendar, id_)

    def pull(
        self, resource: Resource, cursor: str | None, window: Window | None = None, labels: Collection[str] = ()
    ) -> Iterator[Page]:
        if resource is Resource.EVENT:
            return calendars.pages(self._calendar, self._address, self._further, cursor, window)
        if resource is Resource.TASK:
            return task_reading.pages(self._tasks, self._address, cursor, window)
        if resource is Resource.CONTACT:
            return contact_reading.pages(self._contacts, self._address, cursor)
        return self._messages(cursor, window, labels)

    def _messages(self, cursor: str | None, window: Window | None, labels: Collection[str]) -> Iterator[Page]:
        position = self._start(window) if cursor is None else Position.opened(cursor, self._address)
        while True:
            page, position = self._full(position) if position.mode == "full" else self._changes(position, labels)
            yield page
            if page.complete:
                return

    def _start(self, window: Window | None) -> Position:
        """The history id comes first: what changes while the listing goes on is in the history after it."""
        since = str(max(1, int(window.start.timestamp()) - 1)) if window else ""  # `after:` may mean the second itself
        return Position(mode="full", history=str(self._client.profile()["historyId"]), since=since)

    def _full(self, position: Position) -> tuple[Page, Position]:
        said = self._client.list_messages(size=PAGE, page=position.page or None, since=position.since)
        rest = said.get("nextPageToken", "")
        after = replace(position, page=rest) if rest else Position(mode="history", history=position.history)
        # The listing is whole once the history since its start has been read as well.
        return Page(changes=mapping.listed(said), cursor=after.sealed(self._address), complete=False), after

    def _changes(self, position: Position, labels: Collection[str]) -> tuple[Page, Position]:
        kinds = (*KINDS, LABELLED) if labels else KINDS
        said = self._client.history(start=position.history, size=PAGE, kinds=kinds, page=position.page or None)
        after = _reached(position, said)
        complete = "nextPageToken" not in said
        return Page(changes=mapping.changed(said, labels), cursor=after.sealed(self._address), complete=complete), after

    def get(self, resource: Resource, refs: Sequence[Ref]) -> list[Email | ItemError]:
        ids = [ref.id for ref in refs]
        return [found for at in range(0, len(ids), BATCH) for found in self._read(ids[at : at + BATCH])]

    def _read(self, ids: Sequence[str]) -> list[Email | ItemError]:
        """One batch; halved while its answer is larger than the transport lets through."""
        try:
            read = self._client.headers if self._headers_only else self._client.raw_messages
            return [self._one(answer) for answer in read(ids)]
        except ConnectorError as error:
            if error.failure.code != "network.ANSWER_TOO_LARGE":
                raise
        if len(ids) == 1:
            return [self._headers_of(ids[0])]
        half = len(ids) // 2
        return self._read(ids[:half]) + self._read(ids[half:])

    def _headers_of(self, message_id: str) -> Email | ItemError:
        """What is refused here concerns this message alone, as in a batch: it may be gone since the batch was asked."""
        try:
            said = self._client.message_headers(message_id)
        except ConnectorError as error:
            if error.failure.kind is Kind.AUTH:
                raise
            return ItemError(failure=error.failure)
        why = Flag.HEADERS_ONLY if self._headers_only else Flag.OVERSIZED
        return mapping.headers_only(mapping.header_pairs(said), said, why=why)

    def _one(self, answer: Answer) -> Email | ItemError:
        """One part of a batch. Only a token that is not good concerns all of them and is raised."""
        said = json_value(answer.body) if answer.status == 200 else None
        if isinstance(said, dict) and "raw" in said:
            return mapping.message(said, largest=self._largest)
        if isinstance(said, dict) and self._headers_only and "id" in said:
            return mapping.headers_only(mapping.header_pairs(said), said, why=Flag.HEADERS_ONLY)
        return self._refused(answer)

    def _refused(self, answer: Answer) -> ItemError:
        failure = DIALECT.verdict(answer)
        if failure.kind is Kind.AUTH:
            raise ConnectorError(failure)
        return ItemError(failure=failure)

    def contents(self, ref: Ref) -> Sequence[bytes] | ItemError:
        (answer,) = self._client.raw_messages([ref.id])
        said = json_value(answer.body) if answer.status == 200 else None
        if isinstance(said, dict) and "raw" in said:
            return mapping.contents(said)
        return self._refused(answer)

    def look(self, resource: Resource, refs: Sequence[Ref]) -> list[RemoteChange | ItemError]:
        if resource is Resource.TASK:
            return task_reading.current(self._tasks, refs)
        if resource is Resource.CONTACT:
            return contact_reading.current(self._contacts, refs)
        return calendars.believed(self._calendar, [ref.id for ref in refs], reading.current(self._calendar, refs))

    def twins(self, resource: Resource, records: Sequence[Record], since: datetime) -> list[tuple[Ref, ...]]:
        """None of events: their ids are our own choice, so that writing one again finds it."""
        if resource is Resource.TASK and records:
            return task_reading.twins(self._tasks, records, since)
        if resource is Resource.CONTACT and records:
            return contact_reading.twins(self._contacts, records, since)
        return [()] * len(records)

    def push(self, puts: Sequence[Put]) -> list[Ref | ItemError]:
        return in_parts((list(some) for _, some in groupby(puts, lambda each: each.resource)), self._put)

    def _put(self, puts: list[Put]) -> list[Ref | ItemError]:
        """Several of one resource."""
        if puts[0].resource is Resource.TASK:
            return task_writing.put(self._tasks, puts)
        if puts[0].resource is Resource.CONTACT:
            return contact_writing.put(self._contacts, puts)
        names = [each.ref.id if each.ref else "" for each in puts]
        return calendars.believed(self._calendar, names, writing.put(self._calendar, puts))

    def mark(self, markings: Sequence[Marking]) -> list[str | ItemError]:
        names = [each.ref.id for each in markings]
        return calendars.believed(self._calendar, names, writing.mark(self._calendar, markings))

    def watch(self, channel: Channel) -> Promise:
        if channel.place.resource is Resource.EMAIL:
            return channels.watch_mail(self._client, channel)
        return channels.watch_calendar(self._calendar, channel)

    def unwatch(self, place: Place, channel_id: str, remote_id: str) -> None:
        if place.resource is Resource.EMAIL:
            self._client.unwatch()
        else:
            channels.unwatch_calendar(self._calendar, channel_id, remote_id)

    def url(self, resource: Resource, ref: Ref) -> str:
        if resource is Resource.EVENT:
            return event_url(self._sites.calendar_web, self._address, ref.id)
        if resource is Resource.TASK:
            return task_url(self._sites.tasks_web, self._address, ref.id)
        if resource is Resource.CONTACT:
            return contact_url(self._sites.contacts_web, self._address, ref.id)
        return message_url(self._sites.mail_web, self._address, ref.id)

    def close(self) -> None:
        self._http.close()


def _reached(position: Position, said: dict[str, Any]) -> Position:
    """How far a page of the history leads. Ids of records outlive page tokens, so they are preferred.

    A page may be empty and not the last one: the mailbox's newest id, which every answer names, is no place to go
    on from before there are no more pages.
    """
    records, rest = said.get("history", []), said.get("nextPageToken", "")
    if rest and not records:
        return replace(position, page=rest)
    reached = records[-1]["id"] if rest else said.get("historyId", position.history)
    return Position(mode="history", history=str(reached))
