"""The prefix that an org with a namespace of its own puts before the names of our fields. Pure.

There a request may leave the prefix out, and answers have it (`acme__Syncapp_Key__c`). What we asked for by its plain
name is ours whatever it is called in the answer. What describe shows is ours only where the prefix is the org's own:
with another one it is a field of somebody's package, which no request of ours means (docs/adr/0014).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

_PREFIXED = re.compile(r"(?P<prefix>[A-Za-z]\w{0,14}?)__(?P<plain>Syncapp_\w+__c)")


def plain(record: Any) -> Any:
    """A row of an answer with our names for our fields; what is no row stays as it is."""
    if not isinstance(record, dict) or not any("__Syncapp_" in name for name in record):
        return record
    return {_plain(name): value for name, value in record.items()}


def prefixes(shown: Mapping[str, Any]) -> set[str]:
    """Those that describe shows before names like ours."""
    found = (_PREFIXED.fullmatch(name) for name in _names(shown))
    return {each["prefix"] for each in found if each}


def described(shown: Mapping[str, Any], own: str) -> dict[str, Any]:
    """What describe shows, with our names for the fields that have the org's own prefix."""
    fields = shown.get("fields")
    if not own or not isinstance(fields, list):
        return dict(shown)
    return {**shown, "fields": [_renamed(field, own) for field in fields]}


def _renamed(field: Any, own: str) -> Any:
    found = _PREFIXED.fullmatch(str(field.get("name"))) if isinstance(field, dict) else None
    return {**field, "name": found["plain"]} if found and found["prefix"].lower() == own.lower() else field


def _plain(name: str) -> str:
    found = _PREFIXED.fullmatch(name)
    return found["plain"] if found else name


def _names(shown: Mapping[str, Any]) -> Iterable[str]:
    fields = shown.get("fields")
    return [str(each.get("name")) for each in fields if isinstance(each, dict)] if isinstance(fields, list) else []
