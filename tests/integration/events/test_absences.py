"""What says that somebody is out of office: left out, or one way into the CRM, as the organization chose."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from connectors.calendars import Absences
from connectors.policies import PrivateEvents
from connectors.records import Address, Attendee, EventKind, Ref
from syncapp.engine.reconciling import compare
from syncapp.models import Overruled
from tests.builders import event
from tests.driving import codes
from tests.integration.events.stage import ANNA, Stage, pending, rules

OTHERS = sorted(set(EventKind) - {EventKind.MEETING, EventKind.ABSENCE})


@pytest.fixture(autouse=True)
def _chosen(stage: Stage) -> None:
    stage.settle_on(absences=Absences.SHOW)


def away(stage: Stage, title: str = "Alps", **more: Any) -> Ref:
    return stage.calendar.add(event(title, kind=EventKind.ABSENCE, **more))


def test_an_absence_comes_into_the_crm_under_its_own_name(stage: Stage) -> None:
    away(stage)
    stage.run()
    assert (stage.titles(), stage.record.owner_id, rules(), stage.is_quiet()) == (["Alps"], ANNA, {}, True)


def test_one_without_a_name_has_one_there(stage: Stage) -> None:
    away(stage, "")
    stage.run()
    assert (stage.titles(), stage.is_quiet()) == (["Out of office"], True)


def test_nobody_is_invited_to_it(stage: Stage) -> None:
    away(stage, attendees=(Attendee(address=Address(email="ben@ours.example")),))
    stage.run()
    assert stage.record.invitees == ()


@pytest.mark.parametrize("kind", OTHERS)
def test_nothing_else_that_is_no_meeting_comes_in_with_it(stage: Stage, kind: EventKind) -> None:
    stage.calendar.add(event("No meeting", kind=kind))
    stage.run()
    assert (stage.records, rules()) == ([], {"No meeting": kind.value})


def test_a_change_in_the_calendar_follows(stage: Stage) -> None:
    ref = away(stage)
    stage.run()
    later = stage.calendar.event(ref).end + timedelta(hours=3)
    stage.calendar.edit(ref, end=later)
    stage.run()
    assert (stage.record.event.end, stage.is_quiet()) == (later, True)


def test_a_deletion_in_the_calendar_follows(stage: Stage) -> None:
    ref = away(stage)
    stage.run()
    stage.calendar.delete(ref)
    stage.run()
    assert (stage.records, pending(), codes(), stage.is_quiet()) == ([], [], [], True)


# -- It never comes into the calendar


def test_a_change_in_the_crm_is_not_taken(stage: Stage) -> None:
    ref = away(stage)
    stage.run()
    stage.crm.events.edit(stage.record.id, title="Alps, or the sea")
    stage.run(2)
    assert (stage.calendar.event(ref).title, stage.titles()) == ("Alps", ["Alps, or the sea"])
    assert (pending(), codes(), stage.is_quiet()) == ([], [], True)


def test_a_change_in_the_crm_is_kept_when_it_is_written_over(stage: Stage) -> None:
    ref = away(stage)
    stage.run()
    stage.crm.events.edit(stage.record.id, title="Alps, or the sea")
    stage.run()
    stage.calendar.edit(ref, text="No phone")
    stage.run()
    (lost,) = Overruled.objects.all()
    assert (stage.titles(), lost.fields, lost.side, lost.rule) == (["Alps"], ["title"], "crm", "mailbox")
    assert stage.is_quiet()


@pytest.mark.parametrize("rule", ["newest", "crm", "mailbox", "merge", "ask"])
def test_by_no_rule_of_conflicts_a_change_in_the_crm_counts(stage: Stage, rule: str) -> None:
    stage.settle_on(event_conflicts=rule)
    ref = away(stage)
    stage.run()
    stage.calendar.edit(ref, title="The sea")
    stage.crm.events.edit(stage.record.id, title="At home")
    stage.run(2)
    assert (stage.calendar.event(ref).title, stage.titles(), codes()) == ("The sea", ["The sea"], [])


def test_a_deletion_in_the_crm_leaves_the_calendar_as_it_is(stage: Stage) -> None:
    away(stage)
    stage.run()
    stage.crm.events.delete(stage.record.id)
    stage.run(2)
    assert (stage.in_calendar(), stage.records, codes(), stage.is_quiet()) == (["Alps"], [], [], True)


def test_what_was_deleted_in_the_crm_comes_back_when_the_calendar_says_something_new(stage: Stage) -> None:
    ref = away(stage)
    stage.run()
    stage.crm.events.delete(stage.record.id)
    stage.run()
    stage.calendar.edit(ref, text="No phone")
    stage.run()
    assert (stage.titles(), stage.record.event.text, stage.is_quiet()) == (["Alps"], "No phone", True)


def test_changed_here_and_deleted_there_it_is_made_again_at_once(stage: Stage) -> None:
    ref = away(stage)
    stage.run()
    stage.crm.events.delete(stage.record.id)
    stage.calendar.edit(ref, text="No phone")
    stage.run()
    assert (stage.titles(), codes(), stage.is_quiet()) == (["Alps"], [], True)


def test_what_the_crm_made_of_it_is_no_finding_of_a_comparison(stage: Stage) -> None:
    away(stage)
    stage.run()
    stage.crm.events.edit(stage.record.id, title="Alps, or the sea")
    stage.run()
    assert compare(stage.organization, 0).differences == []


# -- What the organization chooses


def test_a_private_one_is_left_out_with_all_that_is_private(stage: Stage) -> None:
    away(stage, private=True)
    stage.run()
    assert (stage.records, rules()) == ([], {"Alps": "private"})


def test_a_private_one_is_busy_and_nothing_else_where_these_are_shown_so(stage: Stage) -> None:
    stage.settle_on(private_events=PrivateEvents.BUSY)
    away(stage, private=True, text="knee")
    stage.run()
    assert (stage.titles(), stage.record.event.text, stage.is_quiet()) == (["Busy"], "", True)


def test_those_that_were_left_out_come_in_when_the_calendar_is_read_anew(stage: Stage) -> None:
    stage.settle_on(absences=Absences.FILTER)
    away(stage)
    stage.run()
    assert (stage.records, rules()) == ([], {"Alps": "absence"})
    stage.settle_on(absences=Absences.SHOW)
    stage.calendar.forget_cursors()
    stage.run()
    assert (stage.titles(), rules(), stage.is_quiet()) == (["Alps"], {}, True)


def test_those_that_came_in_leave_the_crm_when_the_calendar_is_read_anew(stage: Stage) -> None:
    away(stage)
    stage.run()
    stage.settle_on(absences=Absences.FILTER)
    stage.calendar.forget_cursors()
    stage.run()
    assert (stage.records, rules(), stage.in_calendar()) == ([], {"Alps": "absence"}, ["Alps"])
    assert (codes(), stage.is_quiet()) == ([], True)
