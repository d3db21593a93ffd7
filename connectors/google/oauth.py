"""Google's sign-in: what we ask for, and how.

`access_type=offline` with `prompt=consent` is what makes Google hand out a refresh token every time
(https://developers.google.com/identity/protocols/oauth2/web-server).
"""

from __future__ import annotations

from connectors.google.errors import TOKEN_DIALECT
from connectors.oauth import App

# The least that reading messages needs; a test compares what we ask for with this list.
SCOPES = ("https://www.googleapis.com/auth/gmail.readonly",)


def app(*, authorize_url: str, token_url: str, client_id: str, client_secret: str) -> App:
    return App(
        authorize_url=authorize_url,
        token_url=token_url,
        client_id=client_id,
        client_secret=client_secret,
        scopes=SCOPES,
        dialect=TOKEN_DIALECT,
        extra={"access_type": "offline", "prompt": "consent"},
    )
