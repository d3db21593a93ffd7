"""`people.connections.list`: the contacts, page by page, and a sync token at the end for whoever asked for one.

The token on the last page stands for everything that was known when the first page was made. It is good for seven
days after the list in full that it goes back to, and for the same parameters only. An answer that has no contacts
has no `connections` and no totals, as recorded.
"""

from __future__ import annotations

import base64
import binascii
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from connectors.simulators.google.answers import ApiError, not_simulated
from connectors.simulators.google.people import masks, showing
from connectors.simulators.google.people.asked import ME, Asked, is_me
from connectors.simulators.google.people.errors import refused, sync_token_expired
from connectors.simulators.google.people.masks import Mask
from connectors.simulators.google.people.store import KEPT, Contact, Version

LARGEST_PAGE, USUAL_PAGE = 1_000, 100
SYNC_ORDERS = ("", "LAST_MODIFIED_ASCENDING")
BOUND_TO_SYNC = ("personFields", "sources", "pageSize")
BOUND_TO_PAGE = (*BOUND_TO_SYNC, "sortOrder", "syncToken", "requestSyncToken")
_OF_CONTACTS = ("READ_SOURCE_TYPE_UNSPECIFIED", "READ_SOURCE_TYPE_CONTACT")

Entry = tuple[Contact, Version]


@dataclass(frozen=True, kw_only=True)
class Place:
    """What a sync token stands for: a change of the book, and when the list in full was made, in seconds since 1970."""

    change: int
    full_at: float
    generation: int


def answer(asked: Asked) -> dict[str, Any]:
    """One page. Raises `ApiError` 400."""
    mask, size, since = _read(asked)
    known, full_at = asked.book.known(asked.now), since.full_at if since else asked.now
    found = sorted(_entries(asked, since), key=lambda entry: _key(asked, entry))
    first = 0
    if asked.query["pageToken"]:
        known, full_at, key = _opened_page(asked)
        first = bisect_right(found, key, key=lambda entry: _key(asked, entry))
    shown = found[first : first + size]
    result: dict[str, Any] = {}
    if found:
        result["connections"] = [showing.person(c, v, mask, listed=True) for c, v in shown]
        result |= {"totalPeople": len(found), "totalItems": len(found)}
    if first + size < len(found):
        place = (known, full_at, _key(asked, shown[-1]))
        return result | {"nextPageToken": asked.world.pages.issue(_listing(asked), place)}
    if since or asked.query["requestSyncToken"]:
        result["nextSyncToken"] = _token(asked, known, full_at)
    return result


def _read(asked: Asked) -> tuple[Mask, int, Place | None]:
    """The mask, the size of a page, and the place from which on changes are asked for."""
    query = asked.query
    if not is_me(asked, asked.path["resourceName"]):
        raise refused(f"Only {ME} is valid.")
    if query["requestMask.includeField"]:
        raise not_simulated("requestMask.includeField")
    mask = masks.wanted(str(query["personFields"]), "personFields")
    syncs = bool(query["syncToken"] or query["requestSyncToken"])
    if syncs and query["sortOrder"] not in SYNC_ORDERS:
        raise refused("Sort order cannot be specified when a sync is requested.")
    return mask, _size(int(query["pageSize"])), _since(asked)


def _size(given: int) -> int:
    if given > LARGEST_PAGE:
        raise refused(f"Page size must be less than or equal to {LARGEST_PAGE}.")
    if given < 0:
        raise refused("Page size must be greater than or equal to 0.")
    return given or USUAL_PAGE


def is_full_sync(query: Mapping[str, list[str]]) -> bool:
    """Whether a request asks for the first page of a list in full that ends in a sync token."""
    said = {name: values[-1] for name, values in query.items() if values}
    return said.get("requestSyncToken") == "true" and not said.get("syncToken") and not said.get("pageToken")


# -- What is in the list


def _entries(asked: Asked, since: Place | None) -> list[Entry]:
    sources = asked.query["sources"]
    if sources and not set(sources) & set(_OF_CONTACTS):
        return []
    book = asked.book
    known = book.known(asked.now)
    pairs = [(contact, contact.known(known)) for contact in book.contacts.values()]
    if since:
        return [(c, v) for c, v in pairs if v and v.change > since.change]
    return [(c, v) for c, v in pairs if v and not v.deleted]


def _key(asked: Asked, entry: Entry) -> tuple[Any, ...]:
    contact, version = entry
    order = asked.query["sortOrder"]
    if order == "LAST_MODIFIED_DESCENDING":
        return (-version.change,)
    if order in ("FIRST_NAME_ASCENDING", "LAST_NAME_ASCENDING"):
        parts = (version.fields.get("names") or [{}])[0]
        names = [str(parts.get(name, "")).casefold() for name in ("givenName", "familyName")]
        return (*(names if order.startswith("FIRST") else names[::-1]), contact.id)
    return (version.change,)


# -- Tokens


def _listing(asked: Asked) -> tuple[Any, ...]:
    return (asked.account.email, "connections", *(str(asked.query[name]) for name in BOUND_TO_PAGE))


def _opened_page(asked: Asked) -> Any:
    try:
        return asked.world.pages.open(str(asked.query["pageToken"]), _listing(asked))
    except ApiError:
        raise refused() from None


def _bound(asked: Asked) -> str:
    return "|".join(str(asked.query[name]) for name in BOUND_TO_SYNC)


def _token(asked: Asked, change: int, full_at: float) -> str:
    text = "\n".join((asked.account.email, str(change), str(full_at), str(asked.book.generation), _bound(asked)))
    return base64.urlsafe_b64encode(text.encode()).decode()


def _since(asked: Asked) -> Place | None:
    token = str(asked.query["syncToken"])
    if not token:
        return None
    try:
        owner, change, full_at, born, bound = base64.b64decode(token, "-_", validate=True).decode().split("\n")
        place = Place(change=int(change), full_at=float(full_at), generation=int(born))
    except (ValueError, binascii.Error):
        raise refused() from None
    if owner != asked.account.email:
        raise refused()
    if place.generation < asked.book.generation or place.full_at < asked.now - KEPT:
        raise sync_token_expired()
    if bound != _bound(asked):
        raise refused("Request parameters must match those of the call that returned the sync token.")
    return place
