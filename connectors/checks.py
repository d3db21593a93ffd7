"""What must hold before anything starts: without good keys nothing could be kept or opened, and nobody would know."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cryptography.fernet import Fernet
from django.conf import settings
from django.core.checks import CheckMessage, Error

HINT = (
    "`python -m syncapp env` writes a good key into a new .env; several stand with commas between them, newest first."
)


def the_keys_open(**_: Any) -> Sequence[CheckMessage]:
    """An error where `FIELD_ENCRYPTION_KEYS` is empty, and one for each key that is none; never the key itself."""
    keys = list(settings.FIELD_ENCRYPTION_KEYS)
    flaws = [f"Key {place} of FIELD_ENCRYPTION_KEYS is none." for place, key in enumerate(keys, 1) if not _opens(key)]
    if not keys:
        flaws = ["FIELD_ENCRYPTION_KEYS is empty."]
    return [Error(flaw, hint=HINT, id="connectors.E001") for flaw in flaws]


def _opens(key: str) -> bool:
    try:
        Fernet(key)
    except ValueError:
        return False
    return True
