"""The reference implementations with their events, moved from outside."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from connectors.memory import share
from connectors.memory.calendar import MemoryCalendar
from connectors.memory.crm_records import MemoryCrmEvents
from connectors.protocol import MailConnector
from connectors.records import Event, Invitee, Person, Ref, Response
from tests.contract.connectors.event_stage import EventMailStage
from tests.contract.connectors.memory_record_stage import MemoryRecordCrmStage
from tests.contract.connectors.memory_stage import MemoryMailStage

DAY = timedelta(days=1)


def occurrences(event: Event, times: int) -> list[Event]:
    """A series as its single occurrences, each with the start that the series gave it."""
    form = "%Y%m%d" if event.all_day else "%Y%m%dT%H%M%SZ"
    moved = [replace(event, start=event.start + n * DAY, end=event.end + n * DAY) for n in range(times)]
    return [replace(each, series=f"series of {event.uid}", occurrence=each.start.strftime(form)) for each in moved]


@dataclass(kw_only=True)
class MemoryEventMailStage(MemoryMailStage):
    beside: str = ""  # the id of the further calendar that is moved, "" for the mailbox's own

    def further(self) -> MemoryEventMailStage:
        made = copy(self)
        made.beside = "team@group.calendar.example"
        self.store.further[made.beside] = MemoryCalendar(made.beside)
        return made

    def take_away(self) -> None:
        del self.store.further[self.beside]

    def show_only(self) -> None:
        self.store.shown.add(self.beside)

    def open_with(self, *calendars: str) -> MailConnector:
        self.store.read_further = calendars
        return self.store

    @property
    def moved(self) -> MemoryCalendar:
        return self.store.further[self.beside] if self.beside else self.store.calendar

    def neighbour(self) -> MemoryEventMailStage:
        return MemoryEventMailStage()

    def add(self, event: Event) -> Ref:
        return self.moved.add(event)

    def repeat(self, event: Event, times: int) -> list[Ref]:
        return [self.add(each) for each in occurrences(event, times)]

    def share(self, event: Event, *guests: EventMailStage) -> list[Ref]:
        calendars = [guest.store.calendar for guest in guests if isinstance(guest, MemoryEventMailStage)]
        return share(event, self.store.calendar, *calendars)

    def edit(self, ref: Ref, **fields: Any) -> Ref:
        return self.moved.edit(ref, **fields)

    def delete(self, ref: Ref) -> None:
        self.moved.delete(ref)

    def touch(self, ref: Ref) -> Ref:
        return self.store.calendar.touch(ref)

    def paint(self, ref: Ref, colour: str) -> Ref:
        return self.store.calendar.paint(ref, colour)

    def colour(self, ref: Ref) -> str:
        return self.moved.colour(ref)

    def living(self) -> list[str]:
        return list(self.moved.living)

    def forget_cursors(self) -> None:
        self.store.calendar.forget_cursors()

    def lose_answer(self) -> None:
        self.store.faults.lost_answers.append(True)


@dataclass(kw_only=True)
class MemoryEventCrmStage(MemoryRecordCrmStage):
    @property
    def place(self) -> MemoryCrmEvents:
        return self.store.events

    def create(self, event: Event, owner: Person, invited: Sequence[Person] = ()) -> str:
        invitees = tuple(Invitee(kind=person.kind, id=person.id) for person in invited)
        return self.place.create(event, owner.id, invitees).id

    def repeat(self, event: Event, owner: Person, times: int) -> list[str]:
        return [self.create(each, owner) for each in occurrences(event, times)]

    def invited(self, record_id: str) -> dict[str, Response]:
        return {invitee.id: invitee.response for invitee in self.place.records[record_id].invitees}

    def copy(self, record_id: str, **fields: Any) -> str:
        return self.store.copy(record_id, **fields).id
