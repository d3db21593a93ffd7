"""A token is believed if Google has signed it for us, now; of anything else nothing is."""

from __future__ import annotations

import base64
import json
import traceback
from collections.abc import Mapping
from typing import Any

import jwt
import pytest
from jwt.algorithms import RSAAlgorithm

from connectors.id_tokens import Expected, Foreign, Untrusted, check, key_id
from tests import signing_keys

NOW = 1_800_000_000.0
US = Expected(audience="https://syncapp.example.com/push/google/mail/", account="pusher@p.iam.gserviceaccount.com")
CLAIMS: Mapping[str, Any] = {
    "aud": US.audience,
    "azp": "113774264463038321964",
    "email": US.account,
    "email_verified": True,
    "exp": int(NOW) + 3600,
    "iat": int(NOW),
    "iss": "https://accounts.google.com",
    "sub": "113774264463038321964",
}


def key(name: str = "google") -> dict[str, object]:
    """The public half as it stands in a JWK set."""
    loaded = RSAAlgorithm(RSAAlgorithm.SHA256).prepare_key(signing_keys.public(name))
    return {**json.loads(RSAAlgorithm.to_jwk(loaded)), "kid": name}


def token(signed_with: str = "google", headers: Mapping[str, Any] | None = None, **claims: Any) -> str:
    """With these claims in place of its own; `None` leaves one out."""
    told = {name: value for name, value in {**CLAIMS, **claims}.items() if value is not None}
    return jwt.encode(
        told, signing_keys.private(signed_with), algorithm="RS256", headers={"kid": "google", **(headers or {})}
    )


def part(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def test_what_google_signed_for_us_is_believed() -> None:
    assert key_id(token()) == "google"
    check(token(), key(), US, NOW)


@pytest.mark.parametrize(
    ("at", "good"),
    [(NOW - 61, False), (NOW - 59, True), (NOW + 3600, True), (NOW + 3659, True), (NOW + 3661, False)],
)
def test_it_is_good_for_its_time_and_a_minute_around_it(at: float, good: bool) -> None:
    if good:
        check(token(), key(), US, at)
        return
    with pytest.raises(Untrusted):
        check(token(), key(), US, at)


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://accounts.example.com"},
        {"iss": None},
        {"exp": None},
        {"iat": None},
        {"aud": None},
        {"email": None},
        {"exp": int(NOW) - 3600},
        {"iat": int(NOW) + 3600},
        {"exp": "tomorrow"},
        {"iat": [1]},
        {"exp": 10**400},
    ],
    ids=lambda claims: repr(claims)[:40],
)
def test_a_token_that_is_not_whole_or_not_good_now_is_not_trusted(claims: dict[str, Any]) -> None:
    with pytest.raises(Untrusted):
        check(token(**claims), key(), US, NOW)


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "https://other.example.com/push/"},
        {"aud": [US.audience, "https://other.example.com"]},
        {"email": "other@p.iam.gserviceaccount.com"},
        {"email": [US.account]},
        {"email_verified": False},
        {"email_verified": "true"},
        {"email_verified": None},
    ],
    ids=repr,
)
def test_a_token_of_google_for_somebody_else_is_foreign(claims: dict[str, Any]) -> None:
    with pytest.raises(Foreign):
        check(token(**claims), key(), US, NOW)


def test_a_signature_of_another_key_is_not_trusted() -> None:
    with pytest.raises(Untrusted):
        check(token(signed_with="another"), key(), US, NOW)


def test_claims_that_were_changed_behind_the_signature_are_not_trusted() -> None:
    head, _, signature = token().split(".")
    with pytest.raises(Untrusted):
        check(f"{head}.{part({**CLAIMS, 'exp': 9_999_999_999})}.{signature}", key(), US, NOW)


@pytest.mark.parametrize("algorithm", ["none", "HS256", "RS512", "", None], ids=str)
def test_no_other_algorithm_is_even_looked_at(algorithm: str | None) -> None:
    forged = f"{part({'alg': algorithm, 'kid': 'google', 'typ': 'JWT'})}.{part(dict(CLAIMS))}."
    with pytest.raises(Untrusted):
        key_id(forged)
    with pytest.raises(Untrusted):
        check(forged, key(), US, NOW)


def test_a_public_key_is_no_shared_secret() -> None:
    """The old trick: HMAC, keyed with the public key, which everybody has."""
    import hashlib
    import hmac

    signed = f"{part({'alg': 'HS256', 'kid': 'google'})}.{part(dict(CLAIMS))}"
    mac = hmac.new(signing_keys.public("google").encode(), signed.encode(), hashlib.sha256).digest()
    forged = f"{signed}.{base64.urlsafe_b64encode(mac).decode().rstrip('=')}"
    with pytest.raises(Untrusted):
        check(forged, key(), US, NOW)


@pytest.mark.parametrize(
    "text",
    ["", "x", "a.b", "a.b.c", "...", "🔑.🔑.🔑", part([]) + ".x.y", part({"alg": "RS256"}) + ".x.y", "x" * 9000],
    ids=["nothing", "word", "two", "three", "dots", "signs", "list", "no key", "long"],
)
def test_what_is_no_token_names_no_key(text: str) -> None:
    with pytest.raises(Untrusted):
        key_id(text)


@pytest.mark.parametrize("headers", [{"kid": None}, {"kid": 7}, {"kid": ["google"]}], ids=repr)
def test_a_key_without_a_name_is_none(headers: dict[str, Any]) -> None:
    forged = f"{part({'alg': 'RS256', **headers})}.{part(dict(CLAIMS))}.x"
    with pytest.raises(Untrusted):
        key_id(forged)


@pytest.mark.parametrize(
    "key_", [{}, {"kty": "RSA"}, {"kty": "oct", "k": "c2VjcmV0"}, {"kty": "RSA", "n": "x", "e": "y"}]
)
def test_a_key_that_is_none_checks_nothing(key_: dict[str, object]) -> None:
    with pytest.raises(Untrusted):
        check(token(), key_, US, NOW)


def test_why_it_is_not_trusted_holds_nothing_of_it() -> None:
    text = token(signed_with="another")
    with pytest.raises(Untrusted) as caught:
        check(text, key(), US, NOW)
    told = "".join(traceback.format_exception(caught.value))
    assert not any(piece in told for piece in text.split("."))
