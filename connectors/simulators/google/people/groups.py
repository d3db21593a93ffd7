"""Contact groups, which people call labels: Google's own and those that an account's owner made.

Google's own ones, but for My Contacts and Starred, take no members any more; they are listed all the same. What a group
may carry of a client's data has no documented limit: here it is that of a contact's field. How many groups there may be
is not on record either.
"""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from connectors.simulators.google.people.checking import LONGEST_FIELD, OPEN_GROUPS
from connectors.simulators.google.people.errors import group_exists, not_found, refused
from connectors.simulators.google.people.store import AddressBook, Contact, Group

SYSTEM = ("myContacts", "chatBusy", "starred", "friends", "family", "coworkers", "blocked")
FIELDS = ("clientData", "groupType", "memberCount", "metadata", "name")
MINE = "myContacts"


def resource_name(group_id: str) -> str:
    return f"{OPEN_GROUPS}{group_id}"


def named(book: AddressBook, name: str) -> Group:
    """The group of that resource name that its owner made. Raises `ApiError` 404, and 400 for one of Google's own."""
    group_id = name.removeprefix(OPEN_GROUPS)
    if group_id in SYSTEM:
        raise refused(f'Contact group "{name}" is a system contact group, which cannot be changed.')
    if group_id not in book.own:
        raise not_found()
    return book.own[group_id]


def is_there(book: AddressBook, name: str) -> bool:
    return name.removeprefix(OPEN_GROUPS) in (*SYSTEM, *book.own)


def members(book: AddressBook, group_id: str) -> list[Contact]:
    return [contact for contact in book.all_living if group_id in groups_of(contact)]


def groups_of(contact: Contact) -> list[str]:
    """The ids of the groups that a contact is in."""
    return [_group_of(entry) for entry in contact.latest.fields.get("memberships", [])]


def _group_of(entry: dict[str, Any]) -> str:
    return str(entry["contactGroupMembership"]["contactGroupResourceName"]).removeprefix(OPEN_GROUPS)


# -- Changing


def made(book: AddressBook, group_id: str, given: dict[str, Any], now: float) -> Group:
    """A new group. Raises `ApiError`."""
    name, data = _name(book, given), _client_data(given)
    book.change += 1
    book.own[group_id] = Group(id=group_id, name=name, client_data=data, change=book.change, at=now)
    return book.own[group_id]


def changed(book: AddressBook, group: Group, given: dict[str, Any], fields: tuple[str, ...], now: float) -> None:
    name = _name(book, given, group) if "name" in fields else group.name
    data = _client_data(given) if "clientData" in fields else group.client_data
    book.change += 1
    group.name, group.client_data, group.change, group.at = name, data, book.change, now


def _name(book: AddressBook, given: dict[str, Any], besides: Group | None = None) -> str:
    name = str(given.get("name") or "").strip()
    if not name:
        raise refused("Contact group name is required.")
    if len(name) > LONGEST_FIELD:
        raise refused(f"contact_group.name cannot have more than {LONGEST_FIELD} characters.")
    if any(group.name.casefold() == name.casefold() for group in book.own.values() if group is not besides):
        raise group_exists()
    return name


def _client_data(given: dict[str, Any]) -> list[dict[str, str]]:
    data = [{key: str(one[key]) for key in ("key", "value") if one.get(key)} for one in given.get("clientData") or []]
    if any(len(text) > LONGEST_FIELD for one in data for text in one.values()):
        raise refused(f"contact_group.client_data cannot have more than {LONGEST_FIELD} characters.")
    return [one for one in data if one]


def dropped(book: AddressBook, group: Group, now: float, *, with_contacts: bool = False) -> None:
    """The group goes, and with it its contacts, or they go on without it; in My Contacts where they are in no other."""
    for contact in members(book, group.id):
        if with_contacts:
            book.put(contact.id, {}, now, deleted=True)
        else:
            moved(book, contact, now, out_of=group.id)
    book.change += 1
    del book.own[group.id]


def moved(book: AddressBook, contact: Contact, now: float, *, into: str = "", out_of: str = "") -> None:
    """A contact comes into a group, or leaves one."""
    ids = [each for each in groups_of(contact) if each not in (into, out_of)] + ([into] if into else [])
    entries = [{"contactGroupMembership": {"contactGroupResourceName": resource_name(each)}} for each in ids or [MINE]]
    book.put(contact.id, contact.latest.fields | {"memberships": entries}, now)


# -- Showing


def shown(book: AddressBook, group_id: str, fields: tuple[str, ...]) -> dict[str, Any]:
    """A group with those of its fields that the mask names."""
    group = book.own.get(group_id) or Group(id=group_id, name=group_id)
    stands = sha256(f"{group.id}:{group.change}".encode()).hexdigest()[:12]
    whole: dict[str, Any] = {
        "clientData": group.client_data,
        "groupType": "SYSTEM_CONTACT_GROUP" if group_id in SYSTEM else "USER_CONTACT_GROUP",
        "memberCount": len(members(book, group_id)),
        "metadata": {"updateTime": _moment(group.at)} if group.at else {},
        "name": group.name,
    }
    found = {name: whole[name] for name in fields if whole[name]}
    formatted = {"formattedName": group.name} if "name" in fields else {}
    return {"resourceName": resource_name(group_id), "etag": stands} | found | formatted


def _moment(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def all_ids(book: AddressBook) -> list[str]:
    return [*SYSTEM, *book.own]
