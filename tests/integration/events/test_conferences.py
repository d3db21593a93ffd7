"""How a meeting is joined comes from the calendar into the CRM, and never back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from connectors.calendars import Conference
from connectors.policies import PrivateEvents
from syncapp.models import Item
from tests.builders import event
from tests.driving import codes
from tests.integration.events.stage import ANNA, Stage, pending

CALL = Conference(url="https://rooms.example/j/4711", code="4711", phones=("+1 555 0100, PIN 99",))


def conference(stage: Stage) -> Conference | None:
    return stage.record.event.conference


def forget_conferences() -> None:
    """Items as they were agreed on before there were conferences."""
    for item in Item.everywhere.all():
        item.base = {side: {n: h for n, h in said.items() if n != "conference"} for side, said in item.base.items()}
        item.save()


def test_it_comes_into_the_crm(stage: Stage) -> None:
    stage.calendar.add(event("Review", conference=CALL))
    stage.run()
    assert (conference(stage), stage.record.event.text, stage.is_quiet()) == (CALL, event().text, True)


@pytest.mark.parametrize("later", [replace(CALL, url="https://rooms.example/j/4712"), None], ids=["another", "none"])
def test_a_change_of_it_alone_is_written(stage: Stage, later: Conference | None) -> None:
    ref = stage.calendar.add(event("Review", conference=CALL))
    stage.run()
    stage.calendar.edit(ref, conference=later)
    stage.run()
    assert (conference(stage), stage.is_quiet()) == (later, True)


def test_one_that_is_added_later_is_written(stage: Stage) -> None:
    ref = stage.calendar.add(event("Review"))
    stage.run()
    stage.calendar.edit(ref, conference=CALL)
    stage.run()
    assert (conference(stage), stage.is_quiet()) == (CALL, True)


def test_an_edit_of_the_text_in_the_crm_leaves_it_where_it_is(stage: Stage) -> None:
    ref = stage.calendar.add(event("Review", conference=CALL))
    stage.run()
    stage.crm.events.edit(stage.record.id, text="Dates, then prices.")
    stage.run(2)
    there = stage.calendar.event(ref)
    assert (there.text, there.conference, conference(stage)) == ("Dates, then prices.", CALL, CALL)
    assert (codes(), pending(), stage.is_quiet()) == ([], [], True)


def test_a_text_of_the_crm_and_a_conference_of_the_calendar_meet(stage: Stage) -> None:
    ref = stage.calendar.add(event("Review"))
    stage.run()
    stage.calendar.edit(ref, conference=CALL)
    stage.crm.events.edit(stage.record.id, text="Dates, then prices.")
    stage.run(2)
    assert (stage.calendar.event(ref).text, stage.record.event.text) == ("Dates, then prices.",) * 2
    assert (stage.calendar.event(ref).conference, conference(stage), stage.is_quiet()) == (CALL, CALL, True)


def test_what_the_crm_makes_of_it_is_not_taken(stage: Stage) -> None:
    ref = stage.calendar.add(event("Review", conference=CALL))
    stage.run()
    stage.crm.events.edit(stage.record.id, conference=None)
    stage.run(2)
    assert (stage.calendar.event(ref).conference, pending(), stage.is_quiet()) == (CALL, [], True)
    stage.calendar.edit(ref, title="Review of prices")
    stage.run()
    assert conference(stage) == CALL


def test_what_the_crm_says_of_an_event_that_was_born_there_makes_none(stage: Stage) -> None:
    """And is taken off, for nobody can join by it."""
    stage.crm.events.create(event("Visit", conference=CALL), owner_id=ANNA)
    stage.run(3)
    assert [each.conference for each in stage.calendar.living.values()] == [None]
    assert (conference(stage), stage.is_quiet()) == (None, True)


def test_of_a_private_event_nothing_of_it_is_shown(stage: Stage) -> None:
    stage.settle_on(private_events=PrivateEvents.BUSY)
    stage.calendar.add(event("Doctor", private=True, conference=CALL))
    stage.run()
    assert (conference(stage), stage.is_quiet()) == (None, True)


# -- Items from before there were conferences


def test_what_has_none_is_not_written_again_by_a_full_read(stage: Stage) -> None:
    stage.calendar.add(event("Review"))
    stage.run()
    forget_conferences()
    stage.calendar.forget_cursors()
    assert stage.is_quiet()


def test_what_has_one_gets_it_when_it_is_seen_again(stage: Stage) -> None:
    ref = stage.calendar.add(event("Review", conference=CALL))
    stage.run()
    forget_conferences()
    stage.crm.events.edit(stage.record.id, conference=None)
    stage.run(2)
    assert conference(stage) is None
    stage.calendar.touch(ref)
    stage.run()
    assert (conference(stage), stage.is_quiet()) == (CALL, True)
