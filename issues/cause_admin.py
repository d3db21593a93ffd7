"""What issues have in common: how much it is, since when, whose it is, and the two orders for all of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.contrib import admin
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from connectors import clock
from connectors.admin_filters import Conditions, OfOrganization
from connectors.pages import viewer_in
from connectors.scoped_admin import ScopedAdmin
from connectors.scoping import scoped
from issues import catalogue, display, figures, markup, words
from issues.access import visible_causes
from issues.catalogue import Fixer
from issues.cause_views import choices
from issues.finding import mended_by
from issues.models import Cause
from issues.trends import of_causes, with_breadth


class StillOpen(Conditions):
    title = "state"
    parameter_name = "state"
    CONDITIONS: ClassVar[Mapping[str, tuple[str, Q]]] = {
        "over": ("Over", Q(open_issues=0)),
        "all": ("All", Q()),
    }

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return super().queryset(request, queryset) if self.value() else queryset.filter(open_issues__gt=0)

    def choices(self, changelist: Any) -> Any:
        first, *rest = super().choices(changelist)
        yield {**first, "display": "Open"}
        yield from rest


class ByFixer(Conditions):
    title = "who can mend it"
    parameter_name = "fixer"
    CONDITIONS: ClassVar[Mapping[str, tuple[str, Q]]] = {
        fixer.value: (words.WHO[fixer], mended_by(fixer)) for fixer in Fixer
    }


class ByCare(Conditions):
    """By whether somebody is on it; `mine` is whoever asks."""

    title = "looked after"
    parameter_name = "care"
    CONDITIONS: ClassVar[Mapping[str, tuple[str, Q]]] = {
        "mine": ("By me", Q()),
        "nobody": ("By nobody", Q(assignee=None)),
        "unknown": ("Not acknowledged", Q(acknowledged_at=None)),
    }

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "mine":
            return queryset.filter(assignee=viewer_in(request).user_id)
        return super().queryset(request, queryset)


@admin.register(Cause)
class CauseAdmin(ScopedAdmin[Cause]):
    """What issues have in common: mend it once, try all of them again."""

    list_display = ("items", "reason", "organization", "mended_by", "care", "trend", "first", "last", "orders")
    list_display_links = ("reason",)
    list_filter = (StillOpen, OfOrganization, ByFixer, ByCare)
    list_select_related = ("organization", "assignee", "acknowledged_by")
    sortable_by = ("items", "first", "last")
    fields = (
        "reason",
        "plain",
        "steps",
        "said_first",
        "breadth",
        "trend",
        "organization",
        "first",
        "last",
        "care",
        "orders",
    )
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Cause]:
        rows = visible_causes(viewer_in(request)).select_related("organization", "assignee", "acknowledged_by")
        wide = with_breadth(rows, clock.now()).defer("organization__secret")
        return wide.order_by(F("open_issues").desc(), "-last_at")

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """With who may look after it, and its last days."""
        cause = kwargs.get("obj")
        if isinstance(cause, Cause):
            with scoped(viewer_in(request).administers):
                days = of_causes([cause], clock.now())[cause.pk]
            context |= {
                "heading": catalogue.entry(cause.code).title,
                "figure": figures.came_and_went(days),
                "caretakers": choices(viewer_in(request), cause),
                "may_write": viewer_in(request).may_write,
            }
        return super().render_change_form(request, context, *args, **kwargs)

    @admin.display(description="Open", ordering="open_issues")
    def items(self, row: Cause) -> SafeString:
        return format_html('<span class="num count">{}</span>', words.number(row.open_issues))

    @admin.display(description="Open")
    def breadth(self, row: Any) -> str:
        """“12 issues, of 12 items in 3 mailboxes”."""
        items, boxes = words.counted(row.records, "item"), words.counted(row.mailboxes, "mailbox", "mailboxes")
        return f"{words.counted(row.open_issues, 'issue')}, of {items} in {boxes}" if row.open_issues else "nothing"

    @admin.display(description="Trend")
    def trend(self, row: Any) -> str:
        return words.trend(row.came_lately, row.came_before)

    @admin.display(description="Looked after by")
    def care(self, row: Cause) -> SafeString:
        whose = display.person(row.assignee) if row.assignee else "nobody"
        if row.acknowledged_at is None:
            return format_html("<bdi>{}</bdi>", whose)
        by = display.person(row.acknowledged_by) if row.acknowledged_by else "a service"
        known = format_html("acknowledged by <bdi>{}</bdi> {}", by, markup.moment(row.acknowledged_at))
        return format_html('<bdi>{}</bdi><span class="row-meta">{}</span>', whose, known)

    @admin.display(description="Reason")
    def reason(self, row: Cause) -> str:
        return catalogue.entry(row.code).title

    @admin.display(description="What happened")
    def plain(self, row: Cause) -> str:
        return catalogue.entry(row.code).plain

    @admin.display(description="What mends it")
    def steps(self, row: Cause) -> SafeString:
        return markup.steps(catalogue.entry(row.code))

    @admin.display(description="Said the first time")
    def said_first(self, row: Cause) -> SafeString:
        return format_html(
            '<span class="quote"><bdi>{}</bdi></span>',
            display.first_said(row) or "Nothing was said, or nothing that is shown to administrators.",
        )

    @admin.display(description="Who can mend it")
    def mended_by(self, row: Cause) -> str:
        return words.WHO[catalogue.entry(row.code).fixer]

    @admin.display(description="Since", ordering="first_at")
    def first(self, row: Cause) -> SafeString:
        return markup.moment(row.first_at)

    @admin.display(description="Last", ordering="last_at")
    def last(self, row: Cause) -> SafeString:
        return markup.moment(row.last_at)

    @admin.display(description="What to do")
    def orders(self, row: Cause) -> SafeString:
        """Links to the issues and to the two orders; none where nothing is open."""
        issues = f"{reverse('admin:issues_issue_changelist')}?{urlencode({'cause': row.pk})}"
        if not row.open_issues:
            return format_html('<a href="{}&amp;status=all">The issues</a>', issues)
        order = f"{reverse('bulk')}?{urlencode({'organization': row.organization.slug, 'cause': row.pk})}"
        return format_html(
            '<span class="row-orders"><a href="{}">The issues</a><a href="{}&amp;verb=retry">Try again…</a>'
            '<a href="{}&amp;verb=ignore">Ignore…</a></span>',
            issues,
            order,
            order,
        )
