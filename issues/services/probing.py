"""Once a day one issue of each cause is tried by itself; if it works, the rest of the cause follows."""

from __future__ import annotations

from datetime import datetime

from connectors.effects import commit
from issues.catalogue import Retry, entry
from issues.ledger import take_turns
from issues.lifecycle import Status
from issues.models import Cause, Issue, ScopeChoices
from issues.services.moving import retry
from issues.services.reporting import PROBE_EVERY


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


def _worth_a_try(code: str) -> bool:
    return entry(code).retry is not Retry.NEVER
