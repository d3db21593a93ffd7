"""Signing in: what the consent page shows, what comes back, and how long tokens last."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from connectors.simulators.google import jwt
from connectors.simulators.google.grants import ACCESS_SECONDS
from connectors.simulators.server import Request
from tests.contract.simulators import test_google_refusals_oauth as pages
from tests.contract.simulators.google_world import ADA, BOB, CALLBACK, PROFILE, SCOPE, GoogleWorld, running

READ = f"{SCOPE}readonly"


@pytest.fixture
def google(tmp_path: Path) -> Iterator[GoogleWorld]:
    with running(tmp_path) as world:
        yield world


def exchange(google: GoogleWorld, **changes: str) -> requests.Response:
    """Consent and the exchange of its code; `changes` are of the authorize request, but for the verifier."""
    verifier = changes.pop("code_verifier", "")
    form = {"code": pages.code(google, **changes), "redirect_uri": CALLBACK, "code_verifier": verifier}
    return google.token(grant_type="authorization_code", **form)


def test_the_page_names_the_account_the_app_and_what_it_asks_for(google: GoogleWorld) -> None:
    google.door("account", email=ADA, name="Ada <b>Byron</b>")
    google.accounts[ADA] = google.door("grant", account=ADA)
    page = pages.authorize(google).text
    assert "Ada &lt;b&gt;Byron&lt;/b&gt;" in page
    assert "Syncapp wants to access" in page
    assert READ in page
    assert ">Allow</button>" in page
    assert ">Cancel</button>" in page


def test_without_a_hint_the_page_lets_the_person_choose(google: GoogleWorld) -> None:
    google.account(BOB)
    page = pages.authorize(google, login_hint="").text
    assert page.count('type="radio"') == 2
    assert page.count("<label>") == 2


def test_a_suspended_account_cannot_be_chosen(google: GoogleWorld) -> None:
    google.account(BOB)
    google.account()
    google.door("suspend", account=BOB)
    assert BOB not in pages.authorize(google, login_hint="").text
    assert pages.authorize(google, login_hint=BOB).status_code == 400


def test_allow_sends_the_person_back_with_code_scope_and_state(google: GoogleWorld) -> None:
    answer = pages.decide(google, "allow", pages.authorize(google, state="a b&c"))
    query = parse_qs(urlsplit(answer.headers["location"]).query)
    assert answer.status_code == 302
    assert answer.headers["location"].startswith(f"{CALLBACK}?")
    assert (query["state"], query["scope"]) == (["a b&c"], [READ])
    assert query["code"][0].startswith("4/")


def test_a_code_gives_tokens_that_work(google: GoogleWorld) -> None:
    answer = exchange(google, prompt="consent").json()
    assert (answer["expires_in"], answer["token_type"], answer["scope"]) == (3599, "Bearer", READ)
    assert google.get(PROFILE, token=answer["access_token"]).json()["emailAddress"] == ADA
    assert google.refresh(refresh_token=answer["refresh_token"]).status_code == 200


def test_pkce_with_a_plain_challenge_works_too(google: GoogleWorld) -> None:
    assert exchange(google, code_challenge="c" * 43, code_verifier="c" * 43).status_code == 200


def test_a_random_verifier_is_proved_by_its_hash(google: GoogleWorld) -> None:
    verifier = "never-seen-before-" * 3
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    answer = exchange(google, code_challenge=challenge, code_challenge_method="S256", code_verifier=verifier)
    assert answer.status_code == 200


def test_online_access_gives_no_refresh_token(google: GoogleWorld) -> None:
    assert "refresh_token" not in exchange(google, access_type="online").json()


def test_a_second_consent_gives_a_refresh_token_only_when_asked_again(google: GoogleWorld) -> None:
    google.account()  # has a grant of this client already
    assert "refresh_token" not in exchange(google).json()
    assert "refresh_token" in exchange(google, prompt="consent").json()


def test_openid_adds_an_id_token_that_our_key_signed(google: GoogleWorld) -> None:
    answer = exchange(google, scope="openid email").json()
    token = jwt.Token.read(answer["id_token"])
    assert token.signed_by(jwt.own_key().public_key())
    assert (token.claims["email"], token.claims["aud"]) == (ADA, google.account()["client_id"])


def test_userinfo_says_who_the_token_belongs_to(google: GoogleWorld) -> None:
    person = google.get("/oauth2/v3/userinfo").json()
    assert (person["email"], person["email_verified"], person["hd"]) == (ADA, True, "example.com")
    assert person["sub"].isdigit()


def test_an_access_token_ends_after_3599_seconds_of_the_virtual_clock(google: GoogleWorld) -> None:
    google.account()
    google.move_clock(ACCESS_SECONDS - 30)
    assert google.get(PROFILE).status_code == 200
    google.move_clock(30)
    assert google.get(PROFILE).status_code == 401


def test_a_refresh_gives_a_new_access_token_and_keeps_the_refresh_token(google: GoogleWorld) -> None:
    answer = google.refresh().json()
    assert "refresh_token" not in answer
    assert answer["access_token"] != google.account()["access_token"]
    assert google.get(PROFILE, token=answer["access_token"]).status_code == 200


def test_a_refresh_may_ask_for_less(google: GoogleWorld) -> None:
    google.account(ADA, READ, f"{SCOPE}labels")
    answer = google.refresh(scope=f"{SCOPE}labels").json()
    assert answer["scope"] == f"{SCOPE}labels"
    assert google.get("/gmail/v1/users/me/messages", token=answer["access_token"]).status_code == 403


@pytest.mark.parametrize("kind", ["refresh_token", "access_token"])
def test_revoking_either_token_ends_both(google: GoogleWorld, kind: str) -> None:
    google.account()
    answer = google.request("POST", "/revoke", token="", data={"token": google.account()[kind]})
    assert (answer.status_code, answer.json()) == (200, {})
    assert google.get(PROFILE).status_code == 401
    assert google.refresh().status_code == 400


def test_revoking_wants_a_post(google: GoogleWorld) -> None:
    assert google.get("/revoke", token="").status_code == 404


def test_a_password_change_spares_a_grant_without_mail(google: GoogleWorld) -> None:
    google.account(ADA, "openid")
    google.door("change-password", account=ADA)
    assert google.refresh().status_code == 200


def test_a_grant_that_is_used_lives_on(google: GoogleWorld) -> None:
    google.account()
    for _ in range(3):
        google.move_clock(100 * 86_400)
        assert google.refresh().status_code == 200


def test_the_token_may_stand_in_the_query_as_the_document_declares(google: GoogleWorld) -> None:
    token = google.account()["access_token"]
    assert google.get(PROFILE, token="", access_token=token).status_code == 200


def test_a_token_answer_may_not_be_cached(google: GoogleWorld) -> None:
    assert "no-store" in google.refresh().headers["cache-control"]


def test_answers_are_pretty_unless_asked_otherwise(google: GoogleWorld) -> None:
    google.account()
    wide, dense = google.get(PROFILE).text, google.get(PROFILE, prettyPrint="false").text
    assert json.loads(wide) == json.loads(dense)
    assert wide.count("\n") > 3
    assert "\n" not in dense


def test_a_consent_on_the_page_grants_what_was_withdrawn(google: GoogleWorld) -> None:
    google.account()
    google.door("withdraw-scope", account=ADA, scope=READ)
    answer = exchange(google, prompt="consent").json()
    assert google.get(PROFILE, token=answer["access_token"]).status_code == 200


def test_a_code_of_an_account_that_was_deleted_gives_nothing(google: GoogleWorld) -> None:
    code = pages.code(google)
    google.door("delete-account", account=ADA)
    answer = google.token(grant_type="authorization_code", code=code, redirect_uri=CALLBACK)
    assert answer.json() == {"error": "invalid_grant", "error_description": "Account has been deleted"}


def test_to_allow_without_an_account_is_asked_again(google: GoogleWorld) -> None:
    ticket = pages.authorize(google, login_hint="").text.split('name="ticket" value="')[1].split('"')[0]
    form = {"ticket": ticket, "decision": "allow"}
    answer = google.request("POST", "/o/oauth2/v2/auth", token="", data=form)
    assert (answer.status_code, "Choose an account." in answer.text) == (400, True)


def test_old_questions_are_forgotten(google: GoogleWorld) -> None:
    from connectors.simulators.google import consent

    page = pages.authorize(google)
    request = Request(method="GET", path=consent.PATH, query=parse_qs(urlsplit(page.url).query))
    for _ in range(consent.MOST_TICKETS):
        google.simulator.serve(request)
    assert "used already, or is too old" in pages.decide(google, "allow", page).text
