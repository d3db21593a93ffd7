"""Assertions (RFC 7523): a few claims, signed with a key of this installation, in place of a password."""

from __future__ import annotations

from collections.abc import Mapping


class BadKey(ValueError):
    """What should be a private RSA key in PEM is none. The text never holds any of it."""

    def __init__(self) -> None:
        super().__init__("this is no private RSA key in PEM")


def signed(claims: Mapping[str, object], key: str) -> str:
    """A JSON Web Token (RFC 7519) with these claims, signed with RS256. Raises `BadKey`."""
    import jwt

    check(key)
    return jwt.encode(dict(claims), key, algorithm="RS256")


def check(key: str) -> None:
    """Raises `BadKey` unless this is a private RSA key in PEM of 2,048 bits or more, without a passphrase."""
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        found = load_pem_private_key(key.encode(), password=None)
    except (ValueError, TypeError):  # TypeError: it wants a passphrase
        raise BadKey from None
    if not isinstance(found, RSAPrivateKey) or found.key_size < SHORTEST:
        raise BadKey


SHORTEST = 2048  # bits; what RFC 7518, section 3.3, asks for
