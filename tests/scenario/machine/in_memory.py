"""Both sides in memory, and an office between them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from connectors import credentials
from connectors.memory import CRMS, MAILBOXES
from connectors.memory.calendar import MemoryCalendar, share
from connectors.memory.crm_records import MemoryCrmEvents
from connectors.records import Email, EmailWrite, Event
from tests import builders
from tests.builders import contact
from tests.conftest import Time
from tests.scenario.machine.faults import GRANT, MemoryFaults, UnrulyCrm, UnrulyMailbox
from tests.scenario.machine.meetings import CUSTOMER, People
from tests.scenario.machine.office import ADDRESSES, Office, Work, open_doors
from tests.scenario.machine.sides import Calendar, Copy
from tests.scenario.scene import SECRET

USERS = ("005000000000001", "005000000000002")


@dataclass(kw_only=True)
class MemorySides:
    """`stores` are the colleagues' mailboxes."""

    crm: UnrulyCrm
    stores: dict[str, UnrulyMailbox]
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
        return {person.id: person.email for person in self.crm.people} | dict(zip(USERS, ADDRESSES, strict=True))

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


@contextmanager
def office(time: Time, rule: str) -> Iterator[Office]:
    """A fresh office on a Monday morning; it leaves nothing behind."""
    with open_doors(time):
        yield _furnished(time, rule)


def _furnished(time: Time, rule: str) -> Office:
    organization = builders.organization(
        slug="acme", crm_org_id="00Dacme", secret=SECRET, syncs_events=True, event_conflicts=rule
    )
    crm = CRMS["00Dacme"] = UnrulyCrm("00Dacme")
    crm.people.append(contact(CUSTOMER.email))
    boxes, stores = {}, dict[str, UnrulyMailbox]()
    for work, address, user in zip((Work.ANNA, Work.BEN), ADDRESSES, USERS, strict=True):
        boxes[work] = builders.mailbox(organization, address, provider="google", crm_user_id=user)
        stores[address] = MAILBOXES[address] = UnrulyMailbox(address)
        credentials.store(organization, "google", GRANT, mailbox=boxes[work])
    sides = MemorySides(crm=crm, stores=stores)
    faults = MemoryFaults(organization_id=organization.pk, crm=crm, stores=list(stores.values()))
    return Office(
        time=time, organization=organization, boxes=boxes, sides=sides, people=People(sides=sides), faults=faults
    )
