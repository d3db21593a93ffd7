"""Filling in, on the page of an issue, what Salesforce refused of its record."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from connectors.pages import user_id, viewer_in
from connectors.translation import gettext, gettext_noop
from issues.access import visible_issues
from issues.models import Issue
from issues.views import RESOLVED_ALREADY, shown_again
from syncapp import doubles, mending
from syncapp.mend_forms import FillForm

NOTHING_TO_FILL = gettext_noop("There is nothing to fill in any more.")
NOTHING_TO_CHOOSE = gettext_noop("There is nothing to choose any more.")


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def values(request: HttpRequest, organization: str, number: int) -> HttpResponse:
    """Takes what was filled in; what does not fit stands on the issue's page again, with what to do about it."""
    viewer = viewer_in(request)
    rows = visible_issues(viewer).select_related("organization", "mailbox", "mailbox__owner", "cause", "ignored_by")
    issue = get_object_or_404(rows, organization__slug=organization, number=number)
    page = reverse("issue", args=(organization, number))
    if request.method != "POST":
        return redirect(page)
    if not viewer.may_write:
        raise PermissionDenied
    offered = mending.offer(viewer, issue)
    if offered is not None and offered.asks_administrator:
        raise PermissionDenied
    if offered is None or not offered.blanks:
        messages.warning(request, offered.trouble if offered else gettext(NOTHING_TO_FILL))
        return redirect(page)
    form = FillForm(offered, request.POST)
    return _taken(request, issue, offered, form) or redirect(page)


@never_cache
@login_required
@require_http_methods(["POST"])
def choice(request: HttpRequest, organization: str, number: int) -> HttpResponse:
    """Takes which of the records is meant, or that it is none of them."""
    viewer = viewer_in(request)
    rows = visible_issues(viewer).select_related("organization", "mailbox")
    issue = get_object_or_404(rows, organization__slug=organization, number=number)
    if not viewer.may_write:
        raise PermissionDenied
    offered = doubles.choices(viewer, issue)
    if offered is not None and offered.asks_administrator:
        raise PermissionDenied
    if offered is None or offered.trouble:
        messages.warning(request, offered.trouble if offered else gettext(NOTHING_TO_CHOOSE))
        return redirect("issue", organization, number)
    said = {"record_id": request.POST.get("record", ""), "anyway": "anyway" in request.POST}
    try:
        done = doubles.choose(issue, offered, actor_id=user_id(request), **said)  # type: ignore[arg-type]  # by name
    except ValueError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _done(issue, done=done))
    return redirect("issue", organization, number)


def _done(issue: Issue, *, done: bool) -> str:
    told = gettext("%(issue)s is tried again with it now.") if done else gettext(RESOLVED_ALREADY)
    return told % {"issue": issue.reference}


def _taken(request: HttpRequest, issue: Issue, offered: mending.Offer, form: FillForm) -> HttpResponse | None:
    """The page again, where something has to be corrected."""
    if form.is_valid():
        try:
            done = mending.fill_in(issue, offered, form.texts, as_default=form.as_default, actor_id=user_id(request))
        except mending.Unfit as error:
            form.tell(error.flaws)
        else:
            messages.success(request, _done(issue, done=done))
            return None
    request.filling = offered, form  # type: ignore[attr-defined]  # carried to the page's own template
    return shown_again(request, issue)
