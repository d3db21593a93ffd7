"""One job of one mailbox: take the lease, pass the gates, work off, read on, and say how it went.

A run goes over as many jobs as it takes; a job gives its worker back after a page once its time is over. A
killed worker leaves a run unfinished, and the next job goes on with it: only finished failed runs count.

A stopped mailbox is not read, but what was read from it before is still written: only its own line is cut.
"""

from __future__ import annotations

import logging
import os
import socket
import time
from collections.abc import Callable
from enum import StrEnum

from django.conf import settings

from connectors import clock
from connectors.effects import commit
from connectors.errors import Kind
from connectors.models import Mailbox
from connectors.records import Page, Resource
from connectors.scoping import scoped
from issues.catalogue import Scope
from syncapp.engine import (
    carrying,
    ending,
    gates,
    gauging,
    labelling,
    lease,
    loading,
    marking,
    marks,
    message_marks,
    reading,
    record_reading,
    stopping,
    tending,
)
from syncapp.engine.allowance import Level
from syncapp.engine.due import TRIED, due
from syncapp.engine.job import Job
from syncapp.engine.lease import Held, LeaseLost
from syncapp.engine.lines import Lines, SideFailed
from syncapp.engine.preparing import unexpected
from syncapp.engine.rationing import note_allowance, ration_of
from syncapp.engine.settling import move_cursor
from syncapp.engine.working import work_off
from syncapp.models import Change, ChangeState, Cursor, Outcome, Run

log = logging.getLogger(__name__)


class Ending(StrEnum):
    """How a job ended. `AGAIN` asks for another one at once."""

    DONE = "done"
    AGAIN = "again"
    BUSY = "busy"  # somebody else has the lease and was asked to look again
    SHUT = "shut"  # the sync of the organization stands still, or rests
    FAILED = "failed"
    LOST = "lost"  # the lease went to somebody else


def run_job(mailbox_id: int, *, reads: bool = True) -> Ending:
    """Works on a mailbox for a while; without `reads` it is only written to, unless it is time to look at it anyway.

    Raises what kills the process, and what the database refuses outside of a run.
    """
    mailbox = Mailbox.everywhere.filter(pk=mailbox_id).first()
    if mailbox is None:
        return Ending.DONE
    with scoped(mailbox.organization_id):
        held = lease.claim(mailbox, f"{socket.gethostname()}:{os.getpid()}")
        if held is None:
            return Ending.BUSY
        try:
            ended = _with_lease(mailbox, held, reads=reads)
        except LeaseLost as lost:
            log.warning("lease lost: %s", lost)
            ended = Ending.LOST
        asked = lease.release(held)
    # Behind a lease that nobody took over the wish is still ours to fulfil; `asked` says no where somebody did.
    return Ending.AGAIN if asked and ended in (Ending.DONE, Ending.FAILED, Ending.LOST) else ended


def _with_lease(mailbox: Mailbox, held: Held, *, reads: bool) -> Ending:
    """Raises `LeaseLost`."""
    # Only now, with the lease in hand, is what stands in the rows ours to act on.
    mailbox = Mailbox.everywhere.select_related("organization").get(pk=mailbox.pk)
    organization = mailbox.organization
    if gates.rests(organization, mailbox) or not gates.enter(organization, mailbox):
        return Ending.SHUT
    rest = ration_of(organization)
    by_hand = rest.level is Level.BY_HAND
    if by_hand and not due(mailbox.pk, by_hand=True).exists():
        ending.put_off(mailbox, held, rest.until)
        return Ending.SHUT
    may_read = not by_hand and not gates.is_shut(mailbox, clock.now())
    admission = gauging.admit(organization, mailbox, reads=may_read)
    if not admission.crm:
        ending.put_off(mailbox, held, admission.again_at)
        return Ending.SHUT
    reads = reads or _is_time_to_read(mailbox) or gauging.is_in_doubt(organization, mailbox)
    job = Job(
        mailbox=mailbox,
        organization=organization,
        held=held,
        lines=Lines(mailbox, organization),
        run=_open_run(mailbox, held, heeds=reads and not by_hand and admission.mail),
        only_writes=not by_hand and not admission.mail,
        by_hand=by_hand,
        reads=reads,
        level=rest.level,
        turns=admission.turns,
    )
    try:
        return _carried_out(job, checks_crm=admission.probes_crm or organization.stopped_at is not None)
    finally:
        job.lines.close()


def _is_time_to_read(mailbox: Mailbox) -> bool:
    """Its run is due, or one is under way, which is gone on with: it is not over before it has read."""
    under_way = Run.objects.filter(mailbox=mailbox, outcome=Outcome.RUNNING)
    return mailbox.expected_at <= clock.now() or under_way.exists()


def _carried_out(job: Job, *, checks_crm: bool) -> Ending:
    """The job, and how both sides answered. Raises `LeaseLost`."""
    side: Scope | None = None
    try:
        ended = _go(job, checks_crm=checks_crm)
    except LeaseLost:
        raise
    except SideFailed as error:
        ended, side = Ending.FAILED, error.side
        ending.fail(job, error)
    except Exception as error:
        log.exception("job of mailbox %s", job.mailbox.pk)
        ended, side = Ending.FAILED, Scope.MAILBOX
        ending.fail(job, SideFailed(unexpected(error), Scope.MAILBOX))
    answered = [line.side for line in (job.lines.crm, job.lines.mail) if line.answered and line.side is not side]
    gauging.note_answers(job.organization, job.mailbox, answered, job.turns)
    note_allowance(job)
    return ended


def _open_run(mailbox: Mailbox, held: Held, *, heeds: bool) -> Run:
    """The run that a killed worker left, or a new one; the mailbox counts as tried. It `heeds` the hints of the
    provider if it reads. Raises `LeaseLost`."""
    with commit("run: open"):
        lease.show(held)
        if heeds:
            lease.heed(held)
        Mailbox.objects.filter(pk=mailbox.pk).update(tried_at=clock.now())
        run = Run.objects.filter(mailbox=mailbox, outcome=Outcome.RUNNING).first()
        return run or Run.objects.create(organization_id=mailbox.organization_id, mailbox=mailbox)


def _go(job: Job, *, checks_crm: bool) -> Ending:
    end = time.monotonic() + settings.SYNC_JOB_SECONDS

    def go_on() -> bool:
        return time.monotonic() < end and not stopping.is_told() and gates.is_awake(job.mailbox.pk)

    lease.beware(job.held)
    if checks_crm:
        job.lines.crm.call("check crm", lambda crm: crm.check())
    if not _written(job, go_on):
        return Ending.AGAIN
    if job.only_writes or job.by_hand:
        _finish(job, Outcome.WROTE)
        return Ending.DONE
    if not job.reads and not _is_left_waiting(job):
        _mark(job)
        _finish(job, Outcome.WROTE)
        return Ending.DONE
    if not _read_on(job, go_on):
        return Ending.AGAIN
    if not all(record_reading.read_on(job, resource, go_on) for resource in job.organization.both_ways):
        return Ending.AGAIN
    _mark(job)
    tending.tend(job)
    _finish(job, Outcome.GOOD)
    return Ending.DONE


def _mark(job: Job) -> None:
    """What failed in the mailbox. Raises `LeaseLost`."""
    marks.forget_dead(job)
    if job.organization.syncs_events:
        marking.mark(job)
    message_marks.mark(job)


def _written(job: Job, go_on: Callable[[], bool]) -> bool:
    """What is due, and what goes in loads, which nobody asked for by hand; False if the time is over before that."""
    return (job.by_hand or loading.carry_on(job, go_on)) and work_off(job, go_on=go_on)


def _finish(job: Job, outcome: Outcome) -> None:
    """Raises `SideFailed` where something was left undone on the way, `LeaseLost`."""
    if job.refused is not None:
        raise job.refused
    ending.finish(job, outcome)


def _is_left_waiting(job: Job) -> bool:
    """Whether something could not be written and nobody set it aside. What is new in the mailbox may be the reason."""
    waiting = Change.objects.filter(mailbox=job.mailbox, state=ChangeState.WAITING).exclude(carrying.IN_A_LOAD)
    return waiting.filter(TRIED).exists()


def _read_on(job: Job, go_on: Callable[[], bool]) -> bool:
    """Reads pages of messages until there are no more; False if the time is over before that."""
    while True:
        page = _next_page(job)
        reading.take_in(job, page)
        if page.changes and not work_off(job, page.cursor, go_on=go_on):
            return False
        with commit("cursor: move"):
            job.show()
            move_cursor(job, page.cursor)
        if page.complete or not go_on():
            return page.complete


def _next_page(job: Job) -> Page:
    """The page after the cursor. A cursor that the provider forgot starts a full read, matched by identity."""
    cursor = Cursor.objects.filter(mailbox=job.mailbox, resource=Resource.EMAIL).first()
    try:
        return _page(job, cursor.value if cursor else None)
    except SideFailed as error:
        if error.failure.kind is not Kind.CURSOR_EXPIRED or cursor is None:
            raise
    with commit("cursor: forget"):
        job.show()
        cursor.delete()
    return _page(job, None)


def _page(job: Job, value: str | None) -> Page:
    labelling.look(job)
    since, labels = reading.window(job.mailbox), labelling.watched(job)
    return job.lines.mail.call("read page", lambda mail: next(iter(mail.pull(Resource.EMAIL, value, since, labels))))
