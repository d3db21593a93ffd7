"""How many issues came and went lately, from the tallies: it costs the same however many issues there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce, TruncDay

from issues.charts import DAYS, Day, days, last_days
from issues.lifecycle import NEEDS_SOMEBODY
from issues.models import Cause, Issue, Tally

DAY = timedelta(hours=24)
COUNTED_AMONG = 10_000  # of the issues of a cause, the newest: beyond it the exact number tells nobody anything

Moves = Mapping[date, tuple[int, int]]


def with_breadth(rows: QuerySet[Cause], present: datetime) -> QuerySet[Cause]:
    """Each cause with what it stops: `mailboxes` and `records` that have an open issue of it, counted among the newest
    10,000; and with `came_lately` and `came_before`: the issues of the last 24 hours, and of the 24 before."""
    return rows.annotate(
        mailboxes=_different("mailbox"),
        records=_different("subject_key"),
        came_lately=_came(present - DAY, present),
        came_before=_came(present - 2 * DAY, present - DAY),
    )


def _different(column: str) -> Coalesce:
    newest = Issue.objects.filter(cause=OuterRef(OuterRef("pk")), status__in=NEEDS_SOMEBODY).order_by("-pk")
    among = Issue.objects.filter(pk__in=newest.values("pk")[:COUNTED_AMONG]).order_by()
    return _or_zero(among.values("organization").annotate(count=Count(column, distinct=True)).values("count"))


def _came(after: datetime, until: datetime) -> Coalesce:
    """In the hours that begin within that time."""
    hours = Tally.objects.filter(cause=OuterRef("pk"), hour__gt=after, hour__lte=until).order_by()
    return _or_zero(hours.values("cause").annotate(count=Sum("came")).values("count"))


def _or_zero(rows: QuerySet[Any, Any]) -> Coalesce:
    return Coalesce(Subquery(rows), Value(0))


def of_causes(causes: Collection[Cause], present: datetime) -> dict[int, tuple[Day, ...]]:
    """The last days of each of these, by its id. One query."""
    today = present.astimezone(UTC).date()
    moves = _moves(Tally.objects.filter(cause__in=[each.pk for each in causes]), "cause", today)
    return {each.pk: days(moves.get(each.pk, {}), each.open_issues, today) for each in causes}


def of_organizations(rows: QuerySet[Tally], open_now: int, present: datetime) -> tuple[Day, ...]:
    """The last days of all organizations whose tallies these are, together. One query."""
    today = present.astimezone(UTC).date()
    together: dict[date, tuple[int, int]] = {}
    for moves in _moves(rows.filter(cause=None), "organization", today).values():
        for on, (came, went) in moves.items():
            before = together.get(on, (0, 0))
            together[on] = before[0] + came, before[1] + went
    return days(together, open_now, today)


def _moves(rows: QuerySet[Tally], by: str, today: date) -> Mapping[int, Moves]:
    """What came and went on each day."""
    first = last_days(today, DAYS)[0]
    since = datetime(first.year, first.month, first.day, tzinfo=UTC)
    daily = rows.filter(hour__gte=since).order_by().values(by, day=TruncDay("hour", tzinfo=UTC))
    found = defaultdict[int, dict[date, tuple[int, int]]](dict)
    for row in daily.annotate(came_=Sum("came"), went_=Sum("went")):
        found[row[by]][row["day"].date()] = row["came_"], row["went_"]
    return found
