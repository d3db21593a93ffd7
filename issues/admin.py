"""The working table of issues, and their causes. Nothing is edited here: what moves goes through the services."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from connectors import clock
from connectors.admin_filters import Conditions, OfOrganization
from connectors.markup import icon
from connectors.pages import viewer_in
from connectors.scoped_admin import ScopedAdmin
from connectors.scoping import scoped
from issues import (
    catalogue,
    display,
    markup,
    pick_admin,  # noqa: F401 - registers itself
    words,
)
from issues.access import visible_causes
from issues.bulk_views import ask_about
from issues.catalogue import CATALOGUE, Fixer
from issues.forms import MOST_IDS
from issues.gathering import lean, matching
from issues.lifecycle import NEEDS_SOMEBODY, Status
from issues.models import BulkOperation, Cause, Issue, ResourceChoices, ScopeChoices

TITLE = 120  # characters of a title in a table
_NEEDED = Q(status__in=sorted(NEEDS_SOMEBODY))


class ByStatus(Conditions):
    """What needs somebody, unless something else is asked for."""

    title = "status"
    parameter_name = "status"
    CONDITIONS: ClassVar[Mapping[str, tuple[str, Q]]] = {
        **{status.value: (words.SIGNS[status].word, Q(status=status)) for status in Status},
        "stopped": ("Stopped sync", _NEEDED & ~Q(scope=ScopeChoices.ITEM)),
        "all": ("All", Q()),
    }

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return super().queryset(request, queryset) if self.value() else queryset.filter(_NEEDED)

    def choices(self, changelist: Any) -> Any:
        first, *rest = super().choices(changelist)
        yield {**first, "display": "Needs somebody"}
        yield from rest


class ByType(Conditions):
    title = "type"
    parameter_name = "type"
    CONDITIONS: ClassVar[Mapping[str, tuple[str, Q]]] = {
        **{value: (label, Q(resource=value)) for value, label in ResourceChoices.choices},
        "whole": ("A whole sync", ~Q(scope=ScopeChoices.ITEM)),
    }

    def has_output(self) -> bool:
        return True


class ByFixer(Conditions):
    title = "who can mend it"
    parameter_name = "fixer"
    CONDITIONS: ClassVar[Mapping[str, tuple[str, Q]]] = {
        fixer.value: (
            words.WHO[fixer],
            Q(code__in=sorted(entry.id for entry in CATALOGUE.values() if entry.fixer is fixer)),
        )
        for fixer in Fixer
    }


class ByCode(admin.SimpleListFilter):
    """The reasons that there are right now, from the causes: a short table, however long the list is."""

    title = "reason"
    parameter_name = "code"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        with scoped(viewer_in(request).administers):
            rows = Cause.objects.filter(open_issues__gt=0).order_by("-open_issues").values_list("code", flat=True)
        codes = dict.fromkeys(rows[:500])
        chosen = self.value()
        return [(code, catalogue.entry(code).title) for code in {**codes, **({chosen: None} if chosen else {})}]

    def has_output(self) -> bool:
        return True

    def value(self) -> str | None:
        found = super().value()
        return found if found and re.fullmatch(r"[\w./:-]{1,120}", found) else None

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(code=self.value()) if self.value() else queryset


class OfCause(admin.SimpleListFilter):
    """One cause, as links from elsewhere name it; it is no choice of its own."""

    title = "cause"
    parameter_name = "cause"
    template = "admin/filter_set.html"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return []

    def has_output(self) -> bool:
        return self.value() is not None

    def value(self) -> str | None:
        found = self.used_parameters.get(self.parameter_name)
        return str(found) if found and re.fullmatch(r"[0-9]{1,18}", str(found)) else None

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(cause=self.value()) if self.value() else queryset


@admin.register(Issue)
class IssueAdmin(ScopedAdmin[Issue]):
    """What did not sync, why, and who can mend it. A row leads to the issue's page."""

    list_display = ("state", "what", "why", "whose", "mended_by", "last_try", "next_try", "tries")
    list_display_links = None
    list_filter = (ByStatus, OfOrganization, ByType, ByCode, ByFixer, OfCause)
    search_fields = ("number", "title", "mailbox__address")
    search_help_text = "SYNC-1042, a part of the title, or a mailbox"
    sortable_by = ("state", "what", "last_try", "tries")
    actions = ("try_again", "ignore")
    ordering = ("-pk",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Issue]:
        return lean(super().get_queryset(request)).select_related("organization", "mailbox", "mailbox__owner", "cause")

    def get_search_results(self, request: HttpRequest, queryset: QuerySet[Any], search_term: str) -> Any:
        text = search_term.replace("\0", "").strip()
        return (queryset.filter(matching(text)) if text else queryset), False

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        """An issue has one page, for everybody."""
        found = self.get_object(request, object_id)
        if found is None:
            return super().change_view(request, object_id, *args, **kwargs)
        return HttpResponseRedirect(reverse("issue", args=(found.organization.slug, found.number)))

    @admin.action(description="Try again…")
    def try_again(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        return self._ask(request, queryset, BulkOperation.Verb.RETRY)

    @admin.action(description="Ignore…")
    def ignore(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        return self._ask(request, queryset, BulkOperation.Verb.IGNORE)

    def _ask(self, request: HttpRequest, queryset: QuerySet[Any], verb: BulkOperation.Verb) -> HttpResponse | None:
        """Leads to the page that says what will happen; an order is about one organization."""
        found = list(queryset.order_by("pk").values_list("pk", "organization__slug")[: MOST_IDS + 1])
        slugs = {slug for _, slug in found}
        if not found:
            messages.error(request, "None of these issues is there for you any more. Reload the list and choose again.")
        elif len(slugs) > 1:
            messages.error(request, "Choose issues of one organization at a time; the filter on top helps.")
        elif len(found) > MOST_IDS:
            messages.error(request, f"Choose at most {MOST_IDS:,} at once, or a whole cause on the first page.")
        else:
            return ask_about(request, verb, slugs.pop(), [pk for pk, _ in found])
        return None

    @admin.display(description="State", ordering="status")
    def state(self, row: Issue) -> SafeString:
        return markup.state(words.sign(row.status, row.scope, row.code))

    @admin.display(description="What", ordering="number")
    def what(self, row: Issue) -> SafeString:
        title = display.title_of(row)
        shown = title if len(title) <= TITLE else title[: TITLE - 1] + "…"
        return format_html(
            '<a class="row-title" href="{}"><bdi>{}</bdi></a><span class="row-meta">{} {}</span>',
            reverse("issue", args=(row.organization.slug, row.number)),
            shown,
            icon(row.resource or ("building" if row.scope == ScopeChoices.ORGANIZATION else "mailbox")),
            row.reference,
        )

    @admin.display(description="Why")
    def why(self, row: Issue) -> SafeString:
        entry = catalogue.entry(row.code)
        return format_html('<a href="{}">{}</a>', reverse("code", args=(entry.slug,)), entry.title)

    @admin.display(description="Whose")
    def whose(self, row: Issue) -> SafeString:
        if row.mailbox is None:
            return format_html("<bdi>{}</bdi>", row.organization.name)
        owner = row.mailbox.owner
        return format_html("<bdi>{}</bdi>", display.person(owner) if owner else row.mailbox.address)

    @admin.display(description="Who can mend it")
    def mended_by(self, row: Issue) -> str:
        return words.WHO[catalogue.entry(row.code).fixer]

    @admin.display(description="Last try", ordering="last_at")
    def last_try(self, row: Issue) -> SafeString:
        return markup.moment(row.last_at)

    @admin.display(description="Next try")
    def next_try(self, row: Issue) -> SafeString:
        at, said = display.next_try(row, clock.now())
        return markup.moment(at) if at else format_html("{}", said)

    @admin.display(description="Tries", ordering="failures")
    def tries(self, row: Issue) -> SafeString:
        return format_html('<span class="num">{}</span>', words.number(row.failures))


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


@admin.register(Cause)
class CauseAdmin(ScopedAdmin[Cause]):
    """What issues have in common: mend it once, try all of them again."""

    list_display = ("items", "reason", "organization", "mended_by", "first", "last", "orders")
    list_display_links = ("reason",)
    list_filter = (StillOpen, OfOrganization, ByFixer)
    list_select_related = ("organization",)
    sortable_by = ("items", "first", "last")
    fields = ("reason", "plain", "steps", "said_first", "items", "organization", "first", "last", "orders")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Cause]:
        rows = visible_causes(viewer_in(request)).select_related("organization").defer("organization__secret")
        return rows.order_by(F("open_issues").desc(), "-last_at")

    @admin.display(description="Open", ordering="open_issues")
    def items(self, row: Cause) -> SafeString:
        return format_html('<span class="num count">{}</span>', words.number(row.open_issues))

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
        return format_html('<span class="quote"><bdi>{}</bdi></span>', display.first_said(row) or "Nothing was said.")

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
