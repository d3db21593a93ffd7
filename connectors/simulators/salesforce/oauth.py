"""The token endpoint, revocation, and who a token belongs to.

Salesforce Help, "OAuth Authorization Flows" and "OAuth 2.0 Authorization Errors". Errors are
`{"error", "error_description"}` with 400, and 401 for a secret that is wrong.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from connectors.simulators.salesforce import assertions, other_apps
from connectors.simulators.salesforce.grants import AccessToken, Client, Code, Grant
from connectors.simulators.salesforce.org import Org
from connectors.simulators.simulator import Call, Reply, Request

AUDIENCE = "https://login.salesforce.com"
JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
SCOPE = "refresh_token api"
LASTING = frozenset({"refresh_token", "offline_access"})
NEVER_CACHED = {"Cache-Control": "no-cache, no-store"}


@dataclass(eq=False)
class OAuthRefused(Exception):
    error: str
    description: str
    status: int = 400

    def reply(self) -> Reply:
        value = {"error": self.error, "error_description": self.description}
        return Reply.json(value, self.status, NEVER_CACHED)


def invalid_grant(description: str) -> OAuthRefused:
    return OAuthRefused("invalid_grant", description)


@dataclass(frozen=True, kw_only=True)
class Desk:
    """One request to the token endpoint: the org, the moment, the fields of the form, the server's own address."""

    org: Org
    now: float
    form: Mapping[str, str]
    base_url: str

    def client(self) -> Client:
        found = self.org.grants.clients.get(self.form.get("client_id", ""))
        if found is None:
            raise OAuthRefused("invalid_client_id", "client identifier invalid")
        return found

    def proven_client(self) -> Client:
        """The app, its secret checked."""
        client = self.client()
        if not hmac.compare_digest(client.secret, self.form.get("client_secret", "")):
            raise OAuthRefused("invalid_client", "invalid client credentials", 401)
        return client

    def check_user(self, user_id: str) -> None:
        """Raises OAuthRefused where nobody, or this user not, may come in."""
        if not self.org.grants.org_active:
            raise invalid_grant("inactive organization")
        if not self.org.user_active(user_id):
            raise invalid_grant("inactive user")
        if self.org.grants.ip_restricted:
            raise invalid_grant("ip restricted")

    def token(self, client: Client, user_id: str, scope: str, grant: Grant | None = None) -> dict[str, Any]:
        """A fresh access token, in the members that every flow's answer has."""
        grants = self.org.grants
        holder = AccessToken(
            user_id=user_id,
            client_id=client.id,
            scope=scope,
            ends=self.now + grants.session_life,
            grant=grant.number if grant else 0,
        )
        return {
            "access_token": grants.new_token(self.org.id, holder),
            "scope": scope,
            "instance_url": self.base_url,
            "id": identity_url(self.org, self.base_url, user_id),
            "token_type": "Bearer",
        }

    def signed(self, client: Client, answer: dict[str, Any]) -> dict[str, Any]:
        """With the time of issue, and a signature over it and the identity."""
        issued = str(int(self.now * 1000))
        digest = hmac.digest(client.secret.encode(), f"{answer['id']}{issued}".encode(), hashlib.sha256)
        return answer | {"issued_at": issued, "signature": base64.b64encode(digest).decode()}


def identity_url(org: Org, base_url: str, user_id: str) -> str:
    return f"{base_url}/id/{org.id}/{user_id}"


# -- the flows


def _authorization_code(desk: Desk) -> dict[str, Any]:
    client = desk.proven_client()
    code = desk.org.grants.codes.get(desk.form.get("code", ""))
    if code is None or code.client_id != client.id:
        raise invalid_grant("invalid authorization code")
    if code.used or desk.now >= code.ends:
        raise invalid_grant("expired authorization code")
    code.used = True
    if desk.form.get("redirect_uri") != code.redirect_uri:
        raise OAuthRefused("redirect_uri_mismatch", "redirect_uri must match configuration")
    _check_verifier(code, desk.form.get("code_verifier", ""))
    desk.check_user(code.user_id)
    if LASTING.isdisjoint(code.scope.split()):
        return desk.signed(client, desk.token(client, code.user_id, code.scope))
    grant = desk.org.grants.new_grant(client.id, code.user_id, code.scope)
    answer = desk.token(client, code.user_id, code.scope, grant)
    return desk.signed(client, answer) | {"refresh_token": grant.refresh_token}


def _check_verifier(code: Code, verifier: str) -> None:
    if not code.challenge:
        return
    if not verifier:
        raise OAuthRefused("invalid_request", "missing required code verifier")
    digest = hashlib.sha256(verifier.encode()).digest()
    made = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    if not hmac.compare_digest(made, code.challenge):
        raise invalid_grant("invalid code verifier")


def _refresh(desk: Desk) -> dict[str, Any]:
    client = desk.proven_client()
    grant = desk.org.grants.refreshable(desk.form.get("refresh_token", ""))
    if grant is None or grant.client_id != client.id:
        raise invalid_grant("expired access/refresh token")
    desk.check_user(grant.user_id)
    answer = desk.signed(client, desk.token(client, grant.user_id, grant.scope, grant))
    return answer | ({"refresh_token": desk.org.grants.rotate(grant)} if desk.org.grants.rotation else {})


def _client_credentials(desk: Desk) -> dict[str, Any]:
    client = desk.proven_client()
    if not client.run_as:
        raise invalid_grant("no client credentials user enabled")
    desk.check_user(client.run_as)
    return desk.signed(client, desk.token(client, client.run_as, "api"))


def _jwt_bearer(desk: Desk) -> dict[str, Any]:
    text = desk.form.get("assertion", "")
    try:
        given = assertions.claims(text)
        client = desk.org.grants.clients.get(str(given.get("iss")))
        if client is None:
            raise OAuthRefused("invalid_client_id", "client identifier invalid")
        assertions.check(text, given, client.certificate, (desk.base_url, AUDIENCE), desk.now)
    except assertions.BadAssertion as bad:
        raise invalid_grant(str(bad)) from None
    user = desk.org.user(str(given.get("sub")))
    if user is None or not desk.org.grants.approved(client, user["Id"]):
        raise invalid_grant("user hasn't approved this consumer")
    desk.check_user(user["Id"])
    return desk.token(client, user["Id"], "api")


def _password(desk: Desk) -> dict[str, Any]:
    """Blocked in every new org: whatever the password, nobody comes in this way."""
    desk.proven_client()
    raise invalid_grant("authentication failure")


FLOWS: dict[str, Callable[[Desk], dict[str, Any]]] = {
    "authorization_code": _authorization_code,
    "refresh_token": _refresh,
    "client_credentials": _client_credentials,
    JWT_BEARER: _jwt_bearer,
    "password": _password,
}


# -- the endpoints


def token(org: Org, request: Request, call: Call, now: float, base_url: str) -> Reply:
    call.operation = "token"
    desk = Desk(org=org, now=now, form=request.form() | _basic(request), base_url=base_url)
    flow = FLOWS.get(desk.form.get("grant_type", ""))
    try:
        if request.method != "POST" or flow is None:
            raise OAuthRefused("unsupported_grant_type", "grant type not supported")
        answer = flow(desk)
        other_apps.note_login(org, org.grants.tokens[answer["access_token"]], now)
        call.account = (org.store.get(str(answer["id"]).rpartition("/")[2]) or {}).get("Username", "")
        return Reply.json(answer, headers=NEVER_CACHED)
    except OAuthRefused as refused:
        return refused.reply()


def _basic(request: Request) -> dict[str, str]:
    """An app's id and secret from `Authorization: Basic`, where they may stand instead of in the form."""
    scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
    try:
        text = base64.b64decode(encoded, validate=True).decode() if scheme.lower() == "basic" else ""
    except ValueError:
        return {}
    client_id, colon, secret = text.partition(":")
    return {"client_id": client_id, "client_secret": secret} if colon else {}


def revoke(org: Org, request: Request, call: Call, _: float, __: str) -> Reply:
    call.operation = "revoke"
    text = request.form().get("token") or request.first("token")
    if not org.grants.revoke_by_token(text):
        return OAuthRefused("unsupported_token_type", "this token type is not supported").reply()
    return Reply(headers=NEVER_CACHED)


def userinfo(org: Org, request: Request, call: Call, now: float, base_url: str) -> Reply:
    call.operation = "userinfo"
    user_id = _holder(org, request, now)
    return Reply.json(_profile(org, user_id, base_url)) if user_id else _bad_token(request)


def identity(org: Org, request: Request, call: Call, now: float, base_url: str) -> Reply:
    """The identity URL: who the user is whose id stands in it, told to that user's own token only."""
    call.operation = "identity"
    user_id = _holder(org, request, now)
    if not user_id:
        return _bad_token(request)
    if request.path != f"/id/{org.id}/{user_id}":
        return Reply.html("Wrong_Id", 403)
    return Reply.json(_profile(org, user_id, base_url))


def _holder(org: Org, request: Request, now: float) -> str:
    text = request.headers.get("authorization", "").partition(" ")[2] or request.first("oauth_token")
    holder = org.grants.holder(text, now)
    return holder.user_id if holder and org.user_active(holder.user_id) else ""


def _bad_token(request: Request) -> Reply:
    """403 and a word of plain text, where the REST API answers 401."""
    return Reply.html("Bad_OAuth_Token" if "authorization" in request.headers else "Missing_OAuth_Token", 403)


def _profile(org: Org, user_id: str, base_url: str) -> dict[str, Any]:
    user = org.store.get(user_id) or {}
    rest = f"{base_url}/services/data/v{{version}}/"
    return {
        "id": identity_url(org, base_url, user_id),
        "sub": identity_url(org, base_url, user_id),
        "asserted_user": True,
        "user_id": user_id,
        "organization_id": org.id,
        "username": user["Username"],
        "preferred_username": user["Username"],
        "nick_name": user["Alias"] or user["LastName"],
        "display_name": user["Name"],
        "name": user["Name"],
        "email": user["Email"],
        "email_verified": True,
        "first_name": user["FirstName"],
        "last_name": user["LastName"],
        "timezone": user["TimeZoneSidKey"],
        "zoneinfo": user["TimeZoneSidKey"],
        "active": user["IsActive"],
        "user_type": user["UserType"].upper(),
        "language": "en_US",
        "locale": "en_US",
        "urls": {"rest": rest, "query": f"{rest}query/", "sobjects": f"{rest}sobjects/"},
    }


def new_client(run_as: str) -> Client:
    """An external client app with a fresh id and secret."""
    return Client(id=f"3MVG9{secrets.token_urlsafe(60)}", secret=secrets.token_hex(32).upper(), run_as=run_as)
