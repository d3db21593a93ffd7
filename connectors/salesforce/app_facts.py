"""Who is connected to an org beside us, and for how long we are. Pure.

Salesforce answers a question about tokens or log-ins with our own rows alone where we may not see those of others, and
does not say so; what we may, UserPermissionAccess says, which everybody may ask.

Object Reference, “OauthToken”, “LoginHistory”, “ConnectedApplication”, “UserPermissionAccess”; Tooling API Developer
Guide, “InstalledSubscriberPackage”.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from connectors.bodies import words
from connectors.errors import Failure
from connectors.facts import App, Fact, Survey, Trace, Verdict
from connectors.sentences import phrase
from connectors.translation import gettext_noop

TOKENS_SHOWN, LOGINS_SHOWN = 500, 2000  # the limits below; of tokens Salesforce gives no more at once
RIGHTS = (
    "SELECT PermissionsCustomizeApplication, PermissionsManageUsers, PermissionsMonitorLoginHistory, "
    "PermissionsViewSetup FROM UserPermissionAccess"
)
TOKENS = "SELECT AppName, LastUsedDate FROM OauthToken LIMIT 500"
LOGINS = (
    "SELECT Application, LoginTime FROM LoginHistory WHERE LoginTime = LAST_N_DAYS:7 ORDER BY LoginTime DESC LIMIT 2000"
)
APPS = "SELECT Name, RefreshTokenValidityPeriod FROM ConnectedApplication"
PACKAGES = "SELECT Id, SubscriberPackage.Name FROM InstalledSubscriberPackage"
OURS = "syncapp"  # a connected app is taken for ours by its name
REFRESH = gettext_noop("How long the access lasts")
BLIND = {
    Trace.TOKEN: phrase(
        "Look in Setup > Connected Apps OAuth Usage, or give our user “Customize Application” and look again."
    ),
    Trace.LOGIN: phrase("Look in Setup > Login History, or give our user “Monitor Login History” and look again."),
    Trace.PACKAGE: phrase("Look in Setup > Installed Packages, or give our user “View Setup and Configuration”."),
}
CUT = {
    Trace.TOKEN: phrase(
        "Look in Setup > Connected Apps OAuth Usage: there are more than the %(number)s that were read.",
        number=TOKENS_SHOWN,
    ),
    Trace.LOGIN: phrase(
        "Look in Setup > Login History: only the newest %(number)s of 7 days were read.", number=LOGINS_SHOWN
    ),
}
Rows = tuple[list[dict[str, Any]], bool] | Failure


def refresh(said: Rows, *, keeps_token: bool = True) -> Fact:
    """The policy is told of connected apps alone, to those who see setup; of which unit a period is, of none."""
    if not keeps_token:
        text = phrase(
            "Syncapp signs in with a key or a secret of its own each time, so there is no refresh token that could end."
        )
        return Fact(name=REFRESH, verdict=Verdict.GOOD, text=text)
    step = phrase("See the refresh token policy of Syncapp's app in Setup: it should be “valid until revoked”.")
    if isinstance(said, Failure):
        text = phrase("Salesforce does not let Syncapp see for how long its refresh token is good.")
        return Fact(name=REFRESH, verdict=Verdict.UNKNOWN, text=text, steps=(step,), failure=said)
    ours = [row for row in said[0] if OURS in words(row.get("Name")).lower()]
    if any(row.get("RefreshTokenValidityPeriod") for row in ours):
        text = phrase(
            "The refresh token of Syncapp's app ends after some time, and somebody has to sign in again then."
        )
        return Fact(name=REFRESH, verdict=Verdict.ASK, text=text, steps=(step,))
    text = phrase("No limit is told; Salesforce does not tell all that may end a refresh token, such as disuse.")
    return Fact(name=REFRESH, verdict=Verdict.UNKNOWN, text=text, steps=(step,))


def with_apps(facts: tuple[Fact, ...], rows: Mapping[str, Rows], packages: Rows) -> Survey:
    rights = rows["rights"]
    held = {} if isinstance(rights, Failure) or not rights[0] else rights[0][0]
    traces = (
        (Trace.TOKEN, rows["tokens"], ("AppName", "LastUsedDate"), ("CustomizeApplication",), TOKENS_SHOWN),
        (
            Trace.LOGIN,
            rows["logins"],
            ("Application", "LoginTime"),
            ("ManageUsers", "MonitorLoginHistory"),
            LOGINS_SHOWN,
        ),
        (Trace.PACKAGE, packages, ("SubscriberPackage", ""), ("ViewSetup",), LOGINS_SHOWN),
    )
    apps: set[App] = set()
    blind: dict[Trace, str] = {}
    for trace, said, columns, enough, most in traces:
        found = [] if isinstance(said, Failure) else said[0]
        apps |= {App(name=name, trace=trace, used_at=at) for name, at in _last_used(found, *columns).items()}
        if isinstance(said, Failure) or not any(held.get(f"Permissions{right}") is True for right in enough):
            blind[trace] = BLIND[trace]
        elif trace in CUT and (len(found) >= most or not said[1]):
            blind[trace] = CUT[trace]
    return Survey(facts=facts, apps=frozenset(apps), blind=blind)


def _name(value: object) -> str:
    """The name of an app; that of a package stands in a record of its own."""
    return words(value.get("Name")) if isinstance(value, dict) else words(value)


def _last_used(rows: Sequence[Mapping[str, Any]], name: str, at: str) -> dict[str, datetime | None]:
    """The names, each with the latest moment that stands beside it; None where none does."""
    found: dict[str, datetime | None] = {}
    for row in rows:
        app, used = _name(row.get(name)), _moment(row.get(at))
        if app:
            found[app] = max(filter(None, (found.get(app), used)), default=None)
    return found


def _moment(value: object) -> datetime | None:
    """Of a text that is none, there is none: an answer that we cannot read stops no look."""
    try:
        return datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
