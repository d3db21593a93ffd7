"""Organizations over REST."""

from __future__ import annotations

from typing import Any

from django.db.models import IntegerField, OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers

from connectors.access import Viewer
from connectors.models import Mailbox, Organization
from connectors.rest.scope import viewer_in
from connectors.rest.shapes import StopShape, stop_of
from connectors.rest.views import Resource


class OrganizationShape(serializers.Serializer[Organization]):
    """A tenant, and whether anything of it needs somebody."""

    url = serializers.HyperlinkedIdentityField(view_name="api-organization-detail", lookup_field="slug")
    name = serializers.CharField()
    slug = serializers.CharField()
    open_issues = serializers.SerializerMethodField(
        help_text="Issues that need somebody: all of them for administrators, those of their mailboxes for members."
    )
    warning = serializers.SerializerMethodField(help_text="Whether there are any.")
    stopped = serializers.SerializerMethodField(help_text="Null while sync runs.")
    paused_at = serializers.DateTimeField(allow_null=True, help_text="Since when all of it rests by order.")

    def get_open_issues(self, each: Organization) -> int:
        viewer = viewer_in(self.context["request"])
        return each.open_issues if viewer.is_admin_of(each.pk) else _own(each)

    def get_warning(self, each: Organization) -> bool:
        return self.get_open_issues(each) > 0

    @extend_schema_field(StopShape(allow_null=True))
    def get_stopped(self, each: Organization) -> object:
        stop = stop_of(each, "organization")
        return StopShape(stop).data if stop else None


def _own(each: Organization) -> int:
    return int(vars(each)["own_issues"])


def visible_organizations(viewer: Viewer) -> QuerySet[Organization]:
    """The viewer's organizations, each with `own_issues`: the open issues of the mailboxes that the viewer may see."""
    mailboxes = Mailbox.objects.filter(viewer.mailboxes(), organization=OuterRef("pk"))
    total = mailboxes.order_by().values("organization").annotate(total=Sum("open_issues")).values("total")
    return Organization.objects.annotate(own_issues=Coalesce(Subquery(total, output_field=IntegerField()), Value(0)))


@extend_schema_view(
    list=extend_schema(summary="Your organizations"), retrieve=extend_schema(summary="One organization")
)
class Organizations(Resource[Organization]):
    """Tenants: one Salesforce org each, and the mailboxes synced with it."""

    serializer_class = OrganizationShape
    lookup_field = "slug"
    lookup_value_regex = "[a-z0-9-]+"
    queryset: QuerySet[Any] = Organization.everywhere.none()

    def get_queryset(self) -> QuerySet[Organization]:
        return visible_organizations(self.viewer)
