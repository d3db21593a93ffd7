"""The flows that `bench calls` measures: what is new, what a round of it is, and which calls are the round's."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from connectors.models import Mailbox
from connectors.records import Resource
from syncapp.bench import arrivals, deliveries, minimum
from syncapp.bench.deliveries import Lot
from syncapp.demo.doors import Doors
from syncapp.demo.worker import next_job
from syncapp.engine.crm_reading import read_crm
from syncapp.engine.running import Ending, run_job

NOT_COUNTED = frozenset({"token", "describe", "limits"})  # once for many runs, not for each item
MAIL, CALENDAR = ("/gmail/", "/batch/gmail/"), ("/calendar/", "/batch/calendar/")
OLD_GET = 5  # units of a message for a project of the age that `bench calls` asks for
ROOM = 18_000  # contacts or tasks in a mailbox: Google lets an account have 25,000, and a list 20,000 that are open
ONE_BY_ONE = "one call for each record, as most products do: 200 times the minimum of the write"
OCA = "one call for each record (OCA's connectors): 1,000 to write 1,000, where 5 do"
ODOO = "one call for each event (Odoo): 1,001 for 1,000 where 21 do, 48 times the minimum"
Shares = Sequence[int]  # how many new items each mailbox has


@dataclass(frozen=True, kw_only=True)
class Flow:
    """One direction of one resource. A job looks at the mailbox's messages, or other resource, as well: that look is a
    round of that resource, `not_ours`, and is counted by the idle round, which counts everything. No mailbox has more
    than `room` of it; `meets` says whether a fifth as many people take part.
    """

    name: str
    keeps: Resource  # what is kept in step meanwhile, besides messages
    not_ours: tuple[str, ...]
    minimum: Callable[[Shares], int]
    give: Callable[[Doors, Lot], None]
    round: Callable[[Sequence[Mailbox]], None]
    arrived: Callable[[Doors, Lot], int]
    peer: str
    room: int = 0  # 0: any number
    meets: bool = True
    units: Callable[[int], int] | None = None  # the fewest quota units of so many items, where the provider counts them

    def counts(self, call: Mapping[str, Any]) -> bool:
        return call["operation"] not in NOT_COUNTED and not call["path"].startswith(self.not_ours)

    def shares(self, size: int) -> list[int]:
        """So many items, distributed to as few mailboxes as have room for them."""
        room = self.room or size
        return [min(room, size - at) for at in range(0, size, room)]

    def people(self, size: int) -> int:
        return met(size) if self.meets else 0


def met(size: int) -> int:
    """How many people take part in so many items."""
    return max(1, size // 5)


def read_mailboxes(mailboxes: Sequence[Mailbox]) -> None:
    """Jobs of each mailbox until there is nothing more to do."""
    for mailbox in mailboxes:
        while run_job(mailbox.pk) is Ending.AGAIN:
            pass


def read_salesforce(mailboxes: Sequence[Mailbox]) -> None:
    """The organization's reader, and the jobs that it asks for."""
    while read_crm(mailboxes[0].organization_id):
        pass
    while next_job():
        pass


# What is one person's own: an account has room for so many, and nobody else takes part.
_own = partial(Flow, not_ours=MAIL, peer=ONE_BY_ONE, room=ROOM, meets=False)

FLOWS = (
    Flow(
        name="gmail",
        keeps=Resource.EVENT,
        not_ours=CALENDAR,
        minimum=lambda shares: minimum.gmail_to_salesforce(sum(shares), met(sum(shares))),
        give=deliveries.messages,
        round=read_mailboxes,
        arrived=arrivals.messages,
        peer=ONE_BY_ONE,
        units=lambda messages: minimum.gmail_units(messages, get=OLD_GET),
    ),
    Flow(
        name="calendar",
        keeps=Resource.EVENT,
        not_ours=MAIL,
        minimum=lambda shares: minimum.calendar_to_salesforce(sum(shares), met(sum(shares))),
        give=deliveries.meetings,
        round=read_mailboxes,
        arrived=arrivals.events,
        peer=OCA,
    ),
    Flow(
        name="salesforce-calendar",
        keeps=Resource.EVENT,
        not_ours=MAIL,
        minimum=lambda shares: minimum.salesforce_to_calendar(sum(shares)),
        give=deliveries.booked,
        round=read_salesforce,
        arrived=arrivals.events,
        peer=ODOO,
    ),
    _own(
        name="people",
        keeps=Resource.CONTACT,
        minimum=lambda shares: minimum.people_to_salesforce(shares, sum(shares)),
        give=deliveries.acquaintances,
        round=read_mailboxes,
        arrived=arrivals.contacts,
    ),
    _own(
        name="salesforce-people",
        keeps=Resource.CONTACT,
        minimum=minimum.salesforce_to_people,
        give=deliveries.clients,
        round=read_salesforce,
        arrived=arrivals.contacts,
    ),
    _own(
        name="tasks",
        keeps=Resource.TASK,
        minimum=minimum.tasks_to_salesforce,
        give=deliveries.chores,
        round=read_mailboxes,
        arrived=arrivals.tasks,
    ),
    _own(
        name="salesforce-tasks",
        keeps=Resource.TASK,
        minimum=minimum.salesforce_to_tasks,
        give=deliveries.entered,
        round=read_salesforce,
        arrived=arrivals.tasks,
    ),
)
