"""The flows that `bench calls` measures: what is new, what a round of it is, and which calls are the round's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from connectors.models import Mailbox
from syncapp.bench import arrivals, deliveries, minimum
from syncapp.bench.deliveries import Lot
from syncapp.demo.doors import Doors
from syncapp.demo.worker import next_job
from syncapp.engine.crm_reading import read_crm
from syncapp.engine.running import Ending, run_job

NOT_COUNTED = frozenset({"token", "describe", "limits"})  # once for many runs, not for each item
MAIL, CALENDAR = ("/gmail/", "/batch/gmail/"), ("/calendar/", "/batch/calendar/")
OLD_GET = 5  # units of a message for a project of the age that `bench calls` asks for
ONE_BY_ONE = "one call for each record, as most products do: 200 times the minimum of the write"
OCA = "one call for each record (OCA's connectors): 1,000 to write 1,000, where 5 do"
ODOO = "one call for each event (Odoo): 1,001 for 1,000 where 21 do, 48 times the minimum"


@dataclass(frozen=True, kw_only=True)
class Flow:
    """One direction of one resource. A job looks at the mailbox's other resource as well: that look is a round of
    that resource, `not_ours`, and is counted by the idle round, which counts everything."""

    name: str
    not_ours: tuple[str, ...]
    minimum: Callable[[int, int], int]  # of so many items and addresses
    give: Callable[[Doors, Lot], None]
    round: Callable[[Mailbox], None]
    arrived: Callable[[Doors, Lot], int]
    peer: str
    units: Callable[[int], int] | None = None  # the fewest quota units of so many items, where the provider counts them

    def counts(self, call: Mapping[str, Any]) -> bool:
        return call["operation"] not in NOT_COUNTED and not call["path"].startswith(self.not_ours)


def read_mailbox(mailbox: Mailbox) -> None:
    """Jobs of one mailbox until there is nothing more to do."""
    while run_job(mailbox.pk) is Ending.AGAIN:
        pass


def read_salesforce(mailbox: Mailbox) -> None:
    """The organization's reader, and the jobs that it asks for."""
    while read_crm(mailbox.organization_id):
        pass
    while next_job():
        pass


FLOWS = (
    Flow(
        name="gmail",
        not_ours=CALENDAR,
        minimum=minimum.gmail_to_salesforce,
        give=deliveries.messages,
        round=read_mailbox,
        arrived=arrivals.messages,
        peer=ONE_BY_ONE,
        units=lambda messages: minimum.gmail_units(messages, get=OLD_GET),
    ),
    Flow(
        name="calendar",
        not_ours=MAIL,
        minimum=minimum.calendar_to_salesforce,
        give=deliveries.meetings,
        round=read_mailbox,
        arrived=arrivals.events,
        peer=OCA,
    ),
    Flow(
        name="salesforce-calendar",
        not_ours=MAIL,
        minimum=lambda events, _: minimum.salesforce_to_calendar(events),
        give=deliveries.booked,
        round=read_salesforce,
        arrived=arrivals.events,
        peer=ODOO,
    ),
)
