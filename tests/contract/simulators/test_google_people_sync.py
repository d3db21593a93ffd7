"""Lists of what changed among the contacts: sync tokens, deleted contacts, and the delay of lists."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.contract.simulators.google_world import ADA, GoogleWorld, running
from tests.contract.simulators.people_world import (
    CAROL,
    CONTACTS,
    DAN,
    DAY,
    EVE,
    MY,
    USUAL,
    WITH_METADATA,
    changes,
    connections,
    first_names,
    people,
    put,
    refused,
    some,
    sync_token,
)


@pytest.fixture
def google(tmp_path: Path) -> Iterator[GoogleWorld]:
    with running(tmp_path) as world:
        world.account(ADA, CONTACTS)
        yield world


def rename(google: GoogleWorld, person: dict[str, Any], name: str) -> dict[str, Any]:
    body = {"etag": person["etag"], "names": [{"givenName": name}]}
    request = people(google).updateContact(resourceName=person["resourceName"], updatePersonFields="names", body=body)
    return dict(request.execute())


def renewed(google: GoogleWorld) -> Any:
    """The service, with a token that lives on after the clock has moved."""
    google.accounts[ADA] = google.door("grant", account=ADA, scopes=[CONTACTS])
    return people(google)


def test_a_sync_token_comes_with_the_last_page_for_whoever_asks(google: GoogleWorld) -> None:
    some(google, 3)
    lists = people(google).connections()
    asked = {"resourceName": MY, "personFields": USUAL, "pageSize": 2}
    assert (
        "nextSyncToken" not in lists.list(**asked, pageToken=lists.list(**asked).execute()["nextPageToken"]).execute()
    )
    asked |= {"requestSyncToken": True}
    first = lists.list(**asked).execute()
    last = lists.list(**asked, pageToken=first["nextPageToken"]).execute()
    assert ("nextSyncToken" in first, "nextSyncToken" in last) == (False, True)


def test_a_token_leads_to_what_was_made_changed_and_deleted_since(google: GoogleWorld) -> None:
    kept, changed, gone = (put(google, contact) for contact in (CAROL, DAN, EVE))
    token = sync_token(people(google))
    rename(google, changed, "Daniel")
    people(google).deleteContact(resourceName=gone["resourceName"]).execute()
    new = put(google, EVE)
    found = {person["resourceName"]: person for person in changes(people(google), token)}
    assert set(found) == {changed["resourceName"], gone["resourceName"], new["resourceName"]}
    assert kept["resourceName"] not in found
    assert found[changed["resourceName"]]["names"][0]["givenName"] == "Daniel"
    assert found[gone["resourceName"]]["metadata"]["deleted"] is True


def test_of_a_deleted_contact_nothing_is_left_but_its_name_and_its_end(google: GoogleWorld) -> None:
    token = sync_token(people(google))
    name = put(google)["resourceName"]
    people(google).deleteContact(resourceName=name).execute()
    (gone,) = changes(people(google), token)
    assert set(gone) == {"resourceName", "etag", "metadata"}


def test_without_metadata_in_the_mask_nothing_says_that_a_contact_was_deleted(google: GoogleWorld) -> None:
    name = put(google)["resourceName"]
    token = sync_token(people(google), personFields=USUAL)
    people(google).deleteContact(resourceName=name).execute()
    (gone,) = changes(people(google), token, personFields=USUAL)
    assert set(gone) == {"resourceName", "etag"}


def test_where_nothing_changed_the_answer_is_a_token_and_nothing_else(google: GoogleWorld) -> None:
    put(google)
    token = sync_token(people(google))
    answer = people(google).connections().list(resourceName=MY, personFields=WITH_METADATA, syncToken=token).execute()
    assert set(answer) == {"nextSyncToken"}


def test_tokens_lead_on_from_one_to_the_next(google: GoogleWorld) -> None:
    service = people(google)
    asked = {"resourceName": MY, "personFields": WITH_METADATA}
    token = sync_token(service)
    for contact in (CAROL, DAN):
        put(google, contact)
        answer = service.connections().list(**asked, syncToken=token).execute()
        assert first_names(answer["connections"]) == first_names([contact])
        token = answer["nextSyncToken"]


def test_what_comes_while_a_list_is_paged_is_told_of_by_its_token(google: GoogleWorld) -> None:
    names, lists = some(google, 3), people(google).connections()
    asked = {"resourceName": MY, "personFields": WITH_METADATA, "requestSyncToken": True, "pageSize": 2}
    first = lists.list(**asked).execute()
    person = people(google).get(resourceName=names[0], personFields=USUAL).execute()
    rename(google, person, "Changed")
    last = lists.list(**asked, pageToken=first["nextPageToken"]).execute()
    found = changes(people(google), last["nextSyncToken"], pageSize=2)
    assert first_names(found) == ["Changed"]


def test_a_token_lives_a_week_from_its_list_in_full_whatever_came_between(google: GoogleWorld) -> None:
    token = sync_token(people(google))
    asked = {"resourceName": MY, "personFields": WITH_METADATA}
    google.move_clock(6 * DAY)
    token = renewed(google).connections().list(**asked, syncToken=token).execute()["nextSyncToken"]
    google.move_clock(2 * DAY)
    got = refused(renewed(google).connections().list(**asked, syncToken=token))
    assert got.code == "EXPIRED_SYNC_TOKEN"


def test_a_list_in_full_after_the_end_of_a_token_starts_a_new_week(google: GoogleWorld) -> None:
    put(google)
    google.door("expire-contacts", account=ADA)
    token = sync_token(people(google))
    put(google, DAN)
    assert first_names(changes(people(google), token)) == ["Dan"]


def test_a_list_in_full_is_good_at_once_though_lists_are_late(google: GoogleWorld) -> None:
    google.door("contacts-delay", account=ADA, seconds=300)
    put(google)
    google.door("expire-contacts", account=ADA)
    assert changes(people(google), sync_token(people(google))) == []


def test_a_deleted_contact_is_forgotten_after_a_week(google: GoogleWorld) -> None:
    people(google).deleteContact(resourceName=put(google)["resourceName"]).execute()
    google.move_clock(8 * DAY)
    assert connections(renewed(google)) == []
    assert google.door("snapshot")["contacts"][ADA] == []


# -- Lists are late where the door says so


def test_a_new_contact_is_read_at_once_and_listed_later(google: GoogleWorld) -> None:
    token = sync_token(people(google))
    google.door("contacts-delay", account=ADA, seconds=300)
    name = put(google)["resourceName"]
    assert people(google).get(resourceName=name, personFields=USUAL).execute()["resourceName"] == name
    assert (connections(people(google)), changes(people(google), token)) == ([], [])
    google.move_clock(301)
    assert first_names(connections(people(google))) == ["Carol"]
    assert first_names(changes(people(google), token)) == ["Carol"]


def test_lists_show_a_contact_as_it_was_until_they_know_better(google: GoogleWorld) -> None:
    person = put(google)
    google.door("contacts-delay", account=ADA, seconds=300)
    rename(google, person, "Caroline")
    assert first_names(connections(people(google))) == ["Carol"]
    google.move_clock(301)
    assert first_names(connections(people(google))) == ["Caroline"]


def test_a_token_of_a_late_list_loses_nothing(google: GoogleWorld) -> None:
    google.door("contacts-delay", account=ADA, seconds=300)
    put(google)
    token = sync_token(people(google))
    google.door("contacts-delay", account=ADA, seconds=0)
    put(google, DAN)
    early = people(google).connections().list(resourceName=MY, personFields=WITH_METADATA, syncToken=token).execute()
    google.move_clock(301)
    assert "connections" not in early
    assert first_names(changes(people(google), early["nextSyncToken"])) == ["Carol", "Dan"]


def test_a_contact_that_was_deleted_is_listed_until_lists_know(google: GoogleWorld) -> None:
    name = put(google)["resourceName"]
    google.door("contacts-delay", account=ADA, seconds=300)
    people(google).deleteContact(resourceName=name).execute()
    assert first_names(connections(people(google))) == ["Carol"]
    google.move_clock(301)
    assert connections(people(google)) == []
