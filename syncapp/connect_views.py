"""The pages of signing in to a provider; what they do stands in `connecting` and `crm_version`."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from connectors.access import Viewer
from connectors.errors import ConnectorError
from connectors.models import Organization
from connectors.pages import user_id
from syncapp import connecting, crm_version

PROVIDERS = ("google", "salesforce")


NO_CRM = "There is no Salesforce to ask yet. Connect it first."


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
        messages.error(request, "Another site sent you here to renew access. If you want that, do it from this page.")
        return redirect("home")
    found = connecting.may_connect(_viewer(request), provider, target) if provider in PROVIDERS else None
    if found is None:
        raise Http404
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
        messages.success(request, f"{target} is connected. What waited is being synced now.")
    return redirect("home")


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
        said = f"{found} speaks version {version} of the interface of Salesforce from now on." if version else NO_CRM
        messages.add_message(request, messages.SUCCESS if version else messages.WARNING, said)
    return redirect("admin:connectors_organization_change", found.pk)
