"""Both sides in memory, as people see them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from connectors.memory.calendar import MemoryCalendar, share
from connectors.memory.crm_records import MemoryCrmEvents
from connectors.records import Email, EmailWrite, Event
from tests.scenario.machine.sides import Calendar, Copy
from tests.scenario.machine.store_faults import UnrulyCrm, UnrulyMailbox


@dataclass(kw_only=True)
class MemorySides:
    """`stores` are the colleagues' mailboxes, `users` their ids in the CRM, both by address."""

    crm: UnrulyCrm
    stores: dict[str, UnrulyMailbox]
    users: dict[str, str]
    nobody: str = "005000000000099"
    outside: MemoryCalendar = field(default_factory=lambda: MemoryCalendar("eve@customer.example"))

    @property
    def calendars(self) -> dict[str, MemoryCalendar]:
        return {address: store.calendar for address, store in self.stores.items()}

    @property
    def diary(self) -> MemoryCrmEvents:
        return self.crm.events

    @property
    def people(self) -> dict[str, str]:
        known = {person.id: person.email for person in self.crm.people}
        return known | {user: address for address, user in self.users.items()}

    def _own(self, calendar: Calendar) -> MemoryCalendar:
        return self.outside if calendar.address == self.outside.address else self.calendars[calendar.address]

    # -- What people do

    def enter(self, calendar: Calendar, event: Event) -> None:
        self._own(calendar).add(event)

    def repeat(self, calendar: Calendar, occurrences: Sequence[Event]) -> None:
        for event in occurrences:
            own = f"{event.start:%Y%m%dT%H%M%SZ}"
            self._own(calendar).add(replace(event, series=f"s-{event.uid}", occurrence=own))

    def share(self, event: Event, organizer: Calendar, guests: Iterable[Calendar]) -> None:
        share(event, self._own(organizer), *map(self._own, guests))

    def edit_own_copy(self, copy: Copy, title: str) -> None:
        copy.calendar.edit(copy.ref, title=title)

    def deliver(self, message: Email, addresses: Iterable[str]) -> None:
        for address in addresses:
            self.stores[address].deliver(message)

    # -- How it stands

    def sent(self) -> set[str]:
        return {message.subject for store in self.stores.values() for message in store.messages.values()}

    def recorded(self) -> Counter[str]:
        return Counter(each.email.subject for each in self.crm.records.values() if isinstance(each, EmailWrite))

    def standing(self) -> object:
        calendars = {
            address: {each.id: (each.number, each.colour, each.gone) for each in calendar.entries.values()}
            for address, calendar in self.calendars.items()
        }
        records = {each.id: (each.stamp, each.version, each.gone) for each in self.crm.events.records.values()}
        return calendars, records, len(self.crm.records)
