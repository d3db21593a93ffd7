"""Contact groups of the Google simulator, with Google's own client library: what they do, and what is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.contract.simulators.google_world import ADA, Case, GoogleWorld, proves, running
from tests.contract.simulators.people_world import (
    CAROL,
    CONTACTS,
    DAN,
    address_book,
    changes,
    connections,
    put,
    refused,
    sync_token,
)

OURS = [{"key": "syncapp", "value": "group"}]
MINE = "contactGroups/myContacts"
WITH_GROUPS = "memberships,metadata"


@pytest.fixture
def google(tmp_path: Path) -> Iterator[GoogleWorld]:
    with running(tmp_path) as world:
        world.account(ADA, CONTACTS)
        yield world


def groups(google: GoogleWorld) -> Any:
    return address_book(google).contactGroups()


def make(google: GoogleWorld, name: str = "Sales", **more: Any) -> str:
    """A new group; its resource name."""
    return str(groups(google).create(body={"contactGroup": {"name": name} | more}).execute()["resourceName"])


def move(google: GoogleWorld, group: str, **names: list[str]) -> dict[str, Any]:
    body = {f"resourceNamesTo{verb.capitalize()}": some for verb, some in names.items()}
    answer: dict[str, Any] = groups(google).members().modify(resourceName=group, body=body).execute()
    return answer


def members(google: GoogleWorld, group: str) -> list[str]:
    found = groups(google).get(resourceName=group, maxMembers=100).execute()
    assert found["memberCount" if "memberResourceNames" in found else "name"]
    return list(found.get("memberResourceNames", []))


def memberships(person: dict[str, Any]) -> list[str]:
    return [each["contactGroupMembership"]["contactGroupResourceName"] for each in person["memberships"]]


def test_google_s_own_groups_are_there_from_the_beginning(google: GoogleWorld) -> None:
    found = groups(google).list().execute()
    assert {each["groupType"] for each in found["contactGroups"]} == {"SYSTEM_CONTACT_GROUP"}
    assert MINE in [each["resourceName"] for each in found["contactGroups"]]


def test_a_group_is_made_with_a_client_s_data_and_listed_with_it(google: GoogleWorld) -> None:
    name = make(google, clientData=OURS)
    found = groups(google).list(groupFields="clientData,name").execute()["contactGroups"]
    assert [(each["resourceName"], each["clientData"]) for each in found if each["name"] == "Sales"] == [(name, OURS)]


def test_without_being_asked_for_a_client_s_data_is_not_shown(google: GoogleWorld) -> None:
    name = make(google, clientData=OURS)
    assert "clientData" not in groups(google).get(resourceName=name).execute()


def test_groups_come_page_by_page(google: GoogleWorld) -> None:
    name = make(google)
    request, found = groups(google).list(pageSize=3), list[str]()
    while request is not None:
        answer = request.execute()
        assert len(answer["contactGroups"]) <= 3
        found += [each["resourceName"] for each in answer["contactGroups"]]
        request = groups(google).list_next(request, answer)
    assert (len(found), len(set(found)), found[-1]) == (answer["totalItems"], len(found), name)


def test_a_renamed_group_is_the_same_one(google: GoogleWorld) -> None:
    name = make(google, clientData=OURS)
    before = groups(google).get(resourceName=name).execute()
    body = {"contactGroup": {"name": "Customers"}, "readGroupFields": "clientData,name"}
    after = groups(google).update(resourceName=name, body=body).execute()
    assert (after["name"], after["clientData"], after["resourceName"]) == ("Customers", OURS, name)
    assert after["etag"] != before["etag"]


def test_what_is_written_is_what_the_mask_names(google: GoogleWorld) -> None:
    name = make(google)
    body = {"contactGroup": {"name": "Other", "clientData": OURS}, "updateGroupFields": "clientData"}
    groups(google).update(resourceName=name, body=body | {"readGroupFields": "name"}).execute()
    found = groups(google).get(resourceName=name, groupFields="name,clientData").execute()
    assert (found["name"], found["clientData"]) == ("Sales", OURS)


def test_a_contact_is_made_in_a_group(google: GoogleWorld) -> None:
    name = make(google)
    named = [{"contactGroupMembership": {"contactGroupResourceName": each}} for each in (MINE, name)]
    person = put(google, CAROL | {"memberships": named})
    assert (memberships(person), members(google, name)) == ([MINE, name], [person["resourceName"]])


def test_who_comes_into_a_group_or_leaves_it_has_changed(google: GoogleWorld) -> None:
    name, person, service = make(google), put(google), address_book(google).people()
    token = sync_token(service, personFields=WITH_GROUPS)
    assert move(google, name, add=[person["resourceName"]]) == {}
    (inside,) = changes(service, token, personFields=WITH_GROUPS)
    move(google, name, remove=[person["resourceName"]])
    (outside,) = changes(service, token, personFields=WITH_GROUPS)
    assert (memberships(inside), memberships(outside)) == ([MINE, name], [MINE])
    assert len({person["etag"], inside["etag"], outside["etag"]}) == 3


def test_who_cannot_be_moved_is_named(google: GoogleWorld) -> None:
    person = put(google)
    assert move(google, MINE, remove=[person["resourceName"], "people/c1"]) == {
        "notFoundResourceNames": ["people/c1"],
        "canNotRemoveLastContactGroupResourceNames": [person["resourceName"]],
    }


@pytest.mark.parametrize("with_contacts", [False, True])
def test_a_group_goes_without_its_contacts_or_with_them(google: GoogleWorld, with_contacts: bool) -> None:
    name, one, _ = make(google), put(google), put(google, DAN)
    move(google, name, add=[one["resourceName"]])
    groups(google).delete(resourceName=name, deleteContacts=with_contacts).execute()
    left = connections(address_book(google).people(), personFields=WITH_GROUPS)
    assert [memberships(each) for each in left] == [[MINE]] * (1 if with_contacts else 2)
    assert refused(groups(google).get(resourceName=name)).status == 404


def test_who_was_in_that_group_alone_is_in_my_contacts_then(google: GoogleWorld) -> None:
    name, person = make(google), put(google)
    move(google, name, add=[person["resourceName"]])
    move(google, MINE, remove=[person["resourceName"]])
    groups(google).delete(resourceName=name).execute()
    (left,) = connections(address_book(google).people(), personFields=WITH_GROUPS)
    assert memberships(left) == [MINE]


def test_the_door_makes_groups_and_moves_contacts(google: GoogleWorld) -> None:
    person = google.door("contact", account=ADA, contact=CAROL)
    placed = google.door("contact-group", account=ADA, name="Sales", id=person["resourceName"])
    assert members(google, placed["resourceName"]) == [person["resourceName"]]
    again = google.door("contact-group", account=ADA, name="sales", id=person["resourceName"], out=True)
    assert (again, members(google, placed["resourceName"])) == (placed, [])
    google.door("delete-contact-group", account=ADA, id=placed["resourceName"])
    assert refused(groups(google).get(resourceName=placed["resourceName"])).status == 404


def test_a_person_sees_the_labels_of_a_contact(google: GoogleWorld) -> None:
    person = google.door("contact", account=ADA, contact=CAROL)
    google.door("contact-group", account=ADA, name="Sales & more", id=person["resourceName"])
    page = google.session.get(f"{google.url}/person/{person['resourceName'].partition('/')[2]}").text
    assert "Sales &amp; more" in page


def test_writes_of_groups_have_a_quota_of_their_own(google: GoogleWorld) -> None:
    google.door("fill-people", account=ADA, answer="write")
    assert refused(groups(google).create(body={"contactGroup": {"name": "Sales"}})).status == 429
    assert groups(google).list().execute()["contactGroups"]


# -- Refusals


def asks(request: Callable[[Any], Any]) -> Case:
    return lambda google: refused(request(groups(google)))


def twice(google: GoogleWorld) -> Any:
    make(google, "Sales")
    return refused(groups(google).create(body={"contactGroup": {"name": "sales"}}))


CASES: dict[str, Case] = {
    "google.contact-group-name": twice,
    "google.contact-group-without-name": asks(lambda g: g.create(body={"contactGroup": {"name": " "}})),
    "google.contact-group-text-long": asks(
        lambda g: g.create(body={"contactGroup": {"name": "A", "clientData": [{"key": "k", "value": "x" * 1_025}]}})
    ),
    "google.contact-group-not-there": asks(lambda g: g.get(resourceName="contactGroups/nobody")),
    "google.contact-group-of-google": asks(
        lambda g: g.update(resourceName=MINE, body={"contactGroup": {"name": "Ours"}})
    ),
    "google.contact-groups-mask": asks(lambda g: g.list(groupFields="name,colour")),
    "google.contact-group-page-size": asks(lambda g: g.list(pageSize=1_001)),
    "google.contact-group-page-token": asks(lambda g: g.list(pageToken="next")),
    "google.contact-groups-1001-members": asks(
        lambda g: g.members().modify(resourceName=MINE, body={"resourceNamesToAdd": ["people/c1"] * 1_001})
    ),
    "google.contact-groups-member-of-google": asks(
        lambda g: g.members().modify(resourceName="contactGroups/friends", body={"resourceNamesToAdd": ["people/c1"]})
    ),
}


@pytest.mark.parametrize("row", CASES)
def test_google_refuses(google: GoogleWorld, row: str) -> None:
    proves(row, CASES[row](google))


def test_a_name_that_is_taken_stays_so_when_another_group_wants_it(google: GoogleWorld) -> None:
    make(google, "Sales")
    other = make(google, "Other")
    got = refused(groups(google).update(resourceName=other, body={"contactGroup": {"name": "SALES"}}))
    assert (got.status, got.code) == (409, "ALREADY_EXISTS")


def test_a_group_that_is_there_still_has_the_name_that_it_is_given_again(google: GoogleWorld) -> None:
    name = make(google, "Sales")
    assert (
        groups(google).update(resourceName=name, body={"contactGroup": {"name": "Sales"}}).execute()["name"] == "Sales"
    )
