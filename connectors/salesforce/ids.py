"""Record ids: 15 characters that are case-sensitive, or 18, of which the last three check the case. Pure.

Salesforce Help, “Compare 15-Character and 18-Character Salesforce Record IDs”. A query that names something else as an
id is refused as a whole, so nothing is asked about what is none.
"""

from __future__ import annotations

import re

_CHECKS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
_SHAPE = re.compile(r"[0-9A-Za-z]{15}(?:[A-Z0-5]{3})?")


def whole(text: str) -> str:
    """The 18 characters of an id of either length; "" for what is no id."""
    if not _SHAPE.fullmatch(text):
        return ""
    fives = (text[at : at + 5] for at in (0, 5, 10))
    full = text[:15] + "".join(_CHECKS[sum(1 << bit for bit, c in enumerate(five) if c.isupper())] for five in fives)
    return full if text in (full, full[:15]) else ""
