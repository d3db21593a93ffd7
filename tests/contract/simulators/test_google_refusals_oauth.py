"""Each refusal of Google's sign-in and token endpoint, asked for with plain `requests`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from cryptography.hazmat.primitives.asymmetric import rsa

from connectors.simulators.google import jwt
from tests.contract.simulators.google_world import (
    ADA,
    BOB,
    CALLBACK,
    SCOPE,
    Case,
    GoogleWorld,
    Got,
    oauth_refusal,
    proves,
    refused_raw,
    running,
)

READ = f"{SCOPE}readonly"
DAY = 86_400
VERIFIER, CHALLENGE = "v" * 43, "7w_YNF9DSfIdPf_pRjSq646_kPr-2-o9NAl16JGghdM"


@pytest.fixture
def google(tmp_path: Path) -> Iterator[GoogleWorld]:
    with running(tmp_path) as world:
        yield world


# -- The consent page


def authorize(google: GoogleWorld, **changes: str) -> requests.Response:
    query = {
        "client_id": google.account()["client_id"],
        "redirect_uri": CALLBACK,
        "response_type": "code",
        "scope": READ,
        "access_type": "offline",
        "login_hint": ADA,
        "state": "s",
    } | changes
    return google.get("/o/oauth2/v2/auth", token="", **{k: v for k, v in query.items() if v})


def decide(google: GoogleWorld, decision: str, page: requests.Response) -> requests.Response:
    ticket = re.search(r'name="ticket" value="([^"]+)"', page.text)
    assert ticket, page.text
    form = {"ticket": ticket[1], "account": ADA, "decision": decision}
    return google.request("POST", "/o/oauth2/v2/auth", token="", data=form)


def code(google: GoogleWorld, **changes: str) -> str:
    location = decide(google, "allow", authorize(google, **changes)).headers["location"]
    return parse_qs(urlsplit(location).query)["code"][0]


def page_refusal(answer: requests.Response) -> Got:
    """A page for the person: `Error 400: redirect_uri_mismatch` in its title, the sentence in its text."""
    assert answer.headers["content-type"].startswith("text/html")
    title = re.search(r"<title>Error (\d+): (\w+)</title>", answer.text)
    sentence = re.search(r"</h1><p>(.*?)</p>", answer.text)
    assert title, answer.text
    assert sentence
    return Got(status=answer.status_code, code=title[2], message=unescape(sentence[1]))


def on_page(**changes: str) -> Case:
    return lambda google: page_refusal(authorize(google, **changes))


def blocked_page(google: GoogleWorld) -> Got:
    google.account()
    google.door("token-trouble", account=ADA, kind="admin-policy")
    return page_refusal(authorize(google))


def ticket_used(google: GoogleWorld) -> Got:
    page = authorize(google)
    decide(google, "allow", page)
    return page_refusal(decide(google, "allow", page))


def cancelled(google: GoogleWorld) -> Got:
    answer = decide(google, "cancel", authorize(google))
    assert answer.headers["location"] == f"{CALLBACK}?state=s&error=access_denied"
    return Got(status=answer.status_code, code="access_denied", message="access_denied")


# -- The code


def exchange(google: GoogleWorld, text: str, **form: str) -> Got:
    return oauth_refusal(
        google.token(**{"grant_type": "authorization_code", "code": text, "redirect_uri": CALLBACK} | form)
    )


def code_used(google: GoogleWorld) -> Got:
    text = code(google)
    first = google.token(grant_type="authorization_code", code=text, redirect_uri=CALLBACK)
    assert first.status_code == 200
    return exchange(google, text)


def code_late(google: GoogleWorld) -> Got:
    text = code(google)
    google.move_clock(601)
    return exchange(google, text)


def with_challenge(**form: str) -> Case:
    def case(google: GoogleWorld) -> Got:
        return exchange(google, code(google, code_challenge=CHALLENGE, code_challenge_method="S256"), **form)

    return case


# -- Refresh


def refresh(**form: str) -> Case:
    return lambda google: oauth_refusal(google.refresh(**form))


def refresh_after(verb: str, **arguments: str) -> Case:
    def case(google: GoogleWorld) -> Got:
        google.account()
        google.door(verb, account=ADA, **arguments)
        return oauth_refusal(google.refresh())

    return case


def idle(google: GoogleWorld) -> Got:
    google.account()
    google.move_clock(182 * DAY)
    assert google.refresh().status_code == 200
    google.move_clock(184 * DAY)
    return oauth_refusal(google.refresh())


def hundred_and_first(google: GoogleWorld) -> Got:
    google.account()
    second = google.door("grant", account=ADA)["refresh_token"]
    for _ in range(99):
        google.simulator.control("grant", {"account": ADA})
    assert google.refresh(refresh_token=second).status_code == 200
    return oauth_refusal(google.refresh())


def foreign(google: GoogleWorld) -> Got:
    other = google.door("client", client_id="other.apps.googleusercontent.com", secret="other")
    return oauth_refusal(google.refresh(**other))


def token_form(**form: str) -> Case:
    return lambda google: oauth_refusal(google.token(**form))


def revoke_dead(google: GoogleWorld) -> Got:
    token = google.account()["refresh_token"]
    assert google.request("POST", "/revoke", token="", data={"token": token}).status_code == 200
    return oauth_refusal(google.request("POST", "/revoke", token="", data={"token": token}))


# -- Service accounts

ROBOT = "robot@syncapp.iam.gserviceaccount.com"
KEY, OTHER_KEY = (rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2))


def assertion(google: GoogleWorld, *, key: rsa.RSAPrivateKey = KEY, **changes: Any) -> dict[str, str]:
    """The form of a JWT bearer request; a change to `None` leaves the claim out."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    pem = KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    google.account()
    google.door("service-account", email=ROBOT, scopes=[READ], public_key=pem)
    now = int(google.simulator.timeline.time())
    claims = {"iss": ROBOT, "sub": ADA, "scope": READ, "aud": f"{google.url}/token", "iat": now, "exp": now + 3600}
    signed = jwt.write({k: v for k, v in (claims | changes).items() if v is not None}, key)
    return {"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion": signed}


def robot(key: rsa.RSAPrivateKey = KEY, **changes: Any) -> Case:
    return lambda google: oauth_refusal(google.token(**assertion(google, key=key, **changes)))


def unreadable(google: GoogleWorld) -> Got:
    return oauth_refusal(google.token(**assertion(google) | {"assertion": "not.a.token"}))


def late(google: GoogleWorld) -> Got:
    form = assertion(google)
    google.move_clock(3601)
    return oauth_refusal(google.token(**form))


def robot_without_user(google: GoogleWorld) -> Got:
    token = google.token(**assertion(google, sub=None)).json()["access_token"]
    return refused_raw(google.get("/gmail/v1/users/me/profile", token=token))


CASES: dict[str, Case] = {
    "google.authorize-client-missing": on_page(client_id=""),
    "google.authorize-client-unknown": on_page(client_id="nobody"),
    "google.authorize-redirect-uri": on_page(redirect_uri=CALLBACK + "/"),
    "google.authorize-response-type": on_page(response_type="token"),
    "google.authorize-scope-missing": on_page(scope=""),
    "google.authorize-scope-unknown": on_page(scope=f"{READ} {SCOPE}everything"),
    "google.authorize-challenge-method": on_page(code_challenge="c", code_challenge_method="S512"),
    "google.authorize-admin-policy": blocked_page,
    "google.authorize-ticket-used": ticket_used,
    "google.authorize-cancelled": cancelled,
    "google.code-malformed": lambda google: exchange(google, "no-code"),
    "google.code-used": code_used,
    "google.code-late": code_late,
    "google.code-missing": lambda google: exchange(google, ""),
    "google.code-redirect-uri": lambda google: exchange(google, code(google), redirect_uri=CALLBACK + "/"),
    "google.verifier-missing": with_challenge(),
    "google.verifier-wrong": with_challenge(code_verifier="w" * 43),
    "google.verifier-not-needed": lambda google: exchange(google, code(google), code_verifier=VERIFIER),
    "google.grant-type-missing": token_form(),
    "google.grant-type-unknown": token_form(grant_type="password"),
    "google.client-missing": refresh(client_id=""),
    "google.client-unknown": refresh(client_id="nobody"),
    "google.client-secret-missing": refresh(client_secret=""),
    "google.client-secret-wrong": refresh(client_secret="wrong"),
    "google.refresh-token-missing": refresh(refresh_token=""),
    "google.refresh-token-unknown": refresh(refresh_token="1//nobody"),
    "google.refresh-token-foreign": foreign,
    "google.refresh-token-revoked": refresh_after("revoke"),
    "google.refresh-token-idle": idle,
    "google.refresh-token-password": refresh_after("change-password"),
    "google.refresh-token-of-100": hundred_and_first,
    "google.refresh-account-deleted": refresh_after("suspend", **{"as": "deleted"}),
    "google.refresh-account-disabled": refresh_after("suspend"),
    "google.refresh-rapt": refresh_after("token-trouble", kind="rapt"),
    "google.refresh-admin-policy": refresh_after("token-trouble", kind="admin-policy"),
    "google.refresh-scope": refresh(scope="https://mail.google.com/"),
    "google.revoke-without-token": lambda google: oauth_refusal(google.request("POST", "/revoke", token="")),
    "google.revoke-unknown": revoke_dead,
    "google.userinfo-bad-token": lambda google: oauth_refusal(google.get("/oauth2/v3/userinfo", token="ya29.no")),
    "google.jwt-missing": token_form(grant_type="urn:ietf:params:oauth:grant-type:jwt-bearer"),
    "google.jwt-unreadable": unreadable,
    "google.jwt-account-unknown": robot(iss="nobody@syncapp.iam.gserviceaccount.com"),
    "google.jwt-signature": robot(key=OTHER_KEY),
    "google.jwt-time": late,
    "google.jwt-audience": robot(aud="https://example.com/token"),
    "google.jwt-scope-missing": robot(scope=None),
    "google.jwt-user-unknown": robot(sub=BOB),
    "google.jwt-not-delegated": robot(scope="https://mail.google.com/"),
    "google.service-account-without-user": robot_without_user,
}


@pytest.mark.parametrize("row", CASES)
def test_google_refuses(google: GoogleWorld, row: str) -> None:
    proves(row, CASES[row](google))


def test_the_challenge_of_these_tests_is_that_of_the_verifier(google: GoogleWorld) -> None:
    text = code(google, code_challenge=CHALLENGE, code_challenge_method="S256")
    form = {"code": text, "redirect_uri": CALLBACK, "code_verifier": VERIFIER}
    assert google.token(grant_type="authorization_code", **form).status_code == 200


def test_a_refused_reauthentication_names_its_subtype(google: GoogleWorld) -> None:
    google.account()
    google.door("token-trouble", account=ADA, kind="rapt")
    assert google.refresh().json()["error_subtype"] == "invalid_rapt"


def test_a_code_is_good_for_its_own_client_only(google: GoogleWorld) -> None:
    other = google.door("client", client_id="other.apps.googleusercontent.com", secret="other")
    proves("google.code-used", exchange(google, code(google), **other))


@pytest.mark.parametrize(("iat", "exp"), [(0, 7_200), (600, 4_200), (-4_000, -400), (100, 100), (100, 50)])
def test_an_assertion_is_good_for_an_hour_at_most_and_only_now(google: GoogleWorld, iat: int, exp: int) -> None:
    now = int(google.simulator.timeline.time())
    proves("google.jwt-time", robot(iat=now + iat, exp=now + exp)(google))


def test_an_assertion_may_be_signed_by_a_clock_that_is_a_little_fast(google: GoogleWorld) -> None:
    now = int(google.simulator.timeline.time())
    assert google.token(**assertion(google, iat=now + 200, exp=now + 3_700)).status_code == 200
