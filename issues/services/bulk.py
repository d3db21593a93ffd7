"""One order for many issues: chosen once, carried out in chunks, the same however often it is asked for.

The request only writes one row and one queue entry, whether it is about ten issues or a hundred thousand. The first job
looks once which issues are meant, and keeps them as parts of the order; what comes later is not among them. Where many
are tried again, a few go first (`issues.ordering`), and the rest follows as the CRM's allowance lets it
(`issues.pacing`).
"""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError
from django.db.models import Q, Subquery
from django_q.tasks import async_task

from connectors import clock
from connectors.effects import commit
from connectors.models import Organization
from issues import pacing
from issues.ledger import JOB, take_turns
from issues.models import BulkOperation, Part
from issues.ordering import AT_WORK, UNFINISHED, Event, State, after
from issues.services.carrying_out import go_on, take_back, try_first
from issues.services.choosing import Choice, choose
from issues.services.freezing import Looked, freeze

COUNTED_AT_ONCE = 2000  # issues that are counted while somebody waits; more are counted by the first job

_STEPS = {State.CANARY: try_first, State.RUNNING: go_on, State.UNDOING: take_back}


def start_operation(
    organization_id: int,
    verb: str,
    choice: Choice,
    *,
    actor_id: int | None = None,
    reason: str = "",
    ending: str | datetime = "",
    idempotency_key: str = "",
    asked: bool = False,
) -> tuple[BulkOperation, bool]:
    """Starts one operation, or finds the one that is unfinished for the same choice or key. (operation, is new)

    `asked` says that a person or a client gave it, who may not know whether it works: where there are many, a few are
    tried before the rest follows. `ending` is of an ignore: a moment, or what `lifecycle.ending` reads. Raises
    ValueError when an ignore comes without a reason.
    """
    if verb == BulkOperation.Verb.IGNORE and not reason.strip():
        raise ValueError("Say why, so that the next person understands.")
    count = choose(organization_id, verb, choice).order_by()[: COUNTED_AT_ONCE + 1].count()
    first = asked and verb == BulkOperation.Verb.RETRY and pacing.first(count)
    fresh = BulkOperation(
        organization_id=organization_id,
        verb=verb,
        choice=choice.values,
        choice_digest=choice.digest,
        idempotency_key=idempotency_key[:200],
        reason=reason.strip()[:500],
        until=ending if isinstance(ending, datetime) else None,
        ending=ending if isinstance(ending, str) else "",
        actor_id=actor_id,
        asked=asked,
        state=State.CANARY if first else State.RUNNING,
        total=count if count <= COUNTED_AT_ONCE else None,
        up_to=Subquery(Organization.everywhere.filter(pk=organization_id).values("last_issue_number")),
    )
    found = _same(fresh)
    if found is not None:
        return found, False
    try:
        with commit("operation: start", may_fail=True):  # a larger transaction must survive a second click
            fresh.save(force_insert=True)
            del fresh.up_to  # as the database set it; whoever wants it reads it there
            async_task(JOB, fresh.pk)
    except IntegrityError:
        found = _same(fresh)
        if found is None:
            raise
        return found, False
    return fresh, True


def _same(fresh: BulkOperation) -> BulkOperation | None:
    rows = BulkOperation.everywhere.filter(organization=fresh.organization_id)
    same = rows.filter(verb=fresh.verb, choice_digest=fresh.choice_digest, state__in=UNFINISHED)
    if fresh.idempotency_key:
        same = same | rows.filter(idempotency_key=fresh.idempotency_key)
    return same.first()


def steer(operation: BulkOperation, event: Event, *, actor_id: int | None = None) -> bool:
    """Pauses, resumes, cancels or undoes an order; False where its state does not allow that. The operation is as it
    is afterwards, and says who did that."""
    with commit("operation: steer"):
        take_turns([operation.organization_id])
        operation.refresh_from_db(fields=["state", "finished_at"])
        now = after(State(operation.state), event, ignores=operation.verb == BulkOperation.Verb.IGNORE)
        if now == operation.state:
            return False
        present = clock.now()
        operation.state, operation.moved_at, operation.waits_until = now, present, None
        operation.finished_at = None if now in UNFINISHED | AT_WORK else present
        operation.steered_at, operation.steered_by_id = present, actor_id
        operation.save(update_fields=["state", "moved_at", "waits_until", "finished_at", "steered_at", "steered_by"])
        if now in AT_WORK:
            async_task(JOB, operation.pk)
    return True


def run_operation(operation_id: int) -> bool:
    """Carries out some chunks and asks for the next job; True when there is nothing to do for now.

    Running it twice is harmless: of two jobs at the same place one does nothing and asks for no other.
    """
    operation = BulkOperation.everywhere.get(pk=operation_id)
    if operation.state not in AT_WORK:
        return True
    looked = Looked.ALL if operation.frozen_at else freeze(operation)
    if looked is not Looked.ALL:
        return looked is Looked.BY_OTHERS
    return _STEPS[State(operation.state)](operation)


def resume_operations(before: datetime) -> int:
    """Asks again for what nobody has gone on with since a moment, and for what has waited long enough; how many.
    The queue may lose a job."""
    at_work = BulkOperation.everywhere.filter(state__in=AT_WORK)
    due = Q(waits_until=None, moved_at__lte=before) | Q(waits_until__lte=clock.now())
    ids = list(at_work.filter(due).order_by("pk").values_list("pk", flat=True))
    with commit("operation: resume"):
        for operation_id in ids:
            async_task(JOB, operation_id)
    return len(ids)


def forget_parts(before: datetime) -> None:
    """Drops which issues an order was about, where it ended before a moment; its counters stay."""
    with commit("operation: forget"):
        ended = BulkOperation.everywhere.filter(finished_at__lt=before).exclude(state__in=UNFINISHED | AT_WORK)
        Part.everywhere.filter(operation__in=ended).delete()
