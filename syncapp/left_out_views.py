"""The pages of what rules keep out of Salesforce, for a mailbox and for an organization."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from connectors.models import Mailbox, Organization
from connectors.pages import viewer_in
from syncapp import left_out
from syncapp.models import Filtered


@never_cache
@login_required
@require_safe
def of_organization(request: HttpRequest, organization: str) -> HttpResponse:
    """For administrators alone."""
    found = get_object_or_404(Organization.objects.defer("secret"), slug=organization)
    if not viewer_in(request).is_admin_of(found.pk):
        raise PermissionDenied
    return _shown(request, found, left_out.of_organization(found), found.pk)


@never_cache
@login_required
@require_safe
def of_mailbox(request: HttpRequest, mailbox_id: int) -> HttpResponse:
    """For its owner and for administrators."""
    rows = Mailbox.objects.filter(viewer_in(request).mailboxes()).select_related("organization")
    found = get_object_or_404(rows, pk=mailbox_id)
    return _shown(request, found, left_out.of_mailboxes(found), found.organization_id)


def _shown(request: HttpRequest, target: Organization | Mailbox, rows: QuerySet[Filtered], of: int) -> HttpResponse:
    viewer, asked = viewer_in(request), request.GET.get("rule", "")
    counted = left_out.counts(rows)
    rule = asked if asked in {each.rule for each in counted} else ""
    found = left_out.page(rows, viewer, rule=rule, before=_number(request.GET.get("before", "")))
    shown, more = found[: left_out.PAGE], len(found) > left_out.PAGE
    in_admin = viewer.is_admin_of(of) and request.user.is_staff
    kind = "organization" if isinstance(target, Organization) else "mailbox"
    context: dict[str, Any] = {
        "target": target,
        "counts": counted,
        "total": sum(each.count for each in counted),
        "rule": rule,
        "rows": shown,
        "older": _older(rule, shown[-1].id) if more else "",
        "back": reverse(f"admin:connectors_{kind}_change", args=(target.pk,)) if in_admin else reverse("home"),
    }
    return render(request, "syncapp/left_out.html", context)


def _older(rule: str, before: int) -> str:
    """The query of the page after this one."""
    chosen: dict[str, str | int] = {"rule": rule} if rule else {}
    return urlencode(chosen | {"before": before})


def _number(said: str) -> int | None:
    """An id; None for what is none, so that the first page is shown."""
    return int(said) if said.isascii() and said.isdigit() and len(said) < 19 else None
