"""Which of a mailbox's labels the organization's rules go by. Asks the mailbox only where there are such rules.

What it said is kept for an hour; it is asked at once where the settings name something that it was not asked for, and
where a message has a label that was not there then: whoever makes a label may use it in the same minute.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from connectors import clock, labels
from connectors.labels import LabelRules
from connectors.models import Organization
from connectors.records import Email
from connectors.routes import MailboxLabels
from syncapp.engine.job import Job

KEPT = timedelta(hours=1)


def wanted(organization: Organization) -> list[str]:
    """The names that the settings have, each once."""
    return list(dict.fromkeys((*organization.labels_never, *organization.labels_only)))


def look(job: Job) -> None:
    """Sees to it that the ids of the labels are known. Raises `SideFailed`, `LeaseLost`."""
    names = wanted(job.organization)
    if not names or job.only_writes:
        return
    known = job.known_labels()
    if known is None or set(known.ids) != set(names) or known.looked_at + KEPT <= clock.now():
        _ask(job, names, known)


def look_for(job: Job, messages: Iterable[Email]) -> None:
    """Asks anew if one of the messages has a label that was not there when the mailbox was asked last."""
    known = job.known_labels() if wanted(job.organization) else None
    if known and not frozenset().union(*(each.labels for each in messages)) <= {*known.there, known.failed}:
        _ask(job, wanted(job.organization), known)


def _ask(job: Job, names: list[str], known: MailboxLabels | None) -> None:
    listed = job.lines.mail.call("list labels", lambda mail: mail.labels())
    row = known or MailboxLabels(organization=job.organization, mailbox=job.mailbox)
    row.ids = labels.resolved(names, listed, row.ids)
    row.there = sorted({each.id for each in listed})
    row.looked_at = clock.now()
    job.keep_labels(row)


def watched(job: Job) -> frozenset[str]:
    """The ids whose coming and going is a change of a message."""
    rules = rules_of(job)
    return rules.never | (rules.only or frozenset())


def rules_of(job: Job) -> LabelRules:
    """The settings in this mailbox's ids, as far as they are known."""
    return _rules(job.organization, job.known_labels() if wanted(job.organization) else None)


def rules_in(mailbox_id: int, organization: Organization) -> LabelRules:
    """The settings in the ids of another mailbox."""
    row = MailboxLabels.objects.filter(mailbox=mailbox_id).first() if wanted(organization) else None
    return _rules(organization, row)


def _rules(organization: Organization, row: MailboxLabels | None) -> LabelRules:
    """Our own label is in none of them, whatever somebody calls it."""
    ids = {name: label for name, label in row.ids.items() if label != row.failed} if row else {}
    return labels.rules(organization.labels_never, organization.labels_only, ids)
