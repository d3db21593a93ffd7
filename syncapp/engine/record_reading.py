"""Reads a calendar, or tasks, page by page, and looks after what a full read did not find.

Every deletion has a proof. A tombstone in the feed is one. Where the cursor was lost there are none: then a full read
is matched by identity, and what it does not show is asked for by name in a later run; only what is gone then as well is
gone.
"""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import Q

from connectors import clock
from connectors.effects import commit, within_commit
from connectors.errors import ItemError, Kind
from connectors.records import Page, Ref, RemoteChange, Resource
from issues import services as issues
from syncapp.engine import carrying, content, further, loading, readying, record_planning
from syncapp.engine.guarding import ABSENT, close_if_over
from syncapp.engine.job import Job
from syncapp.engine.lagging import up_to_date
from syncapp.engine.lines import SideFailed
from syncapp.engine.record_unread import completed
from syncapp.engine.settling import move_cursor
from syncapp.engine.working import work_off
from syncapp.models import Binding, Cursor

ASKED = 50  # events in one request
PROOF = f"{ABSENT} from a full read, and gone when asked for in a later run"


def read_on(job: Job, resource: Resource, go_on: Callable[[], bool]) -> bool:
    """Reads pages until there are no more; False if the time is over before that. Raises `SideFailed`, `LeaseLost`."""
    if resource is Resource.EVENT:
        further.let_go(job)
    if not _look_for_missing(job, resource, go_on):
        return False
    is_loaded = carrying.is_loaded(job.organization, resource)
    while True:
        page = _next_page(job, resource)
        further.note(job, page)
        now = up_to_date(job, page, resource)
        record_planning.take_in(job, completed(job, now, resource))
        if is_loaded:
            readying.gather(job, resource, complete=page.complete)
        if page.changes and not work_off(job, go_on=go_on):
            return False
        if page.complete and is_loaded:
            readying.enough(job, resource)
        _move(job, page, resource)
        if page.complete:
            # What was to be made in an address book waited until it was known.
            carried = not is_loaded or loading.carry_on(job, go_on)
            return carried and (resource is not Resource.CONTACT or work_off(job, go_on=go_on))
        if not go_on():
            return False


def _move(job: Job, page: Page, resource: Resource) -> None:
    with commit("cursor: move"):
        job.show()
        move_cursor(job, page.cursor, resource)
        if page.complete:
            _note_missing(job, resource)
            close_if_over(job, resource)


@within_commit
def _note_missing(job: Job, resource: Resource) -> None:
    """After a full read: what we know and it did not show. Events outside of the window were shown as well."""
    cursor = Cursor.objects.filter(mailbox=job.mailbox, resource=resource).exclude(full_since=None).first()
    if cursor is None:
        return
    shown = Q(item__filtered=None) | Q(item__filtered__rule__in=content.TAKEN)
    known = Binding.objects.filter(shown, mailbox=job.mailbox, item__resource=resource, gone_at=None)
    listed = known.filter(record_planning.listed(resource), seen_at__lt=cursor.full_since)
    listed.filter(missing_since=None).update(missing_since=clock.now())
    Cursor.objects.filter(pk=cursor.pk).update(full_since=None)


def _next_page(job: Job, resource: Resource) -> Page:
    """The page after the cursor. A cursor that the provider forgot starts a full read, matched by identity."""
    cursor = _cursor(job, resource)
    try:
        return _page(job, resource, cursor.value or None)
    except SideFailed as error:
        if error.failure.kind is not Kind.CURSOR_EXPIRED or not cursor.value:
            raise
    with commit("cursor: forget"):
        job.show()
        Cursor.objects.filter(pk=cursor.pk).update(value="", full_since=clock.now())
    return _page(job, resource, None)


def _cursor(job: Job, resource: Resource) -> Cursor:
    """How far it was read; the first read is a full one. One that did not come past its first page begins
    anew, and what an earlier try has seen counts for nothing: it may have been deleted since."""
    found = Cursor.objects.filter(mailbox=job.mailbox, resource=resource).first()
    if found is not None and found.value:
        return found
    with commit("cursor: begin"):
        job.show()
        return Cursor.objects.update_or_create(
            organization=job.organization,
            mailbox=job.mailbox,
            resource=resource,
            defaults={"full_since": clock.now()},
        )[0]


def _page(job: Job, resource: Resource, value: str | None) -> Page:
    days = record_planning.window()
    return job.lines.mail.call(f"read {resource}s", lambda mail: next(iter(mail.pull(resource, value, days))))


def _look_for_missing(job: Job, resource: Resource, go_on: Callable[[], bool]) -> bool:
    """Asks for what a full read of an earlier run did not find, and works off what comes of it; False if the time is
    over before all was asked for."""
    while True:
        wanted = Binding.objects.filter(mailbox=job.mailbox, gone_at=None, item__resource=resource)
        rows = wanted.filter(missing_since__lt=job.run.started_at)
        ids = list(rows.order_by("pk").values_list("remote_id", flat=True)[:ASKED])
        if not ids:
            return True
        if not go_on():
            return False
        _find(job, resource, ids)
        if not work_off(job, go_on=go_on):
            return False


def _find(job: Job, resource: Resource, ids: list[str]) -> None:
    refs = [Ref(id=each) for each in ids]
    answers = job.lines.mail.call(f"find missing {resource}s", lambda mail: mail.look(resource, refs))
    pairs = list(zip(ids, answers, strict=True))
    gone = [each for each, answer in pairs if _is_gone(answer)]
    there = tuple(answer for _, answer in pairs if isinstance(answer, RemoteChange) and not answer.gone)
    if there:
        record_planning.take_in(job, Page(changes=there, cursor="", complete=False))
    with commit("missing events"):
        job.show()
        issues.take_turns([job.organization.pk])
        record_planning.bury(job, gone, PROOF)
        # What can neither be shown nor called gone is left as it is until somebody tells.
        Binding.objects.filter(mailbox=job.mailbox, remote_id__in=ids).update(missing_since=None)


def _is_gone(answer: RemoteChange | ItemError) -> bool:
    if isinstance(answer, ItemError):
        return answer.failure.kind is Kind.NOT_FOUND
    return answer.gone
