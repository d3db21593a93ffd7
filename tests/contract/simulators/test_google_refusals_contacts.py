"""What People refuses at its door, of reads and lists, and beyond its limits, asked for with Google's own library."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.contract.simulators.google_world import ADA, BOB, Case, GoogleWorld, Got, proves, running
from tests.contract.simulators.people_world import (
    CAROL,
    CONTACTS,
    DAY,
    LIST,
    MY,
    READ_ONLY,
    USUAL,
    about,
    address_book,
    asks,
    changes,
    connections,
    first_names,
    lists,
    people,
    put,
    refusal,
    refused,
    refused_raw,
    some,
    sync_token,
)
from tests.contract.simulators.test_google_refusals_gate import page

PROFILE_ONLY = "https://www.googleapis.com/auth/userinfo.profile"


@pytest.fixture
def google(tmp_path: Path) -> Iterator[GoogleWorld]:
    with running(tmp_path) as world:
        yield world


def raw(**query: str) -> Case:
    """A list with values that the library would not send."""

    def case(google: GoogleWorld) -> Got:
        google.account(ADA, CONTACTS)
        return refused_raw(google.get(LIST, **{"personFields": USUAL} | query))

    return case


def without_token(google: GoogleWorld) -> Got:
    return refused_raw(google.get(LIST, token=""))


def expired(google: GoogleWorld) -> Got:
    google.account(ADA, CONTACTS)
    google.move_clock(3600)
    return refused_raw(google.get(LIST))


def after(verb: str, **arguments: Any) -> Case:
    """A list, after the door broke something."""

    def case(google: GoogleWorld) -> Got:
        service = people(google)
        google.door(verb, **arguments)
        return refused(service.connections().list(resourceName=MY, personFields=USUAL))

    return case


def gets(resource_name: str = MY, **query: Any) -> Case:
    return asks(lambda service: service.get(resourceName=resource_name, **query))


def without_mask(google: GoogleWorld) -> Got:
    google.account(ADA, CONTACTS)
    return refused_raw(google.get(LIST))


def of_other(google: GoogleWorld) -> Got:
    google.account(BOB, CONTACTS)
    name = put(google, CAROL, BOB)["resourceName"]
    return refused(people(google).get(resourceName=name, personFields=USUAL))


def deleted(google: GoogleWorld) -> Got:
    name, service = put(google)["resourceName"], people(google)
    service.deleteContact(resourceName=name).execute()
    return refused(service.get(resourceName=name, personFields=USUAL))


def batch_get(*names: str) -> Case:
    return asks(lambda service: service.getBatchGet(resourceNames=list(names), personFields=USUAL))


def other_query(google: GoogleWorld) -> Got:
    some(google, 2)
    service = people(google).connections()
    token = service.list(resourceName=MY, personFields=USUAL, pageSize=1).execute()["nextPageToken"]
    return refused(service.list(resourceName=MY, personFields="names", pageSize=1, pageToken=token))


# -- Sync tokens


def token_with(**query: Any) -> Case:
    """A list of changes with other parameters than those of the token."""

    def case(google: GoogleWorld) -> Got:
        service = people(google)
        asked = {"resourceName": MY, "personFields": "metadata,names,emailAddresses", "syncToken": sync_token(service)}
        return refused(service.connections().list(**asked | query))

    return case


def token_of_other_account(google: GoogleWorld) -> Got:
    google.account(BOB, CONTACTS)
    return refused(
        people(google)
        .connections()
        .list(resourceName=MY, personFields=USUAL, syncToken=sync_token(people(google, BOB)))
    )


def token_expired(google: GoogleWorld) -> Got:
    service = people(google)
    token = sync_token(service, personFields=USUAL)
    google.door("expire-contacts", account=ADA)
    return refused(service.connections().list(resourceName=MY, personFields=USUAL, syncToken=token))


def token_a_week_old(google: GoogleWorld) -> Got:
    token = sync_token(people(google), personFields=USUAL)
    google.move_clock(7 * DAY + 60)
    google.accounts[ADA] = google.door("grant", account=ADA, scopes=[CONTACTS])
    return refused(people(google).connections().list(resourceName=MY, personFields=USUAL, syncToken=token))


# -- Limits


def spent(answer: str, request: Any) -> Case:
    """A request about a contact, after the minute's, or the day's, quota is spent."""

    def case(google: GoogleWorld) -> Got:
        person = put(google)
        google.door("fill-people", account=ADA, answer=answer)
        return refused(request(people(google), person))

    return case


def reads(service: Any, person: dict[str, Any]) -> Any:
    return service.get(resourceName=person["resourceName"], personFields=USUAL)


def updates(service: Any, person: dict[str, Any]) -> Any:
    body = {"etag": person["etag"], "names": person["names"]}
    return service.updateContact(resourceName=person["resourceName"], updatePersonFields="names", body=body)


def deletes(service: Any, person: dict[str, Any]) -> Any:
    return service.deleteContact(resourceName=person["resourceName"])


def used_up(answer: str, **query: Any) -> Case:
    def case(google: GoogleWorld) -> Got:
        service = people(google)
        google.door("fill-people", account=ADA, answer=answer, until_mended=True)
        return refused(service.connections().list(resourceName=MY, personFields=USUAL, **query))

    return case


def batch_of_1001(google: GoogleWorld) -> Got:
    google.account(ADA, CONTACTS)
    call = f"--b\r\nContent-Type: application/http\r\n\r\nGET {LIST} HTTP/1.1\r\n\r\n\r\n"
    headers = {"Content-Type": "multipart/mixed; boundary=b"}
    answer = google.request("POST", "/batch", data=f"{call * 1001}--b--\r\n".encode(), headers=headers)
    error = answer.json()["error"]
    return Got(status=answer.status_code, code=error["status"], message=error["message"])


def stale_part(google: GoogleWorld) -> Got:
    """The second of two calls in a batch is refused, the first is not."""
    person, service = put(google), address_book(google)
    told: list[Any] = []
    group = service.new_batch_http_request(callback=lambda _, answer, error: told.append(error or answer))
    for _ in range(2):
        group.add(updates(service.people(), person))
    group.execute()
    assert told[0]["resourceName"] == person["resourceName"]
    return refusal(int(told[1].resp.status), told[1].resp["content-type"], told[1].content)


CASES: dict[str, Case] = {
    "google.contacts-token-missing": without_token,
    "google.contacts-token-expired": expired,
    "google.contacts-scope-missing": asks(
        lambda service: service.connections().list(resourceName=MY, personFields=USUAL), PROFILE_ONLY
    ),
    "google.contacts-scope-read-only": asks(lambda service: service.createContact(body=CAROL), READ_ONLY),
    "google.contacts-api-off": after("no-people-api"),
    "google.contacts-domain-policy": after("block-domain", account=ADA),
    "google.contacts-unknown-path": lambda google: page(google.get("/v1/bananas")),
    "google.contacts-unknown-parameter": raw(colour="red"),
    "google.contacts-parameter-type": raw(pageSize="many"),
    "google.contacts-parameter-choice": raw(sources="READ_SOURCE_TYPE_CONTACT,READ_SOURCE_TYPE_PROFILE"),
    "google.contacts-fields-unknown": lists(fields="connections(colour)"),
    "google.contact-mask-missing": gets(),
    "google.contact-mask-missing-in-list": without_mask,
    "google.contact-mask-path": gets(personFields="names,etag"),
    "google.contact-mask-path-below": gets(personFields="names.givenName"),
    "google.contact-mask-unreadable": gets(personFields='{"names": 1}'),
    "google.contact-unknown": gets("people/c1", personFields=USUAL),
    "google.contact-of-other": of_other,
    "google.contact-deleted": deleted,
    "google.contact-batch-get-201": batch_get(*(f"people/c{n}" for n in range(201))),
    "google.contact-batch-get-none": batch_get(),
    "google.contact-page-size": lists(pageSize=1001),
    "google.contact-page-size-negative": lists(pageSize=-1),
    "google.contact-page-token": lists(pageToken="1"),
    "google.contact-page-token-of-other-query": other_query,
    "google.contact-list-of-other": lists(resourceName="people/c1"),
    "google.contact-order-with-sync": lists(requestSyncToken=True, sortOrder="FIRST_NAME_ASCENDING"),
    "google.contact-order-with-sync-token": token_with(sortOrder="LAST_MODIFIED_DESCENDING"),
    "google.contact-sync-token": lists(syncToken="CPDAlvWDx70CEPDAlvWDx70CGAU="),
    "google.contact-sync-token-of-other-account": token_of_other_account,
    "google.contact-sync-other-mask": token_with(personFields="names"),
    "google.contact-sync-other-size": token_with(pageSize=10),
    "google.contact-sync-expired": token_expired,
    "google.contact-sync-a-week-old": token_a_week_old,
    "google.contact-quota-read": spent("critical-read", reads),
    "google.contact-quota-read-by-write": spent("critical-read", updates),
    "google.contact-quota-write": spent("critical-write", updates),
    "google.contact-quota-delete": spent("write", deletes),
    "google.contact-quota-day": spent("day", updates),
    "google.contact-quota-exhausted": used_up("exhausted"),
    "google.contact-quota-full-sync": used_up("full-sync", requestSyncToken=True),
    "google.contacts-batch-1001": batch_of_1001,
    "google.contacts-batch-part-stale": stale_part,
}


@pytest.mark.parametrize("row", CASES)
def test_google_refuses(google: GoogleWorld, row: str) -> None:
    proves(row, CASES[row](google))


# -- What refusals say beside their code


def test_a_refused_scope_names_the_method_as_people_does(google: GoogleWorld) -> None:
    google.account(ADA, PROFILE_ONLY)
    (detail,) = google.get(LIST).json()["error"]["details"]
    named = {"service": "people.googleapis.com", "method": "google.people.v1.PeopleService.ListConnections"}
    assert detail["metadata"] == named


def test_an_expired_sync_token_says_so_in_the_details(google: GoogleWorld) -> None:
    token = sync_token(people(google), personFields=USUAL)
    google.door("expire-contacts", account=ADA)
    error = google.get(LIST, personFields=USUAL, syncToken=token).json()["error"]
    assert error["status"] == "FAILED_PRECONDITION"
    (detail,) = error["details"]
    assert (detail["reason"], detail["domain"]) == ("EXPIRED_SYNC_TOKEN", "people.googleapis.com")


def test_a_spent_quota_names_its_metric_and_limit(google: GoogleWorld) -> None:
    google.account(ADA, CONTACTS)
    google.door("fill-people", account=ADA)
    error = google.get(LIST, personFields=USUAL).json()["error"]
    assert error["status"] == "RESOURCE_EXHAUSTED"
    named = error["details"][0]["metadata"]
    assert named["quota_metric"] == "people.googleapis.com/critical_read_requests"
    assert named["quota_limit"] == "CriticalReadsPerMinutePerProjectPerUser"


@pytest.mark.parametrize(("version", "expected"), [("1", ["badRequest"]), ("2", None)])
def test_a_list_of_errors_comes_where_it_is_asked_for(
    google: GoogleWorld, version: str, expected: list[str] | None
) -> None:
    google.account(ADA, CONTACTS)
    error = google.get(LIST, **{"$.xgafv": version}).json()["error"]
    assert (error.get("errors") and [one["reason"] for one in error["errors"]]) == expected


def test_the_quota_of_lists_in_full_leaves_lists_of_changes_alone(google: GoogleWorld) -> None:
    service = people(google)
    token = sync_token(service)
    google.door("fill-people", account=ADA, answer="full-sync", until_mended=True)
    assert changes(service, token) == []
    assert connections(service) == []


def test_reading_goes_on_where_the_minute_s_changes_are_used_up(google: GoogleWorld) -> None:
    assert CASES["google.contact-quota-write"](google).status == 429
    assert first_names(connections(people(google))) == ["Carol"]


def test_a_metric_that_is_used_up_until_it_is_mended_stops_what_costs_of_it_alone(google: GoogleWorld) -> None:
    person = put(google)
    google.door("fill-people", account=ADA, answer="critical-write", until_mended=True)
    assert first_names([reads(people(google), person).execute()]) == ["Carol"]
    assert refused(updates(people(google), person)).status == 429


def test_mail_goes_on_where_the_people_api_is_off(google: GoogleWorld) -> None:
    google.account()
    google.door("no-people-api")
    assert google.gmail().getProfile(userId="me").execute()["emailAddress"] == ADA


def test_what_is_about_to_change_is_as_it_was_after_a_refusal(google: GoogleWorld) -> None:
    case = about(lambda service, person: updates(service, person | {"etag": "%x"}))
    assert case(google).code == "FAILED_PRECONDITION"
    assert first_names(connections(people(google))) == ["Carol"]
