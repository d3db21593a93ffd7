"""Filters of the admin's lists. Their choices are tables or small scoped queries, never a DISTINCT over the list."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.functional import Promise

from connectors.models import Organization
from connectors.pages import viewer_in
from connectors.scoping import scoped

MOST_ORGANIZATIONS = 200


class Conditions(admin.SimpleListFilter):
    """Named conditions as choices. `CONDITIONS`: what stands in the address → (its word, what it lets through)."""

    title = "condition"
    parameter_name = "condition"
    CONDITIONS: ClassVar[Mapping[str, tuple[str | Promise, Q]]] = {}

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(name, str(word)) for name, (word, _) in self.CONDITIONS.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        chosen = self.CONDITIONS.get(self.value() or "")
        return queryset.filter(chosen[1]) if chosen else queryset


class OfOrganization(admin.SimpleListFilter):
    """One of the organizations that the viewer administers; not there where there is only one."""

    title = "organization"
    parameter_name = "organization"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        with scoped(viewer_in(request).administers):
            rows = Organization.objects.order_by("name").values_list("slug", "name")
        found = [(slug, name) for slug, name in rows[:MOST_ORGANIZATIONS]]
        return found if len(found) > 1 else []

    def value(self) -> str | None:
        found = super().value()
        return found if found and re.fullmatch(r"[a-z0-9-]{1,50}", found) else None

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(organization__slug=self.value()) if self.value() else queryset
