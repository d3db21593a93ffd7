"""The page of one item: both sides beside each other, what needs somebody, and everything that was done about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from connectors.access import Viewer, visible_mailboxes
from connectors.fields import SealBroken
from connectors.models import Activity, Mailbox
from connectors.pages import viewer_in
from connectors.translation import gettext, gettext_noop
from issues import catalogue, display, versions, words
from issues.access import visible_issues
from issues.lifecycle import Status
from issues.models import Attempt, Issue
from issues.privacy import Glance, Sight, sight
from syncapp import looking
from syncapp.engine import content, payload
from syncapp.engine.record_planning import leaders
from syncapp.looking import Look, Standing
from syncapp.models import Binding, Item, Overruled

LONGEST_LINE = 100  # of the journal, and of what was tried
MOST_LOST = 20
SIDES = {"crm": "Salesforce", "mailbox": gettext_noop("The mailbox")}
UNREADABLE = gettext_noop("What was kept is of a version of Syncapp that this one does not know.")
SEAL_BROKEN = gettext_noop("What was kept can no longer be opened: the key that it was sealed with is gone.")


@dataclass(frozen=True, kw_only=True)
class Seen:
    """An item as far as somebody may see it, and the copy of it that is theirs, or else the one that leads."""

    item: Item
    sight: Sight
    copy: Binding | None
    reads_as: str | None

    @property
    def is_whole(self) -> bool:
        return self.sight is Sight.WHOLE

    @property
    def may_look(self) -> bool:
        """Of what is private nothing is compared for anybody but its owner."""
        return self.is_whole or not self.item.private


@dataclass(frozen=True, kw_only=True)
class Lost:
    """A version that lost: when, whose it was, and what it said of which fields, as far as the reader may see it."""

    at: datetime
    side: str
    values: tuple[tuple[str, str], ...]


def seen(viewer: Viewer, organization: str, item_id: int) -> Seen:
    """The item for whoever looks. Raises Http404 where it is nothing of theirs."""
    item = get_object_or_404(Item.objects.select_related("organization"), organization__slug=organization, pk=item_id)
    own = _own(viewer, item)
    administers = viewer.is_admin_of(item.organization_id)
    allowed = item.organization.names_items_to_admins
    how_much = sight(Glance(owns=bool(own), administers=administers, private=item.private, allowed=allowed))
    if how_much is Sight.NOTHING:
        raise Http404
    copies = Binding.objects.filter(item=item, gone_at=None, mailbox__in=own).select_related("mailbox")
    copy = copies.order_by("-leads", "pk").first() or leaders([item.pk]).get(item.pk)
    user = own[0].crm_user_id if own else ""
    return Seen(item=item, sight=how_much, copy=copy, reads_as=None if administers else user)


def _own(viewer: Viewer, item: Item) -> list[Mailbox]:
    """The viewer's own mailboxes that hold it, or have an issue about it."""
    if viewer.user_id is None:
        return []
    held = Binding.objects.filter(item=item).values("mailbox")
    about = Issue.objects.filter(organization=item.organization, subject_key=item.key).values("mailbox")
    rows = Mailbox.objects.filter(Q(pk__in=held) | Q(pk__in=about), owner=viewer.user_id)
    return list(rows.order_by("pk"))


@never_cache
@login_required
@require_safe
def item_page(request: HttpRequest, organization: str, item_id: int) -> HttpResponse:
    """What is known of it, without asking either side."""
    return _shown(request, seen(viewer_in(request), organization, item_id), None)


@never_cache
@login_required
@require_POST
def look_at_item(request: HttpRequest, organization: str, item_id: int) -> HttpResponse:
    """The same, with both sides as they stand now. To look costs calls, so it is for those who may order something."""
    viewer = viewer_in(request)
    found = seen(viewer, organization, item_id)
    if not viewer.may_write or not found.may_look:
        raise PermissionDenied
    look = looking.look(found.item, found.copy, reads_as=found.reads_as)
    return _shown(request, found, look if found.is_whole else looking.outlined(look))


def _shown(request: HttpRequest, found: Seen, look: Look | None) -> HttpResponse:
    viewer, item = viewer_in(request), found.item
    issues = _issues(viewer, item)
    may_see_crm = found.reads_as is None or (look is not None and look.crm is Standing.THERE)
    context: dict[str, Any] = {
        "item": item,
        "title": _title(found),
        "kept_from": _kept_from(found),
        "look": look,
        "whole": found.is_whole,
        "may_look": viewer.may_write and found.may_look,
        "may_write": viewer.may_write,
        "links": _links(found) if found.is_whole else [],
        "mailbox": found.copy.mailbox if found.copy else None,
        "open": [_open(issue) for issue in issues if issue.status != Status.RESOLVED],
        "line": _time_line(viewer, found, issues),
        "lost": _lost(found, may_see_crm=may_see_crm),
    }
    return render(request, "syncapp/item.html", context)


def _title(found: Seen) -> str:
    item = found.item
    if not found.is_whole:
        return words.outline(item.resource, item.created_at)
    return words.visible(item.title).strip() or words.outline(item.resource, item.occurred_at or item.created_at)


def _kept_from(found: Seen) -> str:
    if found.is_whole:
        return ""
    if found.item.private:
        return gettext("It is marked private: what it says is its owner’s alone, and so is whether the sides differ.")
    return gettext(
        "What it says is its owner’s: this organization does not show it to administrators, but which fields differ."
    )


def _links(found: Seen) -> list[tuple[str, str]]:
    """(label, address) of both sides, safe to follow."""
    item, copy = found.item, found.copy
    page = display.mail_name(copy.mailbox.provider if copy else "", item.resource)
    labels = {"mailbox": display.opened_in(page), "crm": display.opened_in("Salesforce")}
    return [(labels[side], link) for side, url in looking.links(item, copy) if (link := words.safe_link(url))]


def _issues(viewer: Viewer, item: Item) -> list[Issue]:
    rows = visible_issues(viewer).filter(organization=item.organization, subject_key=item.key)
    return list(rows.select_related("organization", "mailbox").defer("evidence").order_by("-pk")[:MOST_LOST])


def _open(issue: Issue) -> dict[str, Any]:
    return {
        "issue": issue,
        "entry": catalogue.shown(issue.code),
        "retries": issue.status != Status.RETRYING and issue.code not in words.CHOICES | words.PICKS,
        "asks": issue.code in words.CHOICES | words.PICKS,
        "word": display.retry_word(issue.code),
    }


def _time_line(viewer: Viewer, found: Seen, issues: Sequence[Issue]) -> list[display.Moment]:
    attempts = Attempt.objects.filter(issue__in=issues).order_by("-pk")[:LONGEST_LINE]
    item = found.item
    about = Q(item_key=item.key) & _theirs(viewer, item)
    about |= Q(issue_number__in=[issue.number for issue in issues])
    rows: QuerySet[Activity] = Activity.objects.filter(about, organization=item.organization).select_related("actor")
    return display.time_line(attempts, rows.order_by("-pk")[:LONGEST_LINE], answers=found.is_whole)


def _theirs(viewer: Viewer, item: Item) -> Q:
    """Administrators read of every mailbox that holds it, others of their own."""
    if viewer.is_admin_of(item.organization_id):
        return Q()
    return Q(mailbox__in=visible_mailboxes(viewer)) | Q(mailbox=None)


def _lost(found: Seen, *, may_see_crm: bool) -> list[Lost]:
    """What was overruled and kept, the newest first."""
    if not found.may_look:
        return []
    rows = Overruled.objects.filter(item=found.item).order_by("-pk")[:MOST_LOST]
    return [_told(row, readable=found.is_whole and (may_see_crm or row.side != "crm")) for row in rows]


def _told(row: Overruled, *, readable: bool) -> Lost:
    names = [(name, versions.label(name)) for name in row.fields if name in content.FIELDS]
    side = gettext(SIDES.get(row.side, SIDES["mailbox"]))
    said = _content(row) if readable else {}
    if isinstance(said, str):
        return Lost(at=row.at, side=side, values=tuple((label, said) for _, label in names))
    values = tuple((label, versions.said(name, said[name]) if name in said else "") for name, label in names)
    return Lost(at=row.at, side=side, values=values)


def _content(row: Overruled) -> dict[str, object] | str:
    try:
        kept = row.content
        return content.shown(payload.record_from_json(kept), row.fields) if kept else {}
    except SealBroken:
        return gettext(SEAL_BROKEN)
    except (KeyError, TypeError, ValueError):
        return gettext(UNREADABLE)
