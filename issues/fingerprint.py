"""Which failures share a cause: provider, code, and what is left of the message without what differs by item.

Where the provider names the fields, they say it all and the message is left out: it often repeats the value
that was refused. Else ids, addresses, dates, numbers and quoted values go; the words of a rule and the names
of triggers stay, because they are what an administrator mends. The version of these rules is part of the
print: better rules make new causes, and never silently merge old ones.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable

VERSION = 1

# Texts that somebody in the customer's organization wrote: they tell one rule from the next.
_WORDED = re.compile(r"CUSTOM_VALIDATION|ACTIVATE_ENTITY|FLOW_TRIGGER|DUPLICATES_DETECTED|UNKNOWN|UNEXPECTED")
# What stands in quotes here is the name of a column or an object, not a value.
_NAMING = re.compile(r"\.INVALID_(FIELD|TYPE)$")
_QUOTES = r"\"[^\"]*\"|“[^”]*”|(?<!\w)'[^']*'(?!\w)"

ADDRESS = r"\b[\w.+%'-]+@[\w-]+(?:\.[\w-]+)*"
# In this order: what is replaced first is out of reach of the later rules. Ids may be all digits, so they end as
# numbers do.
_RULES: tuple[tuple[str, str], ...] = (
    (ADDRESS, "<address>"),
    (r"https?://\S+", "<url>"),
    (r"\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?", "<date>"),
    (r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b", "<n>"),
    (r"\b(?=\w*\d)[a-zA-Z0-9]{15}(?:[a-zA-Z0-9]{3})?\b", "<n>"),
    (r"\b[0-9a-f]{16,}\b", "<n>"),
    (_QUOTES, "<value>"),
    (r"\d+(?:[.,]\d+)*", "<n>"),
    (r"\s+", " "),
)


def normalised(message: str, *, keep_quotes: bool = False) -> str:
    """The message without what differs from item to item."""
    for pattern, instead in _RULES:
        if not (keep_quotes and pattern == _QUOTES):
            message = re.sub(pattern, instead, message, flags=re.IGNORECASE)
    return message.strip().lower()[:500]


def fingerprint(code: str, message: str = "", fields: Iterable[str] = ()) -> str:
    """32 hex digits that failures of one cause share; a cause is unique per organization and fingerprint."""
    names = ",".join(sorted(fields))
    if names and not _WORDED.search(code):
        message = ""
    said = normalised(message, keep_quotes=bool(_NAMING.search(code)))
    return hashlib.sha256("\x1f".join((str(VERSION), code, names, said)).encode(errors="replace")).hexdigest()[:32]
