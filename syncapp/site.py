"""The admin: Django's own underneath, with our first page, our look and our rule of who may enter."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from connectors.pages import viewer_in
from syncapp.overview import overview

PLACES = ("Issue", "Cause", "Mailbox", "Organization", "FieldMapping", "Run", "Breaker", "Recipient", "User")


class SyncappAdminSite(admin.AdminSite):
    """Open to staff who are owner or administrator of an organization, and to superusers."""

    site_title = "Syncapp"
    site_header = "Syncapp"
    index_title = "Overview"
    enable_nav_sidebar = False

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """With the lists that this person may see, in the order of the work."""
        context = super().each_context(request)
        models = [model for app in context["available_apps"] for model in app["models"] if model["admin_url"]]
        found = {model["object_name"]: {"name": model["name"], "address": model["admin_url"]} for model in models}
        return context | {"places": [found[name] for name in PLACES if name in found]}

    def has_permission(self, request: HttpRequest) -> bool:
        user = request.user
        return bool(user.is_active and user.is_staff and viewer_in(request).administers)

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """There is one page to sign in. Who is signed in already and may not enter is told so."""
        if request.user.is_authenticated and not self.has_permission(request):
            raise PermissionDenied
        wanted = request.GET.get("next") or reverse("admin:index")
        return HttpResponseRedirect(f"{reverse('login')}?{urlencode({'next': wanted})}")

    def index(self, request: HttpRequest, extra_context: Any = None) -> TemplateResponse:
        context = {
            **self.each_context(request),
            "title": self.index_title,
            "subtitle": None,
            "overview": overview(viewer_in(request)),
            **(extra_context or {}),
        }
        request.current_app = self.name
        return TemplateResponse(request, "admin/index.html", context)

    def app_index(self, request: HttpRequest, app_label: str, extra_context: Any = None) -> TemplateResponse:
        """Our layers are no places for people; the first page is."""
        return self.index(request, extra_context)
