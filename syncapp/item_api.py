"""Items over REST: where each stands on both sides, and what happened to it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import django_filters  # type: ignore[import-untyped]  # it has no types
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from connectors.rest.parameters import AnyOf, FilterSet, IdFilter
from connectors.rest.scope import viewer_in
from connectors.rest.shapes import MailboxRef, OrganizationRef, TextOrNull, or_none
from connectors.rest.views import Resource
from issues.models import Issue, ResourceChoices, StatusChoices
from issues.rest.shapes import NEWEST, ActivityShape
from syncapp.item_looks import STATES, Copy, Look, copies_seen, journal, looks, moved_since, visible_items
from syncapp.models import Item

IDENTIFIER = "Null where it is kept from you, and where there is none."


class CopyShape(serializers.Serializer[Copy]):
    """An item as one mailbox has it."""

    mailbox = MailboxRef()
    remote_id = TextOrNull(help_text=f"What the mail provider calls it. {IDENTIFIER}")
    leads = serializers.BooleanField(help_text="Of a meeting: whether it is the organizer's copy.")
    gone_at = serializers.DateTimeField(allow_null=True, help_text="When it was deleted there.")


class IssueRef(serializers.Serializer[Issue]):
    """An issue, as an item points at it."""

    url = serializers.HyperlinkedIdentityField(view_name="api-issue-detail")
    id = serializers.IntegerField()
    reference = serializers.CharField()
    status = serializers.ChoiceField(StatusChoices.choices)
    code = serializers.CharField()


class ItemShape(serializers.Serializer[Look]):
    """One e-mail, event, task or contact, however many mailboxes hold a copy."""

    url = serializers.HyperlinkedIdentityField(view_name="api-item-detail")
    id = serializers.IntegerField(source="pk")
    organization = OrganizationRef()
    resource = serializers.ChoiceField(ResourceChoices.choices, source="item.resource")
    state = serializers.ChoiceField(
        STATES,
        help_text="in_step: both sides agree, as far as they were read. waiting: it is written, or tried again, by "
        "itself. failed: it needs somebody, or was set aside. left_out: a rule keeps it out of Salesforce. gone: both "
        "sides have deleted it. new: it was seen, and nothing was written yet.",
    )
    title = serializers.CharField(help_text="Where it is kept from you or empty, what it is and of when.")
    kept_from_you = serializers.SerializerMethodField(
        help_text="Whether you see only how it stands: it is somebody else's, and is private, or the organization "
        "does not show administrators what items are about."
    )
    salesforce_id = serializers.SerializerMethodField(help_text=f"Its record. {IDENTIFIER}")
    salesforce_key = serializers.SerializerMethodField(
        help_text="What stands in the key field of its record, whoever wrote it. Null where it is kept from you."
    )
    copies = CopyShape(many=True, help_text="In the mailboxes that you may see.")
    occurred_at = serializers.DateTimeField(source="item.occurred_at", allow_null=True, help_text="Sent, or begins.")
    seen_at = serializers.DateTimeField(source="item.created_at", help_text="When it was read for the first time.")
    synced_at = serializers.DateTimeField(
        source="item.synced_at", allow_null=True, help_text="When Salesforce took it last."
    )
    gone_at = serializers.DateTimeField(source="item.gone_at", allow_null=True)
    issues = IssueRef(many=True, help_text="Those that are not resolved: one at most for each direction.")

    def get_kept_from_you(self, look: Look) -> bool:
        return not look.whole

    def get_salesforce_id(self, look: Look) -> str | None:
        return or_none(look.own(look.item.record_id))

    def get_salesforce_key(self, look: Look) -> str | None:
        return or_none(look.own(look.item.key))


class ItemDetailShape(ItemShape):
    """An item with its journal, newest first and at most 100 lines of it."""

    journal = serializers.SerializerMethodField(help_text="A failure is a line with the verb `CRM_SYNCHRO_ERROR`.")

    @extend_schema_field(ActivityShape(many=True))
    def get_journal(self, look: Look) -> object:
        rows = journal(viewer_in(self.context["request"]), look.item)[:NEWEST]
        return [ActivityShape(each).data for each in rows]


class ItemFilters(FilterSet):  # type: ignore[misc]  # django-filter has no types
    organization = django_filters.CharFilter("organization__slug", label="Slug of the organization.", max_length=50)
    mailbox = IdFilter("bindings__mailbox", method="held", label="Id of a mailbox that holds it.")
    resource = AnyOf(choices=ResourceChoices.choices)
    state = AnyOf(choices=[(each, each) for each in STATES], label="Where it stands.")
    changed_since = django_filters.IsoDateTimeFilter(
        method="moved", label="Seen, written, failed, left out or deleted at or after this moment (ISO 8601)."
    )

    class Meta:
        model = Item
        fields: tuple[str, ...] = ()

    def held(self, rows: QuerySet[Item], _: str, mailbox: int) -> QuerySet[Item]:
        return rows.filter(pk__in=copies_seen(viewer_in(self.request)).filter(mailbox=mailbox).values("item"))

    def moved(self, rows: QuerySet[Item], _: str, moment: datetime) -> QuerySet[Item]:
        return moved_since(rows, moment)


class Items(Resource[Any]):
    """What is kept in step, each with its identifiers on both sides. Members see what their mailboxes hold."""

    serializer_class = ItemShape
    filterset_class = ItemFilters
    queryset: QuerySet[Any] = Item.everywhere.none()

    def get_queryset(self) -> QuerySet[Item]:
        return visible_items(self.viewer)

    @extend_schema(summary="Items, newest first")
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Ask with `changed_since` for what moved; an item that was never read is not here."""
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        return self.get_paginated_response(self.get_serializer(looks(self.viewer, page), many=True).data)

    @extend_schema(summary="One item, with its journal", responses=ItemDetailShape)
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """What it says is its owner's; texts and bodies are not kept here, so nobody is shown any."""
        (look,) = looks(self.viewer, [self.get_object()])
        return Response(ItemDetailShape(look, context=self.get_serializer_context()).data)
