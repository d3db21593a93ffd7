"""One meeting is one item, whoever holds a copy; and nobody lays hands on somebody else's."""

from __future__ import annotations

from datetime import timedelta

import pytest

from connectors.errors import ItemError
from connectors.memory.calendar import share
from connectors.records import Address, Event, Ref
from syncapp.models import Binding, Item
from tests.builders import crm_of, event, mailbox, organization, store_of
from tests.driving import HICCUP, codes, sync
from tests.integration.events.stage import ANNA, BEN, Stage, pending

OUTSIDE = Address(email="chair@customer.example")


def weekly(number: int, **more: object) -> Event:
    first = event("Weekly", uid="weekly@x", days=1 + 7 * number)
    stamp = f"{first.start:%Y%m%dT%H%M%SZ}"
    return event("Weekly", uid="weekly@x", days=1 + 7 * number, occurrence=stamp, series="weekly", **more)  # type: ignore[arg-type]


def series(stage: Stage) -> list[Ref]:
    return [stage.calendar.add(weekly(number), f"weekly_{number}") for number in range(3)]


def test_copies_of_a_meeting_with_an_organizer_of_elsewhere_are_one_item(stage: Stage) -> None:
    """Neither copy is the organizer's; the oldest one leads."""
    meeting = event("Review", organizer=OUTSIDE, leads=False)
    hers, his = stage.calendar.add(meeting), stage.other_calendar.add(meeting)
    stage.run(2)
    assert (stage.titles(), len(stage.items), stage.record.owner_id) == (["Review"], 1, ANNA)
    stage.other_calendar.edit(his, title="Review as he calls it")
    stage.run(2)
    assert stage.titles() == ["Review"]
    stage.calendar.edit(hers, title="Review of prices")
    stage.run(2)
    assert (stage.titles(), stage.is_quiet()) == (["Review of prices"], True)


def test_when_the_oldest_copy_goes_the_next_one_leads(stage: Stage) -> None:
    meeting = event("Review", organizer=OUTSIDE, leads=False)
    hers, his = stage.calendar.add(meeting), stage.other_calendar.add(meeting)
    stage.run(2)
    stage.calendar.delete(hers)
    stage.other_calendar.edit(his, title="Review as he calls it")
    stage.run(2)
    assert (stage.titles(), codes(), stage.is_quiet()) == (["Review as he calls it"], [], True)
    stage.other_calendar.delete(his)
    stage.run(2)
    assert (stage.records, pending(), stage.is_quiet()) == ([], [], True)


def test_a_guests_copy_that_is_seen_first_gives_way_to_the_organizers(stage: Stage) -> None:
    organizers, guests = share(event("Review"), stage.other_calendar, stage.calendar)
    stage.run(2)
    assert (len(stage.items), stage.record.owner_id) == (1, ANNA), "she was read first"
    stage.other_calendar.edit(organizers, title="Review of prices")
    stage.run(2)
    assert (stage.titles(), stage.calendar.event(guests).title) == (["Review of prices"], "Review of prices")
    assert stage.is_quiet()


def test_when_the_organizer_cancels_it_is_gone_for_all(stage: Stage) -> None:
    organizers, _ = stage.meet(event("Review"))
    stage.run(2)
    stage.calendar.delete(organizers)
    stage.run(2)
    assert (stage.records, stage.other_calendar.living, pending()) == ([], {}, [])
    assert stage.is_quiet()


def test_an_edit_of_the_crm_goes_to_the_copy_that_leads_and_from_there_to_all(stage: Stage) -> None:
    organizers, guests = stage.meet(event("Review"))
    stage.run(2)
    stage.crm.events.edit(stage.record.id, location="Room 9")
    stage.run(2)
    assert stage.calendar.event(organizers).location == stage.other_calendar.event(guests).location == "Room 9"
    assert (codes(), stage.is_quiet()) == ([], True)


def test_an_occurrence_that_is_moved_stays_the_same_record(stage: Stage) -> None:
    refs = series(stage)
    stage.run()
    records = {record.id for record in stage.records}
    there = stage.calendar.event(refs[1])
    later = {"start": there.start + timedelta(days=1), "end": there.end + timedelta(days=1)}
    stage.calendar.edit(refs[1], **later)
    stage.run()
    assert {record.id for record in stage.records} == records
    assert sorted(record.event.start for record in stage.records)[1] == later["start"]
    assert stage.is_quiet()


def test_an_occurrence_that_is_cancelled_goes_alone(stage: Stage) -> None:
    refs = series(stage)
    stage.run()
    stage.calendar.delete(refs[1])
    stage.run()
    assert (stage.titles(), stage.is_quiet()) == (["Weekly", "Weekly"], True)


def test_an_occurrence_can_be_moved_and_deleted_from_the_crm(stage: Stage) -> None:
    refs = series(stage)
    stage.run()
    first, second, _ = sorted(stage.records, key=lambda record: record.event.start)
    stage.crm.events.edit(first.id, title="Weekly, in the hall")
    stage.crm.events.delete(second.id)
    stage.run(2)
    assert stage.calendar.event(refs[0]).title == "Weekly, in the hall"
    assert (stage.in_calendar(), codes()) == (["Weekly", "Weekly, in the hall"], [])
    assert stage.is_quiet()


def test_our_key_on_a_strangers_event_takes_nothing_over(stage: Stage) -> None:
    """Keys stand in calendars, where those who are invited may read them."""
    stage.calendar.add(event("Review"))
    stage.run()
    (item,) = stage.items
    stage.other_calendar.add(event("Not the review", key=item.key))
    stage.run(2)
    assert (stage.titles(), len(stage.items)) == (["Not the review", "Review"], 2)


def test_the_key_of_a_record_takes_nothing_over_once_its_event_is_known(stage: Stage) -> None:
    stage.crm.events.create(event("Visit"), owner_id=ANNA)
    stage.run(2)
    (item,) = stage.items
    stage.other_calendar.add(event("Not the visit", key=item.key))
    stage.run(2)
    assert (stage.titles(), stage.in_calendar()) == (["Not the visit", "Visit"], ["Visit"])


@pytest.mark.parametrize("again", [False, True])
def test_what_we_made_and_did_not_write_down_is_recognised(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, again: bool
) -> None:
    """The calendar made it, said of it alone that it failed, and shows it in the same run; `again`: not for the first
    time, so that calendars have known the item under another identity before."""
    ref = stage.crm.events.create(event("Visit"), owner_id=ANNA)
    if again:
        stage.run(2)
        stage.calendar.delete(Ref(id=next(iter(stage.calendar.living))))
        stage.crm.events.edit(ref.id, title="Visit at nine")
    store = store_of(stage.anna)
    push = store.push
    with monkeypatch.context() as patch:
        patch.setattr(store, "push", lambda puts: [ItemError(failure=HICCUP) for _ in push(puts)])
        stage.run()
    stage.run(3)
    assert (len(stage.in_calendar()), len(stage.records), len(stage.items)) == (1, 1, 1)
    assert (codes(), pending(), stage.is_quiet()) == ([], [], True)


def test_a_restored_event_finds_its_way_back(stage: Stage) -> None:
    ref = stage.calendar.add(event("Review"))
    stage.run()
    stage.calendar.delete(ref)
    stage.run()
    entry = stage.calendar.entries[ref.id]
    entry.gone = False
    stage.calendar.moved(entry)
    stage.run(2)
    assert (stage.titles(), len(stage.items), codes(), stage.is_quiet()) == (["Review"], 1, [], True)


def test_two_organizations_with_one_meeting_have_an_item_each(stage: Stage) -> None:
    meeting = event("Review", uid="one@x")
    stage.calendar.add(meeting)
    stage.run()
    other = organization(syncs_events=True)
    theirs = mailbox(other, "carl@theirs.example", crm_user_id=ANNA)
    store_of(theirs).calendar.add(meeting)
    sync(theirs)
    ours, others = (Item.everywhere.get(organization=each) for each in (stage.organization, other))
    assert ours.key != others.key
    assert (len(stage.records), len(crm_of(other).events.living)) == (1, 1)


def test_each_copy_is_written_down_under_its_own_id(stage: Stage) -> None:
    refs = stage.meet(event("Review"))
    stage.crm.events.create(event("Visit"), owner_id=BEN)
    stage.run(2)
    rows = set(Binding.everywhere.values_list("mailbox__address", "item__title", "leads"))
    assert rows == {
        ("anna@ours.example", "Review", True),
        ("ben@ours.example", "Review", False),
        ("ben@ours.example", "Visit", True),
    }
    assert {ref.id for ref in refs} < set(Binding.everywhere.values_list("remote_id", flat=True))
