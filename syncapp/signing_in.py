"""Signing in, with a limit for those who guess passwords.

Failures are counted by address, and by account and address. Nobody can lock somebody else out: whoever comes from
another address has a count of their own. Counts are kept per web process and forgotten after `WINDOW`.
"""

from __future__ import annotations

import hashlib
import ipaddress
import logging
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from rest_framework.throttling import BaseThrottle

log = logging.getLogger(__name__)

WINDOW = 300  # seconds
OF_ACCOUNT, OF_ADDRESS = 10, 50  # failures in a window


class SignIn(LoginView):
    """Django's page; after too many failures the password is not even looked at."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not is_slowed_down(request):
            return super().post(request, *args, **kwargs)
        log.warning("too many failed sign-ins from %s", _address(request))
        form = AuthenticationForm(request, initial={"username": request.POST.get("username", "")})
        context = self.get_context_data(form=form, too_often=True)
        return self.render_to_response(context, status=429, headers={"Retry-After": str(WINDOW)})

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        for key, _ in _counters(self.request):
            cache.add(key, 0, WINDOW)
            with suppress(ValueError):  # its time ended between the two lines
                cache.incr(key)
        return super().form_invalid(form)

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """Whoever knows the password may forget it again tomorrow; the address keeps its count."""
        cache.delete(_counters(self.request)[0][0])
        return super().form_valid(form)


def is_slowed_down(request: HttpRequest) -> bool:
    """Whether there were too many failures from there, with this account or with all."""
    return any(cache.get(key, 0) >= limit for key, limit in _counters(request))


def _counters(request: HttpRequest) -> Sequence[tuple[str, int]]:
    """(key, limit) of the account from this address, and of the address."""
    address = _address(request)
    account = request.POST.get("username", "").strip().casefold()
    return (_key(address, account), OF_ACCOUNT), (_key(address), OF_ADDRESS)


def _key(*parts: str) -> str:
    return "sign-in:" + hashlib.sha256("\x1f".join(parts).encode(errors="replace")).hexdigest()


def _address(request: HttpRequest) -> str:
    """Where somebody comes from; of IPv6 the network, for everybody has more addresses there than can be counted."""
    found = str(BaseThrottle().get_ident(request))  # type: ignore[arg-type]  # it reads nothing but META
    try:
        address = ipaddress.ip_address(found)
    except ValueError:
        return found[:64]
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((address, 64), strict=False))
    return found
