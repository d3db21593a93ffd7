"""OAuth 2.0 as both providers speak it: authorization code with PKCE (RFC 7636), refresh and client credentials
(RFC 6749), and assertions (RFC 7523).

Questions to a token endpoint are values; `ask` puts one. Nobody renews access but `connectors.credentials`, which
stores a new refresh token before anything uses it.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from connectors import network
from connectors.errors import ASSERTION, ConnectorError, Dialect

if TYPE_CHECKING:
    from connectors.transport import Session


@dataclass(frozen=True, kw_only=True)
class App:
    """Our registration at one provider; from settings, never from a tenant."""

    authorize_url: str
    token_url: str
    client_id: str
    client_secret: str = field(repr=False)
    scopes: tuple[str, ...]
    dialect: Dialect
    extra: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Question:
    """What is asked of a token endpoint. `operation` tells the flows apart where the same refusal means two things;
    `scopes` are those that it names."""

    url: str
    form: Mapping[str, str] = field(repr=False)
    dialect: Dialect
    operation: str = "token"
    scopes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Grant:
    """What a token endpoint gave. `refresh_token` is "" when the old one stays good; `lifetime` in seconds; no `scopes`
    stand here where neither question nor answer named any."""

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False, default="")
    lifetime: float
    instance_url: str = ""
    identity_url: str = ""
    scopes: tuple[str, ...] = ()


def new_verifier() -> str:
    """A PKCE code verifier: 43 characters from 32 random bytes."""
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).rstrip(b"=").decode()


def challenge(verifier: str) -> str:
    """The S256 challenge of a verifier."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def consent_url(app: App, *, redirect: str, state: str, verifier: str, hint: str = "") -> str:
    """Where to send the person's browser to ask for consent; `hint` is the account we expect."""
    query = {
        "response_type": "code",
        "client_id": app.client_id,
        "redirect_uri": redirect,
        "scope": " ".join(app.scopes),
        "state": state,
        "code_challenge": challenge(verifier),
        "code_challenge_method": "S256",
        "login_hint": hint,
        **app.extra,
    }
    return f"{app.authorize_url}?{urlencode({k: v for k, v in query.items() if v})}"


def exchange(app: App, *, code: str, verifier: str, redirect: str) -> Question:
    """For the grant behind an authorization code."""
    return _known(
        app,
        {"grant_type": "authorization_code", "code": code, "code_verifier": verifier, "redirect_uri": redirect},
    )


def refresh(app: App, refresh_token: str) -> Question:
    """For a new access token, and with rotation a new refresh token."""
    return _known(app, {"grant_type": "refresh_token", "refresh_token": refresh_token})


def client_credentials(app: App) -> Question:
    """For an access token by our registration alone; whom it is for stands in the provider's own settings."""
    return _known(app, {"grant_type": "client_credentials"})


def assertion(app: App, signed: str) -> Question:
    """For an access token by a signed assertion, which says who we are: no secret goes with it."""
    form = {"grant_type": JWT_BEARER, "assertion": signed}
    return Question(url=app.token_url, form=form, dialect=app.dialect, operation=ASSERTION, scopes=app.scopes)


def _known(app: App, form: Mapping[str, str]) -> Question:
    """With our registration and its secret."""
    own = {"client_id": app.client_id, "client_secret": app.client_secret}
    return Question(url=app.token_url, form={**form, **own}, dialect=app.dialect)


JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
DEFAULT_LIFETIME = 7200.0  # Salesforce names none; its sessions live 15 minutes to 24 hours, 2 hours by default


def ask(question: Question, session: Session) -> Grant:
    """Puts a question. Raises `ConnectorError`."""
    from connectors.transport import answer_of

    response = session.post(question.url, data=question.form, headers={"Accept": "application/json"})
    answer = answer_of(response, question.operation)
    if response.status_code != 200 or question.dialect.details(answer):
        raise ConnectorError(question.dialect.verdict(answer))
    return _grant(response.content, response.status_code, question.scopes)


def _grant(body: bytes, status: int, asked: tuple[str, ...]) -> Grant:
    """An answer that names no scopes is about those that were `asked` for (RFC 6749, 5.1)."""
    try:
        said: dict[str, Any] = json.loads(body)
        return Grant(
            access_token=said["access_token"],
            refresh_token=said.get("refresh_token", ""),
            lifetime=float(said.get("expires_in", DEFAULT_LIFETIME)),
            instance_url=said.get("instance_url", ""),
            identity_url=said.get("id", ""),
            scopes=tuple(said.get("scope", "").split()) or asked,
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise network.error("NON_JSON_ANSWER", "the token endpoint", status=status) from error
