"""The made world's contacts: who is in whose address book, who in Salesforce, and what the second morning does."""

from __future__ import annotations

from datetime import date
from functools import cache
from itertools import chain

import pytest

from syncapp.demo import placing, seeding
from syncapp.demo.cast import CUSTOMERS, LENA
from syncapp.demo.diaries import Card, Client, Diaries
from syncapp.demo.event_troubles import EVENT_TROUBLES
from syncapp.demo.outside_contacts import OutsideContacts, look
from syncapp.demo.placing_contacts import contacts_of, in_books
from syncapp.demo.world import made_world, second_morning
from syncapp.demo.world_events import made_events
from tests.unit.demo.stages import Stage, stage

TODAY = date(2027, 1, 1)
BAD_ENTRY = next(each for each in EVENT_TROUBLES if each.group == "bad-entry")


@cache
def diaries() -> Diaries:
    return made_events(TODAY)


def placed() -> Stage:
    made = stage()
    seeding.seed_crm(made.doors)
    placing.place(made.doors, diaries())
    return made


def seen(of: Stage) -> OutsideContacts:
    return look(of.doors.google("snapshot"), of.doors.salesforce("snapshot"))


def numbers(of: Stage) -> tuple[int, int, int, int]:
    found = seen(of)
    return len(found.items), len(found.records), len(found.altered), len(found.doubled)


def people(of: Stage) -> list[str]:
    return [item.sight.email for item in seen(of).items]


def test_there_are_34_contacts_at_first_and_three_are_on_both_sides() -> None:
    """Those three say something else on either side."""
    assert numbers(placed()) == (34, 0, 3, 0)


def test_of_what_is_private_nothing_is_an_item() -> None:
    assert len(diaries().titles("own")) == 6
    assert not {*diaries().titles("own")} & {*people(placed())}


def test_nobody_of_them_writes_or_is_invited_but_for_customers_of_others() -> None:
    mail = b"".join(each.raw.lower() for each in chain(made_world(), second_morning()))
    guests = " ".join(f"{each.body} " for each in diaries().placed)
    named = {title for title, _ in contacts()} - {customer.address for customer in CUSTOMERS}
    assert [title for title in sorted(named) if title.encode() in mail or title in guests] == []


def contacts() -> list[tuple[str, str]]:
    return [(each.title, each.group) for each in everybody()]


def everybody() -> list[Card | Client]:
    return [*diaries().cards, *diaries().clients]


def test_lena_has_three_and_they_are_in_no_other_group() -> None:
    lenas = [each.group for each in everybody() if each.owner is LENA]
    assert lenas == ["lena-contact"] * 3


def test_companies_are_accounts_of_salesforce_or_not() -> None:
    accounts = {row["Name"] for row in placed().doors.salesforce("snapshot")["records"]["Account"]}
    named = {work.get("name", "") for card in diaries().cards for work in card.body.get("organizations", [])} - {""}
    assert (len(named & accounts), len(named - accounts)) == (3, 5)


def test_on_the_second_morning_each_side_changes_one_and_three_go() -> None:
    made = placed()
    before = {item.sight.email: item.sight for item in seen(made).items}
    placing.stir(made.doors, diaries())
    after = {item.sight.email: item.sight for item in seen(made).items}
    changed = [email for email, sight in after.items() if sight != before[email]]
    assert sorted(changed) == sorted([*diaries().titles("changed-there"), *diaries().titles("changed-here")])
    gone = [diaries().titles(group) for group in ("thrown-away", "unshared", "deleted-here")]
    assert ({*before} - {*after}, [len(each) for each in gone]) == ({*chain(*gone)}, [1, 1, 1])


def test_who_is_not_shared_any_more_stays_in_the_address_book() -> None:
    made = placed()
    placing.stir(made.doors, diaries())
    left = [person["emailAddresses"][0]["value"] for _, person in in_books(made.doors, diaries().titles("unshared"))]
    assert left == diaries().titles("unshared")


@pytest.mark.parametrize("email", diaries().titles("bad-entry"))
def test_an_address_that_is_not_complete_is_completed_in_the_address_book(email: str) -> None:
    made = placed()
    BAD_ENTRY.mend_it(made.doors, {})
    assert (email in people(made), f"{email}.example" in people(made)) == (False, True)


def test_mending_completes_no_others() -> None:
    made = placed()
    before = {*people(made)}
    BAD_ENTRY.mend_it(made.doors, {})
    assert before - {*people(made)} == {*diaries().titles("bad-entry")}


def test_a_deleted_record_is_not_found_by_its_address() -> None:
    made = placed()
    placing.stir(made.doors, diaries())
    assert contacts_of(made.doors, diaries().titles("deleted-here")) == []
