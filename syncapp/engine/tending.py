"""Has the provider tell of changes in a mailbox, as long as that is wanted; what it refuses is looked at by the clock.

The row comes first, then the call: whoever dies between the two leaves a row that waits an hour, and at most a channel
whose hints are taken until it ends. Nothing of this fails a run: hints are a convenience.
"""

from __future__ import annotations

import hashlib
import logging
import secrets
from collections.abc import Mapping

from connectors import clock
from connectors.effects import commit
from connectors.errors import Failure, Kind
from connectors.hints import Channel, Place, Promise
from connectors.models import Mailbox, Organization
from connectors.records import Resource
from connectors.registry import TELLS
from connectors.routes import FurtherCalendar
from connectors.services import push
from connectors.watches import Watch
from syncapp.engine import lease, watch_plan
from syncapp.engine.job import Job
from syncapp.engine.lease import Held, LeaseLost
from syncapp.engine.lines import Lines, SideFailed
from syncapp.engine.watch_plan import Known

LONGEST_ID = 200  # characters; Google's have 27
log = logging.getLogger(__name__)
PASSES = frozenset({Kind.TRANSIENT, Kind.RATE_LIMITED, Kind.UNKNOWN, Kind.AUTH, Kind.CONFLICT})


def digest(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def tend(job: Job) -> None:
    """Ends, renews and begins what is to be ended, renewed and begun now. Raises `LeaseLost`."""
    try:
        _tend(job)
    except LeaseLost:
        raise
    except Exception:  # a defect of ours, which is no reason to stop a mailbox that was just read to its end
        log.exception("the watches of mailbox %s", job.mailbox.pk)


def _tend(job: Job) -> None:
    wanted = targets(job.mailbox, job.organization)
    rows = {row.pk: row for row in Watch.objects.filter(mailbox=job.mailbox)}
    if not wanted and not rows:
        return
    plan = watch_plan.plan(wanted, [_known(row) for row in rows.values()], clock.now())
    if plan.drop:
        _drop(job, plan.drop)
    for row_id in plan.end:
        _end(job, rows[row_id])
    for place in plan.ask:
        _ask(job, place, wanted[place])


def end_all(mailbox: Mailbox, held: Held) -> None:
    """Ends whatever is watched of a mailbox, whose lease is in hand. Raises `LeaseLost`."""
    lines = Lines(mailbox, mailbox.organization)
    try:
        for row in Watch.objects.filter(mailbox=mailbox):
            _tell_end(lines, row)
            with commit("watch: drop"):
                lease.show(held)
                row.delete()
    finally:
        lines.close()


def targets(mailbox: Mailbox, organization: Organization) -> Mapping[Place, str]:
    """What is to be watched of a mailbox by what is set up and kept in step, with where its hints go."""
    if mailbox.provider not in TELLS:
        return {}
    events, calendars = organization.syncs_events, FurtherCalendar.objects.filter(mailbox=mailbox, wanted=True)
    return push().targets(events=events, calendars=calendars.values_list("remote_id", flat=True) if events else ())


def _known(row: Watch) -> Known:
    return Known(
        id=row.pk,
        place=_place(row),
        target=row.target,
        asked_at=row.asked_at,
        promised_at=row.promised_at,
        until=row.until,
        refused=bool(row.refused),
    )


def _place(row: Watch) -> Place:
    return Place(resource=Resource(row.resource), calendar=row.calendar)


def _drop(job: Job, row_ids: tuple[int, ...]) -> None:
    with commit("watch: drop"):
        job.show()
        Watch.objects.filter(pk__in=row_ids).delete()


def _end(job: Job, row: Watch) -> None:
    _tell_end(job.lines, row)
    _drop(job, (row.pk,))


def _tell_end(lines: Lines, row: Watch) -> None:
    """Where the provider does not hear it, the watch ends by itself, and its hints open nothing any more."""
    place = _place(row)
    try:
        lines.mail.call("unwatch", lambda mail: mail.unwatch(place, row.channel_id, row.remote_id))
    except SideFailed as error:
        log.info("a watch of mailbox %s ends by itself: %s", row.mailbox_id, error.failure.code)


def _ask(job: Job, place: Place, target: str) -> None:
    token = secrets.token_urlsafe(32)
    row = _intended(job, place, target, token)
    channel = Channel(
        place=place, id=row.channel_id, token=token, target=target, until=row.asked_at + watch_plan.LONGEST
    )
    try:
        promise = job.lines.mail.call("watch", lambda mail: mail.watch(channel))
    except SideFailed as error:
        _note_refusal(job, row, error.failure)
    else:
        _note_promise(job, row, promise)


def _intended(job: Job, place: Place, target: str, token: str) -> Watch:
    """The row of what is about to be asked; one that was refused before makes room for it."""
    asked_at = clock.now()
    rows = Watch.objects.filter(mailbox=job.mailbox, resource=place.resource, calendar=place.calendar)
    fresh = {"asked_at": asked_at, "target": target, "refused": ""}
    with commit("watch: ask"):
        job.show()
        if place.resource is Resource.EMAIL and (row := rows.first()):
            rows.update(**fresh)
            row.asked_at = asked_at
            return row
        rows.filter(promised_at=None).exclude(refused="").delete()
        return Watch.objects.create(
            organization_id=job.mailbox.organization_id,
            mailbox=job.mailbox,
            resource=place.resource,
            calendar=place.calendar,
            channel_id=secrets.token_hex(16),
            token_digest="" if place.resource is Resource.EMAIL else digest(token),
            until=asked_at + watch_plan.LONGEST,
            **fresh,
        )


def _note_promise(job: Job, row: Watch, promise: Promise) -> None:
    said = {"promised_at": clock.now(), "until": promise.until, "remote_id": promise.remote_id[:LONGEST_ID]}
    with commit("watch: promised"):
        job.show()
        Watch.objects.filter(pk=row.pk).update(**said)


def _note_refusal(job: Job, row: Watch, failure: Failure) -> None:
    """What passes by itself is tried again in an hour, as if its answer had been lost: it may have been."""
    log.info("mailbox %s is not watched: %s", job.mailbox.pk, failure.code)
    if failure.kind in PASSES or failure.provider == "network":
        return
    with commit("watch: refused"):
        job.show()
        Watch.objects.filter(pk=row.pk).update(refused=failure.code[:120])
