"""What rules keep out of Salesforce, over REST: each item, and how many by each rule."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import django_filters  # type: ignore[import-untyped]  # it has no types
from django.db.models import OuterRef, Q, QuerySet, Subquery
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from connectors.access import Viewer
from connectors.models import Mailbox
from connectors.rest.parameters import AnyOf, FilterSet, IdFilter
from connectors.rest.shapes import OrganizationRef
from connectors.rest.views import Resource
from connectors.scoping import EVERYTHING
from issues.models import ResourceChoices
from syncapp import left_out
from syncapp.models import Binding, Filtered


class LeftOutShape(serializers.Serializer[Filtered]):
    """An item that a rule keeps out of Salesforce. Nothing has failed, and nothing is to be done."""

    url = serializers.HyperlinkedIdentityField(view_name="api-left-out-detail")
    id = serializers.IntegerField()
    organization = OrganizationRef()
    rule = serializers.CharField()
    text = serializers.SerializerMethodField(help_text="The rule as people read it.")
    resource = serializers.ChoiceField(ResourceChoices.choices, source="item.resource")
    since = serializers.DateTimeField(source="at")
    title = serializers.SerializerMethodField(
        help_text="Null for everybody but the owner of a mailbox that holds it; so it is for services."
    )

    def get_text(self, row: Filtered) -> str:
        return left_out.text_of(row.rule)

    def get_title(self, row: Filtered) -> str | None:
        return (row.item.title or None) if vars(row)["own"] else None


class RuleShape(serializers.Serializer[Any]):
    """How many items a rule keeps out."""

    rule = serializers.CharField()
    text = serializers.CharField(help_text="The rule as people read it.")
    count = serializers.IntegerField()


class LeftOutFilters(FilterSet):  # type: ignore[misc]  # django-filter has no types
    organization = django_filters.CharFilter("organization__slug", label="Slug of the organization.", max_length=50)
    mailbox = IdFilter("item__bindings__mailbox", label="Id of a mailbox that holds it.", method="held")
    rule = AnyOf(choices=[(rule, rule) for rule in left_out.RULES], field_name="rule", label="The rule.")

    class Meta:
        model = Filtered
        fields: tuple[str, ...] = ()

    def held(self, rows: QuerySet[Filtered], _: str, mailbox: int) -> QuerySet[Filtered]:
        return rows.filter(item__in=Binding.objects.filter(mailbox=mailbox).values("item"))


def visible_rows(viewer: Viewer) -> QuerySet[Filtered]:
    """What is left out of the viewer's organizations, or of mailboxes that the viewer may see; `own` says of each
    whether a mailbox of theirs holds it."""
    held = Binding.objects.filter(mailbox__in=Mailbox.objects.filter(viewer.mailboxes()))
    theirs = Q() if viewer.administers is EVERYTHING else Q(organization__in=viewer.administers)
    rows = Filtered.objects.filter(theirs | Q(item__in=held.values("item")) if theirs else theirs)
    mine = Binding.objects.filter(item=OuterRef("item"), mailbox__owner=viewer.user_id, mailbox__owner__isnull=False)
    return rows.annotate(own=Subquery(mine.values("pk")[:1])).select_related("organization", "item")


@extend_schema_view(
    list=extend_schema(summary="Items that rules keep out, newest first"),
    retrieve=extend_schema(summary="One item that a rule keeps out"),
)
class LeftOut(Resource[Filtered]):
    """What filters kept out, and by which rule. Members see those of their own mailboxes."""

    serializer_class = LeftOutShape
    filterset_class = LeftOutFilters
    queryset: QuerySet[Any] = Filtered.everywhere.none()

    def get_queryset(self) -> QuerySet[Filtered]:
        return visible_rows(self.viewer)

    def parameters(self) -> Collection[str]:
        return tuple(self.filterset_class.base_filters) if self.action == "counts" else super().parameters()

    @extend_schema(summary="How many items each rule keeps out", responses=RuleShape(many=True))
    @action(detail=False, methods=["get"], pagination_class=None)
    def counts(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Of all that is left out, or of what the filters let through; the rules that keep most out first."""
        rows = self.filter_queryset(self.get_queryset())
        return Response(RuleShape(left_out.counts(rows), many=True).data)
