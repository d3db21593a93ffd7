"""Keys of an installation, each made once: making one takes longer than a test."""

from __future__ import annotations

import json
from functools import cache

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

PEM = serialization.Encoding.PEM
ROBOT = "robot@syncapp.iam.gserviceaccount.com"


@cache
def _key(name: str) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def private(name: str = "ours") -> str:
    """A private key as it stands in the settings."""
    form, open_ = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    return _key(name).private_bytes(PEM, form, open_).decode()


def public(name: str = "ours") -> str:
    """What the provider is given of it."""
    return _key(name).public_key().public_bytes(PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()


def key_file(name: str = "ours", **more: str) -> str:
    """A service account's key file, in the shape in which Google hands it out."""
    told = {"type": "service_account", "client_email": ROBOT, "private_key": private(name)}
    return json.dumps(told | {"token_uri": "https://elsewhere.invalid/token"} | more)
