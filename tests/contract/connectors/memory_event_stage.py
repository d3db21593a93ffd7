"""The reference implementations with their events, moved from outside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from connectors.errors import Kind
from connectors.memory import failure, share
from connectors.records import Event, Invitee, Person, PersonKind, RecordWrite, Ref, Response, Write
from tests.contract.connectors.event_stage import EventMailStage
from tests.contract.connectors.memory_stage import MemoryCrmStage, MemoryMailStage

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
class MemoryEventCrmStage(MemoryCrmStage):
    def pages_of(self, size: int) -> None:
        self.store.events.page_size = size

    def user(self) -> Person:
        return self._person(PersonKind.USER, "005", "colleague@ours.example", 0)

    def create(self, event: Event, owner: Person, invited: Sequence[Person] = ()) -> str:
        invitees = tuple(Invitee(kind=person.kind, id=person.id) for person in invited)
        return self.store.events.create(event, owner.id, invitees).id

    def repeat(self, event: Event, owner: Person, times: int) -> list[str]:
        return [self.create(each, owner) for each in occurrences(event, times)]

    def edit(self, record_id: str, **fields: Any) -> None:
        self.store.events.edit(record_id, **fields)

    def delete(self, record_id: str) -> None:
        self.store.events.delete(record_id)

    def hide(self, record_id: str) -> None:
        self.store.events.hide(record_id)

    def invited(self, record_id: str) -> dict[str, Response]:
        return {invitee.id: invitee.response for invitee in self.store.events.records[record_id].invitees}

    def living(self) -> dict[str, str]:
        return {id_: record.key for id_, record in self.store.events.living.items()}

    def refuse(self, words: str, message: str) -> None:
        verdict = failure("salesforce.FIELD_CUSTOM_VALIDATION_EXCEPTION", Kind.INVALID, message)

        def rule(write: Write) -> Any:
            titled = isinstance(write, RecordWrite) and write.record and words in write.record.title
            return verdict if titled else None

        self.store.rules.append(rule)

    def forget_cursors(self) -> None:
        self.store.events.forget_cursors()

    def copy(self, record_id: str, **fields: Any) -> str:
        return self.store.copy(record_id, **fields).id
