"""What narrows a list of issues, causes or operations."""

from __future__ import annotations

from typing import Any

import django_filters  # type: ignore[import-untyped]  # it has no types
from django.db.models import QuerySet

from connectors.rest.parameters import AnyOf, FilterSet, IdFilter
from connectors.rest.scope import viewer_in
from issues.access import seen_whole, visible_operations
from issues.catalogue import CATALOGUE, Fixer
from issues.finding import matching
from issues.models import (
    BulkOperation,
    Cause,
    Issue,
    OutcomeChoices,
    Part,
    ResourceChoices,
    ScopeChoices,
    StatusChoices,
)

FIXERS = [(each.value, each.value) for each in Fixer]


class IssueFilters(FilterSet):  # type: ignore[misc]  # django-filter has no types
    status = AnyOf(choices=StatusChoices.choices)
    organization = django_filters.CharFilter("organization__slug", label="Slug of the organization.", max_length=50)
    mailbox = IdFilter("mailbox", label="Id of the mailbox.")
    resource = AnyOf(choices=ResourceChoices.choices)
    code = django_filters.CharFilter("code", label="The code, word for word.", max_length=120)
    fixer = AnyOf(choices=FIXERS, method="fixed_by", label="Who mends it in the first place.")
    cause = IdFilter("cause", label="Id of the cause.")
    conversation = django_filters.CharFilter("conversation_key", label="The conversation, word for word.")
    scope = AnyOf(choices=ScopeChoices.choices)
    operation = IdFilter(method="of_operation", label="Id of an operation that it is or was part of.")
    outcome = AnyOf(
        choices=OutcomeChoices.choices, method="of_operation", label="What became of it there; only with `operation`."
    )
    since = django_filters.IsoDateTimeFilter("last_at", "gte", label="Failed at or after this moment (ISO 8601).")
    q = django_filters.CharFilter(
        method="search", label="A number (SYNC-1042 or 1042), or a part of the title or the address.", max_length=200
    )

    class Meta:
        model = Issue
        fields: tuple[str, ...] = ()

    def of_operation(self, rows: QuerySet[Issue], name: str, value: Any) -> QuerySet[Issue]:
        """By both parameters at once, whichever comes first; without the operation an outcome says nothing."""
        if name == "outcome":
            return rows if not value or self.form.cleaned_data.get("operation") else rows.none()
        parts = Part.objects.filter(operation__in=visible_operations(viewer_in(self.request)).filter(pk=value))
        outcomes = self.form.cleaned_data.get("outcome")
        return rows.filter(pk__in=(parts.filter(outcome__in=outcomes) if outcomes else parts).values("issue"))

    def fixed_by(self, rows: QuerySet[Issue], _: str, fixers: list[str]) -> QuerySet[Issue]:
        codes = [each.id for each in CATALOGUE.values() if each.fixer in fixers]
        return rows.filter(code__in=codes) if fixers else rows

    def search(self, rows: QuerySet[Issue], _: str, text: str) -> QuerySet[Issue]:
        return rows.filter(matching(text, seen_whole(viewer_in(self.request))))


class CauseFilters(FilterSet):  # type: ignore[misc]  # django-filter has no types
    organization = django_filters.CharFilter("organization__slug", label="Slug of the organization.", max_length=50)
    code = django_filters.CharFilter("code", label="The code, word for word.", max_length=120)
    is_open = django_filters.BooleanFilter(method="having_open", label="Whether it has open issues.")
    assignee = django_filters.CharFilter("assignee__username", label="Name of who looks after it.", max_length=150)
    is_acknowledged = django_filters.BooleanFilter(method="being_known", label="Whether somebody knows of it.")

    class Meta:
        model = Cause
        fields: tuple[str, ...] = ()

    def having_open(self, rows: QuerySet[Cause], _: str, wanted: bool) -> QuerySet[Cause]:
        return rows.filter(open_issues__gt=0) if wanted else rows.filter(open_issues=0)

    def being_known(self, rows: QuerySet[Cause], _: str, wanted: bool) -> QuerySet[Cause]:
        return rows.filter(acknowledged_at__isnull=not wanted)


class OperationFilters(FilterSet):  # type: ignore[misc]  # django-filter has no types
    organization = django_filters.CharFilter("organization__slug", label="Slug of the organization.", max_length=50)
    verb = AnyOf(choices=BulkOperation.Verb.choices)
    state = AnyOf(choices=BulkOperation.State.choices)

    class Meta:
        model = BulkOperation
        fields: tuple[str, ...] = ()
