"""Reading the contacts of an account, all of them, and single ones; see `contact_cursor` for how a read goes on.

Lists at Google lag behind what was written, by seconds or by minutes. What a list says of a contact may be older than
what we wrote ourselves, so whoever it names as changed is looked at once more, 200 in a request, and shown as they are
at that moment: reading by name tells of a write at once. In a full read that is done for those in our group alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
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
        persons = said.get("connections", [])
        changes, group = _listed(book, persons, position) if position.is_full else _changed(book, persons, position)
        after = ContactPosition(group=group, page=position.page, token=position.token)
        position = after.turned(said.get("nextPageToken", ""), said.get("nextSyncToken", ""))
        yield Page(changes=changes, cursor=position.sealed(address), complete=not position.page)
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


Shown = tuple[tuple[RemoteChange, ...], str]  # and the group by which it was judged


def _listed(book: AddressBook, persons: Sequence[Mapping[str, Any]], position: ContactPosition) -> Shown:
    group = position.group
    ids = [contacts.id_of(each) for each in persons if contacts.is_in(each, group)]
    now = dict(zip(ids, looked_at(book, ids), strict=True))
    shown = [_shown(contacts.id_of(each), now.get(contacts.id_of(each), each), group) for each in persons]
    return tuple(each for each in shown if not each.gone), group


def _changed(book: AddressBook, persons: Sequence[Mapping[str, Any]], position: ContactPosition) -> Shown:
    ids = list(dict.fromkeys(id_ for each in persons for id_ in (*contacts.former_ids(each), contacts.id_of(each))))
    found = looked_at(book, ids)
    group = _group(book, found, position)
    return tuple(_shown(id_, one, group) for id_, one in zip(ids, found, strict=True)), group


def _group(book: AddressBook, found: Sequence[Found], position: ContactPosition) -> str:
    """Where somebody is outside of the group that we know, it may be another one by now: it is asked for."""
    outside = any(not isinstance(each, Failure) and not contacts.is_in(each, position.group) for each in found)
    return book.group() if outside else position.group


def _shown(id_: str, found: Found, group: str) -> RemoteChange:
    """What could not be read comes without its record."""
    if isinstance(found, Failure):
        return RemoteChange(ref=Ref(id=id_), gone=found.kind is Kind.NOT_FOUND)
    return contacts.change(found, group)


# -- Single contacts


def current(book: AddressBook, refs: Sequence[Ref]) -> list[RemoteChange | ItemError]:
    """The contacts as they stand now. Google does not tell one that was deleted from one that never was."""
    group = book.group() if refs else ""
    return [_one(found, group) for found in looked_at(book, [ref.id for ref in refs])]


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
