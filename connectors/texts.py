"""Text that came from outside, made fit to be kept."""

from __future__ import annotations

import re

_HALVES = re.compile("[\ud800-\udfff]")


def storable(text: str) -> str:
    """Text that every database takes: no NUL, and no half of a surrogate pair, which JSON and some charsets can say."""
    return _HALVES.sub("\ufffd", text.replace("\x00", ""))


_BEGIN, _END = "-----BEGIN PGP MESSAGE-----", "-----END PGP MESSAGE-----"


def unarmoured(text: str, instead: str) -> str:
    """A text with something else in the place of each encrypted part of it (RFC 9580, 6.2), if there is any."""
    pieces, at = [], 0
    while (start := text.find(_BEGIN, at)) >= 0 and (end := text.find(_END, start)) >= 0:
        pieces += [text[at:start], instead]
        at = end + len(_END)
    return "".join([*pieces, text[at:]])
