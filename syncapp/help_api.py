"""Requests for help over REST: what became of them, and new ones, which come without pictures."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.models import User
from django.db.models import QuerySet
from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiParameter,
    OpenApiResponse,
    extend_schema,
    extend_schema_field,
    extend_schema_serializer,
    extend_schema_view,
)
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from connectors.fields import SealBroken
from connectors.models import Organization
from connectors.rest.parameters import LARGEST_ID, AnyOf, FilterSet, IdFilter
from connectors.rest.problems import CONFLICT, KEY_REUSED, Refused, Type, bad_body
from connectors.rest.schema import IDEMPOTENCY_KEY
from connectors.rest.scope import client_of, viewer_in
from connectors.rest.shapes import OrganizationRef, Strict, TextOrNull
from connectors.rest.views import Resource
from issues import services as issues
from issues.access import sight_of, visible_issues
from issues.help_requests import HelpRequest, HelpState
from issues.lifecycle import Status
from issues.models import BulkOperation, Issue
from issues.privacy import Sight
from issues.rest.orders import own_key
from syncapp.helping import Wish, send_at_once
from syncapp.models import Ordered

STATES = [(state.value, state.label) for state in HelpState if state is not HelpState.DRAFT]
NO_ADDRESS = "The organization has no address of support; an administrator enters it on the organization's page."


@extend_schema_serializer(
    examples=[OpenApiExample("a question", value={"issue": 7, "description": "It fails since the update of Monday."})]
)
class HelpBody(Strict):
    """What support should know about an issue."""

    issue = serializers.IntegerField(min_value=1, max_value=LARGEST_ID, help_text="The id of the issue.")
    description = serializers.CharField(max_length=5000)
    with_words = serializers.BooleanField(
        default=False,
        help_text="Also what the other side answered, without addresses and the title; for those who may read it.",
    )


class HelpShape(serializers.Serializer[HelpRequest]):
    """A request for help, and whether the mail server of the organization's support took it."""

    url = serializers.HyperlinkedIdentityField(view_name="api-help-request-detail")
    id = serializers.IntegerField()
    organization = OrganizationRef()
    issue = serializers.IntegerField(source="issue_id", help_text="The id of the issue.")
    reference = serializers.CharField(source="issue.reference", help_text="The number that stands in the mail.")
    state = serializers.ChoiceField(STATES)
    address = serializers.CharField(help_text="Where it goes.")
    by = serializers.SerializerMethodField(help_text="Null for a service.")
    message_id = serializers.CharField(help_text="Of the mail, however often it is sent.")
    subject = serializers.CharField()
    text = serializers.SerializerMethodField(
        help_text="The mail. Null after 90 days, and for those who neither wrote it nor may read all of it."
    )
    asked_at = serializers.DateTimeField()
    sent_at = serializers.DateTimeField(allow_null=True)
    failed_at = serializers.DateTimeField(allow_null=True)
    next_try_at = serializers.DateTimeField(source="due_at", allow_null=True)
    tries = serializers.IntegerField()
    last_error = TextOrNull()

    def get_by(self, request: HelpRequest) -> str | None:
        return str(request.author) if request.author else None

    @extend_schema_field(serializers.CharField(allow_null=True))
    def get_text(self, request: HelpRequest) -> str | None:
        viewer = viewer_in(self.context["request"])
        wrote = request.author_id is not None and request.author_id == viewer.user_id
        reads = not request.with_words or sight_of(viewer, request.issue) is Sight.WHOLE
        if not (wrote or (viewer.is_admin_of(request.organization_id) and reads)):
            return None
        try:
            return request.text or None
        except SealBroken:
            return None


class HelpFilters(FilterSet):  # type: ignore[misc]  # django-filter has no types
    issue = IdFilter("issue", label="Id of the issue.")
    state = AnyOf(choices=STATES)

    class Meta:
        model = HelpRequest
        fields: tuple[str, ...] = ()


@extend_schema_view(
    list=extend_schema(summary="Requests for help, newest first"),
    retrieve=extend_schema(summary="What became of a request for help"),
)
class HelpRequests(Resource[HelpRequest]):
    """Mails to an organization's support about its issues. You see those about the issues that you see."""

    serializer_class = HelpShape
    filterset_class = HelpFilters
    refuses: ClassVar[dict[str, tuple[Type, ...]]] = {"create": (CONFLICT, KEY_REUSED)}
    queryset: QuerySet[Any] = HelpRequest.everywhere.none()

    def get_queryset(self) -> QuerySet[HelpRequest]:
        rows = HelpRequest.objects.filter(issue__in=visible_issues(self.viewer)).exclude(state=HelpState.DRAFT)
        return rows.select_related("organization", "issue__organization", "issue__mailbox", "author").defer(
            "description", "issue__evidence"
        )

    @extend_schema(
        summary="Ask for help",
        request=HelpBody,
        parameters=[IDEMPOTENCY_KEY, OpenApiParameter("Location", str, OpenApiParameter.HEADER, response=[201, 200])],
        responses={
            201: OpenApiResponse(HelpShape, description="It is on its way."),
            200: OpenApiResponse(HelpShape, description="The Idempotency-Key was seen: the same request."),
        },
    )
    def create(self, request: Request) -> Response:
        """Writes to the organization's support what the page of the issue would write, without pictures. Passwords and
        tokens in the description are taken out."""
        body = HelpBody(data=request.data)
        body.is_valid(raise_exception=True)
        wanted = dict(body.validated_data)
        issue = visible_issues(self.viewer).select_related("organization", "mailbox").filter(pk=wanted["issue"]).first()
        if issue is None:
            raise bad_body({"/issue": "There is no such issue."})
        if wanted["with_words"] and sight_of(self.viewer, issue) is not Sight.WHOLE:
            raise bad_body({"/with_words": "What the other side answered is its owner's, so it cannot be sent by you."})
        key = own_key(client_of(request), request.headers.get("Idempotency-Key"))
        known = _asked_before(issue, key, wanted)
        return self._told(request, known or self._ask(request, issue, wanted, key), status=200 if known else 201)

    def _ask(self, request: Request, issue: Issue, wanted: dict[str, Any], key: str) -> HelpRequest:
        """Raises `Refused` where it cannot be sent."""
        if issue.status == Status.RESOLVED:
            raise Refused(CONFLICT, f"{issue.reference} is resolved; there is nothing left to ask about.")
        if not issue.organization.support_address:
            raise Refused(CONFLICT, NO_ADDRESS)
        author = request.user if isinstance(request.user, User) and self.viewer.user_id else None
        administers = self.viewer.is_admin_of(issue.organization_id)
        wish = Wish(
            description=wanted["description"], author=author, with_words=wanted["with_words"], administers=administers
        )
        try:
            return send_at_once(issue, wish, key=key)
        except issues.TooOften as error:
            raise Refused(CONFLICT, str(error)) from error

    def _told(self, request: Request, made: HelpRequest, *, status: int) -> Response:
        headers = {"Location": reverse("api-help-request-detail", args=(made.pk,), request=request)}
        return Response(self.get_serializer(made).data, status=status, headers=headers)


def _asked_before(issue: Issue, key: str, wanted: dict[str, Any]) -> HelpRequest | None:
    """The request of this very body, known by its key. Raises `Refused` if the key came with something else."""
    if not key:
        return None
    theirs = HelpRequest.objects.filter(organization=issue.organization_id, idempotency_key=key)
    found = theirs.select_related("organization", "issue", "author").first()
    if found is None:
        _refuse_other_use(issue.organization, key)
    elif found.issue_id != issue.pk or (found.description, found.with_words) != _said(wanted):
        raise Refused(KEY_REUSED)
    return found


def _said(wanted: dict[str, Any]) -> tuple[str, bool]:
    return wanted["description"].strip(), wanted["with_words"]


def _refuse_other_use(organization: Organization, key: str) -> None:
    used = BulkOperation.objects.filter(organization=organization, idempotency_key=key).exists()
    if used or Ordered.objects.filter(organization=organization, key=key).exists():
        raise Refused(KEY_REUSED)
