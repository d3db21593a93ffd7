"""The two pages of signing in to a provider; what they do stands in `connecting`."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from connectors.access import Viewer
from syncapp import connecting

PROVIDERS = ("google", "salesforce")


def _viewer(request: HttpRequest) -> Viewer:
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    return viewer


@never_cache
@require_safe
@login_required
def start(request: HttpRequest, provider: str, target: int) -> HttpResponse:
    """Off to the provider's consent page.

    A provider that knows person and app already asks nothing more, so another site could bring an administrator's
    own access in place of the right one with a single link; from there nobody is sent off.
    """
    if request.headers.get("Sec-Fetch-Site") == "cross-site":
        messages.error(request, "Another site sent you here to renew access. If you want that, do it from this page.")
        return redirect("home")
    found = connecting.may_connect(_viewer(request), provider, target) if provider in PROVIDERS else None
    if found is None:
        raise Http404
    return redirect(connecting.leave(request.session, provider, found))


@never_cache
@require_safe
@login_required
def callback(request: HttpRequest, provider: str) -> HttpResponse:
    """Back from there, with a code or a refusal."""
    if provider not in PROVIDERS:
        raise Http404
    try:
        answer = {name: str(value) for name, value in request.GET.items()}
        target = connecting.come_back(request.session, _viewer(request), provider, answer)
    except connecting.Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"{target} is connected. What waited is being synced now.")
    return redirect("home")
