"""What an order would do, before it is given: how many, a sample, what goes first, what it costs, what is advised."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count

from issues import catalogue, pacing
from issues.catalogue import Entry
from issues.gathering import lean
from issues.models import BulkOperation, Issue
from issues.services import Choice, choose

SAMPLES = 3
ADVISED = 3  # reasons whose advice is told: the most frequent ones
Verb = BulkOperation.Verb


@dataclass(frozen=True, kw_only=True)
class Reason:
    """A code, and how many issues of the order have it."""

    entry: Entry
    count: int


@dataclass(frozen=True, kw_only=True)
class Preview:
    """`reasons` are the most frequent ones; `more_reasons` how many there are besides. `left` is what the CRM still
    allows today, None while it has not said."""

    count: int
    samples: Sequence[Issue]
    first: int
    calls: int
    left: int | None
    reasons: Sequence[Reason]
    more_reasons: int

    @property
    def others(self) -> int:
        return self.count - len(self.samples)


def preview(organization_id: int, verb: str, choice: Choice) -> Preview:
    """Counts right now; nothing is kept and nothing starts."""
    rows = choose(organization_id, verb, choice).order_by()
    by_code = list(rows.values_list("code").annotate(count=Count("pk")).order_by("-count", "code"))
    boxes = rows.values_list("mailbox").annotate(count=Count("pk")) if verb == Verb.RETRY else ()
    count = sum(number for _, number in by_code)
    return Preview(
        count=count,
        samples=list(lean(rows).order_by("pk")[:SAMPLES]),
        first=pacing.first(count) if verb == Verb.RETRY else 0,
        calls=pacing.calls(number for _, number in boxes),
        left=pacing.standing(organization_id).left if verb == Verb.RETRY else None,
        reasons=[Reason(entry=catalogue.shown(code), count=number) for code, number in by_code[:ADVISED]],
        more_reasons=max(len(by_code) - ADVISED, 0),
    )
