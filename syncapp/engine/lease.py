"""The right to work on a mailbox: taken by one statement, shown at every write, given back at the end.

A worker that slept through its lease finds a higher number in the row and loses: nothing it still does
reaches our database. Whoever comes while it is taken leaves a note, which the holder reads before it goes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db.models import F

from connectors import clock
from connectors.effects import commit, within_commit
from connectors.models import Mailbox
from syncapp.models import Lease


class LeaseLost(Exception):
    """Somebody else works on this mailbox now; stop at once and touch nothing."""


@dataclass(frozen=True, kw_only=True)
class Held:
    """A lease that is ours: everything we write shows `fence`."""

    mailbox_id: int
    fence: int


def claim(mailbox: Mailbox, owner: str) -> Held | None:
    """The lease, or None if somebody else holds it; then they are asked to look again before they stop."""
    present = clock.now()
    with commit("lease: claim"):
        Lease.everywhere.bulk_create(
            [Lease(organization_id=mailbox.organization_id, mailbox=mailbox, until=present)], ignore_conflicts=True
        )
        free = Lease.everywhere.filter(mailbox=mailbox, until__lte=present)
        taken = free.update(fence=F("fence") + 1, owner=owner[:80], until=_end(), wake_requested=False)
        if not taken:
            Lease.everywhere.filter(mailbox=mailbox).update(wake_requested=True)
            return None
        fence = Lease.everywhere.values_list("fence", flat=True).get(mailbox=mailbox)
    return Held(mailbox_id=mailbox.pk, fence=fence)


@within_commit
def show(held: Held) -> None:
    """Shows the number inside a transaction and makes the lease last anew. Raises `LeaseLost`.

    The row stays locked until the transaction ends, so nobody takes over in the middle of it.
    """
    ours = Lease.everywhere.filter(mailbox=held.mailbox_id, fence=held.fence, until__gt=clock.now())
    if not ours.update(until=_end()):
        raise LeaseLost(f"mailbox {held.mailbox_id}, fence {held.fence}")


def renew(held: Held) -> None:
    """Before a call that may take long: a whole lease ahead of us. Raises `LeaseLost`."""
    with commit("lease: renew"):
        show(held)


def release(held: Held) -> bool:
    """Gives the lease back; True if somebody asked meanwhile to be looked at."""
    with commit("lease: release"):
        ours = Lease.everywhere.filter(mailbox=held.mailbox_id, fence=held.fence)
        asked = ours.filter(wake_requested=True).exists()
        ours.update(until=clock.now(), owner="", wake_requested=False)
    return asked


def reap() -> list[int]:
    """Mailboxes whose worker never came back: their leases are freed. Whose work goes on at the next job."""
    with commit("lease: reap"):
        dead = Lease.everywhere.exclude(owner="").filter(until__lte=clock.now())
        mailboxes = list(dead.values_list("mailbox_id", flat=True))
        Lease.everywhere.filter(mailbox__in=mailboxes, until__lte=clock.now()).update(owner="")
    return mailboxes


def _end() -> object:
    return clock.now() + timedelta(seconds=settings.SYNC_LEASE_SECONDS)
