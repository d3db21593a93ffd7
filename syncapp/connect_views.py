"""The pages of signing in to a provider; what they do stands in `connecting` and `crm_version`."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from connectors import credentials
from connectors.access import Viewer
from connectors.errors import ConnectorError
from connectors.facts import Fact, is_whole
from connectors.flows import Flow
from connectors.models import Mailbox, Organization
from connectors.needs import Need
from connectors.pages import user_id
from connectors.scoping import EVERYTHING
from connectors.translation import gettext, gettext_noop
from issues import display
from syncapp import checking, connecting, crm_version, equipping, first_checks, switching
from syncapp.checked import Why
from syncapp.engine.lines import SideFailed
from syncapp.ways import OFFERED, Way, form_for, in_use, texts

PROVIDERS = ("google", "salesforce")


AT_SALESFORCE = ("salesforce", Flow.CONSENT)
BY_LEAVE = gettext_noop(
    "{} is read with the leave of your Google administrator. There is nothing for you to connect or renew."
)
NO_CRM = gettext_noop("There is no Salesforce to ask yet. Connect it first.")


def _viewer(request: HttpRequest) -> Viewer:
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    return viewer


def administered(request: HttpRequest, slug: str) -> Organization:
    """The organization, for its administrators. Raises Http404 and PermissionDenied."""
    found = get_object_or_404(Organization.objects.all(), slug=slug)
    viewer = _viewer(request)
    if not (viewer.is_admin_of(found.pk) and viewer.may_write):
        raise PermissionDenied
    return found


@never_cache
@require_safe
@login_required
def start(request: HttpRequest, provider: str, target: int) -> HttpResponse:
    """Off to the provider's consent page.

    A provider that knows person and app already asks nothing more, so another site could bring an administrator's
    own access in place of the right one with a single link; from there nobody is sent off.
    """
    if request.headers.get("Sec-Fetch-Site") == "cross-site":
        told = gettext("Another site sent you here to renew access. If you want that, do it from this page.")
        messages.error(request, told)
        return redirect("home")
    found = connecting.may_connect(_viewer(request), provider, target) if provider in PROVIDERS else None
    if found is None:
        raise Http404
    if isinstance(found, Mailbox) and credentials.is_covered(found):
        messages.info(request, gettext(BY_LEAVE).format(found))
        return redirect("home")
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
        messages.success(request, gettext("%(name)s is connected. What waited is being synced now.") % {"name": target})
        if isinstance(target, Organization):
            _look_first(request, target)
        else:
            checking.ask_for_mailbox(target)
    return redirect("home")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def ways(request: HttpRequest, organization: str, provider: str) -> HttpResponse:
    """How the organization signs in at a provider: shown, and changed after it was tried."""
    offered, found = OFFERED.get(provider, ()), administered(request, organization)
    flow = request.POST.get("flow", "")
    sent = request.method == "POST"
    if not offered or (sent and (flow not in offered or (provider, flow) == AT_SALESFORCE)):
        raise Http404
    form, refusal = form_for(Flow(flow), found, request.POST) if flow else None, ""
    if flow and (form is None or form.is_valid()):
        refusal = _switched(found, Flow(flow), form, _viewer(request))
        if not refusal:
            told = gettext("%(name)s signs in that way from now on. What waited is being synced now.")
            messages.success(request, told % {"name": found})
            if provider == "salesforce":
                _look_first(request, found)
            return redirect("admin:connectors_organization_change", found.pk)
    shown = [_way(provider, each, found, _viewer(request), form if each == flow else None) for each in offered]
    context = {"organization": found, "provider": provider.title(), "ways": shown, "refusal": refusal}
    return render(request, "syncapp/ways.html", context)


def _look_first(request: HttpRequest, organization: Organization) -> None:
    """Says what the first checks found."""
    facts = checking.check_organization(organization, Why.CONNECTED)
    if said := first_checks.sentence(facts):
        say = messages.info if is_whole(facts) else messages.warning
        say(request, said)


def _switched(organization: Organization, flow: Flow, form: Any, viewer: Viewer) -> str:
    """Changes it; "" when that is done, else why not."""
    try:
        if flow is Flow.DELEGATED:
            switching.let_domains_in(organization, form.cleaned_data["domains"], viewer)
        elif form is None:
            switching.let_people_connect(organization, viewer)
        else:
            switching.sign_in_to_crm(organization, form.lasting(), viewer)
    except connecting.Refusal as refusal:
        return str(refusal)
    return ""


def _way(provider: str, flow: Flow, organization: Organization, viewer: Viewer, form: Any) -> Way:
    """`form` is the one that was sent and refused."""
    title, text, button = texts(provider, flow)
    by_others = flow is Flow.DELEGATED and viewer.administers is not EVERYTHING
    link = reverse("connect", args=(provider, organization.pk)) if (provider, flow) == AT_SALESFORCE else ""
    return Way(
        flow=flow,
        title=title,
        text=text,
        button=button,
        in_use=in_use(provider, organization) is flow,
        lacking=gettext(switching.OPERATORS_ONLY) if by_others else switching.lacking(provider, flow),
        link=link,
        form=form or form_for(flow, organization),
    )


@never_cache
@require_POST
@login_required
def ask_version(request: HttpRequest, organization: str) -> HttpResponse:
    """Asks the organization's Salesforce anew which version of its interface it speaks."""
    found = administered(request, organization)
    try:
        version = crm_version.ask_again(found, user_id(request))
    except crm_version.Apart as apart:
        messages.error(request, str(apart))
    except ConnectorError as error:
        messages.error(request, connecting.sentence_of(error))
    else:
        told = gettext("%(name)s speaks version %(version)s of the interface of Salesforce from now on.")
        said = told % {"name": found, "version": version} if version else gettext(NO_CRM)
        messages.add_message(request, messages.SUCCESS if version else messages.WARNING, said)
    return redirect("admin:connectors_organization_change", found.pk)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def equip(request: HttpRequest, organization: str) -> HttpResponse:
    """What our records need in Salesforce: first what will happen, and then how each of it stands.

    With it come the first checks; with `only=look` they come alone, and nothing is made.
    """
    found = administered(request, organization)
    needs, facts, refusal = list[Need](), list[Fact](), ""
    if request.method == "POST":
        try:
            if request.POST.get("only") != "look":
                needs = equipping.equip(found, actor_id=user_id(request))
        except SideFailed as error:
            refusal = connecting.sentence_of(error)
        facts = checking.in_order(checking.check_organization(found))
    told = {"needs": equipping.shown(needs), "facts": first_checks.shown(facts)}
    offers = equipping.may_go_without(found, needs)
    context = {"organization": found, "refusal": refusal, "offers_weaker_mode": offers, **told}
    context["reader"] = display.reader_of(_viewer(request), None, found.pk)
    return render(request, "syncapp/equip.html", context)
