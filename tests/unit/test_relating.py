"""What a message is about beside people: tables of accounts by domain, and of opportunities by rule."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from connectors.policies import NoMatch
from connectors.records import Email, Person, PersonKind
from connectors.relations import Opportunity, OpportunityRule, SeveralMatch
from syncapp.engine.house import House
from syncapp.engine.identity import address_key, opportunity_key
from syncapp.engine.matching import CaseFirst, Decision, LeadFirst, Out, Problem, Write, decide, looked_up
from tests.builders import contact, email

SECRET = "ab" * 32
ANN, BOB = "ann@customer.example", "bob@partner.example"
WEBSITE = ("Website",)


def house(**more: object) -> House:
    values: dict[str, object] = {
        "domains": frozenset({"ours.example"}),
        "no_match": NoMatch.LOG,
        "secret": SECRET,
        "colleagues": {"sales@ours.example": "005000000000001AAA", "me@home.example": ""},
        "account_fields": WEBSITE,
    }
    return House(**(values | more))  # type: ignore[arg-type]  # a table of keyword arguments


def account(number: int = 1, domain: str = "customer.example", *, active: int = 0) -> Person:
    day = date(2026, 11, active) if active else None
    number_ = f"00100000000000{number}AAA"
    return Person(kind=PersonKind.ACCOUNT, id=number_, email=f"@{domain}", name=f"Acme {number}", active=day)


def lead(address: str = ANN) -> Person:
    return Person(kind=PersonKind.LEAD, id="00Q000000000001AAA", email=address, name="Ann")


def decided(message: Email, *people: Person, of: House | None = None) -> Decision:
    at = of or house()
    found = {asked: tuple(p for p in people if p.email == asked) for asked in looked_up(message, at)}
    return decide(message, "k" * 64, at, found)


def about(message: Email, *people: Person, of: House | None = None) -> str:
    decision = decided(message, *people, of=of)
    assert isinstance(decision, Write), decision
    return decision.write.account_id


ONE, TWO, THREE = account(1), account(2), account(3)
KNOWN = contact(ANN, account_id="001000000000009AAA")


# -- What is asked


@pytest.mark.parametrize(
    ("addresses", "asked"),
    [
        ((ANN,), ["@customer.example"]),
        ((ANN, "bob@customer.example"), ["@customer.example"]),  # each domain once
        ((ANN, BOB), ["@customer.example", "@partner.example"]),
        (("ann@gmail.com", "bob@hotmail.co.uk"), []),  # anybody may have a mailbox there
        (("ann@ours.example", "me@home.example", BOB), ["@partner.example"]),
        (("ann@sub.ours.example",), ["@sub.ours.example"]),  # as mail of it is not internal either
        (("ann@Müller.example",), ["@xn--mller-kva.example"]),
        (("no address at all", "ann@", "@"), []),
        (("ann@localhost", "ann@192.0.2.1"), []),
        (("ann@x.example' OR Name LIKE '%",), []),
    ],
)
def test_domains_are_asked_for_with_the_addresses(addresses: tuple[str, ...], asked: list[str]) -> None:
    message = email(addresses[0].lower(), "sales@ours.example", cc=tuple(each.lower() for each in addresses[1:]))
    assert [each for each in looked_up(message, house()) if each.startswith("@") and each != "@"] == asked


def test_none_is_asked_for_where_an_organization_did_not_choose_so() -> None:
    assert looked_up(email(ANN), house(account_fields=())) == [ANN]


def test_none_is_asked_for_by_what_a_rule_keeps_out() -> None:
    assert looked_up(email("a@ours.example", "b@ours.example"), house()) == []


def test_none_is_asked_for_a_message_of_a_case() -> None:
    """What a case is about says its contact."""
    cases = {"sales@ours.example": ""}
    assert looked_up(email(ANN), house(cases=cases)) == [ANN]
    assert isinstance(decided(email(ANN), of=house(cases=cases)), CaseFirst)


def test_the_fields_are_told_to_the_crm() -> None:
    assert house(account_fields=("Website", "Domain__c")).sought.account_fields == ("Website", "Domain__c")


# -- Which account


@pytest.mark.parametrize(
    ("cc", "people", "found"),
    [
        ((), (ONE,), ONE.id),
        ((), (), ""),
        ((), (KNOWN, ONE), KNOWN.account_id),  # a contact's account comes first
        ((BOB,), (replace(KNOWN, email=BOB), ONE), KNOWN.account_id),  # whoever of them is the contact
        ((), (contact(ANN), ONE), ""),  # a contact without an account is meant to have none
        ((BOB,), (contact(ANN), account(2, "partner.example")), TWO.id),  # the other one is a stranger
        ((), (lead(), ONE), ONE.id),  # a lead has no account
        ((BOB,), (ONE, account(2, "partner.example")), ONE.id),  # the sender's domain
        ((BOB,), (account(2, "partner.example"),), TWO.id),  # or the first that leads to one
    ],
)
def test_the_account_of_a_contact_comes_before_that_of_a_domain(
    cc: tuple[str, ...], people: tuple[Person, ...], found: str
) -> None:
    assert about(email(ANN, "sales@ours.example", cc=cc), *people) == found


def test_people_are_related_beside_the_account() -> None:
    decision = decided(email(ANN), lead(), ONE)
    assert isinstance(decision, Write)
    assert [link.person_id for link in decision.write.links] == [lead().id, "005000000000001AAA"]


def test_an_address_that_looks_like_a_question_for_a_domain_is_nobodys() -> None:
    decision = decided(email("@customer.example"), ONE)
    assert isinstance(decision, Write)
    assert ([each.party for each in decision.write.links], decision.write.account_id) == (["to"], ONE.id)


# -- Several


@pytest.mark.parametrize(
    ("rule", "people", "taken"),
    [
        (SeveralMatch.OLDEST, (ONE, TWO, THREE), ONE),
        (SeveralMatch.NEWEST, (ONE, TWO, THREE), THREE),
        (SeveralMatch.LAST_ACTIVE, (ONE, account(2, active=3), account(3, active=2)), TWO),
        (SeveralMatch.LAST_ACTIVE, (ONE, TWO), ONE),
        (SeveralMatch.ASK, (ONE,), ONE),
    ],
)
def test_of_several_one_is_taken_by_the_organizations_rule(
    rule: SeveralMatch, people: tuple[Person, ...], taken: Person
) -> None:
    assert about(email(ANN), *people, of=house(several=rule)) == taken.id


def test_several_are_a_question_where_the_organization_wants_to_be_asked() -> None:
    decision = decided(email(ANN), ONE, TWO)
    assert isinstance(decision, Problem)
    failure = decision.failure
    assert (failure.code, failure.fields) == ("engine.AMBIGUOUS_ACCOUNT", ("@customer.example",))
    assert failure.said == "2 accounts have the domain @customer.example"
    assert failure.evidence["candidates"] == [{"id": each.id, "name": each.name} for each in (ONE, TWO)]
    assert failure.evidence["asks"] == "account"


@pytest.mark.parametrize("people", [(KNOWN, ONE, TWO), (contact(ANN), ONE, TWO)])
def test_nothing_is_asked_where_the_domain_says_nothing(people: tuple[Person, ...]) -> None:
    assert isinstance(decided(email(ANN), *people), Write)


@pytest.mark.parametrize("rule", SeveralMatch)
def test_which_one_a_person_picked_comes_before_every_rule(rule: SeveralMatch) -> None:
    picks = {address_key(SECRET, "@customer.example"): TWO.id}
    assert about(email(ANN), ONE, TWO, THREE, of=house(several=rule, picks=picks)) == TWO.id


# -- Nobody found: people first, then the account, then the organization's setting


@pytest.mark.parametrize(
    ("no_match", "people", "expected"),
    [
        (NoMatch.LOG, (), Write),
        (NoMatch.LOG, (ONE,), Write),
        (NoMatch.FILTER, (), Out),
        (NoMatch.FILTER, (ONE,), Write),  # somebody fits: the account
        (NoMatch.FILTER, (ONE, TWO), Problem),
        (NoMatch.LEAD, (), LeadFirst),
        (NoMatch.LEAD, (ONE,), LeadFirst),  # a person is wanted, and the account is none
        (NoMatch.LEAD, (ONE, TWO), Problem),
        (NoMatch.LEAD, (lead(), ONE), Write),
    ],
)
def test_what_becomes_of_mail_of_strangers(
    no_match: NoMatch, people: tuple[Person, ...], expected: type[Decision]
) -> None:
    assert isinstance(decided(email(ANN), *people, of=house(no_match=no_match)), expected)


@pytest.mark.parametrize(("people", "company"), [((), "customer.example"), ((ONE,), "Acme 1")])
def test_a_lead_is_made_in_the_company_that_the_account_is(people: tuple[Person, ...], company: str) -> None:
    decision = decided(email(ANN), *people, of=house(no_match=NoMatch.LEAD))
    assert isinstance(decision, LeadFirst)
    assert decision.lead.company == company


def test_a_message_that_waited_for_its_lead_has_the_account_as_well() -> None:
    at = house(no_match=NoMatch.LEAD)
    first = decided(email(ANN), ONE, of=at)
    assert isinstance(first, LeadFirst)
    then = decide(email(ANN), "k" * 64, at, {**first.beside, ANN: (lead(),)})
    assert isinstance(then, Write)
    assert (then.write.account_id, then.write.links[0].person_id) == (ONE.id, lead().id)


# -- Opportunities


def deal(number: int, *, changed: int = 1, active: int = 0) -> Opportunity:
    return Opportunity(
        id=f"00600000000000{number}AAA",
        name=f"Deal {number}",
        changed_at=datetime(2026, 11, changed, tzinfo=UTC),
        active=date(2026, 11, active) if active else None,
    )


def having(person: Person, *deals: Opportunity) -> Person:
    return replace(person, opportunities=deals)


def opportunity(message: Email, *people: Person, of: House) -> str:
    decision = decided(message, *people, of=of)
    assert isinstance(decision, Write), decision
    return decision.write.opportunity_id


NONE, ONLY, LAST_CHANGED, ROLE = OpportunityRule
FIRST, SECOND, THIRD = deal(1, changed=1), deal(2, changed=9), deal(3, changed=5)


@pytest.mark.parametrize(
    ("rule", "deals", "taken"),
    [
        (NONE, (FIRST,), ""),
        (ONLY, (), ""),
        (ONLY, (FIRST,), FIRST.id),
        (ONLY, (FIRST, SECOND), ""),  # it is not the only one
        (LAST_CHANGED, (), ""),
        (LAST_CHANGED, (FIRST, SECOND, THIRD), SECOND.id),
        (LAST_CHANGED, (deal(1), deal(2)), FIRST.id),  # in the same moment: the oldest
        (ROLE, (), ""),
        (ROLE, (FIRST,), FIRST.id),
    ],
)
def test_the_organizations_rule_says_which_opportunity(
    rule: OpportunityRule, deals: tuple[Opportunity, ...], taken: str
) -> None:
    at = house(opportunity_rule=rule)
    assert opportunity(email(ANN), having(KNOWN, *deals), of=at) == taken
    assert about(email(ANN), having(KNOWN, *deals), of=at) == KNOWN.account_id


@pytest.mark.parametrize(("rule", "taken"), [(ONLY, FIRST.id), (LAST_CHANGED, FIRST.id), (ROLE, "")])
def test_an_account_that_was_found_by_its_domain_has_opportunities_too(rule: OpportunityRule, taken: str) -> None:
    assert opportunity(email(ANN), having(ONE, FIRST), of=house(opportunity_rule=rule)) == taken


def test_those_of_the_account_count_that_the_message_is_about() -> None:
    other = contact(BOB, id="003000000000009AAA", account_id="001000000000008AAA")
    people = (having(KNOWN), having(other, FIRST))
    message = email(ANN, "sales@ours.example", cc=(BOB,))
    assert opportunity(message, *people, of=house(opportunity_rule=ONLY)) == ""
    assert opportunity(message, *people, of=house(opportunity_rule=ROLE)) == FIRST.id


def test_a_role_counts_for_a_contact_without_an_account() -> None:
    assert opportunity(email(ANN), having(contact(ANN), FIRST), of=house(opportunity_rule=ROLE)) == FIRST.id


@pytest.mark.parametrize(
    ("rule", "deals", "taken"),
    [
        (SeveralMatch.OLDEST, (FIRST, SECOND), FIRST),
        (SeveralMatch.NEWEST, (FIRST, SECOND), SECOND),
        (SeveralMatch.LAST_ACTIVE, (FIRST, deal(2, active=3), deal(3, active=2)), SECOND),
    ],
)
def test_of_several_roles_one_is_taken_as_of_several_people(
    rule: SeveralMatch, deals: tuple[Opportunity, ...], taken: Opportunity
) -> None:
    assert opportunity(email(ANN), having(KNOWN, *deals), of=house(opportunity_rule=ROLE, several=rule)) == taken.id


def test_several_roles_are_a_question_where_the_organization_wants_to_be_asked() -> None:
    decision = decided(email(ANN), having(KNOWN, FIRST, SECOND), of=house(opportunity_rule=ROLE))
    assert isinstance(decision, Problem)
    failure = decision.failure
    assert (failure.code, failure.fields) == ("engine.AMBIGUOUS_OPPORTUNITY", (ANN,))
    assert failure.evidence == {
        "address": ANN,
        "address_key": opportunity_key(SECRET, KNOWN.id),
        "asks": "opportunity",
        "candidates": [{"id": each.id, "name": each.name} for each in (FIRST, SECOND)],
    }


@pytest.mark.parametrize(("deals", "taken"), [((FIRST, SECOND), SECOND.id), ((FIRST,), FIRST.id)])
def test_what_a_person_picked_counts_as_long_as_it_is_open(deals: tuple[Opportunity, ...], taken: str) -> None:
    at = house(opportunity_rule=ROLE, picks={opportunity_key(SECRET, KNOWN.id): SECOND.id})
    assert opportunity(email(ANN), having(KNOWN, *deals), of=at) == taken


def test_a_pick_for_an_address_is_none_for_an_opportunity() -> None:
    at = house(opportunity_rule=ROLE, picks={address_key(SECRET, ANN): SECOND.id})
    assert isinstance(decided(email(ANN), having(KNOWN, FIRST, SECOND), of=at), Problem)


def test_nothing_is_asked_about_the_message_of_a_case() -> None:
    at = house(opportunity_rule=ROLE, cases={"sales@ours.example": ""})
    decision = decided(email(ANN), having(KNOWN, FIRST, SECOND), of=at)
    assert isinstance(decision, CaseFirst)
    assert (decision.write.account_id, decision.write.opportunity_id) == ("", "")


@pytest.mark.parametrize("rule", OpportunityRule)
def test_the_rule_is_told_to_the_crm(rule: OpportunityRule) -> None:
    assert house(opportunity_rule=rule.value).sought.opportunities is rule
