"""Parts of the contacts on their own: masks, names, the count of changes, and what a request costs."""

from __future__ import annotations

import pytest

from connectors.simulators.google import discovery
from connectors.simulators.google.answers import ApiError
from connectors.simulators.google.people import masks, names, showing
from connectors.simulators.google.people.limits import COSTS, METRICS, PeopleQuota
from connectors.simulators.google.people.methods import OPERATIONS
from connectors.simulators.google.people.store import AddressBook, Contact, Version

PEOPLE = discovery.load("people", "v1")


@pytest.mark.parametrize(
    ("http", "path", "method", "resource"),
    [
        ("GET", "/v1/people/me/connections", "people.people.connections.list", "people/me"),
        ("GET", "/v1/people/c17", "people.people.get", "people/c17"),
        ("GET", "/v1/people:batchGet", "people.people.getBatchGet", None),
        ("PATCH", "/v1/people/c17:updateContact", "people.people.updateContact", "people/c17"),
        ("DELETE", "/v1/people/c17:deleteContact", "people.people.deleteContact", "people/c17"),
        ("GET", "/v1/contactGroups/x", "people.contactGroups.get", "contactGroups/x"),
    ],
)
def test_a_resource_name_in_a_path_leads_to_its_method(http: str, path: str, method: str, resource: str | None) -> None:
    found = PEOPLE.route(http, path)
    assert found
    assert (found[0].id, found[1].get("resourceName")) == (method, resource)


@pytest.mark.parametrize("path", ["/v1/bananas/c1", "/v1/people/", "/v1/people/a/b", "/v1/people/me/connections/1"])
def test_a_resource_of_another_kind_leads_nowhere(path: str) -> None:
    assert PEOPLE.route("GET", path) is None


# -- Masks


def test_what_may_be_changed_may_be_read() -> None:
    assert set(masks.updatable()) < set(masks.readable())
    assert {"metadata", "photos"} <= set(masks.readable()) - set(masks.updatable())


def test_a_mask_names_each_field_once_in_its_order() -> None:
    assert masks.wanted("names,emailAddresses,names", "personFields") == ("names", "emailAddresses")


def test_where_no_mask_is_required_none_means_all() -> None:
    assert masks.wanted("", "personFields", required=False) == masks.readable()


@pytest.mark.parametrize("text", ["etag", "names.givenName", "names,", "*", "email_addresses", "names, urls", "{}"])
def test_a_path_that_is_not_listed_is_refused(text: str) -> None:
    with pytest.raises(ApiError) as caught:
        masks.wanted(text, "personFields")
    assert (caught.value.status, caught.value.word) == (400, "INVALID_ARGUMENT")


# -- Names


@pytest.mark.parametrize(
    ("given", "parts"),
    [
        ({"givenName": "Ada"}, {"givenName": "Ada"}),
        ({"unstructuredName": "Ada"}, {"givenName": "Ada"}),
        ({"unstructuredName": "Ada B. Lovelace"}, {"givenName": "Ada B.", "familyName": "Lovelace"}),
        ({"unstructuredName": "Ada", "familyName": "King"}, {"familyName": "King"}),
        ({"phoneticGivenName": "Ay-da"}, {"phoneticGivenName": "Ay-da"}),
    ],
    ids=["parts", "one word", "free text", "parts go first", "no free text"],
)
def test_a_name_has_parts(given: dict[str, str], parts: dict[str, str]) -> None:
    assert names.completed(given) == parts


def test_a_name_that_nobody_speaks_has_no_form_for_display() -> None:
    assert names.shown({"phoneticGivenName": "Ay-da"}) == {"phoneticGivenName": "Ay-da"}


# -- The count of changes


def book(delay: float = 0.0) -> AddressBook:
    return AddressBook(owner="ada@example.com", delay=delay)


def test_every_change_has_a_place_of_its_own_and_an_etag_of_its_own() -> None:
    ours = book()
    first = ours.put(7, {}, 0.0).latest
    second = ours.put(7, {}, 0.0).latest
    contact = ours.contacts[7]
    assert (first.change, second.change) == (1, 2)
    assert contact.etag(first) != contact.etag(second)


def test_of_versions_that_lists_know_only_the_newest_is_kept() -> None:
    ours = book()
    for _ in range(5):
        ours.put(7, {}, 0.0)
    assert [v.change for v in ours.contacts[7].versions] == [4, 5]


def test_lists_know_no_change_that_comes_after_one_they_do_not_know() -> None:
    ours = book(delay=10.0)
    ours.put(1, {}, 0.0)
    ours.delay = 0.0
    ours.put(2, {}, 1.0)
    assert [ours.known(at) for at in (1.0, 9.9, 10.0)] == [0, 0, 2]


@pytest.mark.parametrize("name", ["people/c8", "people/7", "people/c", "people/cx", "people/c٧", "c7", ""])
def test_no_other_name_finds_a_contact(name: str) -> None:
    ours = book()
    ours.put(7, {}, 0.0)
    assert ours.living("people/c7") is ours.contacts[7]
    assert ours.living(name) is None


def test_the_etag_of_a_person_holds_that_of_its_source_whatever_the_mask() -> None:
    contact = Contact(id=7, versions=[Version(fields={}, change=1, at=0.0, known_at=0.0)])
    etags = {showing.etag(contact, contact.latest, mask) for mask in (("names",), ("names", "metadata"))}
    assert len(etags) == 2
    assert {showing.source_etag(text) for text in etags} == {contact.etag(contact.latest)}


@pytest.mark.parametrize("text", ["", "%", "%EgMBAj0=", "nonsense", "%§"])
def test_a_text_that_is_no_etag_holds_none(text: str) -> None:
    assert showing.source_etag(text) == ""


# -- Quota


class Clock:
    now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


def test_every_method_that_is_simulated_has_its_price() -> None:
    assert set(COSTS) == set(OPERATIONS)
    assert {metric for costs in COSTS.values() for metric in costs} == set(METRICS)


@pytest.mark.parametrize(
    ("operation", "times", "metric"),
    [
        ("people.get", 90, "critical_read_requests"),
        ("people.updateContact", 90, "critical_read_requests"),
        ("people.deleteContact", 90, "write_requests"),
        ("people.batchCreateContacts", 15, "critical_read_requests"),
        ("people.batchDeleteContacts", 9, "write_requests"),
    ],
)
def test_the_last_unit_may_be_spent_and_no_more(operation: str, times: int, metric: str) -> None:
    quota = PeopleQuota(Clock())
    for _ in range(times):
        quota.charge("a", operation, full_sync=False)
    with pytest.raises(ApiError) as caught:
        quota.charge("a", operation, full_sync=False)
    assert caught.value.status == 429
    assert caught.value.details[0]["metadata"]["quota_metric"] == f"people.googleapis.com/{metric}"
    quota.charge("b", operation, full_sync=False)


def test_a_refused_call_costs_nothing() -> None:
    quota = PeopleQuota(Clock())
    quota.add("a", "critical-write", 90)
    with pytest.raises(ApiError):
        quota.charge("a", "people.createContact", full_sync=False)
    assert quota.spent("a", "critical-read") == 0


def test_a_minute_is_free_after_a_minute_and_a_day_after_a_day() -> None:
    clock = Clock()
    quota = PeopleQuota(clock)
    quota.charge("a", "people.createContact", full_sync=False)
    clock.now += 61
    assert (quota.spent("a", "critical-write"), quota.spent("a", "day")) == (0, 1)
    clock.now += 86_400
    assert quota.spent("a", "day") == 0
