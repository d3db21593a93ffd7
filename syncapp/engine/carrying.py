"""What a load carries, and how it gives that back.

A change is in a load as long as it says what it said then and waits until the load's own `until`. Whoever changes it,
or works on it for another reason, takes it out by that alone; and what is in no load any more is due by itself. So
nothing has to be undone, and nothing is forgotten, whatever becomes of the load.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import F, Q, QuerySet

from connectors import clock, registry
from connectors.effects import within_commit
from connectors.models import Mailbox, Organization
from connectors.records import Resource
from syncapp.engine.load_steps import LASTS, REFUSED_FOR
from syncapp.loads import BulkLoad, Carried, LoadState
from syncapp.models import Change, ChangeState

# A change that is in a load, and not tried again for another reason.
IN_A_LOAD = Q(state=ChangeState.WAITING, carried__revision=F("revision"), next_attempt_at=F("carried__load__until"))


def under_way(mailbox: Mailbox) -> QuerySet[BulkLoad]:
    """The loads of a mailbox that are not over, oldest first."""
    return BulkLoad.objects.filter(mailbox=mailbox, finished_at=None).order_by("pk")


def refused(organization: Organization) -> BulkLoad | None:
    """The load that the CRM did not take, less than a day ago, so that it is not asked again."""
    rows = BulkLoad.objects.filter(organization=organization, state=LoadState.REFUSED)
    return rows.filter(finished_at__gt=clock.now() - REFUSED_FOR).order_by("-pk").first()


def is_loaded(organization: Organization, resource: Resource) -> bool:
    """Whether there are loads of this resource at all; costs nothing."""
    return resource in registry.crm_loads(organization.crm)


def held(load: BulkLoad) -> QuerySet[Carried]:
    """What is in the load, oldest first."""
    unchanged = Q(change__revision=F("revision"), change__state=ChangeState.WAITING)
    return Carried.objects.filter(unchanged, load=load, change__next_attempt_at=load.until).order_by("change")


@within_commit
def lasts_anew(load: BulkLoad) -> None:
    """From here on it has its whole time again; the caller saves the load."""
    until = clock.now() + LASTS
    Change.objects.filter(pk__in=held(load).values("change")).update(next_attempt_at=until)
    load.until = until


@within_commit
def put_aside(load: BulkLoad, rows: Sequence[tuple[int, int]]) -> None:
    """Takes these changes into the load, by their ids and revisions."""
    ids = [pk for pk, _ in rows]
    Carried.objects.filter(change__in=ids).delete()  # of an older load, which has let them go
    Carried.objects.bulk_create(
        Carried(organization_id=load.organization_id, load=load, change_id=pk, revision=revision)
        for pk, revision in rows
    )
    Change.objects.filter(pk__in=ids).update(state=ChangeState.WAITING, next_attempt_at=load.until)


@within_commit
def leave(load: BulkLoad, rows: QuerySet[Carried]) -> int:
    """These go on one call at a time; how many were in the load until now."""
    going = held(load).filter(pk__in=rows.values("pk")).values("change")
    freed = Change.objects.filter(pk__in=going).update(state=ChangeState.PENDING, next_attempt_at=None)
    rows.delete()
    return freed


@within_commit
def finish(load: BulkLoad, state: LoadState = LoadState.DONE, code: str = "") -> None:
    """The load is over; what it carries still is given back. One that the CRM may be at work on is stopped first."""
    leave(load, Carried.objects.filter(load=load))
    load.code = code or load.code
    load.state, load.tries = state, 0
    if state is not LoadState.DROPPING:
        load.finished_at = clock.now()
    load.save()


@within_commit
def cancel(mailboxes: QuerySet[Mailbox]) -> None:
    """Gives back whatever loads of these mailboxes carry, and has those stopped that the CRM knows of."""
    for load in BulkLoad.objects.filter(mailbox__in=mailboxes, finished_at=None).order_by("pk"):
        finish(load, LoadState.DROPPING if load.remote_id else LoadState.DONE)
