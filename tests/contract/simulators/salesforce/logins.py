"""The OAuth flows as a client takes them: what a browser and a server would send."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import requests
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from connectors.simulators.salesforce.grants import Client
from connectors.simulators.salesforce.org import INTEGRATION
from tests.contract.simulators.salesforce.bench import Bench

CALLBACK = "http://localhost:8000/salesforce/callback"
VERIFIER = "a-verifier-that-is-long-enough-to-be-one-0123456789"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"


def client(b: Bench) -> Client:
    return next(iter(b.sim.org.grants.clients.values()))


def app(b: Bench) -> dict[str, str]:
    """The app's own credentials, as a form has them."""
    return {"client_id": client(b).id, "client_secret": client(b).secret}


def question(b: Bench, **changed: str) -> dict[str, str]:
    """What an app sends a browser to the authorize page with."""
    b.control("client", redirect_uris=[CALLBACK])
    asked = {
        "response_type": "code",
        "client_id": client(b).id,
        "redirect_uri": CALLBACK,
        "state": "a state",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    }
    return {name: value for name, value in (asked | changed).items() if value}


def ask(b: Bench, **changed: str) -> requests.Response:
    """The authorize page."""
    address = f"{b.sim.base_url}/services/oauth2/authorize"
    return b.http.get(address, params=question(b, **changed), allow_redirects=False)


def press(b: Bench, decision: str, **changed: str) -> requests.Response:
    """The page's form sent with one of its buttons, its hidden fields as they stand on the page."""
    page = ask(b, **changed)
    hidden = dict(re.findall(r'type=hidden name="([^"]+)" value="([^"]*)"', page.text))
    return b.oauth("authorize", **hidden, user=INTEGRATION, decision=decision)


def answered(response: requests.Response) -> dict[str, str]:
    """What came back to the app in the query of its address."""
    return {name: values[0] for name, values in parse_qs(urlsplit(response.headers["Location"]).query).items()}


def code(b: Bench, **changed: str) -> str:
    return answered(press(b, "allow", **changed))["code"]


def exchange(b: Bench, given: str, **changed: str) -> requests.Response:
    form = {"grant_type": "authorization_code", "code": given, "redirect_uri": CALLBACK, "code_verifier": VERIFIER}
    return b.oauth("token", **{n: v for n, v in (app(b) | form | changed).items() if v})


def granted(b: Bench) -> dict[str, Any]:
    """The token answer of a user who let the app in."""
    return dict(exchange(b, code(b)).json())


def refresh(b: Bench, token: str, **changed: str) -> requests.Response:
    return b.oauth("token", **(app(b) | {"grant_type": "refresh_token", "refresh_token": token} | changed))


@cache
def key() -> rsa.RSAPrivateKey:
    """One key for all tests: making one takes longer than a test."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@cache
def other_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def public_pem() -> str:
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return key().public_key().public_bytes(serialization.Encoding.PEM, form).decode()


def assertion(
    b: Bench, signer: rsa.RSAPrivateKey | None = None, life: float = 180, **changed: str
) -> requests.Response:
    """A JWT bearer request; the app's certificate is registered and its user approved by an administrator."""
    b.control("client", certificate=public_pem(), preapproved=[changed.pop("approved", INTEGRATION)])
    claims = {
        "iss": client(b).id,
        "sub": INTEGRATION,
        "aud": "https://login.salesforce.com",
        "exp": int(b.sim.timeline.time() + life),
        **changed,
    }
    return send_assertion(b, jwt.encode(claims, signer or key(), algorithm="RS256"))


def send_assertion(b: Bench, text: str) -> requests.Response:
    return b.oauth("token", grant_type=JWT_BEARER, assertion=text)
