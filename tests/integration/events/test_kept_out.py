"""Private events and what is no meeting: kept out by name, or shown as “Busy” and nothing else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from connectors.policies import PrivateEvents
from connectors.records import Address, Attendee, EventKind
from tests.builders import contact, event
from tests.driving import codes
from tests.integration.events.stage import ANNA, Stage, pending, rules

SECRETS: dict[str, Any] = {"text": "about the merger", "location": "at the notary's"}


def test_a_private_event_is_filtered_by_name(stage: Stage) -> None:
    stage.calendar.add(event("Doctor", private=True))
    stage.run()
    assert (stage.records, rules(), pending(), stage.is_quiet()) == ([], {"Doctor": "private"}, [], True)


def test_a_private_event_is_busy_and_nothing_else(stage: Stage) -> None:
    stage.settle_on(private_events=PrivateEvents.BUSY)
    stage.crm.people.append(contact())
    guest = Attendee(address=Address(email="ann@customer.example"))
    kept = event("Doctor", private=True, attendees=(guest,), **SECRETS)
    stage.calendar.add(kept)
    stage.run()
    shown = stage.record.event
    assert (shown.title, shown.text, shown.location, stage.record.invitees) == ("Busy", "", "", ())
    assert (shown.start, shown.end, shown.private) == (kept.start, kept.end, True)
    assert stage.is_quiet()


def test_no_row_of_ours_says_more_of_it_than_the_crm_does(stage: Stage) -> None:
    stage.settle_on(private_events=PrivateEvents.BUSY)
    stage.calendar.add(event("Doctor", private=True, **SECRETS))
    stage.run()
    assert [item.title for item in stage.items] == ["Busy"]


def test_an_event_that_is_made_private_later_leaves_the_crm(stage: Stage) -> None:
    ref = stage.calendar.add(event("Review"))
    stage.run()
    stage.calendar.edit(ref, private=True)
    stage.run()
    assert (stage.records, rules(), codes(), pending()) == ([], {"Review": "private"}, [], [])
    assert stage.is_quiet()
    assert stage.in_calendar() == ["Review"]


def test_an_event_that_is_private_no_more_comes_into_the_crm(stage: Stage) -> None:
    ref = stage.calendar.add(event("Review", private=True))
    stage.run()
    stage.calendar.edit(ref, private=False)
    stage.run()
    assert (stage.titles(), rules(), stage.is_quiet()) == (["Review"], {}, True)


def test_an_event_may_go_back_and_forth(stage: Stage) -> None:
    ref = stage.calendar.add(event("Review"))
    for private in (True, False, True, False):
        stage.run()
        stage.calendar.edit(ref, private=private)
    stage.run()
    assert (stage.titles(), rules(), codes(), stage.is_quiet()) == (["Review"], {}, [], True)


def test_a_known_event_becomes_busy_when_it_is_made_private(stage: Stage) -> None:
    stage.settle_on(private_events=PrivateEvents.BUSY)
    ref = stage.calendar.add(event("Review", **SECRETS))
    stage.run()
    stage.calendar.edit(ref, private=True)
    stage.run()
    assert (stage.titles(), stage.record.event.text, stage.record.event.location) == (["Busy"], "", "")
    assert (stage.in_calendar(), stage.is_quiet()) == (["Review"], True)


def test_who_sees_it_as_busy_may_move_it_and_no_more(stage: Stage) -> None:
    stage.settle_on(private_events=PrivateEvents.BUSY)
    ref = stage.calendar.add(event("Doctor", private=True, **SECRETS))
    stage.run()
    later = {"start": stage.record.event.start + timedelta(hours=1), "end": stage.record.event.end + timedelta(hours=1)}
    stage.crm.events.edit(stage.record.id, title="Is it about me?", **later)
    stage.run(2)
    there = stage.calendar.event(ref)
    assert (there.title, there.text, there.location) == ("Doctor", SECRETS["text"], SECRETS["location"])
    assert there.start == later["start"]
    assert (codes(), stage.is_quiet()) == ([], True)


def test_a_guest_who_calls_a_meeting_private_changes_nothing(stage: Stage) -> None:
    _, guests = stage.meet(event("Review"))
    stage.run(2)
    stage.other_calendar.edit(guests, private=True)
    stage.run(2)
    assert (stage.titles(), rules(), codes(), stage.is_quiet()) == (["Review"], {}, [], True)


@pytest.mark.parametrize("kind", sorted(set(EventKind) - {EventKind.MEETING}))
def test_what_is_no_meeting_is_filtered_by_name(stage: Stage, kind: EventKind) -> None:
    stage.calendar.add(event("No meeting", kind=kind))
    stage.run()
    assert (stage.records, rules(), stage.is_quiet()) == ([], {"No meeting": kind.value}, True)


def test_what_was_kept_out_and_is_deleted_is_over(stage: Stage) -> None:
    ref = stage.calendar.add(event("Doctor", private=True))
    stage.run()
    stage.calendar.delete(ref)
    stage.run()
    assert (stage.records, pending(), codes(), stage.is_quiet()) == ([], [], [], True)


def test_an_event_of_the_crm_that_is_made_private_in_the_calendar_leaves_the_crm(stage: Stage) -> None:
    stage.crm.events.create(event("Visit"), owner_id=ANNA)
    stage.run(2)
    (ref,) = [entry.ref for entry in stage.calendar.entries.values()]
    stage.calendar.edit(ref, private=True)
    stage.run(2)
    assert (stage.records, rules(), stage.in_calendar()) == ([], {"Visit": "private"}, ["Visit"])
    assert stage.is_quiet()


def test_what_moves_out_of_the_window_stays_in_step(stage: Stage) -> None:
    """It is in the CRM already, and is no less true for being far away."""
    ref = stage.calendar.add(event("Review"))
    stage.run()
    there = stage.calendar.event(ref)
    stage.calendar.edit(ref, start=there.start + timedelta(days=300), end=there.end + timedelta(days=300))
    stage.run()
    assert (stage.record.event.start, rules()) == (there.start + timedelta(days=300), {})
    assert stage.is_quiet()


def test_what_moves_into_the_window_is_written(stage: Stage) -> None:
    ref = stage.calendar.add(event("Far", days=300))
    stage.run()
    assert rules() == {"Far": "outside_window"}
    there = stage.calendar.event(ref)
    stage.calendar.edit(ref, start=there.start - timedelta(days=290), end=there.end - timedelta(days=290))
    stage.run()
    assert (stage.titles(), rules(), stage.is_quiet()) == (["Far"], {}, True)


@pytest.mark.parametrize("days", [1, 3])
def test_whole_days_stay_whole_days_both_ways(stage: Stage, days: int) -> None:
    fair = event("Fair", all_day=True)
    ref = stage.calendar.add(event("Fair", all_day=True, end=fair.start + timedelta(days=days)))
    stage.run()
    assert (stage.record.event.all_day, stage.record.event.end - stage.record.event.start) == (True, timedelta(days))
    later = {"start": fair.start + timedelta(days=7), "end": fair.start + timedelta(days=7 + days)}
    stage.crm.events.edit(stage.record.id, **later)
    stage.run(2)
    there = stage.calendar.event(ref)
    assert (there.all_day, there.start, there.end) == (True, later["start"], later["end"])
    assert stage.is_quiet()


def test_an_hour_becomes_a_whole_day(stage: Stage) -> None:
    ref = stage.calendar.add(event("Fair"))
    stage.run()
    fair = event("Fair", all_day=True)
    stage.calendar.edit(ref, all_day=True, start=fair.start, end=fair.end)
    stage.run()
    assert (stage.record.event.all_day, stage.record.event.start) == (True, fair.start)
    assert stage.is_quiet()
