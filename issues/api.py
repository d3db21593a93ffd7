"""Issues, causes, codes and operations over REST: look, try again, set aside."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, ClassVar

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.viewsets import ViewSet

from connectors.access import Viewer
from connectors.models import ApiToken, Organization
from connectors.rest.pagination import SluggedPages
from connectors.rest.problems import CONFLICT, Type
from connectors.rest.schema import IDEMPOTENCY_KEY
from connectors.rest.scope import client_of
from connectors.rest.views import Guarded, Resource
from issues.access import may_answer, visible_causes, visible_issues
from issues.catalogue import by_slug
from issues.lifecycle import NEEDS_SOMEBODY, Status
from issues.models import BulkOperation, Cause, Issue
from issues.rest import orders
from issues.rest.bodies import DecideBody, IgnoreBody, OperationBody, RetryBody
from issues.rest.codes import WORDS, CodeShape, narrowed
from issues.rest.filters import CauseFilters, IssueFilters, OperationFilters
from issues.rest.orders import Order, Verb
from issues.rest.shapes import CauseShape, IssueDetailShape, IssueShape, OperationShape
from issues.services import Choice, question_of

BODIES: dict[str, type[RetryBody | IgnoreBody]] = {Verb.RETRY: RetryBody, Verb.IGNORE: IgnoreBody}
ORDERING = [IDEMPOTENCY_KEY, OpenApiParameter("Location", str, OpenApiParameter.HEADER, response=[202, 200])]
STARTED = {
    202: OpenApiResponse(OperationShape, description="It runs; look at Location how far it is."),
    200: OpenApiResponse(OperationShape, description="It runs already, or the Idempotency-Key was seen: the same one."),
}


class _Orders(Guarded):
    """What turns a request into an order."""

    def order(
        self, request: Request, organization: Organization, verb: Verb, choice: Choice, body: dict[str, Any]
    ) -> Order:
        return Order(
            organization=organization,
            verb=verb,
            choice=choice,
            actor_id=self.viewer.user_id,
            reason=body.get("reason", ""),
            until=body.get("until"),
            key=orders.own_key(client_of(request), request.headers.get("Idempotency-Key")),
        )

    def started(self, request: Request, order: Order) -> Response:
        operation, fresh = orders.place(order)
        told = _untouched(operation, order.organization) if fresh else counted(operation)
        shown = OperationShape(told, context={"request": request})
        headers = {"Location": reverse("api-operation-detail", args=(operation.pk,), request=request)}
        return Response(shown.data, status=202 if fresh else 200, headers=headers)


def _body(verb: Verb, request: Request) -> dict[str, Any]:
    """What an order of this verb says. Raises `ValidationError`."""
    body = BODIES[verb](data=request.data)
    body.is_valid(raise_exception=True)
    return dict(body.validated_data)


@extend_schema_view(list=extend_schema(summary="Issues, newest first"))
class Issues(_Orders, Resource[Issue]):
    """What did not sync and needs somebody: items, and syncs that stand still. Members see those of their mailboxes."""

    serializer_class = IssueShape
    filterset_class = IssueFilters
    refuses: ClassVar[dict[str, tuple[Type, ...]]] = dict.fromkeys(("retry", "ignore", "decide"), (CONFLICT,))
    queryset: QuerySet[Any] = Issue.everywhere.none()

    def get_queryset(self) -> QuerySet[Issue]:
        rows = visible_issues(self.viewer).select_related("organization", "mailbox", "ignored_by")
        return rows.defer("evidence")

    def get_serializer_class(self) -> type[IssueShape]:
        return IssueShape if self.action == "list" else IssueDetailShape

    @extend_schema(summary="One issue, with its tries and its journal")
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The provider's own words are there for administrators and for the mailbox's owner."""
        return super().retrieve(request, *args, **kwargs)

    @extend_schema(summary="Try one issue again", request=RetryBody, responses=IssueDetailShape)
    @action(detail=True, methods=["post"])
    def retry(self, request: Request, pk: str) -> Response:
        """Starts within a second or two. The issue closes on proof only: when its item is in Salesforce."""
        return self._move(request, Verb.RETRY)

    @extend_schema(summary="Set one issue aside", request=IgnoreBody, responses=IssueDetailShape)
    @action(detail=True, methods=["post"])
    def ignore(self, request: Request, pk: str) -> Response:
        """It stays aside until the moment given, or for good, and says who set it aside and why."""
        return self._move(request, Verb.IGNORE)

    @extend_schema(summary="Decide which version counts", request=DecideBody, responses=IssueDetailShape)
    @action(detail=True, methods=["post"])
    def decide(self, request: Request, pk: str) -> Response:
        """For an issue with a `question`. The version chosen goes to the other side within a second or two."""
        body = DecideBody(data=request.data)
        body.is_valid(raise_exception=True)
        issue, choice = self.get_object(), str(body.validated_data["choice"])
        if not may_answer(self.viewer, issue, question_of(issue)):
            raise PermissionDenied
        order = self.order(
            request, issue.organization, Verb.RETRY, Choice(ids=(issue.pk,)), {"reason": f"decided: {choice}"}
        )
        orders.decide_one(order, issue, choice)
        return Response(self.get_serializer(issue).data)

    def _move(self, request: Request, verb: Verb) -> Response:
        body = _body(verb, request)
        issue = self.get_object()
        order = self.order(request, issue.organization, verb, Choice(ids=(issue.pk,)), body)
        orders.move_one(order, visible_issues(self.viewer).filter(pk=issue.pk), issue)
        return Response(self.get_serializer(issue).data)


def with_mailboxes(rows: QuerySet[Cause]) -> QuerySet[Cause]:
    """Each cause with `mailboxes`: how many have an open issue of it."""
    issues = Issue.objects.filter(cause=OuterRef("pk"), status__in=NEEDS_SOMEBODY, mailbox__isnull=False)
    count = issues.order_by().values("cause").annotate(count=Count("mailbox", distinct=True)).values("count")
    return rows.annotate(mailboxes=Coalesce(Subquery(count), 0))


@extend_schema_view(list=extend_schema(summary="Causes, newest first"), retrieve=extend_schema(summary="One cause"))
class Causes(_Orders, Resource[Cause]):
    """Issues that share a reason: mend it once, try all of them again. For administrators."""

    serializer_class = CauseShape
    filterset_class = CauseFilters
    queryset: QuerySet[Any] = Cause.everywhere.none()

    def get_queryset(self) -> QuerySet[Cause]:
        return with_mailboxes(visible_causes(self.viewer)).select_related("organization").defer("said")

    @extend_schema(
        summary="Try all issues of a cause again",
        request=RetryBody,
        responses=STARTED,
        parameters=ORDERING,
    )
    @action(detail=True, methods=["post"])
    def retry(self, request: Request, pk: str) -> Response:
        """Short for an operation whose choice is this cause."""
        return self._start(request, Verb.RETRY)

    @extend_schema(
        summary="Set all issues of a cause aside",
        request=IgnoreBody,
        responses=STARTED,
        parameters=ORDERING,
    )
    @action(detail=True, methods=["post"])
    def ignore(self, request: Request, pk: str) -> Response:
        """Short for an operation whose choice is this cause."""
        return self._start(request, Verb.IGNORE)

    def _start(self, request: Request, verb: Verb) -> Response:
        body = _body(verb, request)
        cause = self.get_object()
        return self.started(request, self.order(request, cause.organization, verb, Choice(cause=cause.pk), body))


COUNTS = {
    "resolved": Status.RESOLVED,
    "failed_again": Status.OPEN,
    "still_trying": Status.RETRYING,
    "ignored": Status.IGNORED,
}


def with_counts(rows: QuerySet[BulkOperation]) -> QuerySet[BulkOperation]:
    """Each operation with what became of its issues."""
    return rows.annotate(**{name: Count("issues", filter=Q(issues__status=status)) for name, status in COUNTS.items()})


def _untouched(operation: BulkOperation, organization: Organization) -> BulkOperation:
    """An operation that was just started: nothing has become of its issues yet, so nobody needs to count."""
    operation.organization = organization
    vars(operation).update(dict.fromkeys(COUNTS, 0))
    return operation


def counted(operation: BulkOperation) -> BulkOperation:
    """An operation that was there before, read again with its counts."""
    return with_counts(BulkOperation.objects.select_related("organization")).get(pk=operation.pk)


def visible_operations(viewer: Viewer) -> QuerySet[BulkOperation]:
    """All of the organizations that the viewer administers, and their own."""
    rows = BulkOperation.objects.all()
    if not isinstance(viewer.administers, frozenset):
        return rows
    own = Q(actor=viewer.user_id) if viewer.user_id is not None else Q(pk__in=[])
    return rows.filter(own | Q(organization__in=sorted(viewer.administers)))


@extend_schema_view(
    list=extend_schema(summary="Operations, newest first"), retrieve=extend_schema(summary="How far an operation is")
)
class Operations(_Orders, Resource[BulkOperation]):
    """Orders for many issues. Members see their own, administrators those of their organizations."""

    serializer_class = OperationShape
    filterset_class = OperationFilters
    queryset: QuerySet[Any] = BulkOperation.everywhere.none()

    def get_queryset(self) -> QuerySet[BulkOperation]:
        return with_counts(visible_operations(self.viewer)).select_related("organization")

    @extend_schema(
        summary="Try many again, or set many aside",
        request=OperationBody,
        responses=STARTED,
        parameters=ORDERING,
    )
    def create(self, request: Request) -> Response:
        """There is one operation for one choice at a time, however often it is asked for: the second answer is 200
        with the same one. An order touches only issues that you may see."""
        body = OperationBody(data=request.data)
        body.is_valid(raise_exception=True)
        wanted = dict(body.validated_data)
        own = request.auth.organization if isinstance(request.auth, ApiToken) else None
        organization = orders.organization_meant(self.viewer, wanted["choice"].get("organization"), own)
        choice = orders.chosen(self.viewer, organization, wanted["choice"])
        return self.started(request, self.order(request, organization, Verb(wanted["verb"]), choice, wanted))


class Codes(Guarded, ViewSet):
    """The catalogue: what every code means, what mends it, who can, and whether to try again. Open to everybody."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    serializer_class = CodeShape
    pagination_class = SluggedPages
    lookup_field = "slug"
    lookup_value_regex = "[a-z0-9_.-]+"
    names: ClassVar[tuple[str, ...]] = (*WORDS, "q")

    def parameters(self) -> Collection[str]:
        return {"limit", "cursor", *self.names} if self.action == "list" else ()

    @extend_schema(
        summary="Codes, by address",
        parameters=[
            *(OpenApiParameter(name, enum=words) for name, words in WORDS.items()),
            OpenApiParameter("q", description="A part of code, title or sentence."),
        ],
    )
    def list(self, request: Request) -> Response:
        pages = SluggedPages()
        rows = pages.paginate_queryset(narrowed(request.query_params.dict()), request)
        return pages.get_paginated_response([CodeShape(row, context={"request": request}).data for row in rows])

    @extend_schema(
        summary="One code", parameters=[OpenApiParameter("slug", location=OpenApiParameter.PATH)], responses=CodeShape
    )
    def retrieve(self, request: Request, slug: str) -> Response:
        found = by_slug(slug)
        if found is None:
            raise Http404
        return Response(CodeShape(found, context={"request": request}).data)
