"""What is written of a contact. Pure.

Google replaces a field of a person as a whole, all addresses at once for instance. So what is written is what stands
there, with that one entry changed in which our field was read: its type, and all other entries, stay as they are.
Where there is no such entry, one is added; where our field is empty, the entry goes.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from connectors.contacts import Contact, Place
from connectors.google import contact_slots as slots
from connectors.google.contact_slots import KEY, Entry
from connectors.records import Record

Entries = list[dict[str, Any]]
Writer = Callable[[Sequence[Entry], Contact, Collection[str]], Entries]
MY_CONTACTS = "contactGroups/myContacts"
_BY_GOOGLE = ("metadata", "formattedType", "canonicalForm")
_OF_NAMES = ("displayName", "displayNameLastFirst", "unstructuredName")


def new_body(of: Record, key: str, group: str) -> dict[str, Any]:
    """A whole contact that is not there yet, in our group, with our key."""
    record = a_contact(of)
    body = {field: entries for field, entries in changed({}, record, ALL).items() if entries}
    more: Entries = [{"value": each} for each in record.more_emails]
    return body | {
        "emailAddresses": [*body.get("emailAddresses", []), *more],
        "memberships": [
            {"contactGroupMembership": {"contactGroupResourceName": each}} for each in (MY_CONTACTS, group)
        ],
        "clientData": [{"key": KEY, "value": key}],
    }


def changed(said: Mapping[str, Any], of: Record, fields: Collection[str]) -> dict[str, Entries]:
    """The fields of the person that are to be replaced, so that these of the contact are what they are to be."""
    record, found = a_contact(of), dict[str, Entries]()
    for name, (ours, write) in _WRITERS.items():
        wanted = [field for field in ours if field in fields]
        if wanted:
            found[name] = write(said.get(name) or [], record, wanted)
    return found


def a_contact(of: Record) -> Contact:
    """Raises TypeError for what is none."""
    if not isinstance(of, Contact):
        raise TypeError(f"a {type(of).__name__} is no contact")
    return of


def _ours(entry: Entry) -> dict[str, Any]:
    """An entry without what Google makes of it by itself."""
    return {name: value for name, value in entry.items() if name not in _BY_GOOGLE}


def _said(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in entry.items() if value not in ("", None)}


def _put(entries: Sequence[Entry], at: int | None, entry: Mapping[str, Any] | None) -> Entries:
    """The entries with this one in that place, or after all others; without it where it is nothing."""
    kept: list[dict[str, Any] | None] = [dict(each) for each in entries]
    if at is None:
        kept.append(dict(entry) if entry else None)
    else:
        kept[at] = dict(entry) if entry else None
    return [each for each in kept if each]


# -- Field by field


def _names(entries: Sequence[Entry], record: Contact, _: Collection[str]) -> Entries:
    """What stands between, before and after the two names stays."""
    before = {name: "" if name in _OF_NAMES else value for name, value in _ours(entries[0] if entries else {}).items()}
    after = _said(before | {"givenName": record.first, "familyName": record.last})
    return [after] if after else []


def _addresses(entries: Sequence[Entry], record: Contact, _: Collection[str]) -> Entries:
    """As `connectors.contacts.addresses_with`, with the types that the addresses have."""
    first, *others = [dict(each) for each in slots.in_order(entries)] or [{"type": "work"}]
    if record.email == slots.address(first):
        return [dict(each) for each in entries]
    found = next((each for each in others if slots.address(each) == record.email), None) if record.email else None
    if found:
        others = [first, *(each for each in others if slots.address(each) != record.email)]
    front = found or {**_ours(first), "value": record.email}
    whole = [front, *others] if record.email else others
    return [_ours(each) | ({"metadata": {"sourcePrimary": True}} if at == 0 else {}) for at, each in enumerate(whole)]


def _numbers(entries: Sequence[Entry], record: Contact, fields: Collection[str]) -> Entries:
    after = [dict(each) for each in entries]
    for field in fields:
        types, number = slots.PHONES[field], getattr(record, field)
        at = slots.typed(after, types)
        before = {"type": types[0]} if at is None else _ours(after[at])
        after = _put(after, at, before | {"value": number} if number else None)
    return after


def _places(entries: Sequence[Entry], record: Contact, fields: Collection[str]) -> Entries:
    after = [dict(each) for each in entries]
    for field in fields:
        types = slots.PLACES[field]
        at = slots.typed(after, types)
        after = _put(after, at, _place({"type": types[0]} if at is None else after[at], getattr(record, field)))
    return after


def _place(before: Entry, place: Place) -> dict[str, Any] | None:
    """The parts of it; how it is written as a whole is then Google's to say. A street that is the same keeps its two
    lines where they are.
    """
    parts = {theirs: getattr(place, ours) for ours, theirs in slots.PARTS.items()}
    known = slots.place(before)
    street = {} if place.street == known.street and before.get("streetAddress") else {slots.STREET[0]: place.street}
    if street:
        street[slots.STREET[1]] = ""
    if place.country == known.country and not before.get("country"):
        del parts["country"]  # it stands there as a code
    elif place.country != known.country:
        parts["countryCode"] = ""
    after = _said({**_ours(before), "formattedValue": "", **parts, **street})
    return after if after.keys() - {"type"} else None


def _organizations(entries: Sequence[Entry], record: Contact, fields: Collection[str]) -> Entries:
    at = slots.organization(entries)
    before: Entry = {"type": "work", "current": True} if at is None else _ours(entries[at])
    after = _said({**before, **{slots.ORGANIZATION[field]: getattr(record, field) for field in fields}})
    return _put(entries, at, after if after.keys() - {"type", "current"} else None)


def _birthdays(entries: Sequence[Entry], record: Contact, _: Collection[str]) -> Entries:
    """A birthday whose year nobody knows is none of ours, and stays where we know none."""
    day = record.birthday
    if day:
        return [{"date": {"year": day.year, "month": day.month, "day": day.day}}]
    return [dict(each) for each in entries if not (each.get("date") or {}).get("year")]


def _texts(_: Sequence[Entry], record: Contact, __: Collection[str]) -> Entries:
    return [{"value": record.text, "contentType": "TEXT_PLAIN"}] if record.text else []


_WRITERS: dict[str, tuple[tuple[str, ...], Writer]] = {
    "names": (("name",), _names),
    "emailAddresses": (("email",), _addresses),
    "phoneNumbers": (tuple(slots.PHONES), _numbers),
    "addresses": (tuple(slots.PLACES), _places),
    "organizations": (tuple(slots.ORGANIZATION), _organizations),
    "birthdays": (("birthday",), _birthdays),
    "biographies": (("text",), _texts),
}
ALL = frozenset(field for ours, _ in _WRITERS.values() for field in ours)
