"""Who looks after a cause, and that somebody knows of it. Neither mends anything: it saves others the same work."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db.models import QuerySet

from connectors import clock
from connectors.access import ADMINS
from connectors.effects import commit, within_commit
from connectors.journal import entry, record
from connectors.models import Activity, Membership, Verb
from issues.ledger import take_turns
from issues.models import Cause


class NotTheirs(ValueError):
    """The cause is of an organization that they do not administer, so they would not even see it."""


def caretakers(organization_id: int) -> QuerySet[User]:
    """Whom causes of an organization can be assigned to: those who administer it and may still sign in."""
    admins = Membership.everywhere.filter(organization=organization_id, role__in=ADMINS)
    return User.objects.filter(pk__in=admins.values("user"), is_active=True).order_by("username")


def assign(cause: Cause, assignee: User | None, *, actor_id: int | None = None) -> bool:
    """Has somebody look after a cause from now on, or (None) nobody. False where that is so already.

    Raises `NotTheirs` for whoever does not administer its organization.
    """
    if assignee is not None and not _may_care(assignee, cause.organization_id):
        raise NotTheirs(f"{assignee} does not administer this organization.")
    with commit("causes: assign"):
        row = _locked(cause)
        if row.assignee_id == (assignee.pk if assignee else None):
            return False
        row.assignee, row.assigned_at = assignee, clock.now() if assignee else None
        row.save(update_fields=["assignee", "assigned_at"])
        record(_line(row, Verb.ASSIGNED, actor_id, f"To {assignee}." if assignee else "To nobody any more."))
    return True


def acknowledge(cause: Cause, *, known: bool = True, actor_id: int | None = None) -> bool:
    """Says that somebody knows of a cause, or takes that back. False where it is so already, and the first one stays.

    It holds until nothing of the cause is open any more: what comes after that is news.
    """
    with commit("causes: acknowledge"):
        row = _locked(cause)
        if bool(row.acknowledged_at) == known or (known and not row.open_issues):
            return False
        row.acknowledged_at, row.acknowledged_by_id = (clock.now(), actor_id) if known else (None, None)
        row.save(update_fields=["acknowledged_at", "acknowledged_by"])
        record(_line(row, Verb.ACKNOWLEDGED, actor_id, "" if known else "Taken back."))
    return True


def _may_care(user: User, organization_id: int) -> bool:
    """Superusers administer everything, and are not named to others."""
    return user.is_active and (user.is_superuser or caretakers(organization_id).filter(pk=user.pk).exists())


@within_commit
def _locked(cause: Cause) -> Cause:
    """The cause as it is now; in the order that everybody locks in who moves issues."""
    take_turns([cause.organization_id])
    return Cause.everywhere.select_for_update(of=("self",)).defer("said").get(pk=cause.pk)


def _line(cause: Cause, verb: Verb, actor_id: int | None, note: str) -> Activity:
    return entry(
        organization_id=cause.organization_id,
        verb=verb,
        actor_id=actor_id,
        cause=cause.fingerprint,
        code=cause.code,
        note=note,
    )
