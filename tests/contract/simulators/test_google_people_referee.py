"""Google's discovery document is the referee of contacts: the simulator takes and gives what the document declares."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from connectors.simulators.google.people.masks import readable, updatable
from connectors.simulators.google.people.methods import OPERATIONS
from tests.contract.simulators.google_world import ADA, GoogleWorld, running
from tests.contract.simulators.people_world import (
    CAROL,
    CONTACTS,
    DAN,
    DOCUMENT,
    MY,
    USUAL,
    address_book,
    people,
    put,
    sync_token,
)
from tests.contract.simulators.referee import Referee


def declared(resource: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield from resource.get("methods", {}).values()
    for inner in resource.get("resources", {}).values():
        yield from declared(inner)


METHODS = {m["id"].removeprefix("people."): m for m in declared({"resources": DOCUMENT["resources"]})}
FULL: dict[str, Any] = CAROL | {
    "addresses": [{"streetAddress": "1 Main St", "city": "Berlin", "countryCode": "DE", "type": "work"}],
    "biographies": [{"value": "Likes tea", "contentType": "TEXT_PLAIN"}],
    "birthdays": [{"date": {"year": 1980, "month": 5, "day": 1}}],
    "clientData": [{"key": "syncapp", "value": "003A"}],
    "events": [{"date": {"month": 6, "day": 2}, "type": "anniversary"}],
    "externalIds": [{"value": "17", "type": "customer"}],
    "genders": [{"value": "female"}],
    "nicknames": [{"value": "Caz"}],
    "occupations": [{"value": "Buyer"}],
    "relations": [{"person": "Dan", "type": "manager"}],
    "urls": [{"value": "https://customer.example", "type": "work"}],
    "userDefined": [{"key": "CRM", "value": "003A"}],
}
faults = Referee(document=DOCUMENT).faults


@pytest.fixture
def google(tmp_path: Path) -> Iterator[GoogleWorld]:
    with running(tmp_path) as world:
        world.account(ADA, CONTACTS)
        yield world


# -- One request of every method that is simulated, with as much in its answer as can be

Asks = Callable[[Any, dict[str, Any]], Any]


def a_list(service: Any, person: dict[str, Any]) -> Any:
    token = sync_token(service, personFields=",".join(readable()))
    service.deleteContact(resourceName=person["resourceName"]).execute()
    service.createContact(body=FULL).execute()
    return service.connections().list(resourceName=MY, personFields=",".join(readable()), syncToken=token)


REQUESTS: dict[str, Asks] = {
    "people.connections.list": a_list,
    "people.get": lambda s, p: s.get(resourceName=p["resourceName"], personFields=",".join(readable())),
    "people.getBatchGet": lambda s, p: s.getBatchGet(
        resourceNames=[p["resourceName"], MY, "people/c1"], personFields=",".join(readable())
    ),
    "people.createContact": lambda s, p: s.createContact(body=FULL),
    "people.updateContact": lambda s, p: s.updateContact(
        resourceName=p["resourceName"], updatePersonFields=",".join(updatable()), body=p
    ),
    "people.deleteContact": lambda s, p: s.deleteContact(resourceName=p["resourceName"]),
    "people.batchCreateContacts": lambda s, p: s.batchCreateContacts(
        body={"contacts": [{"contactPerson": FULL}], "readMask": ",".join(readable())}
    ),
    "people.batchUpdateContacts": lambda s, p: s.batchUpdateContacts(
        body={"contacts": {p["resourceName"]: p}, "updateMask": ",".join(updatable()), "readMask": USUAL}
    ),
    "people.batchDeleteContacts": lambda s, p: s.batchDeleteContacts(body={"resourceNames": [p["resourceName"]]}),
}
GROUP = {"name": "Sales", "clientData": [{"key": "syncapp", "value": "group"}]}
GROUP_FIELDS = "clientData,groupType,memberCount,metadata,name"
AsksOfGroup = Callable[[Any, dict[str, Any], dict[str, Any]], Any]
OF_GROUPS: dict[str, AsksOfGroup] = {
    "contactGroups.list": lambda g, group, p: g.list(groupFields=GROUP_FIELDS),
    "contactGroups.get": lambda g, group, p: g.get(
        resourceName=group["resourceName"], groupFields=GROUP_FIELDS, maxMembers=5
    ),
    "contactGroups.create": lambda g, group, p: g.create(body={"contactGroup": GROUP | {"name": "Other"}}),
    "contactGroups.update": lambda g, group, p: g.update(
        resourceName=group["resourceName"],
        body={"contactGroup": GROUP, "updateGroupFields": "clientData,name", "readGroupFields": "clientData,name"},
    ),
    "contactGroups.delete": lambda g, group, p: g.delete(resourceName=group["resourceName"]),
    "contactGroups.members.modify": lambda g, group, p: g.members().modify(
        resourceName=group["resourceName"],
        body={"resourceNamesToAdd": [p["resourceName"], "people/c1"]},
    ),
}
NOTHING = {"people.deleteContact", "people.batchDeleteContacts", "contactGroups.delete"}


def test_every_simulated_method_has_a_request_here_and_is_declared() -> None:
    assert {*REQUESTS, *OF_GROUPS} == set(OPERATIONS)
    assert set(OPERATIONS) <= set(METHODS)


@pytest.mark.parametrize("method", REQUESTS)
def test_an_answer_is_what_the_document_declares(google: GoogleWorld, method: str) -> None:
    answer = REQUESTS[method](people(google), put(google, FULL)).execute()
    assert faults(METHODS[method]["response"], answer) == []
    assert (answer == {}) == (method in NOTHING)


@pytest.mark.parametrize("method", OF_GROUPS)
def test_an_answer_about_groups_is_what_the_document_declares(google: GoogleWorld, method: str) -> None:
    service = address_book(google)
    group = service.contactGroups().create(body={"contactGroup": GROUP}).execute()
    answer = OF_GROUPS[method](service.contactGroups(), group, put(google, FULL)).execute()
    assert faults(METHODS[method]["response"], answer) == []
    assert (answer == {}) == (method in NOTHING)


def test_a_contact_comes_back_with_everything_that_was_put_into_it(google: GoogleWorld) -> None:
    person = put(google, FULL)
    for name, entries in FULL.items():
        for given, found in zip(entries, person[name], strict=True):
            assert {key: found[key] for key in given} == given, name


def test_a_person_written_back_as_it_was_read_is_the_same(google: GoogleWorld) -> None:
    person = put(google, FULL)
    again = REQUESTS["people.updateContact"](people(google), person).execute()
    for part in (person, again):
        part.pop("etag")
        part.pop("metadata")
    assert again == person


def test_every_non_empty_field_has_one_primary_entry(google: GoogleWorld) -> None:
    person = put(google, FULL)
    for name in set(FULL) - {"memberships"}:
        assert [e["metadata"].get("primary", False) for e in person[name]].count(True) == 1, name


def test_the_referee_itself_sees_faults() -> None:
    wrong = {
        "etag": 5,
        "hue": "red",
        "metadata": {"objectType": "CAT", "sources": [{"updateTime": "Monday"}]},
        "names": [{"age": 3}],
    }
    found = faults({"$ref": "Person"}, wrong)
    assert [fault.partition(" ")[0] for fault in found] == [
        "answer.etag",
        "answer.hue",
        "answer.metadata.objectType",
        "answer.metadata.sources[0].updateTime",
        "answer.names[0].age",
    ]


# -- Requests


def address(method: str) -> str:
    """That of something of the kind that the method is about."""
    return f"/{METHODS[method]['path']}".replace("{+resourceName}", resource(method).replace("people/c1", "people/me"))


@pytest.mark.parametrize("method", OPERATIONS)
def test_a_parameter_that_is_not_declared_is_refused(google: GoogleWorld, method: str) -> None:
    before = google.door("snapshot")
    answer = google.request(METHODS[method]["httpMethod"], address(method), params={"colour": "red"})
    assert answer.status_code == 400
    assert 'Unknown name "colour"' in answer.json()["error"]["message"]
    assert google.door("snapshot") == before


@pytest.mark.parametrize("method", OPERATIONS)
def test_every_parameter_that_is_declared_is_known(google: GoogleWorld, method: str) -> None:
    given = {n: p for n, p in METHODS[method]["parameters"].items() if p["location"] == "query"}
    samples = {"integer": "1", "boolean": "false", "string": "names"}
    params = {name: (p.get("enum") or [samples[p["type"]]])[0] for name, p in given.items()} | {"quotaUser": "x"}
    answer = google.request(METHODS[method]["httpMethod"], address(method), params=params)
    assert "Unknown name" not in answer.text
    assert "Invalid value" not in answer.text


@pytest.mark.parametrize("method", OPERATIONS)
def test_a_token_without_a_declared_scope_is_refused(google: GoogleWorld, method: str) -> None:
    token = google.door("grant", account=ADA, scopes=["openid"])["access_token"]
    answer = google.request(METHODS[method]["httpMethod"], address(method), token=token)
    (detail,) = answer.json()["error"]["details"]
    assert (answer.status_code, detail["reason"]) == (403, "ACCESS_TOKEN_SCOPE_INSUFFICIENT")


@pytest.mark.parametrize("method", sorted(set(METHODS) - set(OPERATIONS)))
def test_what_is_declared_and_not_simulated_says_so(google: GoogleWorld, method: str) -> None:
    token = google.door("grant", account=ADA, scopes=METHODS[method]["scopes"])["access_token"]
    path = re.sub(r"\{\+resourceName\}", resource(method), METHODS[method]["path"])
    answer = google.request(METHODS[method]["httpMethod"], f"/{path}", token=token)
    assert answer.status_code == 501
    assert answer.json()["error"]["message"] == f"This simulator does not do people.{method}."


def resource(method: str) -> str:
    """A resource name of the kind that the method's path asks for."""
    pattern = str(METHODS[method]["parameters"].get("resourceName", {}).get("pattern", ""))
    return f"{pattern.removeprefix('^').partition('/')[0]}/c1"


def test_an_answer_is_narrowed_to_the_fields_asked_for(google: GoogleWorld) -> None:
    put(google, DAN)
    request = (
        people(google)
        .connections()
        .list(resourceName=MY, personFields=USUAL, fields="connections(names/givenName,emailAddresses/value)")
    )
    assert request.execute() == {
        "connections": [{"names": [{"givenName": "Dan"}], "emailAddresses": [{"value": "dan@customer.example"}]}]
    }


def test_what_is_output_only_is_passed_over(google: GoogleWorld) -> None:
    person = put(google, DAN | {"photos": [{"url": "https://x.example"}], "ageRange": "TWENTY_ONE_OR_OLDER"})
    assert person["photos"][0]["default"] is True
    number = {"value": "030 12345", "canonicalForm": "+1"}
    assert "canonicalForm" not in put(google, DAN | {"phoneNumbers": [number]})["phoneNumbers"][0]
    assert "ageRange" not in person
