"""The red colour of events that failed: a desired state, put right at the end of a run like any other.

Wanted where an issue of the event is open; there where a `Mark` row says so; the difference is written. A mark that
cannot be made fails nothing: it is tried again with the next run. Of whatever went wrong it shows the colour alone,
since calendars are shared.

The row comes before the mark: one whose answer got lost is taken away as well, even if its issue is over by then.
Messages get a label in the same way, see `message_marks`.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q

from connectors.errors import ItemError, Kind
from connectors.records import Marking, Ref, Resource
from syncapp.engine import marks
from syncapp.engine.job import Job
from syncapp.engine.lines import SideFailed
from syncapp.engine.marks import UNHEARD
from syncapp.models import Binding, Mark

MOST = 50  # in one request, and in one run: whoever has more to mark has other worries


def mark(job: Job) -> None:
    """Marks and unmarks what differs. Raises `LeaseLost`."""
    wanted = marks.wanted(job, Resource.EVENT).values("subject_key")
    ours = marks.copies(job, Resource.EVENT)
    missing = Q(mark=None) | Q(mark__before=UNHEARD)
    on = list(ours.filter(missing, item__key__in=wanted).order_by("pk")[:MOST])
    off = list(ours.exclude(item__key__in=wanted).exclude(mark=None).select_related("mark").order_by("pk")[:MOST])
    for bindings, is_on in ((on, True), (off, False)):
        if bindings:
            try:
                _write(job, bindings, is_on=is_on)
            except SideFailed as error:
                marks.not_made(job, error.failure)


def _write(job: Job, bindings: Sequence[Binding], *, is_on: bool) -> None:
    """Raises `SideFailed`, `LeaseLost`."""
    if is_on:
        with marks.in_doubt(job, bindings, is_on=True):
            told = _call(job, bindings, is_on=True)
            marks.note(job, [(b, answer) for b, answer in told if not isinstance(answer, ItemError)])
    else:
        told = _call(job, bindings, is_on=False)
    over = [(b, answer) for b, answer in told if not _may_work_later(answer)]
    marks.forget(job, [b for b, answer in over if not is_on or isinstance(answer, ItemError)])


def _call(job: Job, bindings: Sequence[Binding], *, is_on: bool) -> list[tuple[Binding, str | ItemError]]:
    """Raises `SideFailed`."""
    markings = [
        Marking(ref=Ref(id=b.remote_id, version=b.version), on=is_on, before=None if is_on else _heard(b.mark))
        for b in bindings
    ]
    answers = job.lines.mail.call("mark events", lambda mail: mail.mark(markings))
    return list(zip(bindings, answers, strict=True))


def _heard(mark: Mark) -> str | None:
    return None if mark.before == UNHEARD else mark.before


def _may_work_later(answer: str | ItemError) -> bool:
    """What is gone, or must not be touched, has no mark that could be taken away."""
    return isinstance(answer, ItemError) and answer.failure.kind in (Kind.TRANSIENT, Kind.RATE_LIMITED, Kind.CONFLICT)
