"""Who asks: a service by its token, or a person by the session of the pages."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from rest_framework import authentication
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied, Throttled
from rest_framework.request import Request

from connectors import clock, tokens
from connectors.models import ApiToken
from connectors.rest.problems import CSRF, Refused
from connectors.rest.scope import act_as
from connectors.rest.throttling import FailedTokens

CHALLENGE = 'Bearer realm="Syncapp"'  # whoever shows no good token is told what to show; RFC 6750, section 3


class TokenAuthentication(authentication.BaseAuthentication):
    """`Authorization: Bearer msk_…` (RFC 6750, section 2.1). `request.auth` is the token then, `request.user` nobody.

    Whoever shows a token is its service and nothing else; a wrong one is refused even where a session would do.
    """

    def authenticate(self, request: Request) -> tuple[AnonymousUser, ApiToken] | None:
        scheme, _, secret = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        token = tokens.find(secret.strip())
        flaw = _flaw(token)
        if token is None or flaw:
            _count_failure(request)
            raise AuthenticationFailed(flaw)
        tokens.note_use(token)
        act_as(request, token)
        return AnonymousUser(), token

    def authenticate_header(self, request: Request) -> str:
        return CHALLENGE


def _flaw(token: ApiToken | None) -> str:
    """Why a token opens nothing; "" if it is good."""
    if token is None:
        return "This token is not known here; copy it again, or ask an administrator for a new one."
    if token.revoked_at is not None:
        return "This token was revoked; ask an administrator for a new one."
    if not token.is_good_at(clock.now()):
        return f"This token ended on {token.expires_at:%Y-%m-%d}; ask an administrator for a new one."
    return ""


def _count_failure(request: Request) -> None:
    """Slows down who tries tokens; those who have a good one are never in its way."""
    failures = FailedTokens()
    if not failures.allow_request(request, None):
        raise Throttled(failures.wait())


class SessionAuthentication(authentication.SessionAuthentication):
    """The session of our own pages; what changes something needs their CSRF token."""

    def enforce_csrf(self, request: Request) -> None:
        try:
            super().enforce_csrf(request)
        except PermissionDenied:
            raise Refused(CSRF, "Send the page's CSRF token in the header X-CSRFToken, or use an API token.") from None
