"""What the People API does with contact groups. https://developers.google.com/people/api/rest/v1/contactGroups

Reading several at once by name, and what changed since a sync token, are not simulated.
"""

from __future__ import annotations

import re
from typing import Any

from connectors.simulators.google.answers import ApiError, not_simulated
from connectors.simulators.google.people import groups
from connectors.simulators.google.people.asked import Asked, Operation
from connectors.simulators.google.people.errors import mask_path, mask_unreadable, not_found, refused
from connectors.simulators.google.people.store import Contact

LARGEST_PAGE, USUAL_PAGE, MOST_MEMBERS = 1_000, 30, 1_000
USUAL_FIELDS = ("groupType", "memberCount", "metadata", "name")
_PAGE = "contactGroups"


def _listed(asked: Asked) -> dict[str, Any]:
    query = asked.query
    if query["syncToken"]:
        raise not_simulated("syncToken")
    fields, size = _fields(str(query["groupFields"]), "groupFields"), _size(int(query["pageSize"]))
    found, listing = groups.all_ids(asked.book), (asked.account.email, "contactGroups", str(query["groupFields"]), size)
    first = _opened(asked, listing)
    shown = [groups.shown(asked.book, each, fields) for each in found[first : first + size]]
    result: dict[str, Any] = {"contactGroups": shown, "totalItems": len(found)}
    if first + size < len(found):
        result["nextPageToken"] = asked.world.pages.issue(listing, first + size)
    return result


def _opened(asked: Asked, listing: tuple[Any, ...]) -> int:
    if not asked.query["pageToken"]:
        return 0
    try:
        return int(asked.world.pages.open(str(asked.query["pageToken"]), listing))
    except ApiError:
        raise refused() from None


def _size(given: int) -> int:
    if not 0 <= given <= LARGEST_PAGE:
        raise refused(f"Page size must be between 1 and {LARGEST_PAGE}.")
    return given or USUAL_PAGE


def _fields(text: str, name: str, valid: tuple[str, ...] = groups.FIELDS) -> tuple[str, ...]:
    if not text.strip():
        return tuple(each for each in USUAL_FIELDS if each in valid)
    if not re.fullmatch(r"[\w.*,]+", text):
        raise mask_unreadable(name, text)
    paths = tuple(dict.fromkeys(text.split(",")))
    for path in paths:
        if path not in valid:
            raise mask_path(name, path, _PAGE)
    return paths


def _got(asked: Asked) -> dict[str, Any]:
    fields, name = _fields(str(asked.query["groupFields"]), "groupFields"), asked.path["resourceName"]
    if not groups.is_there(asked.book, name):
        raise not_found()
    group_id, most = name.partition("/")[2], int(asked.query["maxMembers"])
    if most < 0:
        raise refused("Max members must be greater than or equal to 0.")
    names = [contact.resource_name for contact in groups.members(asked.book, group_id)][:most]
    return groups.shown(asked.book, group_id, fields) | ({"memberResourceNames": names} if names else {})


# What the answers to writes may show.
_OF_WRITES = ("clientData", "groupType", "metadata", "name")


def _created(asked: Asked) -> dict[str, Any]:
    fields = _fields(str(asked.body.get("readGroupFields") or ""), "readGroupFields", _OF_WRITES)
    group_id = f"{asked.world.address_books.new_id():x}"
    group = groups.made(asked.book, group_id, asked.body.get("contactGroup") or {}, asked.now)
    return groups.shown(asked.book, group.id, fields)


def _updated(asked: Asked) -> dict[str, Any]:
    fields = _fields(str(asked.body.get("readGroupFields") or ""), "readGroupFields", _OF_WRITES)
    named = str(asked.body.get("updateGroupFields") or "name")
    replaced = _fields(named, "updateGroupFields", ("clientData", "name"))
    group = groups.named(asked.book, asked.path["resourceName"])
    groups.changed(asked.book, group, asked.body.get("contactGroup") or {}, replaced, asked.now)
    return groups.shown(asked.book, group.id, fields)


def _deleted(asked: Asked) -> dict[str, Any]:
    group = groups.named(asked.book, asked.path["resourceName"])
    groups.dropped(asked.book, group, asked.now, with_contacts=bool(asked.query["deleteContacts"]))
    return {}


def _modified(asked: Asked) -> dict[str, Any]:
    """Those that are not there, or would be in no group any more, are named in the answer; the others are moved."""
    name, book = asked.path["resourceName"], asked.book
    added = list(asked.body.get("resourceNamesToAdd") or [])
    removed = list(asked.body.get("resourceNamesToRemove") or [])
    if len(added) + len(removed) > MOST_MEMBERS:
        raise refused(f"Number of resource names must be less than or equal to {MOST_MEMBERS}.")
    if not groups.is_there(book, name):
        raise not_found()
    group_id = name.partition("/")[2]
    if added and group_id not in (*book.groups, *book.own):
        raise refused(f'Cannot add members to the system contact group "{name}".')
    contacts = {each: book.living(each) for each in (*added, *removed)}
    stuck = [each for each in removed if _is_last(contacts[each], group_id)]
    for each, contact in contacts.items():
        if contact and each not in stuck:
            into = group_id if each in added else ""
            groups.moved(book, contact, asked.now, into=into, out_of="" if into else group_id)
    lost = [each for each, contact in contacts.items() if contact is None]
    return ({"notFoundResourceNames": lost} if lost else {}) | (
        {"canNotRemoveLastContactGroupResourceNames": stuck} if stuck else {}
    )


def _is_last(contact: Contact | None, group_id: str) -> bool:
    return contact is not None and groups.groups_of(contact) == [group_id]


OPERATIONS: dict[str, Operation] = {
    "contactGroups.list": _listed,
    "contactGroups.get": _got,
    "contactGroups.create": _created,
    "contactGroups.update": _updated,
    "contactGroups.delete": _deleted,
    "contactGroups.members.modify": _modified,
}
