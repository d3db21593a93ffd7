"""Which issues and causes a viewer may see."""

from __future__ import annotations

from django.db.models import QuerySet

from connectors.access import Viewer, visible_mailboxes
from connectors.scoping import EVERYTHING
from issues.models import Cause, Issue
from issues.versions import Question


def visible_issues(viewer: Viewer) -> QuerySet[Issue]:
    """Issues of the viewer's organizations: all of them for administrators, of their own mailboxes for members."""
    rows = Issue.objects.all()
    if viewer.organizations == viewer.administers or viewer.administers is EVERYTHING:
        return rows
    own = rows.filter(mailbox__in=visible_mailboxes(viewer))
    return own | rows.filter(organization__in=sorted(_administered(viewer)))


def may_answer(viewer: Viewer, issue: Issue, asked: Question | None) -> bool:
    """Whether the viewer, who sees the issue, may read and answer what it asks, if it asks anything."""
    return asked is None or not asked.picks or viewer.is_admin_of(issue.organization_id)


def _administered(viewer: Viewer) -> frozenset[int]:
    return viewer.administers if isinstance(viewer.administers, frozenset) else frozenset()


def visible_causes(viewer: Viewer) -> QuerySet[Cause]:
    """Causes are an administrator's view: they tell of everybody's items."""
    rows = Cause.objects.all()
    if viewer.administers is EVERYTHING:
        return rows
    return rows.filter(organization__in=sorted(_administered(viewer)))
