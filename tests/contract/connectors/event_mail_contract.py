"""What every connector with a calendar promises. A subclass names its provider and gives a `stage`."""

from __future__ import annotations

from dataclasses import replace
from itertools import count

import pytest

from connectors.errors import ItemError, Kind
from connectors.records import Address, Attendee, Event, Marking, Put, Ref, Resource
from tests.builders import TODAY, event
from tests.contract.connectors.event_reading_contract import (
    CALL,
    DAY,
    EVENT,
    NEVER,
    WINDOW,
    EventReadingContract,
    caught_up,
    content,
    each_meeting,
    failed,
    refused,
    shown,
    since,
    written,
)
from tests.contract.connectors.event_stage import EventMailStage
from tests.contract.connectors.trouble_contract import Call, TroubleContract

RED = "11"
_keys = count(1)


def key() -> str:
    """64 hex digits, as the keys that we give to records."""
    return f"{next(_keys):064x}"


def new(of: Event, generation: int = 0) -> Put:
    return Put(resource=Resource.EVENT, key=key(), record=of, generation=generation)


def patch(ref: Ref, **fields: object) -> Put:
    """These fields, in an event that has other things to say about the rest."""
    other = event("Not this", days=9, minutes=15, text="Nor this", location="Not there")
    changed = replace(other, **fields)  # type: ignore[arg-type]  # fields of an event, by name
    return Put(resource=Resource.EVENT, key=key(), record=changed, ref=ref, fields=frozenset(fields))


def drop(ref: Ref) -> Put:
    return Put(resource=Resource.EVENT, key=key(), record=None, ref=ref)


CALLS: dict[str, Call] = {
    "pull everything": lambda connector, cursor, ref: list(connector.pull(EVENT, None, WINDOW)),
    "pull on": lambda connector, cursor, ref: list(connector.pull(EVENT, cursor, WINDOW)),
    "get": lambda connector, cursor, ref: connector.look(Resource.EVENT, [ref]),
    "insert": lambda connector, cursor, ref: connector.push([new(event())]),
    "patch": lambda connector, cursor, ref: connector.push([patch(ref, title="Moved")]),
    "delete": lambda connector, cursor, ref: connector.push([drop(ref)]),
    "mark": lambda connector, cursor, ref: connector.mark([Marking(ref=ref, on=True)]),
}

FIELDS: dict[str, dict[str, object]] = {
    "title": {"title": "Größe 👍"},
    "text": {"text": "Another agenda"},
    "no text": {"text": ""},
    "location": {"location": "Room 8"},
    "times": {"start": event(days=3).start, "end": event(days=3).end},
    "whole days": {"start": TODAY + 3 * DAY, "end": TODAY + 5 * DAY, "all_day": True},
    "busy": {"busy": False},
}


class EventMailContract(TroubleContract[EventMailStage], EventReadingContract):
    """How a calendar is read, written and marked: sixty facts and more. Each test gets a calendar of its own."""

    every = CALLS

    def begun(self, stage: EventMailStage) -> tuple[Ref, str]:
        return stage.add(event()), caught_up(stage.open())

    # -- Inserting

    @each_meeting
    def test_what_is_inserted_is_there_as_it_was_meant(self, stage: EventMailStage, meeting: Event) -> None:
        put = new(meeting)
        (ref,) = written(stage.open().push([put]))
        (found,) = shown(stage, ref)
        assert content(found) == content(meeting)
        assert (found.key, found.leads, bool(found.uid)) == (put.key, True, True)

    def test_the_version_that_was_told_is_that_of_the_calendar(self, stage: EventMailStage) -> None:
        (ref,) = written(stage.open().push([new(event())]))
        assert [
            change.ref for change in stage.open().look(Resource.EVENT, [ref]) if not isinstance(change, ItemError)
        ] == [ref]

    def test_what_is_inserted_twice_is_there_once(self, stage: EventMailStage) -> None:
        put = new(event())
        (one,), (two,) = written(stage.open().push([put])), written(stage.open().push([put]))
        assert (one.id, stage.living()) == (two.id, [one.id])

    def test_what_is_there_already_is_left_as_it_is(self, stage: EventMailStage) -> None:
        """A person's edit between the two counts."""
        put = new(event())
        (ref,) = written(stage.open().push([put]))
        edited = stage.edit(ref, title="Edited")
        assert written(stage.open().push([put])) == [edited]
        assert [each.title for each in shown(stage, ref)] == ["Edited"]

    def test_one_key_twice_in_a_push_is_one_event(self, stage: EventMailStage) -> None:
        put = new(event())
        one, two = written(stage.open().push([put, put]))
        assert (one.id, stage.living()) == (two.id, [one.id])

    def test_one_key_in_two_calendars_is_two_events(self, stage: EventMailStage) -> None:
        put, neighbour = new(event()), stage.neighbour()
        for each in (stage, neighbour):
            written(each.open().push([put]))
        assert (len(stage.living()), len(neighbour.living())) == (1, 1)

    def test_what_was_deleted_for_good_needs_another_generation(self, stage: EventMailStage) -> None:
        put = new(event())
        (ref,) = written(stage.open().push([put]))
        stage.delete(ref)
        failure = failed(stage.open().push([put])[0])
        assert (failure.kind, failure.code.endswith("generation")) == (Kind.CONFLICT, True)
        (again,) = written(stage.open().push([replace(put, generation=1)]))
        assert (again.id != ref.id, stage.living()) == (True, [again.id])

    def test_nobody_is_invited(self, stage: EventMailStage) -> None:
        guest = stage.neighbour()
        invited = (Attendee(address=Address(email=guest.address)),)
        (ref,) = written(stage.open().push([new(event(attendees=invited))]))
        (found,) = shown(stage, ref)
        assert ([each for each in found.attendees if each.address.email == guest.address], guest.living()) == ([], [])

    def test_what_is_inserted_has_no_conference(self, stage: EventMailStage) -> None:
        (ref,) = written(stage.open().push([new(event(conference=CALL))]))
        assert [(each.conference, each.text) for each in shown(stage, ref)] == [(None, event().text)]

    def test_our_own_write_comes_back_with_its_key_and_version(self, stage: EventMailStage) -> None:
        cursor, put = caught_up(stage.open()), new(event())
        (ref,) = written(stage.open().push([put]))
        assert [(c.ref, c.record.key) for c in since(stage, cursor) if isinstance(c.record, Event)] == [(ref, put.key)]

    def test_a_lost_answer_is_a_passing_failure_and_the_next_push_finds_what_was_written(
        self, stage: EventMailStage
    ) -> None:
        puts, before = [new(event(days=n)) for n in range(3)], stage.calls()
        stage.lose_answer()
        assert refused(lambda: stage.open().push(puts)).kind is Kind.TRANSIENT
        assert (stage.calls() - before, len(stage.living())) == (1, 3)
        assert {ref.id for ref in written(stage.open().push(puts))} == set(stage.living())

    # -- Changing

    @pytest.mark.parametrize("fields", FIELDS.values(), ids=list(FIELDS))
    def test_only_the_named_fields_are_written(self, stage: EventMailStage, fields: dict[str, object]) -> None:
        ref = stage.add(event())
        (before,) = shown(stage, ref)
        (after,) = written(stage.open().push([patch(ref, **fields)]))
        assert after.version != ref.version
        assert [content(each) for each in shown(stage, ref)] == [content(replace(before, **fields))]  # type: ignore[arg-type]

    def test_whole_days_may_become_hours(self, stage: EventMailStage) -> None:
        ref, hours = stage.add(event(all_day=True)), event()
        written(stage.open().push([patch(ref, start=hours.start, end=hours.end, all_day=False)]))
        assert [(each.start, each.end, each.all_day) for each in shown(stage, ref)] == [(hours.start, hours.end, False)]

    def test_those_who_are_invited_stay_invited(self, stage: EventMailStage) -> None:
        ref, _ = stage.share(event(), stage.neighbour())
        (before,) = shown(stage, ref)
        written(stage.open().push([patch(ref, title="Another")]))
        assert [set(each.attendees) for each in shown(stage, ref)] == [set(before.attendees)]

    def test_how_it_is_joined_stays_as_it_is(self, stage: EventMailStage) -> None:
        ref = stage.add(event(conference=CALL))
        written(stage.open().push([patch(ref, text="Another agenda")]))
        assert [(each.conference, each.text) for each in shown(stage, ref)] == [(CALL, "Another agenda")]

    def test_an_old_version_is_a_conflict_and_overwrites_nobody(self, stage: EventMailStage) -> None:
        ref = stage.add(event())
        stage.edit(ref, title="Edited")
        assert failed(stage.open().push([patch(ref, title="Ours")])[0]).kind is Kind.CONFLICT
        assert [each.title for each in shown(stage, ref)] == ["Edited"]

    def test_the_version_that_was_told_is_good_for_the_next_change(self, stage: EventMailStage) -> None:
        (ref,) = written(stage.open().push([patch(stage.add(event()), title="One")]))
        written(stage.open().push([patch(ref, title="Two")]))
        assert [each.title for each in shown(stage, ref)] == ["Two"]

    def test_a_change_reaches_the_guests(self, stage: EventMailStage) -> None:
        guest = stage.neighbour()
        ours, theirs = stage.share(event(), guest)
        written(stage.open().push([patch(ours, title="Another")]))
        assert [each.title for each in shown(guest, theirs)] == ["Another"]

    def test_a_guest_may_not_change_what_all_share(self, stage: EventMailStage) -> None:
        guest = stage.neighbour()
        ours, theirs = stage.share(event("Review"), guest)
        assert failed(guest.open().push([patch(theirs, title="Mine")])[0]).kind is Kind.PERMISSION
        assert [each.title for each in shown(stage, ours)] == ["Review"]

    def test_one_occurrence_is_changed_alone(self, stage: EventMailStage) -> None:
        refs = stage.repeat(event("Stand-up"), 3)
        written(stage.open().push([patch(refs[1], title="Another")]))
        assert [each.title for each in shown(stage, *refs)] == ["Stand-up", "Another", "Stand-up"]

    def test_what_is_gone_is_not_changed(self, stage: EventMailStage) -> None:
        ref = stage.add(event())
        stage.delete(ref)
        one, two = stage.open().push([patch(ref, title="Ours"), patch(NEVER, title="Ours")])
        assert failed(one).kind in {Kind.NOT_FOUND, Kind.CONFLICT}
        assert failed(two).kind is Kind.NOT_FOUND
        assert stage.living() == []

    # -- Deleting

    def test_what_is_deleted_is_gone_and_told_as_gone(self, stage: EventMailStage) -> None:
        ref, kept = stage.add(event()), stage.add(event())
        cursor = caught_up(stage.open())
        written(stage.open().push([drop(ref)]))
        assert stage.living() == [kept.id]
        assert [(c.ref.id, c.gone) for c in since(stage, cursor)] == [(ref.id, True)]

    def test_deleting_what_is_gone_is_done(self, stage: EventMailStage) -> None:
        ref = stage.add(event())
        for _ in range(2):
            assert [each.id for each in written(stage.open().push([drop(ref)]))] == [ref.id]

    def test_what_a_person_changed_meanwhile_is_not_deleted(self, stage: EventMailStage) -> None:
        ref = stage.add(event())
        stage.edit(ref, title="Edited")
        assert failed(stage.open().push([drop(ref)])[0]).kind is Kind.CONFLICT
        assert stage.living() == [ref.id]

    def test_a_lost_answer_to_a_deletion_is_made_up_for(self, stage: EventMailStage) -> None:
        ref = stage.add(event())
        stage.lose_answer()
        assert refused(lambda: stage.open().push([drop(ref)])).kind is Kind.TRANSIENT
        assert [each.id for each in written(stage.open().push([drop(ref)]))] == [ref.id]

    # -- Many at once

    def test_several_writes_are_one_request_and_answered_in_order(self, stage: EventMailStage) -> None:
        edited, dropped = stage.add(event()), stage.add(event())
        connector, before = stage.open(), stage.calls()
        told = written(connector.push([drop(dropped), new(event()), patch(edited, title="Another")]))
        assert stage.calls() - before == 1
        assert [told[0].id, told[2].id] == [dropped.id, edited.id]
        assert set(stage.living()) == {edited.id, told[1].id}

    def test_more_than_fit_into_one_request(self, stage: EventMailStage) -> None:
        told = written(stage.open().push([new(event(f"Number {n}")) for n in range(53)]))
        assert [each.title for each in shown(stage, *told)] == [f"Number {n}" for n in range(53)]

    @pytest.mark.parametrize("at", [0, 1, 2])
    def test_a_bad_one_hurts_no_neighbour_wherever_it_stands(self, stage: EventMailStage, at: int) -> None:
        old = stage.add(event())
        stage.touch(old)
        puts = [patch(old, title="Ours") if n == at else new(event()) for n in range(3)]
        results = stage.open().push(puts)
        assert [isinstance(result, ItemError) for result in results] == [n == at for n in range(3)]
        assert len(stage.living()) == 3

    # -- Marks

    @pytest.mark.parametrize("before", ["", "5"], ids=["plain", "painted"])
    def test_a_mark_is_red_and_what_was_there_before_is_put_back(self, stage: EventMailStage, before: str) -> None:
        ref = stage.paint(stage.add(event()), before)
        assert stage.open().mark([Marking(ref=ref, on=True)]) == [before]
        assert stage.colour(ref) == RED
        stage.open().mark([Marking(ref=ref, on=False, before=before)])
        assert stage.colour(ref) == before

    @pytest.mark.parametrize("before", ["", "5", RED], ids=["plain", "painted", "red"])
    def test_a_mark_whose_answer_nobody_heard_is_taken_off(self, stage: EventMailStage, before: str) -> None:
        ref = stage.paint(stage.add(event()), before)
        stage.open().mark([Marking(ref=ref, on=True)])
        stage.open().mark([Marking(ref=ref, on=False, before=None)])
        assert stage.colour(ref) == before

    def test_what_was_never_marked_keeps_its_colour(self, stage: EventMailStage) -> None:
        ref = stage.paint(stage.add(event()), "5")
        stage.open().mark([Marking(ref=ref, on=False, before=None)])
        assert stage.colour(ref) == "5"

    def test_a_mark_that_is_made_twice_is_taken_off(self, stage: EventMailStage) -> None:
        ref = stage.paint(stage.add(event()), "5")
        stage.open().mark([Marking(ref=ref, on=True)])
        (told,) = stage.open().mark([Marking(ref=ref, on=True)])
        assert isinstance(told, str)
        stage.open().mark([Marking(ref=ref, on=False, before=told)])
        assert stage.colour(ref) == "5"

    def test_a_mark_is_no_change_of_the_content(self, stage: EventMailStage) -> None:
        ref = stage.add(event())
        cursor, before = caught_up(stage.open()), shown(stage, ref)
        stage.open().mark([Marking(ref=ref, on=True)])
        assert [content(each) for each in shown(stage, ref)] == [content(each) for each in before]
        assert [c.gone for c in since(stage, cursor)] in ([], [False])

    def test_marking_what_is_marked_changes_nothing(self, stage: EventMailStage) -> None:
        ref = stage.add(event())
        stage.open().mark([Marking(ref=ref, on=True)])
        cursor = caught_up(stage.open())
        assert stage.open().mark([Marking(ref=ref, on=True)]) == [RED]
        assert (stage.colour(ref), since(stage, cursor)) == (RED, [])

    def test_a_mark_is_taken_off_whatever_the_version_is(self, stage: EventMailStage) -> None:
        ref = stage.add(event())
        stage.open().mark([Marking(ref=ref, on=True)])
        stage.edit(ref, title="Edited")
        stage.open().mark([Marking(ref=ref, on=False)])
        assert (stage.colour(ref), [each.title for each in shown(stage, ref)]) == ("", ["Edited"])

    def test_a_colour_that_somebody_chose_since_stays(self, stage: EventMailStage) -> None:
        ref = stage.add(event())
        stage.open().mark([Marking(ref=ref, on=True)])
        stage.paint(ref, "7")
        stage.open().mark([Marking(ref=ref, on=False)])
        assert stage.colour(ref) == "7"

    def test_a_guests_copy_is_marked_alone(self, stage: EventMailStage) -> None:
        guest = stage.neighbour()
        ours, theirs = stage.share(event(), guest)
        assert guest.open().mark([Marking(ref=theirs, on=True)]) == [""]
        assert (stage.colour(ours), guest.colour(theirs)) == ("", RED)

    def test_one_that_is_gone_hurts_no_other(self, stage: EventMailStage) -> None:
        dropped, kept = stage.add(event()), stage.add(event())
        stage.delete(dropped)
        one, two, three = stage.open().mark([Marking(ref=ref, on=True) for ref in (dropped, NEVER, kept)])
        assert (failed(one).kind, failed(two).kind, three) == (Kind.NOT_FOUND, Kind.NOT_FOUND, "")
        assert stage.colour(kept) == RED
