"""The first page of the admin: one line of truth, what stands still, and the causes, worst first. Six queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Max, Q

from connectors.access import Viewer
from connectors.models import Mailbox, Organization
from connectors.scoping import scoped
from issues import catalogue, display, words
from issues.access import visible_causes, visible_issues
from issues.catalogue import Entry
from issues.gathering import in_need, lean
from issues.lifecycle import Status
from issues.models import Cause, Issue, ScopeChoices
from syncapp.models import Item

MOST_STOPS = 20
MOST_CAUSES = 12
MOST_ORGANIZATIONS = 30
COUNTED_TO = 100_000  # items in step are counted up to here: beyond it the exact number tells nobody anything


@dataclass(frozen=True, kw_only=True)
class Stop:
    """A mailbox or an organization that stands still."""

    issue: Issue
    entry: Entry
    renewable: str
    retry_word: str

    @property
    def whole(self) -> bool:
        return self.issue.scope == ScopeChoices.ORGANIZATION

    @property
    def trying(self) -> bool:
        return self.issue.status == Status.RETRYING


@dataclass(frozen=True, kw_only=True)
class Reason:
    """A cause with its counts; `openable` of its items can be tried again now. `said` only where its words matter."""

    cause: Cause
    entry: Entry
    items: int
    openable: int
    mailboxes: int
    who: str
    said: str


@dataclass(frozen=True, kw_only=True)
class Overview:
    stopped_mailboxes: int
    stopped_organizations: int
    items: int
    in_step: int
    looked_at: datetime | None
    stops: Sequence[Stop]
    more_stops: int
    reasons: Sequence[Reason]
    more_reasons: int
    organizations: Sequence[Organization]

    @property
    def truth(self) -> list[tuple[str, str]]:
        """(tone, words) of the line on top; what is zero is left out, and good news is said."""
        said = []
        if self.stopped_organizations:
            said.append(("red", words.counted(self.stopped_organizations, "organization") + " stopped"))
        if self.stopped_mailboxes:
            said.append(("red", words.counted(self.stopped_mailboxes, "mailbox", "mailboxes") + " stopped"))
        if self.items:
            verb = "needs" if self.items == 1 else "need"
            said.append(("amber", f"{words.counted(self.items, 'item')} {verb} somebody"))
        if not said:
            said.append(("green", "Nothing needs anybody"))
        return said

    @property
    def in_step_words(self) -> str:
        beyond = "more than " if self.in_step > COUNTED_TO else ""
        return f"{beyond}{words.number(min(self.in_step, COUNTED_TO))} in step"


def overview(viewer: Viewer) -> Overview:
    """What the viewer's organizations look like right now."""
    with scoped(viewer.administers):
        needed = in_need(visible_issues(viewer))
        counts = needed.aggregate(
            items=Count("pk", filter=Q(scope=ScopeChoices.ITEM)),
            mailboxes=Count("pk", filter=Q(scope=ScopeChoices.MAILBOX)),
            organizations=Count("pk", filter=Q(scope=ScopeChoices.ORGANIZATION)),
        )
        stopping = needed.exclude(scope=ScopeChoices.ITEM)
        stops = [_stop(issue) for issue in lean(stopping).order_by("-scope", "pk")[:MOST_STOPS]]
        reasons, open_causes = _reasons(viewer, needed)
        return Overview(
            stopped_mailboxes=counts["mailboxes"],
            stopped_organizations=counts["organizations"],
            items=counts["items"],
            in_step=Item.objects.filter(synced_at__isnull=False).order_by()[: COUNTED_TO + 1].count(),
            looked_at=Mailbox.objects.aggregate(at=Max("good_at"))["at"],
            stops=stops,
            more_stops=counts["mailboxes"] + counts["organizations"] - len(stops),
            reasons=reasons,
            more_reasons=max(open_causes - len(reasons), 0),
            organizations=list(
                Organization.objects.defer("secret").order_by(
                    F("stopped_at").desc(nulls_last=True), "-open_issues", "name"
                )[:MOST_ORGANIZATIONS]
            ),
        )


def _stop(issue: Issue) -> Stop:
    return Stop(
        issue=issue,
        entry=catalogue.entry(issue.code),
        renewable=display.renewable(issue),
        retry_word=display.retry_word(issue.code),
    )


def _reasons(viewer: Viewer, needed: Any) -> tuple[list[Reason], int]:
    """The causes with most items, and how many causes there are in all."""
    items = needed.filter(scope=ScopeChoices.ITEM)
    rows = items.values("cause").annotate(
        items=Count("pk"), openable=Count("pk", filter=Q(status=Status.OPEN)), mailboxes=Count("mailbox", distinct=True)
    )
    found = list(rows.order_by("-items", "cause"))
    causes = visible_causes(viewer).select_related("organization").defer("organization__secret")
    by_id = causes.in_bulk([row["cause"] for row in found[:MOST_CAUSES]])
    reasons = [_reason(by_id[row["cause"]], row) for row in found[:MOST_CAUSES] if row["cause"] in by_id]
    return reasons, len(found)


def _reason(cause: Cause, row: dict[str, int]) -> Reason:
    entry = catalogue.entry(cause.code)
    return Reason(
        cause=cause,
        entry=entry,
        items=row["items"],
        openable=row["openable"],
        mailboxes=row["mailboxes"],
        who=words.WHO[entry.fixer],
        said=display.first_said(cause) if display.words_matter(entry) else "",
    )
