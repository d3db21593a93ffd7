"""An issue moves because somebody asked for it. (Because there is proof: `closing`.)"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from django.db.models import QuerySet

from connectors import clock
from connectors.effects import commit, within_commit
from connectors.journal import entry, record_all
from connectors.models import Activity, Mailbox, Organization, Verb
from connectors.wake import wake
from issues import lifecycle
from issues.ledger import Ledger, take_turns
from issues.lifecycle import Event, Happening, Status, after, ended_by
from issues.models import BulkOperation, Issue, ScopeChoices

Rows = QuerySet[Issue]

TOGETHER = 500  # issues that one transaction wakes up
NOT_IGNORED: Mapping[str, object] = {
    "ignored_end": "",
    "ignored_until": None,
    "ignored_failures": None,
    "ignored_reason": "",
    "ignored_by": None,
}


def retry(
    rows: Rows, *, actor_id: int | None = None, operation: BulkOperation | None = None, probing: bool = False
) -> int:
    """Asks the engine to try these again now, and wakes it. How many that were.

    A retry never closes anything: only the engine's proof does. An ignored issue is open again with it. What is
    being tried already is not asked for twice, but a stopped sync opens again: its one probe may have been lost.
    """
    with commit("issues: retry"):
        moved = hand_out(rows, actor_id=actor_id, operation=operation, probing=probing)
        wake_each(mailboxes_of(moved))
    return len(moved)


@within_commit
def hand_out(
    rows: Rows, *, actor_id: int | None, operation: BulkOperation | None, probing: bool = False
) -> list[Issue]:
    """As `retry`, but wakes nobody: for who hands out more and wakes each mailbox once."""
    moved = move(
        locked(rows.exclude(status=Status.RETRYING, scope=ScopeChoices.ITEM)),
        Event.RETRY,
        next_attempt_at=clock.now(),
        operation=operation,
        probing=probing,
        **NOT_IGNORED,
    )
    record_all(journal_rows(moved, Verb.RETRIED, actor_id))
    _open_gates(moved)
    return moved


@within_commit
def wake_each(mailboxes: Iterable[int]) -> None:
    for mailbox_id in sorted(mailboxes):
        wake(mailbox_id)


def ignore(
    rows: Rows,
    *,
    reason: str,
    actor_id: int | None = None,
    until: datetime | None = None,
    ending: str = "",
    operation: BulkOperation | None = None,
) -> int:
    """Sets these aside, with the reason, until a moment, until what `ending` says, or for good. How many that were.

    Raises ValueError without a reason, and for an end that is none (see `lifecycle.ending`). A stopped mailbox or
    organization cannot be ignored: work waits behind it; such issues are left as they are and not counted.
    """
    if not reason.strip():
        raise ValueError("Say why, so that the next person understands.")
    wanted = lifecycle.ending(ending, until)
    with commit("issues: ignore"):
        moved = move(
            locked(rows.filter(scope=ScopeChoices.ITEM)),
            Event.IGNORE,
            ignored_reason=reason.strip()[:500],
            ignored_end=wanted.end,
            ignored_until=wanted.until,
            ignored_failures=wanted.failures,
            ignored_by_id=actor_id,
            operation=operation,
            next_attempt_at=None,
            probing=False,
        )
        record_all(journal_rows(moved, Verb.IGNORED, actor_id, note=reason))
    return len(moved)


def stop_ignoring(rows: Rows, *, actor_id: int | None = None) -> int:
    """Somebody wants to hear of these again before their end. How many that were."""
    with commit("issues: stop ignoring"):
        moved = move(locked(rows.filter(status=Status.IGNORED)), Event.WAKE, **NOT_IGNORED)
        record_all(journal_rows(moved, Verb.WOKEN, actor_id))
    return len(moved)


def wake_up(present: datetime) -> int:
    """Re-opens ignored issues whose time is over, so many at a time. How many that were."""
    over = sorted(ended_by(Happening.TIME))
    due = Issue.everywhere.filter(status=Status.IGNORED, ignored_end__in=over, ignored_until__lte=present)
    due = due.order_by("pk")
    woken = 0
    while ids := list(due.values_list("pk", flat=True)[:TOGETHER]):
        with commit("issues: wake up"):
            moved = move(locked(due.filter(pk__in=ids)), Event.WAKE, **NOT_IGNORED)
            record_all(journal_rows(moved, Verb.WOKEN, None))
        woken += len(moved)
    return woken


@within_commit
def put_back(rows: Rows, before: Status, *, actor_id: int | None) -> list[Issue]:
    """Takes back that these were set aside: they are as they were before it."""
    again = {"next_attempt_at": clock.now()} if before is Status.RETRYING else {}
    event = Event.RETRY if before is Status.RETRYING else Event.WAKE
    moved = move(locked(rows.filter(status=Status.IGNORED)), event, operation=None, **again, **NOT_IGNORED)
    record_all(journal_rows(moved, Verb.WOKEN, actor_id, note="The order that set it aside was undone."))
    return moved


@within_commit
def stir(organization_id: int, subject_keys: Collection[str]) -> list[Issue]:
    """The content of these items changed, so what was set aside until then is open again."""
    rows = Issue.everywhere.filter(
        organization=organization_id,
        subject_key__in=subject_keys,
        status=Status.IGNORED,
        scope=ScopeChoices.ITEM,
        ignored_end__in=sorted(ended_by(Happening.CHANGE)),
    )
    if not rows.exists():
        return []
    woken = move(locked(rows), Event.WAKE, **NOT_IGNORED)
    record_all(journal_rows(woken, Verb.WOKEN, None, note="The item was changed."))
    return woken


@within_commit
def locked(rows: Rows) -> list[Issue]:
    """The rows, locked in the order of their ids until the transaction ends, and their organizations before them."""
    organizations = set(rows.order_by().values_list("organization_id", flat=True))
    if not organizations:  # as after almost every run
        return []
    take_turns(organizations)
    return list(rows.select_for_update(of=("self",)).order_by("pk"))


@within_commit
def move(issues: Sequence[Issue], event: Event, **attributes: object) -> list[Issue]:
    """Moves each issue by the table and sets the attributes; those that are resolved already stay as they are."""
    ledger, groups = Ledger(), defaultdict[Status, list[Issue]](list)
    for issue in issues:
        before = Status(issue.status)
        if before is not Status.RESOLVED:
            issue.status = after(before, event)
            groups[Status(issue.status)].append(issue)
            ledger.moved(issue, before, Status(issue.status), taken="operation" in attributes)
    for status, members in groups.items():
        Issue.everywhere.filter(pk__in=[i.pk for i in members]).update(status=status, **attributes)
    ledger.post()
    return [issue for members in groups.values() for issue in members]


def journal_rows(
    issues: Iterable[Issue], verb: Verb, actor_id: int | None, *, note: str = "", alert: bool = False
) -> list[Activity]:
    return [
        entry(
            organization_id=issue.organization_id,
            mailbox_id=issue.mailbox_id,
            verb=verb,
            actor_id=actor_id,
            item_key=issue.subject_key if issue.scope == ScopeChoices.ITEM else "",
            issue_number=issue.number,
            code=issue.code,
            scope=issue.scope,
            title=issue.title,
            note=note,
            alert=alert,
        )
        for issue in issues
    ]


def _open_gates(issues: Iterable[Issue]) -> None:
    """Lets one probe through where a person asked to try a stopped mailbox or organization again."""
    present = clock.now()
    for issue in issues:
        if issue.scope == ScopeChoices.MAILBOX:
            Mailbox.everywhere.filter(pk__in=[issue.mailbox_id]).update(probe_at=present)
        elif issue.scope == ScopeChoices.ORGANIZATION:
            Organization.everywhere.filter(pk=issue.organization_id).update(probe_at=present)


def mailboxes_of(issues: Iterable[Issue]) -> set[int]:
    """Whom to wake: the mailboxes of the issues, and every mailbox of an organization that is tried again."""
    own = {i.mailbox_id for i in issues if i.mailbox_id}
    whole = {i.organization_id for i in issues if i.scope == ScopeChoices.ORGANIZATION}
    if whole:
        own |= set(Mailbox.everywhere.filter(organization__in=whole).values_list("pk", flat=True))
    return own
