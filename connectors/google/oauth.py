"""Google's sign-in: what we ask for, and how.

`access_type=offline` with `prompt=consent` is what makes Google hand out a refresh token every time
(https://developers.google.com/identity/protocols/oauth2/web-server).
"""

from __future__ import annotations

from connectors.google.errors import TOKEN_DIALECT
from connectors.oauth import App

# The least that reading messages, and keeping events in step, needs; a test compares what we ask for with these.
SCOPES = ("https://www.googleapis.com/auth/gmail.readonly",)
EVENT_SCOPES = ("https://www.googleapis.com/auth/calendar.events",)


def app(*, authorize_url: str, token_url: str, client_id: str, client_secret: str, events: bool = False) -> App:
    """`events` says that calendars are kept in step; nobody else is asked for them."""
    return App(
        authorize_url=authorize_url,
        token_url=token_url,
        client_id=client_id,
        client_secret=client_secret,
        scopes=SCOPES + EVENT_SCOPES if events else SCOPES,
        dialect=TOKEN_DIALECT,
        extra={"access_type": "offline", "prompt": "consent"},
    )
