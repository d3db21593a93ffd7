"""The outside oracle's own look at contacts: what an item is, which records there are, and which say the same."""

from __future__ import annotations

from typing import Any

import pytest

from syncapp.demo.outside_contacts import OutsideContacts, items, look, own_rows, pair

ANNA, BEN, INTEGRATION, ADMIN, STRANGER = "005A", "005B", "005I", "005Z", "005S"
HERE, THERE = "anna@ours.example", "ben@ours.example"
GROUPS = {"contactGroups/1": "Salesforce", "contactGroups/2": "Friends"}


def member_of(*groups: str) -> list[dict[str, Any]]:
    return [{"contactGroupMembership": {"contactGroupResourceName": f"contactGroups/{each}"}} for each in groups]


def person(first: str = "Ann", **more: Any) -> dict[str, Any]:
    """A person as People's API has her, under the label."""
    usual = {"resourceName": f"people/c{first}", "names": [{"givenName": first, "familyName": "Smith"}]}
    mail = {"emailAddresses": [{"value": "Ann@customer.example"}, {"value": "ann@home.example"}]}
    phones = {"phoneNumbers": [{"value": "+1 555-0100", "type": "work"}, {"value": "+1 555 0111", "type": "mobile"}]}
    work = {"organizations": [{"name": "Acme", "title": "Buyer"}], "addresses": [{"type": "work", "city": "Linz"}]}
    return {
        **usual,
        **mail,
        **phones,
        **work,
        "biographies": [{"value": "Fair."}],
        "memberships": member_of("1"),
        **more,
    }


def record(first: str = "Ann", **more: Any) -> dict[str, Any]:
    """A contact of Salesforce that the integration wrote for Anna."""
    usual = {"Id": f"003 {first}", "OwnerId": ANNA, "CreatedById": INTEGRATION, "IsDeleted": False}
    name = {"FirstName": first, "LastName": "Smith", "Email": "ann@customer.example", "Title": "Buyer"}
    more_said = {"Phone": "+1 555 0100", "MobilePhone": "(1) 5550111", "MailingCity": "Linz", "Description": "Fair."}
    return {**usual, **name, **more_said, **more}


def google(*persons: dict[str, Any]) -> dict[str, Any]:
    return {
        "accounts": {HERE: {}, THERE: {}},
        "contacts": {HERE: list(persons)},
        "contact_groups": {HERE: GROUPS},
    }


def salesforce(*records: dict[str, Any]) -> dict[str, Any]:
    users = {INTEGRATION: "", ADMIN: "", ANNA: "Anna@Ours.example", BEN: THERE, STRANGER: "stranger@ours.example"}
    return {"records": {"User": [{"Id": i, "Email": e} for i, e in users.items()], "Contact": list(records)}}


def seen(persons: list[dict[str, Any]], records: list[dict[str, Any]]) -> OutsideContacts:
    return look(google(*persons), salesforce(*records))


def numbers(of: OutsideContacts) -> tuple[int, int, int, int]:
    return len(of.items), len(of.records), len(of.altered), len(of.doubled)


@pytest.mark.parametrize(
    ("said", "counts"),
    [
        (person(), True),
        (person(memberships=member_of("2", "1")), True),
        (person(memberships=member_of("2", "myContacts")), False),
        (person(memberships=[]), False),
        ({"resourceName": "people/cAnn", "metadata": {"deleted": True}}, False),
    ],
    ids=["under the label", "under two", "under another one", "under none", "deleted"],
)
def test_who_is_an_item(said: dict[str, Any], counts: bool) -> None:
    assert len(items(google(said))) == counts


def test_an_item_is_known_by_its_account_and_id() -> None:
    assert [each.copies for each in items(google(person()))] == [[(HERE, "cAnn")]]


@pytest.mark.parametrize(
    ("more", "counts"),
    [
        ({}, True),
        ({"IsDeleted": True}, False),
        ({"CreatedById": ANNA}, True),
        ({"CreatedById": ADMIN, "OwnerId": ADMIN}, False),
        ({"CreatedById": ADMIN, "OwnerId": STRANGER}, False),
        ({"OwnerId": STRANGER}, True),
    ],
    ids=str,
)
def test_which_records_there_are(more: dict[str, Any], counts: bool) -> None:
    assert len(own_rows(google(), salesforce(record(**more)))) == counts


def test_who_says_the_same_on_both_sides_is_an_item_with_a_record() -> None:
    assert numbers(seen([person()], [record()])) == (1, 1, 0, 0)


@pytest.mark.parametrize(
    ("named", "stands"),
    [({"givenName": "Ann"}, {"FirstName": None, "LastName": "Ann"})],
    ids=["a first name only"],
)
def test_a_name_counts_as_a_whole(named: dict[str, str], stands: dict[str, Any]) -> None:
    assert numbers(seen([person(names=[named])], [record(**stands)])) == (1, 1, 0, 0)


@pytest.mark.parametrize(
    "more",
    [
        {"Email": "ann@home.example"},
        {"Phone": "+1 555 0199"},
        {"MobilePhone": None},
        {"Title": "Head"},
        {"MailingCity": "Graz"},
        {"Description": None},
    ],
    ids=str,
)
def test_who_is_told_of_otherwise_there_is_altered(more: dict[str, Any]) -> None:
    assert numbers(seen([person()], [record(**more)])) == (1, 0, 1, 0)


def test_who_is_not_there_yet_is_an_item_without_a_record() -> None:
    assert numbers(seen([person()], [])) == (1, 0, 0, 0)


def test_the_same_person_of_another_owner_is_no_record_of_it() -> None:
    found = seen([person()], [record(OwnerId=BEN, CreatedById=BEN)])
    assert (numbers(found), [each.copies for each in found.items]) == (
        (2, 0, 0, 0),
        [[(HERE, "cAnn")], [(THERE, "003 Ann")]],
    )


def test_who_was_entered_in_salesforce_waits_for_its_owners_address_book() -> None:
    found = seen([], [record(CreatedById=ANNA)])
    assert (numbers(found), found.items[0].copies) == ((1, 0, 0, 0), [(HERE, "003 Ann")])


def test_who_was_let_go_is_known_by_its_record() -> None:
    found = seen([person(memberships=[])], [record()])
    assert (numbers(found), found.items[0].copies) == ((1, 0, 0, 0), [(HERE, "003 Ann")])


def test_who_was_made_twice_is_doubled() -> None:
    assert numbers(seen([person()], [record(), record(Id="003 again")])) == (1, 2, 0, 1)


def test_who_was_let_go_and_made_twice_is_doubled_once() -> None:
    assert numbers(seen([], [record(), record(Id="003 again")])) == (1, 1, 0, 1)


def test_who_was_made_for_nobody_here_is_doubled() -> None:
    assert numbers(seen([], [record(OwnerId=STRANGER)])) == (0, 1, 0, 1)


def test_pairs_are_made_one_by_one() -> None:
    found = seen([person(), person(resourceName="people/cTwin")], [record()])
    pairs, lonely = pair(found.items, found.records)
    assert (len(pairs), len(lonely)) == (1, 1)
