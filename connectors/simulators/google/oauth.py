"""Google's token, revocation and user-info endpoints.

Sources: https://developers.google.com/identity/protocols/oauth2/web-server and …/oauth2/service-account; the
texts of refusals are those that users of the service report.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import Any

from connectors.simulators.google import jwt
from connectors.simulators.google.answers import OAuthError
from connectors.simulators.google.content import base64url
from connectors.simulators.google.grants import ACCESS_SECONDS, AccessToken, Code, Grant
from connectors.simulators.google.world import Account, Client, ServiceAccount, World
from connectors.simulators.simulator import Call, Reply, Request

TOKEN_AUDIENCE = "https://oauth2.googleapis.com/token"
REVOKED = "Token has been expired or revoked."
IDENTITY = {
    "openid",
    "email",
    "profile",
    "https://www.googleapis.com/auth/userinfo.email",
    "https://www.googleapis.com/auth/userinfo.profile",
}
SKEW_SECONDS = 300
LONGEST_ASSERTION = 3600

SUSPENDED = {"disabled": "Account has been disabled", "deleted": "Account has been deleted"}
TROUBLES: dict[str, Callable[[], OAuthError]] = {
    "rapt": lambda: OAuthError(
        error="invalid_grant", description="reauth related error (invalid_rapt)", subtype="invalid_rapt"
    ),
    "admin-policy": lambda: OAuthError(
        error="admin_policy_enforced",
        description="Access to your account data is restricted by policies within your organization.",
    ),
    "bad-request": lambda: OAuthError(error="invalid_grant", description="Bad Request"),
}


def token(world: World, request: Request, call: Call) -> Reply:
    """POST /token. Raises `OAuthError`."""
    form = request.form()
    kind = _required(form, "grant_type", "Required parameter is missing: {}")
    if kind not in _KINDS:
        raise OAuthError(error="unsupported_grant_type", description=f"Invalid grant_type: {kind}")
    call.operation = "token"
    return Reply.json(_KINDS[kind](world, form, call), headers=_TOKEN_HEADERS)


_TOKEN_HEADERS = {
    "Content-Type": "application/json; charset=utf-8",
    "Cache-Control": "no-cache, no-store, max-age=0, must-revalidate",
    "Vary": "Origin, X-Origin, Referer",
}


def _required(form: Mapping[str, str], name: str, sentence: str = "Missing required parameter: {}") -> str:
    value = form.get(name, "")
    if not value:
        raise OAuthError(error="invalid_request", description=sentence.format(name))
    return value


def _client(world: World, form: Mapping[str, str]) -> Client:
    client_id = form.get("client_id", "")
    if not client_id:
        raise OAuthError(error="invalid_request", description="Could not determine client ID from request.")
    client = world.clients.get(client_id)
    if client is None:
        raise OAuthError(error="invalid_client", description="The OAuth client was not found.", status=401)
    if not form.get("client_secret"):
        raise OAuthError(error="invalid_request", description="client_secret is missing.")
    if form["client_secret"] != client.secret:
        raise OAuthError(error="invalid_client", description="The provided client secret is invalid.", status=401)
    return client


# -- Authorization code


def _from_code(world: World, form: Mapping[str, str], call: Call) -> dict[str, Any]:
    client = _client(world, form)
    text, redirect_uri = _required(form, "code"), _required(form, "redirect_uri")
    if not text.startswith("4/"):
        raise OAuthError(error="invalid_grant", description="Malformed auth code.")
    code = world.grants.take_code(text)
    if code is None or code.client_id != client.id:
        raise OAuthError(error="invalid_grant", description="Bad Request")
    if code.redirect_uri != redirect_uri:
        raise OAuthError(error="redirect_uri_mismatch", description="Bad Request")
    _verify(code, form.get("code_verifier", ""))
    call.account = code.email
    _usable(world, code.email)
    # A refresh token comes with the first consent, and later only where consent was asked for again.
    fresh = code.offline and (code.consent or not world.grants.has_consented(client.id, code.email))
    grant = world.grants.issue(client.id, code.email, code.scopes) if fresh else None
    access = world.grants.issue_access(code.email, code.scopes, client_id=client.id, grant=grant)
    return _answer(world, access, grant, client)


def _verify(code: Code, verifier: str) -> None:
    """PKCE, RFC 7636."""
    if not code.challenge:
        if verifier:
            raise OAuthError(error="invalid_grant", description="code_verifier or verifier is not needed.")
        return
    if not verifier:
        raise OAuthError(error="invalid_grant", description="Missing code verifier.")
    digest = base64url(hashlib.sha256(verifier.encode()).digest()).rstrip("=")
    if code.challenge != (digest if code.method == "S256" else verifier):
        raise OAuthError(error="invalid_grant", description="Invalid code verifier.")


# -- Refresh token


def _from_refresh_token(world: World, form: Mapping[str, str], call: Call) -> dict[str, Any]:
    client = _client(world, form)
    grant = world.grants.grants.get(_required(form, "refresh_token"))
    if grant is None:
        raise OAuthError(error="invalid_grant", description="Bad Request")
    call.account = grant.email
    if grant.client_id != client.id:
        raise OAuthError(error="unauthorized_client", description="Unauthorized", status=401)
    account = _usable(world, grant.email)
    if not world.grants.lives(grant):
        raise OAuthError(error="invalid_grant", description=REVOKED)
    granted = tuple(s for s in grant.scopes if s not in account.withdrawn)
    wanted = tuple(form.get("scope", "").split()) or granted
    if not set(wanted) <= set(granted):
        raise OAuthError(error="invalid_scope", description="Bad Request")
    return _answer(
        world, world.grants.issue_access(grant.email, wanted, client_id=client.id, grant=grant), None, client
    )


def _usable(world: World, email: str) -> Account:
    """The account, if it is there and may get tokens. Raises `OAuthError`."""
    account = world.accounts.get(email)
    state = account.suspended if account else "deleted"
    if account is None or state:
        raise OAuthError(error="invalid_grant", description=SUSPENDED[state])
    if account.trouble:
        raise TROUBLES[account.trouble]()
    return account


# -- Service account (RFC 7523)


def _from_assertion(world: World, form: Mapping[str, str], call: Call) -> dict[str, Any]:
    assertion = _assertion(_required(form, "assertion"))
    robot = world.service_accounts.get(str(assertion.claims.get("iss", "")))
    if robot is None:
        raise OAuthError(error="invalid_grant", description="Invalid grant: account not found")
    _check_assertion(world, assertion, robot)
    scopes = tuple(str(assertion.claims.get("scope", "")).split())
    if not scopes:
        raise OAuthError(error="invalid_scope", description="Invalid OAuth scope or ID token audience provided.")
    email = str(assertion.claims.get("sub", "")).lower()
    call.account = email
    if email and email != robot.email:
        _delegate(world, robot, email, scopes)
    access = world.grants.issue_access(email or robot.email, scopes)
    return {"access_token": access.token, "expires_in": ACCESS_SECONDS, "token_type": "Bearer"}


def _assertion(text: str) -> jwt.Token:
    try:
        return jwt.Token.read(text)
    except ValueError:
        raise OAuthError(error="invalid_grant", description="Invalid JWT: Failed to parse JSON.") from None


def _check_assertion(world: World, assertion: jwt.Token, robot: ServiceAccount) -> None:
    if not assertion.signed_by(jwt.public_key(robot.public_key)):
        raise OAuthError(error="invalid_grant", description="Invalid JWT Signature.")
    now, issued, ends = world.now(), assertion.number("iat"), assertion.number("exp")
    if not (issued - SKEW_SECONDS <= now < ends and 0 < ends - issued <= LONGEST_ASSERTION):
        raise OAuthError(
            error="invalid_grant",
            description="Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. "
            "Check your iat and exp values in the JWT claim.",
        )
    if assertion.claims.get("aud") not in (TOKEN_AUDIENCE, f"{world.base_url}/token"):
        raise OAuthError(
            error="invalid_grant",
            description=f"Invalid JWT: Failed audience check. The right audience is {TOKEN_AUDIENCE}",
        )


def _delegate(world: World, robot: ServiceAccount, email: str, scopes: tuple[str, ...]) -> None:
    """Domain-wide delegation: every scope must stand in the domain's list."""
    if email not in world.accounts:
        raise OAuthError(error="invalid_grant", description="Invalid email or User ID")
    if not set(scopes) <= robot.delegated:
        raise OAuthError(
            error="unauthorized_client",
            description="Client is unauthorized to retrieve access tokens using this method, "
            "or client not authorized for any of the scopes requested.",
            status=401,
        )
    _usable(world, email)


_KINDS: dict[str, Callable[[World, Mapping[str, str], Call], dict[str, Any]]] = {
    "authorization_code": _from_code,
    "refresh_token": _from_refresh_token,
    "urn:ietf:params:oauth:grant-type:jwt-bearer": _from_assertion,
}


def _answer(world: World, access: AccessToken, grant: Grant | None, client: Client) -> dict[str, Any]:
    answer: dict[str, Any] = {"access_token": access.token, "expires_in": ACCESS_SECONDS}
    answer |= {"refresh_token": grant.refresh_token} if grant else {}
    answer |= {"scope": " ".join(access.scopes), "token_type": "Bearer"}
    if "openid" in access.scopes:
        answer["id_token"] = _id_token(world, world.account(access.email), client)
    return answer


def _id_token(world: World, account: Account, client: Client) -> str:
    now = int(world.now())
    claims = {"iss": "https://accounts.google.com", "azp": client.id, "aud": client.id, "iat": now, "exp": now + 3600}
    return jwt.write({**claims, **_person(account)}, jwt.own_key())


def _person(account: Account) -> dict[str, Any]:
    given, _, family = account.name.partition(" ")
    return {
        "sub": account.subject,
        "name": account.name,
        "given_name": given,
        "family_name": family,
        "email": account.email,
        "email_verified": True,
        "hd": account.domain,
    }


# -- The other endpoints


def revoke(world: World, request: Request, call: Call) -> Reply:
    """POST /revoke, the token in the form or the query. Raises `OAuthError`."""
    call.operation = "revoke"
    text = request.form().get("token") or request.first("token")
    if not text:
        raise OAuthError(error="invalid_request", description="Missing required parameter: token")
    known = world.grants.access.get(text) or world.grants.grants.get(text)
    call.account = known.email if known else ""
    if not world.grants.revoke(text):
        raise OAuthError(error="invalid_token", description="Token expired or revoked")
    return Reply.json({}, headers=_TOKEN_HEADERS)


def userinfo(world: World, request: Request, call: Call) -> Reply:
    """GET /oauth2/v3/userinfo. Raises `OAuthError`."""
    call.operation = "userinfo"
    access = world.grants.living_access(bearer(request))
    account = world.accounts.get(access.email) if access else None
    if access is None or account is None or account.suspended or not IDENTITY & set(access.scopes):
        raise OAuthError(error="invalid_request", description="Invalid Credentials", status=401)
    call.account = account.email
    return Reply.json(_person(account), headers=_TOKEN_HEADERS)


def bearer(request: Request) -> str:
    """The access token of a request: in its header or, as the discovery documents allow, in its query."""
    scheme, _, text = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return text.strip()
    return request.first("access_token") or request.first("oauth_token")
