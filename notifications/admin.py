"""Who is told when something of an organization needs a person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Q
from django.http import HttpRequest

from connectors.admin_filters import Conditions, OfOrganization
from connectors.scoped_admin import ScopedAdmin
from notifications.models import Recipient


class Told(Conditions):
    title = "told"
    parameter_name = "told"
    CONDITIONS: ClassVar[Mapping[str, tuple[str, Q]]] = {
        "yes": ("Yes", Q(active=True)),
        "no": ("Not at the moment", Q(active=False)),
    }


@admin.register(Recipient)
class RecipientAdmin(ScopedAdmin[Recipient]):
    """Addresses, by organization. Whoever is not active stays on the list and hears nothing."""

    list_display = ("address", "name", "organization", "active")
    list_filter = (Told, OfOrganization)
    list_select_related = ("organization",)
    search_fields = ("address", "name")
    search_help_text = "An address or a name"
    fields = ("organization", "address", "name", "active")
    writes = frozenset({"add", "change", "delete"})

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("organization",) if obj else ()
