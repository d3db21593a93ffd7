"""How a contact comes into an address book, and changes there.

One way for the API and for the control door. Everything raises the refusals that the API gives; a batch is carried out
as a whole or not at all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from connectors.simulators.google.answers import ApiError
from connectors.simulators.google.people.checking import stored
from connectors.simulators.google.people.errors import no_etag, several, stale
from connectors.simulators.google.people.masks import Mask, updatable
from connectors.simulators.google.people.showing import source_etag
from connectors.simulators.google.people.store import AddressBook, Contact, Fields

_MINE: Fields = {"memberships": [{"contactGroupMembership": {"contactGroupResourceName": "contactGroups/myContacts"}}]}


def new(book: AddressBook, body: dict[str, Any]) -> Fields:
    """The fields of a new contact, in My Contacts unless its body names groups."""
    return stored(book, _MINE | {name: value for name, value in body.items() if value}, updatable(), {})


def changed(book: AddressBook, contact: Contact, body: dict[str, Any], mask: Mask) -> Fields:
    """The contact's fields with those of the mask replaced, or taken away where the body lacks them."""
    return stored(book, body, mask, contact.latest.fields)


def check_etag(contact: Contact, body: dict[str, Any]) -> None:
    """Whether the body comes from the contact as it is now. Of the two etags one is enough; both have to be good."""
    current = contact.etag(contact.latest)
    sources = (body.get("metadata") or {}).get("sources") or []
    given = [s["etag"] for s in sources if s.get("type") == "CONTACT" and s.get("etag")]
    if given and given[0] != current:
        raise stale("person.metadata.sources.etag")
    if not given and not body.get("etag"):
        raise no_etag()
    if body.get("etag") and source_etag(str(body["etag"])) != current:
        raise stale("person.etag")


def all_or_none(kind: str, ways: Mapping[str, Callable[[], Fields]]) -> dict[str, Fields]:
    """What every way gives. Where one of them refuses, one refusal tells of all."""
    results: dict[str, Fields] = {}
    refusals: dict[str, ApiError] = {}
    for name, way in ways.items():
        try:
            results[name] = way()
        except ApiError as refusal:
            refusals[name] = refusal
    if refusals:
        raise several(kind, refusals)
    return results
