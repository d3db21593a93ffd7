"""An issue closes on proof, and on nothing else."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.db.models import Case, Value, When

from connectors import clock
from connectors.effects import within_commit
from connectors.journal import TITLE, record_all
from connectors.models import Mailbox, Organization, Verb
from connectors.translation import as_written
from issues.lifecycle import UNRESOLVED, Event
from issues.models import BulkOperation, Cause, Issue, Resolution
from issues.services.bulk import start_operation
from issues.services.choosing import Choice, choose
from issues.services.moving import journal_rows, locked, move
from issues.services.probing import probe_soon


@within_commit
def close(
    organization_id: int, proofs: dict[str, str], resolution: Resolution, *, direction: str = "to_crm"
) -> list[Issue]:
    """Closes what is unresolved about these subjects, each with its proof (subject key → proof)."""
    if not proofs:
        return []
    rows = Issue.everywhere.filter(
        organization=organization_id, subject_key__in=proofs, direction=direction, status__in=UNRESOLVED
    )
    event = Event.SUCCEED if resolution in (Resolution.SYNCED, Resolution.WORKS) else Event.OBSOLETE
    issues = locked(rows)
    each = Case(*(When(pk=i.pk, then=Value(proofs[i.subject_key][:200])) for i in issues)) if issues else ""
    moved = move(issues, event, resolved_at=clock.now(), resolution=resolution, proof=each)
    with as_written():
        note = str(resolution.label)
    record_all(journal_rows(moved, Verb.ISSUE_RESOLVED, None, note=note))
    if resolution is Resolution.SYNCED:
        _release(issues)
        probe_soon(issues)
    return moved


@within_commit
def rename(organization_id: int, before: str, now: str, *, title: str, conversation: str) -> None:
    """What an issue is about could be read at last: it goes on under its true key. Its evidence was of not knowing."""
    rows = Issue.everywhere.filter(organization=organization_id, subject_key=before, status__in=UNRESOLVED)
    rows.update(subject_key=now, title=title[:TITLE], conversation_key=conversation, evidence=None)


@within_commit
def keep_private(organization_id: int, subject_keys: Collection[str]) -> None:
    """Somebody marked these items private: from here on what they say is their owners' alone, in old issues as well."""
    rows = Issue.everywhere.filter(organization=organization_id, subject_key__in=subject_keys)
    rows.update(private=True)
    Cause.everywhere.filter(pk__in=rows.values("cause")).update(said=None)  # the words may be about one of them


@within_commit
def recover(organization_id: int, subject_key: str, proof: str) -> None:
    """What stopped a mailbox (`mailbox:<id>`) or the organization is over, and those who were told hear of it.

    An issue with another subject stopped nothing, so nothing starts again with its end.
    """
    over = close(organization_id, {subject_key: proof}, Resolution.WORKS)
    for issue in over:
        works = {"stopped_at": None, "stopped_by": "", "probe_at": None}
        if issue.subject_key == f"mailbox:{issue.mailbox_id}":
            Mailbox.everywhere.filter(pk__in=[issue.mailbox_id]).update(**works)
        elif issue.subject_key == "organization":
            Organization.everywhere.filter(pk=organization_id).update(**works)
    record_all(journal_rows(over, Verb.RECOVERED, None, alert=True))


def _release(issues: Iterable[Issue]) -> None:
    """A probe went well: the rest of its cause, if there is any, is tried as well; the list empties by itself."""
    for issue in issues:
        rest = Choice(cause=issue.cause_id)
        if issue.probing and choose(issue.organization_id, BulkOperation.Verb.RETRY, rest).exists():
            start_operation(issue.organization_id, BulkOperation.Verb.RETRY, rest)
