"""What People refuses to store, field by field, and the normal form of what it takes.

Of a field only what a client may write is kept: the document says of the rest that it is output only. Values of other
sources than the contact are passed over, and so are entries that say nothing. Which entry is the primary one a client
says with `metadata.sourcePrimary`; without a word it is the first. Google documents that no source has two primary
entries of a field; that it refuses two is not on record.

The limits are those that people are told of for Google Contacts: 500 fields of a contact, 1,024 characters of a field,
128 KB in all, 25,000 contacts (the address stands in the table of refusals). Notes (`biographies`) are longer in
practice, so they are held to the size of the contact alone.
"""

from __future__ import annotations

import json
from typing import Any

from connectors.simulators.google import discovery
from connectors.simulators.google.people import names
from connectors.simulators.google.people.errors import refused
from connectors.simulators.google.people.masks import Mask
from connectors.simulators.google.people.store import AddressBook, Fields

SINGLETONS = ("biographies", "birthdays", "genders", "names")
OPEN_GROUPS = "contactGroups/"
MOST_FIELDS, LONGEST_FIELD, LARGEST_CONTACT, MOST_CONTACTS = 500, 1_024, 128 * 1024, 25_000


def stored(book: AddressBook, body: dict[str, Any], mask: Mask, old: Fields) -> Fields:
    """The fields of a whole contact: those of the mask from the body, the others as they were. Raises `ApiError`."""
    new = {name: _entries(name, body.get(name) or []) for name in mask}
    if "memberships" in mask:
        _check_groups(book, new["memberships"])
    fields = {name: entries for name, entries in (old | new).items() if entries}
    _check_size(fields)
    return fields


def _entries(name: str, given: list[Any]) -> list[dict[str, Any]]:
    ours = [entry for entry in given if entry and _of_contact(entry)]
    if name in SINGLETONS and len(ours) > 1:
        raise refused(f"Cannot have more than one person.{discovery.snake(name)} per source.")
    kept = [(_marked(entry), _written(name, entry)) for entry in ours]
    kept = [(marked, entry) for marked, entry in kept if entry]
    primary = [place for place, (marked, _) in enumerate(kept) if marked]
    if len(primary) > 1:
        raise refused(f"Cannot have more than one primary person.{discovery.snake(name)} per source.")
    chosen = primary[0] if primary else 0
    return [entry | ({"primary": True} if place == chosen else {}) for place, (_, entry) in enumerate(kept)]


def _of_contact(entry: dict[str, Any]) -> bool:
    source = (entry.get("metadata") or {}).get("source") or {}
    return bool(source.get("type", "CONTACT") == "CONTACT")


def _marked(entry: dict[str, Any]) -> bool:
    return bool((entry.get("metadata") or {}).get("sourcePrimary"))


def _written(name: str, entry: dict[str, Any]) -> dict[str, Any]:
    """What a client may write of an entry, without what is empty."""
    schemas = discovery.load("people", "v1").schemas
    schema = schemas["Person"]["properties"][name]["items"]["$ref"]
    found: dict[str, Any] = _writable(schemas, schema, entry)
    return names.completed(found) if name == "names" else found


def _writable(schemas: Any, name: str, value: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, inner in value.items():
        declared = schemas[name]["properties"][key]
        if key == "metadata" or declared.get("readOnly") or inner in (None, "", [], {}):
            continue
        below = declared.get("$ref")
        kept = _writable(schemas, below, inner) if below else inner
        found |= {key: kept} if kept != {} else {}
    return found


def _check_groups(book: AddressBook, entries: list[dict[str, Any]]) -> None:
    """A contact is in a group at least, and only in such as exist and take members from clients."""
    named = [(entry.get("contactGroupMembership") or {}).get("contactGroupResourceName", "") for entry in entries]
    if not any(named):
        raise refused("At least one person.memberships.contact_group_membership is required.")
    for name in named:
        if name.removeprefix(OPEN_GROUPS) not in (*book.groups, *book.own):
            raise refused(f'Contact group "{name}" is not a valid contact group resource.')


def _check_size(fields: Fields) -> None:
    if sum(len(entries) for entries in fields.values()) > MOST_FIELDS:
        raise refused(f"A contact cannot have more than {MOST_FIELDS} fields.")
    for name, entries in fields.items():
        if name != "biographies" and any(_longest(entry) > LONGEST_FIELD for entry in entries):
            raise refused(f"person.{discovery.snake(name)} cannot have more than {LONGEST_FIELD} characters.")
    if len(json.dumps(fields).encode()) > LARGEST_CONTACT:
        raise refused(f"A contact cannot have more than {LARGEST_CONTACT} bytes.")


def _longest(value: Any) -> int:
    if isinstance(value, dict):
        return max((_longest(inner) for inner in value.values()), default=0)
    return len(value) if isinstance(value, str) else 0


def check_room(book: AddressBook, new: int = 1) -> None:
    """Raises `ApiError` where the account would have too many contacts; the name is on record, the status is not."""
    if len(book.contacts) + new > MOST_CONTACTS and len(book.all_living) + new > MOST_CONTACTS:
        raise refused("MY_CONTACTS_OVERFLOW_COUNT")
