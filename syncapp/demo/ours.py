"""What our own tables say of each copy: synced, failed, held or filtered. Each class has a query of its own.

None is what the others leave over: a copy that no query finds belongs to no class and is `silent`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Protocol, TypeVar

from django.db.models import Q, QuerySet

from connectors.models import Mailbox, Organization
from connectors.records import Resource
from issues.lifecycle import NEEDS_SOMEBODY, UNRESOLVED
from issues.models import Issue, ScopeChoices
from notifications.models import Delivery
from syncapp.demo.outside import Copy
from syncapp.models import Binding, Change, Filtered, Item

CLASSES = ("synced", "failed", "held", "filtered")


@dataclass(frozen=True, kw_only=True)
class Ours:
    """The copies of each class, and who stands still."""

    synced: frozenset[Copy]
    failed: frozenset[Copy]
    filtered: frozenset[Copy]
    waiting: frozenset[Copy]
    known: frozenset[Copy]
    stopped: frozenset[str]
    issues_by_code: Mapping[str, int]
    filtered_by_rule: Mapping[str, int]
    open_issues: int
    unsent: int


def look() -> Ours:
    """Asks every class by its own query."""
    in_trouble = Item.everywhere.filter(key__in=_open_items().values("subject_key"))
    unsettled = Change.everywhere.exclude(issue__status__in=UNRESOLVED)
    return Ours(
        synced=_copies(_in_step()),
        failed=_copies(in_trouble),
        filtered=_copies(Item.everywhere.filter(pk__in=Filtered.everywhere.values("item"))),
        waiting=_copies(Item.everywhere.filter(pk__in=unsettled.values("item"))),
        known=_copies(Item.everywhere.all()),
        stopped=_stopped(),
        issues_by_code=Counter(
            Issue.everywhere.filter(status__in=UNRESOLVED).values_list("code", flat=True).order_by("code")
        ),
        filtered_by_rule=Counter(Filtered.everywhere.values_list("rule", flat=True)),
        open_issues=Issue.everywhere.filter(status__in=UNRESOLVED).count(),
        unsent=Delivery.everywhere.filter(sent_at=None).count(),
    )


def _open_items() -> QuerySet[Issue]:
    return Issue.everywhere.filter(scope=ScopeChoices.ITEM, status__in=UNRESOLVED)


def _in_step() -> QuerySet[Item]:
    """What is proved to be on both sides. An event is written more than once: it is in step while nothing is left to
    be written and nobody is asked."""
    proved = Item.everywhere.filter(synced_at__isnull=False)
    behind = ~Q(resource=Resource.EMAIL) & (
        Q(pk__in=Change.everywhere.values("item")) | Q(key__in=_open_items().values("subject_key"))
    )
    return proved.exclude(behind)


def _copies(which: QuerySet[Item]) -> frozenset[Copy]:
    """Each mailbox's copy. What was born in Salesforce and is in no calendar is known by its record, whichever mailbox
    it is for."""
    bound = Binding.everywhere.filter(item__in=which, gone_at=None)
    known = which.filter(gone_at=None).exclude(resource=Resource.EMAIL).exclude(record_id="")
    born = known.exclude(pk__in=Binding.everywhere.filter(gone_at=None).values("item"))
    everybody = Mailbox.everywhere.values_list("address", flat=True)
    records = product(everybody, born.values_list("record_id", flat=True))
    return frozenset([*bound.values_list("mailbox__address", "remote_id"), *records])


def _stopped() -> frozenset[str]:
    """Mailboxes with an open issue of their own or of their organization."""
    open_ = Issue.everywhere.filter(status__in=NEEDS_SOMEBODY)
    whole = Organization.everywhere.filter(issues__in=open_.filter(scope=ScopeChoices.ORGANIZATION))
    rows = Mailbox.everywhere.filter(Q(issues__in=open_.filter(scope=ScopeChoices.MAILBOX)) | Q(organization__in=whole))
    return frozenset(rows.values_list("address", flat=True))


class Seen(Protocol):
    """What the outside oracle has found, as far as it matters here."""

    @property
    def copies(self) -> list[Copy]: ...


S = TypeVar("S", bound=Seen)


def classes_of(item: Seen, ours: Ours) -> list[str]:
    """The classes that an outside item is found in; exactly one, or something is wrong."""
    copies = set(item.copies)
    found = [name for name in ("synced", "failed", "filtered") if copies & getattr(ours, name)]
    return found + (["held"] if _is_held(copies, ours) else [])


def _is_held(copies: set[Copy], ours: Ours) -> bool:
    """Every mailbox with a copy stands still, and the copies were never read or still wait to be written."""
    behind = all(address in ours.stopped for address, _ in copies)
    return behind and all(copy in ours.waiting or copy not in ours.known for copy in copies)


def tally(items: Iterable[S], ours: Ours) -> tuple[dict[str, list[S]], list[S]]:
    """(the items of each class, those that are in none or in several)."""
    classes: dict[str, list[S]] = {name: [] for name in CLASSES}
    odd = []
    for item in items:
        found = classes_of(item, ours)
        if len(found) == 1:
            classes[found[0]].append(item)
        else:
            odd.append(item)
    return classes, odd


def statuses() -> dict[int, str]:
    """Every issue's status, by number; what must not change while everything rests."""
    return dict(Issue.everywhere.values_list("number", "status"))
