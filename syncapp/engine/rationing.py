"""How much a job may do: what the CRM's allowance of calls leaves, and what the budget allows to be tried again.

What a person asked for is let through by both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from connectors import clock, records
from connectors.effects import commit, within_commit
from connectors.models import Organization
from issues.lifecycle import Status
from issues.pacing import Speed, Standing
from syncapp.engine import allowance, budget
from syncapp.engine.allowance import Level
from syncapp.engine.budget import Spent
from syncapp.engine.job import Job
from syncapp.models import Allowance, Budget, Change, ChangeState


@dataclass(frozen=True, kw_only=True)
class Ration:
    """What the allowance leaves; `until` is when somebody may look how it stands, where nothing else is left."""

    level: Level = Level.FREE
    until: datetime | None = None


def ration_of(organization: Organization) -> Ration:
    """By the last reading. A stopped organization's probe is let through: it is how its end is seen.

    A reading that is old turns nobody away before one of those who ask has looked.
    """
    row = Allowance.objects.filter(organization=organization).first()
    if row is None or organization.stopped_at is not None:
        return Ration()
    level, present = allowance.level(row.used, row.allowed), clock.now()
    if level is not Level.BY_HAND:
        return Ration(level=level)
    if allowance.is_old(row.read_at, present) and _looks(row, present):
        return Ration(level=Level.SLOW)
    return Ration(level=level, until=max(row.read_at + allowance.OLD, present))


def _looks(row: Allowance, present: datetime) -> bool:
    """Of many, one."""
    with commit("allowance: look"):
        return bool(Allowance.objects.filter(pk=row.pk, read_at=row.read_at).update(read_at=present))


def standing_of_orders(organization_id: int, asked: bool) -> Standing:
    """What `issues.pacing` asks: how an order for many may go by the last reading. It looks at the reading alone; who
    renews an old one is whoever works anyway."""
    row = Allowance.everywhere.filter(organization=organization_id).first()
    if row is None:
        return Standing()
    speed = allowance.speed(allowance.level(row.used, row.allowed), asked=asked)
    until = max(row.read_at + allowance.OLD, clock.now() + SOON) if speed is Speed.NONE else None
    return Standing(speed=speed, left=max(row.allowed - row.used, 0), until=until)


SOON = timedelta(minutes=1)


def level_now(job: Job) -> Level:
    """By what the CRM said in this job, else by what it was at its start."""
    said = _said(job)
    return allowance.level(said.used, said.allowed) if said.allowed else job.level


def note_allowance(job: Job) -> None:
    """Keeps what the CRM said in this job, if it said anything."""
    note_said(job.organization, _said(job))


def note_said(organization: Organization, said: records.Allowance) -> None:
    """Keeps a reading, if there is one."""
    if said.used is None or said.allowed is None:
        return
    values = {"used": said.used, "allowed": said.allowed}
    if Allowance.objects.filter(organization=organization, **values, read_at__gt=clock.now() - _FRESH).exists():
        return
    with commit("allowance: note"):
        Allowance.objects.update_or_create(organization=organization, defaults=values | {"read_at": clock.now()})


_FRESH = allowance.OLD / 4  # a reading that says the same is written again after this


def _said(job: Job) -> records.Allowance:
    return job.lines.crm.peek(lambda crm: crm.allowance()) or records.Allowance()


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A change that is due. `again` says that it is tried again, `asked` that a person wants it."""

    pk: int
    claims: int
    resource: str
    again: bool
    asked: bool


def candidate(pk: int, claims: int, resource: str, state: str, status: str | None, probing: bool | None) -> Candidate:
    """From the columns of a change and its issue. A probe is one of a cause in an hour at most, and not rationed."""
    again = state == ChangeState.WAITING
    asked = status == Status.RETRYING and not probing
    return Candidate(pk=pk, claims=claims, resource=resource, again=again, asked=asked)


def ration(job: Job, due: Sequence[Candidate]) -> list[Candidate]:
    """Those that may be tried now; the others are put off. Raises `LeaseLost`."""
    again = [each for each in due if each.again and not each.asked]
    first = sum(not each.again and not each.asked for each in due)
    if not first and not again:
        return list(due)
    with commit("budget: draw"):
        job.show()
        allowed, later = _drawn(job, first, len(again))
        late = {each.pk for each in again[allowed:]}
        Change.objects.filter(pk__in=late, state=ChangeState.WAITING).update(next_attempt_at=later)
    return [each for each in due if each.pk not in late]


@within_commit
def _drawn(job: Job, first: int, again: int) -> tuple[int, datetime]:
    """How many may be tried again, and when the others may ask."""
    present = clock.now()
    Budget.objects.bulk_create([Budget(organization=job.organization)], ignore_conflicts=True)
    row = Budget.objects.select_for_update(of=("self",)).get(organization=job.organization)
    spent = budget.in_window(Spent(since=row.since, first_tries=row.first_tries, retries=row.retries), present)
    put_off = row.put_off if spent.since == row.since else 0
    open_ = allowance.retries_by_itself(job.level)
    spent, allowed = budget.drawn(spent, first_tries=first, retries=again if open_ else 0, present=present)
    Budget.objects.filter(pk=row.pk).update(
        since=spent.since,
        first_tries=spent.first_tries,
        retries=spent.retries,
        put_off=put_off + again - allowed,
    )
    return allowed, budget.next_window(spent, present) if open_ else present + allowance.OLD
