"""Assertions are signed with a good key, and with no other."""

from __future__ import annotations

import traceback

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from connectors import assertions
from connectors.google import oauth as google
from connectors.records import Resource
from connectors.salesforce import oauth as salesforce
from tests import signing_keys as keys


def pem(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey, passphrase: bytes = b"") -> str:
    closed = serialization.BestAvailableEncryption(passphrase) if passphrase else serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, closed).decode()


def test_what_is_signed_can_be_checked_with_the_public_key_and_with_no_other() -> None:
    text = assertions.signed({"iss": "us", "exp": 4102444800}, keys.private())
    read = jwt.decode(text, keys.public(), algorithms=["RS256"])
    assert (read, jwt.get_unverified_header(text)["alg"]) == ({"iss": "us", "exp": 4102444800}, "RS256")
    with pytest.raises(jwt.InvalidSignatureError):
        jwt.decode(text, keys.public("another"), algorithms=["RS256"])


@pytest.mark.parametrize(
    "key",
    [
        "",
        "no key",
        keys.public(),
        keys.private()[:-100],
        pem(ec.generate_private_key(ec.SECP256R1())),
        pem(rsa.generate_private_key(public_exponent=65537, key_size=1024)),
        pem(rsa.generate_private_key(public_exponent=65537, key_size=2048), b"passphrase"),
    ],
    ids=["nothing", "words", "public", "cut", "elliptic", "short", "closed"],
)
def test_what_is_no_private_rsa_key_signs_nothing_and_is_told_to_nobody(key: str) -> None:
    with pytest.raises(assertions.BadKey) as caught:
        assertions.signed({}, key)
    told = "".join(traceback.format_exception(caught.value))
    assert not any(line in told for line in key.splitlines()[1:2])


def test_an_assertion_for_salesforce_names_app_user_and_address_and_lasts_no_three_minutes() -> None:
    claims = salesforce.claims(
        client_id="app", username="bot@acme.example", audience="https://login.example", at=1000.9
    )
    assert claims == {"iss": "app", "sub": "bot@acme.example", "aud": "https://login.example", "exp": 1120}


@pytest.mark.parametrize(
    ("resources", "scopes"),
    [
        ((), ["gmail.readonly"]),
        ((Resource.EVENT,), ["gmail.readonly", "calendar.events"]),
        ((Resource.TASK,), ["gmail.readonly", "tasks"]),
    ],
    ids=["mail", "events", "tasks"],
)
def test_an_assertion_for_google_asks_for_no_more_than_a_person_would_be_asked(
    resources: tuple[Resource, ...], scopes: list[str]
) -> None:
    app = google.app(
        authorize_url="https://accounts.example",
        token_url="https://tokens.example/token",
        client_id="",
        client_secret="",
        resources=resources,
    )
    claims = google.claims(google.robot(keys.key_file()), app, subject="ann@acme.example", at=1000.9)
    assert claims == {
        "iss": keys.ROBOT,
        "sub": "ann@acme.example",
        "scope": " ".join(f"https://www.googleapis.com/auth/{scope}" for scope in scopes),
        "aud": "https://tokens.example/token",
        "iat": 1000,
        "exp": 4600,
    }


@pytest.mark.parametrize("text", ["", "no JSON", "[]", "null", "{}", '{"client_email": "a@b"}', '{"private_key": "x"}'])
def test_what_is_no_key_file_is_no_service_account(text: str) -> None:
    with pytest.raises(assertions.BadKey):
        google.robot(text)


def test_a_service_account_shows_no_key_when_printed() -> None:
    assert "PRIVATE KEY" not in repr(google.robot(keys.key_file()))
