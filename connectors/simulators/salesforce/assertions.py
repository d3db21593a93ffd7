"""The JWT of the bearer flow: read, its RS256 signature checked with an app's certificate, its claims judged.

Salesforce Help, "OAuth 2.0 JWT Bearer Flow for Server-to-Server Integration"; RFC 7523. An assertion that has
expired is refused with the words for an expired code, as the real service does.
"""

from __future__ import annotations

import base64
import json
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

LONGEST_LIFE = 360.0  # five minutes, and one for a clock that is fast


class BadAssertion(Exception):
    """Its text is the error description."""


def claims(text: str) -> dict[str, Any]:
    """The claims as they stand, nothing about them checked."""
    try:
        header, payload, _ = text.split(".")
        if json.loads(_decoded(header))["alg"] != "RS256":
            raise BadAssertion("invalid assertion")
        return dict(json.loads(_decoded(payload)))
    except (ValueError, KeyError, TypeError):
        raise BadAssertion("invalid assertion") from None


def check(text: str, given: dict[str, Any], certificate: str, audiences: tuple[str, ...], now: float) -> None:
    """Raises BadAssertion unless signature, audience and time are right."""
    signed, _, signature = text.rpartition(".")
    try:
        _public_key(certificate).verify(_decoded(signature), signed.encode(), PKCS1v15(), hashes.SHA256())
    except (ValueError, InvalidSignature):
        raise BadAssertion("invalid assertion") from None
    if given.get("aud") not in audiences:
        raise BadAssertion("audience is invalid")
    ends = given.get("exp")
    if not isinstance(ends, int | float) or ends - now > LONGEST_LIFE:
        raise BadAssertion("invalid assertion")
    if ends <= now:
        raise BadAssertion("expired authorization code")


def _decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def _public_key(pem: str) -> RSAPublicKey:
    """The key of a certificate, or a public key itself. Raises ValueError."""
    content = pem.encode()
    is_certificate = b"BEGIN CERTIFICATE" in content
    key = x509.load_pem_x509_certificate(content).public_key() if is_certificate else load_pem_public_key(content)
    if not isinstance(key, RSAPublicKey):
        raise ValueError("an RSA key is wanted")
    return key
