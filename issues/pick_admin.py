"""Whose an address or a domain is, and which opportunity is meant, as administrators said: to look at, or take back."""

from __future__ import annotations

from typing import ClassVar

from django.contrib import admin

from connectors.admin_filters import OfOrganization
from connectors.fields import SealBroken
from connectors.scoped_admin import ScopedAdmin
from issues.models import Pick


@admin.register(Pick)
class PickAdmin(ScopedAdmin[Pick]):
    """Made on an issue's page; with one taken away, the next item with the address, or the domain, asks again."""

    list_display = ("of", "person_id", "organization", "actor", "at")
    list_filter = (OfOrganization,)
    list_select_related = ("organization", "actor")
    search_fields = ("person_id",)
    search_help_text = "The record’s id in Salesforce"
    fields = ("of", "person_id", "organization", "actor", "at")
    readonly_fields = fields
    writes: ClassVar[frozenset[str]] = frozenset({"delete"})

    @admin.display(description="Address or domain")
    def of(self, row: Pick) -> str:
        if not row.organization.names_items_to_admins:
            return "not shown to administrators"
        try:
            return str(row.address)
        except SealBroken:
            return "can no longer be opened"
