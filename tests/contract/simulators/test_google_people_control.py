"""The control door's verbs for contacts: put, change, delete, break and mend, and the pages for people."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.contract.simulators.google_world import ADA, BOB, GoogleWorld, running
from tests.contract.simulators.people_world import (
    CAROL,
    CONTACTS,
    DAN,
    LIST,
    USUAL,
    changes,
    connections,
    first_names,
    people,
    put,
    sync_token,
)

READ = f"{LIST}?personFields=names"


@pytest.fixture
def google(tmp_path: Path) -> Iterator[GoogleWorld]:
    with running(tmp_path) as world:
        world.account(ADA, CONTACTS)
        yield world


def test_a_contact_is_put_changed_and_deleted_past_the_api(google: GoogleWorld) -> None:
    token = sync_token(people(google))
    placed = google.door("contact", account=ADA, contact=CAROL)
    changed = google.door(
        "change-contact", account=ADA, id=placed["resourceName"], contact={"names": [{"givenName": "Caro"}]}
    )
    assert changed["etag"] != placed["etag"]
    (person,) = changes(people(google), token)
    assert first_names([person]) == ["Caro"]
    assert len(person["emailAddresses"]) == 2
    google.door("delete-contact", account=ADA, id=placed["resourceName"])
    assert [p["metadata"]["deleted"] for p in changes(people(google), token)] == [True]


def test_the_door_s_etag_is_good_for_the_api(google: GoogleWorld) -> None:
    placed = google.door("contact", account=ADA, contact=DAN)
    body = {"etag": placed["etag"], "names": [{"givenName": "Daniel"}]}
    person = (
        people(google)
        .updateContact(resourceName=placed["resourceName"], updatePersonFields="names", body=body)
        .execute()
    )
    assert first_names([person]) == ["Daniel"]


def test_many_are_put_at_once_each_under_its_label(google: GoogleWorld) -> None:
    given = [{"account": ADA, "contact": CAROL, "group": "Fair"}, {"account": ADA, "contact": DAN}]
    placed = google.door("contact-many", contacts=given)
    assert len({each["resourceName"] for each in placed}) == 2
    assert [(names, len(groups)) for names, groups in shown(google)] == [("Carol", 1), ("Dan", 0)]


def test_a_label_that_is_there_is_the_same_one(google: GoogleWorld) -> None:
    first = google.door("contact-group", account=ADA, name="Fair")["resourceName"]
    google.door("contact", account=ADA, contact=CAROL, group="fair")
    assert (google.door("snapshot")["contact_groups"][ADA], shown(google)) == ({first: "Fair"}, [("Carol", [first])])


def shown(google: GoogleWorld) -> list[tuple[str, list[str]]]:
    """First names, each with the labels that people made."""
    said = google.door("snapshot")
    own = said["contact_groups"][ADA]
    return [
        (
            person["names"][0]["givenName"],
            [name for each in person["memberships"] if (name := _group(each)) in own],
        )
        for person in said["contacts"][ADA]
    ]


def _group(membership: dict[str, Any]) -> str:
    return str(membership["contactGroupMembership"]["contactGroupResourceName"])


def test_the_snapshot_names_the_labels_that_are_there(google: GoogleWorld) -> None:
    kept = google.door("contact-group", account=ADA, name="Fair")["resourceName"]
    gone = google.door("contact-group", account=ADA, name="Old")["resourceName"]
    google.door("delete-contact-group", account=ADA, id=gone)
    assert google.door("snapshot")["contact_groups"][ADA] == {kept: "Fair"}


def test_an_empty_list_takes_a_field_away(google: GoogleWorld) -> None:
    placed = google.door("contact", account=ADA, contact=CAROL)
    google.door("change-contact", account=ADA, id=placed["resourceName"], contact={"phoneNumbers": []})
    (person,) = connections(people(google), personFields="names,phoneNumbers")
    assert "phoneNumbers" not in person


def test_a_form_may_send_a_contact_as_text(google: GoogleWorld) -> None:
    form = {"account": ADA, "contact": json.dumps(DAN), "token": google.simulator.door_token}
    assert google.request("POST", "/_simulator/contact", token="", data=form).status_code == 303
    assert first_names(connections(people(google))) == ["Dan"]


def test_the_snapshot_holds_every_contact_deleted_ones_too(google: GoogleWorld) -> None:
    kept, gone = put(google), put(google, DAN)
    google.door("delete-contact", account=ADA, id=gone["resourceName"])
    persons = google.door("snapshot")["contacts"][ADA]
    assert {p["resourceName"]: p["metadata"].get("deleted", False) for p in persons} == {
        kept["resourceName"]: False,
        gone["resourceName"]: True,
    }
    assert persons[0]["emailAddresses"][0]["value"] == "carol@customer.example"


def test_a_deleted_account_takes_its_contacts_with_it(google: GoogleWorld) -> None:
    google.account(BOB, CONTACTS)
    put(google, DAN, BOB)
    google.door("delete-account", account=BOB)
    assert BOB not in google.door("snapshot")["contacts"]


# -- Pages for people


def test_the_page_lists_contacts_and_leads_to_each(google: GoogleWorld) -> None:
    placed = google.door("contact", account=ADA, contact={"names": [{"givenName": "Carol <b>"}]})
    gone = google.door("contact", account=ADA, contact=DAN)["resourceName"]
    google.door("delete-contact", account=ADA, id=gone)
    text = google.get("/_simulator/", token="").text
    assert f'<a href="/person/{placed["resourceName"].removeprefix("people/")}">Carol &lt;b&gt;</a>' in text
    assert f"{gone}</del> (deleted)" in text


def test_a_contact_has_a_page_of_its_own(google: GoogleWorld) -> None:
    name = google.door("contact", account=ADA, contact=CAROL)["resourceName"].removeprefix("people/")
    answer = google.get(f"/person/{name}", token="")
    assert answer.status_code == 200
    for words in ("Carol Cole", "carol@customer.example (work)", "Buyer, Purchasing, Customer Ltd"):
        assert words in answer.text


def test_a_contact_without_a_name_is_called_by_its_address(google: GoogleWorld) -> None:
    google.door("contact", account=ADA, contact={"emailAddresses": [{"value": "x@y.example"}]})
    google.door("contact", account=ADA, contact={"biographies": [{"value": "Who?"}]})
    text = google.get("/_simulator/", token="").text
    assert "x@y.example</a>" in text
    assert "(no name)</a>" in text


@pytest.mark.parametrize("name", ["c1", "me", ""])
def test_who_is_nobody_has_no_page(google: GoogleWorld, name: str) -> None:
    assert google.get(f"/person/{name}", token="").status_code == 404


# -- Troubles

TROUBLES: dict[str, tuple[str, dict[str, Any], int]] = {
    "no-people-api": ("people-api", {}, 403),
    "fill-people": ("free-people", {"account": ADA, "until_mended": True}, 429),
}


@pytest.mark.parametrize("verb", TROUBLES)
def test_a_trouble_is_listed_with_what_mends_it(google: GoogleWorld, verb: str) -> None:
    mend, arguments, status = TROUBLES[verb]
    google.door(verb, **arguments)
    (trouble,) = google.door("troubles")
    assert (trouble["mend"], google.get(READ).status_code) == (mend, status)
    google.door(trouble["mend"], **trouble["arguments"])
    assert google.door("troubles") == []
    assert google.get(READ).status_code == 200


def test_a_quota_may_be_used_up_for_all(google: GoogleWorld) -> None:
    google.door("fill-people")
    assert google.get(READ).status_code == 429
    google.door("free-people", account="")
    assert google.get(READ).status_code == 200


@pytest.mark.parametrize(("answer", "seconds"), [("critical-read", 61), ("day", 86_401)])
def test_a_quota_is_free_again_in_time(google: GoogleWorld, answer: str, seconds: int) -> None:
    google.door("fill-people", account=ADA, answer=answer)

    def create() -> int:
        token = google.door("grant", account=ADA, scopes=[CONTACTS])["access_token"]
        return google.request("POST", "/v1/people:createContact", json=DAN, token=token).status_code

    assert create() == 429
    google.move_clock(seconds)
    assert create() == 200


def test_without_limits_a_minute_has_room_for_everything(google: GoogleWorld) -> None:
    google.door("fill-people", account=ADA)
    google.door("people-minutes", limits="none")
    assert google.get(READ).status_code == 200
    google.door("people-minutes")
    assert google.get(READ).status_code == 429


WRONG: dict[str, dict[str, Any]] = {
    "contact": {"account": ADA, "contact": {"colour": "red"}},
    "change-contact": {"account": ADA, "id": "people/c1", "contact": {}},
    "delete-contact": {"account": ADA, "id": "nobody"},
    "expire-contacts": {"account": "nobody@example.com"},
    "contacts-delay": {"account": ADA, "seconds": -1},
    "fill-people": {"account": ADA, "answer": "no"},
    "people-minutes": {"limits": "few"},
}


@pytest.mark.parametrize("verb", WRONG)
def test_wrong_arguments_are_answered_with_a_sentence(google: GoogleWorld, verb: str) -> None:
    headers = {"X-Simulator-Token": google.simulator.door_token}
    answer = google.session.post(f"{google.url}/_simulator/{verb}", json=WRONG[verb], headers=headers)
    assert answer.status_code == 400
    assert len(answer.json()["error"]) > 10


@pytest.mark.parametrize("verb", ["contact", "change-contact"])
def test_what_cannot_be_a_contact_is_refused_in_google_s_words(google: GoogleWorld, verb: str) -> None:
    name = put(google)["resourceName"]
    two = {"names": [{"givenName": "A"}, {"givenName": "B"}]}
    headers = {"X-Simulator-Token": google.simulator.door_token}
    answer = google.session.post(
        f"{google.url}/_simulator/{verb}", json={"account": ADA, "id": name, "contact": two}, headers=headers
    )
    assert answer.json()["error"] == "Cannot have more than one person.names per source."


@pytest.mark.parametrize(
    ("method", "path", "operation", "write"),
    [
        ("GET", LIST, "people.connections.list", False),
        ("POST", "/v1/people:createContact", "people.createContact", True),
        ("DELETE", "/v1/people/c1:deleteContact", "people.deleteContact", True),
        ("GET", "/v1/people:batchGet", "people.getBatchGet", False),
    ],
)
def test_a_call_is_logged_as(google: GoogleWorld, method: str, path: str, operation: str, write: bool) -> None:
    assert google.logged(method, path) == (operation, write, ADA)


# -- Kept between two starts


def test_contacts_and_sync_tokens_go_on_after_a_restart(google: GoogleWorld) -> None:
    person = put(google)
    token = sync_token(people(google))
    google.restart()
    put(google, DAN)
    assert first_names(changes(people(google), token)) == ["Dan"]
    again = people(google).get(resourceName=person["resourceName"], personFields=USUAL).execute()
    assert again["names"] == person["names"]


def test_a_world_from_before_there_were_contacts_gets_address_books(google: GoogleWorld) -> None:
    for name in ("address_books", "people_quota", "people_api_on"):
        google.simulator.world.__dict__.pop(name, None)
    google.restart()
    assert connections(people(google)) == []
