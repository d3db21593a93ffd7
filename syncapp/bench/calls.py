"""`bench calls`: remote calls made ÷ the fewest possible, counted by the simulators themselves.

What is counted is one job that takes as long as it takes. A job gives its worker back after ten seconds; of the further
ones that a slow machine needs for many events each asks for the people who are left, and the last one reads the page
again. Nor does a mailbox become due for its next read while the others are written to: a second read would be counted,
of what was written in the first round. What a provider lets one do in a minute or a day is lifted: calls are counted
here, not waits.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import product
from typing import Any

from django.conf import settings

from connectors.effects import commit
from connectors.models import Mailbox, Organization
from connectors.policies import NoMatch
from connectors.records import Resource
from syncapp.bench import deliveries, loads, minimum
from syncapp.bench.flows import FLOWS, MAIL, NOT_COUNTED, ONE_BY_ONE, Flow, read_mailboxes, read_salesforce
from syncapp.demo import seeding
from syncapp.demo.cast import DOMAIN, Colleague
from syncapp.demo.doors import Doors
from syncapp.demo.environment import Stage
from syncapp.demo.staging import migrate, simulators
from syncapp.loads import BulkLoad

GOAL = "remote calls ÷ the fewest possible"
IDLE_GOAL = "remote calls ÷ the fewest possible, where nothing is new; n is the number of mailboxes"
UNITS = "quota units of Gmail ÷ the fewest possible; calls and minimum are units here"
TWENTY = "300 units for 6 messages where 120 do, 2.5 times (the baseline of a test of Twenty’s)"
SUITE = "one call for each known meeting in each run (SuiteCRM)"
BOUND = 1.10
UNITS_BOUND = 1.02
LOADS_BOUND = 1.25  # a first read lists the labels as well, and the simulator's jobs are under way at the first look
SIZES = (1, 100, 1000)
MANY = 1000  # items of a flow: an organization that has so many has more mailboxes too
IDLE, FIRST = "idle", "first-contacts"
NAMES = (*(flow.name for flow in FLOWS), FIRST, IDLE)
# What is kept in step besides messages and events, and in how many looks at a mailbox. Tasks has no feed over all its
# lists: one look names them, one reads each.
WITH = (("idle-with-tasks", Resource.TASK, 2), ("idle-with-contacts", Resource.CONTACT, 1))
OFFICE = 500  # mailboxes
AT_ONCE = 100  # people who are hired together
ONE_JOB = 24 * 3600  # seconds
LOOKS = 60.0  # seconds until a load is looked at again
PAUSE = 900.0  # seconds between two rounds: more than the ten minutes that the reader of Salesforce shows again


def refuses(sizes: Sequence[int], names: Sequence[str] = ()) -> str:
    """Why so many items, or flows of such names, cannot be measured, in a sentence; "" where they can."""
    if unknown := [name for name in names if name not in NAMES]:
        return f"There is no flow “{unknown[0]}”; there are {', '.join(NAMES)}."
    return "" if min(sizes) >= 1 else "--n wants a number of items, 1 or more."


@dataclass(frozen=True, kw_only=True)
class Row:
    """One goal and what was measured. `passed` says whether the value keeps within the bound, and all arrived."""

    goal: str
    flow: str
    n: int
    calls: int
    minimum: int
    value: float
    bound: float
    peer: str
    passed: bool


def measure(
    stage: Stage, sizes: Sequence[int], names: Sequence[str] = (), *, tell: Callable[[str], None]
) -> list[dict[str, Any]]:
    """A row for each flow and size, in one world: N new items since the cursor, a fifth as many people who take part;
    and one of a round in which nothing is new. `names` are the flows, none for all of them."""
    migrate()
    settings.SYNC_JOB_SECONDS = settings.SYNC_INTERVAL_SECONDS = ONE_JOB
    with simulators(stage) as doors:
        seeding.seed_syncapp(doors, seeding.users_only(doors), no_match=NoMatch.LOG)
        _lift_quotas(doors)
        world = _World(doors=doors)
        rows: list[Row] = []
        for flow, size in product([each for each in FLOWS if not names or each.name in names], sizes):
            tell(f"{flow.name}, {size} …")
            rows += _rows(world, flow, f"{flow.name}-{len(rows)}", size)
        if not names or FIRST in names:
            rows += [_first_contacts(world, size, tell) for size in sizes if size > minimum.LOADED_ABOVE]
        if not names or IDLE in names:
            rows += _idle_rows(world, max(sizes), tell)
    return [asdict(row) for row in rows]


def _lift_quotas(doors: Doors) -> None:
    """What a minute or a day has room for: a new project may read no more than 300 messages a minute, and write 600
    events."""
    doors.google("quota-age", age="old")
    doors.google("gmail-minutes", limits="none")
    doors.google("calendar-minutes", limits="none")
    doors.google("people-minutes", limits="none")
    doors.google("tasks-days", limits="none")


@dataclass(kw_only=True)
class _World:
    """Both simulators, and the mailboxes at them."""

    doors: Doors

    @property
    def mailboxes(self) -> list[Mailbox]:
        return list(Mailbox.everywhere.order_by("pk"))

    def grow(self, mailboxes: int) -> None:
        """More colleagues, with nothing in their mailboxes, until there are so many."""
        organization = Organization.everywhere.get()
        for at in range(len(self.mailboxes), mailboxes, AT_ONCE):
            numbers = range(at, min(at + AT_ONCE, mailboxes))
            seeding.hire(self.doors, organization, [_colleague(number) for number in numbers])

    def keep(self, *resources: Resource) -> None:
        """What is kept in step besides messages."""
        with commit("bench: what is kept in step"):
            Organization.everywhere.update(
                syncs_events=Resource.EVENT in resources,
                syncs_tasks=Resource.TASK in resources,
                syncs_contacts=Resource.CONTACT in resources,
            )

    def settle(self) -> None:
        """Until all that there is was read on both sides, echoes of our own writes included, and long ago."""
        for _ in range(2):
            self.pass_time(PAUSE)
            self.look()

    def pass_time(self, seconds: float) -> None:
        self.doors.move_clock(float(self.doors.salesforce("clock")["offset"]) + seconds)

    def look(self) -> None:
        """A round of everybody."""
        read_salesforce(self.mailboxes)
        read_mailboxes(self.mailboxes)

    def calls(self, counts: Callable[[Mapping[str, Any]], bool]) -> int:
        return sum(counts(call) for call in [*self.doors.salesforce("calls"), *self.doors.google("calls")])

    def units(self) -> int:
        """Quota units of Gmail that were asked for so far."""
        return sum(call["units"] for call in self.doors.google("calls") if call["path"].startswith(MAIL))


def _colleague(number: int) -> Colleague:
    return Colleague(address=f"agent{number}@{DOMAIN}", name=f"Agent {number}", user=f"agent{number}@{DOMAIN}")


def _rows(world: _World, flow: Flow, name: str, size: int) -> list[Row]:
    """A row of the flow's calls, and one of the quota units that they cost where the provider counts these."""
    shares = flow.shares(size)
    world.grow(len(shares))
    lot = deliveries.lot(world.doors, name, dict(zip(world.mailboxes, shares, strict=False)), flow.people(size))
    world.keep(flow.keeps)
    world.settle()
    flow.give(world.doors, lot)
    before, units_before = world.calls(flow.counts), world.units() if flow.units else 0
    flow.round(list(lot.shares))
    calls = world.calls(flow.counts) - before
    least = flow.minimum(shares)
    everything = flow.arrived(world.doors, lot) == size
    rows = [_measured(GOAL, flow.name, size, calls, least, flow.peer, everything=everything)]
    if flow.units:
        units, fewest, named = world.units() - units_before, flow.units(size), f"{flow.name}-units"
        rows.append(_measured(UNITS, named, size, units, fewest, TWENTY, everything=everything, bound=UNITS_BOUND))
    return rows


def _first_contacts(world: _World, size: int, tell: Callable[[str], None]) -> Row:
    """Somebody new, whose address book is read for the first time; once Salesforce has had its time it is asked what
    became of the load."""
    tell(f"{FIRST}, {size} …")
    world.keep(Resource.EVENT, Resource.CONTACT)
    world.settle()
    number = len(world.mailboxes)
    world.grow(number + 1)
    mailbox = Mailbox.everywhere.get(address=_colleague(number).address)
    name = f"first-{number}"
    loads.give(world.doors, mailbox, name, size)
    before = world.calls(loads.counts)
    read_mailboxes([mailbox])
    while BulkLoad.everywhere.filter(finished_at=None).exists():
        world.pass_time(LOOKS)
        read_mailboxes([mailbox])
    calls, least = world.calls(loads.counts) - before, minimum.first_contacts(size)
    everything = loads.arrived(world.doors, name) == size
    return _measured(GOAL, FIRST, size, calls, least, ONE_BY_ONE, everything=everything, bound=LOADS_BOUND)


def _idle_rows(world: _World, most: int, tell: Callable[[str], None]) -> list[Row]:
    """Rounds in which nothing is new, of as many mailboxes as there are, and of an office where `most` is large."""
    world.keep(Resource.EVENT)
    world.settle()
    rows = [_idle(world, "idle", resources=2, objects=1)]
    for name, resource, looks in WITH:
        world.keep(Resource.EVENT, resource)
        world.settle()
        rows.append(_idle(world, name, resources=2 + looks, objects=2))
    world.keep(Resource.EVENT)
    if most >= MANY:
        tell(f"idle, {OFFICE} mailboxes …")
        world.grow(OFFICE)
        world.look()  # the first one reads in full, and finds nothing
        rows.append(_idle(world, "idle", resources=2, objects=1))
    return rows


def _idle(world: _World, name: str, *, resources: int, objects: int) -> Row:
    """So many looks at each mailbox, and one at each object of Salesforce for all of them."""
    before = world.calls(_any)
    world.look()
    calls, mailboxes = world.calls(_any) - before, len(world.mailboxes)
    least = minimum.idle_round(mailboxes, resources=resources, objects=objects)
    return _measured(IDLE_GOAL, name, mailboxes, calls, least, SUITE, everything=calls == least)


def _any(call: Mapping[str, Any]) -> bool:
    return call["operation"] not in NOT_COUNTED


def _measured(
    goal: str, flow: str, n: int, calls: int, least: int, peer: str, *, everything: bool, bound: float = BOUND
) -> Row:
    return Row(
        goal=goal,
        flow=flow,
        n=n,
        calls=calls,
        minimum=least,
        value=round(calls / least, 3),
        bound=bound,
        peer=peer,
        passed=calls <= bound * least and everything,
    )
