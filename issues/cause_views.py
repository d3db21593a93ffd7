"""What the page of a cause posts: who looks after it, and that somebody knows of it. For administrators."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST

from connectors.access import Viewer
from connectors.pages import back, user_id, viewer_in
from connectors.scoping import EVERYTHING
from issues import display
from issues.access import visible_causes
from issues.models import Cause
from issues.services import acknowledge, assign, caretakers


def choices(viewer: Viewer, cause: Cause) -> QuerySet[User]:
    """Whom a viewer may assign it to: its administrators, and a superuser to themselves."""
    theirs = caretakers(cause.organization_id)
    if viewer.administers is not EVERYTHING:
        return theirs
    return User.objects.filter(Q(pk__in=theirs.values("pk")) | Q(pk=viewer.user_id)).order_by("username")


def _writable(request: HttpRequest, pk: int) -> Cause:
    viewer = viewer_in(request)
    cause = get_object_or_404(visible_causes(viewer).select_related("organization"), pk=pk)
    if not viewer.may_write:
        raise PermissionDenied
    return cause


def _return(request: HttpRequest, cause: Cause) -> HttpResponseRedirect:
    return HttpResponseRedirect(back(request, reverse("admin:issues_cause_change", args=(cause.pk,))))


@login_required
@require_POST
def assign_cause(request: HttpRequest, pk: int) -> HttpResponse:
    """To one of those that the page offers, or to nobody."""
    cause = _writable(request, pk)
    wanted = request.POST.get("assignee", "")
    found = choices(viewer_in(request), cause).filter(pk=int(wanted)).first() if wanted.isdecimal() else None
    if wanted and found is None:
        messages.error(request, "They do not administer this organization. Choose somebody from the list.")
        return _return(request, cause)
    assign(cause, found, actor_id=user_id(request))
    looks = f"{display.person(found)} looks after it now." if found else "Nobody looks after it now."
    messages.success(request, looks)
    return _return(request, cause)


@login_required
@require_POST
def acknowledge_cause(request: HttpRequest, pk: int) -> HttpResponse:
    """Says so to everybody else, or takes it back (`known` empty)."""
    cause = _writable(request, pk)
    known = bool(request.POST.get("known"))
    if acknowledge(cause, known=known, actor_id=user_id(request)):
        messages.success(request, "Everybody sees now that you know of it." if known else "It is news again.")
    else:
        messages.info(request, "That is so already.")
    return _return(request, cause)
