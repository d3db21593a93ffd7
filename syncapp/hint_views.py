"""Where providers send their hints. Nobody is signed in here: Google shows a token, or what we gave to Google.

Whatever is refused is a problem of RFC 9457, the same for a mailbox that is there and for one that is not.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from rest_framework.exceptions import APIException, MethodNotAllowed, Throttled

from connectors.errors import ConnectorError
from connectors.id_tokens import Foreign, Untrusted
from connectors.rest.authentication import CHALLENGE
from connectors.rest.problems import FORBIDDEN, NOT_FOUND, TOO_LARGE, UNAUTHENTICATED, UNAVAILABLE, Refused, problem
from connectors.rest.throttling import Hints
from connectors.services import push
from syncapp import hints

LARGEST = 64 * 1024  # bytes; a push of Pub/Sub has less than one kilobyte
NOT_OURS = "Show what the subscription was given for this address."


@csrf_exempt
def mail(request: HttpRequest) -> HttpResponse:
    """A push of Pub/Sub about a Gmail mailbox."""
    return _answered(request, push().tells_of_mail, _hear_of_mail)


@csrf_exempt
def calendar(request: HttpRequest) -> HttpResponse:
    """A notification of a channel of Google Calendar, which has no body."""
    return _answered(request, push().is_on, _hear_of_calendar)


def _answered(request: HttpRequest, is_on: bool, hear: Callable[[HttpRequest], None]) -> HttpResponse:
    try:
        _admit(request, is_on)
        hear(request)
    except APIException as error:
        refusal = problem(error, {"request": request})
        if isinstance(error, MethodNotAllowed):
            refusal["Allow"] = "POST"
        if refusal.status_code == UNAUTHENTICATED.status:
            refusal["WWW-Authenticate"] = CHALLENGE  # RFC 9110, section 15.5.2: no 401 without one
        return refusal
    return HttpResponse(status=204)


def _admit(request: HttpRequest, is_on: bool) -> None:
    """Raises the refusal of what is not heard at all."""
    if not is_on:
        raise Refused(NOT_FOUND)
    if request.method != "POST":
        raise MethodNotAllowed(str(request.method))
    rate = Hints()
    if not rate.allow_request(request, None):
        raise Throttled(rate.wait())
    if not _is_short(str(request.META.get("CONTENT_LENGTH") or 0)):
        raise Refused(TOO_LARGE, f"A hint has {LARGEST} bytes at the most.")


def _is_short(length: str) -> bool:
    """Whether it is a length, and not too much; whoever makes one up may write thousands of digits."""
    return re.fullmatch(r"[0-9]{1,9}", length) is not None and int(length) <= LARGEST


def _hear_of_mail(request: HttpRequest) -> None:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Refused(UNAUTHENTICATED, "Send the token of the subscription: Authorization: Bearer …")
    try:
        hints.from_pubsub(token.strip(), request.body)
    except Untrusted as error:
        raise Refused(UNAUTHENTICATED, f"The token is not good: {error}.") from error
    except Foreign as error:
        raise Refused(FORBIDDEN, NOT_OURS) from error
    except ConnectorError as error:
        raise Refused(UNAVAILABLE, "The keys of Google cannot be had right now.") from error


def _hear_of_calendar(request: HttpRequest) -> None:
    said = request.headers
    try:
        hints.from_channel(
            said.get("X-Goog-Channel-ID", ""),
            said.get("X-Goog-Channel-Token", ""),
            said.get("X-Goog-Resource-State", ""),
        )
    except hints.Stranger as error:
        raise Refused(FORBIDDEN, "Show the id of a channel and its token.") from error
