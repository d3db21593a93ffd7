"""Salesforce's sign-in through an External Client App: web-server flow with PKCE, never SOAP login()."""

from __future__ import annotations

import re

from connectors.oauth import App
from connectors.salesforce.errors import TOKEN_DIALECT

# `api` to work, `refresh_token` to go on working when nobody is there. Never `full`.
SCOPES = ("api", "refresh_token")


def app(*, login_url: str, client_id: str, client_secret: str) -> App:
    return App(
        authorize_url=f"{login_url}/services/oauth2/authorize",
        token_url=f"{login_url}/services/oauth2/token",
        client_id=client_id,
        client_secret=client_secret,
        scopes=SCOPES,
        dialect=TOKEN_DIALECT,
    )


def organization_of(identity_url: str) -> tuple[str, str]:
    """(organization id, user id) out of a token answer's `id`, `https://…/id/00D…/005…`; "" where unreadable."""
    found = re.search(r"/id/(00D\w{12,15})/(005\w{12,15})", identity_url)
    return (found[1], found[2]) if found else ("", "")
