"""Gathers issues into cards and finds them by what people type. Three queries, however many issues there are."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Count, F, Min, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from connectors.access import Viewer
from issues import catalogue
from issues.display import Card, reader_of, said_by
from issues.lifecycle import NEEDS_SOMEBODY, Status
from issues.models import Attempt, Issue

SAMPLES = 3
MOST_CARDS = 20

_NUMBER = re.compile(r"(?:sync-)?0*(?P<number>[1-9][0-9]{0,8})", re.IGNORECASE)


def matching(text: str) -> Q:
    """Issues that somebody means: “SYNC-1042” and “1042” are a number, all else is part of a title or an address."""
    wanted = text.strip()
    if found := _NUMBER.fullmatch(wanted):
        return Q(number=int(found["number"]))
    return Q(title__icontains=wanted) | Q(mailbox__address__icontains=wanted)


def in_need(rows: QuerySet[Issue]) -> QuerySet[Issue]:
    """Those that still need somebody."""
    return rows.filter(status__in=sorted(NEEDS_SOMEBODY))


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
    said = _said(members[0] for members in samples.values())
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
        entry=catalogue.entry(first.code),
        samples=samples,
        count=group["count"],
        openable=group["openable"],
        since=group["since"],
        reader=reader_of(viewer, first.mailbox, first.organization_id),
        said=said.get(first.pk, ""),
    )
