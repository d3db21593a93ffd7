"""Record ids: 15 characters that are case-sensitive, and 18 that are not.

The 18-character form appends three check characters, one for each five of the 15: the positions of the
capital letters in those five are the bits, lowest first, of an index into A-Z and 0-5. Source: Salesforce
Help, "Compare 15-Character and 18-Character Salesforce Record IDs". The layout of the 15 is a key prefix of
three, an instance of two, a reserved character and a number of nine in base 62.
"""

from __future__ import annotations

import re

CHECK = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
INSTANCE = "ak"

_SHAPE = re.compile(r"[0-9A-Za-z]{15}(?:[A-Z0-5]{3})?")
_LOOKS_LIKE_ONE = re.compile(r"[0-9A-Za-z]{15}(?:[0-9A-Za-z]{3})?")


def check_characters(short: str) -> str:
    """The three characters that belong to 15."""
    chunks = (short[i : i + 5] for i in (0, 5, 10))
    return "".join(CHECK[sum(1 << bit for bit, c in enumerate(chunk) if c.isupper())] for chunk in chunks)


def mint(prefix: str, number: int) -> str:
    """The 18-character id of the `number`-th record of an object."""
    digits = ""
    while number:
        number, digit = divmod(number, 62)
        digits = DIGITS[digit] + digits
    short = f"{prefix}{INSTANCE}0{digits.rjust(9, '0')}"
    return short + check_characters(short)


def parse(text: object) -> str | None:
    """The 18-character form of a well-formed id of either length, else `None`."""
    if not isinstance(text, str) or not _SHAPE.fullmatch(text):
        return None
    full = text[:15] + check_characters(text[:15])
    return full if len(text) == 15 or text == full else None


def looks_like_one(text: str) -> bool:
    """Whether somebody meant this as an id, its check characters aside."""
    return _LOOKS_LIKE_ONE.fullmatch(text) is not None


def short(record_id: str) -> str:
    return record_id[:15]


def prefix(record_id: str) -> str:
    return record_id[:3]
