"""How much one client may ask. Each token and each person has an account of its own; strangers share their address's.

Rates are counted per web process. The setting `API_RATES` replaces single ones; None lifts a limit.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.conf import settings
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle

from connectors.rest.scope import client_of

if TYPE_CHECKING:  # the framework's views import this module
    from rest_framework.views import APIView

RATES: Mapping[str, str | None] = {
    "read": "600/min",
    "write": "120/min",
    "anonymous": "120/min",
    "failed": "30/min",
    "hints": "3000/min",
}


class _Rated(SimpleRateThrottle):
    """Takes its rate when it is used, not when it is imported."""

    def __init__(self) -> None:
        """Nothing to look up yet."""

    def limit(self, account: str, request: Request, view: APIView | None) -> bool:
        self.scope = account
        self.rate = {**RATES, **getattr(settings, "API_RATES", {})}[account]
        self.num_requests, self.duration = self.parse_rate(self.rate)
        return super().allow_request(request, view)  # type: ignore[arg-type]  # the view is not looked at

    def allow_request(self, request: Request, view: APIView | None) -> bool:
        raise NotImplementedError

    def get_cache_key(self, request: Request, view: Any) -> str:
        return f"api:{self.scope}:{self.who(request)}"

    def who(self, request: Request) -> str:
        return self.get_ident(request)


class Throttle(_Rated):
    """Reading and writing are counted apart, so that somebody who only looks never blocks a retry."""

    def allow_request(self, request: Request, view: APIView | None) -> bool:
        account = "read" if request.method in SAFE_METHODS else "write"
        return self.limit(account if client_of(request) else "anonymous", request, view)

    def who(self, request: Request) -> str:
        return client_of(request) or self.get_ident(request)


class Hints(_Rated):
    """What providers send that something has changed, by address; they try again later."""

    def allow_request(self, request: Any, view: APIView | None) -> bool:
        return self.limit("hints", request, view)


class FailedTokens(_Rated):
    """Requests with a token that opens nothing, by address."""

    def allow_request(self, request: Request, view: APIView | None) -> bool:
        return self.limit("failed", request, view)
