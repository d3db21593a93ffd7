"""Routes of an organization on its own page: rows in their order, each with what it does."""

from __future__ import annotations

import re
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpRequest

from connectors.admin import OrganizationAdmin, TableFormSet
from connectors.models import Mailbox, Organization
from connectors.pages import user_id
from connectors.routes import Route
from connectors.scoped_admin import ScopedInline
from connectors.scoping import scoped
from syncapp import services
from syncapp.engine import routing
from syncapp.engine.job import route_of

SHAPE = re.compile(r"[^@\s]+@[^@\s]+")
NO_PATTERN = "Write it like support@example.com; * stands for any characters, as in billing+*@example.com."
NOT_OURS = "No address of this organization is like this. Add its domain to “Own domains” first."


class RouteFormSet(TableFormSet):
    """Takes only what can fit: by the domains as they are saved with it."""

    def clean(self) -> None:
        super().clean()
        with scoped(self.instance.pk):
            addresses = list(Mailbox.objects.values_list("address", flat=True))
        own = [*addresses, *(f"*@{domain}" for domain in self.instance.domains)]
        for form in self.forms:
            pattern = form.cleaned_data.get("pattern", "")
            if pattern and not form.cleaned_data.get("DELETE") and not any(_may_meet(pattern, each) for each in own):
                form.add_error("pattern", NOT_OURS)


def _may_meet(pattern: str, own: str) -> bool:
    """Whether a pattern may mean one of our own addresses: that one, or any of its domain."""
    local, _, domain = own.rpartition("@")
    return routing.fits(pattern if local != "*" else f"*@{pattern.rpartition('@')[2]}", f"{local}@{domain}")


class RouteForm(forms.ModelForm):  # type: ignore[type-arg]  # takes no parameter at run time
    def clean_pattern(self) -> str:
        pattern = str(self.cleaned_data["pattern"]).strip().lower()
        if not SHAPE.fullmatch(pattern):
            raise ValidationError(NO_PATTERN)
        return pattern


class RouteInline(ScopedInline[Route]):
    model = Route
    form = RouteForm
    formset = RouteFormSet
    fields = ("position", "pattern", "mail_mode", "case_owner_id", "does")
    readonly_fields = ("does",)
    writes = frozenset({"add", "change", "delete"})
    verbose_name = "route"
    verbose_name_plural = "Routes: the first one that fits an address of a message decides"

    @admin.display(description="What it does")
    def does(self, row: Route) -> str:
        if not row.pk:
            return "–"
        earlier = Q(position__lt=row.position) | Q(position=row.position, pk__lt=row.pk)
        above = Route.objects.filter(earlier, organization=row.organization_id)
        return routing.says(route_of(row), [route_of(each) for each in above])


admin.site.unregister(Organization)


@admin.register(Organization)
class RoutedOrganizationAdmin(OrganizationAdmin):
    """With its routes. What waited for an owner of its case goes on with the new ones, and what waited for a field of
    ours where the organization comes to do without."""

    inlines: ClassVar[tuple[type[ScopedInline[Any]], ...]] = (RouteInline, *OrganizationAdmin.inlines)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if change and "mail_mode" in form.changed_data:
            services.free_cases(obj.pk, actor_id=user_id(request))
        if change and "weaker_mode" in form.changed_data:
            services.free_fields(obj.pk, actor_id=user_id(request))

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        super().save_formset(request, form, formset, change)
        if formset.model is Route and formset.has_changed():
            services.free_cases(form.instance.pk, actor_id=user_id(request))
