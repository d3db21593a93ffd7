"""Issues, causes, codes and operations over REST: look, try again, set aside."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, ClassVar

from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.viewsets import ViewSet

from connectors import clock
from connectors.effects import commit
from connectors.models import ApiToken, Organization
from connectors.rest.pagination import SluggedPages
from connectors.rest.problems import CONFLICT, Refused, Type
from connectors.rest.schema import IDEMPOTENCY_KEY
from connectors.rest.scope import client_of
from connectors.rest.views import Guarded, Resource
from issues.access import may_answer, visible_causes, visible_issues, visible_operations
from issues.catalogue import by_slug
from issues.models import BulkOperation, Cause, Issue
from issues.ordering import BY_PEOPLE, Event, State, is_done
from issues.previewing import preview
from issues.rest import orders
from issues.rest.bodies import (
    AcknowledgeBody,
    AssignBody,
    DecideBody,
    IgnoreBody,
    OperationBody,
    PreviewBody,
    RetryBody,
    WakeBody,
)
from issues.rest.codes import WORDS, CodeShape, narrowed
from issues.rest.filters import CauseFilters, IssueFilters, OperationFilters
from issues.rest.orders import Order, Verb
from issues.rest.preconditions import Conditional
from issues.rest.rows import COLUMNS, Rows
from issues.rest.shapes import (
    AttemptShape,
    CauseDetailShape,
    CauseShape,
    IssueDetailShape,
    IssueShape,
    OperationShape,
    PreviewShape,
    tries_for,
)
from issues.services import Choice, acknowledge, assign, caretakers, question_of, steer, stop_ignoring
from issues.trends import with_breadth

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
            ending=body.get("ending", ""),
            key=orders.own_key(client_of(request), request.headers.get("Idempotency-Key")),
        )

    def started(self, request: Request, order: Order) -> Response:
        operation, fresh = orders.place(order)
        operation.organization = order.organization
        shown = OperationShape(operation, context={"request": request})
        headers = {"Location": reverse("api-operation-detail", args=(operation.pk,), request=request)}
        return Response(shown.data, status=202 if fresh else 200, headers=headers)


def _body(verb: Verb, request: Request) -> dict[str, Any]:
    """What an order of this verb says. Raises `ValidationError`."""
    body = BODIES[verb](data=request.data)
    body.is_valid(raise_exception=True)
    return dict(body.validated_data)


class Issues(_Orders, Conditional):
    """What did not sync and needs somebody: items, and syncs that stand still. Members see those of their mailboxes."""

    serializer_class = IssueShape
    filterset_class = IssueFilters
    refuses: ClassVar[dict[str, tuple[Type, ...]]] = dict.fromkeys(("retry", "ignore", "decide"), (CONFLICT,))
    conditional: ClassVar[tuple[str, ...]] = ("retry", "ignore", "wake", "decide")
    queryset: QuerySet[Any] = Issue.everywhere.none()

    def get_queryset(self) -> QuerySet[Issue]:
        rows = visible_issues(self.viewer).select_related("organization", "mailbox", "ignored_by")
        return rows.defer("evidence", "organization__secret")

    def parameters(self) -> Collection[str]:
        return ("limit", "cursor") if self.action == "attempts" else super().parameters()

    def get_serializer_class(self) -> type[IssueShape]:
        return IssueShape if self.action == "list" else IssueDetailShape

    @extend_schema(summary="Issues, newest first")
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Members see those of their mailboxes, administrators and tokens all of the organization."""
        found = self.filter_queryset(visible_issues(self.viewer)).values(*COLUMNS)
        page = self.paginate_queryset(found) or []
        return self.get_paginated_response(Rows(request).of(page))

    @extend_schema(summary="One issue, with its tries and its journal")
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The provider's own words are there for administrators and for the mailbox's owner."""
        return super().retrieve(request, *args, **kwargs)

    @extend_schema(summary="Its failed tries, newest first", responses=AttemptShape(many=True), filters=False)
    @action(detail=True, methods=["get"])
    def attempts(self, request: Request, pk: str) -> Response:
        """All that are kept, in pages; the issue by itself has the newest 100. The provider's own words are there for
        those who may read them."""
        issue = self.get_object()
        rows: Any = issue.attempts.all()
        context, page = tries_for(self.viewer, issue), self.paginate_queryset(rows) or []
        return self.get_paginated_response([AttemptShape(each, context=context).data for each in page])

    @extend_schema(summary="Try one issue again", request=RetryBody, responses=IssueDetailShape)
    @action(detail=True, methods=["post"])
    def retry(self, request: Request, pk: str) -> Response:
        """Starts within a second or two. The issue closes on proof only: when its item is in Salesforce."""
        return self._move(request, Verb.RETRY)

    @extend_schema(summary="Set one issue aside", request=IgnoreBody, responses=IssueDetailShape)
    @action(detail=True, methods=["post"])
    def ignore(self, request: Request, pk: str) -> Response:
        """It stays aside until the end given, or for good, and says who set it aside and why."""
        return self._move(request, Verb.IGNORE)

    @extend_schema(summary="Stop ignoring one issue", request=WakeBody, responses=IssueDetailShape)
    @action(detail=True, methods=["post"])
    def wake(self, request: Request, pk: str) -> Response:
        """It needs somebody again, before its end. One that is not ignored stays as it is; nothing is tried."""
        WakeBody(data=request.data).is_valid(raise_exception=True)
        issue = self.get_object()
        with commit("api: wake one issue"):
            self.unchanged()
            stop_ignoring(visible_issues(self.viewer).filter(pk=issue.pk), actor_id=self.viewer.user_id)
        issue.refresh_from_db()
        return self.told(issue)

    @extend_schema(summary="Decide which version counts", request=DecideBody, responses=IssueDetailShape)
    @action(detail=True, methods=["post"])
    def decide(self, request: Request, pk: str) -> Response:
        """For an issue with a `question`. What was chosen goes to the other side within a second or two.

        An answer counts for what both sides said when it was given. Should either change meanwhile, the question is
        asked anew and nothing is written."""
        body = DecideBody(data=request.data)
        body.is_valid(raise_exception=True)
        issue, answer = self.get_object(), orders.Answer(**body.validated_data)
        if not may_answer(self.viewer, issue, question_of(issue)):
            raise PermissionDenied
        order = self.order(request, issue.organization, Verb.RETRY, Choice(ids=(issue.pk,)), {"reason": answer.reason})
        orders.decide_one(order, issue, answer, self.unchanged)
        return self.told(issue)

    def _move(self, request: Request, verb: Verb) -> Response:
        body = _body(verb, request)
        issue = self.get_object()
        order = self.order(request, issue.organization, verb, Choice(ids=(issue.pk,)), body)
        orders.move_one(order, visible_issues(self.viewer).filter(pk=issue.pk), issue, self.unchanged)
        return self.told(issue)


@extend_schema_view(list=extend_schema(summary="Causes, newest first"), retrieve=extend_schema(summary="One cause"))
class Causes(_Orders, Resource[Cause]):
    """Issues that share a reason: mend it once, try all of them again. For administrators."""

    serializer_class = CauseShape
    filterset_class = CauseFilters
    queryset: QuerySet[Any] = Cause.everywhere.none()

    def get_queryset(self) -> QuerySet[Cause]:
        rows = with_breadth(visible_causes(self.viewer), clock.now())
        return rows.select_related("organization", "assignee", "acknowledged_by").defer("said")

    def get_serializer_class(self) -> type[CauseShape]:
        return CauseShape if self.action == "list" else CauseDetailShape

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

    @extend_schema(summary="Have somebody look after a cause", request=AssignBody, responses=CauseDetailShape)
    @action(detail=True, methods=["post"])
    def assign(self, request: Request, pk: str) -> Response:
        """It stands first on their own first page. Once more is no mistake: whose it is stays so."""
        body = AssignBody(data=request.data)
        body.is_valid(raise_exception=True)
        cause = self.get_object()
        assign(cause, self._named(cause, body.validated_data["assignee"]), actor_id=self.viewer.user_id)
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(summary="Say that somebody knows of a cause", request=AcknowledgeBody, responses=CauseDetailShape)
    @action(detail=True, methods=["post"])
    def acknowledge(self, request: Request, pk: str) -> Response:
        """It holds until nothing of the cause is open any more, and mends nothing. Where nothing is open, nothing
        changes."""
        body = AcknowledgeBody(data=request.data)
        body.is_valid(raise_exception=True)
        acknowledge(self.get_object(), known=body.validated_data["acknowledged"], actor_id=self.viewer.user_id)
        return Response(self.get_serializer(self.get_object()).data)

    def _named(self, cause: Cause, name: str | None) -> User | None:
        """Who has that name, of those who administer the cause's organization. Raises `ValidationError`."""
        found = caretakers(cause.organization_id).filter(username=name).first() if name else None
        if name and found is None:
            raise ValidationError({"assignee": ["No administrator of its organization has this name."]})
        return found

    def _start(self, request: Request, verb: Verb) -> Response:
        body = _body(verb, request)
        cause = self.get_object()
        return self.started(request, self.order(request, cause.organization, verb, Choice(cause=cause.pk), body))


@extend_schema_view(
    list=extend_schema(summary="Operations, newest first"), retrieve=extend_schema(summary="How far an operation is")
)
class Operations(_Orders, Conditional):
    """Orders for many issues. Members see their own, administrators those of their organizations."""

    serializer_class = OperationShape
    filterset_class = OperationFilters
    refuses: ClassVar[dict[str, tuple[Type, ...]]] = dict.fromkeys(BY_PEOPLE, (CONFLICT,))
    conditional: ClassVar[tuple[str, ...]] = tuple(BY_PEOPLE)
    queryset: QuerySet[Any] = BulkOperation.everywhere.none()

    def get_queryset(self) -> QuerySet[BulkOperation]:
        return visible_operations(self.viewer).select_related("organization")

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
        organization, choice = self._chosen(request, wanted["choice"])
        return self.started(request, self.order(request, organization, Verb(wanted["verb"]), choice, wanted))

    @extend_schema(summary="What an order would do", request=PreviewBody, responses={200: PreviewShape})
    @action(detail=False, methods=["post"])
    def preview(self, request: Request) -> Response:
        """How many it is about, three of them, how many are tried first, about how many calls to Salesforce it takes,
        and what is advised. Nothing starts."""
        body = PreviewBody(data=request.data)
        body.is_valid(raise_exception=True)
        wanted = dict(body.validated_data)
        organization, choice = self._chosen(request, wanted["choice"])
        seen = preview(organization.pk, wanted["verb"], choice)
        return Response(PreviewShape(seen, context={"request": request}).data)

    @extend_schema(summary="Pause an order", request=RetryBody, responses=OperationShape)
    @action(detail=True, methods=["post"])
    def pause(self, request: Request, pk: str) -> Response:
        """Nothing more is taken up until `resume/`; what was taken up already runs to its end."""
        return self._steer(request, Event.PAUSE)

    @extend_schema(summary="Go on with an order", request=RetryBody, responses=OperationShape)
    @action(detail=True, methods=["post"])
    def resume(self, request: Request, pk: str) -> Response:
        """After a pause, and all the same where the first few did not show that it works (`held`)."""
        return self._steer(request, Event.RESUME)

    @extend_schema(summary="Cancel the rest of an order", request=RetryBody, responses=OperationShape)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> Response:
        """What was not taken up yet stays as it is."""
        return self._steer(request, Event.CANCEL)

    @extend_schema(summary="Undo an order that set aside", request=RetryBody, responses=OperationShape)
    @action(detail=True, methods=["post"])
    def undo(self, request: Request, pk: str) -> Response:
        """Those that it set aside and nobody has touched since are as they were before it."""
        return self._steer(request, Event.UNDO)

    def _steer(self, request: Request, event: Event) -> Response:
        """Once more is no mistake: what is as it was asked for stays so."""
        RetryBody(data=request.data).is_valid(raise_exception=True)
        operation = self.get_object()
        with commit("api: steer an order"):
            self.unchanged()
            steered = steer(operation, event, actor_id=self.viewer.user_id)
        if not steered and not is_done(State(operation.state), event):
            word = operation.get_state_display().lower()
            raise Refused(CONFLICT, f"The order is {word}; that does not go with it.")
        return self.told(operation)

    def _chosen(self, request: Request, wanted: dict[str, Any]) -> tuple[Organization, Choice]:
        own = request.auth.organization if isinstance(request.auth, ApiToken) else None
        organization = orders.organization_meant(self.viewer, wanted.get("organization"), own)
        return organization, orders.chosen(self.viewer, organization, wanted)


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
