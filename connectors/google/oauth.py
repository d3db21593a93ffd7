"""Google's sign-in: what we ask for, and how.

`access_type=offline` with `prompt=consent` is what makes Google hand out a refresh token every time
(https://developers.google.com/identity/protocols/oauth2/web-server). A service account with domain-wide delegation asks
nobody: the domain's administrator let it act for its people (https://developers.google.com/identity/protocols/oauth2/service-account).
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass, field

from connectors.assertions import BadKey
from connectors.google.errors import TOKEN_DIALECT
from connectors.oauth import App
from connectors.records import Resource
from connectors.rights import Right
from connectors.translation import gettext_noop

# The least that reading messages, and keeping events, tasks and contacts in step, needs; a test compares what we ask
# for with these. Who may label messages may read them as well.
SCOPES = ("https://www.googleapis.com/auth/gmail.readonly",)
LABELLING = ("https://www.googleapis.com/auth/gmail.modify",)
SCOPES_OF = {
    Resource.EVENT: ("https://www.googleapis.com/auth/calendar.events",),
    Resource.TASK: ("https://www.googleapis.com/auth/tasks",),
    Resource.CONTACT: ("https://www.googleapis.com/auth/contacts",),
}


def app(
    *,
    authorize_url: str,
    token_url: str,
    client_id: str,
    client_secret: str,
    resources: Collection[Resource] = (),
    labels: bool = False,
) -> App:
    """`resources` are those that are kept in step beside messages, `labels` says whether messages are labelled that
    failed; nobody is asked for more."""
    mail = LABELLING if labels else SCOPES
    return App(
        authorize_url=authorize_url,
        token_url=token_url,
        client_id=client_id,
        client_secret=client_secret,
        scopes=mail + tuple(scope for each in SCOPES_OF if each in resources for scope in SCOPES_OF[each]),
        dialect=TOKEN_DIALECT,
        extra={"access_type": "offline", "prompt": "consent"},
    )


_ALL_MAIL = "https://mail.google.com/"
_WIDER = {
    Resource.EVENT: (gettext_noop("keep events in step"), "https://www.googleapis.com/auth/calendar"),
    Resource.TASK: (gettext_noop("keep tasks in step"), ""),
    Resource.CONTACT: (gettext_noop("keep contacts in step"), ""),
}


def rights(resources: Collection[Resource] = (), *, labels: bool = False) -> list[Right]:
    """What `app` asks for, each with the scopes that are enough: Google grants what people tick, and no more."""
    mail = [Right(what=gettext_noop("read messages"), scopes=(*SCOPES, *LABELLING, _ALL_MAIL))]
    marks = [Right(what=gettext_noop("label messages"), scopes=(*LABELLING, _ALL_MAIL))] if labels else []
    more = [
        Right(what=what, scopes=(*SCOPES_OF[each], *filter(None, [wider])))
        for each, (what, wider) in _WIDER.items()
        if each in resources
    ]
    return [*mail, *marks, *more]


def may_label(scopes: Collection[str]) -> bool | None:
    """Whether access to these lets us label messages; None where nobody said what it is to."""
    return {*LABELLING, _ALL_MAIL}.intersection(scopes) != set() if scopes else None


ASSERTION_SECONDS = 3600  # the longest that Google takes; the access token lives an hour whatever stands here


@dataclass(frozen=True, kw_only=True)
class Robot:
    """A service account: its name at Google, and the key that proves to be it."""

    email: str
    private_key: str = field(repr=False)


def robot(key_file: str) -> Robot:
    """The account in a key file as Google's console hands it out. Raises `BadKey`.

    Addresses in the file are not heeded: where tokens come from is a setting.
    """
    try:
        told = json.loads(key_file)
        return Robot(email=str(told["client_email"]), private_key=str(told["private_key"]))
    except (ValueError, KeyError, TypeError):
        raise BadKey from None


def claims(account: Robot, app: App, *, subject: str, at: float) -> dict[str, object]:
    """What an assertion says: that the account asks to act for `subject`, from `at` on (seconds since 1970)."""
    return {
        "iss": account.email,
        "sub": subject,
        "scope": " ".join(app.scopes),
        "aud": app.token_url,
        "iat": int(at),
        "exp": int(at) + ASSERTION_SECONDS,
    }
