"""Comparisons of both sides, as somebody orders them or as their time comes: each hour a sample, each day the whole.

Whoever starts one goes over it in steps of one page, so that no job lasts; its row says how far it has come. By the
clock nothing is repaired: what somebody deleted in Salesforce on purpose must not come back by itself.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from random import Random

from django.db.models import Max, Min
from django_q.tasks import async_task

from connectors import clock, credentials, registry
from connectors.effects import commit
from connectors.models import Organization
from connectors.records import Resource
from connectors.scoping import scoped
from connectors.services import endpoints
from syncapp.engine import keyless, reconciling
from syncapp.engine.allowance import Level
from syncapp.engine.lines import SideFailed
from syncapp.engine.rationing import ration_of
from syncapp.engine.reconciling import NO_GRACE, Compared, Difference
from syncapp.engine.record_planning import leaders
from syncapp.engine.repairing import repair
from syncapp.models import Breaker, BreakerState, Reconciliation

log = logging.getLogger(__name__)
JOB = "syncapp.tasks.compare"
WHOLE_EACH = timedelta(days=1)
GRACE = timedelta(minutes=15)  # three intervals: what is younger a run may not have seen yet
chance = Random()


@dataclass(frozen=True, kw_only=True)
class Step:
    """One page, and whether it was the last one."""

    page: Compared
    over: bool


def begin(organization: Organization, *, whole: bool = True) -> Reconciliation:
    """A comparison of everything, or of one page that begins anywhere."""
    with scoped(organization.pk), commit("verify: begin"):
        position = 0 if whole else _anywhere(organization)
        return Reconciliation.objects.create(organization=organization, whole=whole, position=position)


def _anywhere(organization: Organization) -> int:
    ends = reconciling.in_step(organization).aggregate(first=Min("pk"), last=Max("pk"))
    return chance.randrange(ends["first"] - 1, ends["last"]) if ends["first"] else 0


def steps(row: Reconciliation, *, repairs: bool = False) -> Iterator[Step]:
    """Page by page to the end. Raises `SideFailed` where the CRM does not answer; the row then stays unfinished."""
    over = False
    while not over:
        page, over = _step(row, repairs=repairs)
        yield Step(page=page, over=over)


def _step(row: Reconciliation, *, repairs: bool = False, grace: timedelta = NO_GRACE) -> tuple[Compared, bool]:
    organization = row.organization
    with scoped(organization.pk):
        page = reconciling.compare(organization, row.position, grace=grace)
        requeued = repair(organization, page.differences) if repairs and page.differences else 0
        return page, reconciling.step(row, page, requeued)


def link_of(difference: Difference) -> str:
    """Opens what a difference is about on the side where it is; "" where nobody knows the way."""
    item, finding = difference.item, difference.finding
    with scoped(item.organization_id):
        if finding.side == "mailbox":
            box = leaders([item.pk])[item.pk].mailbox
            resource = Resource(item.resource)
            return registry.mail_url(box.provider, box.address, endpoints(), resource, finding.records[0])
        organization = item.organization
        key = credentials.of_crm(organization)
        root = str(key.access.get("instance_url", "")) if key and key.access else ""
        return registry.crm_url(organization.crm, root, finding.records[0])


# -- By the clock


def start_due() -> int:
    """Each hour: a sample of each organization, or all of it where that is a day ago; how many jobs.

    One that was begun and lost its job goes on where it was.
    """
    running = Organization.everywhere.filter(stopped_at=None, paused_at=None).order_by("pk")
    return sum(_start(organization) for organization in running.iterator())


def _start(organization: Organization) -> bool:
    with scoped(organization.pk):
        if not _may_be_asked(organization) or not reconciling.in_step(organization).exists():
            return False
        rows = Reconciliation.objects.filter(organization=organization)
        row = rows.filter(finished_at=None, started_at__gt=clock.now() - WHOLE_EACH).order_by("-whole", "pk").first()
        if row is None:
            recent = rows.filter(whole=True, started_at__gt=clock.now() - WHOLE_EACH)
            row = begin(organization, whole=not recent.exists())
        with commit("verify: ask for a job"):
            async_task(JOB, row.pk)
    return True


def _may_be_asked(organization: Organization) -> bool:
    """Whether the CRM has calls to spare, and answers."""
    if ration_of(organization).level is not Level.FREE:
        return False
    alone = Breaker.objects.filter(organization=organization, provider=organization.crm, mailbox=None)
    return not alone.exclude(state=BreakerState.CLOSED).exists()


def _sign(organization: Organization) -> None:
    """What was written in weaker mode gets its keys. That it could not be is no reason not to compare."""
    with scoped(organization.pk):
        try:
            keyless.sign(organization)
        except SideFailed as error:
            log.warning("messages of organization %s got no keys: %s", organization.pk, error.failure.code)


def run_step(reconciliation_id: int) -> None:
    """One job: a page, and a job for the next one. Raises nothing; what fails is taken up with the next hour."""
    rows = Reconciliation.everywhere.select_related("organization")
    row = rows.filter(pk=reconciliation_id, finished_at=None).first()
    if row is None or row.organization.paused_at or row.organization.stopped_at:
        return
    _sign(row.organization)
    try:
        _, over = _step(row, grace=GRACE)
    except SideFailed as error:
        log.warning("organization %s could not be compared: %s", row.organization_id, error.failure.code)
        return
    except Exception:
        log.exception("organization %s could not be compared", row.organization_id)
        return
    if not over:
        with commit("verify: ask for a job"):
            async_task(JOB, row.pk)
