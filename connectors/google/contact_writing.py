"""Writing contacts: 200 at a time, new ones, changes and deletions each in one request, one after the other.

A field of a person is replaced as a whole, so whoever is to be changed or deleted is read first: what is written is
what stands there, with our part in it. The etag of what was read goes with a change, and Google refuses it where
somebody was faster. A deletion takes no etag: what somebody changes between the look and the deletion is lost with the
contact, which lies in Google's trash for thirty days.

Google writes all contacts of one request, or none. Where it refuses several, they are written by halves, so that in the
end the bad one alone is refused. Creating is not idempotent: after a lost answer `contact_reading.twins` finds what was
made.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from connectors.errors import ConnectorError, Failure, ItemError, Kind, Matched
from connectors.google import contact_body, contacts
from connectors.google.contact_groups import AddressBook
from connectors.google.contact_reading import Found, looked_at
from connectors.google.parts import in_parts, parts
from connectors.google.people_client import READ
from connectors.records import Put, Ref

Result = Ref | ItemError
# Refusals of one contact's content or state; all others are about the account, and would meet the next one too.
OF_ONE = frozenset({Kind.INVALID, Kind.CONFLICT, Kind.NOT_FOUND, Kind.UNKNOWN})


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A put, and the person whom it is about as they stand now, nothing where it is new."""

    put: Put
    said: Mapping[str, Any]

    @property
    def name(self) -> str:
        return str(self.said.get("resourceName") or "")


Several = Mapping[int, Wanted]  # by the place of each in its part
Write = Callable[[AddressBook, Several], dict[int, Result]]


def put(book: AddressBook, puts: Sequence[Put]) -> list[Result]:
    """As `MailConnector.push`. What a first part told is not lost if a later one fails."""
    return in_parts(parts(puts, _identity, READ), lambda part: _written(book, part))


def _identity(each: Put) -> object:
    """Each new contact is one of its own, whatever it says."""
    return each.ref.id if each.ref else id(each)


def _written(book: AddressBook, part: Sequence[Put]) -> list[Result]:
    refs = {place: each.ref for place, each in enumerate(part) if each.ref}
    found = dict(zip(refs, looked_at(book, [ref.id for ref in refs.values()]), strict=True))
    settled = {place: result for place, one in found.items() if (result := _seen(part[place], refs[place], one))}
    wanted = {
        place: Wanted(put=each, said=_said(found.get(place))) for place, each in enumerate(part) if place not in settled
    }
    results = settled | _carried_out(book, wanted, known=bool(settled))
    return [results[place] for place in range(len(part))]


# -- Before the write


def _seen(each: Put, ref: Ref, found: Found) -> Result | None:
    """What follows from the look, nothing where it may be written."""
    if isinstance(found, Failure):
        is_done = each.record is None and found.kind is Kind.NOT_FOUND
        return ref if is_done else ItemError(failure=found)
    return None if ref.version in ("", contacts.ref(found).version) else ItemError(failure=_changed_meanwhile())


def _said(found: Found | None) -> Mapping[str, Any]:
    return {} if found is None or isinstance(found, Failure) else found


def _changed_meanwhile() -> Failure:
    return Failure(
        provider="google",
        code="google.conditionNotMet",
        kind=Kind.CONFLICT,
        said="the contact was changed meanwhile",
        matched=Matched.CODE,
    )


# -- The write


def _carried_out(book: AddressBook, wanted: Several, *, known: bool) -> dict[int, Result]:
    """Raises `ConnectorError` where nothing is known of any, and nothing else is `known` either."""
    results: dict[int, Result] = {}
    waiting = deque(_jobs(wanted))
    while waiting:
        write, some = waiting.popleft()
        try:
            results |= write(book, some)
        except ConnectorError as error:
            if error.failure.kind not in OF_ONE:
                if not results and not known:
                    raise
                return results | {place: ItemError(failure=error.failure) for place in wanted.keys() - results.keys()}
            if len(some) == 1:
                results |= {place: _refused(each, error.failure) for place, each in some.items()}
            else:
                waiting.extendleft((write, {each: some[each] for each in half}) for half in _halves(list(some)))
    return results


def _halves(places: Sequence[int]) -> tuple[Sequence[int], Sequence[int]]:
    """The second one first: what is put to the left of a queue comes out in the other order."""
    middle = len(places) // 2
    return places[middle:], places[:middle]


def _jobs(wanted: Several) -> list[tuple[Write, Several]]:
    """New ones, changes and deletions."""
    kinds: dict[Write, dict[int, Wanted]] = defaultdict(dict)
    for place, each in wanted.items():
        kinds[_kind(each.put)][place] = each
    return list(kinds.items())


def _kind(put: Put) -> Write:
    if put.ref is None and put.record is None:
        raise ValueError("there is neither a contact to make nor one to delete")
    if put.ref is None:
        return _made
    return _dropped if put.record is None else _changed


def _refused(each: Wanted, failure: Failure) -> Result:
    """To delete what is gone is done."""
    ref = each.put.ref
    if ref and each.put.record is None and failure.kind is Kind.NOT_FOUND:
        return ref
    return ItemError(failure=failure)


def _made(book: AddressBook, some: Several) -> dict[int, Result]:
    """Which is which is told by the keys."""
    group = book.sure_group()
    bodies = [contact_body.new_body(each.put.record, each.put.key, group) for each in some.values() if each.put.record]
    made: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for person in book.client.create(bodies):
        made[contacts.key(person)].insert(0, person)
    return {place: _told(made[each.put.key].pop() if made[each.put.key] else {}) for place, each in some.items()}


def _changed(book: AddressBook, some: Several) -> dict[int, Result]:
    """One list of fields holds for all of them: of whoever has no change in one, it is written as it stands."""
    new = {place: _fields(each) for place, each in some.items()}
    results: dict[int, Result] = {place: contacts.ref(some[place].said) for place, fields in new.items() if not fields}
    written = {place: each for place, each in some.items() if place not in results}
    if not written:
        return results
    names = sorted({name for fields in new.values() for name in fields})
    bodies = {each.name: _body(each, new[place], names) for place, each in written.items()}
    told = book.client.update(bodies, names)
    return results | {place: _told(told.get(each.name, {})) for place, each in written.items()}


def _fields(each: Wanted) -> dict[str, Any]:
    return contact_body.changed(each.said, each.put.record, each.put.fields) if each.put.record else {}


def _body(each: Wanted, fields: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    source = contacts.source(each.said)
    stamp = {"type": "CONTACT", "id": source.get("id"), "etag": source.get("etag")}
    whole = {name: fields.get(name, each.said.get(name, [])) for name in names}
    return {"resourceName": each.name, "metadata": {"sources": [stamp]}, **whole}


def _told(person: Mapping[str, Any]) -> Result:
    """What was written; where the answer does not show it, it may be there all the same."""
    if person:
        return contacts.ref(person)
    said = "the answer does not show the contact"
    return ItemError(failure=Failure(provider="google", code="google.backendError", kind=Kind.TRANSIENT, said=said))


def _dropped(book: AddressBook, some: Several) -> dict[int, Result]:
    book.client.delete([each.name for each in some.values()])
    return {place: each.put.ref for place, each in some.items() if each.put.ref}
