"""What is refused at the door: tokens, codes, assertions, the authorize page."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import requests

from connectors.simulators.salesforce.org import ADMINISTRATOR, INTEGRATION
from tests.contract.simulators.salesforce import logins
from tests.contract.simulators.salesforce.bench import Bench

Act = Callable[[Bench], requests.Response]

EXPIRED = "expired access/refresh token"


def revoked(b: Bench) -> requests.Response:
    token = logins.granted(b)["refresh_token"]
    b.control("revoke-grant")
    return logins.refresh(b, token)


def rotated(b: Bench) -> tuple[str, str]:
    """(the replaced refresh token, the new one)."""
    b.control("login", rotation=True)
    old = logins.granted(b)["refresh_token"]
    return old, logins.refresh(b, old).json()["refresh_token"]


def after_a_theft(b: Bench) -> requests.Response:
    old, new = rotated(b)
    logins.refresh(b, old)
    return logins.refresh(b, new)


def after(switch: str, **arguments: object) -> Act:
    """A refresh after somebody threw a switch."""

    def act(b: Bench) -> requests.Response:
        token = logins.granted(b)["refresh_token"]
        b.control(switch, **arguments)
        return logins.refresh(b, token)

    return act


def used_code(b: Bench) -> requests.Response:
    given = logins.code(b)
    logins.exchange(b, given)
    return logins.exchange(b, given)


def late_code(b: Bench) -> requests.Response:
    given = logins.code(b)
    b.sim.timeline.move_to(b.sim.timeline.offset + 901)
    return logins.exchange(b, given)


def no_run_as(b: Bench) -> requests.Response:
    b.control("client", run_as="")
    return b.oauth("token", **logins.app(b), grant_type="client_credentials")


INVALID_GRANT = "invalid_grant"

TOKEN_CASES: dict[str, tuple[Act, int, str, str]] = {
    "oauth-unknown-refresh-token": (lambda b: logins.refresh(b, "5Aep861never"), 400, INVALID_GRANT, EXPIRED),
    "oauth-revoked-grant": (revoked, 400, INVALID_GRANT, EXPIRED),
    "oauth-rotated-token-reused": (lambda b: logins.refresh(b, rotated(b)[0]), 400, INVALID_GRANT, EXPIRED),
    "oauth-rotation-theft": (after_a_theft, 400, INVALID_GRANT, EXPIRED),
    "oauth-inactive-user": (after("user", username=INTEGRATION, active=False), 400, INVALID_GRANT, "inactive user"),
    "oauth-inactive-org": (after("login", org_active=False), 400, INVALID_GRANT, "inactive organization"),
    "oauth-ip-restricted": (after("login", ip_restricted=True), 400, INVALID_GRANT, "ip restricted"),
    "oauth-password": (
        lambda b: b.oauth("token", **logins.app(b), grant_type="password", username=INTEGRATION, password="x"),
        400,
        INVALID_GRANT,
        "authentication failure",
    ),
    "oauth-no-run-as-user": (no_run_as, 400, INVALID_GRANT, "no client credentials user enabled"),
    "oauth-code-unknown": (lambda b: logins.exchange(b, "aPrxNever"), 400, INVALID_GRANT, "invalid authorization code"),
    "oauth-code-twice": (used_code, 400, INVALID_GRANT, "expired authorization code"),
    "oauth-code-late": (late_code, 400, INVALID_GRANT, "expired authorization code"),
    "oauth-code-verifier": (
        lambda b: logins.exchange(b, logins.code(b), code_verifier="another"),
        400,
        INVALID_GRANT,
        "invalid code verifier",
    ),
    "oauth-code-without-verifier": (
        lambda b: logins.exchange(b, logins.code(b), code_verifier=""),
        400,
        "invalid_request",
        "missing required code verifier",
    ),
    "oauth-code-other-address": (
        lambda b: logins.exchange(b, logins.code(b), redirect_uri="http://localhost:8000/elsewhere"),
        400,
        "redirect_uri_mismatch",
        "redirect_uri must match configuration",
    ),
    "oauth-jwt-not-approved": (
        lambda b: logins.assertion(b, approved=ADMINISTRATOR),
        400,
        INVALID_GRANT,
        "user hasn't approved this consumer",
    ),
    "oauth-jwt-audience": (
        lambda b: logins.assertion(b, aud="https://test.salesforce.com"),
        400,
        INVALID_GRANT,
        "audience is invalid",
    ),
    "oauth-jwt-signature": (
        lambda b: logins.assertion(b, logins.other_key()),
        400,
        INVALID_GRANT,
        "invalid assertion",
    ),
    "oauth-jwt-expired": (lambda b: logins.assertion(b, life=-1), 400, INVALID_GRANT, "expired authorization code"),
    "oauth-jwt-too-long": (lambda b: logins.assertion(b, life=3600), 400, INVALID_GRANT, "invalid assertion"),
    "oauth-jwt-malformed": (
        lambda b: logins.send_assertion(b, "no.jwt.atall"),
        400,
        INVALID_GRANT,
        "invalid assertion",
    ),
    "oauth-jwt-unknown-client": (
        lambda b: logins.assertion(b, iss="3MVG9never"),
        400,
        "invalid_client_id",
        "client identifier invalid",
    ),
    "oauth-unknown-client": (
        lambda b: logins.refresh(b, "any", client_id="3MVG9never"),
        400,
        "invalid_client_id",
        "client identifier invalid",
    ),
    "oauth-wrong-secret": (
        lambda b: logins.refresh(b, "any", client_secret="wrong"),
        401,
        "invalid_client",
        "invalid client credentials",
    ),
    "oauth-grant-type": (
        lambda b: b.oauth("token", **logins.app(b), grant_type="barter"),
        400,
        "unsupported_grant_type",
        "grant type not supported",
    ),
    "oauth-revoke-unknown": (
        lambda b: b.oauth("revoke", token="never"),
        400,
        "unsupported_token_type",
        "this token type is not supported",
    ),
}

PAGE_CASES: dict[str, tuple[Act, str]] = {
    "authorize-unknown-client": (lambda b: logins.ask(b, client_id="3MVG9never"), "error=invalid_client_id"),
    "authorize-redirect-uri": (
        lambda b: logins.ask(b, redirect_uri="http://evil.example/"),
        "error=redirect_uri_mismatch",
    ),
}

REDIRECT_CASES: dict[str, tuple[Act, str, str]] = {
    "authorize-response-type": (
        lambda b: logins.ask(b, response_type="token"),
        "unsupported_response_type",
        "response type not supported",
    ),
    "authorize-no-challenge": (
        lambda b: logins.ask(b, code_challenge=""),
        "invalid_request",
        "missing required code challenge",
    ),
    "authorize-plain-challenge": (
        lambda b: logins.ask(b, code_challenge_method="plain"),
        "invalid_request",
        "invalid code challenge method",
    ),
    "authorize-denied": (lambda b: logins.press(b, "deny"), "access_denied", "end-user denied authorization"),
}

WORD_CASES: dict[str, tuple[Act, str]] = {
    "identity-bad-token": (
        lambda b: b.send("GET", "/services/oauth2/userinfo", headers={"Authorization": "Bearer never"}),
        "Bad_OAuth_Token",
    ),
    "identity-no-token": (
        lambda b: b.http.get(f"{b.sim.base_url}/services/oauth2/userinfo"),
        "Missing_OAuth_Token",
    ),
    "identity-other-user": (
        lambda b: b.send("GET", f"/id/{b.sim.org.id}/{b.sim.org.administrator}"),
        "Wrong_Id",
    ),
}

SOAP_CASES = {"soap-login": "/services/Soap/u/67.0"}

CASES = [*TOKEN_CASES, *PAGE_CASES, *REDIRECT_CASES, *WORD_CASES, *SOAP_CASES]


@pytest.mark.parametrize("name", TOKEN_CASES)
def test_the_token_endpoint_refuses_in_json(bench: Bench, name: str) -> None:
    act, status, error, description = TOKEN_CASES[name]
    response = act(bench)
    assert (response.status_code, response.json()) == (status, {"error": error, "error_description": description})


@pytest.mark.parametrize("name", PAGE_CASES)
def test_nobody_is_sent_to_an_address_that_the_app_does_not_have(bench: Bench, name: str) -> None:
    act, told = PAGE_CASES[name]
    response = act(bench)
    assert (response.status_code, "Location" in response.headers) == (400, False)
    assert told in response.text


@pytest.mark.parametrize("name", REDIRECT_CASES)
def test_a_refusal_goes_back_to_the_app_with_its_state(bench: Bench, name: str) -> None:
    act, error, description = REDIRECT_CASES[name]
    response = act(bench)
    assert response.status_code == 302
    assert response.headers["Location"].startswith(f"{logins.CALLBACK}?")
    assert logins.answered(response) == {"error": error, "error_description": description, "state": "a state"}


@pytest.mark.parametrize("name", WORD_CASES)
def test_the_identity_service_refuses_with_a_word(bench: Bench, name: str) -> None:
    act, word = WORD_CASES[name]
    response = act(bench)
    assert (response.status_code, response.text) == (403, word)


@pytest.mark.parametrize("name", SOAP_CASES)
def test_soap_login_is_disabled(bench: Bench, name: str) -> None:
    response = bench.http.post(f"{bench.sim.base_url}{SOAP_CASES[name]}", data="<login/>")
    assert response.status_code == 500
    assert "SOAP API login() is disabled by default in this org." in response.text
