"""The page that says what an order will do, and carries it out when somebody means it."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from connectors.access import Viewer
from connectors.models import Mailbox, Organization
from connectors.pages import user_id, viewer_in
from connectors.translation import gettext
from issues import words
from syncapp import outlook
from syncapp.orders import Order, Target, carry_out, organization_of


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def mailbox_order(request: HttpRequest, mailbox_id: int, order: str) -> HttpResponse:
    """For its owner and for administrators."""
    rows = Mailbox.objects.filter(viewer_in(request).mailboxes()).select_related("organization")
    return _answer(request, get_object_or_404(rows, pk=mailbox_id), order)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def organization_order(request: HttpRequest, organization: str, order: str) -> HttpResponse:
    """For administrators alone."""
    found = get_object_or_404(Organization.objects.all(), slug=organization)
    if not viewer_in(request).is_admin_of(found.pk):
        raise PermissionDenied
    return _answer(request, found, order)


def _answer(request: HttpRequest, target: Target, order: str) -> HttpResponse:
    """Asks first, always."""
    if order not in list(Order):
        raise Http404
    viewer = viewer_in(request)
    if not viewer.may_write:
        raise PermissionDenied
    back = _back(request, viewer, target)
    if request.method == "POST":
        return _carried_out(request, Order(order), target, back)
    saying = outlook.SAYINGS[Order(order)]
    question = gettext(saying.question)
    context = {
        "target": target,
        "question": question.format(words.visible(str(target))),
        "around": question.split("{}"),
        "button": saying.button,
        "sentences": outlook.sentences(Order(order), target),
        "back": back,
    }
    return render(request, "syncapp/order.html", context)


def _carried_out(request: HttpRequest, order: Order, target: Target, back: str) -> HttpResponse:
    saying = outlook.SAYINGS[order]
    if carry_out(order, target, user_id(request)):
        messages.success(request, gettext(saying.done).format(target))
    else:
        messages.info(request, gettext(saying.undone).format(target))
    return HttpResponseRedirect(back)


def _back(request: HttpRequest, viewer: Viewer, target: Target) -> str:
    """Its page in the administration for those who may open that, else the self-service page."""
    whole = isinstance(target, Organization)
    if not (viewer.is_admin_of(organization_of(target).pk) and getattr(request.user, "is_staff", False)):
        return reverse("home")
    return reverse(f"admin:connectors_{'organization' if whole else 'mailbox'}_change", args=(target.pk,))
