"""Persons of the People API as contacts. Pure.

A contact is known by the number of its own source, and not by the name of the person's resource: that may change where
Google links the contact with a profile, or no longer does. For a contact that is linked with none both are the same
number, written as decimal or as hexadecimal, and the resource is found by it. Where two contacts were merged, one of
them goes on, and the other one is gone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any

from connectors.contacts import NOWHERE, Contact, Place
from connectors.google import contact_slots as slots
from connectors.google.contact_slots import KEY
from connectors.records import Ref, RemoteChange

Said = Mapping[str, Any]
_ID = re.compile(r"c\d{1,20}", re.ASCII)
_HEX = re.compile(r"[0-9a-f]{1,16}", re.ASCII)


# -- What a contact is known by


def is_id(text: str) -> bool:
    return bool(_ID.fullmatch(text))


def resource_name(id_: str) -> str:
    return f"people/{id_}"


def id_of(said: Said) -> str:
    number = str(source(said).get("id") or "")
    return f"c{int(number, 16)}" if _HEX.fullmatch(number) else _last(str(said.get("resourceName") or ""))


def _last(name: str) -> str:
    return name.rpartition("/")[2]


def former_ids(said: Said) -> list[str]:
    """Those that were merged into it."""
    names = (said.get("metadata") or {}).get("previousResourceNames") or []
    return [each for each in map(_last, map(str, names)) if each != id_of(said)]


def source(said: Said) -> Said:
    """What Google says of the contact as one source of the person."""
    found: list[Said] = (said.get("metadata") or {}).get("sources") or []
    return next((each for each in found if each.get("type") == "CONTACT"), {})


def ref(said: Said) -> Ref:
    return Ref(id=id_of(said), version=str(source(said).get("etag") or ""))


def is_gone(said: Said) -> bool:
    return bool((said.get("metadata") or {}).get("deleted"))


def is_in(said: Said, group: str) -> bool:
    named = (each.get("contactGroupMembership") or {} for each in said.get("memberships") or [])
    return bool(group) and any(each.get("contactGroupResourceName") == group for each in named)


def key(said: Said) -> str:
    """Ours; "" where it has none."""
    data = said.get("clientData") or []
    return next((str(each.get("value") or "") for each in data if each.get("key") == KEY), "")


# -- What Google shows


def change(said: Said, group: str) -> RemoteChange:
    """One that cannot be read comes without its record; it is known all the same whether it is shared."""
    where, outside = ref(said), not is_in(said, group)
    if is_gone(said):
        return RemoteChange(ref=where, gone=True)
    try:
        return RemoteChange(ref=where, record=contact(said), outside=outside)
    except (ValueError, TypeError, AttributeError):
        return RemoteChange(ref=where, outside=outside)


def contact(said: Said) -> Contact:
    """Raises ValueError, TypeError or AttributeError where something is not what it should be."""
    emails = list(dict.fromkeys(filter(None, map(slots.address, slots.in_order(_entries(said, "emailAddresses"))))))
    return Contact(
        **_name(said),
        email=next(iter(emails), ""),
        more_emails=tuple(emails[1:]),
        **dict(_numbers(said)),
        **_work(said),
        address=_place(said, "address"),
        other_address=_place(said, "other_address"),
        birthday=birthday(said),
        text=str(_first(said, "biographies").get("value") or ""),
        key=key(said),
        changed_at=changed_at(said),
    )


def _entries(said: Said, field: str) -> list[Said]:
    return list(said.get(field) or [])


def _first(said: Said, field: str) -> Said:
    return next(iter(_entries(said, field)), {})


def _name(said: Said) -> dict[str, str]:
    name = _first(said, "names")
    return {"first": str(name.get("givenName") or ""), "last": str(name.get("familyName") or "")}


def _numbers(said: Said) -> Iterator[tuple[str, Any]]:
    numbers = _entries(said, "phoneNumbers")
    for field, types in slots.PHONES.items():
        at = slots.typed(numbers, types)
        if at is not None:
            yield field, str(numbers[at].get("value") or "")


def _work(said: Said) -> dict[str, str]:
    organizations = _entries(said, "organizations")
    at = slots.organization(organizations)
    found = {} if at is None else organizations[at]
    return {ours: str(found.get(theirs) or "") for ours, theirs in slots.ORGANIZATION.items()}


def _place(said: Said, field: str) -> Place:
    places = _entries(said, "addresses")
    at = slots.typed(places, slots.PLACES[field])
    return NOWHERE if at is None else slots.place(places[at])


def birthday(said: Said) -> date | None:
    """The day, where the year is known too."""
    day = _first(said, "birthdays").get("date") or {}
    parts = [int(day.get(name) or 0) for name in ("year", "month", "day")]
    return date(*parts) if all(parts) else None


def changed_at(said: Said) -> datetime | None:
    moment = source(said).get("updateTime")
    return datetime.fromisoformat(str(moment)).astimezone(UTC) if moment else None
