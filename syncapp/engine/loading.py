"""Goes on with the loads of a mailbox, each by the state in which somebody left it."""

from __future__ import annotations

from connectors import clock
from connectors.records import Resource
from syncapp.engine import carrying, handing_over, readying
from syncapp.engine.job import Job
from syncapp.engine.working import GoOn
from syncapp.loads import BulkLoad, LoadState


def carry_on(job: Job, go_on: GoOn) -> bool:
    """Does what is to be done about them now, and waits for none; False if the time is over before that. Each time it
    does something, so that there is an end.

    Raises `SideFailed`, `LeaseLost`.
    """
    due = [load for load in carrying.under_way(job.mailbox) if _is_due(job, load)]
    return all((not at or go_on()) and _carried_on(job, load, go_on) for at, load in enumerate(due))


def _is_due(job: Job, load: BulkLoad) -> bool:
    if load.state == LoadState.RUNNING and load.look_at is not None and load.look_at > clock.now():
        return _is_overdue(job, load)
    waits = load.state == LoadState.GATHERING or (load.state == LoadState.READYING and job.only_writes)
    return not waits or _is_overdue(job, load)


def _carried_on(job: Job, load: BulkLoad, go_on: GoOn) -> bool:
    if load.state != LoadState.DROPPING and _is_overdue(job, load):
        handing_over.overdue(job, load)
    if load.state == LoadState.READYING and not readying.ready(job, load, go_on):
        return False
    match load.state:
        case LoadState.READY | LoadState.OPEN:
            handing_over.hand_over(job, load)
        case LoadState.RUNNING:
            return handing_over.look_after(job, load, go_on)
        case LoadState.DROPPING:
            handing_over.stop(job, load)
    return True


def _is_overdue(job: Job, load: BulkLoad) -> bool:
    """Its records are due by themselves, or nobody wants them any more."""
    return load.until <= clock.now() or Resource(load.resource) not in job.organization.both_ways
