"""Mailboxes and runs over REST: what is in step, what stands still, and what each run did."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import Any

import django_filters  # type: ignore[import-untyped]  # it has no types
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers

from connectors import api as connectors_api
from connectors.access import Viewer
from connectors.models import Mailbox
from connectors.rest.parameters import AnyOf, FilterSet, IdFilter
from connectors.rest.shapes import MailboxRef, OrganizationRef, Stop, StopShape, TextOrNull, stop_of
from connectors.rest.views import Resource
from issues.rest.codes import CodeUrl
from syncapp import heartbeat
from syncapp.check_api import Checking
from syncapp.models import Change, ChangeState, Outcome, Run

STATES = ("in_step", "late", "failing", "stopped", "starting", "paused")
HELD = (ChangeState.PENDING, ChangeState.WAITING)
RUNNING = "running"
OUTCOMES = [(outcome.value or RUNNING, outcome.label) for outcome in Outcome]


class MailboxStopShape(StopShape):
    """Why nothing runs. `scope` says whether it is this mailbox or its whole organization that stands still."""

    scope = serializers.ChoiceField(["mailbox", "organization"])
    code_url = CodeUrl()


class MailboxShape(serializers.Serializer[Mailbox]):
    """One account at a mail provider, and how its sync is."""

    url = serializers.HyperlinkedIdentityField(view_name="api-mailbox-detail")
    id = serializers.IntegerField()
    organization = OrganizationRef()
    address = serializers.CharField()
    name = TextOrNull()
    provider = serializers.CharField()
    state = serializers.SerializerMethodField(
        help_text="in_step: a run a short time ago was good. late: the last good one is too long ago to know. failing: "
        "the last run was not good, and the next one may be. stopped: nothing runs but a probe. starting: no run has "
        "ended well yet. paused: somebody ordered that it rests."
    )
    open_issues = serializers.IntegerField(help_text="Issues of the mailbox that need somebody.")
    failed_runs = serializers.IntegerField(help_text="Failed runs in a row.")
    last_good_run_at = serializers.DateTimeField(source="good_at", allow_null=True)
    last_run_at = serializers.DateTimeField(source="tried_at", allow_null=True)
    next_run_at = serializers.DateTimeField()
    stopped = serializers.SerializerMethodField(help_text="Null while sync runs.")
    paused_at = serializers.DateTimeField(allow_null=True, help_text="Since when it rests by itself.")
    held = serializers.SerializerMethodField(
        help_text="Items that wait behind the stop, or rest with the mailbox; 0 while sync runs."
    )

    @extend_schema_field(serializers.ChoiceField(STATES))
    def get_state(self, mailbox: Mailbox) -> str:
        if _rests(mailbox):
            return "paused"
        if _stop(mailbox):
            return "stopped"
        if mailbox.failed_runs:
            return "failing"
        if mailbox.good_at is None:
            return "starting"
        return "in_step" if heartbeat.is_fresh(mailbox) else "late"

    @extend_schema_field(MailboxStopShape(allow_null=True))
    def get_stopped(self, mailbox: Mailbox) -> object:
        stop = _stop(mailbox)
        return MailboxStopShape(stop).data if stop else None

    def get_held(self, mailbox: Mailbox) -> int:
        return int(vars(mailbox)["unwritten"]) if _stop(mailbox) or _rests(mailbox) else 0


def _rests(mailbox: Mailbox) -> bool:
    return mailbox.paused_at is not None or mailbox.organization.paused_at is not None


def _stop(mailbox: Mailbox) -> Stop | None:
    return stop_of(mailbox, "mailbox") or stop_of(mailbox.organization, "organization")


PAUSED = Q(paused_at__isnull=False) | Q(organization__paused_at__isnull=False)
STOPPED = Q(stopped_at__isnull=False) | Q(organization__stopped_at__isnull=False)
RUNS = ~PAUSED & ~STOPPED


def in_state() -> dict[str, Q]:
    """Who is in which state right now."""
    well = RUNS & Q(failed_runs=0)
    return {
        "paused": PAUSED,
        "stopped": ~PAUSED & STOPPED,
        "failing": RUNS & Q(failed_runs__gt=0),
        "in_step": well & heartbeat.fresh(),
        "late": well & heartbeat.late(),
        "starting": well & Q(good_at__isnull=True),
    }


class MailboxFilters(FilterSet):  # type: ignore[misc]  # django-filter has no types
    organization = django_filters.CharFilter("organization__slug", label="Slug of the organization.", max_length=50)
    state = AnyOf(choices=[(each, each) for each in STATES], method="in_state", label="How its sync is.")
    address = django_filters.CharFilter("address", "iexact", label="The address, in any case.", max_length=254)

    class Meta:
        model = Mailbox
        fields: tuple[str, ...] = ()

    def in_state(self, rows: QuerySet[Mailbox], _: str, states: list[str]) -> QuerySet[Mailbox]:
        known = in_state()
        return rows.filter(reduce(or_, (known[state] for state in states))) if states else rows


def visible_mailbox_rows(viewer: Viewer) -> QuerySet[Mailbox]:
    """The mailboxes that the viewer may see, each with `unwritten`: changes that are not in Salesforce yet."""
    changes = Change.objects.filter(mailbox=OuterRef("pk"), state__in=HELD).order_by().values("mailbox")
    unwritten = Coalesce(Subquery(changes.annotate(count=Count("pk")).values("count")), 0)
    return Mailbox.objects.filter(viewer.mailboxes()).annotate(unwritten=unwritten).select_related("organization")


@extend_schema_view(
    list=extend_schema(summary="Mailboxes, newest first"), retrieve=extend_schema(summary="One mailbox")
)
class Mailboxes(Checking):
    """Accounts at mail providers and how their sync is. Members see their own."""

    serializer_class = MailboxShape
    filterset_class = MailboxFilters
    queryset: QuerySet[Any] = Mailbox.everywhere.none()

    def get_queryset(self) -> QuerySet[Mailbox]:
        return visible_mailbox_rows(self.viewer)


@extend_schema_view(retrieve=extend_schema(summary="One organization"))
class Organizations(Checking, connectors_api.Organizations):
    """Tenants: one Salesforce org each, and the mailboxes synced with it. Administrators order for one."""


class RunShape(serializers.Serializer[Run]):
    """One execution of a mailbox's sync. The numbers count items."""

    url = serializers.HyperlinkedIdentityField(view_name="api-run-detail")
    id = serializers.IntegerField()
    organization = OrganizationRef()
    mailbox = MailboxRef()
    started_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)
    outcome = serializers.SerializerMethodField()
    code = TextOrNull(help_text="Why it failed.")
    read = serializers.IntegerField()
    written = serializers.IntegerField()
    failed = serializers.IntegerField()
    filtered = serializers.IntegerField(help_text="Left out by a rule.")

    @extend_schema_field(serializers.ChoiceField(OUTCOMES))
    def get_outcome(self, run: Run) -> str:
        return run.outcome or RUNNING


class RunFilters(FilterSet):  # type: ignore[misc]  # django-filter has no types
    organization = django_filters.CharFilter("organization__slug", label="Slug of the organization.", max_length=50)
    mailbox = IdFilter("mailbox", label="Id of the mailbox.")
    outcome = AnyOf(choices=OUTCOMES, method="ended", label="How it ended.")
    since = django_filters.IsoDateTimeFilter("started_at", "gte", label="Started at or after this moment (ISO 8601).")

    class Meta:
        model = Run
        fields: tuple[str, ...] = ()

    def ended(self, rows: QuerySet[Run], _: str, outcomes: list[str]) -> QuerySet[Run]:
        columns = ["" if outcome == RUNNING else outcome for outcome in outcomes]
        return rows.filter(outcome__in=columns) if outcomes else rows


@extend_schema_view(list=extend_schema(summary="Runs, newest first"), retrieve=extend_schema(summary="One run"))
class Runs(Resource[Run]):
    """What each run of a mailbox did. Members see those of their own mailboxes."""

    serializer_class = RunShape
    filterset_class = RunFilters
    queryset: QuerySet[Any] = Run.everywhere.none()

    def get_queryset(self) -> QuerySet[Run]:
        mailboxes = Mailbox.objects.filter(self.viewer.mailboxes())
        return Run.objects.filter(mailbox__in=mailboxes).select_related("organization", "mailbox")
