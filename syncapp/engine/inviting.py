"""Whom an event is related to in Salesforce: those who are invited, and what a new one is about. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from connectors.errors import Failure
from connectors.records import Address, Event, Invitee, Person, PersonKind, Record, Response
from syncapp.engine.house import Found, House
from syncapp.engine.relating import MOST_LOOKED_UP, about, known_people


@dataclass(frozen=True, kw_only=True)
class Guests:
    """`about_id` is the account or opportunity that an event is to be about, "" for none."""

    invitees: tuple[Invitee, ...] = ()
    about_id: str = ""


NOBODY = Guests()


def invited_outsiders(record: Record, house: House) -> list[str]:
    """The addresses to look for in the CRM, of those who are invited and of whoever invites; to a task nobody is."""
    people = _people(record) if isinstance(record, Event) else []
    found = dict.fromkeys(a.email for a in people if not house.is_own(a))
    return list(found)[:MOST_LOOKED_UP]


def guests(record: Record, house: House, found: Found, *, new: bool) -> Guests | Failure:
    """Whom and what an event is related to. A failure where a person has to be asked.

    One that is there already keeps what it is about, whatever became of it.
    """
    if not isinstance(record, Event):
        return NOBODY
    addresses = invited_outsiders(record, house)
    known = known_people(addresses, house, found)
    if isinstance(known, Failure):
        return known
    about_id = _about(addresses, known, house, found) if new else ""
    if isinstance(about_id, Failure):
        return about_id
    return Guests(invitees=_invited(record, house, known), about_id=about_id)


def _about(addresses: list[str], known: Mapping[str, Person], house: House, found: Found) -> str | Failure:
    """A contact brings their account along, and a lead stands beside nothing: so an account by its domain counts only
    where nobody is known."""
    if known and all(person.kind is PersonKind.LEAD for person in known.values()):
        return ""
    its = about(addresses, known, house, found)
    if isinstance(its, Failure):
        return its
    return its.opportunity_id or ("" if known else its.account_id)


def _invited(event: Event, house: House, known: Mapping[str, Person]) -> tuple[Invitee, ...]:
    """Those whom the CRM knows, contacts and leads before colleagues, whoever's the record is: its owner among them is
    for the connector to leave out."""
    said = {a.address.email: a.response for a in event.attendees}
    outside: dict[str, Invitee] = {}
    for address, person in known.items():
        answer = said.get(address, Response.ACCEPTED)  # whoever invites comes
        outside.setdefault(person.id, Invitee(kind=person.kind, id=person.id, response=answer))
    users = {
        user: Invitee(kind=PersonKind.USER, id=user, response=said.get(a.email, Response.ACCEPTED))
        for a in _people(event)
        if (user := house.colleagues.get(a.email, ""))
    }
    return (*outside.values(), *users.values())


def _people(event: Event) -> list[Address]:
    people = [a.address for a in event.attendees]
    return [*people, event.organizer] if event.organizer else people
