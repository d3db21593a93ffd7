"""Whom a message belongs to in Salesforce, and whether it belongs there at all. Rules, not luck. Pure.

In this order:

1. Drafts, spam and trash stay out, what its labels keep out, and mail among the organization's own addresses alone.
2. What could not be read whole is an issue.
3. Each outside address: one contact, else one lead; then whoever has it as a second one. Several of the better kind:
   whom a person picked, if that is one of them; else the organization's setting says which, or an issue asks.
4. The account: that of the first contact who has one. Else, where the organization wishes, the one whose domain the
   first address has that is of no contact; several of them are judged as several people are.
5. The opportunity, where the organization wishes: the account's only open one, its one that was changed last, or the
   one in which the first contact has a role. In the last case several are judged as several people are.
6. Nobody found: the organization's setting says what becomes of it; what nobody wrote, as a bounce, makes no lead. With
   an account it is not left out: it is logged there, or a lead is made all the same, in that company.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from connectors.errors import Failure, Kind, Matched
from connectors.labels import LabelRules
from connectors.policies import NoMatch
from connectors.records import (
    Address,
    CaseWrite,
    Email,
    EmailWrite,
    Flag,
    Link,
    Party,
    Person,
    PersonKind,
    PersonWrite,
    Record,
)
from connectors.translation import gettext_noop
from syncapp.engine import routing
from syncapp.engine.headers import worded
from syncapp.engine.house import Found, House
from syncapp.engine.identity import case_key, lead_key
from syncapp.engine.inviting import invited_outsiders
from syncapp.engine.relating import MOST_LOOKED_UP, NOTHING, About, about, known_people


@dataclass(frozen=True, kw_only=True)
class Out:
    """The message stays out, by a rule that has a name."""

    rule: str


@dataclass(frozen=True, kw_only=True)
class Write:
    """The message goes to Salesforce like this."""

    write: EmailWrite


@dataclass(frozen=True, kw_only=True)
class LeadFirst:
    """Before the message, this lead has to be there. `beside` is what is known of the domains in it."""

    lead: PersonWrite
    beside: Found = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class CaseFirst:
    """The message goes to this case, which has to be there before."""

    case: CaseWrite
    write: EmailWrite


@dataclass(frozen=True, kw_only=True)
class Problem:
    """A person has to decide."""

    failure: Failure


Decision = Out | Write | LeadFirst | CaseFirst | Problem

RULES = {
    "draft": gettext_noop("Drafts are not sent yet."),
    "spam": gettext_noop("The mail provider calls it spam."),
    "trash": gettext_noop("It lies in the trash."),
    "labelled": gettext_noop("It has a label that keeps mail out of Salesforce."),
    "not_labelled": gettext_noop("It has none of the labels whose mail goes to Salesforce."),
    "internal_only": gettext_noop("Only colleagues took part."),
    "no_match": gettext_noop("Nobody in Salesforce has these addresses, and your organization leaves such mail out."),
}
# What one mailbox calls spam another may not.
MAILBOX_RULES = frozenset({"draft", "spam", "trash", "labelled", "not_labelled"})
_FLAGGED = {Flag.DRAFT: "draft", Flag.SPAM: "spam", Flag.TRASH: "trash"}
_UNREAD = {Flag.OVERSIZED: "engine.MESSAGE_TOO_LARGE", Flag.UNREADABLE: "engine.MESSAGE_UNREADABLE"}


def filed(email: Email, labels: LabelRules) -> str:
    """The rule by which its own mailbox's filing keeps a message out, one of `MAILBOX_RULES`; "" if none does."""
    for flag, rule in _FLAGGED.items():
        if flag in email.flags:
            return rule
    return labels.kept_out(email.labels)


def kept_out(email: Email, house: House) -> str:
    """The rule that keeps a message out whoever is in Salesforce; "" if none does."""
    if rule := filed(email, house.labels):
        return rule
    people = email.addresses(*Party)
    return "internal_only" if people and all(house.is_own(a) for a in people) else ""


def outsiders(email: Email, house: House) -> list[str]:
    """The addresses to look for in Salesforce, the sender's first, each once; none where a rule has decided already.

    A header of one mail may name thousands, and each five hundred cost a call of the customer's allowance. Those
    beyond the first `MOST_LOOKED_UP` are logged as addresses without a relation.
    """
    if kept_out(email, house):
        return []
    found = dict.fromkeys(a.email for a in email.addresses(*Party) if not house.is_own(a))
    return list(found)[:MOST_LOOKED_UP]


def looked_up(of: Email | Record, house: House) -> list[str]:
    """What the CRM is asked for: the outside addresses of a message, or of those who are invited, and their domains
    where these may say which account it is about."""
    addresses = outsiders(of, house) if isinstance(of, Email) else invited_outsiders(of, house)
    is_of_case = isinstance(of, Email) and _case_owner(of, house) is not None
    return addresses if is_of_case else [*addresses, *house.entries(addresses)]


def decide(email: Email, key: str, house: House, found: Found) -> Decision:
    """What becomes of a message. `found` answers for all of its `outsiders`."""
    if rule := kept_out(email, house):
        return Out(rule=rule)
    for flag, code in _UNREAD.items():
        if flag in email.flags:
            return Problem(failure=_engine(code, Kind.INVALID))
    addresses = outsiders(email, house)
    known = known_people(addresses, house, found)
    if isinstance(known, Failure):
        return Problem(failure=known)
    owner_id = _case_owner(email, house)
    if owner_id is not None:
        case = _case(email, key, house, known, owner_id)
        return CaseFirst(case=case, write=_written(email, key, house, known, NOTHING))
    return _related(email, key, house, found, known)


def _related(email: Email, key: str, house: House, found: Found, known: Mapping[str, Person]) -> Decision:
    """What becomes of a message that is about people and, at the most, an account."""
    addresses = outsiders(email, house)
    its = about(addresses, known, house, found)
    if isinstance(its, Failure):
        return Problem(failure=its)
    if not known and (instead := _nobody(addresses, email, house, found, its)):
        return instead
    return Write(write=_written(email, key, house, known, its))


def _case_owner(email: Email, house: House) -> str | None:
    """Who owns the case of a message, "" for whom Salesforce gives it to; None where it belongs to none."""
    named = [a.email for a in email.addresses(*Party) if house.is_own(a)]
    return routing.case_owner(named, house.mailbox, house.routes, house.cases)


def _case(email: Email, key: str, house: House, known: Mapping[str, Person], owner_id: str) -> CaseWrite:
    """Its contact is the first outside address that is of one."""
    contacts = (person.id for person in known.values() if person.kind is PersonKind.CONTACT)
    return CaseWrite(
        key=case_key(house.secret, email, key),
        subject=email.subject,
        text=worded(email).text,
        sender=email.sender,
        contact_id=next(contacts, ""),
        owner_id=owner_id,
    )


def _nobody(addresses: list[str], email: Email, house: House, found: Found, its: About) -> Decision | None:
    """No outside address is known; None means: log it without a person, and with the account if there is one."""
    if house.no_match == NoMatch.FILTER and not its.account_id:
        return Out(rule="no_match")
    if house.no_match == NoMatch.LEAD and addresses and Flag.AUTOMATIC not in email.flags:
        person = next(a for a in email.addresses(*Party) if a.email == addresses[0])
        beside = {entry: found.get(entry, ()) for entry in house.entries(addresses)}
        return LeadFirst(lead=_lead(person, house, its.company), beside=beside)
    return None


def _lead(person: Address, house: House, company: str) -> PersonWrite:
    first, last = split_name(person.name)
    return PersonWrite(
        key=lead_key(house.secret, person.email),
        email=person.email,
        first_name=first,
        last_name=last,
        company=company or person.domain,
        owner_id=house.owner_id,
    )


def split_name(name: str) -> tuple[str, str]:
    """(first, last): “Ann B. Smith” and “Smith, Ann B.” are the same person; one word is a last name."""
    last, _, first = name.partition(",")
    if first.strip() and last.strip():
        return first.strip(), last.strip()
    first, _, last = name.strip(", ").rpartition(" ")
    return first.strip(), last


def _written(email: Email, key: str, house: House, known: Mapping[str, Person], its: About) -> EmailWrite:
    links = [
        Link(party=p.party, person_id=person_id, address=p.address.email)
        for p in email.participants
        if (person_id := _record_of(p.address, house, known))
    ]
    sender = email.sender
    return EmailWrite(
        key=key,
        email=worded(email),
        incoming=sender is None or not house.is_own(sender),
        links=tuple(dict.fromkeys(links)),
        account_id=its.account_id,
        opportunity_id=its.opportunity_id,
    )


def _record_of(address: Address, house: House, known: Mapping[str, Person]) -> str:
    person = known.get(address.email)
    return person.id if person else house.colleagues.get(address.email, "")


def _engine(code: str, kind: Kind) -> Failure:
    return Failure(provider="engine", code=code, kind=kind, matched=Matched.CODE)
