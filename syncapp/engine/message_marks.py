"""The label on messages that failed: a desired state as the colour of events is (`marking`), docs/adr/0025.

Wanted where the organization wants labels and an issue of the message needs somebody; there where a `Mark` row has the
label's id. The label is known by its id, whatever people call it, and is made anew where they deleted it: whoever
finds it gone forgets it, and the next run makes it and puts it on all that needs it. Nobody looks whether a person took
the label off a message, or put it on another one: both stay as that person wants, until the message's issue is over.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q, QuerySet

from connectors.effects import commit
from connectors.errors import Failure, Kind
from connectors.models import Credential
from connectors.records import Ref, Resource
from connectors.routes import MailboxLabels
from issues.models import Issue
from syncapp.engine import marks
from syncapp.engine.job import Job
from syncapp.engine.lines import SideFailed
from syncapp.models import Binding

MOST = 1000  # in one request, and in one run


def mark(job: Job) -> None:
    """Puts the label on and takes it off where that differs. Raises `LeaseLost`."""
    ours, wanted = marks.copies(job, Resource.EMAIL), _wanted(job)
    keys = wanted.values("subject_key")
    off = list(ours.filter(mark__isnull=False).exclude(item__key__in=keys).order_by("pk")[:MOST])
    if not off and not wanted.exists():
        return
    label = _known(job).failed
    missing = Q(mark=None) | ~Q(mark__before=label)
    on = list(ours.filter(missing, item__key__in=keys).order_by("pk")[:MOST])
    found = Credential.objects.filter(mailbox=job.mailbox, provider=job.mailbox.provider)
    credential = found.only("renewed_at", "may_label").first()  # what is sealed stays in the database
    if (on or off) and not (credential and credential.may_label is False):
        try:
            _write(job, label, on, off)
        except SideFailed as error:
            _not_made(job, error.failure, credential)


def _wanted(job: Job) -> QuerySet[Issue]:
    """None where the organization wants no labels, or does not any more: what is there is taken off then."""
    found = marks.wanted(job, Resource.EMAIL)
    return found if job.organization.labels_failed else found.none()


def _write(job: Job, known: str, on: Sequence[Binding], off: Sequence[Binding]) -> None:
    """Where no label is known, the one that was put on is gone. Raises `SideFailed`, `LeaseLost`."""
    if on:
        label = known or _find(job)
        with marks.in_doubt(job, on, is_on=True):
            _call(job, label, on, is_on=True)
            marks.note(job, [(binding, label) for binding in on])
    if off:
        with marks.in_doubt(job, off, is_on=False):
            if known:
                _call(job, known, off, is_on=False)
            marks.forget(job, off)


def _call(job: Job, label: str, bindings: Sequence[Binding], *, is_on: bool) -> None:
    refs = [Ref(id=binding.remote_id) for binding in bindings]
    job.lines.mail.call("label messages", lambda mail: mail.label_failed(refs, label, on=is_on))


def _known(job: Job) -> MailboxLabels:
    return job.known_labels() or MailboxLabels(organization=job.organization, mailbox=job.mailbox)


def _find(job: Job) -> str:
    """Raises `SideFailed`, `LeaseLost`."""
    label = job.lines.mail.call("find label", lambda mail: mail.failed_label())
    _keep(job, label)
    return label


def _keep(job: Job, label: str) -> None:
    row = _known(job)
    row.failed = label
    job.keep_labels(row)


def _not_made(job: Job, failure: Failure, credential: Credential | None) -> None:
    """It fails nothing. Whoever may only read is not asked again with the same access."""
    if failure.kind is Kind.NOT_FOUND:
        _keep(job, "")
    if failure.kind is Kind.PERMISSION and credential:
        with commit("marks: may not label"):
            job.show()
            same = Credential.objects.filter(pk=credential.pk, renewed_at=credential.renewed_at)
            same.update(may_label=False)
    marks.not_made(job, failure)
