"""The secrets of an installation, made once. Needs no Django."""

from __future__ import annotations

import secrets
from pathlib import Path


def fresh_secrets() -> dict[str, str]:
    """The two secrets that no installation can do without."""
    from cryptography.fernet import Fernet

    return {"SECRET_KEY": secrets.token_urlsafe(50), "FIELD_ENCRYPTION_KEYS": Fernet.generate_key().decode()}


def write(path: Path) -> None:
    """A `.env` with fresh secrets where there is none; an existing one is left alone."""
    if path.exists():
        return
    path.touch(mode=0o600)
    path.write_text("".join(f"{name}={value}\n" for name, value in fresh_secrets().items()))
