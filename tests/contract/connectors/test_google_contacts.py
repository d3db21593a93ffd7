"""What Google has of contacts beside the contract: our group, batches, limits, and refusals."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from connectors import clock
from connectors.contacts import Contact
from connectors.errors import Failure, ItemError, Kind
from connectors.google import contact_reading, contact_writing
from connectors.google.contact_groups import MARK, NAME
from connectors.google.people_client import READ, PeopleClient
from connectors.records import Ref, RemoteChange
from connectors.simulators.authority import Certificate
from connectors.simulators.faults import Fault
from connectors.simulators.google.people import groups
from connectors.simulators.google.people.store import Group
from tests.builders import somebody
from tests.contract.connectors import google_contact_stage
from tests.contract.connectors.contact_mail_contract import drop, new, patch
from tests.contract.connectors.contact_reading_contract import CONTACT, caught_up, pages, shown, since
from tests.contract.connectors.event_reading_contract import failed, refused, written
from tests.contract.connectors.google_contact_stage import SCOPES, GoogleContactStage
from tests.contract.connectors.google_stage import GoogleStage
from tests.contract.connectors.list_contract import changes, record
from tests.contract.connectors.stage import CountingServer


@pytest.fixture
def stage(
    google_server: CountingServer, contract_certificate: Certificate, monkeypatch: pytest.MonkeyPatch
) -> Iterator[GoogleContactStage]:
    with google_contact_stage.standing(google_server, contract_certificate, monkeypatch) as made:
        yield made


def door(stage: GoogleStage, verb: str, **arguments: Any) -> Any:
    with stage.simulator.lock:
        return stage.simulator.control(verb, arguments)


def asked(stage: GoogleContactStage, ask: Callable[[], object]) -> list[str]:
    """The operations that it takes."""
    before = stage.calls()
    ask()
    return [call.operation for call in stage.simulator.calls[before:]]


def titles(stage: GoogleContactStage) -> list[str]:
    return sorted(record(change).last for change in changes(pages(stage.open())))


# -- Our group


def groups_of(stage: GoogleContactStage) -> list[Group]:
    return list(stage.book.own.values())


def test_a_full_read_makes_the_group_so_that_people_find_it(stage: GoogleContactStage) -> None:
    pages(stage.open())
    assert [(each.name, each.client_data) for each in groups_of(stage)] == [(NAME, [MARK])]


def test_it_is_made_once(stage: GoogleContactStage) -> None:
    for _ in range(2):
        pages(stage.open())
        written(stage.open().push([new(somebody())]))
    assert len(groups_of(stage)) == 1


def test_a_group_that_somebody_renamed_is_the_same_one(stage: GoogleContactStage) -> None:
    cursor = caught_up(stage.open())
    (group,) = groups_of(stage)
    group.name = "Customers"
    (ref,) = written(stage.open().push([new(somebody())]))
    assert ([each.name for each in groups_of(stage)], since(stage, cursor)[ref.id].outside) == (["Customers"], False)


def test_a_group_of_that_name_is_taken_and_keeps_what_others_know_it_by(stage: GoogleContactStage) -> None:
    theirs = {"key": "other", "value": "x"}
    with stage.simulator.lock:
        groups.made(stage.book, "6e", {"name": "salesforce ", "clientData": [theirs]}, 1.0)
    pages(stage.open())
    assert [(each.name, each.client_data) for each in groups_of(stage)] == [("salesforce", [theirs, MARK])]


def test_the_marked_one_counts_where_another_one_has_the_name(stage: GoogleContactStage) -> None:
    pages(stage.open())
    (ours,) = groups_of(stage)
    ours.name = "Customers"
    ref = stage.add(somebody("Theirs"))  # into a group that has the name
    (found,) = changes(pages(stage.open()))
    assert (found.ref.id, found.outside, len(groups_of(stage))) == (ref.id, True, 2)


def test_who_comes_into_a_new_group_of_that_name_is_inside(stage: GoogleContactStage) -> None:
    ref = stage.add(somebody())
    cursor = caught_up(stage.open())
    stage.drop_group()
    stage.share(ref)
    assert since(stage, cursor)[ref.id].outside is False


def test_neither_later_reads_nor_looks_make_a_group(stage: GoogleContactStage) -> None:
    ref = stage.add(somebody())
    cursor = caught_up(stage.open())
    stage.drop_group()
    since(stage, cursor)
    shown(stage, ref)
    assert groups_of(stage) == []


def test_where_two_make_it_at_once_there_is_one(stage: GoogleContactStage, monkeypatch: pytest.MonkeyPatch) -> None:
    theirs = PeopleClient.create_group

    def late(self: PeopleClient, name: str, data: Sequence[Any]) -> Any:
        theirs(self, name, data)
        return theirs(self, name, data)

    monkeypatch.setattr(PeopleClient, "create_group", late)
    (ref,) = written(stage.open().push([new(somebody())]))
    assert (len(groups_of(stage)), stage.shared()) == (1, [ref.id])


@pytest.mark.parametrize("number", [1, 2])
def test_a_group_that_goes_between_two_writes_is_made_again_at_the_next_try(
    stage: GoogleContactStage, number: int
) -> None:
    connector = stage.open()
    written(connector.push([new(somebody())]))
    stage.drop_group()
    puts = [new(somebody()) for _ in range(number)]
    failure = refused(lambda: connector.push(puts))
    assert (failure.code, failure.kind) == ("google.contactGroupGone", Kind.TRANSIENT)
    written(stage.open().push(puts))
    assert len(stage.shared()) == number


# -- Requests


def test_where_nothing_changed_a_read_is_one_request(stage: GoogleContactStage) -> None:
    stage.add(somebody())
    cursor = caught_up(stage.open())
    assert asked(stage, lambda: since(stage, cursor)) == ["people.connections.list"]


def test_what_changed_takes_no_further_question(stage: GoogleContactStage) -> None:
    cursor = caught_up(stage.open())
    for n in range(3):
        stage.add(somebody(f"Number {n}"))
    (group,) = groups_of(stage)
    assert group.client_data == [MARK]
    assert asked(stage, lambda: since(stage, cursor)) == ["people.connections.list"]


def test_a_look_asks_for_the_group_where_a_page_has_not_told_it_or_somebody_is_outside(
    stage: GoogleContactStage,
) -> None:
    inside, outside = stage.add(somebody()), stage.add(somebody("Outsider"), outside=True)
    pages(stage.open())
    after_a_page = stage.open()
    pages(after_a_page)
    told = [
        asked(stage, lambda: after_a_page.look(CONTACT, [inside])),
        asked(stage, lambda: after_a_page.look(CONTACT, [inside, outside])),
        asked(stage, lambda: stage.open().look(CONTACT, [inside])),
    ]
    look = "people.getBatchGet"
    assert [[name for name in each if name != look] for each in told] == [[], [], ["contactGroups.list"]]
    assert all(look in each for each in told)


def test_contacts_outside_are_not_looked_at_in_a_full_read(stage: GoogleContactStage) -> None:
    for n in range(3):
        stage.add(somebody(f"Number {n}"), outside=True)
    pages(stage.open())
    assert asked(stage, lambda: pages(stage.open())) == ["contactGroups.list", "people.connections.list"]


def test_many_writes_are_three_requests_beside_the_look(stage: GoogleContactStage) -> None:
    refs = [stage.add(somebody(f"Number {n}")) for n in range(30)]
    puts = [patch(ref, job="Ours") for ref in refs[:15]] + [drop(ref) for ref in refs[15:]]
    puts += [new(somebody()) for _ in range(20)]
    assert asked(stage, lambda: written(stage.open().push(puts))) == [
        "people.getBatchGet",
        "people.batchUpdateContacts",
        "people.batchDeleteContacts",
        "contactGroups.list",
        "contactGroups.update",  # it was not marked yet
        "people.batchCreateContacts",
    ]


def test_one_write_takes_no_batch_which_costs_more_of_the_quota(stage: GoogleContactStage) -> None:
    ref, other = stage.add(somebody()), stage.add(somebody())
    caught_up(stage.open())
    assert asked(stage, lambda: stage.open().push([patch(ref, job="Ours")]))[1:] == ["people.updateContact"]
    assert asked(stage, lambda: stage.open().push([drop(other)]))[1:] == ["people.deleteContact"]
    assert asked(stage, lambda: stage.open().push([new(somebody())]))[1:] == ["people.createContact"]


def test_where_no_field_is_named_nothing_is_written(stage: GoogleContactStage) -> None:
    ref = stage.add(somebody())
    other = stage.add(somebody("Other"))
    results = stage.open().push([patch(ref), patch(other, job="Ours")])
    assert (results[0], stage.ref(ref.id)) == (ref, ref)
    assert [each.job for each in shown(stage, other)] == ["Ours"]


# -- What else stands in a contact


def test_a_change_leaves_what_others_know_of_it(stage: GoogleContactStage) -> None:
    theirs = {
        "names": [{"givenName": "Ann", "middleName": "Eve", "familyName": "Meyer", "honorificPrefix": "Dr."}],
        "phoneNumbers": [{"value": "0", "type": "pager"}, {"value": "1", "type": "work"}],
        "clientData": [{"key": "other", "value": "x"}],
        "userDefined": [{"key": "Size", "value": "M"}],
        "nicknames": [{"value": "Annie"}],
    }
    ref = stage.enter(theirs)
    (after,) = written(stage.open().push([patch(ref, first="Ann", last="Cole", phone="2")]))
    raw = stage.raw(after)
    assert raw["names"][0]["displayName"] == "Dr. Ann Eve Cole"
    assert [each["value"] for each in raw["phoneNumbers"]] == ["0", "2"]
    assert [raw[name][0]["value"] for name in ("clientData", "userDefined", "nicknames")] == ["x", "M", "Annie"]


def test_the_version_is_that_of_the_contact_s_own_source(stage: GoogleContactStage) -> None:
    (ref,) = written(stage.open().push([new(somebody())]))
    (read,) = changes(pages(stage.open()))
    assert [ref, read.ref] == [stage.ref(ref.id)] * 2


def test_what_changes_between_the_look_and_the_write_is_not_overwritten(
    stage: GoogleContactStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    refs = [stage.add(somebody(f"Number {n}")) for n in range(3)]
    looked_at = contact_reading.looked_at

    def then(book: Any, ids: Sequence[str]) -> Any:
        found = looked_at(book, ids)
        stage.edit(refs[1], last="Theirs")
        return found

    monkeypatch.setattr(contact_writing, "looked_at", then)
    results = stage.open().push([patch(ref, last="Ours") for ref in refs])
    assert (failed(results[1]).code, failed(results[1]).kind) == ("google.conditionNotMet", Kind.CONFLICT)
    assert titles(stage) == ["Ours", "Ours", "Theirs"]


def test_who_is_deleted_between_the_look_and_the_deletion_is_gone(
    stage: GoogleContactStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    refs = [stage.add(somebody(f"Number {n}")) for n in range(3)]
    looked_at = contact_reading.looked_at

    def then(book: Any, ids: Sequence[str]) -> Any:
        found = looked_at(book, ids)
        stage.delete(refs[1])
        return found

    monkeypatch.setattr(contact_writing, "looked_at", then)
    assert stage.open().push([drop(ref) for ref in refs]) == refs
    assert stage.living() == []


def test_who_is_not_shown_in_the_answer_may_have_been_written(
    stage: GoogleContactStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    create, update = PeopleClient.create, PeopleClient.update
    monkeypatch.setattr(PeopleClient, "create", lambda self, bodies: create(self, bodies)[1:])
    monkeypatch.setattr(PeopleClient, "update", lambda *given: {name: {} for name in update(*given)})
    ref, began, puts = stage.add(somebody()), clock.now() - timedelta(minutes=1), [new(somebody()) for _ in range(2)]
    one, two, three = stage.open().push([*puts, patch(ref, job="Ours")])
    assert [failed(each).kind for each in (one, three)] == [Kind.TRANSIENT] * 2
    wanted = [somebody(key=put.key) for put in puts]
    assert [len(each) for each in stage.open().twins(CONTACT, wanted, began)] == [1, 1]
    assert stage.open().twins(CONTACT, wanted[1:], began) == [(two,)]


# -- What Google refuses of one of many


@pytest.mark.parametrize(
    ("contact", "code"),
    [
        (somebody("x" * 1_025), "google.contactTooLarge"),
        (somebody(text="x" * 140_000), "google.contactTooLarge"),
        (somebody(more_emails=tuple(f"a{n}@x.example" for n in range(500))), "google.contactTooLarge"),
    ],
    ids=["long", "large", "many addresses"],
)
def test_what_is_too_large_is_refused_alone(stage: GoogleContactStage, contact: Contact, code: str) -> None:
    results = stage.open().push([new(somebody()), new(contact), new(somebody())])
    assert [isinstance(each, Ref) for each in results] == [True, False, True]
    assert (failed(results[1]).code, failed(results[1]).kind) == (code, Kind.INVALID)
    assert len(stage.living()) == 2


def test_a_change_that_is_too_large_is_refused_alone(stage: GoogleContactStage) -> None:
    one, two = stage.add(somebody("One")), stage.add(somebody("Two"))
    results = stage.open().push([patch(one, last="x" * 1_025), patch(two, job="Ours")])
    assert failed(results[0]).code == "google.contactTooLarge"
    assert [each.job for each in shown(stage, two)] == ["Ours"]


def test_where_there_is_no_room_for_more_contacts_it_says_so(
    stage: GoogleContactStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connectors.simulators.google.people.checking.MOST_CONTACTS", 2)
    results = stage.open().push([new(somebody(f"Number {n}")) for n in range(3)])
    assert [isinstance(each, Ref) for each in results] == [True, True, False]
    assert (failed(results[2]).code, failed(results[2]).kind) == ("google.MY_CONTACTS_OVERFLOW_COUNT", Kind.INVALID)


def test_what_was_written_is_told_where_the_rest_fails(stage: GoogleContactStage) -> None:
    ref = stage.add(somebody())
    caught_up(stage.open())
    stage.simulator.faults.append(Fault.of({"action": "drop_before", "path": "deleteContact"}))
    results = stage.open().push([patch(ref, job="Ours"), drop(stage.add(somebody())), new(somebody())])
    assert isinstance(results[0], Ref)
    assert {failed(each).kind for each in results[1:]} == {Kind.TRANSIENT}


def test_the_first_part_is_told_where_a_later_one_fails(stage: GoogleContactStage) -> None:
    caught_up(stage.open())
    stage.simulator.faults.append(Fault.of({"action": "drop_before", "path": "batchCreate", "after": 1}))
    results = stage.open().push([new(somebody(f"Number {n}")) for n in range(READ + 2)])
    assert [isinstance(each, Ref) for each in results] == [True] * READ + [False] * 2
    assert len(stage.living()) == READ


def test_one_bad_contact_among_many_is_found_by_halves(stage: GoogleContactStage) -> None:
    caught_up(stage.open())
    puts = [new(somebody(f"Number {n}", text="x" * 300_000 if n == 77 else "")) for n in range(100)]
    results: list[Ref | ItemError] = []
    made = asked(stage, lambda: results.extend(stage.open().push(puts)))
    assert [number for number, each in enumerate(results) if isinstance(each, ItemError)] == [77]
    assert len([each for each in made if "reate" in each]) < 20


# -- What Google refuses as a whole


def refusals(stage: GoogleContactStage) -> list[Failure]:
    """Of reading, looking and writing."""
    ref, connector = Ref(id="c1"), stage.open()
    return [
        refused(lambda: pages(connector)),
        refused(lambda: connector.look(CONTACT, [ref])),
        refused(lambda: connector.twins(CONTACT, [somebody(key="x")], clock.now())),
        refused(lambda: connector.push([new(somebody()), new(somebody())])),
        refused(lambda: connector.push([patch(ref, job="Ours")])),
        refused(lambda: connector.push([drop(ref)])),
    ]


def test_without_the_right_to_contacts_it_says_so(stage: GoogleContactStage) -> None:
    without = replace(stage, written="dee@ours.example", scopes=SCOPES[:1])
    assert {each.code for each in refusals(without)} == {"google.insufficientPermissions"}
    without.closing.close()


def test_where_the_api_is_not_switched_on_it_says_so(stage: GoogleContactStage) -> None:
    door(stage, "no-people-api")
    assert {(each.code, each.kind) for each in refusals(stage)} == {("google.accessNotConfigured", Kind.CONFIG)}


def test_where_the_domain_allows_no_contacts_it_says_so(stage: GoogleContactStage) -> None:
    stage.simulator.world.account(stage.address).domain_allows = False
    assert {each.code for each in refusals(stage)} == {"google.domainPolicy"}


@pytest.mark.parametrize("answer", ["critical-read", "exhausted"])
def test_a_used_up_quota_passes(stage: GoogleContactStage, answer: str) -> None:
    door(stage, "fill-people", account=stage.address, answer=answer, until_mended=True)
    assert {each.kind for each in refusals(stage)} == {Kind.RATE_LIMITED}


def test_the_quota_of_a_day_is_another_one(stage: GoogleContactStage) -> None:
    caught_up(stage.open())
    door(stage, "fill-people", account=stage.address, answer="day", until_mended=True)
    assert refused(lambda: stage.open().push([new(somebody())])).code == "google.dailyLimitExceeded"


def test_the_quota_of_full_reads_passes_and_later_reads_go_on(stage: GoogleContactStage) -> None:
    cursor = caught_up(stage.open())
    door(stage, "fill-people", account=stage.address, answer="full-sync", until_mended=True)
    assert refused(lambda: pages(stage.open())).kind is Kind.RATE_LIMITED
    assert since(stage, cursor) == {}


@pytest.mark.parametrize("tokens", ["page", "sync"])
def test_a_token_that_google_does_not_take_begins_a_read_anew(stage: GoogleContactStage, tokens: str) -> None:
    """It is bound to the request that it came from, which is another one after an update of ours."""
    stage.pages_of(2)
    for n in range(3):
        stage.add(somebody(f"Number {n}"))
    whole = pages(stage.open())
    cursor = whole[0].cursor if tokens == "page" else whole[-1].cursor
    stage.pages_of(3)
    failure = refused(lambda: pages(stage.open(), cursor))
    assert (failure.code, failure.kind) == ("google.invalidPageToken", Kind.CURSOR_EXPIRED)


def test_a_week_after_the_full_read_everything_is_read_anew(stage: GoogleContactStage) -> None:
    cursor = caught_up(stage.open())
    stage.wait(5)
    cursor = pages(stage.open(), cursor)[-1].cursor
    stage.wait(3)
    failure = refused(lambda: pages(stage.open(), cursor))
    assert (failure.code, failure.kind) == ("google.EXPIRED_SYNC_TOKEN", Kind.CURSOR_EXPIRED)


# -- Single answers among others


def test_what_cannot_be_read_is_shown_without_its_record(
    stage: GoogleContactStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As of whoever a list does not show all of, and who is asked for by name."""
    cursor = caught_up(stage.open())
    ref = stage.add(somebody(more_emails=tuple(f"{n}@home.example" for n in range(contact_reading.SHOWN))))
    whole = PeopleClient.get
    odd = {"httpStatusCode": 500, "status": {"code": 13}}
    monkeypatch.setattr(PeopleClient, "get", lambda self, names: dict.fromkeys(whole(self, names), odd))
    assert list(since(stage, cursor).values()) == [RemoteChange(ref=Ref(id=ref.id), outside=False)]
    assert failed(stage.open().look(CONTACT, [ref])[0]).kind is Kind.TRANSIENT
