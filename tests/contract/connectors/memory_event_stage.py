"""The reference implementations with their events, moved from outside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from connectors.memory import share
from connectors.memory.crm_records import MemoryCrmEvents
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
    def neighbour(self) -> MemoryEventMailStage:
        return MemoryEventMailStage()

    def add(self, event: Event) -> Ref:
        return self.store.calendar.add(event)

    def repeat(self, event: Event, times: int) -> list[Ref]:
        return [self.add(each) for each in occurrences(event, times)]

    def share(self, event: Event, *guests: EventMailStage) -> list[Ref]:
        calendars = [guest.store.calendar for guest in guests if isinstance(guest, MemoryEventMailStage)]
        return share(event, self.store.calendar, *calendars)

    def edit(self, ref: Ref, **fields: Any) -> Ref:
        return self.store.calendar.edit(ref, **fields)

    def delete(self, ref: Ref) -> None:
        self.store.calendar.delete(ref)

    def touch(self, ref: Ref) -> Ref:
        return self.store.calendar.touch(ref)

    def paint(self, ref: Ref, colour: str) -> Ref:
        return self.store.calendar.paint(ref, colour)

    def colour(self, ref: Ref) -> str:
        return self.store.calendar.colour(ref)

    def living(self) -> list[str]:
        return list(self.store.calendar.living)

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
