"""Gathers issues into cards. Three queries, however many issues there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Count, F, Min, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from connectors.access import Viewer
from issues import catalogue
from issues.access import sight_of
from issues.display import Card, reader_of, said_by
from issues.finding import NEEDED
from issues.lifecycle import Status
from issues.models import Attempt, Issue
from issues.privacy import Sight

SAMPLES = 3
MOST_CARDS = 20


def in_need(rows: QuerySet[Issue]) -> QuerySet[Issue]:
    """Those that still need somebody."""
    return rows.filter(NEEDED)


def lean(rows: QuerySet[Issue]) -> QuerySet[Issue]:
    """With what a list shows, and without the sealed columns that it does not."""
    wanted = rows.select_related("organization", "mailbox", "cause")
    return wanted.defer("evidence", "cause__said", "organization__secret")


def cards(rows: QuerySet[Issue], viewer: Viewer) -> list[Card]:
    """The issues that need somebody, as cards by mailbox and cause: what stops a sync first, then the most items.

    At most `MOST_CARDS`; the rest is on the list of all issues.
    """
    needed = in_need(rows)
    groups = _groups(needed)
    samples = _samples(needed, groups)
    firsts = [members[0] for members in samples.values()]
    said = _said(first for first in firsts if sight_of(viewer, first) is Sight.WHOLE)
    made = [_card(group, samples[_key(group)], said, viewer) for group in groups if _key(group) in samples]
    return sorted(made, key=lambda card: (not card.stops, -card.count))


Group = dict[str, Any]
Key = tuple[int, int | None]


def _key(group: Group) -> Key:
    return group["cause"], group["mailbox"]


def _groups(needed: QuerySet[Issue]) -> list[Group]:
    counts = needed.values("cause", "mailbox").annotate(
        count=Count("pk"), openable=Count("pk", filter=Q(status=Status.OPEN)), since=Min("first_at"), scope=Min("scope")
    )
    # Of the scopes "item" sorts before "mailbox" and "organization": descending, what stops a sync comes first.
    return [dict(row) for row in counts.order_by("-scope", "-count", "cause")[:MOST_CARDS]]


def _samples(needed: QuerySet[Issue], groups: Sequence[Group]) -> dict[Key, list[Issue]]:
    """The newest few issues of each group."""
    place = Window(RowNumber(), partition_by=[F("cause"), F("mailbox")], order_by=F("pk").desc())
    shown = needed.filter(cause__in=[group["cause"] for group in groups]).annotate(place=place)
    found: dict[Key, list[Issue]] = defaultdict(list)
    for issue in lean(shown.filter(place__lte=SAMPLES)).order_by("-pk"):
        found[issue.cause_id, issue.mailbox_id].append(issue)
    return found


def _said(issues: Iterable[Issue]) -> dict[int, str]:
    """The last answer of the other side about each of these, by issue."""
    attempts = Attempt.objects.filter(issue__in=[issue.pk for issue in issues]).order_by("pk")
    last = {attempt.issue_id: attempt for attempt in attempts}
    return {issue_id: said_by(attempt) for issue_id, attempt in last.items()}


def _card(group: Group, samples: Sequence[Issue], said: dict[int, str], viewer: Viewer) -> Card:
    first = samples[0]
    return Card(
        entry=catalogue.shown(first.code),
        samples=samples,
        count=group["count"],
        openable=group["openable"],
        since=group["since"],
        reader=reader_of(viewer, first.mailbox, first.organization_id),
        said=said.get(first.pk, ""),
    )
