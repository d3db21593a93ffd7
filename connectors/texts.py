"""Text that came from outside, made fit to be kept."""

from __future__ import annotations

import re

_HALVES = re.compile("[\ud800-\udfff]")


def storable(text: str) -> str:
    """Text that every database takes: no NUL, and no half of a surrogate pair, which JSON and some charsets can say."""
    return _HALVES.sub("\ufffd", text.replace("\x00", ""))
