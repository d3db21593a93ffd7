"""The right to work on a mailbox, or to read an organization's CRM: taken by one statement, shown at every write,
given back at the end.

A worker that slept through its lease finds a higher number in the row and loses: nothing it still does
reaches our database. Whoever comes while it is taken leaves a note, which the holder reads before it goes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F, QuerySet

from connectors import clock
from connectors.effects import commit, within_commit
from connectors.models import Mailbox, Organization
from syncapp.models import Lease

CAREFUL_AT = 3  # claims in a row that nobody gave back: two workers died, so the third takes smaller steps
DEADLY_AT = 5  # that many end as a failed run instead of one more death; the ladder says when the next one may try


class LeaseLost(Exception):
    """Somebody else works on this mailbox now; stop at once and touch nothing."""


class WorkersDied(Exception):
    """One worker after another died with this lease in hand."""


@dataclass(frozen=True, kw_only=True)
class Held:
    """A lease that is ours: everything we write shows `fence`. Without a mailbox it is that of the CRM's reader.

    `claims` counts this claim, and those since the last whole run that nobody came back from.
    """

    organization_id: int
    mailbox_id: int | None
    fence: int
    claims: int = 1

    @property
    def asks_for_care(self) -> bool:
        """Whether what is in hand has killed workers, so that it is to be taken apart in small pieces."""
        return self.claims >= CAREFUL_AT

    def __str__(self) -> str:
        return f"mailbox {self.mailbox_id or 'none'} of organization {self.organization_id}, fence {self.fence}"


def claim(mailbox: Mailbox, owner: str) -> Held | None:
    """The lease, or None if somebody else holds it; then they are asked to look again before they stop."""
    return _claim(mailbox.organization_id, mailbox.pk, owner)


def claim_reader(organization: Organization, owner: str) -> Held | None:
    """Likewise, the right to read the organization's CRM."""
    return _claim(organization.pk, None, owner)


def _claim(organization_id: int, mailbox_id: int | None, owner: str) -> Held | None:
    present = clock.now()
    with commit("lease: claim"):
        rows = _rows(organization_id, mailbox_id)
        if not _take(rows, owner, present):
            # Somebody has it, or nobody ever had.
            fresh = Lease(organization_id=organization_id, mailbox_id=mailbox_id, until=present)
            Lease.everywhere.bulk_create([fresh], ignore_conflicts=True)
            if not _take(rows, owner, present):
                rows.update(wake_requested=True)
                return None
        fence, claims = rows.values_list("fence", "claims").get()
    return Held(organization_id=organization_id, mailbox_id=mailbox_id, fence=fence, claims=claims)


@within_commit
def _take(rows: QuerySet[Lease], owner: str, present: datetime) -> bool:
    """By one statement, which is the only thing that decides between two who come at once."""
    return bool(
        rows.filter(until__lte=present).update(
            fence=F("fence") + 1, claims=F("claims") + 1, owner=owner[:80], until=_end(), wake_requested=False
        )
    )


def beware(held: Held) -> None:
    """Before any work: raises `WorkersDied` where that many did that somebody has to be told."""
    if held.claims >= DEADLY_AT:
        raise WorkersDied(f"{held.claims - 1} in a row: {held}")


def _rows(organization_id: int, mailbox_id: int | None) -> QuerySet[Lease]:
    return Lease.everywhere.filter(organization=organization_id, mailbox=mailbox_id)


@within_commit
def show(held: Held) -> None:
    """Shows the number inside a transaction and makes the lease last anew. Raises `LeaseLost`.

    The row stays locked until the transaction ends, so nobody takes over in the middle of it.
    """
    ours = _rows(held.organization_id, held.mailbox_id).filter(fence=held.fence, until__gt=clock.now())
    if not ours.update(until=_end()):
        raise LeaseLost(str(held))


@within_commit
def prove(held: Held) -> None:
    """A run went through from end to end: what killed workers before is over."""
    if held.claims > 1:
        _rows(held.organization_id, held.mailbox_id).filter(fence=held.fence).update(claims=1)


def is_hinted(mailbox_id: int) -> bool:
    """Whether another hint would change nothing: a job is on its way, or nobody has ever worked on the mailbox, which
    is due anyway."""
    return not Lease.everywhere.filter(mailbox=mailbox_id, hinted_at=None).exists()


@within_commit
def hint(mailbox_id: int) -> bool:
    """Notes that a hint asks for a job; False where one has asked already."""
    return bool(Lease.everywhere.filter(mailbox=mailbox_id, hinted_at=None).update(hinted_at=clock.now()))


@within_commit
def heed(held: Held) -> None:
    """From here on is read what was hinted at so far; what comes now asks for another job."""
    rows = _rows(held.organization_id, held.mailbox_id)
    rows.filter(fence=held.fence, hinted_at__isnull=False).update(hinted_at=None)


def renew(held: Held) -> None:
    """Before a call that may take long: a whole lease ahead of us. Raises `LeaseLost`."""
    with commit("lease: renew"):
        show(held)


def release(held: Held) -> bool:
    """Gives the lease back; True if somebody asked meanwhile to be looked at.

    Our own claim is over, those of the dead still count; but whoever only told of them leaves the next one a try.
    """
    over = 2 if held.claims >= DEADLY_AT else 1
    with commit("lease: release"):
        ours = _rows(held.organization_id, held.mailbox_id).filter(fence=held.fence)
        asked = ours.filter(wake_requested=True).exists()
        ours.update(until=clock.now(), owner="", wake_requested=False, claims=F("claims") - over)
    return asked


@within_commit
def revoke(**of: Mailbox | Organization) -> None:
    """Takes the leases of a `mailbox` or an `organization` away from whoever has them: they lose at their next write
    to our database, as if they had slept through it."""
    rows = Lease.everywhere.filter(**of)
    list(rows.select_for_update(of=("self",)).order_by("pk").values_list("pk"))
    rows.update(fence=F("fence") + 1, until=clock.now(), owner="", wake_requested=False, claims=0)


def reap() -> list[int]:
    """Mailboxes whose worker never came back: their leases are freed. Whose work goes on at the next job.

    The CRM's readers are freed as well; each is due by its organization's clock.
    """
    present = clock.now()
    with commit("lease: reap"):
        dead = Lease.everywhere.exclude(owner="").filter(until__lte=present)
        found = dict(dead.values_list("pk", "mailbox_id"))
        Lease.everywhere.filter(pk__in=found, until__lte=present).update(owner="")
    return [mailbox_id for mailbox_id in found.values() if mailbox_id is not None]


def _end() -> object:
    return clock.now() + timedelta(seconds=settings.SYNC_LEASE_SECONDS)
