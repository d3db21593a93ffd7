"""Tokens by which Google shows that it is Google who sends something: read, checked, and believed in nothing else.

An OpenID Connect token (JSON Web Token, RFC 7519) signed with RS256 by one of the keys that Google publishes as a JWK
set (RFC 7517). Source: "Authenticate push subscriptions" of Pub/Sub.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

ISSUERS = ("https://accounts.google.com", "accounts.google.com")
ALGORITHM = "RS256"
LONGEST = 8 * 1024  # bytes; Google's have some 800
LEEWAY = 60.0  # seconds by which clocks may differ
CLAIMS = ["aud", "email", "exp", "iat", "iss"]

Key = Mapping[str, object]


class Untrusted(Exception):
    """This is no token that Google signed and that is good now. The text says why and holds nothing of it."""


class Foreign(Exception):
    """Google signed it for somebody else."""


@dataclass(frozen=True, kw_only=True)
class Expected:
    """For whom it has to be, and the service account whose token it has to be."""

    audience: str
    account: str


def key_id(token: str) -> str:
    """The name of the key that has signed it, by its own word. Raises `Untrusted`."""
    import jwt

    if len(token) > LONGEST:
        raise Untrusted("the token is too long")
    try:
        header = jwt.get_unverified_header(token)
    except (jwt.PyJWTError, ValueError, RecursionError):
        raise Untrusted("this is no token") from None
    if header.get("alg") != ALGORITHM or not isinstance(header.get("kid"), str):
        raise Untrusted(f"a token names its key, and is signed with {ALGORITHM}")
    return str(header["kid"])


def check(token: str, key: Key, expected: Expected, present: float) -> None:
    """Raises `Untrusted` and `Foreign` unless it is good at this moment (seconds since 1970)."""
    claims = _signed(token, key)
    if claims["iss"] not in ISSUERS:
        raise Untrusted("Google has not issued it")
    if not _time(claims["iat"]) - LEEWAY <= present < _time(claims["exp"]) + LEEWAY:
        raise Untrusted("it is not good at this time")
    if claims["aud"] != expected.audience:
        raise Foreign("it is for another address")
    if claims["email"] != expected.account or claims.get("email_verified") is not True:
        raise Foreign("it is another account's")


def _time(value: object) -> float:
    """Seconds since 1970. Raises `Untrusted`."""
    if isinstance(value, int | float):
        with suppress(OverflowError):  # a number of JSON has as many digits as somebody likes
            return float(value)
    raise Untrusted("it names no time")


def _signed(token: str, key: Key) -> Mapping[str, object]:
    """What it says, once the signature is known to be good. Raises `Untrusted`."""
    import jwt

    # Times are compared by our own clock, and the rest in words of our own.
    options = {"verify_exp": False, "verify_iat": False, "verify_nbf": False, "verify_aud": False, "require": CLAIMS}
    try:
        return jwt.decode(
            token,
            jwt.PyJWK(dict(key), algorithm=ALGORITHM),
            algorithms=[ALGORITHM],
            options=options,  # type: ignore[arg-type]  # a dictionary of these names
        )
    except (jwt.PyJWTError, ValueError, TypeError, RecursionError):
        raise Untrusted("it is not signed with a key of Google's, or lacks what a token has") from None
