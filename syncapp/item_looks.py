"""What an item looks like from outside: its state, its copies and its open issues, as far as a viewer may see them.

A state is read off the rows that the engine keeps anyway, first match wins:

    failed      an issue of it is open or set aside
    waiting     it is written, or tried again, by itself
    failed      a write of it needs a person, whatever became of its issue
    left_out    a rule keeps it out
    gone        both sides have deleted it
    in_step     both sides agree, as far as we have read
    new         it was seen, and nothing was written yet
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Value, When

from connectors.access import Viewer
from connectors.models import Activity, Mailbox, Organization
from connectors.scoping import EVERYTHING
from issues import words
from issues.access import visible_issues
from issues.lifecycle import Status
from issues.models import Issue
from issues.privacy import Glance, Sight, sight
from syncapp.models import Binding, Change, ChangeState, Filtered, Item

STATES = ("in_step", "waiting", "failed", "left_out", "gone", "new")
_HELD = (ChangeState.PENDING, ChangeState.WAITING)


@dataclass(frozen=True, kw_only=True)
class Copy:
    """One mailbox's copy; `remote_id` is "" for whoever may not read the item there."""

    mailbox: Mailbox
    remote_id: str
    leads: bool
    gone_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Look:
    """One item as a viewer sees it. Where `whole` is False, its texts and identifiers are kept from them."""

    item: Item
    state: str
    whole: bool
    copies: Sequence[Copy]
    issues: Sequence[Issue]

    @property
    def pk(self) -> int:
        return self.item.pk

    @property
    def organization(self) -> Organization:
        return self.item.organization

    @property
    def title(self) -> str:
        """What it is called; what it is and of when, where that is kept back and where it has no title."""
        item = self.item
        said = item.title if self.whole else ""
        return said or words.outline(item.resource, item.occurred_at or item.created_at)

    def own(self, text: str) -> str:
        """A text of the item's own; "" where it is kept back."""
        return text if self.whole else ""


def visible_items(viewer: Viewer) -> QuerySet[Item]:
    """Items of the viewer's organizations: all for administrators, for members those that a mailbox of theirs holds.
    Each has its `state`."""
    rows = Item.objects.annotate(state=_state()).select_related("organization")
    if viewer.administers is EVERYTHING or viewer.organizations == viewer.administers:
        return rows
    held = Q(pk__in=copies_seen(viewer).values("item"))
    return rows.filter(held | Q(organization__in=viewer.administers))


def copies_seen(viewer: Viewer) -> QuerySet[Binding]:
    """Copies in mailboxes that the viewer may see."""
    return Binding.objects.filter(mailbox__in=Mailbox.objects.filter(viewer.mailboxes()))


def _state() -> Case:
    return Case(
        When(_with_issue(Status.OPEN, Status.IGNORED), then=Value("failed")),
        When(_with_change(*_HELD) | _with_issue(Status.RETRYING), then=Value("waiting")),
        When(_with_change(ChangeState.FAILED), then=Value("failed")),
        When(Exists(Filtered.objects.filter(item=OuterRef("pk"))), then=Value("left_out")),
        When(gone_at__isnull=False, then=Value("gone")),
        When(synced_at__isnull=False, then=Value("in_step")),
        default=Value("new"),
    )


def _with_change(*states: ChangeState) -> Q:
    return Q(Exists(Change.objects.filter(item=OuterRef("pk"), state__in=states)))


def _with_issue(*statuses: Status) -> Q:
    """Written so that the index of unresolved issues serves it."""
    theirs = Issue.objects.exclude(status=Status.RESOLVED).order_by()
    own = theirs.filter(organization=OuterRef("organization"), subject_key=OuterRef("key"), status__in=statuses)
    return Q(Exists(own))


def moved_since(rows: QuerySet[Item], moment: datetime) -> QuerySet[Item]:
    """Those that were seen first, queued, written, failed, left out or deleted at or after a moment."""
    own = Q(created_at__gte=moment) | Q(synced_at__gte=moment) | Q(gone_at__gte=moment)
    queued = Q(pk__in=Change.objects.filter(created_at__gte=moment).values("item"))
    left_out = Q(pk__in=Filtered.objects.filter(at__gte=moment).values("item"))
    failed = Q(key__in=Issue.objects.filter(last_at__gte=moment).order_by().values("subject_key"))
    return rows.filter(own | queued | left_out | failed)


def looks(viewer: Viewer, items: Collection[Item]) -> list[Look]:
    """How these items, which have their `state`, look; two statements, however many they are."""
    copies, issues = _copies(viewer, items), _issues(viewer, items)
    return [_look(viewer, item, copies[item.pk], issues[item.organization_id, item.key]) for item in items]


def _look(viewer: Viewer, item: Item, copies: Iterable[Binding], issues: Sequence[Issue]) -> Look:
    copies = list(copies)
    owns = any(_sight(viewer, item, copy) is Sight.WHOLE for copy in copies)
    return Look(
        item=item,
        state=str(vars(item)["state"]),
        whole=owns or _sight(viewer, item) is Sight.WHOLE,
        copies=[_copy(viewer, item, copy) for copy in copies],
        issues=issues,
    )


def _copy(viewer: Viewer, item: Item, copy: Binding) -> Copy:
    shown = _sight(viewer, item, copy) is Sight.WHOLE
    return Copy(mailbox=copy.mailbox, remote_id=copy.remote_id if shown else "", leads=copy.leads, gone_at=copy.gone_at)


def _sight(viewer: Viewer, item: Item, copy: Binding | None = None) -> Sight:
    """How much the viewer may see of an item, or of one copy of it."""
    owner = copy.mailbox.owner_id if copy else None
    return sight(
        Glance(
            owns=owner is not None and owner == viewer.user_id,
            administers=viewer.is_admin_of(item.organization_id),
            private=item.private,
            allowed=item.organization.names_items_to_admins,
        )
    )


def _copies(viewer: Viewer, items: Collection[Item]) -> dict[int, list[Binding]]:
    found: dict[int, list[Binding]] = defaultdict(list)
    for copy in copies_seen(viewer).filter(item__in=items).select_related("mailbox").order_by("pk"):
        found[copy.item_id].append(copy)
    return found


def _issues(viewer: Viewer, items: Collection[Item]) -> dict[tuple[int, str], list[Issue]]:
    about = {item.key for item in items}
    found: dict[tuple[int, str], list[Issue]] = defaultdict(list)
    rows = visible_issues(viewer).filter(subject_key__in=about).exclude(status=Status.RESOLVED)
    for issue in rows.defer("evidence").order_by("-pk"):
        found[issue.organization_id, issue.subject_key].append(issue)
    return found


def journal(viewer: Viewer, item: Item) -> QuerySet[Activity]:
    """What happened to an item, newest first: to members what concerns their mailboxes, and what concerns none."""
    rows = Activity.objects.filter(organization=item.organization_id, item_key=item.key).select_related("actor")
    if viewer.is_admin_of(item.organization_id):
        return rows.order_by("-pk")
    mine = Mailbox.objects.filter(viewer.mailboxes())
    return rows.filter(Q(mailbox=None) | Q(mailbox__in=mine)).order_by("-pk")
