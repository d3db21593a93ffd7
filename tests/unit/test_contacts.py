"""Who a contact is, and what of it says something: pure."""

from __future__ import annotations

from datetime import date

import pytest

from connectors.contacts import Contact, Place, same_name
from connectors.errors import Failure
from connectors.records import CrmRecord, Person, PersonKind, Record, Ref, Resource
from syncapp.engine import agreeing, content, payload
from syncapp.engine.contact_matching import Known, known_as
from syncapp.engine.decisions import News
from syncapp.engine.house import House
from tests.builders import entry

SECRET = "5e" * 32
ANNA, BEN = "005000000000001AAA", "005000000000002AAA"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ann Smith", "Ann Smith"),
        ("Ann Smith", "ann  SMITH"),
        ("Ann Smith", "Smith, Ann"),
        ("Ann Smith", "A. Smith"),
        ("Ann Smith", "Ann B. Smith"),
        ("Ann Smith", "Smith"),
        ("ann@customer.example", "Bob Miller"),
        ("", "Ann Smith"),
    ],
)
def test_two_names_may_be_of_one_person(one: str, other: str) -> None:
    assert (same_name(one, other), same_name(other, one)) == (True, True)


@pytest.mark.parametrize(
    ("one", "other"), [("Ann Smith", "Bob Smith"), ("Ann Smith", "Ann Miller"), ("Ann", "Smith"), ("Acme", "Ann Smith")]
)
def test_two_names_may_be_of_two(one: str, other: str) -> None:
    assert (same_name(one, other), same_name(other, one)) == (False, False)


@pytest.mark.parametrize(
    ("contact", "name"),
    [
        (Contact(first="Ann", last="Smith"), ("Ann", "Smith")),
        (Contact(first=" Ann ", last=""), ("", "Ann")),
        (Contact(company="Acme", email="a@acme.example"), ("", "Acme")),
        (Contact(email="a@acme.example"), ("", "a@acme.example")),
        (Contact(phone="112"), ("", "")),
    ],
    ids=str,
)
def test_whoever_has_no_last_name_is_called_by_what_there_is(contact: Contact, name: tuple[str, str]) -> None:
    assert contact.name == name


@pytest.mark.parametrize("written", ["+43 1 234", "+43-1-234", "+43 (1) 234", "+43.1/234"])
def test_a_number_is_the_same_however_it_is_written(written: str) -> None:
    assert content.differing(entry(phone="+431234"), entry(phone=written)) == set()


def test_only_what_says_something_is_spoken() -> None:
    assert content.spoken(Contact(last="Smith", address=Place(city="Wien"), birthday=date(1980, 1, 2))) == {
        "name",
        "address",
        "birthday",
    }


def test_it_comes_back_out_of_what_is_kept_of_it() -> None:
    whole = entry(more_emails=("b@customer.example",), key="k")
    assert payload.record_from_json(payload.record_to_json(whole)) == whole


def test_a_mailbox_tells_nothing_of_the_company() -> None:
    base = content.hashes(entry(company="Acme"), SECRET)
    assert agreeing.mailbox_side(entry(company="Other"), False, base, SECRET).news is News.NONE


def test_that_there_is_no_account_tells_nothing_of_the_company() -> None:
    base = content.hashes(entry(company="Acme"), SECRET)
    assert agreeing.crm_side(entry(), False, base, SECRET, hidden=False).news is News.NONE


def test_another_account_does() -> None:
    base = content.hashes(entry(company="Acme"), SECRET)
    side = agreeing.crm_side(entry(company="Acme Inc."), False, base, SECRET, hidden=False)
    assert side.changed == {"company"}


@pytest.mark.parametrize("rule", ["newest", "merge", "crm", "mailbox", "ask"])
def test_of_two_that_meet_what_only_one_knows_is_never_lost(rule: str) -> None:
    mailbox = agreeing.mailbox_side(entry(job="", text="From the fair."), False, {}, SECRET)
    crm = agreeing.crm_side(entry(text="", department=""), False, {}, SECRET, hidden=False)
    plan = agreeing.agree(mailbox, crm, rule=rule, chosen="mailbox")
    ends: list[Record | None] = [plan.to_crm, plan.to_mailbox]
    if rule == "ask":  # whoever chooses a version gets that one
        return
    assert all(isinstance(each, Contact) and (each.job, each.text, each.department) == FULL for each in ends if each)
    assert any(ends)


FULL = ("Head of buying", "From the fair.", "Buying")


# -- Whom the CRM has


def house(**more: object) -> House:
    said = {"domains": frozenset(), "no_match": "log", "several": "ask", "secret": SECRET, "owner_id": ANNA}
    return House(**{**said, **more})  # type: ignore[arg-type]


def person(number: int, name: str = "Ann Meyer", kind: PersonKind = PersonKind.CONTACT) -> Person:
    return Person(kind=kind, id=f"003{number:015}", email="ann@customer.example", name=name)


def record(who: Person, owner: str = ANNA) -> CrmRecord:
    first, _, last = who.name.rpartition(" ")
    return CrmRecord(ref=Ref(id=who.id), record=entry(first, last), owner_id=owner)


ONE, TWO = person(1), person(2)
LEAD = person(3, kind=PersonKind.LEAD)
STRANGER = person(4, "Bob Miller")
CASES: dict[str, tuple[list[Person], dict[str, str], list[Person], Known]] = {
    "nobody": ([], {}, [], Known()),
    "a contact of ours": ([ONE], {ONE.id: ANNA}, [], Known(record_id=ONE.id)),
    "one that we have in step": ([ONE], {ONE.id: ANNA}, [ONE], Known(rule="same_address")),
    "somebody else's": ([ONE], {ONE.id: BEN}, [], Known(rule="someone_elses")),
    "ours before somebody else's": ([ONE, TWO], {ONE.id: BEN, TWO.id: ANNA}, [], Known(record_id=TWO.id)),
    "the free one of two": ([ONE, TWO], {ONE.id: ANNA, TWO.id: ANNA}, [ONE], Known(record_id=TWO.id)),
    "a lead": ([LEAD], {}, [], Known(rule="a_lead")),
    "a contact before a lead": ([ONE, LEAD], {ONE.id: ANNA}, [], Known(record_id=ONE.id)),
    "another person": ([STRANGER], {STRANGER.id: ANNA}, [], Known()),
    "one that we may not see": ([ONE], {}, [], Known()),
}


@pytest.mark.parametrize(("people", "owners", "taken", "known"), CASES.values(), ids=list(CASES))
def test_whom_the_crm_has_for_a_contact(
    people: list[Person], owners: dict[str, str], taken: list[Person], known: Known
) -> None:
    records = {each.id: record(each, owners[each.id]) for each in people if each.id in owners}
    found = {"ann@customer.example": tuple(people)}
    assert known_as(entry(), found, records, {each.id for each in taken}, house()) == known


def test_of_several_that_are_free_a_person_is_asked() -> None:
    records = {each.id: record(each) for each in (ONE, TWO)}
    known = known_as(entry(), {"ann@customer.example": (ONE, TWO)}, records, set(), house())
    assert isinstance(known.failure, Failure)
    assert known.failure.code == "engine.AMBIGUOUS_MATCH"


def test_whose_user_is_not_known_takes_anybody_s() -> None:
    found = {"ann@customer.example": (ONE,)}
    known = known_as(entry(), found, {ONE.id: record(ONE, BEN)}, set(), house(owner_id=""))
    assert known == Known(record_id=ONE.id)


def test_a_contact_is_a_resource_of_its_own() -> None:
    assert content.resource_of(entry()) is Resource.CONTACT
