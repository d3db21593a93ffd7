"""An organization whose calendars are kept in step: two colleagues, a customer, and somebody to turn the clock."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from connectors.errors import Failure, Kind
from connectors.memory import MemoryCrm, failure
from connectors.memory.calendar import MemoryCalendar, share
from connectors.memory.crm_records import CrmEntry
from connectors.models import Mailbox, Organization
from connectors.records import Event, RecordWrite, Ref, Write
from syncapp.engine.crm_reading import read_crm
from syncapp.models import Change, Filtered, Item
from tests import builders
from tests.conftest import Time
from tests.driving import sync

ANNA, BEN = "005000000000001", "005000000000002"
RULE = failure("salesforce.FIELD_CUSTOM_VALIDATION_EXCEPTION", Kind.INVALID, "Name a deal")


def refusing(words: str, verdict: Failure = RULE) -> Any:
    """A rule of the CRM against events with these words in their title."""

    def rule(write: Write) -> Failure | None:
        event = write.record if isinstance(write, RecordWrite) else None
        return verdict if event is not None and words in event.title else None

    return rule


@dataclass(kw_only=True)
class Stage:
    """Anna and Ben work for the organization; `run` is one run of everybody and everything."""

    time: Time
    organization: Organization
    anna: Mailbox
    ben: Mailbox
    crm: MemoryCrm
    boxes: list[Mailbox] = field(default_factory=list)

    @property
    def calendar(self) -> MemoryCalendar:
        return builders.store_of(self.anna).calendar

    @property
    def other_calendar(self) -> MemoryCalendar:
        return builders.store_of(self.ben).calendar

    def meet(self, event: Event) -> list[Ref]:
        """A meeting that Anna made and to which Ben is invited."""
        return share(event, self.calendar, self.other_calendar)

    def run(self, times: int = 1) -> None:
        """Reads the CRM, then every mailbox; each time some minutes pass."""
        for _ in range(times):
            self.run_only(self.anna, self.ben)

    def run_only(self, *mailboxes: Mailbox) -> None:
        """Reads the CRM, then these."""
        self.time.move(minutes=6)
        self.read()
        sync(*mailboxes)

    def read(self) -> None:
        """Reads the CRM alone."""
        while read_crm(self.organization.pk):
            pass

    def settle_on(self, **values: Any) -> None:
        """Somebody changes the organization's settings."""
        Organization.everywhere.filter(pk=self.organization.pk).update(**values)
        self.organization.refresh_from_db()

    # -- How both sides stand

    @property
    def records(self) -> list[CrmEntry[Event]]:
        return list(self.crm.events.living.values())

    @property
    def record(self) -> CrmEntry[Event]:
        (found,) = self.records
        return found

    @property
    def items(self) -> list[Item]:
        return items()

    def titles(self) -> list[str]:
        return sorted(record.event.title for record in self.records)

    def in_calendar(self) -> list[str]:
        return sorted(event.title for event in self.calendar.living.values())

    def is_quiet(self) -> bool:
        """Whether one more run writes nothing."""
        before = self.crm.writes, builders.store_of(self.anna).writes, builders.store_of(self.ben).writes
        self.run()
        return before == (self.crm.writes, builders.store_of(self.anna).writes, builders.store_of(self.ben).writes)


def staged(time: Time, **values: Any) -> Stage:
    """The stage; `values` are the organization's settings."""
    made = builders.organization(syncs_events=True, **values)
    anna = builders.mailbox(made, "anna@ours.example", crm_user_id=ANNA)
    ben = builders.mailbox(made, "ben@ours.example", crm_user_id=BEN)
    return Stage(time=time, organization=made, anna=anna, ben=ben, crm=builders.crm_of(made))


def rules() -> dict[str, str]:
    """The titles of what is filtered, with the rule."""
    return dict(Filtered.everywhere.values_list("item__title", "rule"))


def pending() -> list[tuple[str, str]]:
    return list(Change.everywhere.order_by("pk").values_list("direction", "state"))


def items() -> list[Item]:
    return list(Item.everywhere.filter(resource="event").order_by("pk"))
