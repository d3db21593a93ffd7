"""Which issues an order is about is looked through once, and kept: what comes later is not among them."""

from __future__ import annotations

from enum import StrEnum

from django.db.models import QuerySet
from django_q.tasks import async_task

from connectors import clock
from connectors.effects import commit, within_commit
from issues.ledger import JOB, take_turns
from issues.models import BulkOperation, Issue, Part
from issues.services.choosing import Choice, choose

TOGETHER = 2000  # issues that one transaction looks through
TIMES = 20  # such transactions of one job


class Looked(StrEnum):
    """How far the looking through got: to its end, to where the next job goes on, or another job is at it."""

    ALL = "all"
    SOME = "some"
    BY_OTHERS = "by others"


def freeze(operation: BulkOperation) -> Looked:
    """Goes on with looking through; the operation knows afterwards how many it is about, if that is all."""
    for _ in range(TIMES):
        with commit("operation: freeze"):
            take_turns([operation.organization_id])
            claimed = BulkOperation.everywhere.filter(
                pk=operation.pk, state=operation.state, frozen_at=None, frozen_to=operation.frozen_to
            )
            if not claimed.update(moved_at=clock.now()):
                return Looked.BY_OTHERS
            some = _keep(operation)
            if len(some) < TOGETHER:
                _close(operation)
                return Looked.ALL
            operation.frozen_to = some[-1]
            operation.save(update_fields=["frozen_to"])
    with commit("operation: freeze on"):
        async_task(JOB, operation.pk)
    return Looked.SOME


@within_commit
def _keep(operation: BulkOperation) -> list[int]:
    """Keeps the next issues as they are now; their numbers."""
    found = list(_chosen(operation).order_by("number").values_list("number", "pk", "mailbox_id", "status")[:TOGETHER])
    Part.everywhere.bulk_create(
        (
            Part(
                organization_id=operation.organization_id,
                operation=operation,
                issue_id=issue_id,
                mailbox_id=mailbox_id,
                before=status,
            )
            for _, issue_id, mailbox_id, status in found
        ),
        batch_size=500,
    )
    return [number for number, *_ in found]


def _chosen(operation: BulkOperation) -> QuerySet[Issue]:
    rows = choose(operation.organization_id, operation.verb, Choice.of(dict(operation.choice)))
    return rows.filter(number__gt=operation.frozen_to, number__lte=operation.up_to)


@within_commit
def _close(operation: BulkOperation) -> None:
    operation.frozen_at = clock.now()
    operation.total = Part.everywhere.filter(operation=operation).count()
    operation.save(update_fields=["frozen_at", "total"])
