"""What is peculiar to events at Salesforce: how few calls they take, whose relations stay, what getDeleted adds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from connectors.errors import ItemError, Kind
from connectors.records import Event, EventKind, Invitee, Person, RecordWrite, Ref, Response, Window
from connectors.simulators.authority import Certificate
from tests.builders import event
from tests.contract.connectors.crm_contract import ANN, ids
from tests.contract.connectors.event_crm_contract import write
from tests.contract.connectors.event_crm_reading_contract import caught_up, pages, shown, since
from tests.contract.connectors.event_reading_contract import DAY, EVENT, WINDOW, failed
from tests.contract.connectors.record_crm_contract import gone
from tests.contract.connectors.record_crm_reading_contract import told
from tests.contract.connectors.salesforce_event_stage import SalesforceEventStage, staged, whole
from tests.contract.connectors.salesforce_record_stage import MINUTE, counted, door, pushed, row
from tests.contract.connectors.stage import CountingServer


@pytest.fixture
def stage(salesforce_server: CountingServer, contract_certificate: Certificate) -> Iterator[SalesforceEventStage]:
    with staged(salesforce_server, contract_certificate) as made:
        yield made


def updated(of: RecordWrite, record_id: str, meeting: Event | None = None, *invited: Person) -> RecordWrite:
    people = tuple(Invitee(kind=each.kind, id=each.id) for each in invited)
    return replace(of, version=of.version + 1, record_id=record_id, record=meeting or of.record, invitees=people)


# -- How few calls


def test_200_new_events_with_their_relations_are_one_call(stage: SalesforceEventStage) -> None:
    owner, people = stage.user(), [stage.contact(f"p{n}@customer.example") for n in range(4)]
    writes = [write(owner, None, *people) for _ in range(200)]
    assert counted(stage, *writes) == 1
    assert set(stage.invited(next(iter(stage.living())))) == {person.id for person in people}


def test_what_does_not_fit_beside_them_takes_one_more(stage: SalesforceEventStage) -> None:
    owner, people = stage.user(), [stage.contact(f"p{n}@customer.example") for n in range(9)]
    writes = [write(owner, None, *people) for _ in range(200)]
    assert counted(stage, *writes) == 2
    assert {len(stage.invited(made)) for made in stage.living()} == {9}


@pytest.mark.parametrize(("number", "calls"), [(1, 1), (200, 1), (201, 2), (1000, 5)])
def test_new_events_are_one_call_for_200(stage: SalesforceEventStage, number: int, calls: int) -> None:
    owner, ann = stage.user(), stage.contact(ANN)
    assert counted(stage, *(write(owner, None, ann) for _ in range(number))) == calls


def test_200_changes_are_one_call_where_relations_stay(stage: SalesforceEventStage) -> None:
    owner, ann = stage.user(), stage.contact(ANN)
    writes = [write(owner, None, ann) for _ in range(200)]
    made = pushed(stage, *writes)
    later = [updated(w, id_, event("Later"), ann) for w, id_ in zip(writes, made, strict=True)]
    assert counted(stage, *later) == 1
    assert {each.event.title for each in shown(stage, *made)} == {"Later"}


def test_every_call_counts_once_towards_the_allowance(stage: SalesforceEventStage) -> None:
    connector = stage.open()
    ids(connector.push([write(stage.user(), None, stage.contact(ANN))]))
    assert connector.allowance().used == 1


# -- What Salesforce refuses


@pytest.mark.parametrize(
    ("meeting", "code"),
    [
        (event("x" * 256), "salesforce.STRING_TOO_LONG"),
        (event(location="x" * 256), "salesforce.STRING_TOO_LONG"),
        (event(minutes=14 * 1440 + 1), "salesforce.EVENT_TOO_LONG"),
        (event(minutes=-1), "salesforce.FIELD_INTEGRITY_EXCEPTION"),
    ],
    ids=["subject", "location", "longer than 14 days", "ends before it begins"],
)
def test_what_salesforce_does_not_take_is_said_and_not_cut(
    stage: SalesforceEventStage, meeting: Event, code: str
) -> None:
    (result,) = stage.open().push([write(stage.user(), meeting)])
    assert (failed(result).kind, failed(result).code) == (Kind.INVALID, code)


def test_a_long_description_arrives_shortened(stage: SalesforceEventStage) -> None:
    (made,) = pushed(stage, write(stage.user(), event(text="👍" * 20_000)))
    assert row(stage, made)["Description"].endswith("The whole of it is in the calendar.]")


@pytest.mark.parametrize(
    "meeting",
    [event(minutes=0), event(minutes=14 * 1440), event(all_day=True, end=WINDOW.start + 90 * DAY)],
    ids=["a moment", "14 days", "months"],
)
def test_how_short_or_long_an_event_may_be(stage: SalesforceEventStage, meeting: Event) -> None:
    (made,) = pushed(stage, write(stage.user(), meeting))
    (there,) = shown(stage, made)
    assert (there.event.start, there.event.end) == (meeting.start, meeting.end)


# -- Whose relations stay


def by_hand(stage: SalesforceEventStage, event_id: str, person: Person) -> None:
    door(stage, "create", object="EventRelation", fields={"EventId": event_id, "RelationId": person.id})


def test_the_first_contact_or_lead_is_whom_the_event_is_about(stage: SalesforceEventStage) -> None:
    colleague, prospect, ann = stage.user(), stage.lead("new@prospect.example"), stage.contact(ANN)
    (made,) = pushed(stage, write(stage.user(), None, colleague, prospect, ann))
    assert row(stage, made)["WhoId"] == prospect.id


def test_whom_a_person_invited_there_stays_invited(stage: SalesforceEventStage) -> None:
    ann, bob, cy = (stage.contact(f"{name}@customer.example") for name in ("ann", "bob", "cy"))
    wanted = write(stage.user(), None, ann, bob)
    (made,) = pushed(stage, wanted)
    by_hand(stage, made, cy)
    pushed(stage, updated(wanted, made, None, ann))
    assert set(stage.invited(made)) == {ann.id, cy.id}


def test_an_event_that_a_person_entered_keeps_whom_it_is_about(stage: SalesforceEventStage) -> None:
    owner, ann = stage.user(), stage.contact(ANN)
    made = stage.create(event(), owner)
    door(stage, "update", id=made, fields={"WhoId": ann.id})
    pushed(stage, write(owner, event("Edited in the calendar"), record_id=made))
    assert (row(stage, made)["WhoId"], row(stage, made)["Subject"]) == (ann.id, "Edited in the calendar")


def test_who_we_are_is_asked_once_and_only_where_it_matters(stage: SalesforceEventStage) -> None:
    ann, bob, owner = stage.contact(ANN), stage.contact("bob@customer.example"), stage.user()
    writes = [write(owner, None, ann) for _ in range(2)]
    made = pushed(stage, *writes)
    connector, before = stage.open(), len(stage.simulator.calls)
    for _ in range(2):
        ids(connector.push([updated(w, id_, None, bob) for w, id_ in zip(writes, made, strict=True)]))
    asked = [call.operation for call in stage.simulator.calls[before:]]
    assert asked.count("userinfo") == 1


def test_the_owner_is_not_invited_to_their_own_event(stage: SalesforceEventStage) -> None:
    owner = stage.user()
    (made,) = pushed(stage, write(owner, None, owner, stage.contact(ANN)))
    assert owner.id not in stage.invited(made)
    assert len(list(stage.simulator.org.store.rows("Event"))) == 1


def test_an_invited_colleague_gets_a_copy_that_nobody_is_told_of(stage: SalesforceEventStage) -> None:
    wanted = write(stage.user(), None, stage.user())
    (made,) = pushed(stage, wanted)
    assert len(list(stage.simulator.org.store.rows("Event"))) == 2
    cursor = caught_up(stage)
    pushed(stage, gone(wanted, made))
    assert since(stage, cursor) == {made: None}


def test_being_out_of_the_office_is_being_busy(stage: SalesforceEventStage) -> None:
    wanted = write(stage.user())
    (made,) = pushed(stage, wanted)
    door(stage, "update", id=made, fields={"ShowAs": "OutOfOffice"})
    pushed(stage, updated(wanted, made, event("Later")))
    assert row(stage, made)["ShowAs"] == "OutOfOffice"
    pushed(stage, updated(wanted, made, event("Later", busy=False)))
    assert row(stage, made)["ShowAs"] == "Free"


def test_an_absence_shows_as_one_whatever_people_make_of_it(stage: SalesforceEventStage) -> None:
    away = event("Alps", kind=EventKind.ABSENCE)
    wanted = write(stage.user(), away)
    (made,) = pushed(stage, wanted)
    assert row(stage, made)["ShowAs"] == "OutOfOffice"
    door(stage, "update", id=made, fields={"ShowAs": "Busy"})
    pushed(stage, updated(wanted, made, away))
    assert row(stage, made)["ShowAs"] == "OutOfOffice"


def test_an_answer_that_changes_is_written(stage: SalesforceEventStage) -> None:
    ann = stage.contact(ANN)
    wanted = write(stage.user(), None, ann)
    (made,) = pushed(stage, wanted)
    said = replace(wanted, record_id=made, invitees=(Invitee(kind=ann.kind, id=ann.id, response=Response.TENTATIVE),))
    pushed(stage, said)
    assert stage.invited(made) == {ann.id: Response.TENTATIVE}


def test_where_activities_are_shared_everybody_is_related_once(stage: SalesforceEventStage) -> None:
    door(stage, "activities", shared=True)
    ann, bob, prospect = stage.contact(ANN), stage.contact("bob@customer.example"), stage.lead("p@prospect.example")
    wanted = write(stage.user(), None, ann, bob, prospect)
    (made,) = pushed(stage, wanted)
    assert (set(stage.invited(made)), row(stage, made)["WhoId"]) == ({ann.id, bob.id, prospect.id}, ann.id)
    pushed(stage, updated(wanted, made, None, bob))
    assert (set(stage.invited(made)), row(stage, made)["WhoId"]) == ({bob.id}, bob.id)


def test_a_lead_of_an_event_with_an_account_is_invited_all_the_same(stage: SalesforceEventStage) -> None:
    prospect, wanted = stage.lead("p@prospect.example"), write(stage.user())
    (made,) = pushed(stage, wanted)
    door(stage, "update", id=made, fields={"WhatId": stage.account()})
    pushed(stage, updated(wanted, made, None, prospect))
    assert (set(stage.invited(made)), row(stage, made)["WhoId"]) == ({prospect.id}, None)


# -- Half done


def test_a_person_who_is_gone_is_named_and_the_event_is_completed_by_the_next_push(
    stage: SalesforceEventStage,
) -> None:
    ann, lost, owner = stage.contact(ANN), stage.contact("lost@customer.example"), stage.user()
    wanted = write(owner, None, ann, lost)
    stage.remove(lost)
    (result,) = stage.open().push([wanted])
    failure = failed(result)
    assert (failure.kind, failure.evidence["person_id"]) == (Kind.NOT_FOUND, lost.id)
    (made,) = pushed(stage, replace(wanted, invitees=wanted.invitees[:1]))
    assert (set(stage.invited(made)), len(stage.living())) == ({ann.id}, 1)


def test_a_person_who_is_gone_is_told_apart_from_an_event_that_is(stage: SalesforceEventStage) -> None:
    lost, owner = stage.contact(ANN), stage.user()
    one, two = write(owner), write(owner)
    first, second = pushed(stage, one, two)
    stage.remove(lost)
    stage.delete(second)
    results = stage.open().push([updated(one, first, None, lost), updated(two, second)])
    assert [failed(each).evidence.get("person_id") for each in results] == [lost.id, None]


def test_one_that_is_refused_keeps_no_relation_from_its_neighbours(stage: SalesforceEventStage) -> None:
    ann, owner = stage.contact(ANN), stage.user()
    writes = [write(owner, event("x" * 256 if n == 1 else "good"), ann) for n in range(3)]
    results = stage.open().push(writes)
    assert [isinstance(each, Ref) for each in results] == [True, False, True]
    assert [set(stage.invited(made)) for made in stage.living()] == [{ann.id}, {ann.id}]


def test_relations_whose_answer_is_lost_are_made_by_the_next_push(stage: SalesforceEventStage) -> None:
    people = [stage.contact(f"p{n}@customer.example") for n in range(9)]
    owner = stage.user()
    writes = [write(owner, None, *people) for _ in range(200)]
    connector = stage.open()
    stage.drop_call(2)
    results = connector.push(writes)
    assert {failed(each).kind for each in results if isinstance(each, ItemError)} == {Kind.TRANSIENT}
    made = pushed(stage, *writes)
    assert {len(stage.invited(each)) for each in made} == {9}


def test_after_a_first_success_a_call_that_fails_is_said_of_the_rest(stage: SalesforceEventStage) -> None:
    owner = stage.user()
    writes = [write(owner) for _ in range(201)]
    stage.drop_call(2)
    results = stage.open().push(writes)
    assert [isinstance(each, Ref) for each in results] == [True] * 200 + [False]
    assert failed(results[200]).kind is Kind.TRANSIENT


def test_a_key_that_another_value_has_is_not_adopted(stage: SalesforceEventStage) -> None:
    door(stage, "add-field", object="Event", name="Number__c", unique=True)
    wanted, owner = write(stage.user()), stage.user()
    (made,) = pushed(stage, wanted)
    stage.hide(made)
    (result,) = stage.open().push([replace(wanted, owner_id=owner.id)])
    assert (failed(result).kind, failed(result).code) == (Kind.CONFLICT, "salesforce.DUPLICATE_VALUE")


# -- What changed


def test_what_the_window_reaches_is_shown_in_the_same_call(stage: SalesforceEventStage) -> None:
    owner = stage.user()
    near, far, farther = (stage.create(event(days=days), owner) for days in (1, 190, 250))
    stage.pass_time(20 * MINUTE)
    read = pages(stage.open())
    before = stage.calls()
    later = Window(start=WINDOW.start + 15 * DAY, end=WINDOW.end + 15 * DAY)
    rolled = pages(stage.open(), read[-1].cursor, later)
    assert (told(read), told(rolled), stage.calls() - before) == ({near}, {far}, 1)
    assert told(pages(stage.open(), rolled[-1].cursor, later)) == set()
    assert farther in stage.living()


def test_of_many_that_the_window_reaches_none_is_lost(stage: SalesforceEventStage) -> None:
    owner = stage.user()
    made = {stage.create(event(days=190 + n // 2), owner) for n in range(7)}
    cursor = caught_up(stage)
    stage.pages_of(3)
    later = Window(start=WINDOW.start, end=WINDOW.end + 30 * DAY)
    read = [next(stage.open().changes(EVENT, cursor, later))]
    while not read[-1].complete:
        read.append(next(stage.open().changes(EVENT, read[-1].cursor, later)))
    assert told(read) == made


def test_patterns_are_left_out_when_they_are_deleted(stage: SalesforceEventStage) -> None:
    owner = stage.user()
    for legacy in (False, True):
        made = door(stage, "series", fields=door_fields(owner), count=1, legacy=legacy)
        cursor = caught_up(stage)
        door(stage, "delete", id=made["pattern"])
        assert made["pattern"] not in since(stage, cursor)


def door_fields(owner: Person) -> dict[str, Any]:
    return whole(event("Stand-up")) | {"OwnerId": owner.id}
