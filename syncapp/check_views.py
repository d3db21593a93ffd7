"""The pages of first checks: what they found last, and a button that has them made again."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from connectors.models import Mailbox, Organization
from connectors.pages import viewer_in
from connectors.translation import gettext, gettext_noop
from issues import display
from syncapp import checking, first_checks

MADE = gettext_noop("The checks were made just now.")


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def organization_checks(request: HttpRequest, organization: str) -> HttpResponse:
    """For administrators alone."""
    viewer = viewer_in(request)
    found = get_object_or_404(Organization.objects.defer("secret"), slug=organization)
    if not viewer.is_admin_of(found.pk):
        raise PermissionDenied
    if request.method == "POST":
        _check_may_write(request)
        checking.check_organization(found)
        messages.success(request, gettext(MADE))
        return redirect("organization-checks", found.slug)
    return _shown(request, found, {"organization": found, "whole": True})


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def mailbox_checks(request: HttpRequest, mailbox_id: int) -> HttpResponse:
    """For its owner and for administrators."""
    rows = Mailbox.objects.filter(viewer_in(request).mailboxes()).select_related("organization")
    found = get_object_or_404(rows, pk=mailbox_id)
    if request.method == "POST":
        _check_may_write(request)
        checking.check_mailbox(found)
        messages.success(request, gettext(MADE))
        return redirect("mailbox-checks", found.pk)
    return _shown(request, found, {"organization": found.organization, "mailbox": found})


def _check_may_write(request: HttpRequest) -> None:
    """To look costs calls at the provider, so it is for those who may order something."""
    if not viewer_in(request).may_write:
        raise PermissionDenied


def _shown(request: HttpRequest, target: Organization | Mailbox, context: dict[str, Any]) -> HttpResponse:
    viewer, organization = viewer_in(request), context["organization"]
    row = checking.last_of(target)
    facts = checking.facts_of(row)
    reader = display.reader_of(viewer, context.get("mailbox"), organization.pk)
    is_admin = viewer.is_admin_of(organization.pk)
    context |= {
        "target": target,
        "row": row,
        "facts": first_checks.shown(facts),
        "reader": reader,
        "sentence": first_checks.counted(facts),
        "well": checking.is_well(facts),
        "back": _back(target) if is_admin and request.user.is_staff else reverse("home"),
        "is_admin": is_admin,
        "may_write": viewer.may_write,
    }
    return render(request, "syncapp/checks.html", context)


def _back(target: Organization | Mailbox) -> str:
    kind = "organization" if isinstance(target, Organization) else "mailbox"
    return reverse(f"admin:connectors_{kind}_change", args=(target.pk,))
