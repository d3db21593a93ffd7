"""Events that somebody entered into the CRM, through their lives."""

from __future__ import annotations

from datetime import timedelta

import pytest

from connectors.models import Mailbox
from connectors.records import Event, Ref
from tests import builders
from tests.builders import event
from tests.driving import codes, sync
from tests.integration.events.meanwhile import happening
from tests.integration.events.stage import ANNA, BEN, Stage, pending, rules


@pytest.fixture
def visit(stage: Stage) -> str:
    """A visit of Anna's that the CRM and her calendar agree on; its record's id."""
    ref = stage.crm.events.create(event("Visit"), owner_id=ANNA)
    stage.run(2)
    assert (stage.in_calendar(), stage.titles(), len(stage.items)) == (["Visit"], ["Visit"], 1)
    return ref.id


def copy(stage: Stage) -> Ref:
    (found,) = [entry for entry in stage.calendar.entries.values() if not entry.gone]
    return found.ref


def in_calendar(stage: Stage) -> Event:
    return stage.calendar.event(copy(stage))


def at_rest(stage: Stage) -> bool:
    return (codes(), pending(), len(stage.items), stage.is_quiet()) == ([], [], 1, True)


def test_nobody_is_invited_by_us(stage: Stage, visit: str) -> None:
    assert in_calendar(stage).attendees == ()


def test_an_edit_in_the_crm_comes_into_the_calendar(stage: Stage, visit: str) -> None:
    stage.crm.events.edit(visit, title="Visit at nine", location="Hall 2")
    stage.run(2)
    assert (in_calendar(stage).title, in_calendar(stage).location) == ("Visit at nine", "Hall 2")
    assert at_rest(stage)


def test_an_edit_in_the_calendar_comes_back_to_the_record(stage: Stage, visit: str) -> None:
    stage.calendar.edit(copy(stage), title="Visit at nine")
    stage.run(2)
    assert (stage.record.id, stage.record.event.title, stage.record.owner_id) == (visit, "Visit at nine", ANNA)
    assert at_rest(stage)


def test_a_deletion_in_the_crm_takes_it_out_of_the_calendar(stage: Stage, visit: str) -> None:
    stage.crm.events.delete(visit)
    stage.run(2)
    assert (stage.in_calendar(), stage.records, at_rest(stage)) == ([], [], True)


def test_a_deletion_in_the_calendar_deletes_the_record(stage: Stage, visit: str) -> None:
    stage.calendar.delete(copy(stage))
    stage.run(2)
    assert (stage.in_calendar(), stage.records, at_rest(stage)) == ([], [], True)


def test_one_that_was_deleted_before_anybody_took_it_over_is_over(stage: Stage) -> None:
    ref = stage.crm.events.create(event("Visit"), owner_id=ANNA)
    stage.read()
    stage.crm.events.delete(ref.id)
    stage.run(2)
    assert (stage.in_calendar(), stage.records, codes(), pending()) == ([], [], [], [])
    assert stage.is_quiet()


@pytest.mark.parametrize("point", ["push to calendar: before", "push to calendar: after"])
def test_one_that_is_deleted_while_it_comes_into_a_calendar_goes_from_there(stage: Stage, point: str) -> None:
    stage.crm.events.overlap = 0
    stage.crm.events.create(event("Visit"), owner_id=ANNA)
    stage.read()

    def is_deleted() -> None:
        stage.crm.events.delete(stage.record.id)
        stage.read()

    with happening(is_deleted, at=point):
        sync(stage.anna)
    stage.run(2)
    assert (stage.in_calendar(), stage.records, at_rest(stage)) == ([], [], True)


def test_it_moves_out_of_the_window_and_stays_in_step(stage: Stage, visit: str) -> None:
    far = {name: getattr(stage.record.event, name) + timedelta(days=300) for name in ("start", "end")}
    stage.crm.events.edit(visit, **far)
    stage.run(2)
    assert (in_calendar(stage).start, rules()) == (far["start"], {})
    assert at_rest(stage)


def test_what_lies_outside_of_the_window_is_filtered_and_comes_when_its_time_comes(stage: Stage) -> None:
    stage.crm.events.create(event("In a while", days=200), owner_id=ANNA)
    stage.run(2)
    assert (stage.in_calendar(), rules()) == ([], {"In a while": "outside_window"})
    stage.time.move(days=40)
    stage.run(2)
    assert (stage.in_calendar(), rules(), stage.is_quiet()) == (["In a while"], {}, True)


def test_what_is_moved_outside_of_the_window_is_known_by_where_it_lies_now(stage: Stage) -> None:
    ref = stage.crm.events.create(event("In a year", days=400), owner_id=ANNA)
    stage.run()
    sooner = event("In a while", days=200)
    stage.crm.events.edit(ref.id, title="In a while", start=sooner.start, end=sooner.end)
    stage.run(2)
    assert (stage.in_calendar(), rules()) == ([], {"In a while": "outside_window"})
    stage.time.move(days=40)
    stage.run(2)
    assert (stage.in_calendar(), rules(), stage.is_quiet()) == (["In a while"], {}, True)


def test_what_is_moved_into_the_window_comes_into_the_calendar(stage: Stage) -> None:
    ref = stage.crm.events.create(event("Early", days=300), owner_id=ANNA)
    stage.run(2)
    near = event("Early", days=3)
    stage.crm.events.edit(ref.id, start=near.start, end=near.end)
    stage.run(2)
    assert (stage.in_calendar(), rules()) == (["Early"], {})
    assert at_rest(stage)


def test_what_was_filtered_and_is_deleted_is_over(stage: Stage) -> None:
    ref = stage.crm.events.create(event("In a while", days=200), owner_id=ANNA)
    stage.run(2)
    stage.crm.events.delete(ref.id)
    stage.run()
    stage.time.move(days=40)
    stage.run(2)
    assert (stage.in_calendar(), codes(), pending(), stage.is_quiet()) == ([], [], [], True)


def test_each_comes_into_its_owners_calendar(stage: Stage) -> None:
    stage.crm.events.create(event("Hers"), owner_id=ANNA)
    stage.crm.events.create(event("His"), owner_id=BEN)
    stage.run(2)
    assert stage.in_calendar() == ["Hers"]
    assert [each.title for each in stage.other_calendar.living.values()] == ["His"]


def test_the_first_15_characters_of_an_owners_id_will_do(stage: Stage) -> None:
    """Mailboxes are told their users' ids by people, who copy them from an address line."""
    stage.crm.events.create(event("Visit"), owner_id=f"{ANNA}AAA")
    stage.run(2)
    assert stage.in_calendar() == ["Visit"]


def test_when_the_owner_gets_a_mailbox_later_what_comes_is_read(stage: Stage) -> None:
    carl = builders.mailbox(stage.organization, "carl@ours.example")
    stage.crm.events.create(event("Too early"), owner_id="005000000000003")
    stage.run()
    Mailbox.everywhere.filter(pk=carl.pk).update(crm_user_id="005000000000003")
    stage.crm.events.create(event("Visit"), owner_id="005000000000003")
    stage.run(2)
    assert [item.title for item in stage.items if item.title == "Visit"] == ["Visit"]


def test_a_page_read_twice_makes_one_event(stage: Stage) -> None:
    for number in range(7):
        stage.crm.events.create(event(f"Visit {number}"), owner_id=ANNA)
    stage.crm.events.overlap = 5
    stage.crm.events.page_size = 3
    stage.read()
    stage.read()
    stage.run(2)
    assert stage.in_calendar() == [f"Visit {number}" for number in range(7)]
    assert stage.is_quiet()


def test_a_lost_answer_makes_no_second_event(stage: Stage) -> None:
    builders.store_of(stage.anna).faults.lost_answers.append(True)
    stage.crm.events.create(event("Visit"), owner_id=ANNA)
    stage.run(3)
    assert stage.in_calendar() == ["Visit"]
    assert at_rest(stage)


def test_one_that_the_calendar_shows_before_it_was_written_down_is_recognised(stage: Stage) -> None:
    """The answer was lost and the feed was faster than the next try: our key is on it."""
    store = builders.store_of(stage.anna)
    ref = stage.crm.events.create(event("Visit"), owner_id=ANNA)
    stage.read()
    store.faults.lost_answers.append(True)
    stage.run()
    stage.crm.events.edit(ref.id, title="Visit at nine")
    stage.run(3)
    assert (stage.in_calendar(), stage.titles()) == (["Visit at nine"], ["Visit at nine"])
    assert at_rest(stage)
