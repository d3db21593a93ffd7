"""Mailboxes, their runs, and the people who sign in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group, User
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST
from django_q.models import Failure, OrmQ, Schedule, Success

from connectors import clock, wake
from connectors.access import Viewer
from connectors.admin_filters import Conditions, OfOrganization
from connectors.markup import warning
from connectors.models import Credential, Mailbox, Membership
from connectors.pages import user_id, viewer_in
from connectors.scoped_admin import ScopedAdmin
from connectors.scoping import EVERYTHING
from issues import catalogue, markup, words
from issues.words import Sign
from syncapp import breaker_admin, crm_users, heartbeat, mapping_admin, route_admin, services  # noqa: F401 - these register themselves
from syncapp.engine import carrying, gates
from syncapp.models import Outcome, Run
from syncapp.standing import loaded

# The queue is machinery: its rows are hints, and the truth stands in ours.
admin.site.unregister([Schedule, Success, Failure, OrmQ, Group, User])

_PAUSED = Q(paused_at__isnull=False) | Q(organization__paused_at__isnull=False)
_STOPPED = ~_PAUSED & (Q(stopped_at__isnull=False) | Q(organization__stopped_at__isnull=False))
_RUNS = ~_PAUSED & Q(stopped_at=None, organization__stopped_at=None)
_QUIET = _RUNS & Q(failed_runs=0, open_issues=0)


class MailboxCondition(Conditions):
    """Mailboxes by what is the matter with them."""

    CONDITIONS: ClassVar[Mapping[str, tuple[str, Q]]] = {
        "stopped": ("Stopped", _STOPPED),
        "failing": ("Runs fail", _RUNS & Q(failed_runs__gt=0)),
        "issues": ("With issues", Q(open_issues__gt=0)),
        "paused": ("Paused", _PAUSED),
        "late": ("Not looked at", _QUIET),
        "fine": ("In step", _QUIET),
    }

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Whether the last good run still proves something depends on the moment."""
        moments = {"late": heartbeat.late, "fine": heartbeat.fresh}
        rows = super().queryset(request, queryset)
        return rows.filter(moments[chosen]()) if (chosen := self.value() or "") in moments else rows


def sign_of(mailbox: Mailbox) -> Sign:
    """How a mailbox stands, as one sign."""
    if mailbox.paused_at or mailbox.organization.paused_at:
        return words.PAUSED
    if mailbox.stopped_at or mailbox.organization.stopped_at:
        return words.STOPPED
    if mailbox.failed_runs:
        return Sign(icon="triangle", tone="amber", word="Runs fail")
    if mailbox.open_issues:
        return Sign(icon="bang", tone="amber", word="Issues")
    if mailbox.good_at is None:
        return Sign(icon="clock", tone="grey", word="Not read yet")
    if not heartbeat.is_fresh(mailbox):
        return Sign(icon="half", tone="amber", word="Not looked at")
    return Sign(icon="dot", tone="green", word="In step")


class MailboxForm(forms.ModelForm):  # type: ignore[type-arg]  # takes no parameter at run time
    """The model is given by the admin, within the scope of the request."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        owner, organization = cleaned.get("owner"), cleaned.get("organization")
        organization_id = organization.pk if organization else self.instance.organization_id
        if owner and not Membership.everywhere.filter(user=owner, organization=organization_id).exists():
            raise ValidationError(
                {"owner": f"{owner} does not belong to this organization. Add them to its people first."}
            )
        return cleaned

    def clean_address(self) -> str:
        return str(self.cleaned_data["address"]).lower()


@admin.register(Mailbox)
class MailboxAdmin(ScopedAdmin[Mailbox]):
    """Whose it is and how it stands. Its access is renewed by its owner and never shown."""

    form = MailboxForm
    list_display = ("state", "address", "whose", "organization", "issues_open", "last_good", "next_run")
    list_display_links = ("address",)
    list_filter = (MailboxCondition, OfOrganization)
    list_select_related = ("organization", "owner")
    search_fields = ("address", "name", "owner__username", "owner__email")
    search_help_text = "An address, a name or an owner"
    sortable_by = ("address", "issues_open", "last_good", "next_run")
    writes = frozenset({"add", "change"})
    fieldsets = (
        (None, {"fields": ("organization", "address", "name", "owner", "crm_user_id")}),
        ("Mail", {"fields": ("mail_mode", "case_owner_id")}),
        ("Sync", {"fields": ("state", "why", "issues_open", "last_good", "last_try", "next_run")}),
    )
    readonly_fields = ("state", "why", "issues_open", "last_good", "last_try", "next_run")

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fieldsets if obj else self.fieldsets[:1]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Once connected the address stays: the access behind it was checked to be of this account and of no other."""
        if obj is None:
            return self.readonly_fields
        connected = Credential.objects.filter(mailbox=obj).exists()
        return (*self.readonly_fields, "organization", *(("address",) if connected else ()))

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """What waited for another owner, of a case or of what is its person's, goes on with the new one."""
        super().save_model(request, obj, form, change)
        if change and "crm_user_id" in form.changed_data:
            crm_users.try_again(obj, user_id(request))
        if change and {"mail_mode", "case_owner_id"} & set(form.changed_data):
            services.free_cases(obj.organization_id, actor_id=user_id(request))

    def get_urls(self) -> list[URLPattern]:
        sync = self.admin_site.admin_view(require_POST(self.sync_now))
        return [path("<int:mailbox_id>/sync/", sync, name="connectors_mailbox_sync"), *super().get_urls()]

    def sync_now(self, request: HttpRequest, mailbox_id: int) -> HttpResponse:
        """Asks for a run at once. A stopped mailbox is tried again from its issue, not from here."""
        mailbox = self.get_object(request, str(mailbox_id))
        if mailbox is None:
            raise Http404
        if not self.has_change_permission(request, mailbox):
            raise PermissionDenied
        if gates.is_awake(mailbox.pk):
            wake.wake(mailbox.pk)
            messages.success(request, f"The sync of {mailbox.address} begins now.")
        else:
            messages.warning(request, f"The sync of {mailbox.address} is paused; resume it first.")
        return HttpResponseRedirect(reverse("admin:connectors_mailbox_change", args=(mailbox.pk,)))

    @admin.display(description="State")
    def state(self, row: Mailbox) -> SafeString:
        return markup.state(sign_of(row))

    @admin.display(description="Why")
    def why(self, row: Mailbox) -> SafeString | str:
        if row.paused_at or row.organization.paused_at:
            return "Somebody paused its organization." if row.organization.paused_at else "Somebody paused it."
        code = (row.organization.stopped_at and row.organization.stopped_by) or (row.stopped_at and row.stopped_by)
        if not code:
            return _unstopped(row)
        entry = catalogue.entry(str(code))
        return format_html('<a href="{}">{}</a>', reverse("code", args=(entry.slug,)), entry.title)

    @admin.display(description="Owner", ordering="owner__username")
    def whose(self, row: Mailbox) -> SafeString:
        return format_html("<bdi>{}</bdi>", row.owner.get_full_name() or row.owner.username if row.owner else "nobody")

    @admin.display(description="Issues", ordering="open_issues")
    def issues_open(self, row: Mailbox) -> SafeString:
        return warning(row.open_issues, stopped=row.stopped_at is not None)

    @admin.display(description="Last good run", ordering="good_at")
    def last_good(self, row: Mailbox) -> SafeString:
        return markup.moment(row.good_at, "none yet")

    @admin.display(description="Last try")
    def last_try(self, row: Mailbox) -> SafeString:
        return markup.moment(row.tried_at, "none yet")

    @admin.display(description="Next run", ordering="next_run_at")
    def next_run(self, row: Mailbox) -> SafeString:
        if row.paused_at or row.organization.paused_at:
            return markup.moment(None, "when it is resumed")
        stopped = row.stopped_at or row.organization.stopped_at
        probe = row.organization.probe_at if row.organization.stopped_at else row.probe_at
        if stopped:
            return markup.moment(probe, "when it is mended")
        return markup.moment(max(row.next_run_at, clock.now()))


def _unstopped(row: Mailbox) -> str:
    """What is the matter with a mailbox that runs."""
    if row.failed_runs:
        return f"{words.counted(row.failed_runs, 'failed run')} in a row"
    if row.open_issues:
        return f"{words.counted(row.open_issues, 'issue')} open"
    if row.good_at and not heartbeat.is_fresh(row):
        return "Nobody has looked at it for too long to know."
    load = carrying.under_way(row).filter(records__gt=0).first()
    return f"Nothing is wrong. {loaded(load.processed, load.records)}" if load else "Nothing is wrong."


class ByOutcome(Conditions):
    title = "outcome"
    parameter_name = "outcome"
    CONDITIONS: ClassVar[Mapping[str, tuple[str, Q]]] = {
        "running": (Outcome.RUNNING.label, Q(outcome="")),
        **{each.value: (each.label, Q(outcome=each.value)) for each in Outcome if each.value},
    }


RUN_SIGNS: Mapping[str, Sign] = {
    Outcome.RUNNING: Sign(icon="triangle", tone="amber", word="Running"),
    Outcome.GOOD: Sign(icon="check", tone="green", word="Good"),
    Outcome.FAILED: Sign(icon="bang", tone="red", word="Failed"),
    Outcome.WROTE: Sign(icon="dash", tone="grey", word="Only wrote"),
}


@admin.register(Run)
class RunAdmin(ScopedAdmin[Run]):
    """What each run did. Nothing here can be changed: it has happened."""

    list_display = ("state", "mailbox", "started", "took", "read", "written", "failed", "left_out", "why")
    list_display_links = None
    list_filter = (ByOutcome, OfOrganization)
    list_select_related = ("mailbox", "organization")
    search_fields = ("mailbox__address",)
    search_help_text = "A mailbox"
    sortable_by = ("started",)
    fields = ("state", "mailbox", "started", "took", "read", "written", "failed", "left_out", "why")
    readonly_fields = fields

    @admin.display(description="State")
    def state(self, row: Run) -> SafeString:
        return markup.state(RUN_SIGNS[row.outcome])

    @admin.display(description="Started", ordering="started_at")
    def started(self, row: Run) -> SafeString:
        return markup.moment(row.started_at)

    @admin.display(description="Took")
    def took(self, row: Run) -> str:
        if row.finished_at is None:
            return "–"
        seconds = (row.finished_at - row.started_at).total_seconds()
        return f"{seconds:.1f} s" if seconds < 60 else words.lasting(row.finished_at - row.started_at)

    @admin.display(description="Left out")
    def left_out(self, row: Run) -> int:
        return row.filtered

    @admin.display(description="Why it failed")
    def why(self, row: Run) -> SafeString | str:
        if not row.code:
            return "–"
        entry = catalogue.entry(row.code)
        return format_html('<a href="{}">{}</a>', reverse("code", args=(entry.slug,)), entry.title)


@admin.register(User)
class PersonAdmin(UserAdmin):  # type: ignore[type-arg]  # takes no parameter at run time
    """Accounts, for superusers alone. Membership decides what somebody may do, so Django's rights are left out."""

    list_display = ("username", "email", "first_name", "last_name", "is_staff")
    list_filter = ()
    ordering = ("username",)
    search_help_text = "A user name, a name or an address"
    show_full_result_count = False
    actions = None
    filter_horizontal = ()
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        ("Person", {"fields": ("first_name", "last_name", "email")}),
        ("Doors", {"fields": ("is_active", "is_staff", "is_superuser")}),
        ("Dates", {"fields": ("last_login", "date_joined")}),
    )
    readonly_fields = ("last_login", "date_joined")

    def lookup_allowed(self, lookup: str, value: object, request: HttpRequest) -> bool:
        """People are found by the search alone."""
        return False

    def has_module_permission(self, request: HttpRequest) -> bool:
        return _is_superuser(viewer_in(request))

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _is_superuser(viewer_in(request))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return _is_superuser(viewer_in(request))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _is_superuser(viewer_in(request))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever leaves is made inactive: what they did stays theirs in the journal."""
        return False


def _is_superuser(viewer: Viewer) -> bool:
    return viewer.administers is EVERYTHING
