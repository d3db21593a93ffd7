from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import combinations

import pytest

from connectors.policies import NoMatch
from connectors.records import Address, Email, Flag, Link, Participant, Party, Person, PersonKind
from connectors.relations import SeveralMatch, Sought
from syncapp.engine.house import House
from syncapp.engine.identity import address_key, lead_key
from syncapp.engine.matching import (
    MAILBOX_RULES,
    RULES,
    CaseFirst,
    Decision,
    LeadFirst,
    Out,
    Problem,
    Write,
    decide,
    kept_out,
    outsiders,
    split_name,
)
from syncapp.engine.relating import MOST_LOOKED_UP, MOST_OFFERED
from tests.builders import contact, email

SECRET = "ab" * 32
ANN, BOB = "ann@customer.example", "bob@partner.example"
KEY = "k" * 64


def house(no_match: NoMatch = NoMatch.LOG, **more: object) -> House:
    values: dict[str, object] = {
        "domains": frozenset({"ours.example"}),
        "no_match": no_match,
        "secret": SECRET,
        "colleagues": {"sales@ours.example": "005000000000001AAA", "shared@elsewhere.example": ""},
    }
    return House(**(values | more))  # type: ignore[arg-type]  # a table of keyword arguments


def lead(address: str = ANN, *, id: str = "00Q000000000001AAA") -> Person:  # noqa: A002
    return Person(kind=PersonKind.LEAD, id=id, email=address, name="Ann")


def decided(message: Email, *people: Person, of: House | None = None) -> Decision:
    at = of or house()
    found = {address: tuple(p for p in people if p.email == address) for address in outsiders(message, at)}
    return decide(message, KEY, at, found)


def written(message: Email, *people: Person, of: House | None = None) -> Write:
    decision = decided(message, *people, of=of)
    assert isinstance(decision, Write)
    return decision


# -- What stays out


@pytest.mark.parametrize("flag", [Flag.DRAFT, Flag.SPAM, Flag.TRASH])
def test_what_the_mailbox_filed_away_stays_out_by_its_name(flag: Flag) -> None:
    assert decided(email(flags=frozenset({flag})), contact()) == Out(rule=flag.value)


@pytest.mark.parametrize("flags", list(combinations([Flag.DRAFT, Flag.SPAM, Flag.TRASH], 2)))
def test_the_first_rule_gives_its_name(flags: tuple[Flag, ...]) -> None:
    assert kept_out(email(flags=frozenset(flags)), house()) == flags[0].value


@pytest.mark.parametrize("flag", [Flag.OVERSIZED, Flag.UNREADABLE])
def test_what_was_filed_away_needs_not_be_readable(flag: Flag) -> None:
    assert decided(email(flags=frozenset({Flag.SPAM, flag}))) == Out(rule="spam")


@pytest.mark.parametrize(
    ("sender", "to"),
    [
        ("ann@ours.example", "bob@ours.example"),
        ("ann@ours.example", "shared@elsewhere.example"),  # a mailbox of ours, at another domain
        ("sales@ours.example", "sales@ours.example"),
    ],
)
def test_mail_among_colleagues_stays_out(sender: str, to: str) -> None:
    assert decided(email(sender, to)) == Out(rule="internal_only")


@pytest.mark.parametrize("cc", [(ANN,), ("x@sub.ours.example",), ("x@ours.example.evil.example",), ("not an address",)])
def test_one_outsider_is_enough_to_let_it_in(cc: tuple[str, ...]) -> None:
    assert isinstance(decided(email("a@ours.example", "b@ours.example", cc=cc), contact(cc[0])), Write)


def test_a_message_without_any_address_is_not_internal() -> None:
    assert kept_out(email("", ""), house()) == ""


def test_every_rule_has_a_sentence() -> None:
    assert set(RULES) >= MAILBOX_RULES | {"internal_only", "no_match"}


# -- What could not be read whole


@pytest.mark.parametrize(
    ("flag", "code"),
    [(Flag.OVERSIZED, "engine.MESSAGE_TOO_LARGE"), (Flag.UNREADABLE, "engine.MESSAGE_UNREADABLE")],
)
def test_what_was_not_read_whole_needs_a_person(flag: Flag, code: str) -> None:
    decision = decided(email(flags=frozenset({flag})), contact())
    assert isinstance(decision, Problem)
    assert decision.failure.code == code


def test_internal_mail_stays_out_even_if_it_is_too_large() -> None:
    message = email("a@ours.example", "b@ours.example", flags=frozenset({Flag.OVERSIZED}))
    assert decided(message) == Out(rule="internal_only")


# -- What nobody wrote


AUTOMATIC = email(flags=frozenset({Flag.AUTOMATIC}))


def test_a_bounce_of_a_stranger_makes_no_lead_and_is_logged() -> None:
    write = written(AUTOMATIC, of=house(NoMatch.LEAD)).write
    assert Party.FROM not in {link.party for link in write.links}


def test_what_somebody_wrote_makes_one() -> None:
    assert isinstance(decided(email(), of=house(NoMatch.LEAD)), LeadFirst)


@pytest.mark.parametrize("no_match", NoMatch)
def test_an_answer_while_somebody_is_away_belongs_to_them_as_any_other(no_match: NoMatch) -> None:
    write = written(AUTOMATIC, contact(), of=house(no_match)).write
    assert Party.FROM in {link.party for link in write.links}


def test_where_strangers_stay_out_so_does_what_nobody_wrote() -> None:
    assert decided(AUTOMATIC, of=house(NoMatch.FILTER)) == Out(rule="no_match")


# -- Whom it belongs to


def test_a_contact_is_found_by_address() -> None:
    (link,) = [each for each in written(email(), contact()).write.links if each.party is Party.FROM]
    assert link == Link(party=Party.FROM, person_id="003000000000001AAA", address=ANN)


def test_a_contact_comes_before_a_lead_with_the_same_address() -> None:
    write = written(email(), contact(), lead()).write
    assert write.links[0].person_id.startswith("003")


def test_a_lead_is_taken_where_there_is_no_contact() -> None:
    assert written(email(), lead()).write.links[0].person_id == "00Q000000000001AAA"


@pytest.mark.parametrize(
    "people",
    [
        (contact(), contact(id="003000000000002AAA")),
        (contact(), contact(id="003000000000002AAA"), lead()),
        (lead(), lead(id="00Q000000000002AAA")),
    ],
)
def test_several_of_the_better_kind_are_a_question_for_a_person(people: tuple[Person, ...]) -> None:
    decision = decided(email(), *people)
    assert isinstance(decision, Problem)
    assert decision.failure.code == "engine.AMBIGUOUS_MATCH"


def test_several_leads_do_not_matter_where_one_contact_is() -> None:
    assert isinstance(decided(email(), contact(), lead(), lead(id="00Q000000000002AAA")), Write)


def test_the_question_names_the_candidates_and_the_address() -> None:
    decision = decided(email(), contact(), contact(id="003000000000002AAA"))
    assert isinstance(decision, Problem)
    candidates = [{"id": f"00300000000000{n}AAA", "name": "Ann"} for n in (1, 2)]
    asked = {"address": ANN, "address_key": address_key(SECRET, ANN), "asks": "contact"}
    assert decision.failure.evidence == asked | {"candidates": candidates}
    assert decision.failure.fields == (ANN,)


ONE, TWO, THREE = (contact(id=f"00300000000000{n}AAA") for n in (1, 2, 3))


def second(person: Person) -> Person:
    return replace(person, secondary=True)


def on(person: Person, day: int) -> Person:
    """Last active on that day."""
    return replace(person, active=date(2026, 11, day))


OLDEST, NEWEST, LAST_ACTIVE = SeveralMatch.OLDEST, SeveralMatch.NEWEST, SeveralMatch.LAST_ACTIVE


@pytest.mark.parametrize(
    ("rule", "people", "taken"),
    [
        (OLDEST, (ONE, TWO, THREE), ONE),
        (NEWEST, (ONE, TWO, THREE), THREE),
        (NEWEST, (ONE, TWO, lead()), TWO),  # contacts come before leads by every rule
        (NEWEST, (ONE, second(TWO)), ONE),  # and first addresses before second ones
        (OLDEST, (second(TWO), second(THREE)), TWO),
        (NEWEST, (second(TWO), second(THREE)), THREE),
        (NEWEST, (ONE,), ONE),
        (LAST_ACTIVE, (ONE, on(TWO, 3), on(THREE, 2)), TWO),
        (LAST_ACTIVE, (ONE, on(TWO, 2), on(THREE, 2)), TWO),  # of the same day the oldest
        (LAST_ACTIVE, (ONE, TWO), ONE),  # and of all, if there was none
        (LAST_ACTIVE, (ONE, on(lead(), 9)), ONE),  # contacts come before leads by every rule
        (LAST_ACTIVE, (ONE, TWO, on(second(THREE), 9)), ONE),
    ],
)
def test_of_several_one_is_taken_by_the_organizations_rule(
    rule: SeveralMatch, people: tuple[Person, ...], taken: Person
) -> None:
    links = written(email(), *people, of=house(several=rule)).write.links
    assert [link.person_id for link in links if link.address == ANN] == [taken.id]


@pytest.mark.parametrize("rule", SeveralMatch)
def test_when_people_were_last_active_is_asked_for_only_where_that_decides(rule: SeveralMatch) -> None:
    assert house(several=rule).sought == Sought(activity=rule is LAST_ACTIVE)


def test_the_account_is_that_of_whom_the_rule_takes() -> None:
    people = (replace(ONE, account_id="001A"), replace(TWO, account_id="001B"))
    assert written(email(), *people, of=house(several=NEWEST)).write.account_id == "001B"


def picking(person: Person, rule: SeveralMatch = SeveralMatch.ASK, address: str = ANN) -> House:
    return house(several=rule, picks={address_key(SECRET, address): person.id})


@pytest.mark.parametrize("rule", SeveralMatch)
def test_whom_a_person_picked_comes_before_every_rule(rule: SeveralMatch) -> None:
    links = written(email(), ONE, TWO, THREE, of=picking(TWO, rule)).write.links
    assert [link.person_id for link in links if link.address == ANN] == [TWO.id]


@pytest.mark.parametrize(
    ("people", "at"),
    [
        ((ONE, THREE), picking(TWO)),  # who was picked is gone, or has the address no more
        ((ONE, THREE, second(TWO)), picking(TWO)),  # or has it as a second one now
        ((ONE, TWO), picking(TWO, address=BOB)),  # or was picked for another address
    ],
)
def test_a_pick_that_no_longer_fits_asks_again(people: tuple[Person, ...], at: House) -> None:
    assert isinstance(decided(email(), *people, of=at), Problem)


def test_a_question_offers_no_more_than_somebody_may_read_through() -> None:
    many = [contact(id=f"003{n:012d}AAA") for n in range(MOST_OFFERED + 5)]
    decision = decided(email(), *many)
    assert isinstance(decision, Problem)
    offered = decision.failure.evidence["candidates"]
    assert isinstance(offered, list)
    assert len(offered) == MOST_OFFERED
    assert decision.failure.said.startswith(str(len(many)))


def test_every_rule_has_an_answer() -> None:
    for rule in SeveralMatch:
        assert decided(email(), ONE, TWO, of=house(several=rule))


def test_who_has_an_address_as_their_own_wins_over_whoever_has_it_as_a_second_one() -> None:
    owner, other = lead(), replace(contact(ANN), secondary=True)
    found = written(email(ANN), owner, other)
    assert found.write.links == (Link(party=Party.FROM, person_id=owner.id, address=ANN), *found.write.links[1:])


def test_several_who_have_it_as_a_second_one_ask() -> None:
    one = replace(contact(ANN), secondary=True)
    decision = decided(email(ANN), one, replace(one, id="003000000000009AAA"))
    assert isinstance(decision, Problem)
    assert decision.failure.code == "engine.AMBIGUOUS_MATCH"


def test_any_ambiguous_address_asks_even_if_others_are_clear() -> None:
    message = email(ANN, "sales@ours.example", cc=(BOB,))
    decision = decided(message, contact(), contact(BOB, id="003000000000003AAA"), contact(BOB, id="003000000000004AAA"))
    assert isinstance(decision, Problem)
    assert decision.failure.fields == (BOB,)


def test_who_plays_two_parts_is_related_twice() -> None:
    message = email(ANN, f"sales@ours.example {ANN}")
    parties = [each.party for each in written(message, contact()).write.links if each.address == ANN]
    assert parties == [Party.FROM, Party.TO]


def test_a_colleague_is_related_by_the_salesforce_user() -> None:
    links = written(email(ANN, "sales@ours.example"), contact()).write.links
    assert Link(party=Party.TO, person_id="005000000000001AAA", address="sales@ours.example") in links


def test_a_colleague_without_a_salesforce_user_has_no_relation() -> None:
    links = written(email(ANN, "shared@elsewhere.example"), contact()).write.links
    assert [each.address for each in links] == [ANN]


def test_unknown_addresses_beside_a_known_one_create_nothing() -> None:
    message = email(ANN, "sales@ours.example", cc=(BOB,))
    assert isinstance(decided(message, contact(), of=house(NoMatch.LEAD)), Write)


# -- The account


def test_the_account_is_the_one_of_the_first_contact_that_has_one() -> None:
    message = email(ANN, "sales@ours.example", cc=(BOB,))
    people = (contact(), contact(BOB, id="003000000000009AAA", account_id="001000000000001AAA"))
    assert written(message, *people).write.account_id == "001000000000001AAA"


def test_the_senders_account_wins() -> None:
    message = email(ANN, "sales@ours.example", cc=(BOB,))
    people = (contact(account_id="001A"), contact(BOB, id="003000000000009AAA", account_id="001B"))
    assert written(message, *people).write.account_id == "001A"


@pytest.mark.parametrize("person", [lead(), contact()])
def test_without_an_account_there_is_none(person: Person) -> None:
    assert written(email(), person).write.account_id == ""


# -- Which way it went


@pytest.mark.parametrize(
    ("sender", "to", "incoming"),
    [
        (ANN, "sales@ours.example", True),
        ("sales@ours.example", ANN, False),
        ("shared@elsewhere.example", ANN, False),
        ("", ANN, True),  # nobody says who sent it
    ],
)
def test_what_a_colleague_sent_is_outgoing(sender: str, to: str, incoming: bool) -> None:
    assert written(email(sender, to), contact()).write.incoming is incoming


# -- Nobody found


def test_by_default_it_is_logged_without_a_relation() -> None:
    write = written(email(ANN, "x@ours.example")).write
    assert (write.links, write.account_id) == ((), "")


def test_an_organization_may_leave_it_out() -> None:
    assert decided(email(), of=house(NoMatch.FILTER)) == Out(rule="no_match")


def test_an_organization_may_have_a_lead_made_of_the_sender() -> None:
    decision = decided(email(ANN, "sales@ours.example", name="Ann B. Smith"), of=house(NoMatch.LEAD, owner_id="005X"))
    assert isinstance(decision, LeadFirst)
    made = decision.lead
    assert (made.email, made.first_name, made.last_name) == (ANN, "Ann B.", "Smith")
    assert (made.company, made.owner_id, made.key) == ("customer.example", "005X", lead_key(SECRET, ANN))


def test_a_colleagues_own_mail_makes_a_lead_of_the_first_recipient_outside() -> None:
    decision = decided(email("sales@ours.example", f"b@ours.example {BOB}"), of=house(NoMatch.LEAD))
    assert isinstance(decision, LeadFirst)
    assert decision.lead.email == BOB


def test_where_nobody_is_named_there_is_nobody_to_make_a_lead_of() -> None:
    assert isinstance(decided(email("", ""), of=house(NoMatch.LEAD)), Write)


# -- Parts


def test_a_crowd_is_looked_up_as_far_as_the_bound_and_logged_all_the_same() -> None:
    message = email(BOB)
    crowd = (Address(name="", email=f"p{n}@x.example") for n in range(MOST_LOOKED_UP + 50))
    invited = tuple(Participant(party=Party.TO, address=each) for each in crowd)
    message = replace(message, participants=message.participants + invited)
    looked_up = outsiders(message, house())
    assert (looked_up[0], len(looked_up)) == (BOB, MOST_LOOKED_UP)
    assert isinstance(decide(message, "key", house(), {}), Write)


@pytest.mark.parametrize("flag", [Flag.SPAM, Flag.DRAFT, Flag.TRASH])
def test_nobody_is_looked_up_for_what_a_rule_keeps_out(flag: Flag) -> None:
    assert outsiders(replace(email(), flags=frozenset({flag})), house()) == []


def test_outsiders_come_once_each_the_sender_first() -> None:
    message = email(BOB, f"{ANN} sales@ours.example", cc=(ANN, BOB, "c@x.example"))
    assert outsiders(message, house()) == [BOB, ANN, "c@x.example"]


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("", "", ""),
        ("Ann", "", "Ann"),
        ("Ann Smith", "Ann", "Smith"),
        ("Ann B. Smith", "Ann B.", "Smith"),
        ("Smith, Ann B.", "Ann B.", "Smith"),
        ("  Ann   ", "", "Ann"),
        ("Smith,", "", "Smith"),
        ("de la Cruz, María José", "María José", "de la Cruz"),
        ("山田 太郎", "山田", "太郎"),
        (", Ann", "", "Ann"),
    ],
)
def test_names_are_split_as_people_write_them(name: str, first: str, last: str) -> None:
    assert split_name(name) == (first, last)


@pytest.mark.parametrize(
    ("address", "domain"),
    [("a@b.example", "b.example"), ("a@b@c.example", "c.example"), ("", "")],
)
def test_the_domain_is_what_follows_the_last_at(address: str, domain: str) -> None:
    assert Address(email=address).domain == domain


# -- Cases

SHARED = {"sales@ours.example": "00G000000000001AAA", "help@ours.example": ""}


@pytest.mark.parametrize(
    ("message", "owner"),
    [
        (email(ANN, "sales@ours.example"), "00G000000000001AAA"),
        (email(ANN, "help@ours.example"), ""),
        (email(ANN, "help@ours.example", cc=("sales@ours.example",)), ""),
        (email("sales@ours.example", ANN), "00G000000000001AAA"),
        (email("nobody@nowhere.example", "sales@ours.example"), "00G000000000001AAA"),
    ],
    ids=["its own", "no owner", "the first that is named", "sent from it", "a stranger's"],
)
def test_the_mailbox_that_is_named_says_who_owns_the_case(message: Email, owner: str) -> None:
    decision = decided(message, contact(ANN), of=house(NoMatch.FILTER, cases=SHARED))
    assert isinstance(decision, CaseFirst)
    assert decision.case.owner_id == owner


def test_where_none_is_named_the_mailbox_in_hand_does() -> None:
    decision = decided(email(ANN, "list@elsewhere.example"), of=house(cases=SHARED, mailbox="help@ours.example"))
    assert isinstance(decision, CaseFirst)
    assert decision.case.owner_id == ""


def test_mail_of_other_mailboxes_is_no_case() -> None:
    assert isinstance(decided(email(ANN, "me@ours.example"), of=house(cases=SHARED, mailbox="me@ours.example")), Write)


def test_an_answer_has_the_case_of_what_it_answers() -> None:
    first = email(ANN)
    then = email(ANN, references=(first.message_id,))
    one, two = (decided(each, of=house(cases=SHARED)) for each in (first, then))
    assert isinstance(one, CaseFirst)
    assert isinstance(two, CaseFirst)
    assert one.case.key == two.case.key


def test_an_address_of_several_people_is_asked_about_before_a_case_is_opened() -> None:
    twins = (contact(ANN), contact(ANN, id="003000000000002AAA"))
    assert isinstance(decided(email(ANN), *twins, of=house(cases=SHARED)), Problem)
