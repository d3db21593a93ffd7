"""Whether a mailbox may run: what rests by order, what a stopped sync holds back, and the one probe it lets through."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from connectors import clock
from connectors.effects import commit
from connectors.models import Mailbox, Organization
from syncapp.engine.due import writable
from syncapp.engine.retry import PROBE_EACH_HOUR


def rests(organization: Organization, mailbox: Mailbox | None = None) -> bool:
    """Paused, itself or with its organization: not even a probe goes out. Without a mailbox, the CRM's reader."""
    return organization.paused_at is not None or (mailbox is not None and mailbox.paused_at is not None)


def awake() -> Q:
    """Mailboxes that do not rest, as a condition on `Mailbox`."""
    return Q(paused_at=None, organization__paused_at=None)


def is_awake(mailbox_id: int) -> bool:
    """Asked anew between the pieces of a job, and before somebody is woken."""
    return Mailbox.everywhere.filter(awake(), pk=mailbox_id).exists()


def is_shut(gate: Mailbox | Organization, present: datetime) -> bool:
    """Stopped, and it is not time for a probe."""
    return gate.stopped_at is not None and (gate.probe_at is None or gate.probe_at > present)


def enter(organization: Organization, mailbox: Mailbox) -> bool:
    """Whether this job may talk to the organization's CRM. Of many that knock at a stopped one, one may.

    Where something waits to be written, one of those with whom it waits: the probe of another one proves nothing,
    and would be the last for an hour.
    """
    if organization.stopped_at is None:
        return True
    writes = writable(organization.pk)
    if not writes.filter(mailbox=mailbox).exists() and writes.exists():
        return False
    present = clock.now()
    with commit("gate: probe"):
        waiting = Organization.everywhere.filter(pk=organization.pk, stopped_at__isnull=False, probe_at__lte=present)
        return bool(waiting.update(probe_at=present + PROBE_EACH_HOUR))
