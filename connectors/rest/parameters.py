"""Query parameters: those that a list knows, with values that make sense. Everything else is refused by name."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import django_filters  # type: ignore[import-untyped]  # it has no types
from django import forms
from django.db.models import QuerySet
from django_filters.rest_framework import DjangoFilterBackend, FilterSet  # type: ignore[import-untyped]  # as above
from rest_framework.request import Request
from rest_framework.views import APIView

from connectors.rest.problems import bad_parameters

LARGEST_ID = 2**63 - 1
__all__ = ["AnyOf", "FilterSet", "Filters", "IdFilter", "refuse_unknown", "repeatable"]


def refuse_unknown(request: Request, known: Collection[str], repeatable: Collection[str] = ()) -> None:
    """Raises `Refused` for parameters that are not known, and for those that stand twice and may not."""
    names = ", ".join(sorted(known))
    hint = f"use {names}" if names else "this address takes none"
    flaws = {name: f"There is no such parameter; {hint}." for name in request.query_params if name not in known}
    twice = {
        name: "Give this parameter once."
        for name, values in request.query_params.lists()
        if name in known and name not in repeatable and len(values) > 1
    }
    if flaws or twice:
        raise bad_parameters(flaws | twice)


class Filters(DjangoFilterBackend):  # type: ignore[misc]  # django-filter has no types
    """django-filter, with refusals that name the parameter. Where nothing narrows, no form is made."""

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: APIView) -> QuerySet[Any]:
        known = getattr(self.get_filterset_class(view, queryset), "base_filters", {})
        if known.keys().isdisjoint(request.query_params):
            return queryset
        filterset = self.get_filterset(request, queryset, view)
        if filterset is None:
            return queryset
        if not filterset.is_valid():
            raise bad_parameters({name: " ".join(texts) for name, texts in filterset.errors.items()})
        filtered: QuerySet[Any] = filterset.qs
        return filtered


class IdFilter(django_filters.Filter):  # type: ignore[misc]  # django-filter has no types
    """A whole number that can be an id in our database."""

    field_class = forms.IntegerField

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, min_value=1, max_value=LARGEST_ID, **kwargs)


class AnyOf(django_filters.MultipleChoiceFilter):  # type: ignore[misc]  # django-filter has no types
    """One of these, or several: `?status=open&status=retrying`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, distinct=False, **kwargs)


def repeatable(filters: Any) -> list[str]:
    """The parameters of a class of filters, or of None, that may stand several times."""
    known = {} if filters is None else filters.base_filters
    return [name for name, each in known.items() if isinstance(each, AnyOf)]
