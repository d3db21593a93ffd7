"""The charts of the first page and of an organization's page. Three queries, however many issues there are."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import QuerySet, Sum

from connectors import clock
from connectors.models import Organization
from issues import figures, trends
from issues.figures import Figure
from issues.models import Tally
from syncapp import lags
from syncapp.waited import Waited


def figures_of(organizations: QuerySet[Organization]) -> Sequence[Figure]:
    """Open issues, what came and went, and the longest wait, of all of these together."""
    present = clock.now()
    open_now = organizations.order_by().aggregate(sum=Sum("open_issues"))["sum"] or 0
    theirs = organizations.order_by().values("pk")
    days = trends.of_organizations(Tally.objects.filter(organization__in=theirs), open_now, present)
    waits = lags.by_day(Waited.objects.filter(organization__in=theirs), present)
    return [figures.open_at_the_end(days), figures.came_and_went(days), figures.longest_waits(waits)]
