"""Entity tags (RFC 9110, sections 8.8.3 and 13.1): what an answer said, in one word.

A tag is made of all that the answer says to whoever asked, so that it is strong: two answers with one tag are the same
byte for byte. Pure.
"""

from __future__ import annotations

import re
from hashlib import sha256

_LIST = re.compile(r'\s*(W/)?"[\x21\x23-\x7e]*"\s*(,\s*(W/)?"[\x21\x23-\x7e]*"\s*)*')
_TAG = re.compile(r'(?:W/)?"[^"]*"')


def tag_of(body: bytes) -> str:
    """The strong tag of an answer with this body."""
    return f'"{sha256(body).hexdigest()[:32]}"'


def is_list(text: str) -> bool:
    """Whether a header holds `*` or a list of tags, as If-Match and If-None-Match do."""
    return text.strip() == "*" or _LIST.fullmatch(text) is not None


def names(text: str, tag: str) -> bool:
    """Whether a header names the tag, as If-Match compares: a weak tag names nothing."""
    return text.strip() == "*" or tag in _TAG.findall(text)


def names_weakly(text: str, tag: str) -> bool:
    """The same as If-None-Match compares: a cache on the way may have made the tag weak."""
    return text.strip() == "*" or tag in [each.removeprefix("W/") for each in _TAG.findall(text)]
