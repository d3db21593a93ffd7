"""In which language somebody is answered."""

from __future__ import annotations

from collections.abc import Awaitable

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.utils import translation

from connectors.rest.middleware import UNDER


class LanguageMiddleware(LocaleMiddleware):
    """Pages speak the language that the reader's browser asks for, if there is one; the interface for programs speaks
    that of the settings to everybody, so that what it says stays the same for whoever compares it.

    What was chosen ends with the answer: nothing of it is left for whatever the thread does next.
    """

    async_capable = False

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        with translation.override(settings.LANGUAGE_CODE):
            return self.get_response(request) if request.path_info.startswith(UNDER) else super().__call__(request)
