"""Gathers what a load is to carry, and gets it ready: looked up, numbered, and written down.

While a mailbox is read for the first time the new records of each page are put aside for a load instead of being
written at once, and its cursor moves on. Once it was read to the end there are enough of them for one, or they go one
call at a time as ever. Everything that is looked up before a record is made is looked up for these as well; whoever is
known, or asks for more than a new record, is not for a load.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import QuerySet

from connectors import clock
from connectors.effects import commit, within_commit
from connectors.records import Direction, Resource
from syncapp.engine import carrying, load_steps, record_writing
from syncapp.engine.house import House
from syncapp.engine.job import Job
from syncapp.engine.preparing import ASKED
from syncapp.engine.reading import ALONE_AFTER
from syncapp.engine.record_cases import Verdict
from syncapp.engine.working import GoOn, judged
from syncapp.loads import BulkLoad, Carried, LoadState
from syncapp.models import Change, ChangeState, Cursor

TOGETHER = ASKED  # as many as one look for people takes addresses


def gather(job: Job, resource: Resource, *, complete: bool) -> None:
    """Puts what the first read brought of a resource that is loaded aside, a page at a time. Raises `LeaseLost`.

    A read that is `complete` with its first page needs none.
    """
    if not _is_first_read(job, resource) or carrying.refused(job.organization) is not None:
        return
    with commit("load: gather"):
        job.show()
        load = _gathering(job, resource)
        if load is not None or not complete:
            _put_aside(job, resource, load)


def _is_first_read(job: Job, resource: Resource) -> bool:
    """Whether everything is read, for the first time or because the cursor was lost: then little of it is new."""
    return Cursor.objects.filter(mailbox=job.mailbox, resource=resource).exclude(full_since=None).exists()


def _gathering(job: Job, resource: Resource) -> BulkLoad | None:
    rows = carrying.under_way(job.mailbox).filter(resource=resource, state=LoadState.GATHERING)
    return rows.first()


@within_commit
def _put_aside(job: Job, resource: Resource, load: BulkLoad | None) -> None:
    """New records that nobody has tried yet. A load that is full by then takes no more."""
    rows = list(_fresh(job, resource).values_list("pk", "revision")[: load_steps.MOST])
    if not rows:
        return
    if load is None:
        until = clock.now() + load_steps.LASTS
        named = {"organization": job.organization, "mailbox": job.mailbox, "resource": resource}
        load = BulkLoad.objects.create(**named, until=until)
    carrying.lasts_anew(load)
    carrying.put_aside(load, rows)
    if carrying.held(load).count() >= load_steps.MOST:
        load.state = LoadState.READYING
    load.save()


def _fresh(job: Job, resource: Resource) -> QuerySet[Change]:
    rows = Change.objects.filter(
        mailbox=job.mailbox,
        direction=Direction.TO_CRM,
        item__resource=resource,
        item__record_id="",
        item__sent={},
        item__gone_at=None,
        state=ChangeState.PENDING,
        gone=False,
        payload__isnull=False,
        needs_mailbox=False,
        issue=None,
        claims__lt=ALONE_AFTER,
    )
    return rows.order_by("pk")


def enough(job: Job, resource: Resource) -> None:
    """The mailbox was read to its end: what was put aside is a load, or too little for one. Raises `LeaseLost`."""
    load = _gathering(job, resource)
    if load is not None:
        with commit("load: gathered"):
            job.show()
            _go_on_if_worth(load, LoadState.READYING)


@within_commit
def _go_on_if_worth(load: BulkLoad, state: LoadState) -> None:
    load.records = carrying.held(load).count()
    if load.records <= load_steps.LEAST:
        carrying.finish(load)
        return
    carrying.lasts_anew(load)
    load.state = state
    load.save()


def ready(job: Job, load: BulkLoad, go_on: GoOn) -> bool:
    """Gets all of it ready; False if the time is over before that. Raises `SideFailed`, `LeaseLost`."""
    house = job.house()
    while ids := _unready(load):
        _ready_some(job, load, ids, house)
        if not go_on():
            return False
    with commit("load: ready"):
        job.show()
        _go_on_if_worth(load, LoadState.READY)
    return True


def _unready(load: BulkLoad) -> list[int]:
    return list(carrying.held(load).filter(version=0).values_list("change", flat=True)[:TOGETHER])


def _ready_some(job: Job, load: BulkLoad, ids: Sequence[int], house: House) -> None:
    """Those of whom the CRM knows nobody; all others go on as ever, one by one where they may kill their worker."""
    these = Carried.objects.filter(load=load, change__in=ids)
    suspects = these.filter(change__claims__gte=ALONE_AFTER)
    if suspects.exists():
        with commit("load: suspects"):
            job.show()
            carrying.leave(load, suspects)
        return
    verdicts = judged(job, ids, house)
    fit = [v for v in verdicts if record_writing.carries(v)]
    changes = [v.case.to_crm.pk for v in fit if v.case.to_crm]
    if len(changes) < len(ids):
        with commit("load: not for it"):
            job.show()
            carrying.leave(load, these.exclude(change__in=changes))
        record_writing.carry_out(job, [v for v in verdicts if v not in fit], house)
    if fit:
        _prepare(job, fit)


def _prepare(job: Job, fit: Sequence[Verdict]) -> None:
    accounts = record_writing.reserve(job, fit)
    with commit("load: prepared"):
        job.show()
        for verdict in fit:
            item = verdict.case.item
            row = Carried.objects.filter(change=verdict.case.to_crm)
            row.update(version=item.version, account_id=accounts.get(item.pk, ""))
