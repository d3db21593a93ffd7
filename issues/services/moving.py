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
from issues.ledger import Ledger, take_turns
from issues.lifecycle import Event, Status, after
from issues.models import BulkOperation, Issue, ScopeChoices

Rows = QuerySet[Issue]

TOGETHER = 500  # issues that one transaction wakes up
_NOT_IGNORED: Mapping[str, object] = {"ignored_until": None, "ignored_reason": "", "ignored_by": None}


def retry(
    rows: Rows, *, actor_id: int | None = None, operation: BulkOperation | None = None, probing: bool = False
) -> int:
    """Asks the engine to try these again now, and wakes it. How many that were.

    A retry never closes anything: only the engine's proof does. An ignored issue is open again with it. What is
    being tried already is not asked for twice, but a stopped sync opens again: its one probe may have been lost.
    """
    with commit("issues: retry"):
        moved = move(
            locked(rows.exclude(status=Status.RETRYING, scope=ScopeChoices.ITEM)),
            Event.RETRY,
            next_attempt_at=clock.now(),
            operation=operation,
            probing=probing,
            **_NOT_IGNORED,
        )
        record_all(journal_rows(moved, Verb.RETRIED, actor_id))
        _open_gates(moved)
        for mailbox_id in sorted(_mailboxes(moved)):
            wake(mailbox_id)
    return len(moved)


def ignore(
    rows: Rows,
    *,
    reason: str,
    actor_id: int | None = None,
    until: datetime | None = None,
    operation: BulkOperation | None = None,
) -> int:
    """Sets these aside, with the reason, until a moment or for good. How many that were.

    Raises ValueError without a reason. A stopped mailbox or organization cannot be ignored: work waits
    behind it; such issues are left as they are and not counted.
    """
    if not reason.strip():
        raise ValueError("Say why, so that the next person understands.")
    with commit("issues: ignore"):
        moved = move(
            locked(rows.filter(scope=ScopeChoices.ITEM)),
            Event.IGNORE,
            ignored_reason=reason.strip()[:500],
            ignored_until=until,
            ignored_by_id=actor_id,
            operation=operation,
            next_attempt_at=None,
            probing=False,
        )
        record_all(journal_rows(moved, Verb.IGNORED, actor_id, note=reason))
    return len(moved)


def wake_up(present: datetime) -> int:
    """Re-opens ignored issues whose time is over, so many at a time. How many that were."""
    due = Issue.everywhere.filter(status=Status.IGNORED, ignored_until__lte=present).order_by("pk")
    woken = 0
    while ids := list(due.values_list("pk", flat=True)[:TOGETHER]):
        with commit("issues: wake up"):
            moved = move(locked(due.filter(pk__in=ids)), Event.WAKE, **_NOT_IGNORED)
            record_all(journal_rows(moved, Verb.WOKEN, None))
        woken += len(moved)
    return woken


@within_commit
def stir(organization_id: int, subject_keys: Collection[str]) -> list[Issue]:
    """The content of these items changed, so what was set aside because of the old one is open again."""
    rows = Issue.everywhere.filter(
        organization=organization_id, subject_key__in=subject_keys, status=Status.IGNORED, scope=ScopeChoices.ITEM
    )
    if not rows.exists():
        return []
    woken = move(locked(rows), Event.WAKE, **_NOT_IGNORED)
    record_all(journal_rows(woken, Verb.WOKEN, None, note="The item was changed."))
    return woken


@within_commit
def locked(rows: Rows) -> list[Issue]:
    """The rows, locked in the order of their ids until the transaction ends, and their organizations before them."""
    take_turns(rows.order_by().values_list("organization_id", flat=True))
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
            ledger.moved(issue, before, Status(issue.status))
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


def _mailboxes(issues: Iterable[Issue]) -> Collection[int]:
    """Whom to wake: the mailboxes of the issues, and every mailbox of an organization that is tried again."""
    own = {i.mailbox_id for i in issues if i.mailbox_id}
    whole = {i.organization_id for i in issues if i.scope == ScopeChoices.ORGANIZATION}
    if whole:
        own |= set(Mailbox.everywhere.filter(organization__in=whole).values_list("pk", flat=True))
    return own
