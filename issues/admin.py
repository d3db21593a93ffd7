"""The working table of issues. Nothing is edited here: what moves goes through the services."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import path, reverse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString

from connectors import clock
from connectors.admin_filters import Conditions, OfOrganization
from connectors.lists import LongList
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
from issues.access import seen_whole, sight_of
from issues.bulk_views import ask_about
from issues.cause_admin import ByFixer
from issues.export import as_csv
from issues.finding import NEEDED, STOPPED, TYPES, matching
from issues.forms import MOST_IDS
from issues.gathering import lean
from issues.lifecycle import Status
from issues.models import BulkOperation, Cause, Issue, ScopeChoices
from issues.privacy import Sight

TITLE = 120  # characters of a title in a table


class ByStatus(Conditions):
    """What needs somebody, unless something else is asked for."""

    title = "status"
    parameter_name = "status"
    CONDITIONS: ClassVar[Mapping[str, tuple[str, Q]]] = {
        **{status.value: (words.SIGNS[status].word, Q(status=status)) for status in Status},
        "stopped": ("Stopped sync", STOPPED),
        "all": ("All", Q()),
    }

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return super().queryset(request, queryset) if self.value() else queryset.filter(NEEDED)

    def choices(self, changelist: Any) -> Any:
        first, *rest = super().choices(changelist)
        yield {**first, "display": "Needs somebody"}
        yield from rest


class ByType(Conditions):
    title = "type"
    parameter_name = "type"
    CONDITIONS: ClassVar[Mapping[str, tuple[str | Promise, Q]]] = TYPES

    def has_output(self) -> bool:
        return True


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


_AS_FILTER = ("type", "code", "fixer", "cause", "q")


def _filter(asked: Mapping[str, str]) -> dict[str, str]:
    """All that the list shows, however long it is, as its filters say it."""
    status = asked.get("status") or "needed"
    return {"filter": "1", "status": status, **{name: asked[name] for name in _AS_FILTER if asked.get(name)}}


def _ids(ticked: QuerySet[Issue]) -> dict[str, str]:
    """What was ticked on one page."""
    return {"ids": ",".join(map(str, ticked.order_by("pk").values_list("pk", flat=True)[: MOST_IDS + 1]))}


class IssueList(LongList):
    """Rows that know how much of each the viewer may see."""

    @property
    def export(self) -> str:
        """Where what is chosen here can be taken away."""
        return f"{reverse('admin:issues_issue_export')}{self.get_query_string()}"

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        viewer = viewer_in(request)
        for row in self.result_list:
            row.sight = sight_of(viewer, row)


@admin.register(Issue)
class IssueAdmin(ScopedAdmin[Issue]):
    """What did not sync, why, and who can mend it. A row leads to the issue's page."""

    list_display = ("state", "what", "why", "whose", "mended_by", "last_try", "next_try", "tries")
    list_display_links = None
    list_filter = (ByStatus, OfOrganization, ByType, ByCode, ByFixer, OfCause)
    search_fields = ("number", "title", "mailbox__address")
    search_help_text = "SYNC-1042, a part of the title, or a mailbox"
    sortable_by = ("what",)  # what has an index, however a list is narrowed
    actions = ("try_again", "ignore")
    ordering = ("-pk",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Issue]:
        return lean(super().get_queryset(request)).select_related(
            "organization", "mailbox", "mailbox__owner", "cause", "ignored_by"
        )

    def get_urls(self) -> list[Any]:
        own = path("export/", self.admin_site.admin_view(self.export), name="issues_issue_export")
        return [own, *super().get_urls()]

    def export(self, request: HttpRequest) -> HttpResponseBase:
        """All pages of what the list shows with these filters, as CSV. What makes no sense leads back to the list."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        try:
            chosen = self.get_changelist_instance(request)
        except IncorrectLookupParameters:
            return HttpResponseRedirect(reverse("admin:issues_issue_changelist"))
        return as_csv(chosen.queryset, viewer_in(request))

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[LongList]:
        return IssueList

    def get_search_results(self, request: HttpRequest, queryset: QuerySet[Any], search_term: str) -> Any:
        text = search_term.replace("\0", "").strip()
        return (queryset.filter(matching(text, seen_whole(viewer_in(request)))) if text else queryset), False

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
        whole = request.POST.get("select_across") == "1"
        slugs = list(queryset.order_by().values_list("organization__slug", flat=True).distinct()[:2])
        if not slugs:
            messages.error(request, "None of these issues is there for you any more. Reload the list and choose again.")
        elif len(slugs) > 1:
            messages.error(request, "Choose issues of one organization at a time; the filter on top helps.")
        else:
            return ask_about(request, verb, slugs[0], _filter(request.GET) if whole else _ids(queryset))
        return None

    @admin.display(description="State")
    def state(self, row: Issue) -> SafeString:
        return markup.state(words.sign(row.status, row.scope, row.code))

    @admin.display(description="What", ordering="pk")
    def what(self, row: Issue) -> SafeString:
        title = display.title_of(row, getattr(row, "sight", Sight.OUTLINE))
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

    @admin.display(description="Last try")
    def last_try(self, row: Issue) -> SafeString:
        return markup.moment(row.last_at)

    @admin.display(description="Next try")
    def next_try(self, row: Issue) -> SafeString:
        if row.status == Status.IGNORED:
            return self._ignored(row)
        at, said = display.next_try(row, clock.now())
        return markup.moment(at) if at else format_html("{}", said)

    def _ignored(self, row: Issue) -> SafeString:
        """Until when, and by whom."""
        at, said = display.ignored_until(row)
        by = display.person(row.ignored_by) if row.ignored_by else "a service"
        until = format_html("ignored until {}", markup.moment(at)) if at else format_html("ignored {}", said)
        return format_html('{}<span class="row-meta">by <bdi>{}</bdi></span>', until, by)

    @admin.display(description="Tries")
    def tries(self, row: Issue) -> SafeString:
        return format_html('<span class="num">{}</span>', words.number(row.failures))
