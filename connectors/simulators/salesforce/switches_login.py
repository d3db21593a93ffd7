"""The control door's verbs for users, tokens, grants and the app: who may log in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from connectors.simulators.salesforce.arguments import Arguments
from connectors.simulators.salesforce.grants import AccessToken, Client
from connectors.simulators.salesforce.oauth import SCOPE, Desk


def user(given: Arguments) -> dict[str, Any]:
    user_id, active = given.user(), given.flag("active")
    row = given.org.store.get(user_id) or {}
    given.org.store.put("User", row | {"IsActive": active})
    return {"username": row["Username"], "active": active}


def expire_tokens(given: Arguments) -> dict[str, Any]:
    number = len(given.org.grants.tokens)
    given.org.grants.tokens.clear()
    return {"expired": number}


def expire_cursors(given: Arguments) -> dict[str, Any]:
    number = len(given.org.cursors)
    given.org.cursors.clear()
    return {"expired": number}


def revoke_grant(given: Arguments) -> dict[str, Any]:
    """Ends the grant of a refresh token, or all grants of a user, or all."""
    grants, token = given.org.grants, given.text("refresh_token", "")
    user_id = given.user() if given.has("username") else ""
    found = [
        g
        for g in grants.grants.values()
        if not g.revoked and (g.refresh_token == token if token else user_id in ("", g.user_id))
    ]
    for one in found:
        grants.revoke(one)
    return {"revoked": len(found)}


def _client(given: Arguments) -> Client:
    """The app of `client_id`, or the one that was registered last."""
    clients = given.org.grants.clients
    found = clients.get(given.text("client_id", next(reversed(clients))))
    if found is None:
        raise KeyError("there is no client with that id")
    return found


def _register(given: Arguments) -> None:
    clients, client_id = given.org.grants.clients, given.text("client_id")
    made = Client(id=client_id, secret="", run_as=given.org.integration_user)
    clients.setdefault(client_id, made).secret = given.text("client_secret")


def _desk(given: Arguments) -> Desk:
    return Desk(org=given.org, now=given.timeline.time(), form={}, base_url=given.base_url)


def grant(given: Arguments) -> dict[str, Any]:
    """What a user gets who lets the app in: the token endpoint's answer, refresh token included."""
    client, user_id, desk = _client(given), given.user(), _desk(given)
    made = given.org.grants.new_grant(client.id, user_id, given.text("scope", SCOPE))
    answer = desk.signed(client, desk.token(client, user_id, made.scope, made))
    return answer | {"refresh_token": made.refresh_token}


def token(given: Arguments) -> dict[str, Any]:
    """An access token alone; with `life` it ends after so many seconds."""
    client, user_id = _client(given), given.user()
    ends = given.timeline.time() + given.number("life", given.org.grants.session_life)
    held = AccessToken(user_id=user_id, client_id=client.id, scope=SCOPE, ends=ends)
    return {"access_token": given.org.grants.new_token(given.org.id, held), "instance_url": given.base_url}


def client(given: Arguments) -> dict[str, Any]:
    """What an app is registered with; arguments that are not given stay as they are. A secret registers a new app."""
    if given.has("client_secret"):
        _register(given)
    found = _client(given)
    if given.has("redirect_uris"):
        found.redirect_uris = list(given.texts("redirect_uris"))
    if "certificate" in given.values:
        found.certificate = given.text("certificate", "")
    if "run_as" in given.values:
        named = given.org.user(given.text("run_as", ""))
        found.run_as = named["Id"] if named else ""
    if "preapproved" in given.values:
        users = [given.org.user(name) for name in given.texts("preapproved")]
        found.preapproved = {row["Id"] for row in users if row}
    found.require_pkce = given.flag("require_pkce", default=found.require_pkce)
    return {"client_id": found.id, "redirect_uris": found.redirect_uris, "require_pkce": found.require_pkce}


def login(given: Arguments) -> dict[str, Any]:
    """The org's settings for log-ins; arguments that are not given stay as they are."""
    grants = given.org.grants
    grants.rotation = given.flag("rotation", default=grants.rotation)
    grants.org_active = given.flag("org_active", default=grants.org_active)
    grants.ip_restricted = given.flag("ip_restricted", default=grants.ip_restricted)
    grants.session_life = given.number("session_timeout", grants.session_life)
    return {
        "rotation": grants.rotation,
        "org_active": grants.org_active,
        "ip_restricted": grants.ip_restricted,
        "session_timeout": grants.session_life,
    }


VERBS: dict[str, Callable[[Arguments], Any]] = {
    "user": user,
    "expire-tokens": expire_tokens,
    "expire-cursors": expire_cursors,
    "revoke-grant": revoke_grant,
    "grant": grant,
    "token": token,
    "client": client,
    "login": login,
}
