"""One issue of each cause is tried by itself; if it works, the rest of the cause follows.

That is once a day, and soon after another issue of the cause came to a good end: perhaps somebody mended it for all.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from connectors import clock
from connectors.effects import commit, within_commit
from issues.catalogue import Retry, entry
from issues.ledger import take_turns
from issues.lifecycle import Status
from issues.models import BulkOperation, Cause, Issue, ScopeChoices
from issues.ordering import State
from issues.services.moving import retry
from issues.services.reporting import PROBE_EVERY

AT_MOST_EVERY = timedelta(hours=1)  # where values that are missing are filled in one by one, nothing is mended for all


def probe_causes(present: datetime) -> int:
    """Sends one open issue of each cause that is due for a probe, but none of what is paused. How many that were."""
    due = Cause.everywhere.filter(open_issues__gt=0, probe_at__lte=present, organization__paused_at=None)
    return sum(_probe(cause, present) for cause in due.order_by("pk")[:200])


def _probe(cause: Cause, present: datetime) -> int:
    with commit("issues: probe"):
        take_turns([cause.organization_id])
        turn = Cause.everywhere.filter(pk=cause.pk, probe_at=cause.probe_at)
        if not turn.update(probe_at=present + PROBE_EVERY) or not _worth_a_try(cause.code):
            return 0
        rows = Issue.everywhere.filter(cause=cause, status=Status.OPEN, scope=ScopeChoices.ITEM)
        first = rows.exclude(mailbox__paused_at__isnull=False).order_by("pk")[:1]
        return retry(Issue.everywhere.filter(pk__in=first.values("pk")), probing=True)


@within_commit
def probe_soon(resolved: Sequence[Issue]) -> None:
    """Of the causes of these issues the next probe goes now, or when an hour has passed since the last one; one that
    goes within the hour anyway stays as it is.

    Probes do not count, nor what an order tried that has not finished: its rest is tried by that order, or not, as
    whoever gave it says.
    """
    tried = [each for each in resolved if not each.probing]
    orders = BulkOperation.everywhere.filter(pk__in={each.operation_id for each in tried})
    unfinished = set(orders.exclude(state=State.FINISHED).values_list("pk", flat=True))
    causes = {each.cause_id for each in tried if each.operation_id not in unfinished}
    present = clock.now()
    later = Cause.everywhere.filter(pk__in=causes, open_issues__gt=0, probe_at__gt=present + AT_MOST_EVERY)
    for pk, probe_at in later.values_list("pk", "probe_at"):
        assert probe_at is not None  # noqa: S101 - by the filter
        soon = max(probe_at - PROBE_EVERY + AT_MOST_EVERY, present)
        Cause.everywhere.filter(pk=pk, probe_at=probe_at).update(probe_at=soon)


def _worth_a_try(code: str) -> bool:
    return entry(code).retry is not Retry.NEVER
