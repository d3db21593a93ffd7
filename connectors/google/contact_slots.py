"""Which entry of a person stands for which field of a contact: reading and writing look for it in the same way. Pure.

A person has any number of addresses and numbers, each with a type or none. The first of its type counts; without a type
it is taken for that of the work, if no other says that it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from connectors.contacts import Place

Entry = Mapping[str, Any]
KEY = "syncapp"  # of what is ours, at a contact and at our group

PHONES: dict[str, tuple[str, ...]] = {
    "phone": ("work", ""),
    "mobile": ("mobile",),
    "home_phone": ("home",),
    "fax": ("workFax", "homeFax"),
}
PLACES: dict[str, tuple[str, ...]] = {"address": ("work", ""), "other_address": ("home",)}
ORGANIZATION = {"company": "name", "job": "title", "department": "department"}
PARTS = {"city": "city", "region": "region", "postcode": "postalCode", "country": "country"}
STREET = ("streetAddress", "extendedAddress")


def typed(entries: Sequence[Entry], types: Sequence[str]) -> int | None:
    """The place of the entry that counts; types stand in the order in which they are preferred."""
    found = ((kind.casefold(), at) for kind in types for at, _ in enumerate(entries))
    return next((at for kind, at in found if str(entries[at].get("type") or "").casefold() == kind), None)


def primary(entries: Sequence[Entry]) -> int | None:
    """The place of the one that Google shows first, None where there is none at all."""
    marked = (at for at, entry in enumerate(entries) if _is_primary(entry.get("metadata") or {}))
    return next(marked, 0 if entries else None)


def _is_primary(metadata: Entry) -> bool:
    return bool(metadata.get("primary") or metadata.get("sourcePrimary"))


def organization(entries: Sequence[Entry]) -> int | None:
    """The place of the one that is called the present one, else of the first."""
    current = (at for at, entry in enumerate(entries) if entry.get("current"))
    return next(current, 0 if entries else None)


def in_order(entries: Sequence[Entry]) -> list[Entry]:
    """The primary one first, the others as they stand."""
    first = primary(entries)
    return [*entries[first : first + 1], *entries[:first], *entries[first + 1 :]] if first is not None else []


def address(entry: Entry) -> str:
    return str(entry.get("value") or "").strip().lower()


def place(entry: Entry) -> Place:
    """Where nothing is said in parts, all of it is the street."""
    street = "\n".join(str(entry[name]) for name in STREET if entry.get(name))
    parts = {name: str(entry.get(theirs) or "") for name, theirs in PARTS.items()}
    parts["country"] = parts["country"] or str(entry.get("countryCode") or "")
    if not street and not any(parts.values()):
        return Place(street=str(entry.get("formattedValue") or ""))
    return Place(street=street, **parts)
