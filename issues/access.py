"""Which issues, causes and orders a viewer may see, and how much of each."""

from __future__ import annotations

import re
from collections.abc import Mapping

from django.db.models import Q, QuerySet

from connectors.access import Viewer, visible_mailboxes
from connectors.scoping import EVERYTHING
from issues.models import BulkOperation, Cause, Issue, Part, ScopeChoices
from issues.privacy import Glance, Sight, sight
from issues.versions import Question


def visible_issues(viewer: Viewer) -> QuerySet[Issue]:
    """Issues of the viewer's organizations: all of them for administrators, of their own mailboxes for members."""
    rows = Issue.objects.all()
    if viewer.organizations == viewer.administers or viewer.administers is EVERYTHING:
        return rows
    own = rows.filter(mailbox__in=visible_mailboxes(viewer))
    return own | rows.filter(organization__in=sorted(_administered(viewer)))


def sight_of(viewer: Viewer, issue: Issue) -> Sight:
    """How much the viewer may see of an issue. Reads its mailbox and its organization."""
    return sight_at(
        viewer,
        organization=issue.organization_id,
        allowed=issue.organization.names_items_to_admins,
        owner=issue.mailbox.owner_id if issue.mailbox else None,
        scope=issue.scope,
        private=issue.private,
    )


def sight_at(
    viewer: Viewer, *, organization: int, allowed: bool, owner: int | None, scope: str, private: bool
) -> Sight:
    """The same for who has the columns and not the rows: `owner` is that of the mailbox, `allowed` the organization's
    word."""
    return sight(
        Glance(
            owns=owner is not None and owner == viewer.user_id,
            administers=viewer.is_admin_of(organization),
            of_item=scope == ScopeChoices.ITEM,
            private=private,
            allowed=allowed,
        )
    )


def seen_whole(viewer: Viewer) -> Q:
    """The same as a condition on those that the viewer sees at all, so that nobody finds by a search what they may not
    read."""
    shown = Q(organization__names_items_to_admins=True, private=False) | ~Q(scope=ScopeChoices.ITEM)
    own = Q(mailbox__owner=viewer.user_id) if viewer.user_id is not None else Q(pk__in=[])
    if viewer.administers is EVERYTHING:
        return shown | own
    return (shown & Q(organization__in=sorted(_administered(viewer)))) | own


def may_answer(viewer: Viewer, issue: Issue, asked: Question | None) -> bool:
    """Whether the viewer, who sees the issue, may read and answer what it asks, if it asks anything."""
    if asked is None:
        return True
    reads = sight_of(viewer, issue) is Sight.WHOLE
    return reads and (not asked.picks or viewer.is_admin_of(issue.organization_id))


def _administered(viewer: Viewer) -> frozenset[int]:
    return viewer.administers if isinstance(viewer.administers, frozenset) else frozenset()


def visible_causes(viewer: Viewer) -> QuerySet[Cause]:
    """Causes are an administrator's view: they tell of everybody's items."""
    rows = Cause.objects.all()
    if viewer.administers is EVERYTHING:
        return rows
    return rows.filter(organization__in=sorted(_administered(viewer)))


def visible_operations(viewer: Viewer) -> QuerySet[BulkOperation]:
    """Orders of the viewer's organizations: all of them for administrators, one's own for members."""
    rows = BulkOperation.objects.all()
    if viewer.administers is EVERYTHING:
        return rows
    own = Q(actor=viewer.user_id) if viewer.user_id is not None else Q(pk__in=[])
    return rows.filter(own | Q(organization__in=sorted(_administered(viewer))))


def of_order(viewer: Viewer, rows: QuerySet[Issue], asked: Mapping[str, str]) -> QuerySet[Issue]:
    """Narrows to the issues of an order that the viewer sees (`operation`), and to what became of them (`outcome`)."""
    number, outcome = asked.get("operation"), asked.get("outcome")
    if not number and not outcome:
        return rows
    if not number or not re.fullmatch(r"[0-9]{1,18}", number):
        return rows.none()
    parts = Part.objects.filter(operation__in=visible_operations(viewer).filter(pk=number))
    return rows.filter(pk__in=(parts.filter(outcome=outcome) if outcome else parts).values("issue"))
