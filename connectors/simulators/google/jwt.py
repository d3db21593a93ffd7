"""JSON Web Tokens (RFC 7519) signed with RS256: reading a service account's assertion, writing an id token."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15

from connectors.simulators.google.content import base64url, from_base64url


@dataclass(frozen=True, kw_only=True)
class Token:
    """A token taken apart; whether its signature is right is asked with `signed_by`."""

    algorithm: str
    claims: dict[str, Any]
    signed: bytes
    signature: bytes

    @classmethod
    def read(cls, text: str) -> Token:
        """Raises ValueError for anything that is not three parts with two JSON objects."""
        head, body, signature = text.split(".")
        header, claims = json.loads(from_base64url(head)), json.loads(from_base64url(body))
        if not (isinstance(header, dict) and isinstance(claims, dict)):
            raise ValueError("header and claims are objects")
        return cls(
            algorithm=str(header.get("alg", "")),
            claims=claims,
            signed=f"{head}.{body}".encode(),
            signature=from_base64url(signature),
        )

    def signed_by(self, key: rsa.RSAPublicKey) -> bool:
        try:
            key.verify(self.signature, self.signed, PKCS1v15(), hashes.SHA256())
        except InvalidSignature:
            return False
        return self.algorithm == "RS256"

    def number(self, claim: str) -> float:
        """A time claim; far in the past where it is missing or no number."""
        value = self.claims.get(claim)
        return float(value) if isinstance(value, int | float) else 0.0


def public_key(text: str) -> rsa.RSAPublicKey:
    """The RSA key in a PEM. Raises ValueError with a sentence."""
    try:
        key = serialization.load_pem_public_key(text.encode())
    except ValueError:
        key = None
    if not isinstance(key, rsa.RSAPublicKey):
        raise ValueError("the public key is an RSA key in PEM")
    return key


def pem(key: rsa.RSAPublicKey) -> str:
    return key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()


def write(claims: dict[str, Any], key: rsa.RSAPrivateKey, key_id: str = "") -> str:
    head = _part({"alg": "RS256", **({"kid": key_id} if key_id else {}), "typ": "JWT"})
    signed = f"{head}.{_part(claims)}"
    return f"{signed}.{base64url(key.sign(signed.encode(), PKCS1v15(), hashes.SHA256())).rstrip('=')}"


def _part(value: dict[str, Any]) -> str:
    return base64url(json.dumps(value).encode()).rstrip("=")


KEY_ID = "7d680d8c70d44e947133cbd499ebc1a61c3d5abc"  # of our own key, as the tokens of Pub/Sub name it


def key_set() -> dict[str, Any]:
    """Our own key for whoever wants to check a signature (RFC 7517)."""
    numbers = own_key().public_key().public_numbers()
    key = {"kty": "RSA", "alg": "RS256", "use": "sig", "kid": KEY_ID}
    return {"keys": [key | {"n": _number(numbers.n), "e": _number(numbers.e)}]}


def _number(value: int) -> str:
    return base64url(value.to_bytes((value.bit_length() + 7) // 8, "big")).rstrip("=")


@cache
def own_key() -> rsa.RSAPrivateKey:
    """The key that signs our id tokens, made when first needed."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)
