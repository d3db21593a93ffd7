"""Mending an issue in place over REST: what can be filled in of its record, and filling it in."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any, ClassVar

from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from connectors.fills import Sort
from connectors.rest.problems import CONFLICT, Refused, Type, bad_body
from connectors.rest.schema import IDEMPOTENCY_KEY
from connectors.rest.shapes import Strict
from issues.api import Issues
from issues.models import Issue
from issues.rest import orders
from issues.rest.orders import Verb
from issues.rest.shapes import IssueDetailShape
from issues.services import Choice
from syncapp import doubles, mending
from syncapp.doubles import Choices
from syncapp.mending import Offer

NOTHING = "{} has nothing that could be filled in."
NO_DOUBLES = "{} is about no possible duplicate."
DOUBLES = ["contact", "lead"]
LONGEST_TEXT = 100_000
SORTS = [each.value for each in Sort]


class OptionShape(serializers.Serializer[Any]):
    """A value of a picklist, and what people call it."""

    value = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field of that name


class BlankShape(serializers.Serializer[Any]):
    """A field of the record as Salesforce describes it."""

    name = serializers.CharField(help_text="Salesforce's own name of the field.")
    label = serializers.CharField()  # type: ignore[assignment]  # a field of that name
    sort = serializers.ChoiceField(SORTS)
    longest = serializers.IntegerField(help_text="In UTF-16 units; 0 where nothing is known.")
    required = serializers.BooleanField()  # type: ignore[assignment]  # likewise
    options = OptionShape(many=True)
    may_default = serializers.BooleanField(help_text="Whether `as_default` counts for it.")
    refused = serializers.CharField(allow_null=True, help_text="What was refused, for those who may read it.")


class SheetShape(serializers.Serializer[Any]):
    """What can be filled in of an issue's record."""

    record = serializers.CharField(help_text="The kind of record: contact, lead, event, task, email or case.")
    fields = BlankShape(many=True)  # type: ignore[assignment]  # a field of that name


@extend_schema_serializer(examples=[OpenApiExample("a last name", value={"values": {"LastName": "Smith"}})])
class ValuesBody(Strict):
    """Values by Salesforce's names of the fields: texts as a person would type them."""

    values = serializers.DictField(
        child=serializers.CharField(allow_blank=True, max_length=LONGEST_TEXT, trim_whitespace=False),
        allow_empty=False,
    )
    as_default = serializers.BooleanField(
        default=False,
        help_text="Also write them into every such record from now on that has nothing there. For administrators.",
    )


class DoubleShape(serializers.Serializer[Any]):
    """A record that Salesforce takes for the same. Its name is there for those who may read the item."""

    id = serializers.CharField()
    kind = serializers.ChoiceField(DOUBLES)
    name = serializers.CharField()
    detail = serializers.CharField()


class DoublesShape(serializers.Serializer[Any]):
    """What may be chosen of a possible duplicate."""

    doubles = DoubleShape(many=True)
    anyway = serializers.BooleanField(help_text="Whether a new record may be made all the same.")


@extend_schema_serializer(
    examples=[
        OpenApiExample("it is this one", value={"record": "003Qy00000Cc1DdIAJ"}),
        OpenApiExample("it is none of them", value={"anyway": True}),
    ]
)
class DoubleBody(Strict):
    """Exactly one of the two."""

    record = serializers.CharField(required=False, max_length=18, help_text="The id of one of them.")
    anyway = serializers.BooleanField(required=False, help_text="True: it is none of them, make a new one.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("record" in attrs) == (attrs.get("anyway") is True):
            raise serializers.ValidationError("Name one record, or say `anyway`.")
        return attrs


class MendableIssues(Issues):
    """Issues, and what is mended of them here."""

    __doc__ = Issues.__doc__
    refuses: ClassVar[dict[str, tuple[Type, ...]]] = {
        **Issues.refuses,
        "sheet": (CONFLICT,),
        "values": (CONFLICT,),
        "doubles": (CONFLICT,),
        "choice": (CONFLICT,),
    }

    @extend_schema(summary="What can be filled in of an issue's record", responses=SheetShape)
    @action(detail=True, methods=["get"])
    def sheet(self, request: Request, pk: str) -> Response:
        """The fields that Salesforce refused, as it describes them. For whoever could write the record there."""
        offered = self._offered(self.get_object())
        return Response(SheetShape(_told(offered)).data)

    @extend_schema(
        summary="Fill in what Salesforce refused",
        request=ValuesBody,
        responses=IssueDetailShape,
        parameters=[IDEMPOTENCY_KEY],
    )
    @action(detail=True, methods=["post"])
    def values(self, request: Request, pk: str) -> Response:
        """The values go into this one record, and the issue is tried again with them at once. They count where there is
        nothing else, and instead of the value that was refused."""
        body = ValuesBody(data=request.data)
        body.is_valid(raise_exception=True)
        issue, wanted = self.get_object(), dict(body.validated_data)
        order = self.order(
            request, issue.organization, Verb.RETRY, Choice(ids=(issue.pk,)), {"reason": _reason(issue, wanted)}
        )
        if not orders.is_placed(order):
            self._fill(issue, wanted)
            orders.keep(order)
            issue.refresh_from_db()
        return Response(self.get_serializer(issue).data)

    @extend_schema(summary="Which records Salesforce takes for the same", responses=DoublesShape)
    @action(detail=True, methods=["get"])
    def doubles(self, request: Request, pk: str) -> Response:
        """For an issue about a possible duplicate: the records to choose among, and whether a new one may be made."""
        return Response(DoublesShape(self._choices(self.get_object())).data)

    @extend_schema(
        summary="Say which record is meant",
        request=DoubleBody,
        responses=IssueDetailShape,
        parameters=[IDEMPOTENCY_KEY],
    )
    @action(detail=True, methods=["post"])
    def choice(self, request: Request, pk: str) -> Response:
        """One of the issue's `doubles/`, or that it is none of them and a new one is to be made."""
        body = DoubleBody(data=request.data)
        body.is_valid(raise_exception=True)
        issue, wanted = self.get_object(), dict(body.validated_data)
        said = {"reason": f"meant: {wanted.get('record') or 'none of them'}"}
        order = self.order(request, issue.organization, Verb.RETRY, Choice(ids=(issue.pk,)), said)
        if not orders.is_placed(order):
            self._choose(issue, wanted)
            orders.keep(order)
            issue.refresh_from_db()
        return Response(self.get_serializer(issue).data)

    def _choose(self, issue: Issue, wanted: Mapping[str, Any]) -> None:
        orders.refuse_resolved(issue)
        offered, record_id = self._choices(issue), str(wanted.get("record", ""))
        try:
            doubles.choose(issue, offered, record_id=record_id, anyway=not record_id, actor_id=self.viewer.user_id)
        except ValueError as error:
            raise bad_body({"/record" if record_id else "/anyway": str(error)}) from error

    def _choices(self, issue: Issue) -> Choices:
        """Raises `Refused` where there is nothing to choose now, `PermissionDenied` where it is for somebody else."""
        offered = doubles.choices(self.viewer, issue)
        if offered is None:
            raise Refused(CONFLICT, NO_DOUBLES.format(issue.reference))
        if offered.asks_administrator:
            raise PermissionDenied
        if offered.trouble:
            raise Refused(CONFLICT, offered.trouble)
        return offered

    def _fill(self, issue: Issue, wanted: Mapping[str, Any]) -> None:
        """Raises `Refused` for what does not fit, by the pointer of its field."""
        orders.refuse_resolved(issue)
        offered = self._offered(issue)
        as_default = bool(wanted["as_default"])
        if as_default and not self.viewer.is_admin_of(issue.organization_id):
            raise PermissionDenied
        try:
            mending.fill_in(issue, offered, wanted["values"], as_default=as_default, actor_id=self.viewer.user_id)
        except mending.Unfit as error:
            raise bad_body({_pointer(name): said for name, said in error.flaws.items()}) from error

    def _offered(self, issue: Issue) -> Offer:
        """Raises `Refused` where there is nothing to fill in now, `PermissionDenied` where it is for somebody else."""
        offered = mending.offer(self.viewer, issue)
        if offered is None:
            raise Refused(CONFLICT, NOTHING.format(issue.reference))
        if offered.asks_administrator:
            raise PermissionDenied
        if not offered.blanks:
            raise Refused(CONFLICT, offered.trouble)
        return offered


def _pointer(name: str) -> str:
    """Where in the body a field stands; the box for every record stands beside the values."""
    if name == mending.DEFAULT:
        return "/as_default"
    escaped = name.replace("~", "~0").replace("/", "~1")
    return f"/values/{escaped}" if name else "/values"


def _reason(issue: Issue, wanted: Mapping[str, Any]) -> str:
    """Tells one answer from another where it is kept with its Idempotency-Key, and nothing of what was filled in."""
    said = json.dumps([wanted["values"], wanted["as_default"]], sort_keys=True).encode()
    digest = hashlib.blake2b(said, key=issue.organization.secret.encode()[:64], digest_size=16).hexdigest()
    return f"filled in: {digest}"


def _told(offered: Offer) -> dict[str, Any]:
    return {
        "record": offered.target.value,
        "fields": [
            {
                "name": blank.name,
                "label": blank.label,
                "sort": blank.sort.value,
                "longest": blank.longest,
                "required": blank.required,
                "options": [{"value": value, "label": label} for value, label in blank.options],
                "may_default": offered.may_default and blank.may_default,
                "refused": offered.before.get(blank.name),
            }
            for blank in offered.blanks
        ],
    }
