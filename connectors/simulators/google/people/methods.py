"""Which methods of the People API are carried out, by their names in the discovery document.

A method that the document declares and this table lacks is answered with 501.
https://developers.google.com/people/api/rest/v1/people
"""

from __future__ import annotations

from functools import partial
from typing import Any

from connectors.simulators.google.answers import ApiError, not_simulated
from connectors.simulators.google.people import group_methods, listing, masks, showing, writing
from connectors.simulators.google.people.asked import Asked, Operation, found, is_me, writable
from connectors.simulators.google.people.checking import check_room
from connectors.simulators.google.people.errors import contacts_not_found, refused, status
from connectors.simulators.google.people.masks import Mask
from connectors.simulators.google.people.store import Contact, Fields

MOST_READ, MOST_WRITTEN, MOST_DELETED = 200, 200, 500


# -- One contact


def _got(asked: Asked) -> dict[str, Any]:
    return _person(asked, asked.path["resourceName"], _person_fields(asked))


def _created(asked: Asked) -> dict[str, Any]:
    mask = _person_fields(asked, required=False)
    check_room(asked.book)
    return _shown(_put(asked, asked.world.address_books.new_id(), writing.new(asked.book, asked.body)), mask)


def _updated(asked: Asked) -> dict[str, Any]:
    replaced = masks.changed(str(asked.query["updatePersonFields"]), "updatePersonFields")
    mask = _person_fields(asked, required=False)
    contact = writable(asked, asked.path["resourceName"])
    writing.check_etag(contact, asked.body)
    return _shown(_put(asked, contact.id, writing.changed(asked.book, contact, asked.body, replaced)), mask)


def _deleted(asked: Asked) -> dict[str, Any]:
    return _gone(asked, [asked.path["resourceName"]])


def _person_fields(asked: Asked, *, required: bool = True) -> Mask:
    if asked.query.get("requestMask.includeField"):
        raise not_simulated("requestMask.includeField")
    return masks.wanted(str(asked.query["personFields"]), "personFields", required=required)


def _person(asked: Asked, resource_name: str, mask: Mask) -> dict[str, Any]:
    if is_me(asked, resource_name):
        return showing.profile(asked.account, mask)
    return _shown(found(asked, resource_name), mask)


def _shown(contact: Contact, mask: Mask) -> dict[str, Any]:
    return showing.person(contact, contact.latest, mask)


def _put(asked: Asked, contact_id: int, fields: Fields) -> Contact:
    return asked.book.put(contact_id, fields, asked.now)


# -- Many contacts


def _batch_got(asked: Asked) -> dict[str, Any]:
    """Each for itself: one that is not there does not refuse the others."""
    mask, names = _person_fields(asked), list(asked.query["resourceNames"])
    _check_count(names, "resource names", MOST_READ)
    return {"responses": [_response(asked, name, mask) for name in names]}


def _response(asked: Asked, name: str, mask: Mask) -> dict[str, Any]:
    try:
        return _done(name, _person(asked, name, mask))
    except ApiError as refusal:
        return {"httpStatusCode": refusal.status, "requestedResourceName": name, "status": status(refusal)}


def _done(name: str, person: dict[str, Any]) -> dict[str, Any]:
    return {"httpStatusCode": 200, "person": person, "requestedResourceName": name, "status": {}}


def _batch_created(asked: Asked) -> dict[str, Any]:
    bodies = [one.get("contactPerson") or {} for one in asked.body.get("contacts") or []]
    _check_count(bodies, "contacts", MOST_WRITTEN)
    mask = _read_mask(asked)
    check_room(asked.book, len(bodies))
    ways = {str(place): partial(writing.new, asked.book, body) for place, body in enumerate(bodies)}
    fields = writing.all_or_none("Create", ways)
    made = [_put(asked, asked.world.address_books.new_id(), one) for one in fields.values()]
    return {"createdPeople": [_done(c.resource_name, _shown(c, mask)) for c in made]} if mask else {}


def _batch_updated(asked: Asked) -> dict[str, Any]:
    bodies = dict(asked.body.get("contacts") or {})
    _check_count(list(bodies), "contacts", MOST_WRITTEN)
    replaced, mask = masks.changed(str(asked.body.get("updateMask") or ""), "updateMask"), _read_mask(asked)
    ways = {name: partial(_change_of, asked, name, body or {}, replaced) for name, body in bodies.items()}
    fields = writing.all_or_none("Update", ways)
    made = {name: _put(asked, found(asked, name).id, one) for name, one in fields.items()}
    return {"updateResult": {name: _done(name, _shown(c, mask)) for name, c in made.items()}} if mask else {}


def _change_of(asked: Asked, name: str, body: dict[str, Any], replaced: Mask) -> Fields:
    contact = writable(asked, name)
    writing.check_etag(contact, body)
    return writing.changed(asked.book, contact, body, replaced)


def _batch_deleted(asked: Asked) -> dict[str, Any]:
    names = list(asked.body.get("resourceNames") or [])
    _check_count(names, "resource names", MOST_DELETED)
    return _gone(asked, names)


def _gone(asked: Asked, names: list[str]) -> dict[str, Any]:
    """Deletes all of them or, where one is not there, none."""
    contacts = [asked.book.living(name) for name in names]
    missing = [place for place, contact in enumerate(contacts) if contact is None]
    if missing:
        raise contacts_not_found(missing)
    for contact in contacts:
        if contact:
            asked.book.put(contact.id, {}, asked.now, deleted=True)
    return {}


def _read_mask(asked: Asked) -> Mask:
    """The mask of the answer; an empty one asks for no persons."""
    text = str(asked.body.get("readMask") or "")
    return () if masks.skipped(text) else masks.wanted(text, "readMask")


def _check_count(given: list[Any], what: str, most: int) -> None:
    if not given:
        raise refused(f"At least one of the {what} is required.")
    if len(given) > most:
        raise refused(f"Number of {what} must be less than or equal to {most}.")


OPERATIONS: dict[str, Operation] = {
    "people.connections.list": listing.answer,
    "people.get": _got,
    "people.getBatchGet": _batch_got,
    "people.createContact": _created,
    "people.updateContact": _updated,
    "people.deleteContact": _deleted,
    "people.batchCreateContacts": _batch_created,
    "people.batchUpdateContacts": _batch_updated,
    "people.batchDeleteContacts": _batch_deleted,
    **group_methods.OPERATIONS,
}
