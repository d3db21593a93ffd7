"""What is new on one side comes to the other, once; what is ours is no news."""

from __future__ import annotations

from datetime import timedelta

from connectors.records import Address, Attendee, PersonKind, Response
from tests import builders
from tests.builders import contact, event
from tests.driving import codes
from tests.integration.events.stage import ANNA, Stage, items, pending, rules


def test_an_event_of_a_calendar_becomes_a_record(stage: Stage) -> None:
    stage.calendar.add(event("Review"))
    stage.run()
    assert (stage.titles(), stage.record.owner_id, pending(), codes()) == (["Review"], ANNA, [], [])


def test_a_second_run_writes_nothing(stage: Stage) -> None:
    stage.calendar.add(event("Review"))
    stage.run(2)
    assert stage.is_quiet()


def test_an_edit_in_the_calendar_comes_into_the_crm(stage: Stage) -> None:
    ref = stage.calendar.add(event("Review"))
    stage.run()
    stage.calendar.edit(ref, title="Review of prices")
    stage.run()
    assert (stage.titles(), stage.is_quiet()) == (["Review of prices"], True)


def test_an_event_of_the_crm_comes_into_its_owners_calendar(stage: Stage) -> None:
    stage.crm.events.create(event("Visit"), owner_id=ANNA)
    stage.run()
    assert (stage.in_calendar(), stage.other_calendar.living) == (["Visit"], {})
    assert stage.is_quiet()
    assert len(items()) == 1


def test_an_event_of_somebody_without_a_mailbox_is_nobodys_item(stage: Stage) -> None:
    stage.crm.events.create(event("Visit"), owner_id="005000000000009")
    stage.run()
    assert (stage.in_calendar(), items()) == ([], [])


def test_an_edit_in_the_crm_comes_into_the_calendar(stage: Stage) -> None:
    ref = stage.calendar.add(event("Review"))
    stage.run()
    stage.crm.events.edit(stage.record.id, location="Room 9")
    stage.run(2)
    assert stage.calendar.event(ref).location == "Room 9"
    assert stage.is_quiet()


def test_what_both_changed_in_different_fields_is_merged(stage: Stage) -> None:
    ref = stage.calendar.add(event("Review"))
    stage.run()
    stage.crm.events.edit(stage.record.id, location="Room 9")
    stage.calendar.edit(ref, title="Review of prices")
    stage.run(2)
    assert (stage.calendar.event(ref).title, stage.calendar.event(ref).location) == ("Review of prices", "Room 9")
    assert (stage.record.event.title, stage.record.event.location) == ("Review of prices", "Room 9")
    assert stage.is_quiet()


def test_a_deletion_in_the_calendar_deletes_the_record(stage: Stage) -> None:
    ref = stage.calendar.add(event("Review"))
    stage.run()
    stage.calendar.delete(ref)
    stage.run()
    assert (stage.records, pending(), stage.is_quiet()) == ([], [], True)


def test_a_deletion_in_the_crm_deletes_the_event(stage: Stage) -> None:
    stage.calendar.add(event("Review"))
    stage.run()
    stage.crm.events.delete(stage.record.id)
    stage.run()
    assert (stage.in_calendar(), pending(), stage.is_quiet()) == ([], [], True)


def test_a_moved_etag_is_no_change(stage: Stage) -> None:
    ref = stage.calendar.add(event("Review"))
    stage.run()
    stage.calendar.touch(ref)
    assert stage.is_quiet()


def test_a_meeting_of_two_is_one_record(stage: Stage) -> None:
    stage.meet(event("Review"))
    stage.run(2)
    assert (stage.titles(), len(items())) == (["Review"], 1)


def test_the_organizers_copy_leads(stage: Stage) -> None:
    organizers, _ = stage.meet(event("Review"))
    stage.run(2)
    stage.calendar.edit(organizers, title="Review of prices")
    stage.run(2)
    assert (stage.titles(), stage.is_quiet()) == (["Review of prices"], True)


def test_a_guest_who_throws_the_copy_away_deletes_nothing(stage: Stage) -> None:
    _, guests = stage.meet(event("Review"))
    stage.run(2)
    stage.other_calendar.delete(guests)
    stage.run(2)
    assert stage.titles() == ["Review"]


def test_who_is_invited_and_known_is_related(stage: Stage) -> None:
    stage.crm.people.append(contact())
    guest = Attendee(address=Address(email="ann@customer.example"), response=Response.ACCEPTED)
    colleague = Attendee(address=Address(email="ben@ours.example"))
    stage.calendar.add(event("Review", attendees=(guest, colleague)))
    stage.run()
    assert [(i.kind, i.response) for i in stage.record.invitees] == [
        (PersonKind.CONTACT, Response.ACCEPTED),
        (PersonKind.USER, Response.NONE),
    ]


def test_each_occurrence_is_a_record(stage: Stage) -> None:
    for number in range(3):
        day = event("Weekly", uid="weekly", days=1 + 7 * number)
        stage.calendar.add(event("Weekly", uid="weekly", days=1 + 7 * number, occurrence=str(day.start), series="s"))
    stage.run()
    assert (stage.titles(), len(items())) == (["Weekly"] * 3, 3)


def test_an_all_day_event_stays_one(stage: Stage) -> None:
    stage.calendar.add(event("Fair", all_day=True))
    stage.run()
    assert stage.record.event.all_day
    assert stage.record.event.end - stage.record.event.start == timedelta(days=1)


def test_what_lies_outside_of_the_window_is_filtered_by_name(stage: Stage) -> None:
    stage.calendar.add(event("Long ago", days=-300))
    stage.calendar.add(event("In a year", days=400))
    stage.run()
    assert (stage.records, rules()) == ([], {"Long ago": "outside_window", "In a year": "outside_window"})


def test_what_is_born_outside_of_the_window_stays_out_however_often_it_is_read(stage: Stage) -> None:
    record = stage.crm.events.create(event("In a year", days=400), owner_id=ANNA)
    stage.run(2)
    stage.crm.events.edit(record.id, title="In a year, renamed")
    stage.run(2)
    assert (stage.in_calendar(), list(rules().values())) == ([], ["outside_window"])


def test_what_is_born_outside_of_the_window_and_moved_into_it_is_made_in_the_calendar(stage: Stage) -> None:
    record = stage.crm.events.create(event("In a year", days=400), owner_id=ANNA)
    stage.run()
    near = event(days=3)
    stage.crm.events.edit(record.id, start=near.start, end=near.end)
    stage.run()
    assert (stage.in_calendar(), rules()) == (["In a year"], {})


def test_what_comes_into_the_window_is_written(stage: Stage) -> None:
    stage.calendar.add(event("In a while", days=200))
    stage.run()
    stage.time.move(days=40)
    stage.run()
    assert (stage.titles(), rules()) == (["In a while"], {})


def test_a_lost_cursor_loses_and_doubles_nothing(stage: Stage) -> None:
    kept = stage.calendar.add(event("Kept"))
    gone = stage.calendar.add(event("Gone"))
    for number in range(9):
        stage.calendar.add(event(f"Other {number}"))
    stage.run()
    stage.calendar.delete(gone)
    stage.calendar.edit(kept, title="Kept and edited")
    stage.calendar.forget_cursors()
    stage.run()
    assert "Gone" in stage.titles(), "absence from one read proves nothing"
    stage.run()
    assert ("Gone" in stage.titles(), "Kept and edited" in stage.titles(), len(stage.records)) == (False, True, 10)
    assert stage.is_quiet()


def test_a_store_counts_its_writes(stage: Stage) -> None:
    """So that a quiet run means something."""
    stage.crm.events.create(event("Visit"), owner_id=ANNA)
    before = builders.store_of(stage.anna).writes
    stage.run()
    assert builders.store_of(stage.anna).writes == before + 1
