"""Orders for many issues: a page that says what will happen, then one that shows how far it is."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from connectors import clock
from connectors.access import Viewer
from connectors.models import Organization
from connectors.pages import user_id, viewer_in
from connectors.texts import storable
from connectors.translation import gettext
from issues import catalogue, display, words
from issues.access import sight_of
from issues.forms import ChoiceForm, IgnoreForm
from issues.models import BulkOperation, Issue
from issues.previewing import preview
from issues.services import start_operation

MOST_LEFT_OUT = 50  # by their buttons: an address has an end
Verb = BulkOperation.Verb


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def bulk(request: HttpRequest) -> HttpResponse:
    """Asks before anything happens. A choice that makes no sense says so and starts nothing."""
    sent = request.method == "POST" and "confirmed" in request.POST
    chosen = ChoiceForm(request.POST if request.method == "POST" else request.GET)
    if not chosen.is_valid():
        return _refused(request, chosen)
    organization = get_object_or_404(Organization.objects.all(), slug=chosen.cleaned_data["organization"])
    if not viewer_in(request).may_write:
        raise PermissionDenied
    return _start(request, chosen, organization) if sent else _ask(request, chosen, organization, IgnoreForm())


_AS_FILTER = ("code", "conversation", "cause", "mailbox", "q", "type")


def orders_for(viewer: Viewer, kept: Mapping[str, str], shown: Sequence[Issue]) -> list[tuple[str, str]]:
    """(verb, address) of the orders for all that a list lets through, which narrows by `kept`.

    None where that could be issues of several organizations, and where the order would move nothing.
    """
    one = "organization" in kept or (isinstance(viewer.organizations, frozenset) and len(viewer.organizations) == 1)
    if not (viewer.may_write and one and shown):
        return []
    fields = {name: kept[name] for name in _AS_FILTER if name in kept}
    fields |= {"organization": shown[0].organization.slug, "filter": "1", "status": kept.get("status") or "needed"}
    verbs = {"ignored": ["retry"], "resolved": []}.get(fields["status"], ["retry", "ignore"])
    return [(verb, f"{reverse('bulk')}?{urlencode({'verb': verb} | fields)}") for verb in verbs]


def _refused(request: HttpRequest, chosen: ChoiceForm) -> HttpResponse:
    sentences = [str(each) for errors in chosen.errors.values() for each in errors]
    return render(request, "issues/bulk_refused.html", {"sentence": sentences[0]}, status=400)


def ask_about(request: HttpRequest, verb: str, organization: str, chosen_by: Mapping[str, str]) -> HttpResponse:
    """The page that asks, for what was ticked in a list or lets through by its filters, as fields of the form.

    Raises `Http404` outside of the scope.
    """
    chosen = ChoiceForm({"verb": verb, "organization": organization, **chosen_by})
    if not chosen.is_valid():
        return _refused(request, chosen)
    return _ask(request, chosen, get_object_or_404(Organization.objects.all(), slug=organization), IgnoreForm())


def _ask(
    request: HttpRequest, chosen: ChoiceForm, organization: Organization, form: IgnoreForm, *, status: int = 200
) -> HttpResponse:
    viewer, verb = viewer_in(request), chosen.cleaned_data["verb"]
    seen = preview(organization.pk, verb, chosen.choice(viewer, organization))
    context = {
        "organization": organization,
        "verb": verb,
        "retrying": verb == Verb.RETRY,
        "preview": seen,
        "count": seen.count,
        "samples": [
            (
                issue,
                display.title_of(issue, sight_of(viewer, issue)),
                catalogue.shown(issue.code),
                _without(chosen, issue),
            )
            for issue in seen.samples
        ],
        "left_out": len(chosen.cleaned_data["without"]),
        "advice": [(each.entry, words.advised(each.entry.advice), each.count) for each in seen.reasons],
        "about": _about(chosen, seen.samples),
        "hidden": chosen.hidden(),
        "key": request.POST.get("key") or secrets.token_urlsafe(16),
        "form": form,
        "back": _back(organization),
    }
    return render(request, "issues/bulk.html", context, status=status)


def _without(chosen: ChoiceForm, issue: Issue) -> str:
    """The address of the same page without an issue; "" where no more can be left out."""
    left_out = chosen.cleaned_data["without"]
    if len(left_out) >= MOST_LEFT_OUT:
        return ""
    fields = chosen.hidden() | {"without": ",".join(map(str, sorted({*left_out, issue.pk})))}
    return f"{reverse('bulk')}?{urlencode(fields)}"


def _about(chosen: ChoiceForm, samples: Sequence[Issue]) -> str:
    """What the choice is, in words that follow the count; a cause is called by the reason that its issues share."""
    fields = chosen.cleaned_data
    if fields["filter"]:
        return gettext("which is what the list lets through")
    if fields["code"] or (fields["cause"] and samples):
        code = fields["code"] or samples[0].code
        return gettext("all for one reason: “%(reason)s”") % {"reason": catalogue.shown(code).title}
    if fields["conversation"]:
        return gettext("all of one conversation")
    return gettext("which is everything that is open") if fields["all"] else gettext("as you chose them")


def _back(organization: Organization) -> str:
    return f"{reverse('issues')}?organization={organization.slug}"


def _start(request: HttpRequest, chosen: ChoiceForm, organization: Organization) -> HttpResponse:
    """One operation, however often the button was pressed: the page carries a key of its own."""
    verb, form = chosen.cleaned_data["verb"], IgnoreForm(request.POST)
    ignoring = verb == Verb.IGNORE
    if ignoring and not form.is_valid():
        return _ask(request, chosen, organization, form, status=422)
    operation, _ = start_operation(
        organization.pk,
        verb,
        chosen.choice(viewer_in(request), organization),
        actor_id=user_id(request),
        reason=form.cleaned_data["reason"] if ignoring else "",
        ending=(form.until_moment(clock.now()) or form.ending()) if ignoring else "",
        idempotency_key=storable(request.POST.get("key", "")),
        asked=True,
    )
    return HttpResponseRedirect(reverse("operation", args=(operation.pk,)))
