"""How the interface describes itself: OpenAPI 3.1, with the refusals that each address can answer with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.http import HttpRequest
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.settings import patched_settings
from drf_spectacular.utils import Direction, OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema_serializer
from rest_framework import serializers

from connectors.rest import problems
from connectors.rest.authentication import TokenAuthentication
from connectors.scoping import scoped

IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    location=OpenApiParameter.HEADER,
    description="Up to 200 visible ASCII characters of your making, fresh for each order. The same key with the same "
    "body is the same order, however often it is sent; with another body it is refused.",
    examples=[OpenApiExample("a UUID", value="5f0c3a0e-7a40-4f5e-9d3c-0b6f2d1f4a77")],
)


ETAG = OpenApiParameter(
    "ETag",
    str,
    OpenApiParameter.HEADER,
    response=[200],
    description="Stands for all that this answer says; another one means that something has changed.",
)
IF_MATCH = OpenApiParameter(
    "If-Match",
    str,
    OpenApiParameter.HEADER,
    description="The ETag of the answer that you decided on: if it has changed meanwhile, nothing is done. Without it, "
    "it is done as things stand.",
)
IF_NONE_MATCH = OpenApiParameter(
    "If-None-Match",
    str,
    OpenApiParameter.HEADER,
    description="The ETag of the answer that you have: if nothing has changed, this one is a 304 without a body.",
)


class FaultShape(serializers.Serializer[Any]):
    """What is wrong, and where: exactly one of the three places is named."""

    pointer = serializers.CharField(required=False, help_text="JSON pointer into the body; empty for all of it.")
    parameter = serializers.CharField(required=False, help_text="Query parameter.")
    header = serializers.CharField(required=False, help_text="Header.")
    detail = serializers.CharField()


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "an unknown field",
            status_codes=["400"],
            media_type=problems.MEDIA_TYPE,
            value={
                "type": "https://syncapp.example/api/problems/invalid/",
                "title": "The request is not valid",
                "status": 400,
                "detail": "Correct what `errors` names, then send it again.",
                "instance": "/api/v1/operations/",
                "errors": [{"pointer": "/choice/casue", "detail": "There is no such field."}],
            },
        )
    ]
)
class ProblemShape(serializers.Serializer[Any]):
    """A refusal (RFC 9457). Nothing was done."""

    type = serializers.URLField(help_text="A stable address for this kind of refusal; it explains itself there.")
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField(help_text="A sentence that says what to do.")
    instance = serializers.CharField(help_text="The address that was asked.")
    errors = FaultShape(many=True)  # type: ignore[assignment]  # the framework takes fields out of the class
    id = serializers.CharField(required=False, help_text="Of an unexpected error: what support finds it by.")


def refusals(types: Iterable[problems.Type]) -> dict[int, str]:
    """What each status of these problems means: the titles of its types, as one text."""
    titles: dict[int, list[str]] = {}
    for each in types:
        titles.setdefault(each.status, []).append(each.title)
    return {status: "; ".join(texts) + "." for status, texts in sorted(titles.items())}


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # registers subclasses on its own
    target_class = TokenAuthentication
    name = "token"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        return {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "msk_ and 43 characters",
            "description": "A token of your organization, issued by an administrator.",
        }


class ProblemSchema(AutoSchema):
    """The schema of a view, with what every address of ours has in common."""

    def _get_serializer_name(self, serializer: Any, direction: Direction, bypass_extensions: bool = False) -> str:
        """Clients need not know that it is a shape or a body here."""
        name: str = super()._get_serializer_name(serializer, direction, bypass_extensions)
        return name.replace("Shape", "").replace("Body", "")

    def get_operation_id(self) -> str:
        """`issues_retry` rather than `issues_retry_create`: a verb creates nothing."""
        name = super().get_operation_id()
        return name if getattr(self.view, "action", "") == "create" else name.removesuffix("_create")

    def get_override_parameters(self) -> list[Any]:
        repeated = [IDEMPOTENCY_KEY] if self.method == "POST" else []
        return repeated + ([IF_MATCH, ETAG] if self._changes() else [IF_NONE_MATCH, ETAG] if self._is_tagged() else [])

    def _changes(self) -> bool:
        return getattr(self.view, "action", None) in getattr(self.view, "conditional", ())

    def _is_tagged(self) -> bool:
        return bool(getattr(self.view, "conditional", ())) and getattr(self.view, "action", None) == "retrieve"

    def _get_response_bodies(self, direction: Direction = "response") -> dict[str, Any]:
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        if self._is_tagged():
            bodies["304"] = {"description": "It is as `If-None-Match` says."}
        for status, text in refusals(self._types()).items():
            shape = OpenApiResponse(ProblemShape, description=text)
            media = [problems.MEDIA_TYPE]
            body = self._get_response_for_code(shape, str(status), media, direction)  # type: ignore[no-untyped-call]
            bodies[str(status)] = body
        return bodies

    def _types(self) -> Iterable[problems.Type]:
        yield from getattr(self.view, "refuses", {}).get(getattr(self.view, "action", None), ())
        yield from (problems.THROTTLED, problems.SERVER, problems.NOT_ACCEPTABLE)
        if any(self.get_auth()):
            yield problems.UNAUTHENTICATED
        if "{" in self.path:
            yield problems.NOT_FOUND
        if self._changes():
            yield problems.STALE
        if self._is_tagged():
            yield problems.INVALID
        if self.method == "POST":
            yield from (problems.INVALID, problems.MALFORMED, problems.FORBIDDEN, problems.READ_ONLY, problems.CSRF)
            yield from (problems.TOO_LARGE, problems.MEDIA, problems.KEY_REUSED)
        elif self._is_list_view():
            yield problems.INVALID


class Flawed(Exception):
    """The schema cannot be told without guessing."""


def document(names: Mapping[str, object], request: HttpRequest | None = None) -> dict[str, Any]:
    """The whole schema. `names` gives the enumerations theirs. Raises `Flawed` on any warning of the generator."""
    GENERATOR_STATS.reset()
    ours = {
        "ENUM_NAME_OVERRIDES": names,
        "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
        "AUTHENTICATION_WHITELIST": [
            "connectors.rest.authentication.TokenAuthentication"
        ],  # sessions are for our own pages
    }
    # The generator looks at empty sets of rows, so a scope in which there is nothing will do.
    with patched_settings(ours), GENERATOR_STATS.silence(), scoped(()):
        generator = SchemaGenerator()  # type: ignore[no-untyped-call]  # it has no types
        schema: dict[str, Any] = generator.get_schema(request=request, public=True)  # type: ignore[no-untyped-call]
    if GENERATOR_STATS:
        said = {**GENERATOR_STATS._warn_cache, **GENERATOR_STATS._error_cache}  # noqa: SLF001 - it tells no other way
        raise Flawed("; ".join(said))
    return schema
