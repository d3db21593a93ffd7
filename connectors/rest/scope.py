"""Whose request it is: one viewer for each, and one scope."""

from __future__ import annotations

from typing import cast

from rest_framework.request import Request

from connectors.access import Viewer, viewer_with
from connectors.models import ApiToken
from connectors.scoping import rescope


def viewer_in(request: Request) -> Viewer:
    """Who asks: the service with its token, else the person who is signed in, else nobody."""
    return cast("Viewer", request._request.viewer)  # type: ignore[attr-defined]  # noqa: SLF001 - the middleware sets it


def act_as(request: Request, token: ApiToken) -> None:
    """From here on the request is the token's, whoever else is signed in; the middleware restores the scope."""
    viewer = viewer_with(token)
    request._request.viewer = viewer  # type: ignore[attr-defined]  # noqa: SLF001 - where the middleware put it
    rescope(viewer.organizations)


def client_of(request: Request) -> str:
    """A name for who asks, stable over requests: `token:7`, `user:3`, or "" for nobody."""
    if isinstance(request.auth, ApiToken):
        return f"token:{request.auth.pk}"
    return f"user:{request.user.pk}" if request.user.is_authenticated else ""
