"""Reads what people changed in an organization's CRM: once for all of its mailboxes, under a lease of its own.

The reader only writes down what it saw; the mailboxes' workers carry it out. What we wrote ourselves says what was
agreed on and is no change. A deletion is told by the CRM or is none: what is merely not shown may have been hidden.
"""

from __future__ import annotations

import logging
import os
import socket
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db.models import Q

from connectors import clock
from connectors.effects import commit
from connectors.errors import Failure, ItemError, Kind
from connectors.models import Mailbox, Organization
from connectors.records import CrmChange, CrmPage, CrmRecord, Direction, Resource, Window
from connectors.scoping import scoped
from connectors.wake import wake_to_write
from issues import catalogue
from issues import services as issues
from issues.catalogue import Scope
from issues.models import ScopeChoices
from syncapp.engine import allowance, lease, retry, stopping
from syncapp.engine.allowance import Level
from syncapp.engine.breaker import State
from syncapp.engine.crm_planning import Reading, changed, intend_all, plan
from syncapp.engine.guarding import ABSENT
from syncapp.engine.lease import Held, LeaseLost
from syncapp.engine.lines import Lines, SideFailed
from syncapp.engine.preparing import unexpected
from syncapp.engine.rationing import ration_of
from syncapp.engine.record_planning import window
from syncapp.engine.settling import chance
from syncapp.models import Breaker, Change, Cursor, Filtered, Item

log = logging.getLogger(__name__)
LOST = f"{ABSENT} from a full read, and deleted as the CRM says"
ASKED = 200  # records in one request
_FOREVER = datetime(3999, 1, 1, tzinfo=UTC)  # Salesforce knows no year after 4000


def read_crm(organization_id: int) -> bool:
    """Reads for a while; True if there is more to read. Raises nothing but what kills the process."""
    organization = Organization.everywhere.filter(pk=organization_id).first()
    if organization is None or not organization.both_ways:
        return False
    with scoped(organization.pk):
        held = lease.claim_reader(organization, f"{socket.gethostname()}:{os.getpid()}")
        if held is None:
            return False
        try:
            more = _with_lease(organization, held)
        except LeaseLost as lost:
            log.warning("lease lost: %s", lost)
            more = False
        return lease.release(held) or more


def _with_lease(organization: Organization, held: Held) -> bool:
    """Raises `LeaseLost`."""
    organization.refresh_from_db()
    rest = ration_of(organization)
    if organization.stopped_at or organization.paused_at or _left_alone(organization) or rest.level is Level.BY_HAND:
        _next_at(organization, held, _interval(Level.FREE))
        return False
    boxes = list(Mailbox.objects.filter(organization=organization).select_related("organization").order_by("pk"))
    if not boxes:
        return False
    lines = Lines(boxes[0], organization)
    owned = {box.crm_user_id: box for box in reversed(boxes) if box.crm_user_id}
    reading = Reading(organization=organization, held=held, lines=lines, mailboxes=owned)
    try:
        lease.beware(held)
        more = _read_on(reading)
        _next_at(organization, held, _interval(rest.level), proved=True)
    except SideFailed as error:
        _failed(reading, error.failure)
        more = False
    except LeaseLost:
        raise
    except Exception as error:
        log.exception("reader of organization %s", organization.pk)
        _failed(reading, unexpected(error))
        more = False
    finally:
        lines.close()
    return more


def _left_alone(organization: Organization) -> bool:
    """Whether the CRM fails so often that only a mailbox's probe asks it."""
    rows = Breaker.objects.filter(organization=organization, provider=organization.crm, mailbox=None)
    return rows.exclude(state=State.CLOSED).exists()


def _interval(level: Level) -> timedelta:
    return allowance.interval(level, timedelta(seconds=settings.SYNC_INTERVAL_SECONDS))


def _next_at(organization: Organization, held: Held, after: timedelta, *, proved: bool = False) -> None:
    with commit("reader: next"):
        lease.show(held)
        if proved:
            lease.prove(held)
        Organization.everywhere.filter(pk=organization.pk).update(next_read_at=clock.now() + after)


def _failed(reading: Reading, failure: Failure) -> None:
    """What only a person can mend stops the organization; all else is tried again at the interval, since the
    mailboxes' own runs meet the same CRM and count how often it fails."""
    organization = reading.organization
    entry = catalogue.entry(failure.code)
    after = max(_interval(Level.FREE), timedelta(seconds=failure.retry_after or 0))
    with commit("reader: failed"):
        lease.show(reading.held)
        if retry.needs_somebody(failure, entry):
            verdict = retry.run_failed(
                failure,
                entry,
                side=Scope.ORGANIZATION,
                failed_runs=0,
                in_a_row=0,
                now=clock.now(),
                chance=chance,
            )
            issues.report([_stop(organization, failure, verdict)])
        Organization.everywhere.filter(pk=organization.pk).update(next_read_at=clock.now() + after)


def _stop(organization: Organization, failure: Failure, verdict: retry.RunVerdict) -> issues.Report:
    return issues.Report(
        organization_id=organization.pk,
        scope=ScopeChoices.ORGANIZATION,
        subject_key="organization",
        code=verdict.code,
        said=failure.said,
        fields=failure.fields,
        title=organization.name,
        http_status=failure.status or None,
        request_id=failure.request_id,
        probe_at=verdict.probe_at,
    )


# -- Page by page


def _read_on(reading: Reading) -> bool:
    """Reads until there is no more, or the time is over; True if it is. Wakes whoever has something to do."""
    end = time.monotonic() + settings.SYNC_JOB_SECONDS
    complete = all(_read_to_the_end(reading, resource, end) for resource in reading.organization.both_ways)
    for mailbox_id in sorted(reading.woken):
        wake_to_write(mailbox_id)
    return not complete


def _read_to_the_end(reading: Reading, resource: Resource, end: float) -> bool:
    """Whether there is no more of this resource; False if the time is over before."""
    complete = False
    while not complete and time.monotonic() < end and not stopping.is_told():
        page = _next_page(reading, resource)
        plan(reading, page, resource)
        complete = page.complete
    if complete:
        _look_for_missing(reading, resource)
    if complete and resource is Resource.EVENT:
        _come_into_view(reading)
    return complete


def _next_page(reading: Reading, resource: Resource) -> CrmPage:
    """A cursor that lies too far back starts with what is there now, and what is not is looked for afterwards. So does
    one from before somebody got a mailbox here: what is theirs was passed over."""
    row = Cursor.objects.filter(organization=reading.organization, mailbox=None, resource=resource).first()
    if row is None or not row.value or reading.mailboxes.keys() <= set(row.users):
        try:
            return _page(reading, resource, (row.value or None) if row else None)
        except SideFailed as error:
            if error.failure.kind is not Kind.CURSOR_EXPIRED or row is None or not row.value:
                raise
    with commit("cursor: forget"):
        lease.show(reading.held)
        Cursor.objects.filter(pk=row.pk).update(value="", full_since=clock.now())
    return _page(reading, resource, None)


def _page(reading: Reading, resource: Resource, cursor: str | None) -> CrmPage:
    """At first whatever is not over: nothing in the CRM says later that an old event came into the window."""
    days = Window(start=window().start, end=_FOREVER)
    return reading.lines.crm.call(f"read crm {resource}s", lambda crm: next(iter(crm.changes(resource, cursor, days))))


def _look_for_missing(reading: Reading, resource: Resource) -> None:
    """After a cursor was lost: records that we know, and those on their way to a mailbox, are asked for by name, since
    nobody tells any more that they were deleted. Those that are merely hidden say so."""
    rows = Cursor.objects.filter(organization=reading.organization, mailbox=None, resource=resource)
    if not rows.exclude(full_since=None).exists():
        return
    known = Item.objects.filter(resource=resource, gone_at=None)
    if resource is Resource.EVENT:
        known = known.filter(occurred_at__gte=window().start)
    on_their_way = Change.objects.filter(direction=Direction.TO_MAILBOX).values("item")
    known = known.exclude(record_id="").filter(~Q(base={}) | Q(pk__in=on_their_way))
    ids = list(known.order_by("pk").values_list("pk", flat=True))
    for at in range(0, len(ids), ASKED):
        _find(reading, resource, list(Item.objects.filter(pk__in=ids[at : at + ASKED]).order_by("pk")))
    with commit("crm events: all found"):
        lease.show(reading.held)
        rows.update(full_since=None)


def _find(reading: Reading, resource: Resource, items: Sequence[Item]) -> None:
    reading.keep()
    ids = [item.record_id for item in items]
    answers = reading.lines.crm.call(f"find missing crm {resource}s", lambda crm: crm.current(resource, ids))
    told = [(i, a) for i, a in zip(items, answers, strict=True) if isinstance(a, ItemError)]
    gone = [item for item, answer in told if answer.failure.kind is Kind.NOT_FOUND]
    if gone:
        with commit("crm events: missing"):
            lease.show(reading.held)
            issues.take_turns([reading.organization.pk])
            changed(reading, [(item, CrmChange(record_id=item.record_id)) for item in gone], LOST)


def _come_into_view(reading: Reading) -> None:
    """Events of the CRM that lay outside of the window when they were read, and lie in it now."""
    days = window()
    rows = Item.objects.filter(
        resource=Resource.EVENT,
        filtered__rule="outside_window",
        gone_at=None,
        occurred_at__lt=days.end,
        occurred_at__gt=days.start,
    ).exclude(record_id="")
    found = list(rows.order_by("pk")[:200])
    if not found:
        return
    ids = [item.record_id for item in found]
    answers = reading.lines.crm.call("look at events", lambda crm: crm.current(Resource.EVENT, ids))
    there = [(i, a) for i, a in zip(found, answers, strict=True) if isinstance(a, CrmRecord)]
    with commit("crm events: into view"):
        lease.show(reading.held)
        issues.take_turns([reading.organization.pk])
        Filtered.objects.filter(item__in=[i.pk for i, a in there if days.holds(a.record)]).delete()
        boxes = [(i, a, reading.box_of(a)) for i, a in there if days.holds(a.record)]
        intend_all(reading, [(i, a, box.pk) for i, a, box in boxes if box is not None])
