"""What People refuses of changes to contacts, asked for with Google's own client library."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from googleapiclient.errors import HttpError

from tests.contract.simulators.google_world import ADA, Case, GoogleWorld, Got, proves, running
from tests.contract.simulators.people_world import (
    CAROL,
    CONTACTS,
    DAN,
    EVE,
    MY,
    about,
    asks,
    connections,
    creates,
    first_names,
    people,
    put,
    refused,
    refused_raw,
)

ALL = 25_000


@pytest.fixture
def google(tmp_path: Path) -> Iterator[GoogleWorld]:
    with running(tmp_path) as world:
        yield world


def posts(**body: Any) -> Case:
    """A new contact, sent without the library."""

    def case(google: GoogleWorld) -> Got:
        google.account(ADA, CONTACTS)
        return refused_raw(google.request("POST", "/v1/people:createContact", **body))

    return case


def updates(body: Callable[[dict[str, Any]], dict[str, Any]], mask: str = "names") -> Case:
    """A change whose body is made of the contact that is there."""
    return about(
        lambda service, person: service.updateContact(
            resourceName=person["resourceName"], updatePersonFields=mask, body=body(person)
        )
    )


def stale(part: Callable[[dict[str, Any]], dict[str, Any]]) -> Case:
    """A change with the etag of a version that was changed since."""

    def case(google: GoogleWorld) -> Got:
        person, service = put(google), people(google)
        google.door("change-contact", account=ADA, id=person["resourceName"], contact={"names": EVE["names"]})
        body = part(person) | {"names": CAROL["names"]}
        return refused(
            service.updateContact(resourceName=person["resourceName"], updatePersonFields="names", body=body)
        )

    return case


def half_stale(google: GoogleWorld) -> Got:
    """A change with the source's etag as it is now, and the person's as it was."""
    old, service = put(google), people(google)
    google.door("change-contact", account=ADA, id=old["resourceName"], contact={"names": EVE["names"]})
    new = service.get(resourceName=old["resourceName"], personFields="metadata").execute()
    body = {"etag": old["etag"], "metadata": new["metadata"], "names": CAROL["names"]}
    return refused(service.updateContact(resourceName=old["resourceName"], updatePersonFields="names", body=body))


def deleted_again(google: GoogleWorld) -> Got:
    request = people(google).deleteContact(resourceName=put(google)["resourceName"])
    request.execute()
    return refused(request)


def full(google: GoogleWorld) -> Got:
    google.account(ADA, CONTACTS)
    book = google.simulator.world.address_books.of(ADA)
    for number in range(ALL):
        book.put(number, {}, 0.0)
    return refused(people(google).createContact(body=DAN))


def wraps(*contacts: dict[str, Any]) -> dict[str, Any]:
    return {"contacts": [{"contactPerson": contact} for contact in contacts], "readMask": "names"}


def many(count: int) -> dict[str, Any]:
    return {"contacts": {f"people/c{n}": {"etag": "x"} for n in range(count)}, "updateMask": "names"}


def one_stale(service: Any, person: dict[str, Any]) -> Any:
    fresh = service.createContact(body=DAN).execute()
    bodies = {person["resourceName"]: person | {"etag": "%x"}, fresh["resourceName"]: fresh}
    bodies[person["resourceName"]].pop("metadata")
    return service.batchUpdateContacts(body={"contacts": bodies, "updateMask": "names", "readMask": "names"})


def two(field: str, *entries: dict[str, Any]) -> Case:
    return creates(**{field: list(entries)})


PRIMARY = {"metadata": {"sourcePrimary": True}}
CASES: dict[str, Case] = {
    "google.contact-body-unknown-name": posts(json={"colour": "red"}),
    "google.contact-body-type": posts(json={"emailAddresses": [{"value": 7}]}),
    "google.contact-body-not-json": posts(data=b"{names: x}"),
    "google.contact-two-names": two("names", {"givenName": "A"}, {"givenName": "B"}),
    "google.contact-two-biographies": two("biographies", {"value": "A"}, {"value": "B"}),
    "google.contact-two-birthdays": two("birthdays", {"text": "1 May"}, {"text": "2 May"}),
    "google.contact-two-genders": two("genders", {"value": "female"}, {"value": "male"}),
    "google.contact-primary-twice": two(
        "emailAddresses", {"value": "a@b.example"} | PRIMARY, {"value": "c@b.example"} | PRIMARY
    ),
    "google.contact-update-mask-missing": about(
        lambda service, person: service.updateContact(resourceName=person["resourceName"], body=person)
    ),
    "google.contact-update-mask-path": updates(lambda person: person, "names,photos"),
    "google.contact-update-without-etag": updates(lambda person: {"names": person["names"]}),
    "google.contact-update-stale": stale(lambda person: {"etag": person["etag"]}),
    "google.contact-update-no-etag-of-ours": updates(lambda person: {"etag": "of another", "names": []}),
    "google.contact-update-stale-source": stale(lambda person: {"metadata": person["metadata"]}),
    "google.contact-update-me": about(
        lambda service, person: service.updateContact(resourceName=MY, updatePersonFields="names", body=person)
    ),
    "google.contact-update-unknown": about(
        lambda service, person: service.updateContact(resourceName="people/c1", updatePersonFields="names", body=person)
    ),
    "google.contact-group-none": updates(lambda person: {"etag": person["etag"], "memberships": []}, "memberships"),
    "google.contact-group-unknown": creates(
        memberships=[{"contactGroupMembership": {"contactGroupResourceName": "contactGroups/nobody"}}]
    ),
    "google.contact-delete-unknown": asks(lambda service: service.deleteContact(resourceName="people/c1")),
    "google.contact-deleted-again": deleted_again,
    "google.contact-field-long": creates(names=[{"givenName": "x" * 1_025}]),
    "google.contact-fields-501": creates(urls=[{"value": f"https://x.example/{n}"} for n in range(500)]),
    "google.contact-large": creates(biographies=[{"value": "x" * 128 * 1024}]),
    "google.contacts-full": full,
    "google.contact-batch-create-201": asks(lambda service: service.batchCreateContacts(body=wraps(*[DAN] * 201))),
    "google.contact-batch-create-none": asks(lambda service: service.batchCreateContacts(body=wraps())),
    "google.contact-batch-create-wrong": asks(
        lambda service: service.batchCreateContacts(
            body=wraps(DAN, {"names": [{"givenName": "A"}, {"givenName": "B"}]})
        )
    ),
    "google.contact-batch-update-201": asks(lambda service: service.batchUpdateContacts(body=many(201))),
    "google.contact-batch-update-list": asks(
        lambda service: service.batchUpdateContacts(body={"contacts": [DAN], "updateMask": "names"})
    ),
    "google.contact-batch-update-stale": about(one_stale),
    "google.contact-batch-mask": asks(lambda service: service.batchUpdateContacts(body=many(1) | {"updateMask": ""})),
    "google.contact-batch-delete-501": asks(
        lambda service: service.batchDeleteContacts(body={"resourceNames": ["people/c1"] * 501})
    ),
    "google.contact-batch-delete-none": asks(lambda service: service.batchDeleteContacts(body={})),
    "google.contact-batch-delete-unknown": about(
        lambda service, person: service.batchDeleteContacts(
            body={"resourceNames": [person["resourceName"], "people/c1"]}
        )
    ),
}


@pytest.mark.parametrize("row", CASES)
def test_google_refuses(google: GoogleWorld, row: str) -> None:
    proves(row, CASES[row](google))


def test_of_two_etags_both_have_to_be_good(google: GoogleWorld) -> None:
    got = half_stale(google)
    assert (got.code, "person.etag" in got.message) == ("FAILED_PRECONDITION", True)


@pytest.mark.parametrize(
    ("row", "left"),
    [
        ("google.contact-batch-create-wrong", []),
        ("google.contact-batch-update-stale", ["Carol", "Dan"]),
        ("google.contact-batch-delete-unknown", ["Carol"]),
    ],
)
def test_a_batch_that_is_refused_in_part_is_not_carried_out_at_all(
    google: GoogleWorld, row: str, left: list[str]
) -> None:
    CASES[row](google)
    assert first_names(connections(people(google))) == left


def test_a_refused_batch_says_which_contacts_were_wrong(google: GoogleWorld) -> None:
    wrong = {"names": [{"givenName": "A"}, {"givenName": "B"}]}
    with pytest.raises(HttpError) as caught:
        people(google).batchCreateContacts(body=wraps(DAN, wrong)).execute()
    (detail,) = caught.value.error_details
    assert detail == {
        "@type": "type.googleapis.com/google.people.v1.BatchCreateContactsErrorDetails",
        "contactErrors": {"1": {"code": 3, "message": "Cannot have more than one person.names per source."}},
    }


def test_a_refused_deletion_says_which_names_were_wrong(google: GoogleWorld) -> None:
    person = put(google)
    names = [person["resourceName"], "people/c1"]
    with pytest.raises(HttpError) as caught:
        people(google).batchDeleteContacts(body={"resourceNames": names}).execute()
    (detail,) = caught.value.error_details
    assert [violation["field"] for violation in detail["fieldViolations"]] == ["resourceNames[1]"]


def test_a_name_of_1024_characters_and_a_long_note_are_taken(google: GoogleWorld) -> None:
    person = put(google, {"names": [{"givenName": "x" * 1_024}], "biographies": [{"value": "x" * 20_000}]})
    assert len(person["biographies"][0]["value"]) == 20_000
