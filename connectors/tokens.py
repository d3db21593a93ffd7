"""API tokens: issued once, kept as a digest, found by it, and ended by a date or by hand."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from datetime import timedelta

from django.db.models import Q

from connectors import clock
from connectors.effects import commit
from connectors.journal import entry, record
from connectors.models import Activity, ApiToken, Organization, Verb

MARK = "msk_"  # so that people, and scanners of public code, see what it is
SHOWN = 12
LONGEST_DAYS = 366
USED_EVERY = timedelta(minutes=1)
_SHAPE = re.compile(r"msk_[A-Za-z0-9_-]{43}")  # 32 bytes as base64url without padding


def issue(
    organization: Organization,
    name: str,
    *,
    may_write: bool = False,
    days: int = 90,
    actor_id: int | None = None,
) -> tuple[ApiToken, str]:
    """A new token, and what opens it: 47 characters that are kept nowhere.

    Raises ValueError without a name, and for a life of less than one day or more than `LONGEST_DAYS`.
    """
    if not name.strip():
        raise ValueError("Give the token a name that says who uses it.")
    if not 1 <= days <= LONGEST_DAYS:
        raise ValueError(f"A token lives from 1 to {LONGEST_DAYS} days.")
    secret = MARK + secrets.token_urlsafe(32)
    present = clock.now()
    token = ApiToken(
        organization=organization,
        name=name.strip()[:80],
        prefix=secret[:SHOWN],
        digest=_digest(secret),
        may_write=may_write,
        created_by_id=actor_id,
        created_at=present,
        expires_at=present + timedelta(days=days),
    )
    with commit("token: issue"):
        token.save(force_insert=True)
        record(_line(token, Verb.TOKEN_ISSUED, actor_id))
    return token, secret


def revoke(token: ApiToken, *, actor_id: int | None = None) -> bool:
    """Ends a token at once and for good; False if it was revoked before."""
    with commit("token: revoke"):
        ended = ApiToken.everywhere.filter(pk=token.pk, revoked_at=None).update(revoked_at=clock.now())
        if ended:
            record(_line(token, Verb.TOKEN_REVOKED, actor_id))
    token.refresh_from_db(fields=["revoked_at"])
    return bool(ended)


def find(secret: str) -> ApiToken | None:
    """The token that this opens, whether it is still good or not.

    The database is asked for the digest, so how long it looks tells nothing about the token.
    """
    if not _SHAPE.fullmatch(secret):
        return None
    digest = _digest(secret)
    found = ApiToken.everywhere.filter(digest=digest).order_by()[:1]
    return next((token for token in found if hmac.compare_digest(token.digest, digest)), None)


def note_use(token: ApiToken) -> None:
    """Remembers that the token is in use; written at most once in `USED_EVERY`."""
    present = clock.now()
    before = present - USED_EVERY
    if token.used_at is not None and token.used_at > before:
        return
    with commit("token: note use"):
        stale = Q(used_at=None) | Q(used_at__lte=before)
        ApiToken.everywhere.filter(stale, pk=token.pk).update(used_at=present)


def _digest(secret: str) -> str:
    """SHA-256 as hex. No salt and no stretching: 32 random bytes cannot be guessed."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _line(token: ApiToken, verb: Verb, actor_id: int | None) -> Activity:
    rights = "reads and writes" if token.may_write else "reads"
    note = f"{token} {rights} until {token.expires_at:%Y-%m-%d}"
    return entry(organization=token.organization, verb=verb, actor_id=actor_id, note=note)
