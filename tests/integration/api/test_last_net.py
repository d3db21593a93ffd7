"""Refusals that no view of ours makes: they are problems all the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.test import Client
from pytest_django import Settings

from tests.integration.api.world import kind

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Response

NET = "connectors.rest.middleware.ProblemMiddleware"


def _refusing(error: Exception) -> Callable[[object], Callable[[HttpRequest], HttpResponse]]:
    """A middleware that always fails."""

    def middleware(_: object) -> Callable[[HttpRequest], HttpResponse]:
        def fail(_: HttpRequest) -> HttpResponse:
            raise error

        return fail

    return middleware


broken = _refusing(RuntimeError("the secret of the house"))
forbidding = _refusing(PermissionDenied("the secret of the house"))


@pytest.fixture(autouse=True)
def _net(settings: Settings) -> None:
    others = [each for each in settings.MIDDLEWARE if each != NET]
    settings.MIDDLEWARE = [NET, *others]


def _get(path: str, **extra: Any) -> Response:
    return Client(raise_request_exception=False).get(path, **extra)


def test_a_host_that_is_not_ours_is_a_problem(db: None) -> None:
    response = _get("/api/v1/codes/", HTTP_HOST="evil.example")
    assert (response.status_code, kind(response)) == (400, "invalid")
    assert b"evil.example" not in response.content


def test_a_host_that_is_not_ours_is_a_problem_in_debug_mode_too(db: None, settings: Settings) -> None:
    settings.DEBUG = True
    assert b"Traceback" not in _get("/api/v1/codes/", HTTP_HOST="evil.example").content


@pytest.mark.parametrize(
    ("name", "status", "problem"), [("broken", 500, "server-error"), ("forbidding", 403, "forbidden")]
)
def test_an_error_in_a_middleware_is_a_problem(
    db: None, settings: Settings, name: str, status: int, problem: str
) -> None:
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, f"{__name__}.{name}"]
    response = _get("/api/v1/codes/")
    assert (response.status_code, kind(response)) == (status, problem)
    assert b"secret of the house" not in response.content


def test_what_other_middlewares_add_for_safety_stays(db: None) -> None:
    refused, served = _get("/api/v1/codes/", HTTP_HOST="evil.example"), _get("/api/v1/codes/")
    assert refused["Content-Security-Policy"] == served["Content-Security-Policy"]


def test_pages_keep_their_own_refusals(db: None) -> None:
    response = _get("/codes/no-such-code/")
    assert (response.status_code, response["Content-Type"].partition(";")[0]) == (404, "text/html")


def test_what_is_a_problem_already_stays_as_it_is(db: None) -> None:
    response = _get("/api/v1/issues/")
    assert (response.status_code, kind(response)) == (401, "unauthenticated")
    assert response["WWW-Authenticate"].startswith("Bearer")
