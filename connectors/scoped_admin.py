"""The base of every page of the admin: who may see it is decided by membership, and nothing leaves the scope.

A person with `is_staff` who is owner or administrator of an organization has these pages for that organization.
Django's own permissions on models play no part. Superusers have everything.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.contrib.auth.models import User
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest

from connectors import settings_changes
from connectors.access import Viewer
from connectors.models import Membership, Organization
from connectors.pages import user_id, viewer_in
from connectors.scoping import EVERYTHING, scoped

M = TypeVar("M", bound=models.Model)

if TYPE_CHECKING:

    class _ModelAdmin(admin.ModelAdmin[M]):
        """What the checker is to believe; at run time the class takes no parameters."""

    class _TabularInline(admin.TabularInline[M, Organization]):
        """Likewise."""

else:

    class _ModelAdmin(Generic[M], admin.ModelAdmin):
        pass

    class _TabularInline(Generic[M], admin.TabularInline):
        pass


def organization_of(row: models.Model) -> int | None:
    """The id of the organization that a row belongs to; None where it has not got one yet."""
    found = row.pk if isinstance(row, Organization) else row.__dict__.get("organization_id")
    return found if isinstance(found, int) else None


def may(viewer: Viewer, row: models.Model | None) -> bool:
    """Whether the viewer administers the row's organization; without a row, any organization at all."""
    organization_id = organization_of(row) if row is not None else None
    if organization_id is None:
        return bool(viewer.administers)
    return viewer.is_admin_of(organization_id)


def people(viewer: Viewer) -> QuerySet[User]:
    """Those whom a viewer may name: everybody for superusers, else who shares an organization that they administer."""
    users = User.objects.order_by("username")
    if viewer.administers is EVERYTHING:
        return users
    with scoped(viewer.administers):
        return users.filter(pk__in=Membership.objects.values("user"))


class Scoped:
    """Rights by membership, rows by scope, choices by scope. `writes` says what administrators may do besides look."""

    writes: ClassVar[frozenset[str]] = frozenset()  # of "add", "change" and "delete"
    labels: ClassVar[Mapping[str, str]] = {}  # of fields whose column has a name that only programmers know

    def _may(self, right: str, request: HttpRequest, row: models.Model | None) -> bool:
        viewer = viewer_in(request)
        return right in self.writes and viewer.may_write and may(viewer, row)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return may(viewer_in(request), None)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may(viewer_in(request), obj)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may("add", request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may("change", request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may("delete", request, obj)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        with scoped(viewer_in(request).administers):
            return super().get_queryset(request)  # type: ignore[misc,no-any-return]  # of the sibling

    def formfield_for_foreignkey(
        self, db_field: models.ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> forms.ModelChoiceField[Any] | None:
        """Nothing of another organization can be chosen, not even by an id that was typed."""
        viewer = viewer_in(request)
        if db_field.remote_field.model is User:
            kwargs.setdefault("queryset", people(viewer))
        with scoped(viewer.administers):
            return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc,no-any-return]  # of the sibling

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """A page is about one thing: no pop-ups that add or change what a field points to."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]  # of the sibling
        if field is not None and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget = field.widget.widget
        if field is not None and db_field.name in self.labels:
            field.label = self.labels[db_field.name]
        return field


class ScopedAdmin(Scoped, _ModelAdmin[M]):
    """An admin of one model of ours. What is saved or removed goes through `settings_changes`, into the journal."""

    show_full_result_count = False  # a second count over all rows says nothing that anybody needs
    list_per_page = 50
    list_max_show_all = 0
    actions_on_top = False
    actions_on_bottom = True
    actions: Any = ()

    def lookup_allowed(self, lookup: str, value: object, request: HttpRequest) -> bool:
        """Lists are narrowed by their filters alone. Django would let an address ask for any column of the model,
        also for one that is never shown, letter by letter."""
        filters = {getattr(each, "parameter_name", "") for each in self.get_list_filter(request)}
        named = {each.name for each in self.opts.get_fields()}
        return lookup in filters or lookup.partition("__")[0] not in named

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        settings_changes.save(obj, form.changed_data if change else (), user_id(request))

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        settings_changes.delete(obj, user_id(request))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        for row in queryset:
            settings_changes.delete(row, user_id(request))


class ScopedInline(Scoped, _TabularInline[M]):
    """Rows of an organization on its own page."""

    extra = 0
    show_change_link = False
