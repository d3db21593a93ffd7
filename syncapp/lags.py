"""How far behind the sync is: the age of what waits longest, kept day by day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from django.db.models import Max, Min, QuerySet

from connectors.effects import commit
from connectors.models import Organization
from issues.charts import last_days
from syncapp.engine import carrying
from syncapp.models import Change, ChangeState
from syncapp.waited import Waited

KEEP = timedelta(days=30)


def note(present: datetime) -> None:
    """Looks how long the oldest item of each organization has been waiting, and keeps the worst of the day.

    What waits is to be written, now or by itself later; what needs a person is an issue instead, and a load says itself
    how far it is.
    """
    today = present.astimezone(UTC).date()
    waiting = Change.everywhere.filter(state__in=(ChangeState.PENDING, ChangeState.WAITING), issue=None)
    oldest = waiting.exclude(carrying.IN_A_LOAD).order_by().values("organization").annotate(since=Min("created_at"))
    with commit("housekeeping: waits"):
        looked = (Waited(organization_id=pk, on=today) for pk in Organization.everywhere.values_list("pk", flat=True))
        Waited.everywhere.bulk_create(looked, ignore_conflicts=True, batch_size=500)
        for row in list(oldest):
            seconds = max(int((present - row["since"]).total_seconds()), 0)
            own = Waited.everywhere.filter(organization=row["organization"], on=today, seconds__lt=seconds)
            own.update(seconds=seconds)
        Waited.everywhere.filter(on__lt=today - KEEP).delete()


def by_day(rows: QuerySet[Waited], present: datetime) -> Sequence[tuple[date, int | None]]:
    """The longest wait in seconds on each of the last days, of all organizations whose rows these are. One query."""
    days = last_days(present.astimezone(UTC).date())
    worst = dict(rows.filter(on__gte=days[0]).order_by().values_list("on").annotate(Max("seconds")))
    return [(day, worst.get(day)) for day in days]
