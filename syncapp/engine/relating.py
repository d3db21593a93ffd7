"""Whose an address is, what a message is about, and which of several in the CRM is meant. Pure.

Whom a person picked comes first, as long as it is still among them; then the organization's rule, which may be to ask.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

from connectors.errors import Failure, Kind, Matched
from connectors.records import Person, PersonKind
from connectors.relations import Opportunity, OpportunityRule, SeveralMatch
from syncapp.engine.house import Found, House
from syncapp.engine.identity import address_key, opportunity_key

MOST_OFFERED = 30
MOST_LOOKED_UP = 200
R = TypeVar("R", Person, Opportunity)


def one_of(key: str, rivals: Sequence[R], house: House) -> R | None:
    """The only one; else the one that a person picked for this key, as long as it is among them; else the one that the
    rule takes, None if that is to ask. `rivals` come oldest first."""
    if len(rivals) == 1:
        return rivals[0]
    picked = house.picks.get(key)
    by_hand = next((each for each in rivals if each.id == picked), None)
    return by_hand or _by_rule(SeveralMatch(house.several), rivals)


def _by_rule(rule: SeveralMatch, rivals: Sequence[R]) -> R | None:
    """Of those whose last activity is of the same day, and of all if there was none, the oldest is the last active."""
    match rule:
        case SeveralMatch.ASK:
            return None
        case SeveralMatch.OLDEST:
            return rivals[0]
        case SeveralMatch.NEWEST:
            return rivals[-1]
        case SeveralMatch.LAST_ACTIVE:
            return max(rivals, key=lambda each: each.active or date.min)


@dataclass(frozen=True, kw_only=True)
class About:
    """What a message is about, beside people: the ids are "" where it is about nothing.

    `company` is the name of an account that was found by a domain alone.
    """

    account_id: str = ""
    company: str = ""
    opportunity_id: str = ""


NOTHING = About()


def about(addresses: Sequence[str], known: Mapping[str, Person], house: House, found: Found) -> About | Failure:
    """The account of the first contact that has one; else the one whose domain the first address has that is of no
    contact. And the opportunity, by the organization's rule. A failure where a person has to be asked about either."""
    contact = next((p for p in known.values() if p.kind is PersonKind.CONTACT and p.account_id), None)
    owner = contact or _by_domain(addresses, known, house, found)
    if isinstance(owner, Failure):
        return owner
    opportunity = _opportunity(owner, known, house)
    if isinstance(opportunity, Failure):
        return opportunity
    its = About(opportunity_id=opportunity.id if opportunity else "")
    if owner is None:
        return its
    by_domain = owner.kind is PersonKind.ACCOUNT
    account_id, company = (owner.id, owner.name) if by_domain else (owner.account_id, "")
    return replace(its, account_id=account_id, company=company)


def _by_domain(
    addresses: Sequence[str], known: Mapping[str, Person], house: House, found: Found
) -> Person | Failure | None:
    """The account of the first domain that has any."""
    strangers = (a for a in addresses if a not in known or known[a].kind is not PersonKind.CONTACT)
    entry = next((each for each in house.entries(strangers) if found.get(each)), "")
    return whose(entry, found[entry], house) if entry else None


def known_people(addresses: Sequence[str], house: House, found: Found) -> dict[str, Person] | Failure:
    """Whose each address is that is anybody's; a failure for the first one about which a person has to be asked."""
    known: dict[str, Person] = {}
    for address in addresses:
        rivals = _rivals(found.get(address, ()))
        if not rivals:
            continue
        person = whose(address, rivals, house)
        if isinstance(person, Failure):
            return person
        known[address] = person
    return known


def _rivals(found: tuple[Person, ...]) -> tuple[Person, ...]:
    """As good as the first, oldest first: who comes first has the address as their own, and contacts before leads. A
    header may name `@customer.example`, which is nobody's address."""
    people = [person for person in found if person.kind is not PersonKind.ACCOUNT]
    return tuple(p for p in people if (p.secondary, p.kind) == (people[0].secondary, people[0].kind))


def whose(address: str, rivals: Sequence[Person], house: House) -> Person | Failure:
    """The one of several who have an address, or of accounts that have a domain; a failure if a person has to be
    asked."""
    key = address_key(house.secret, address)
    found = one_of(key, rivals, house)
    if found:
        return found
    kind = rivals[0].kind
    code, words = _QUESTIONS[kind]
    said = words.format(len(rivals), address)
    return _question(code, said, rivals, {"address": address, "address_key": key, "asks": kind.value})


def _opportunity(owner: Person | None, known: Mapping[str, Person], house: House) -> Opportunity | Failure | None:
    """That of the account, or that in which the first contact has a role who has any."""
    match OpportunityRule(house.opportunity_rule):
        case OpportunityRule.ONLY if owner and len(owner.opportunities) == 1:
            return owner.opportunities[0]
        case OpportunityRule.LAST_CHANGED if owner and owner.opportunities:
            return max(owner.opportunities, key=lambda each: each.changed_at)
        case OpportunityRule.ROLE:
            return _in_role(known, house)
        case _:
            return None


def _in_role(known: Mapping[str, Person], house: House) -> Opportunity | Failure | None:
    contacts = (p for p in known.values() if p.kind is PersonKind.CONTACT)
    contact = next((each for each in contacts if each.opportunities), None)
    if contact is None:
        return None
    key, rivals = opportunity_key(house.secret, contact.id), contact.opportunities
    said = f"{contact.email} has a role in {len(rivals)} open opportunities"
    asked = {"address": contact.email, "address_key": key, "asks": "opportunity"}
    return one_of(key, rivals, house) or _question("engine.AMBIGUOUS_OPPORTUNITY", said, rivals, asked)


_QUESTIONS: Mapping[PersonKind, tuple[str, str]] = {
    PersonKind.ACCOUNT: ("engine.AMBIGUOUS_ACCOUNT", "{} accounts have the domain {}"),
    PersonKind.CONTACT: ("engine.AMBIGUOUS_MATCH", "{} contacts have the address {}"),
    PersonKind.LEAD: ("engine.AMBIGUOUS_MATCH", "{} leads have the address {}"),
}


def _question(code: str, said: str, rivals: Sequence[R], asked: Mapping[str, str]) -> Failure:
    """What a person has to be asked; it offers what somebody may still read through."""
    return Failure(
        provider="engine",
        code=code,
        kind=Kind.INVALID,
        said=said,
        matched=Matched.CODE,
        fields=(asked["address"],),
        evidence={**asked, "candidates": [{"id": each.id, "name": each.name} for each in rivals[:MOST_OFFERED]]},
    )
