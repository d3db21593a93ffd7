"""Reading the contacts of an account, all of them, and single ones; see `contact_cursor` for how a read goes on.

Lists at Google lag behind what was written, by seconds or by minutes: reading by name tells of a write at once. What a
list says of a contact may be older than what we wrote ourselves, so its pages say that they lag, and whoever has
written a contact looks at it once more, 200 in a request. Here that is done for those alone of whom a list does not say
all: who was merged into another one, and who has more addresses or numbers than a list shows.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from connectors.errors import Answer, ConnectorError, Failure, ItemError, Kind
from connectors.google import contacts
from connectors.google.contact_cursor import ContactPosition
from connectors.google.contact_groups import AddressBook
from connectors.google.errors import DIALECT
from connectors.google.parts import gone, unreadable
from connectors.google.people_client import READ
from connectors.records import Page, Record, Ref, RemoteChange

PAGE = 1_000  # the most that connections.list gives
# The most that a list shows of a person's addresses, and of their numbers.
# https://developers.google.com/people/api/rest/v1/people.connections/list
SHOWN = 100
GONE = gone("contact")
Found = Mapping[str, Any] | Failure  # a person, or why there is none

# Codes of google.rpc.Code as HTTP has them, and their names.
_WORDS = {
    3: (400, "INVALID_ARGUMENT"),
    5: (404, "NOT_FOUND"),
    7: (403, "PERMISSION_DENIED"),
    8: (429, "RESOURCE_EXHAUSTED"),
    9: (400, "FAILED_PRECONDITION"),
    13: (500, "INTERNAL"),
    14: (503, "UNAVAILABLE"),
    16: (401, "UNAUTHENTICATED"),
}


def pages(book: AddressBook, address: str, cursor: str | None) -> Iterator[Page]:
    """As `MailConnector.pull`. Before a full read our group is made where it is missing, so that people find it."""
    position = ContactPosition(group=book.sure_group()) if cursor is None else ContactPosition.opened(cursor, address)
    while True:
        said = _page(book, position)
        book.supposed = position.group
        changes, group = _shown(book, said.get("connections", []), full=position.is_full)
        after = ContactPosition(group=group, page=position.page, token=position.token)
        position = after.turned(said.get("nextPageToken", ""), said.get("nextSyncToken", ""))
        yield Page(changes=changes, cursor=position.sealed(address), complete=not position.page, lags=True)
        if not position.page:
            return


def _page(book: AddressBook, position: ContactPosition) -> dict[str, Any]:
    """One page of the list. All that may be wrong with such a request is where it goes on: Google does not say that a
    token of its own is too old for it, or from a request that was another one.
    """
    try:
        return book.client.changes(size=PAGE, page=position.page, token=position.token)
    except ConnectorError as error:
        if error.failure.kind is not Kind.INVALID or not (position.page or position.token):
            raise
        forgotten = replace(error.failure, code="google.invalidPageToken", kind=Kind.CURSOR_EXPIRED)
        raise ConnectorError(forgotten) from None


def _shown(
    book: AddressBook, persons: Sequence[Mapping[str, Any]], *, full: bool
) -> tuple[tuple[RemoteChange, ...], str]:
    """What a page of a list says, and the group by which it was judged. A full read shows whoever is there, and nothing
    of those who were merged into them."""
    listed: dict[str, Found] = {contacts.id_of(each): each for each in persons}
    asked = [] if full else [id_ for each in persons for id_ in _merged(each)]
    asked += [contacts.id_of(each) for each in persons if _is_cut(each)]
    found = listed | dict(zip(asked, looked_at(book, asked), strict=True))
    group = book.supposed if full else _group(book, found.values())
    changes = (_told(id_, each, group) for id_, each in found.items())
    return tuple(each for each in changes if not (full and each.gone)), group


def _merged(said: Mapping[str, Any]) -> list[str]:
    """Those who became one, the one that goes on among them."""
    former = contacts.former_ids(said)
    return [*former, contacts.id_of(said)] if former else []


def _is_cut(said: Mapping[str, Any]) -> bool:
    return any(len(said.get(name, ())) >= SHOWN for name in ("emailAddresses", "phoneNumbers"))


def _group(book: AddressBook, found: Iterable[Found]) -> str:
    """Where somebody is outside of the group that we suppose, it may be another one by now: it is asked for."""
    there = (each for each in found if not isinstance(each, Failure) and not contacts.is_gone(each))
    outside = any(not contacts.is_in(each, book.supposed) for each in there)
    return book.group() if outside else book.supposed


def _told(id_: str, found: Found, group: str) -> RemoteChange:
    """What could not be read comes without its record."""
    if isinstance(found, Failure):
        return RemoteChange(ref=Ref(id=id_), gone=found.kind is Kind.NOT_FOUND)
    return contacts.change(found, group)


# -- Single contacts


def current(book: AddressBook, refs: Sequence[Ref]) -> list[RemoteChange | ItemError]:
    """The contacts as they stand now. Google does not tell one that was deleted from one that never was."""
    found = looked_at(book, [ref.id for ref in refs])
    group = _group(book, found)
    return [_one(each, group) for each in found]


def _one(found: Found, group: str) -> RemoteChange | ItemError:
    if isinstance(found, Failure):
        return ItemError(failure=found)
    change = contacts.change(found, group)
    return change if change.record else ItemError(failure=unreadable("contact"))


def looked_at(book: AddressBook, ids: Sequence[str]) -> list[Found]:
    """What Google says of each of them, or why it does not. Raises `ConnectorError` where it says nothing of any."""
    asked = list(dict.fromkeys(filter(contacts.is_id, ids)))
    said: dict[str, Mapping[str, Any]] = {}
    for at in range(0, len(asked), READ):
        said |= book.client.get([contacts.resource_name(each) for each in asked[at : at + READ]])
    return [_person(id_, said.get(contacts.resource_name(id_))) for id_ in ids]


def _person(id_: str, said: Mapping[str, Any] | None) -> Found:
    """Where it was merged into another one, Google shows that one."""
    if said is None:
        return GONE
    person = said.get("person")
    if person:
        return person if contacts.id_of(person) == id_ and not contacts.is_gone(person) else GONE
    return _refusal(said)


def _refusal(said: Mapping[str, Any]) -> Failure:
    """What an answer says of one contact among others, as if it had been asked for alone."""
    told = said.get("status") or {}
    status, word = _WORDS.get(int(told.get("code") or 0), (int(said.get("httpStatusCode") or 0), ""))
    error = {"code": status, "message": told.get("message", ""), "status": word, "details": told.get("details", [])}
    failure = DIALECT.verdict(Answer(status=status, body=json.dumps({"error": error})))
    if failure.kind is Kind.AUTH:
        raise ConnectorError(failure)
    return failure


# -- The same contact twice


def twins(book: AddressBook, records: Sequence[Record], since: datetime) -> list[tuple[Ref, ...]]:
    """As `MailConnector.twins`: who was changed since then and has the same key, found by a list without a sync token.

    How sure that is: Google documents a delay of several minutes for lists with a sync token, and nothing for one
    without; users have seen seconds. Its search answers from an index that lags too, and does not look at keys. So who
    is found is there, looked at by name; who is not found may have been made some minutes ago at most. Who asks waits
    for as long before anything is made again.
    """
    keys = {record.key for record in records} - {""}
    made = sorted(_since(book, since, keys), key=lambda each: contacts.changed_at(each) or since)
    ids = [contacts.id_of(each) for each in made]
    alive = [each for each in looked_at(book, ids) if not isinstance(each, Failure)]
    return [tuple(contacts.ref(each) for each in alive if _is_of(each, record)) for record in records]


def _is_of(said: Mapping[str, Any], record: Record) -> bool:
    return bool(record.key) and contacts.key(said) == record.key


def _since(book: AddressBook, since: datetime, keys: set[str]) -> Iterator[Mapping[str, Any]]:
    page = ""
    while True:
        said = book.client.newest(size=PAGE, page=page)
        for each in said.get("connections", []):
            if (contacts.changed_at(each) or since) < since:
                return
            if contacts.key(each) in keys:
                yield each
        page = said.get("nextPageToken", "")
        if not page:
            return
