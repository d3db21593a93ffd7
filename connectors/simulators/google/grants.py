"""What people have granted: authorization codes, refresh tokens and access tokens, and when each ends.

Rules: https://developers.google.com/identity/protocols/oauth2#expiration. A code works once. A refresh token
ends when it is revoked, after six months without use, when the password changes (if it has a Gmail scope),
or as the oldest of more than 100 of one account and client. What came from it ends with it.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass

ACCESS_SECONDS = 3599
CODE_SECONDS = 600
IDLE_SECONDS = 183 * 24 * 3600
MOST_GRANTS = 100


@dataclass(kw_only=True)
class Code:
    """An authorization code. `challenge` is that of PKCE, "" without."""

    client_id: str
    email: str
    scopes: tuple[str, ...]
    redirect_uri: str
    challenge: str
    method: str
    offline: bool
    consent: bool
    ends_at: float


@dataclass(kw_only=True)
class Grant:
    """A refresh token. `ended` says why it works no more, "" while it does."""

    refresh_token: str
    client_id: str
    email: str
    scopes: tuple[str, ...]
    used_at: float
    ended: str = ""


@dataclass(kw_only=True)
class AccessToken:
    """`email` is a user's or, where a service account acts for itself, its own."""

    token: str
    email: str
    scopes: tuple[str, ...]
    ends_at: float
    client_id: str = ""
    grant: Grant | None = None


class Grants:
    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._codes: dict[str, Code] = {}
        self.grants: dict[str, Grant] = {}
        self.access: dict[str, AccessToken] = {}

    # -- Codes

    def issue_code(self, code: Code) -> str:
        text = f"4/0A{secrets.token_urlsafe(48)}"
        self._codes[text] = code
        return text

    def take_code(self, text: str) -> Code | None:
        """The code, once; `None` when it is used, late or never was."""
        code = self._codes.pop(text, None)
        return code if code and self._clock() < code.ends_at else None

    # -- Refresh tokens

    def issue(self, client_id: str, email: str, scopes: tuple[str, ...]) -> Grant:
        grant = Grant(
            refresh_token=f"1//0{secrets.token_urlsafe(60)}",
            client_id=client_id,
            email=email,
            scopes=scopes,
            used_at=self._clock(),
        )
        self.grants[grant.refresh_token] = grant
        living = [g for g in self.of(email) if g.client_id == client_id and self.lives(g)]
        for oldest in living[:-MOST_GRANTS]:
            oldest.ended = "more than 100"
        return grant

    def lives(self, grant: Grant) -> bool:
        if not grant.ended and self._clock() - grant.used_at > IDLE_SECONDS:
            grant.ended = "six months idle"
        return not grant.ended

    def of(self, email: str) -> list[Grant]:
        """An account's refresh tokens, oldest first, ended ones included."""
        return [g for g in self.grants.values() if g.email == email]

    def has_consented(self, client_id: str, email: str) -> bool:
        return any(g.client_id == client_id and self.lives(g) for g in self.of(email))

    def end(self, email: str, why: str, *, only: Callable[[Grant], bool] = lambda grant: True) -> int:
        """Ends an account's living grants; says how many."""
        ended = [g for g in self.of(email) if self.lives(g) and only(g)]
        for grant in ended:
            grant.ended = why
        return len(ended)

    def revive(self, email: str, reasons: tuple[str, ...]) -> int:
        """Takes back what `end` did for these reasons; says how many."""
        revived = [g for g in self.of(email) if g.ended in reasons]
        for grant in revived:
            grant.ended, grant.used_at = "", self._clock()
        return len(revived)

    # -- Access tokens

    def issue_access(
        self, email: str, scopes: tuple[str, ...], *, client_id: str = "", grant: Grant | None = None
    ) -> AccessToken:
        token = AccessToken(
            token=f"ya29.{secrets.token_urlsafe(90)}",
            email=email,
            scopes=scopes,
            ends_at=self._clock() + ACCESS_SECONDS,
            client_id=client_id,
            grant=grant,
        )
        self.access[token.token] = token
        if grant:
            grant.used_at = self._clock()
        return token

    def living_access(self, text: str) -> AccessToken | None:
        token = self.access.get(text)
        if token is None or self._clock() >= token.ends_at or (token.grant and not self.lives(token.grant)):
            return None
        return token

    def expire_access(self, email: str = "") -> int:
        """Ends all access tokens, or one account's; says how many."""
        ended = [t for t in self.access.values() if email in ("", t.email) and self._clock() < t.ends_at]
        for token in ended:
            token.ends_at = self._clock()
        return len(ended)

    def revoke(self, text: str) -> bool:
        """Revokes a refresh token, or an access token with the refresh token behind it. False if it is dead already."""
        access = self.living_access(text)
        grant = access.grant if access else self.grants.get(text)
        if access:
            access.ends_at = self._clock()
        if grant is None or not self.lives(grant):
            return access is not None
        grant.ended = "revoked"
        return True
