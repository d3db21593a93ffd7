"""Salesforce's sign-in through an External Client App: web-server flow with PKCE, JWT bearer or client credentials.

Never SOAP login(). Salesforce Help, “OAuth 2.0 JWT Bearer Flow for Server-to-Server Integration” and “OAuth 2.0
Client Credentials Flow”.
"""

from __future__ import annotations

import re

from connectors.oauth import App
from connectors.rights import Right
from connectors.salesforce.errors import TOKEN_DIALECT
from connectors.translation import gettext_noop

# `api` to work, `refresh_token` to go on working when nobody is there. Never `full`.
SCOPES = ("api", "refresh_token")
# Salesforce takes up to three minutes; the middle forgives a clock that is a minute off, either way.
ASSERTION_SECONDS = 120


def app(*, login_url: str, client_id: str, client_secret: str) -> App:
    return App(
        authorize_url=f"{login_url}/services/oauth2/authorize",
        token_url=f"{login_url}/services/oauth2/token",
        client_id=client_id,
        client_secret=client_secret,
        scopes=SCOPES,
        dialect=TOKEN_DIALECT,
    )


def rights(*, keeps_token: bool) -> list[Right]:
    """What has to be granted; without a refresh token nothing has to last."""
    lasting = Right(what=gettext_noop("go on working when nobody is there"), scopes=("refresh_token", "offline_access"))
    return [Right(what=gettext_noop("work over the API"), scopes=("api", "full")), *([lasting] if keeps_token else [])]


def claims(*, client_id: str, username: str, audience: str, at: float) -> dict[str, object]:
    """What an assertion says: that our app asks to work as this user, from `at` on (seconds since 1970)."""
    return {"iss": client_id, "sub": username, "aud": audience, "exp": int(at) + ASSERTION_SECONDS}


def organization_of(identity_url: str) -> tuple[str, str]:
    """(organization id, user id) out of a token answer's `id`, `https://…/id/00D…/005…`; "" where unreadable."""
    found = re.search(r"/id/(00D\w{12,15})/(005\w{12,15})", identity_url)
    return (found[1], found[2]) if found else ("", "")
