"""What narrows a list of issues, causes or operations."""

from __future__ import annotations

import re

import django_filters  # type: ignore[import-untyped]  # it has no types
from django.db.models import Q, QuerySet

from connectors.rest.parameters import AnyOf, FilterSet, IdFilter
from issues.catalogue import CATALOGUE, Fixer
from issues.models import BulkOperation, Cause, Issue, ResourceChoices, ScopeChoices, StatusChoices

_NUMBER = re.compile(r"(?:SYNC-)?([0-9]{1,9})", re.IGNORECASE)
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
    since = django_filters.IsoDateTimeFilter("last_at", "gte", label="Failed at or after this moment (ISO 8601).")
    q = django_filters.CharFilter(
        method="search", label="A number (SYNC-1042 or 1042), or a part of the title or the address.", max_length=200
    )

    class Meta:
        model = Issue
        fields: tuple[str, ...] = ()

    def fixed_by(self, rows: QuerySet[Issue], _: str, fixers: list[str]) -> QuerySet[Issue]:
        codes = [each.id for each in CATALOGUE.values() if each.fixer in fixers]
        return rows.filter(code__in=codes) if fixers else rows

    def search(self, rows: QuerySet[Issue], _: str, text: str) -> QuerySet[Issue]:
        words = Q(title__icontains=text) | Q(mailbox__address__icontains=text)
        number = _NUMBER.fullmatch(text.strip())
        return rows.filter(words | Q(number=int(number[1])) if number else words)


class CauseFilters(FilterSet):  # type: ignore[misc]  # django-filter has no types
    organization = django_filters.CharFilter("organization__slug", label="Slug of the organization.", max_length=50)
    code = django_filters.CharFilter("code", label="The code, word for word.", max_length=120)
    is_open = django_filters.BooleanFilter(method="having_open", label="Whether it has open issues.")

    class Meta:
        model = Cause
        fields: tuple[str, ...] = ()

    def having_open(self, rows: QuerySet[Cause], _: str, wanted: bool) -> QuerySet[Cause]:
        return rows.filter(open_issues__gt=0) if wanted else rows.filter(open_issues=0)


class OperationFilters(FilterSet):  # type: ignore[misc]  # django-filter has no types
    organization = django_filters.CharFilter("organization__slug", label="Slug of the organization.", max_length=50)
    verb = AnyOf(choices=BulkOperation.Verb.choices)
    state = AnyOf(choices=BulkOperation.State.choices)

    class Meta:
        model = BulkOperation
        fields: tuple[str, ...] = ()
