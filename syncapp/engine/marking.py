"""The red mark on events that failed: a desired state, put right at the end of a run like any other.

Wanted where an issue of the event is open; there where a `Mark` row says so; the difference is written. A mark that
cannot be made fails nothing: it is tried again with the next run. Of whatever went wrong it shows the colour alone,
since calendars are shared.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence

from connectors.effects import commit
from connectors.errors import ItemError, Kind
from connectors.records import Marking, Ref, Resource
from issues.lifecycle import NEEDS_SOMEBODY
from issues.models import Issue, ScopeChoices
from syncapp.engine.job import Job
from syncapp.engine.lines import SideFailed
from syncapp.models import Binding, Mark

log = logging.getLogger(__name__)
MOST = 50  # in one request, and in one run: whoever has more to mark has other worries


def mark(job: Job) -> None:
    """Marks and unmarks what differs. Raises `LeaseLost`."""
    wanted = Issue.everywhere.filter(
        organization=job.organization,
        scope=ScopeChoices.ITEM,
        resource=Resource.EVENT,
        status__in=NEEDS_SOMEBODY,
    ).values("subject_key")
    ours = Binding.objects.filter(mailbox=job.mailbox, gone_at=None, item__resource=Resource.EVENT)
    on = list(ours.filter(item__key__in=wanted, mark=None).order_by("pk")[:MOST])
    off = list(ours.exclude(item__key__in=wanted).exclude(mark=None).select_related("mark").order_by("pk")[:MOST])
    _forget_dead(job)
    for bindings, is_on in ((on, True), (off, False)):
        if bindings:
            _write(job, bindings, is_on=is_on)


def _forget_dead(job: Job) -> None:
    """A mark on a copy that is gone went with it."""
    dead = Mark.objects.filter(binding__mailbox=job.mailbox).exclude(binding__gone_at=None)
    if dead.exists():
        with commit("marks: forget"):
            job.show()
            dead.delete()


def _write(job: Job, bindings: Sequence[Binding], *, is_on: bool) -> None:
    markings = [
        Marking(ref=Ref(id=b.remote_id, version=b.version), on=is_on, before="" if is_on else b.mark.before)
        for b in bindings
    ]
    try:
        answers = job.lines.mail.call("mark events", lambda mail: mail.mark(markings))
    except SideFailed as error:
        log.warning("marks of mailbox %s: %s", job.mailbox.pk, error.failure.code)
        return
    told = list(zip(bindings, answers, strict=True))
    with commit("marks: note"):
        job.show()
        if is_on:
            before = [(b, answer) for b, answer in told if not isinstance(answer, ItemError)]
            rows = [Mark(organization=job.organization, binding=b, before=colour) for b, colour in before]
            Mark.objects.bulk_create(rows, ignore_conflicts=True)
        else:
            Mark.objects.filter(binding__in=[b.pk for b, answer in told if not _may_work_later(answer)]).delete()


def _may_work_later(answer: str | ItemError) -> bool:
    """What is gone, or must not be touched, has no mark that could be taken away."""
    return isinstance(answer, ItemError) and answer.failure.kind in (Kind.TRANSIENT, Kind.RATE_LIMITED, Kind.CONFLICT)
