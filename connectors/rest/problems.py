"""Every refusal is a problem of RFC 9457: a type with a page of its own, a title, and a sentence that says what to do.

    {"type", "title", "status", "detail", "instance", "errors": [{"pointer" | "parameter" | "header", "detail"}]}

`pointer` is a JSON pointer (RFC 6901) into the body, `parameter` a query parameter. Nothing of an unexpected
error leaves the process but an `id`, which stands beside its traceback in the log.
"""

from __future__ import annotations

import json
import logging
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from rest_framework import exceptions
from rest_framework.settings import api_settings

log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True, kw_only=True)
class Type:
    """A kind of refusal. `name` is part of its address and never changes; `advice` is said where nobody said more."""

    name: str
    status: int
    title: str
    advice: str


INVALID = Type(
    name="invalid",
    status=400,
    title="The request is not valid",
    advice="Correct what `errors` names, then send it again.",
)
MALFORMED = Type(
    name="malformed", status=400, title="The body is not JSON", advice="Send one JSON object, encoded as UTF-8."
)
UNAUTHENTICATED = Type(
    name="unauthenticated",
    status=401,
    title="Nobody is signed in",
    advice="Send the header “Authorization: Bearer msk_…” with a token of your organization.",
)
FORBIDDEN = Type(
    name="forbidden", status=403, title="That is not allowed", advice="Ask an administrator of your organization."
)
READ_ONLY = Type(
    name="read-only",
    status=403,
    title="The token only reads",
    advice="Use a token that was issued with the right to write.",
)
CSRF = Type(
    name="csrf",
    status=403,
    title="The CSRF token is missing",
    advice="Send the page's CSRF token in the header X-CSRFToken, or use an API token.",
)
NOT_FOUND = Type(
    name="not-found",
    status=404,
    title="There is nothing here",
    advice="Check the address; it ends with a slash, and it must be something that you may see.",
)
METHOD = Type(
    name="method-not-allowed",
    status=405,
    title="The method is not possible here",
    advice="Use a method that the header Allow names.",
)
NOT_ACCEPTABLE = Type(
    name="not-acceptable", status=406, title="There is no such format", advice="Accept application/json."
)
CONFLICT = Type(
    name="conflict",
    status=409,
    title="Its state does not allow that",
    advice="Look at the object again; it may have changed.",
)
STALE = Type(
    name="stale",
    status=412,
    title="It was changed meanwhile",
    advice="Look at it again, decide anew, and send If-Match with the ETag that comes then; without it, it is done as "
    "things stand.",
)
TOO_LARGE = Type(
    name="too-large", status=413, title="The body is too large", advice="Send less at once, or choose by cause or code."
)
MEDIA = Type(
    name="unsupported-media-type", status=415, title="The body is not JSON", advice="Send the body as application/json."
)
KEY_REUSED = Type(
    name="idempotency-key-reused",
    status=422,
    title="The key belongs to another request",
    advice="Use a fresh Idempotency-Key for each order, and the same one only to repeat it word for word.",
)
THROTTLED = Type(
    name="throttled", status=429, title="Too many requests", advice="Wait as long as the header Retry-After says."
)
SERVER = Type(
    name="server-error",
    status=500,
    title="Something went wrong on our side",
    advice="Try again; if it stays, tell support the id.",
)
UNAVAILABLE = Type(
    name="unavailable",
    status=503,
    title="Somebody else does not answer",
    advice="Try again in a minute.",
)
TYPES: Mapping[str, Type] = {
    each.name: each
    for each in (
        INVALID,
        MALFORMED,
        UNAUTHENTICATED,
        FORBIDDEN,
        READ_ONLY,
        CSRF,
        NOT_FOUND,
        METHOD,
        NOT_ACCEPTABLE,
        CONFLICT,
        STALE,
        TOO_LARGE,
        MEDIA,
        KEY_REUSED,
        THROTTLED,
        SERVER,
        UNAVAILABLE,
    )
}

# First match wins: an exception is answered by the first class that it is one of.
_OF_EXCEPTION: Sequence[tuple[type[Exception], Type]] = (
    (exceptions.ValidationError, INVALID),
    (exceptions.ParseError, MALFORMED),
    (exceptions.NotAuthenticated, UNAUTHENTICATED),
    (exceptions.AuthenticationFailed, UNAUTHENTICATED),
    (exceptions.PermissionDenied, FORBIDDEN),
    (PermissionDenied, FORBIDDEN),
    (exceptions.NotFound, NOT_FOUND),
    (Http404, NOT_FOUND),
    (exceptions.MethodNotAllowed, METHOD),
    (exceptions.NotAcceptable, NOT_ACCEPTABLE),
    (exceptions.UnsupportedMediaType, MEDIA),
    (exceptions.Throttled, THROTTLED),
    (RequestDataTooBig, TOO_LARGE),
)
# What the framework says for these tells nobody what to do, or tells of our insides.
_IN_OUR_WORDS = (exceptions.AuthenticationFailed, exceptions.ParseError)


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One thing that is wrong with a request, and where: `place` is pointer, parameter or header."""

    place: str
    name: str
    detail: str

    def row(self) -> dict[str, str]:
        return {self.place: self.name, "detail": self.detail}


class Refused(exceptions.APIException):
    """A refusal in our own words. Nothing was done."""

    def __init__(self, type_: Type, detail: str = "", faults: Iterable[Fault] = ()) -> None:
        super().__init__(detail or type_.advice)
        self.type = type_
        self.status_code = type_.status
        self.faults = tuple(faults)


def bad_parameters(flaws: Mapping[str, str]) -> Refused:
    """The refusal of query parameters, each with a sentence."""
    return Refused(INVALID, faults=(Fault(place="parameter", name=n, detail=d) for n, d in flaws.items()))


def bad_body(flaws: Mapping[str, str]) -> Refused:
    """The refusal of a body, by JSON pointer."""
    return Refused(INVALID, faults=(Fault(place="pointer", name=n, detail=d) for n, d in flaws.items()))


def problem(error: Exception, context: Mapping[str, Any]) -> HttpResponse:
    """The answer to whatever a view raised; `EXCEPTION_HANDLER` of the REST framework."""
    request = context["request"]
    if isinstance(error, Refused):
        response = answer(request, error.type, str(error.detail), error.faults)
        if error.type is UNAVAILABLE:
            response["Retry-After"] = "60"  # the minute that its advice tells of
        return response
    type_ = next((type_ for kind, type_ in _OF_EXCEPTION if isinstance(error, kind)), SERVER)
    if type_ is SERVER:
        return unexpected(request, error)
    faults = tuple(_faults(error.detail)) if isinstance(error, exceptions.ValidationError) else ()
    response = answer(request, type_, _words(error), faults)
    for name, value in _headers(error).items():
        response[name] = value
    return response


def _words(error: Exception) -> str:
    if isinstance(error, exceptions.Throttled):
        return f"Wait {_seconds(error)} seconds, then try again."
    return str(error.detail) if isinstance(error, _IN_OUR_WORDS) else ""


def _headers(error: Exception) -> dict[str, str]:
    headers = {}
    if challenge := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    if isinstance(error, exceptions.Throttled):
        headers["Retry-After"] = str(_seconds(error))
    return headers


def _seconds(error: exceptions.Throttled) -> int:
    return max(1, ceil(getattr(error, "wait", None) or 1))


def unexpected(request: HttpRequest, error: BaseException | None = None) -> HttpResponse:
    """A bug of ours: its traceback goes to the log under an id, and only the id goes out."""
    number = uuid.uuid4().hex
    log.error("problem %s at %s %s", number, request.method, request.path, exc_info=error)
    return answer(request, SERVER, id=number)


def answer(
    request: HttpRequest, type_: Type, detail: str = "", faults: Iterable[Fault] = (), **more: str
) -> HttpResponse:
    """A problem as it goes out. It is JSON whatever was asked for, as RFC 9457, section 3, expects of clients."""
    body = {
        "type": type_url(type_),
        "title": type_.title,
        "status": type_.status,
        "detail": detail or type_.advice,
        "instance": request.path,
        "errors": [fault.row() for fault in faults],
        **more,
    }
    return HttpResponse(json.dumps(body, ensure_ascii=False), content_type=MEDIA_TYPE, status=type_.status)


def type_url(type_: Type) -> str:
    return f"{settings.PUBLIC_URL}{reverse('api-problem', args=(type_.name,))}"


def _faults(detail: object, pointer: str = "") -> Iterator[Fault]:
    """The leaves of a validation error, each with its pointer; the framework tells of lists by their places as well."""
    if isinstance(detail, Mapping):
        for key, value in detail.items():
            own = key == api_settings.NON_FIELD_ERRORS_KEY
            yield from _faults(value, pointer if own else f"{pointer}/{_escaped(str(key))}")
    else:
        texts = detail if isinstance(detail, list) else [detail]
        yield Fault(place="pointer", name=pointer, detail=" ".join(map(str, texts)))


def _escaped(key: str) -> str:
    """One step of a JSON pointer (RFC 6901, section 3)."""
    return key.replace("~", "~0").replace("/", "~1")
