"""Who may enter an org: applications, codes, grants with their refresh tokens, and access tokens.

A grant is one user's approval of one application. With rotation each refresh replaces the refresh token, and
whoever shows a replaced one ends the whole grant (Salesforce Help, "Refresh Token Rotation"). A user has at
most five approvals of an application; the sixth ends the oldest, without a word.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

MOST_GRANTS = 5
CODE_LIFE = 900.0
SESSION_LIFE = 7200.0


@dataclass(kw_only=True)
class Client:
    """An external client app. `certificate` is PEM: of a certificate, or of a public key."""

    id: str
    secret: str
    redirect_uris: list[str] = field(default_factory=list)
    certificate: str = ""
    run_as: str = ""  # user id of the client credentials flow
    preapproved: set[str] = field(default_factory=set)  # user ids
    require_pkce: bool = True
    name: str = "Syncapp"


@dataclass(kw_only=True)
class Code:
    client_id: str
    user_id: str
    redirect_uri: str
    scope: str
    challenge: str
    ends: float
    used: bool = False


@dataclass(kw_only=True)
class Grant:
    number: int
    client_id: str
    user_id: str
    scope: str
    refresh_token: str
    replaced: set[str] = field(default_factory=set)
    revoked: bool = False


@dataclass(kw_only=True)
class AccessToken:
    user_id: str
    client_id: str
    scope: str
    ends: float
    grant: int = 0


@dataclass(kw_only=True)
class Grants:
    """All of them in one org, and the settings that an administrator has for them."""

    clients: dict[str, Client] = field(default_factory=dict)
    codes: dict[str, Code] = field(default_factory=dict)
    grants: dict[int, Grant] = field(default_factory=dict)
    tokens: dict[str, AccessToken] = field(default_factory=dict)
    session_life: float = SESSION_LIFE
    rotation: bool = False
    org_active: bool = True
    ip_restricted: bool = False

    def new_code(self, code: Code) -> str:
        text = f"aPrx{secrets.token_urlsafe(48)}=="
        self.codes[text] = code
        return text

    def new_grant(self, client_id: str, user_id: str, scope: str) -> Grant:
        grant = Grant(
            number=len(self.grants) + 1,
            client_id=client_id,
            user_id=user_id,
            scope=scope,
            refresh_token=_refresh_token(),
        )
        self.grants[grant.number] = grant
        alive = [g for g in self.grants.values() if (g.client_id, g.user_id, g.revoked) == (client_id, user_id, False)]
        for oldest in alive[:-MOST_GRANTS]:
            self.revoke(oldest)
        return grant

    def new_token(self, org_id: str, token: AccessToken) -> str:
        text = f"{org_id[:15]}!{secrets.token_urlsafe(72)}"
        self.tokens[text] = token
        return text

    def refreshable(self, refresh_token: str) -> Grant | None:
        """The living grant of a refresh token. A replaced token ends its grant, as reuse means theft."""
        for grant in self.grants.values():
            if refresh_token in grant.replaced:
                self.revoke(grant)
            elif refresh_token == grant.refresh_token and not grant.revoked:
                return grant
        return None

    def rotate(self, grant: Grant) -> str:
        grant.replaced.add(grant.refresh_token)
        grant.refresh_token = _refresh_token()
        return grant.refresh_token

    def revoke(self, grant: Grant) -> None:
        grant.revoked = True
        for text in [t for t, token in self.tokens.items() if token.grant == grant.number]:
            del self.tokens[text]

    def revoke_by_token(self, text: str) -> bool:
        """Ends what a token stands for: an access token itself, a refresh token's whole grant."""
        if self.tokens.pop(text, None):
            return True
        found = [g for g in self.grants.values() if g.refresh_token == text and not g.revoked]
        for grant in found:
            self.revoke(grant)
        return bool(found)

    def holder(self, text: str, now: float) -> AccessToken | None:
        """Whose access token this is, while it lasts."""
        token = self.tokens.get(text)
        return token if token and now < token.ends and self.org_active else None

    def approved(self, client: Client, user_id: str) -> bool:
        living = (g for g in self.grants.values() if not g.revoked)
        return user_id in client.preapproved or any((g.client_id, g.user_id) == (client.id, user_id) for g in living)


def _refresh_token() -> str:
    return f"5Aep861{secrets.token_urlsafe(60)}"
