"""Organizations: their settings, and who belongs to them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import models
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest
from django.utils.safestring import SafeString

from connectors import settings_changes
from connectors.access import ADMINS
from connectors.admin_filters import Conditions
from connectors.markup import warning
from connectors.models import Membership, Organization
from connectors.pages import user_id, viewer_in
from connectors.routes import MailboxLabels
from connectors.scoped_admin import ScopedAdmin, ScopedInline
from connectors.scoping import EVERYTHING, scoped
from connectors.setting_fields import Domains, FieldNames, Kinds, Labels, OtherSoftware


def unknown_labels(organization: Organization, names: Sequence[str]) -> str:
    """A sentence that names the labels which no mailbox of the organization has; "" if there are none, or none of its
    mailboxes has been asked yet."""
    with scoped(organization.pk):
        asked = list(MailboxLabels.objects.values_list("ids", flat=True))
    missing = [name for name in names if any(name in ids for ids in asked) and not any(ids.get(name) for ids in asked)]
    if not missing:
        return ""
    said = ", ".join(f"“{name}”" for name in missing)
    return f"No mailbox has a label {said}: see whether it is written as in Gmail, or make it there."


# What is on the page only where another setting gives it a meaning.
NEEDS: Mapping[str, Callable[[Organization], bool]] = {"account_fields": lambda row: row.finds_accounts}


def unused(row: Organization) -> frozenset[str]:
    """The settings that mean nothing as long as others are as they are."""
    return frozenset(name for name, wanted in NEEDS.items() if not wanted(row))


class OrganizationForm(forms.ModelForm):  # type: ignore[type-arg]  # takes no parameter at run time
    """The settings of an organization. The model is given by the admin, within the scope of the request."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in unused(self.instance):
            self.fields.pop(name, None)
        for name in ("labels_never", "labels_only"):
            if self.instance.pk and name in self.fields:
                missing = unknown_labels(self.instance, getattr(self.instance, name))
                self.fields[name].help_text = " ".join(filter(None, (missing, str(self.fields[name].help_text))))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        never = {name.casefold() for name in cleaned.get("labels_never", [])}
        both = [name for name in cleaned.get("labels_only", []) if name.casefold() in never]
        if both:
            self.add_error("labels_only", f"“{both[0]}” keeps mail out already; take it out of one of the two lists.")
        if doubled := set(cleaned.get("files_only", [])) & set(cleaned.get("files_never", [])):
            self.add_error("files_only", f"“{min(doubled)}” is never brought; take it out of one of the two lists.")
        if cleaned.get("brings_files") and cleaned.get("headers_only"):
            self.add_error("brings_files", "Attachments are not read where only headers are.")
        return cleaned

    access_ends_on = forms.DateField(
        required=False,
        label="The key to Salesforce ends on",
        help_text="The day on which its certificate or secret ends, as its page in Salesforce says. A month before,"
        " Syncapp warns.",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    domains = Domains(
        required=False,
        label="Own domains",
        help_text="Its own e-mail domains, one on each line. Mail among them alone stays out of Salesforce.",
    )
    account_fields = FieldNames(
        required=False,
        label="Fields with the domains of an account",
        help_text="Names as in Salesforce, one on each line. Each may hold a domain, a website, or several of them.",
    )
    other_software = OtherSoftware(
        required=False,
        label="Other software",
        help_text=(
            "Syncapp knows products that sync with Salesforce as well, and warns of them. Add others, or change what "
            "it says of one, each on a line of its own: “Riva: harmless”, “Acme Sync: conflicts”, “Gong: ask”."
        ),
    )
    labels_never = Labels(
        required=False,
        label="Labels that keep mail out",
        help_text="Names as in Gmail, one on each line: Private, Clients/Secret, Promotions. What has one of them when"
        " Syncapp reads it stays out of Salesforce; what is there already stays there.",
    )
    labels_only = Labels(
        required=False,
        label="Labels that let mail in",
        help_text="Names as in Gmail, one on each line. If there are any, only mail that has one of them is synced.",
    )
    files_only = Kinds(
        required=False,
        label="Kinds that are brought",
        help_text="Endings or types, one on each line: pdf, docx, image/*. If there are any, nothing else is brought.",
    )
    files_never = Kinds(
        required=False,
        label="Kinds that are never brought",
        help_text="Endings or types, one on each line: exe, zip, audio/*. Pictures within the text are never brought.",
    )


class TableFormSet(BaseInlineFormSet):  # type: ignore[type-arg]  # takes no parameter at run time
    """The fields of a table have no labels of their own, so each says by itself what it is."""

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        for field in form.fields.values():
            field.widget.attrs["aria-label"] = str(field.label or "")


class MembershipFormSet(TableFormSet):
    """Sees to it that somebody is left who can look after the organization."""

    def clean(self) -> None:
        super().clean()
        kept = [form.cleaned_data for form in self.forms if form.cleaned_data and not form.cleaned_data.get("DELETE")]
        if not any(row.get("role") in ADMINS for row in kept):
            raise ValidationError("Somebody has to look after the organization: keep one owner or administrator.")


class MembershipInline(ScopedInline[Membership]):
    model = Membership
    formset = MembershipFormSet
    fields = ("user", "role")
    writes = frozenset({"add", "change", "delete"})
    verbose_name = "person"
    verbose_name_plural = "people"


def weaker(since: datetime) -> str:
    """What weaker mode is, and how it ends, for who looks at an organization in it."""
    return (
        f"Weaker mode, as seen on {since:%-d %B %Y, %H:%M} UTC: this Salesforce has no fields of Syncapp’s. "
        "“What Syncapp needs there…” ends it as soon as the fields may be made; what was written meanwhile gets its "
        "keys then, and nothing is written twice."
    )


class Condition(Conditions):
    """Organizations by what is the matter with them."""

    title = "condition"
    parameter_name = "condition"
    CONDITIONS: ClassVar[Mapping[str, tuple[str, models.Q]]] = {
        "stopped": ("Stopped", models.Q(stopped_at__isnull=False)),
        "issues": ("With issues", models.Q(open_issues__gt=0)),
        "paused": ("Paused", models.Q(paused_at__isnull=False)),
        "fine": ("In step", models.Q(stopped_at=None, paused_at=None, open_issues=0)),
    }


@admin.register(Organization)
class OrganizationAdmin(ScopedAdmin[Organization]):
    """Its settings. A new one is made by whoever runs the product; removing one is not a click."""

    form = OrganizationForm
    list_display = ("name", "warning", "addresses", "nobody_found")
    list_filter = (Condition,)
    search_fields = ("name", "slug")
    search_help_text = "A name"
    inlines: ClassVar[tuple[type[ScopedInline[Any]], ...]] = (MembershipInline,)
    readonly_fields = ("salesforce_org", "crm_flow", "mail_flow", "crm_version", "warning", "paused", "records")
    labels: ClassVar[Mapping[str, str]] = {
        "slug": "Short name in addresses",
        "mail_mode": "Mail becomes",
        "no_match": "If nobody in Salesforce fits",
        "several_match": "If several people in Salesforce have an address",
        "opportunity_rule": "Mail and events belong to opportunities",
        "finds_accounts": "Find accounts by their domains",
        "support_address": "“Ask for help” writes to",
        "names_items_to_admins": "Administrators see what items are about",
        "labels_failed": "Label messages that could not be brought over",
        "headers_only": "Read only the headers of messages",
        "brings_files": "Bring attachments to Salesforce as files",
        "largest_file": "Largest attachment, in megabytes",
        "syncs_events": "Keep calendars in step with Salesforce",
        "syncs_tasks": "Keep tasks in step with Salesforce",
        "syncs_contacts": "Keep contacts in step with Salesforce",
        "event_conflicts": "If both sides changed the same event, task or contact",
        "private_events": "Private events",
        "absences": "Absences",
        "weaker_mode": "Work without Syncapp’s own fields",
    }
    writes = frozenset({"add", "change"})
    fieldsets = (
        (None, {"fields": ("name", "slug")}),
        (
            "Rules",
            {
                "fields": (
                    "domains",
                    "mail_mode",
                    "no_match",
                    "several_match",
                    "finds_accounts",
                    "account_fields",
                    "opportunity_rule",
                    "labels_never",
                    "labels_only",
                    "labels_failed",
                    "names_items_to_admins",
                    "support_address",
                    "other_software",
                )
            },
        ),
        (
            "What is read of messages",
            {"fields": ("headers_only", "brings_files", "largest_file", "files_only", "files_never")},
        ),
        (
            "Calendars, tasks and contacts",
            {
                "fields": (
                    "syncs_events",
                    "syncs_tasks",
                    "syncs_contacts",
                    "event_conflicts",
                    "private_events",
                    "absences",
                )
            },
        ),
        ("Sign-in", {"fields": ("salesforce_org", "crm_flow", "access_ends_on", "crm_version", "mail_flow")}),
        ("Weaker mode", {"fields": ("weaker_mode", "records")}),
        ("State", {"fields": ("warning", "paused")}),
    )

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return viewer_in(request).administers is EVERYTHING

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        left_out = unused(obj or Organization())
        return tuple(
            (title, options | {"fields": tuple(name for name in options["fields"] if name not in left_out)})
            for title, options in super().get_fieldsets(request, obj)
        )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """The short name stands in addresses that mails quote for years, so it stays as it is."""
        return (*self.readonly_fields, "slug") if obj else self.readonly_fields

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        return self.inlines if obj else ()

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Memberships are settings too: who was let in by whom stands in the journal."""
        formset.save(commit=False)
        for row in formset.deleted_objects:
            settings_changes.delete(row, user_id(request))
        for row in formset.new_objects:
            settings_changes.save(row, (), user_id(request))
        for row, names in formset.changed_objects:
            settings_changes.save(row, names, user_id(request))

    @admin.display(description="Issues", ordering="open_issues")
    def warning(self, row: Organization) -> SafeString:
        return warning(row.open_issues, stopped=row.stopped_at is not None)

    @admin.display(description="Salesforce organization")
    def salesforce_org(self, row: Organization) -> str:
        return row.crm_org_id or "not connected yet"

    @admin.display(description="Paused")
    def paused(self, row: Organization) -> str:
        return f"since {row.paused_at:%-d %B %Y, %H:%M} UTC" if row.paused_at else "no"

    @admin.display(description="Now")
    def records(self, row: Organization) -> str:
        if row.is_weaker and row.keyless_at:
            return weaker(row.keyless_at)
        if row.weaker_mode:
            return "As strong as ever: no field of Syncapp’s was found missing. Weaker mode begins when one is."
        return "Where a field of Syncapp’s is missing, the sync stops and says so."

    @admin.display(description="Own domains")
    def addresses(self, row: Organization) -> str:
        return ", ".join(row.domains) or "none yet"

    @admin.display(description="If nobody fits", ordering="no_match")
    def nobody_found(self, row: Organization) -> str:
        return row.get_no_match_display()
