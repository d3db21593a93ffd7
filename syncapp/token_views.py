"""The page of an organization's API tokens: making one, which is shown this once, seeing what is in use, revoking."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from connectors import clock, tokens
from connectors.models import ApiToken, Organization
from connectors.pages import viewer_in
from connectors.translation import gettext

READS, WRITES = "read", "write"
OVER = 20  # tokens that open nothing any more are listed, the newest ones


class TokenForm(forms.Form):
    """What a new token is called, may do, and how long it lives."""

    name = forms.CharField(
        label=_("What will use it?"),
        help_text=_(
            "For example “Nightly report”. It stands in the journal, and here, so that you know what to revoke."
        ),
        max_length=80,
    )
    rights = forms.ChoiceField(
        label=_("What may it do?"),
        choices=[
            (READS, _("Look: it reads all of the organization that an administrator sees")),
            (WRITES, _("Look and change: it may also try again, set aside, pause and resume")),
        ],
        widget=forms.RadioSelect,
        initial=READS,
    )
    days = forms.TypedChoiceField(
        label=_("How long does it live?"),
        choices=[(30, _("30 days")), (90, _("90 days")), (180, _("180 days")), (tokens.LONGEST_DAYS, _("A year"))],
        coerce=int,
        initial=90,
    )

    def __init__(self, organization: Organization, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organization = organization

    def clean_name(self) -> str:
        """Two good tokens of one name could not be told apart; and a page that is sent twice makes one token."""
        name = str(self.cleaned_data["name"]).strip()
        if good_tokens(self.organization).filter(name=name).exists():
            raise forms.ValidationError(
                gettext("There is a token of this name already. Choose another name, or revoke that one first.")
            )
        return name


def good_tokens(organization: Organization) -> Any:
    """Those that open something now."""
    return ApiToken.objects.filter(organization=organization, revoked_at=None, expires_at__gt=clock.now())


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def organization_tokens(request: HttpRequest, organization: str) -> HttpResponse:
    """For administrators alone. What opens a new token stands in the answer to the form, and nowhere after it."""
    found = _administered(request, organization)
    if request.method != "POST":
        return _shown(request, found, TokenForm(found))
    form = TokenForm(found, request.POST)
    if not form.is_valid():
        return _shown(request, found, form, status=400)
    wanted = form.cleaned_data
    token, secret = tokens.issue(
        found,
        wanted["name"],
        may_write=wanted["rights"] == WRITES,
        days=wanted["days"],
        actor_id=viewer_in(request).user_id,
    )
    return _shown(request, found, TokenForm(found), made=token, secret=secret)


@never_cache
@login_required
@require_POST
def revoke_token(request: HttpRequest, organization: str, token_id: int) -> HttpResponse:
    """For administrators alone. Once more is no mistake: what is revoked stays so."""
    found = _administered(request, organization)
    token = get_object_or_404(ApiToken.objects, organization=found, pk=token_id)
    tokens.revoke(token, actor_id=viewer_in(request).user_id)
    told = gettext("“%(name)s” is revoked. Whatever used it is let in no more.")
    messages.success(request, told % {"name": token.name})
    return redirect("organization-tokens", found.slug)


def _administered(request: HttpRequest, slug: str) -> Organization:
    found = get_object_or_404(Organization.objects.defer("secret"), slug=slug)
    if not viewer_in(request).is_admin_of(found.pk):
        raise PermissionDenied
    return found


def _shown(
    request: HttpRequest,
    organization: Organization,
    form: TokenForm,
    *,
    made: ApiToken | None = None,
    secret: str = "",
    status: int = 200,
) -> HttpResponse:
    good = good_tokens(organization).select_related("created_by")
    ended = ApiToken.objects.filter(organization=organization).exclude(pk__in=good.values("pk"))
    in_admin = bool(request.user.is_staff)
    context = {
        "organization": organization,
        "form": form,
        "made": made,
        "secret": secret,
        "good": list(good),
        "ended": list(ended.select_related("created_by")[:OVER]),
        "back": reverse("admin:connectors_organization_change", args=(organization.pk,))
        if in_admin
        else reverse("home"),
    }
    return render(request, "syncapp/tokens.html", context, status=status)
