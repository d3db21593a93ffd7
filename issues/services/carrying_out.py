"""The work of an order, chunk by chunk: a few first, the rest as the allowance lets it, and all of it back again.

Parts go mailbox by mailbox, so that each mailbox is woken about once. Every chunk is one transaction that first shows
that the order is where this job believes it to be: whoever pauses or cancels it is heeded at the next chunk.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import timedelta

from django.db.models import Count, F, Q, QuerySet, Window
from django.db.models.functions import RowNumber
from django_q.tasks import async_task

from connectors import clock
from connectors.effects import commit, within_commit
from issues import pacing
from issues.ledger import JOB, count, take_turns
from issues.lifecycle import Status
from issues.models import BulkOperation, Issue, Part, ScopeChoices
from issues.ordering import AT_WORK, UNFINISHED, Event, Outcome, Skipped, State, after, skipped, verdict
from issues.pacing import CANARY, CHUNK, Speed, Standing
from issues.services.moving import hand_out, ignore, mailboxes_of, put_back, wake_each

CHUNKS = 10  # of one job; then others have their turn
LOOK_AGAIN = timedelta(minutes=1)  # at the first few, and until the next chunk of a slow order


def go_on(operation: BulkOperation) -> bool:
    """Hands out the next chunks; True when there is nothing to do for now."""
    woken_later: set[int] = set()
    for _ in range(CHUNKS):
        standing = standing_of(operation)
        with commit("operation: chunk"):
            if not _claim(operation):
                break
            if standing.speed is Speed.NONE:
                _wait(operation, standing)
                break
            parts = list(_waiting(operation)[: CHUNK + 1])
            chunk, rest = parts[:CHUNK], parts[CHUNK:]
            touched = woken_later | _carry_out(operation, chunk)
            # The mailbox in the middle of which the chunk ends gets more at once: it is woken with the last of it.
            woken_later = touched & {part.mailbox_id for part in rest if part.mailbox_id}
            wake_each(touched - woken_later)
            if not rest:
                _move(operation, Event.END)
                return True
            if standing.speed is Speed.SLOW:
                operation.waits_until = clock.now() + LOOK_AGAIN
                operation.save(update_fields=["waits_until"])
                break
    else:
        with commit("operation: next chunks"):
            wake_each(woken_later)
            async_task(JOB, operation.pk)
        return False
    with commit("operation: rest"):
        wake_each(woken_later)
    return True


def standing_of(operation: BulkOperation) -> Standing:
    """How the order may go on. One that is small, and one that only sets aside, needs to ask nobody."""
    if operation.verb == BulkOperation.Verb.IGNORE or not pacing.first(operation.total or 0):
        return Standing()
    return pacing.standing(operation.organization_id, asked=operation.asked)


@within_commit
def _claim(operation: BulkOperation) -> bool:
    """Whether the order is still where this job saw it. From here on nobody else moves it in this transaction."""
    take_turns([operation.organization_id])
    rows = BulkOperation.everywhere.filter(pk=operation.pk, state=operation.state, done=operation.done)
    return bool(rows.update(moved_at=clock.now(), waits_until=None))


@within_commit
def _wait(operation: BulkOperation, standing: Standing) -> None:
    operation.waits_until = standing.until or clock.now() + LOOK_AGAIN
    operation.save(update_fields=["waits_until"])


def _waiting(operation: BulkOperation) -> QuerySet[Part]:
    """What was not taken up yet: what belongs to no mailbox first, for whole organizations wait behind that."""
    rows = Part.everywhere.filter(operation=operation, outcome=Outcome.WAITING)
    return rows.order_by(F("mailbox_id").asc(nulls_first=True), "issue_id")


@within_commit
def _carry_out(operation: BulkOperation, parts: Sequence[Part]) -> set[int]:
    """Moves these issues, but for those that changed since the order was given; the mailboxes to wake."""
    rows = Issue.everywhere.filter(pk__in=[part.issue_id for part in parts]).order_by()
    statuses = dict(rows.values_list("pk", "status"))
    left: dict[int, Skipped] = {}
    for part in parts:
        why = skipped(Status(part.before), Status(statuses.get(part.issue_id, Status.RESOLVED)))
        if why:
            left[part.pk] = why
    taken = [part for part in parts if part.pk not in left]
    issues = Issue.everywhere.filter(pk__in=[part.issue_id for part in taken])
    woken: set[int] = set()
    outcome = Outcome.IGNORED
    if operation.verb == BulkOperation.Verb.RETRY:
        outcome = Outcome.TRYING
        woken = mailboxes_of(hand_out(issues, actor_id=operation.actor_id, operation=operation))
    else:
        ignore(
            issues,
            reason=operation.reason,
            actor_id=operation.actor_id,
            until=operation.until,
            ending=operation.ending,
            operation=operation,
        )
    _note(operation, taken, left, outcome)
    operation.done += len(parts)
    return woken


@within_commit
def _note(operation: BulkOperation, taken: Sequence[Part], left: Mapping[int, Skipped], outcome: Outcome) -> None:
    Part.everywhere.filter(pk__in=[part.pk for part in taken]).update(outcome=outcome)
    groups = defaultdict[Skipped, list[int]](list)
    for pk, why in left.items():
        groups[why].append(pk)
    for why, pks in groups.items():
        Part.everywhere.filter(pk__in=pks).update(outcome=Outcome.SKIPPED, skipped=why)
    count(operation.pk, {outcome: len(taken), Outcome.SKIPPED: len(left)}, taken_up=len(taken) + len(left))


@within_commit
def _move(operation: BulkOperation, event: Event) -> None:
    """What happens to the order by itself."""
    now = after(State(operation.state), event, ignores=operation.verb == BulkOperation.Verb.IGNORE)
    operation.state, operation.moved_at = now, clock.now()
    operation.finished_at = None if now in UNFINISHED | AT_WORK else operation.moved_at
    operation.save(update_fields=["state", "moved_at", "finished_at"])


# -- A few first


def try_first(operation: BulkOperation) -> bool:
    """Hands out the first few, or looks what became of them; True when there is nothing to do for now."""
    if operation.first_at is None:
        return _send_first(operation)
    settled = dict(
        Part.everywhere.filter(operation=operation, issue__scope=ScopeChoices.ITEM)
        .exclude(outcome=Outcome.WAITING)
        .order_by()
        .values_list("outcome")
        .annotate(number=Count("pk"))
    )
    event = verdict(
        settled.get(Outcome.RESOLVED, 0),
        settled.get(Outcome.FAILED, 0),
        settled.get(Outcome.TRYING, 0),
        waited=clock.now() - operation.first_at,
    )
    with commit("operation: verdict"):
        if not _claim(operation):
            return True
        if event is None:
            operation.waits_until = clock.now() + LOOK_AGAIN
            operation.save(update_fields=["waits_until"])
            return True
        _move(operation, event)
        if operation.state == State.RUNNING:
            async_task(JOB, operation.pk)
    return operation.state != State.RUNNING


def _send_first(operation: BulkOperation) -> bool:
    with commit("operation: first"):
        if not _claim(operation):
            return True
        if not pacing.first(operation.total or 0):  # fewer than it seemed
            _move(operation, Event.PROVE)
            async_task(JOB, operation.pk)
            return False
        wake_each(_carry_out(operation, _first_few(operation)))
        operation.first_at = clock.now()
        operation.waits_until = operation.first_at + LOOK_AGAIN
        operation.save(update_fields=["first_at", "waits_until"])
    return True


def _first_few(operation: BulkOperation) -> list[Part]:
    """Of each cause one, then a second one, and so on, where sync runs; and what a whole organization waits behind."""
    waiting = _waiting(operation).order_by()
    stops = list(waiting.filter(issue__scope=ScopeChoices.ORGANIZATION))
    items = waiting.filter(issue__scope=ScopeChoices.ITEM)
    place = Window(RowNumber(), partition_by=[F("issue__cause")], order_by=F("issue_id").asc())
    moving = items.filter(Q(mailbox=None) | Q(mailbox__stopped_at=None, mailbox__paused_at=None))
    spread = (moving if moving.exists() else items).annotate(place=place).order_by("place", "issue_id")
    return [*stops, *spread[:CANARY]]


# -- Taking back


def take_back(operation: BulkOperation) -> bool:
    """Puts back what the order set aside and nobody has touched since; True when there is nothing to do for now."""
    for _ in range(CHUNKS):
        with commit("operation: undo"):
            if not _claim(operation):
                return True
            parts = list(
                Part.everywhere.filter(operation=operation, outcome=Outcome.IGNORED).order_by("issue_id")[:CHUNK]
            )
            _put_back(operation, parts)
            if len(parts) < CHUNK:
                _move(operation, Event.END)
                return True
    with commit("operation: undo on"):
        async_task(JOB, operation.pk)
    return False


@within_commit
def _put_back(operation: BulkOperation, parts: Sequence[Part]) -> None:
    moved: set[int] = set()
    for before in (Status.OPEN, Status.RETRYING):
        ids = [part.issue_id for part in parts if part.before == before]
        # Whoever moved an issue since has taken it out of this order's hands.
        rows = Issue.everywhere.filter(pk__in=ids, operation=operation)
        issues = put_back(rows, before, actor_id=operation.actor_id)
        moved |= {issue.pk for issue in issues}
        if before is Status.RETRYING:
            wake_each(mailboxes_of(issues))
    returned = [part.pk for part in parts if part.issue_id in moved]
    others = [part.pk for part in parts if part.issue_id not in moved]
    Part.everywhere.filter(pk__in=returned).update(outcome=Outcome.RETURNED)
    Part.everywhere.filter(pk__in=others).update(outcome=Outcome.ELSEWHERE)
    changes = {Outcome.IGNORED: -len(parts), Outcome.RETURNED: len(returned), Outcome.ELSEWHERE: len(others)}
    count(operation.pk, changes)
