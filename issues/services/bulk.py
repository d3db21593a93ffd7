"""One order for many issues: chosen once, carried out in chunks, the same however often it is asked for.

The request only writes one row and one queue entry, whether it is about ten issues or a hundred thousand.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError
from django.db.models import Count, Max, QuerySet
from django_q.tasks import async_task

from connectors import clock
from connectors.effects import commit
from issues.lifecycle import Status
from issues.models import BulkOperation, Issue, ScopeChoices
from issues.services.moving import ignore, retry

CHUNK = 200
JOB = "issues.tasks.run_operation"

_ELIGIBLE = {
    BulkOperation.Verb.RETRY: (Status.OPEN, Status.IGNORED),
    BulkOperation.Verb.IGNORE: (Status.OPEN, Status.RETRYING),
}


@dataclass(frozen=True, kw_only=True)
class Choice:
    """Which issues are meant. What is left empty does not narrow; all empty means all of the organization.

    `mailboxes` also limits what a member may touch: it is set by the caller's rights, not by the caller.
    Ignored issues are only retried where they are named by id.
    """

    ids: tuple[int, ...] = ()
    cause: int | None = None
    conversation: str = ""
    code: str = ""
    mailboxes: tuple[int, ...] | None = None

    @classmethod
    def of(cls, values: dict[str, Any]) -> Choice:
        """From the JSON of a stored operation."""
        lists = {name: tuple(values[name]) for name in ("ids", "mailboxes") if values.get(name) is not None}
        return cls(**{**values, **lists})

    @property
    def digest(self) -> str:
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()


def choose(organization_id: int, verb: str, choice: Choice) -> QuerySet[Issue]:
    """The issues that a choice means right now and that the verb can move."""
    statuses = _ELIGIBLE[BulkOperation.Verb(verb)] if choice.ids else _ELIGIBLE[BulkOperation.Verb(verb)][:1]
    rows = Issue.everywhere.filter(organization=organization_id, status__in=statuses)
    if verb == BulkOperation.Verb.IGNORE:
        rows = rows.filter(scope=ScopeChoices.ITEM)
    if choice.ids:
        rows = rows.filter(pk__in=choice.ids)
    if choice.cause is not None:
        rows = rows.filter(cause=choice.cause)
    if choice.conversation:
        rows = rows.filter(conversation_key=choice.conversation)
    if choice.code:
        rows = rows.filter(code=choice.code)
    if choice.mailboxes is not None:
        rows = rows.filter(mailbox__in=choice.mailboxes)
    return rows


def start_operation(
    organization_id: int,
    verb: str,
    choice: Choice,
    *,
    actor_id: int | None = None,
    reason: str = "",
    until: datetime | None = None,
    idempotency_key: str = "",
) -> tuple[BulkOperation, bool]:
    """Starts one operation, or finds the one that runs already for the same choice or key. (operation, is new)

    Raises ValueError when an ignore comes without a reason.
    """
    if verb == BulkOperation.Verb.IGNORE and not reason.strip():
        raise ValueError("Say why, so that the next person understands.")
    size = choose(organization_id, verb, choice).aggregate(total=Count("pk"), last=Max("pk"))
    fresh = BulkOperation(
        organization_id=organization_id,
        verb=verb,
        choice=asdict(choice),
        choice_digest=choice.digest,
        idempotency_key=idempotency_key[:200],
        reason=reason.strip()[:500],
        until=until,
        actor_id=actor_id,
        total=size["total"],
        up_to_id=size["last"] or 0,
    )
    found = _same(fresh)
    if found is not None:
        return found, False
    try:
        with commit("operation: start", may_fail=True):  # a larger transaction must survive a second click
            fresh.save(force_insert=True)
            async_task(JOB, fresh.pk)
    except IntegrityError:
        found = _same(fresh)
        if found is None:
            raise
        return found, False
    return fresh, True


def _same(fresh: BulkOperation) -> BulkOperation | None:
    rows = BulkOperation.everywhere.filter(organization=fresh.organization_id)
    same = rows.filter(verb=fresh.verb, choice_digest=fresh.choice_digest, state=BulkOperation.State.RUNNING)
    if fresh.idempotency_key:
        same = same | rows.filter(idempotency_key=fresh.idempotency_key)
    return same.first()


def run_operation(operation_id: int) -> bool:
    """Carries out one chunk and asks for the next; True when nothing is left. Running it twice is harmless."""
    operation = BulkOperation.everywhere.get(pk=operation_id)
    if operation.state == BulkOperation.State.FINISHED:
        return True
    with commit("operation: chunk"):
        claimed = BulkOperation.everywhere.filter(pk=operation_id, last_id=operation.last_id)
        ids = _next_ids(operation)
        progress = {"last_id": ids[-1], "done": operation.done + len(ids)} if ids else _finish()
        if claimed.update(**progress) and ids:
            _carry_out(operation, ids)
            async_task(JOB, operation_id)
    return not ids


def resume_operations(before: datetime) -> int:
    """Asks again for what was started before a moment and is not finished; how many. The queue may lose a job.

    Harmless for one that is running: of two jobs at the same place one does nothing and asks for no other.
    """
    running = BulkOperation.everywhere.filter(state=BulkOperation.State.RUNNING, created_at__lte=before)
    ids = list(running.order_by("pk").values_list("pk", flat=True))
    with commit("operation: resume"):
        for operation_id in ids:
            async_task(JOB, operation_id)
    return len(ids)


def _next_ids(operation: BulkOperation) -> list[int]:
    rows = choose(operation.organization_id, operation.verb, Choice.of(dict(operation.choice)))
    rest = rows.filter(pk__gt=operation.last_id, pk__lte=operation.up_to_id).order_by("pk")
    return list(rest.values_list("pk", flat=True)[:CHUNK])


def _finish() -> dict[str, Any]:
    return {"state": BulkOperation.State.FINISHED, "finished_at": clock.now()}


def _carry_out(operation: BulkOperation, ids: list[int]) -> None:
    rows = Issue.everywhere.filter(pk__in=ids)
    if operation.verb == BulkOperation.Verb.RETRY:
        retry(rows, actor_id=operation.actor_id, operation=operation)
    else:
        ignore(rows, reason=operation.reason, actor_id=operation.actor_id, until=operation.until, operation=operation)
