"""The red mark on events that failed: a desired state, put right at the end of a run like any other.

Wanted where an issue of the event is open; there where a `Mark` row says so; the difference is written. A mark that
cannot be made fails nothing: it is tried again with the next run. Of whatever went wrong it shows the colour alone,
since calendars are shared.

The row comes before the mark: one whose answer got lost is taken away as well, even if its issue is over by then.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence

from django.db.models import Q

from connectors.effects import commit
from connectors.errors import Failure, ItemError, Kind
from connectors.records import Marking, Ref, Resource
from issues import services as issues
from issues.catalogue import Scope
from issues.lifecycle import NEEDS_SOMEBODY
from issues.models import Issue, ScopeChoices
from syncapp.engine import breaker, gauging
from syncapp.engine.job import Job
from syncapp.engine.lines import SideFailed
from syncapp.engine.settling import chance
from syncapp.models import Binding, Mark

log = logging.getLogger(__name__)
UNHEARD = "?"  # in the place of a colour: whether the mark was made, nobody heard
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
    missing = Q(mark=None) | Q(mark__before=UNHEARD)
    on = list(ours.filter(missing, item__key__in=wanted).order_by("pk")[:MOST])
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
    if is_on:
        _note(job, [(b, UNHEARD) for b in bindings])
    markings = [
        Marking(ref=Ref(id=b.remote_id, version=b.version), on=is_on, before=None if is_on else _heard(b.mark))
        for b in bindings
    ]
    job.keep()
    try:
        answers = job.lines.mail.call("mark events", lambda mail: mail.mark(markings))
    except SideFailed as error:
        _not_made(job, error.failure)
        return
    told = list(zip(bindings, answers, strict=True))
    if is_on:
        _note(job, [(b, answer) for b, answer in told if not isinstance(answer, ItemError)])
    over = [(b, answer) for b, answer in told if not _may_work_later(answer)]
    _forget(job, [b for b, answer in over if not is_on or isinstance(answer, ItemError)])


def _heard(mark: Mark) -> str | None:
    return None if mark.before == UNHEARD else mark.before


def _note(job: Job, colours: Sequence[tuple[Binding, str]]) -> None:
    rows = [Mark(organization=job.organization, binding=binding, before=colour) for binding, colour in colours]
    with commit("marks: note"):
        job.show()
        Mark.objects.bulk_create(rows, update_conflicts=True, unique_fields=["binding"], update_fields=["before"])


def _forget(job: Job, bindings: Sequence[Binding]) -> None:
    if bindings:
        with commit("marks: forget"):
            job.show()
            Mark.objects.filter(binding__in=[b.pk for b in bindings]).delete()


def _not_made(job: Job, failure: Failure) -> None:
    """It fails nothing, but a provider that wants to be left alone is left alone."""
    log.warning("marks of mailbox %s: %s", job.mailbox.pk, failure.code)
    if breaker.speaks_for_the_service(failure):
        with commit("marks: not made"):
            job.show()
            issues.take_turns([job.organization.pk])
            gauging.note_failure(job.organization, job.mailbox, Scope.MAILBOX, failure, job.turns, chance)


def _may_work_later(answer: str | ItemError) -> bool:
    """What is gone, or must not be touched, has no mark that could be taken away."""
    return isinstance(answer, ItemError) and answer.failure.kind in (Kind.TRANSIENT, Kind.RATE_LIMITED, Kind.CONFLICT)
