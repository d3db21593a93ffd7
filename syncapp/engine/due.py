"""What is to be worked on now. One meaning of it, for the job, for the gate and for the tick."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from connectors import clock
from connectors.records import Direction, Resource
from issues.lifecycle import End, Status
from issues.models import BulkOperation
from issues.pacing import ALL_AT_ONCE
from syncapp.models import Change, ChangeState, Cursor

# What needs no look at its mailbox: it was read already and has no files to bring, or is to be deleted in the CRM.
WRITTEN = Q(direction=Direction.TO_CRM, needs_mailbox=False) & (Q(payload__isnull=False) | Q(gone=True))


# What somebody has set aside until it failed so often again is tried like all others: else it would never fail.
TRIED = ~Q(issue__status=Status.IGNORED) | Q(issue__ignored_end=End.FAILURES)

_OFF = (
    Q(item__resource=Resource.EVENT, organization__syncs_events=False)
    | Q(item__resource=Resource.TASK, organization__syncs_tasks=False)
    | Q(item__resource=Resource.CONTACT, organization__syncs_contacts=False)
)
# Before an address book was read to its end nobody knows whom it has: a contact would be made that is there already.
_TOLD_OF = Cursor.everywhere.filter(mailbox=OuterRef("mailbox"), resource=Resource.CONTACT, full_since=None).exclude(
    value=""
)
_EARLY = Q(item__resource=Resource.CONTACT, direction=Direction.TO_MAILBOX) & ~Q(Exists(_TOLD_OF))


def wanted(present: datetime) -> Q:
    """New changes, those whose wait is over, those somebody retries; never what somebody has set aside, nor what is not
    kept in step any more, nor a contact for an address book that nobody has read yet."""
    retried = Q(issue__status=Status.RETRYING)
    waited = Q(state=ChangeState.WAITING, next_attempt_at__lte=present)
    return (Q(state=ChangeState.PENDING) | waited | retried) & TRIED & ~_OFF & ~_EARLY


# What a person asked for by itself, a handful at a time, or to see whether it works; a whole order for many it is not.
_BY_HAND = (
    Q(issue__operation=None)
    | Q(issue__operation__total__lte=ALL_AT_ONCE)
    | Q(issue__operation__state=BulkOperation.State.CANARY)
)


def due(mailbox_id: int, *, only_writes: bool = False, by_hand: bool = False) -> QuerySet[Change]:
    """Changes of a mailbox to work on now, oldest first; with `only_writes` none that asks the mailbox anything, with
    `by_hand` none but what somebody asked for one by one or a handful at a time."""
    rows = Change.objects.filter(wanted(clock.now()), mailbox=mailbox_id).order_by("pk")
    if by_hand:
        rows = rows.filter(_BY_HAND, issue__status=Status.RETRYING, issue__probing=False)
    return rows.filter(WRITTEN) if only_writes else rows


def writable(organization_id: int) -> QuerySet[Change]:
    """What could be written in an organization right now: only a write proves that its CRM takes writes.
    What rests with its mailbox proves nothing, and nobody has to wait for it."""
    rows = Change.everywhere.filter(wanted(clock.now()), organization=organization_id, mailbox__paused_at=None)
    return rows.filter(WRITTEN)
