"""The page on which somebody says which calendars of a mailbox are kept in step beside its own."""

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
from connectors.routes import FurtherCalendar
from connectors.translation import gettext, gettext_noop
from syncapp import further_calendars
from syncapp.connecting import Refusal

TAKEN_OUT = gettext_noop("“%(name)s” is not kept in step any more. Nothing was deleted.")
ADDED = gettext_noop("“%(name)s” is kept in step from now on. Its events are being read.")


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def calendars(request: HttpRequest, mailbox_id: int) -> HttpResponse:
    """For its owner and for administrators, where calendars are kept in step."""
    viewer = viewer_in(request)
    rows = Mailbox.objects.filter(viewer.mailboxes(), organization__syncs_events=True)
    mailbox = get_object_or_404(rows.select_related("organization"), pk=mailbox_id)
    if request.method == "POST":
        if not viewer.may_write:
            raise PermissionDenied
        if _changed(request, mailbox):
            return redirect("calendars", mailbox.pk)
    asked = request.POST.get("calendar", "") if request.method == "POST" else ""
    context = {"mailbox": mailbox, "calendars": further_calendars.of(mailbox), "asked": asked}
    return render(request, "syncapp/calendars.html", context)


def _changed(request: HttpRequest, mailbox: Mailbox) -> bool:
    """Whether it is done; what became of it is said either way."""
    if "out" in request.POST:
        row = get_object_or_404(FurtherCalendar.objects.filter(mailbox=mailbox, wanted=True), pk=_number(request))
        further_calendars.take_out(row, user_id(request))
        messages.success(request, gettext(TAKEN_OUT) % {"name": row.name})
        return True
    try:
        row = further_calendars.add(mailbox, request.POST.get("calendar", ""), user_id(request))
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return False
    messages.success(request, gettext(ADDED) % {"name": row.name})
    return True


def _number(request: HttpRequest) -> int:
    said = request.POST.get("out", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 19 else 0
