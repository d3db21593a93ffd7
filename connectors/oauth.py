"""OAuth 2.0 as both providers speak it: authorization code with PKCE (RFC 7636), and refresh (RFC 6749).

Nobody refreshes but `connectors.credentials`, which stores a new refresh token before anything uses it.
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
from connectors.errors import ConnectorError, Dialect

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
class Grant:
    """What a token endpoint gave. `refresh_token` is "" when the old one stays good; `lifetime` in seconds."""

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False, default="")
    lifetime: float
    instance_url: str = ""
    identity_url: str = ""


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


def exchange(app: App, session: Session, *, code: str, verifier: str, redirect: str) -> Grant:
    """The grant behind an authorization code. Raises `ConnectorError`."""
    return _ask(
        app,
        session,
        {"grant_type": "authorization_code", "code": code, "code_verifier": verifier, "redirect_uri": redirect},
    )


def refresh(app: App, session: Session, refresh_token: str) -> Grant:
    """A new access token, and with rotation a new refresh token. Raises `ConnectorError`."""
    return _ask(app, session, {"grant_type": "refresh_token", "refresh_token": refresh_token})


DEFAULT_LIFETIME = 7200.0  # Salesforce names none; its sessions live 15 minutes to 24 hours, 2 hours by default


def _ask(app: App, session: Session, question: Mapping[str, str]) -> Grant:
    from connectors.transport import answer_of

    form = {**question, "client_id": app.client_id, "client_secret": app.client_secret}
    response = session.post(app.token_url, data=form, headers={"Accept": "application/json"})
    answer = answer_of(response, "token")
    if response.status_code != 200 or app.dialect.details(answer):
        raise ConnectorError(app.dialect.verdict(answer))
    return _grant(response.content, response.status_code)


def _grant(body: bytes, status: int) -> Grant:
    try:
        said: dict[str, Any] = json.loads(body)
        return Grant(
            access_token=said["access_token"],
            refresh_token=said.get("refresh_token", ""),
            lifetime=float(said.get("expires_in", DEFAULT_LIFETIME)),
            instance_url=said.get("instance_url", ""),
            identity_url=said.get("id", ""),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise network.error("NON_JSON_ANSWER", "the token endpoint", status=status) from error
