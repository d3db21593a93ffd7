"""The last net: whatever refuses a request under /api/ before or beside our views still answers with a problem."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from connectors.rest.problems import FORBIDDEN, INVALID, MEDIA_TYPE, METHOD, NOT_FOUND, TOO_LARGE, answer, unexpected

UNDER = "/api/"
_BY_STATUS = {each.status: each for each in (INVALID, FORBIDDEN, NOT_FOUND, METHOD, TOO_LARGE)}


class ProblemMiddleware:
    """Stands first, so that a refused host and an error inside another middleware come by here as well."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code < 400 or not request.path_info.startswith(UNDER):
            return response
        if response.get("Content-Type", "").startswith(MEDIA_TYPE):
            return response
        known = _BY_STATUS.get(response.status_code)
        problem = answer(request, known) if known is not None else unexpected(request)
        for name, value in response.items():  # what the other middlewares added for safety stays
            if name.lower() not in {"content-type", "content-length"}:
                problem[name] = value
        return problem
