"""What a message is about, and which of several in the CRM is meant. Pure.

Whom a person picked comes first, as long as it is still among them; then the organization's rule, which may be to ask.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from connectors.errors import Failure, Kind, Matched
from connectors.records import Person, PersonKind, SeveralMatch
from syncapp.engine.house import Found, House
from syncapp.engine.identity import address_key

MOST_OFFERED = 30
Rivals = tuple[Person, ...]


def one_of(address: str, rivals: Rivals, house: House) -> Person | None:
    """The only one; else whom a person picked, as long as they have the address; else whom the rule takes, None if that
    is to ask. `rivals` come oldest first."""
    if len(rivals) == 1:
        return rivals[0]
    picked = house.picks.get(address_key(house.secret, address)) if house.picks else None
    by_hand = next((each for each in rivals if each.id == picked), None)
    return by_hand or _BY_RULE[SeveralMatch(house.several)](rivals)


def _last_active(rivals: Rivals) -> Person:
    """The oldest of those whose last activity is of the same day, and of all if there was none."""
    return max(rivals, key=lambda each: each.active or date.min)


_BY_RULE: Mapping[SeveralMatch, Callable[[Rivals], Person | None]] = {
    SeveralMatch.ASK: lambda _: None,
    SeveralMatch.OLDEST: lambda rivals: rivals[0],
    SeveralMatch.NEWEST: lambda rivals: rivals[-1],
    SeveralMatch.LAST_ACTIVE: _last_active,
}


@dataclass(frozen=True, kw_only=True)
class About:
    """What a message is about, beside people: the ids are "" where it is about nothing.

    `company` is the name of an account that was found by a domain alone.
    """

    account_id: str = ""
    company: str = ""


def about(addresses: Sequence[str], known: Mapping[str, Person], house: House, found: Found) -> About | Failure:
    """The account of the first contact that has one; else the one whose domain the first address has that is of no
    contact. A failure where several have the domain and a person has to be asked."""
    contacts = [person for person in known.values() if person.kind is PersonKind.CONTACT]
    account_id = next((person.account_id for person in contacts if person.account_id), "")
    if account_id:
        return About(account_id=account_id)
    strangers = (a for a in addresses if a not in known or known[a].kind is not PersonKind.CONTACT)
    entry = next((each for each in house.entries(strangers) if found.get(each)), "")
    return _by_domain(entry, found[entry], house) if entry else About()


def _by_domain(entry: str, rivals: Rivals, house: House) -> About | Failure:
    account = one_of(entry, rivals, house)
    if account is None:
        return ambiguous(entry, rivals, house)
    return About(account_id=account.id, company=account.name)


_QUESTIONS: Mapping[PersonKind, tuple[str, str]] = {
    PersonKind.ACCOUNT: ("engine.AMBIGUOUS_ACCOUNT", "{} accounts have the domain {}"),
    PersonKind.CONTACT: ("engine.AMBIGUOUS_MATCH", "{} contacts have the address {}"),
    PersonKind.LEAD: ("engine.AMBIGUOUS_MATCH", "{} leads have the address {}"),
}


def ambiguous(address: str, rivals: Rivals, house: House) -> Failure:
    """The question whose an address, or a domain, is; what it offers is what somebody may still read through."""
    code, said = _QUESTIONS[rivals[0].kind]
    return Failure(
        provider="engine",
        code=code,
        kind=Kind.INVALID,
        said=said.format(len(rivals), address),
        matched=Matched.CODE,
        fields=(address,),
        evidence={
            "address": address,
            "address_key": address_key(house.secret, address),
            "asks": rivals[0].kind.value,
            "candidates": [{"id": each.id, "name": each.name} for each in rivals[:MOST_OFFERED]],
        },
    )
