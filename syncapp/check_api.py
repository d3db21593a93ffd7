"""First checks over REST: what they found last, and having them made."""

from __future__ import annotations

from typing import Any, ClassVar

import django_filters  # type: ignore[import-untyped]  # it has no types
from django.db.models import Q, QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from connectors.access import Viewer
from connectors.facts import Verdict
from connectors.fixers import Fixer
from connectors.models import Mailbox, Organization
from connectors.rest.parameters import FilterSet, IdFilter
from connectors.rest.problems import FORBIDDEN, Type
from connectors.rest.shapes import MailboxRef, OrganizationRef, TextOrNull
from connectors.rest.views import Resource
from connectors.scoping import EVERYTHING
from syncapp import checking
from syncapp.checked import Checked, Why
from syncapp.order_api import OrderBody, Ordering

VERDICTS = [each.value for each in Verdict]


class FactShape(serializers.Serializer[Any]):
    """One thing that was found."""

    name = serializers.CharField()
    verdict = serializers.ChoiceField(
        VERDICTS,
        help_text="good: all is well. ask: it may matter, somebody has to look. bad: it is to be mended. unknown: it "
        "could not be found out. closed: nobody can ask for it.",
    )
    text = serializers.CharField(help_text="What is so.")
    who = serializers.ChoiceField([each.value for each in Fixer], help_text="Who carries out the steps.")
    steps = serializers.ListField(child=serializers.CharField(), help_text="What to do, in order.")
    code = TextOrNull(help_text="Why it was refused, or could not be found out.")


class CheckShape(serializers.Serializer[Checked]):
    """The last first checks of an organization, or of one mailbox of it."""

    url = serializers.HyperlinkedIdentityField(view_name="api-check-detail")
    id = serializers.IntegerField()
    organization = OrganizationRef()
    mailbox = MailboxRef(allow_null=True, help_text="Null where they are those of the organization.")
    made_at = serializers.DateTimeField()
    why = serializers.ChoiceField(Why.choices, help_text="Why they were made.")
    well = serializers.SerializerMethodField(help_text="Whether nothing needs somebody to mend it or to look at it.")
    verdict = serializers.SerializerMethodField(help_text="The worst one among the facts.")
    facts = serializers.SerializerMethodField(help_text="What needs to be mended stands first.")

    def get_well(self, row: Checked) -> bool:
        return checking.is_well(checking.facts_of(row))

    @extend_schema_field(serializers.ChoiceField(VERDICTS))
    def get_verdict(self, row: Checked) -> str:
        return checking.worst(checking.facts_of(row)).value

    @extend_schema_field(FactShape(many=True))
    def get_facts(self, row: Checked) -> object:
        return FactShape([checking.kept(fact) for fact in checking.facts_of(row)], many=True).data


class CheckFilters(FilterSet):  # type: ignore[misc]  # django-filter has no types
    organization = django_filters.CharFilter("organization__slug", label="Slug of the organization.", max_length=50)
    mailbox = IdFilter("mailbox", label="Id of the mailbox.")

    class Meta:
        model = Checked
        fields: tuple[str, ...] = ()


def visible_checks(viewer: Viewer) -> QuerySet[Checked]:
    """Those of mailboxes that the viewer may see, and of organizations that the viewer administers."""
    theirs = Q() if viewer.administers is EVERYTHING else Q(organization__in=viewer.administers)
    mailboxes = Mailbox.objects.filter(viewer.mailboxes())
    rows = Checked.objects.filter(Q(mailbox__in=mailboxes) | (Q(mailbox=None) & theirs), made_at__isnull=False)
    return rows.select_related("organization", "mailbox").defer("organization__secret")


@extend_schema_view(
    list=extend_schema(summary="First checks, newest first"), retrieve=extend_schema(summary="The checks of one")
)
class Checks(Resource[Checked]):
    """What gets into Syncapp's way, or soon may, and who mends it. Members see those of their own mailboxes."""

    serializer_class = CheckShape
    filterset_class = CheckFilters
    queryset: QuerySet[Any] = Checked.everywhere.none()

    def get_queryset(self) -> QuerySet[Checked]:
        return visible_checks(self.viewer)


class Checking(Ordering):
    """A mailbox or an organization that can be looked at now."""

    refuses: ClassVar[dict[str, tuple[Type, ...]]] = {**Ordering.refuses, "check": (FORBIDDEN,)}

    @extend_schema(summary="Make the first checks now", request=OrderBody, responses=CheckShape)
    @action(detail=True, methods=["post"])
    def check(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Asks the other side, which takes a few seconds; nothing is changed there."""
        OrderBody(data=request.data).is_valid(raise_exception=True)
        target = self._target()
        if isinstance(target, Organization):
            checking.check_organization(target)
        else:
            checking.check_mailbox(target)
        return Response(CheckShape(checking.last_of(target), context=self.get_serializer_context()).data)
