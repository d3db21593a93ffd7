"""The first page of the admin: one line of truth, what stands still, and the causes, worst first. Twelve queries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, Count, F, Max, Q, Value, When

from connectors import clock
from connectors.access import Viewer
from connectors.models import Mailbox, Organization
from connectors.scoping import scoped
from issues import catalogue, display, words
from issues.access import visible_causes, visible_issues
from issues.catalogue import Entry
from issues.charts import Chart, Day, columns
from issues.figures import Figure
from issues.gathering import in_need, lean
from issues.lifecycle import Status
from issues.models import Cause, Issue, ScopeChoices
from issues.trends import of_causes, with_breadth
from syncapp.engine import allowance
from syncapp.engine.allowance import Level
from syncapp.engine.budget import WINDOW
from syncapp.figuring import figures_of
from syncapp.models import Breaker, BreakerState, Item, Reconciliation

MOST_STOPS = 20
MOST_CAUSES = 12
MOST_ORGANIZATIONS = 30
MOST_GAUGES = 5
MOST_LEFT_ALONE = 10
MOST_COMPARISONS = 6
SPARK = 24  # how high the small chart of a cause is drawn
COUNTED_TO = 100_000  # items in step are counted up to here: beyond it the exact number tells nobody anything


# What stops nothing, and asks somebody for a look or an answer.
_ASKS = Q(scope=ScopeChoices.MAILBOX, code__in=sorted(words.QUESTIONS | words.WARNINGS)) | Q(
    scope=ScopeChoices.ORGANIZATION, code__in=sorted(words.WARNINGS)
)


@dataclass(frozen=True, kw_only=True)
class Stop:
    """A mailbox or an organization that stands still, or is asked about as a whole."""

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

    @property
    def chooses(self) -> bool:
        """Whether somebody has to choose on its page."""
        return self.issue.code in words.PICKED


@dataclass(frozen=True, kw_only=True)
class Reason:
    """A cause with its counts; `openable` of its items can be tried again now. `said` only where its words matter.

    `mine` says that whoever looks is to look after it, `trend` how much came lately, `chart` what came day by day.
    """

    cause: Cause
    mine: bool
    trend: str
    days: Sequence[Day]
    chart: Chart
    entry: Entry
    items: int
    openable: int
    mailboxes: int
    who: str
    said: str

    @property
    def spoken(self) -> str:
        """The small chart for those who hear it."""
        return f"New on each of the last {len(self.days)} days: {', '.join(words.number(d.came) for d in self.days)}"

    @property
    def asks(self) -> bool:
        """Whether trying again mends nothing: somebody has to choose, one by one."""
        return self.cause.code in words.CHOICES

    @property
    def picks(self) -> bool:
        """Whether one of several records is to be picked, each time for all items that ask the same."""
        return self.cause.code in words.PICKS


@dataclass(frozen=True, kw_only=True)
class Gauge:
    """How much of its CRM's calls an organization has used, and what that leaves. `put_off` retries wait for it."""

    organization: Organization
    used: int
    allowed: int
    read_at: datetime
    put_off: int

    @property
    def percent(self) -> int:
        return self.used * 100 // self.allowed

    @property
    def filled(self) -> int:
        """How far the bar goes."""
        return min(self.percent, 100)

    @property
    def level(self) -> Level:
        return allowance.level(self.used, self.allowed)

    @property
    def tone(self) -> str:
        return _TONES[self.level][0]

    @property
    def consequence(self) -> str:
        return _TONES[self.level][1]

    @property
    def short(self) -> str:
        return f"{self.percent} % of the calls to Salesforce used"

    @property
    def marks(self) -> list[int]:
        return list(allowance.MARKS.values())


@dataclass(frozen=True, kw_only=True)
class Comparing:
    """The last comparison of an organization's two sides: of all that is in step, or of a sample since then."""

    row: Reconciliation

    @property
    def differing(self) -> int:
        return self.row.altered + self.row.missing + self.row.doubled

    @property
    def said(self) -> str:
        """“2 altered, 1 missing”, or that nothing differs."""
        counts = {"altered": self.row.altered, "missing": self.row.missing, "doubled": self.row.doubled}
        found = [f"{words.number(count)} {name}" for name, count in counts.items() if count]
        return words.listed(found) if found else "no difference"


_TONES: Mapping[Level, tuple[str, str]] = {
    Level.FREE: ("green", "Everything runs as usual."),
    Level.NO_RETRIES: ("amber", "Nothing is tried again by itself until some of it is free again."),
    Level.SLOW: ("amber", "Mailboxes are looked at a quarter as often, and nothing is tried again by itself."),
    Level.BY_HAND: ("red", "Only what somebody asks for is done."),
}


@dataclass(frozen=True, kw_only=True)
class Overview:
    stopped_mailboxes: int
    stopped_organizations: int
    questions: int
    items: int
    in_step: int
    looked_at: datetime | None
    stops: Sequence[Stop]
    more_stops: int
    reasons: Sequence[Reason]
    more_reasons: int
    organizations: Sequence[Organization]
    gauges: Sequence[Gauge]
    comparisons: Sequence[Comparing]
    figures: Sequence[Figure]
    left_alone: Sequence[Breaker]
    more_left_alone: bool

    @property
    def truth(self) -> list[tuple[str, str]]:
        """(tone, words) of the line on top; what is zero is left out, and good news is said."""
        said = []
        if self.stopped_organizations:
            said.append(("red", words.counted(self.stopped_organizations, "organization") + " stopped"))
        if self.stopped_mailboxes:
            said.append(("red", words.counted(self.stopped_mailboxes, "mailbox", "mailboxes") + " stopped"))
        if self.questions:
            said.append(("amber", words.counted(self.questions, "question") + " to answer"))
        if self.items:
            verb = "needs" if self.items == 1 else "need"
            said.append(("amber", f"{words.counted(self.items, 'item')} {verb} somebody"))
        said += [("amber", gauge.short) for gauge in self.gauges if gauge.level is not Level.FREE][:1]
        if not said:
            said.append(("green", "Nothing needs anybody"))
        return said

    @property
    def stops_word(self) -> str:
        """The heading over what is about whole mailboxes and organizations."""
        stopped = self.stopped_mailboxes or self.stopped_organizations
        return ("Stopped, and to be decided" if self.questions else "Stopped") if stopped else "To be decided"

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
            questions=Count("pk", filter=_ASKS),
            mailboxes=Count("pk", filter=Q(scope=ScopeChoices.MAILBOX) & ~_ASKS),
            organizations=Count("pk", filter=Q(scope=ScopeChoices.ORGANIZATION) & ~_ASKS),
        )
        stopping = needed.exclude(scope=ScopeChoices.ITEM)
        stops = [_stop(issue) for issue in lean(stopping).order_by("-scope", "pk")[:MOST_STOPS]]
        reasons, open_causes = _reasons(viewer, needed)
        organizations = list(
            Organization.objects.defer("secret")
            .select_related("allowance", "budget")
            .order_by(F("stopped_at").desc(nulls_last=True), "-open_issues", "name")[:MOST_ORGANIZATIONS]
        )
        alone = Breaker.objects.exclude(state=BreakerState.CLOSED).select_related("organization", "mailbox")
        left_alone = list(alone.defer("organization__secret").order_by("probe_at", "pk")[: MOST_LEFT_ALONE + 1])
        return Overview(
            stopped_mailboxes=counts["mailboxes"],
            stopped_organizations=counts["organizations"],
            questions=counts["questions"],
            items=counts["items"],
            in_step=Item.objects.filter(synced_at__isnull=False).order_by()[: COUNTED_TO + 1].count(),
            looked_at=Mailbox.objects.aggregate(at=Max("good_at"))["at"],
            stops=stops,
            more_stops=counts["mailboxes"] + counts["organizations"] + counts["questions"] - len(stops),
            reasons=reasons,
            more_reasons=max(open_causes - len(reasons), 0),
            organizations=organizations,
            gauges=_gauges(organizations),
            comparisons=_comparisons(organizations),
            figures=figures_of(Organization.objects.all()),
            left_alone=left_alone[:MOST_LEFT_ALONE],
            more_left_alone=len(left_alone) > MOST_LEFT_ALONE,
        )


def _comparisons(organizations: Sequence[Organization]) -> list[Comparing]:
    """The last whole one of each organization and the last sample, those that found something first."""
    rows = Reconciliation.objects.filter(organization__in=organizations, finished_at__isnull=False)
    last = rows.order_by().values("organization", "whole").annotate(last=Max("pk"))
    found = Reconciliation.objects.filter(pk__in=last.values("last")).select_related("organization")
    told = [Comparing(row=row) for row in found.defer("organization__secret").order_by("-whole", "-pk")]
    return sorted(told, key=lambda each: not each.differing)[:MOST_COMPARISONS]


def _gauges(organizations: Sequence[Organization]) -> list[Gauge]:
    """The allowances that are known, the most used ones first."""
    known = [each for each in organizations if hasattr(each, "allowance")]
    gauges = [_gauge(each) for each in known if each.allowance.allowed]
    return sorted(gauges, key=lambda gauge: -gauge.percent)[:MOST_GAUGES]


def _gauge(organization: Organization) -> Gauge:
    row = organization.allowance
    budget = getattr(organization, "budget", None)
    return Gauge(
        organization=organization,
        used=row.used,
        allowed=row.allowed,
        read_at=row.read_at,
        put_off=budget.put_off if budget and budget.since and clock.now() - budget.since < WINDOW else 0,
    )


def _stop(issue: Issue) -> Stop:
    return Stop(
        issue=issue,
        entry=catalogue.entry(issue.code),
        renewable=display.renewable(issue),
        retry_word=display.retry_word(issue.code),
    )


def _reasons(viewer: Viewer, needed: Any) -> tuple[list[Reason], int]:
    """The causes that the viewer is to look after, then those with most items; and how many causes there are in all."""
    items = needed.filter(scope=ScopeChoices.ITEM)
    rows = items.values("cause").annotate(
        mine=Case(When(cause__assignee=viewer.user_id, then=Value(0)), default=Value(1)),
        items=Count("pk"),
        openable=Count("pk", filter=Q(status=Status.OPEN)),
        mailboxes=Count("mailbox", distinct=True),
    )
    found = list(rows.order_by("mine", "-items", "cause"))
    present = clock.now()
    causes = with_breadth(visible_causes(viewer), present).select_related("organization", "assignee")
    shown = causes.select_related("acknowledged_by").defer("organization__secret")
    by_id = shown.in_bulk([row["cause"] for row in found[:MOST_CAUSES]])
    lately = of_causes(by_id.values(), present)
    reasons = [
        _reason(by_id[row["cause"]], row, lately[row["cause"]]) for row in found[:MOST_CAUSES] if row["cause"] in by_id
    ]
    return reasons, len(found)


def _reason(cause: Any, row: dict[str, int], lately: Sequence[Day]) -> Reason:
    entry = catalogue.entry(cause.code)
    return Reason(
        cause=cause,
        mine=row["mine"] == 0,
        trend=words.trend(cause.came_lately, cause.came_before),
        days=lately,
        chart=columns([day.came for day in lately], height=SPARK),
        entry=entry,
        items=row["items"],
        openable=row["openable"],
        mailboxes=row["mailboxes"],
        who=words.WHO[entry.fixer],
        said=display.first_said(cause) if display.words_matter(entry) else "",
    )
