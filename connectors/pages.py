"""What every page needs of a request: who looks, and where to go back to."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

from connectors.access import NOBODY, Viewer


def viewer_in(request: HttpRequest) -> Viewer:
    """Who looks; nobody where the middleware did not run, so that a slip there shows nothing."""
    found = getattr(request, "viewer", NOBODY)
    return found if isinstance(found, Viewer) else NOBODY


def user_id(request: HttpRequest) -> int | None:
    """Who acts, for the journal."""
    return viewer_in(request).user_id


def back(request: HttpRequest, otherwise: str) -> str:
    """The page of ours that a form came from (`next`), else another one; never a foreign address."""
    wanted = request.POST.get("next", "")
    own = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if wanted and own else otherwise
