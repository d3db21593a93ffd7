"""Which of several in the CRM is meant: whom a person picked; else a rule says, or it is asked. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from connectors.errors import Failure, Kind, Matched
from connectors.records import Person, SeveralMatch
from syncapp.engine.house import House
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


def ambiguous(address: str, rivals: Rivals, house: House, *, said: str) -> Failure:
    """The question whose an address is; what it offers is what somebody may still read through."""
    return Failure(
        provider="engine",
        code="engine.AMBIGUOUS_MATCH",
        kind=Kind.INVALID,
        said=said,
        matched=Matched.CODE,
        fields=(address,),
        evidence={
            "address": address,
            "address_key": address_key(house.secret, address),
            "candidates": [{"id": each.id, "name": each.name} for each in rivals[:MOST_OFFERED]],
        },
    )


def several_have(address: str, rivals: tuple[Person, ...], house: House) -> Failure:
    """That question about people who have the address."""
    return ambiguous(address, rivals, house, said=f"{len(rivals)} {rivals[0].kind}s have the address {address}")
