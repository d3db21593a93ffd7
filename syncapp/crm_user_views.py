"""The page on which an administrator says who the person of a mailbox is in Salesforce."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from connectors.models import Mailbox
from connectors.pages import user_id, viewer_in
from connectors.translation import gettext, gettext_noop
from syncapp import crm_users
from syncapp.connecting import Refusal

CHOSEN = gettext_noop("%(mailbox)s belongs to %(name)s in Salesforce from now on. What waited for that is tried again.")


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def crm_user(request: HttpRequest, mailbox_id: int) -> HttpResponse:
    """Salesforce is asked once something is sought. For administrators: whoever chose would write in that name."""
    viewer = viewer_in(request)
    rows = Mailbox.objects.filter(viewer.mailboxes()).select_related("organization")
    mailbox = get_object_or_404(rows, pk=mailbox_id)
    if not viewer.is_admin_of(mailbox.organization_id):
        raise PermissionDenied
    if request.method == "POST" and not viewer.may_write:
        raise PermissionDenied
    said = request.POST if request.method == "POST" else request.GET
    sought = said.get("q", "").replace("\0", "").strip()[: crm_users.LONGEST]
    context = {"mailbox": mailbox, "sought": sought, "found": None}
    try:
        if request.method == "POST":
            return _chosen(request, mailbox, sought)
        context["found"] = crm_users.search(mailbox, sought) if sought else None
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return render(request, "syncapp/crm_user.html", context)


def _chosen(request: HttpRequest, mailbox: Mailbox, sought: str) -> HttpResponse:
    chosen = crm_users.choose(mailbox, sought, request.POST.get("user", ""), user_id(request))
    messages.success(request, gettext(CHOSEN) % {"mailbox": mailbox.address, "name": chosen.name})
    return redirect("mailbox-crm-user", mailbox.pk)
