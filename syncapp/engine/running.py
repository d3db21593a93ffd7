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
from connectors.models import Mailbox, Organization
from connectors.records import Page, Resource
from connectors.scoping import scoped
from issues.catalogue import Scope
from syncapp.engine import ending, gates, lease, reading
from syncapp.engine.job import Job
from syncapp.engine.lease import Held, LeaseLost
from syncapp.engine.lines import Lines, SideFailed
from syncapp.engine.preparing import unexpected
from syncapp.engine.settling import move_cursor
from syncapp.engine.working import work_off
from syncapp.models import Cursor, Outcome, Run

log = logging.getLogger(__name__)


class Ending(StrEnum):
    """How a job ended. `AGAIN` asks for another one at once."""

    DONE = "done"
    AGAIN = "again"
    BUSY = "busy"  # somebody else has the lease and was asked to look again
    SHUT = "shut"  # the sync of the organization stands still
    FAILED = "failed"
    LOST = "lost"  # the lease went to somebody else


def run_job(mailbox_id: int) -> Ending:
    """Works on a mailbox for a while. Raises nothing but what kills the process."""
    mailbox = Mailbox.everywhere.select_related("organization").filter(pk=mailbox_id).first()
    if mailbox is None:
        return Ending.DONE
    with scoped(mailbox.organization_id):
        held = lease.claim(mailbox, f"{socket.gethostname()}:{os.getpid()}")
        if held is None:
            return Ending.BUSY
        try:
            ended = _with_lease(mailbox, held)
        except LeaseLost as lost:
            log.warning("lease lost: %s", lost)
            ended = Ending.LOST
        asked = lease.release(held)
    # Behind a lease that nobody took over the wish is still ours to fulfil; `asked` says no where somebody did.
    return Ending.AGAIN if asked and ended in (Ending.DONE, Ending.FAILED, Ending.LOST) else ended


def _with_lease(mailbox: Mailbox, held: Held) -> Ending:
    """Raises `LeaseLost`."""
    # Only now, with the lease in hand, is what stands in the rows ours to act on.
    mailbox.refresh_from_db()
    organization = Organization.everywhere.get(pk=mailbox.organization_id)
    if not gates.enter(organization, mailbox):
        return Ending.SHUT
    job = Job(
        mailbox=mailbox,
        organization=organization,
        held=held,
        lines=Lines(mailbox, organization),
        run=_open_run(mailbox, held),
        only_writes=gates.is_shut(mailbox, clock.now()),
    )
    try:
        return _go(job)
    except LeaseLost:
        raise
    except SideFailed as error:
        ending.fail(job, error)
    except Exception as error:
        log.exception("job of mailbox %s", mailbox.pk)
        ending.fail(job, SideFailed(unexpected(error), Scope.MAILBOX))
    finally:
        job.lines.close()
    return Ending.FAILED


def _open_run(mailbox: Mailbox, held: Held) -> Run:
    """The run that a killed worker left, or a new one; the mailbox counts as tried. Raises `LeaseLost`."""
    with commit("run: open"):
        lease.show(held)
        Mailbox.objects.filter(pk=mailbox.pk).update(tried_at=clock.now())
        run = Run.objects.filter(mailbox=mailbox, outcome=Outcome.RUNNING).first()
        return run or Run.objects.create(organization_id=mailbox.organization_id, mailbox=mailbox)


def _go(job: Job) -> Ending:
    end = time.monotonic() + settings.SYNC_JOB_SECONDS

    def go_on() -> bool:
        return time.monotonic() < end

    if job.organization.stopped_at is not None:
        job.lines.crm.call("check crm", lambda crm: crm.check())
    if not work_off(job, go_on=go_on):
        return Ending.AGAIN
    if job.only_writes:
        ending.finish(job, Outcome.WROTE)
        return Ending.DONE
    if not _read_on(job, go_on):
        return Ending.AGAIN
    ending.finish(job, Outcome.GOOD)
    return Ending.DONE


def _read_on(job: Job, go_on: Callable[[], bool]) -> bool:
    """Reads pages until there are no more; False if the time is over before that."""
    while True:
        page = _next_page(job)
        reading.take_in(job, page)
        if not work_off(job, page.cursor, go_on=go_on):
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
    job.keep()
    return job.lines.mail.call("read page", lambda mail: next(iter(mail.pull(Resource.EMAIL, value))))
