"""Google's client library gets along with the contacts of the simulator as its documentation says it does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.contract.simulators.google_world import ADA, BOB, GoogleWorld, running
from tests.contract.simulators.people_world import (
    CAROL,
    CONTACTS,
    DAN,
    EVE,
    MY,
    READ_ONLY,
    USUAL,
    address_book,
    connections,
    first_names,
    people,
    put,
    refused,
    some,
    stocked,
)

PROFILE_ONLY = "https://www.googleapis.com/auth/userinfo.profile"


@pytest.fixture
def google(tmp_path: Path) -> Iterator[GoogleWorld]:
    with running(tmp_path) as world:
        world.account(ADA, CONTACTS)
        yield world


def source(person: dict[str, Any]) -> dict[str, Any]:
    (found,) = person["metadata"]["sources"]
    return dict(found)


# -- One contact


def test_a_new_contact_comes_back_with_what_the_server_adds(google: GoogleWorld) -> None:
    person = put(google)
    number = person["resourceName"].removeprefix("people/c")
    assert source(person)["id"] == f"{int(number):x}"
    own = {"type": "CONTACT", "id": source(person)["id"]}
    assert person["names"] == [
        {
            "metadata": {"primary": True, "source": own, "sourcePrimary": True},
            "givenName": "Carol",
            "familyName": "Cole",
            "displayName": "Carol Cole",
            "displayNameLastFirst": "Cole, Carol",
            "unstructuredName": "Carol Cole",
        }
    ]
    assert person["phoneNumbers"][0]["canonicalForm"] == "+493012345"
    assert person["organizations"][0]["title"] == "Buyer"


def test_the_first_address_is_the_primary_one(google: GoogleWorld) -> None:
    addresses = put(google)["emailAddresses"]
    assert [a["value"] for a in addresses] == ["carol@customer.example", "carol@home.example"]
    assert [a["metadata"].get("primary", False) for a in addresses] == [True, False]
    assert [a["formattedType"] for a in addresses] == ["Work", "Home"]


def test_a_client_may_say_which_address_is_the_primary_one(google: GoogleWorld) -> None:
    second = {"value": "b@customer.example", "metadata": {"sourcePrimary": True}}
    addresses = put(google, DAN | {"emailAddresses": [{"value": "a@customer.example"}, second]})["emailAddresses"]
    assert [a["metadata"].get("primary", False) for a in addresses] == [False, True]


@pytest.mark.parametrize(
    ("given", "displayed"),
    [
        ({"givenName": "Prince"}, ("Prince", "Prince")),
        ({"unstructuredName": "Ada King Lovelace"}, ("Ada King Lovelace", "Lovelace, Ada King")),
        ({"unstructuredName": "Madonna"}, ("Madonna", "Madonna")),
        ({"givenName": "Ada", "displayName": "The Countess"}, ("Ada", "Ada")),
        ({"honorificPrefix": "Dr.", "familyName": "No"}, ("Dr. No", "No, Dr.")),
    ],
    ids=["one name", "free text", "free text of one word", "a display name of one's own", "a title"],
)
def test_display_names_are_the_server_s(google: GoogleWorld, given: dict[str, str], displayed: tuple[str, str]) -> None:
    (name,) = put(google, {"names": [given]})["names"]
    assert (name["displayName"], name["displayNameLastFirst"]) == displayed


@pytest.mark.parametrize("field", ["userDefined", "clientData"])
def test_a_key_of_our_own_is_kept(google: GoogleWorld, field: str) -> None:
    person = put(google, DAN | {field: [{"key": "syncapp", "value": "003A"}]})
    found = people(google).get(resourceName=person["resourceName"], personFields=field).execute()
    assert [(one["key"], one["value"]) for one in found[field]] == [("syncapp", "003A")]


def test_a_contact_without_a_group_is_in_my_contacts(google: GoogleWorld) -> None:
    (membership,) = put(google)["memberships"]
    assert membership["contactGroupMembership"] == {
        "contactGroupId": "myContacts",
        "contactGroupResourceName": "contactGroups/myContacts",
    }


def test_a_read_shows_what_the_mask_names_and_no_more(google: GoogleWorld) -> None:
    person = put(google)
    found = people(google).get(resourceName=person["resourceName"], personFields="organizations").execute()
    assert set(found) == {"resourceName", "etag", "organizations"}


def test_the_account_itself_is_a_person_too(google: GoogleWorld) -> None:
    me = people(google).get(resourceName=MY, personFields=USUAL).execute()
    assert me["emailAddresses"][0]["value"] == ADA
    assert people(google).get(resourceName=me["resourceName"], personFields=USUAL).execute() == me


def test_an_update_replaces_the_fields_of_its_mask_and_no_others(google: GoogleWorld) -> None:
    person = put(google)
    body = {"etag": person["etag"], "emailAddresses": [{"value": "new@customer.example"}], "names": []}
    changed = (
        people(google)
        .updateContact(resourceName=person["resourceName"], updatePersonFields="emailAddresses", body=body)
        .execute()
    )
    assert [a["value"] for a in changed["emailAddresses"]] == ["new@customer.example"]
    assert changed["names"] == person["names"]
    assert changed["etag"] != person["etag"]


def test_a_field_that_the_body_lacks_is_taken_away(google: GoogleWorld) -> None:
    person = put(google)
    changed = (
        people(google)
        .updateContact(
            resourceName=person["resourceName"],
            updatePersonFields="phoneNumbers,organizations",
            body={"etag": person["etag"], "organizations": [{"name": "", "title": ""}]},
        )
        .execute()
    )
    assert not {"phoneNumbers", "organizations"} & set(changed)


@pytest.mark.parametrize("mask", ["names", "metadata,emailAddresses"])
def test_the_etag_of_any_mask_is_good_for_an_update(google: GoogleWorld, mask: str) -> None:
    name = put(google)["resourceName"]
    seen = people(google).get(resourceName=name, personFields=mask).execute()
    body = {"etag": seen["etag"], "names": EVE["names"]}
    changed = people(google).updateContact(resourceName=name, updatePersonFields="names", body=body).execute()
    assert changed["names"][0]["givenName"] == "Eve"


def test_the_etag_of_the_source_is_good_for_an_update_and_that_of_an_update_for_the_next(google: GoogleWorld) -> None:
    person, service = put(google), people(google)
    for given in ("Eve", "Ewa"):
        body = {"metadata": {"sources": [source(person)]}, "names": [{"givenName": given}]}
        person = service.updateContact(
            resourceName=person["resourceName"], updatePersonFields="names", body=body
        ).execute()
    assert first_names([person]) == ["Ewa"]


def test_what_comes_from_a_profile_is_passed_over(google: GoogleWorld) -> None:
    profile = {"value": "other@customer.example", "metadata": {"source": {"type": "PROFILE", "id": "1"}}}
    person = put(google, DAN | {"emailAddresses": [profile, {"value": "dan@customer.example"}]})
    assert [a["value"] for a in person["emailAddresses"]] == ["dan@customer.example"]


def test_a_deleted_contact_is_gone(google: GoogleWorld) -> None:
    name, service = put(google)["resourceName"], people(google)
    assert service.deleteContact(resourceName=name).execute() == {}
    assert refused(service.get(resourceName=name, personFields=USUAL)).status == 404
    assert connections(service) == []


# -- Many contacts


def test_many_are_created_changed_and_deleted_in_one_call_each(google: GoogleWorld) -> None:
    service = people(google)
    wanted = {"contacts": [{"contactPerson": DAN}, {"contactPerson": EVE}], "readMask": USUAL}
    made = [r["person"] for r in service.batchCreateContacts(body=wanted).execute()["createdPeople"]]
    assert first_names(made) == ["Dan", "Eve"]
    bodies = {p["resourceName"]: {"etag": p["etag"], "names": [{"givenName": "X"}]} for p in made}
    update = {"contacts": bodies, "updateMask": "names", "readMask": "names"}
    result = service.batchUpdateContacts(body=update).execute()["updateResult"]
    assert first_names([result[p["resourceName"]]["person"] for p in made]) == ["X", "X"]
    service.batchDeleteContacts(body={"resourceNames": [p["resourceName"] for p in made]}).execute()
    assert connections(service) == []


def test_without_a_read_mask_a_batch_answers_nothing(google: GoogleWorld) -> None:
    service = people(google)
    assert service.batchCreateContacts(body={"contacts": [{"contactPerson": DAN}]}).execute() == {}
    assert first_names(connections(service)) == ["Dan"]


def test_many_are_read_in_one_call_and_one_that_is_missing_says_so(google: GoogleWorld) -> None:
    name = put(google)["resourceName"]
    names = [name, "people/c1", MY]
    answer = people(google).getBatchGet(resourceNames=names, personFields=USUAL).execute()["responses"]
    assert [(r["requestedResourceName"], r["httpStatusCode"]) for r in answer] == [
        (name, 200),
        ("people/c1", 404),
        (MY, 200),
    ]
    assert answer[1]["status"] == {"code": 5, "message": "Requested entity was not found."}


def test_a_batch_of_calls_goes_to_the_address_that_the_document_names(google: GoogleWorld) -> None:
    service = address_book(google)
    told: list[Any] = []
    group = service.new_batch_http_request(callback=lambda _, answer, error: told.append(error or answer))
    for contact in (CAROL, DAN):
        group.add(service.people().createContact(body=contact))
    group.execute()
    assert first_names(told) == ["Carol", "Dan"]


def test_a_batch_of_contacts_may_be_larger_than_one_of_mail(google: GoogleWorld) -> None:
    service = address_book(google)
    google.door("people-minutes", limits="none")
    told: list[Any] = []
    group = service.new_batch_http_request(callback=lambda _, answer, error: told.append(error or answer))
    for _ in range(120):
        group.add(service.people().get(resourceName=MY, personFields="names"))
    group.execute()
    assert {person["resourceName"] for person in told} == {told[0]["resourceName"]}
    assert len(told) == 120


# -- Lists


def test_all_pages_hold_every_contact_once_in_the_order_of_change(google: GoogleWorld) -> None:
    expected = some(google, 25)
    persons = connections(people(google), pageSize=10)
    assert [person["resourceName"] for person in persons] == expected


def test_a_list_has_its_totals_and_an_empty_one_has_nothing(google: GoogleWorld) -> None:
    request = people(google).connections().list(resourceName=MY, personFields=USUAL)
    assert request.execute() == {}
    put(google)
    answer = request.execute()
    assert (answer["totalPeople"], answer["totalItems"], len(answer["connections"])) == (1, 1, 1)


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("LAST_MODIFIED_ASCENDING", ["Carol", "Dan", "Eve"]),
        ("LAST_MODIFIED_DESCENDING", ["Eve", "Dan", "Carol"]),
        ("FIRST_NAME_ASCENDING", ["Carol", "Dan", "Eve"]),
        ("LAST_NAME_ASCENDING", ["Dan", "Eve", "Carol"]),
    ],
)
def test_a_list_is_in_the_order_asked_for(google: GoogleWorld, order: str, expected: list[str]) -> None:
    stocked(google)
    assert first_names(connections(people(google), sortOrder=order, pageSize=2)) == expected


def test_a_list_of_profiles_alone_has_no_contacts(google: GoogleWorld) -> None:
    put(google)
    assert connections(people(google), sources="READ_SOURCE_TYPE_PROFILE") == []
    assert len(connections(people(google), sources="READ_SOURCE_TYPE_CONTACT")) == 1


def test_a_list_ends_after_a_hundred_addresses_of_a_person_and_a_read_does_not(google: GoogleWorld) -> None:
    person = put(google, DAN | {"emailAddresses": [{"value": f"d{n}@customer.example"} for n in range(120)]})
    (listed,) = connections(people(google))
    whole = people(google).get(resourceName=person["resourceName"], personFields=USUAL).execute()
    assert (len(listed["emailAddresses"]), len(whole["emailAddresses"])) == (100, 120)


def test_everybody_has_an_address_book_of_their_own(google: GoogleWorld) -> None:
    google.account(BOB, CONTACTS)
    name = put(google, DAN, BOB)["resourceName"]
    assert connections(people(google)) == []
    assert refused(people(google).get(resourceName=name, personFields=USUAL)).status == 404


def test_whoever_may_read_profiles_alone_finds_the_account_and_no_contact(google: GoogleWorld) -> None:
    google.account(BOB, PROFILE_ONLY)
    name = stocked(google, BOB)["Dan"]
    service = people(google, BOB)
    assert "names" in service.get(resourceName=MY, personFields="names").execute()
    assert refused(service.get(resourceName=name, personFields="names")).status == 404


@pytest.mark.parametrize("other", ["/gmail/v1/users/me/profile", "/tasks/v1/users/@me/lists"])
def test_a_batch_for_two_apis_has_room_for_a_hundred_calls(google: GoogleWorld, other: str) -> None:
    paths = [other, *["/v1/people/me?personFields=names"] * 100]
    calls = [f"--b\r\nContent-Type: application/http\r\n\r\nGET {p} HTTP/1.1\r\n\r\n\r\n" for p in paths]
    answer = google.request(
        "POST",
        "/batch",
        data=f"{''.join(calls)}--b--\r\n".encode(),
        headers={"Content-Type": "multipart/mixed; boundary=b"},
    )
    assert answer.json()["error"]["message"].endswith("Received: 101, Limit: 100")


@pytest.mark.parametrize("path", ["/v1/people/me/connections", "/v1/people/me"])
def test_the_older_mask_is_not_simulated_and_says_so(google: GoogleWorld, path: str) -> None:
    answer = google.get(path, **{"requestMask.includeField": "person.names", "personFields": "names"})
    assert answer.status_code == 501


def test_reading_needs_no_more_than_the_right_to_read(google: GoogleWorld) -> None:
    google.account(BOB, READ_ONLY)
    google.door("contact", account=BOB, contact=DAN)
    assert first_names(connections(people(google, BOB))) == ["Dan"]


def test_a_read_whose_address_would_be_too_long_is_sent_as_a_post_and_is_none(google: GoogleWorld) -> None:
    names = some(google, 150)
    answer = people(google).getBatchGet(resourceNames=names, personFields="names").execute()["responses"]
    assert [one["requestedResourceName"] for one in answer] == names
    assert google.door("calls")[-1]["write"] is False
