"""Pages that need several layers: the self-service page, and the sign of life."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from connectors.pages import viewer_in
from syncapp.home import boxes


@login_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The reader's own mailboxes; for administrators also the way to everybody else's."""
    viewer = viewer_in(request)
    context = {"boxes": boxes(viewer), "administers": bool(viewer.administers)}
    return render(request, "syncapp/home.html", context)


@require_safe
def healthz(_: HttpRequest) -> HttpResponse:
    """Says that this process answers, and asks nobody else for it."""
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8", headers={"Cache-Control": "no-store"})
