"""What every CRM connector promises of events. A subclass names its provider and gives a `stage`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from connectors.errors import ItemError, Kind
from connectors.protocol import CrmConnector
from connectors.records import Address, Attendee, Event, Invitee, Person, RecordWrite, Ref, Resource, Response, Write
from tests.builders import event
from tests.contract.connectors.crm_contract import ANN, ids, key, lead, message, refused
from tests.contract.connectors.event_crm_reading_contract import (
    NEVER,
    EventCrmReadingContract,
    caught_up,
    changes,
    found,
    pages,
    shown,
    since,
    titles,
    told,
)
from tests.contract.connectors.event_reading_contract import EVENT, content, each_meeting, failed
from tests.contract.connectors.event_stage import EventCrmStage
from tests.contract.connectors.stage import MINUTES, SECONDS, Trouble


def write(
    owner: Person, of: Event | None = None, *invited: Person, version: int = 1, record_id: str = ""
) -> RecordWrite:
    invitees = tuple(Invitee(kind=person.kind, id=person.id) for person in invited)
    return RecordWrite(
        resource=Resource.EVENT,
        key=key(),
        version=version,
        record=of or event(),
        owner_id=owner.id,
        invitees=invitees,
        record_id=record_id,
    )


def gone(of: RecordWrite, record_id: str) -> RecordWrite:
    """The same item, to be gone."""
    return replace(of, version=of.version + 1, record=None, record_id=record_id)


Call = Callable[[CrmConnector, str, str, Person], object]
CALLS: dict[str, Call] = {
    "read everything": lambda crm, cursor, record_id, owner: pages(crm),
    "read on": lambda crm, cursor, record_id, owner: pages(crm, cursor),
    "look again": lambda crm, cursor, record_id, owner: crm.current(EVENT, [record_id]),
    "insert": lambda crm, cursor, record_id, owner: crm.push([write(owner)]),
    "update": lambda crm, cursor, record_id, owner: crm.push([write(owner, record_id=record_id)]),
    "delete": lambda crm, cursor, record_id, owner: crm.push([gone(write(owner), record_id)]),
}
every_call = pytest.mark.parametrize("call", CALLS.values(), ids=list(CALLS))


class EventCrmContract(EventCrmReadingContract):
    """How a CRM's events are read and written: forty facts and more. Each test gets a CRM of its own."""

    # -- Inserting

    @each_meeting
    def test_what_is_inserted_is_there_as_it_was_meant(self, stage: EventCrmStage, meeting: Event) -> None:
        wanted = write(stage.user(), meeting, version=7)
        (made,) = ids(stage.open().push([wanted]))
        (there,) = shown(stage, made)
        assert content(there.event) == content(meeting)
        assert (there.event.private, there.key, there.version, there.owner_id) == (
            meeting.private,
            wanted.key,
            7,
            wanted.owner_id,
        )

    def test_nobody_who_is_invited_and_no_calendar_is_read_back(self, stage: EventCrmStage) -> None:
        invited = (Attendee(address=Address(email=ANN)),)
        meeting = event(attendees=invited, organizer=Address(email=ANN), occurrence="20261128", series="s", leads=False)
        ids(stage.open().push([write(stage.user(), meeting, stage.contact(ANN))]))
        (change,) = changes(pages(stage.open()))
        told = found(change.record).event
        assert (told.attendees, told.organizer, told.uid, told.occurrence, told.series) == ((), None, "", "", "")

    def test_our_own_write_is_told_with_its_key_and_version(self, stage: EventCrmStage) -> None:
        cursor, wanted = caught_up(stage), write(stage.user(), version=7)
        (made,) = ids(stage.open().push([wanted]))
        told = found(since(stage, cursor)[made])
        assert (told.key, told.version) == (wanted.key, 7)

    def test_what_is_inserted_twice_is_there_once(self, stage: EventCrmStage) -> None:
        wanted = write(stage.user())
        first = ids(stage.open().push([wanted]))
        assert ids(stage.open().push([wanted])) == first
        assert stage.living() == {first[0]: wanted.key}

    def test_one_that_has_the_key_is_adopted_and_brought_up_to_date(self, stage: EventCrmStage) -> None:
        wanted = write(stage.user())
        (made,) = ids(stage.open().push([wanted]))
        later = replace(wanted, record=event("Later"), version=2)
        assert ids(stage.open().push([later])) == [made]
        assert [(each.event.title, each.version) for each in shown(stage, made)] == [("Later", 2)]

    def test_old_and_new_may_stand_in_one_push(self, stage: EventCrmStage) -> None:
        owner = stage.user()
        old, new = [write(owner) for _ in range(3)], [write(owner) for _ in range(2)]
        before = ids(stage.open().push(old))
        after = ids(stage.open().push([old[0], new[0], old[1], new[1], old[2]]))
        assert (after[::2], len(stage.living())) == (before, 5)

    def test_one_key_twice_in_a_push_is_one_record(self, stage: EventCrmStage) -> None:
        wanted = write(stage.user())
        one, two = ids(stage.open().push([wanted, wanted]))
        assert (one, stage.living()) == (two, {one: wanted.key})

    # -- Changing

    def test_a_record_is_changed_by_its_id(self, stage: EventCrmStage) -> None:
        wanted = write(stage.user(), event(busy=True))
        (made,) = ids(stage.open().push([wanted]))
        moved = event("Moved", days=4, minutes=30, text="", location="Room 8", busy=False)
        assert ids(stage.open().push([replace(wanted, record=moved, version=2, record_id=made)])) == [made]
        assert [content(each.event) for each in shown(stage, made)] == [content(moved)]

    def test_hours_become_whole_days_and_hours_again(self, stage: EventCrmStage) -> None:
        wanted = write(stage.user())
        (made,) = ids(stage.open().push([wanted]))
        for version, meeting in enumerate((event(days=2, all_day=True), event(days=5)), start=2):
            ids(stage.open().push([replace(wanted, record=meeting, version=version, record_id=made)]))
            assert [content(each.event) for each in shown(stage, made)] == [content(meeting)]

    def test_a_record_that_somebody_entered_there_gets_our_key(self, stage: EventCrmStage) -> None:
        owner = stage.user()
        made = stage.create(event(), owner)
        wanted = write(owner, event("Ours"), record_id=made)
        assert ids(stage.open().push([wanted])) == [made]
        assert (stage.living(), titles(stage, made)) == ({made: wanted.key}, ["Ours"])

    def test_a_key_that_another_record_has_is_a_conflict(self, stage: EventCrmStage) -> None:
        owner = stage.user()
        there, made = write(owner), stage.create(event("Theirs"), owner)
        (first,) = ids(stage.open().push([there]))
        (result,) = stage.open().push([replace(there, record_id=made)])
        assert (failed(result).kind, titles(stage, made)) == (Kind.CONFLICT, ["Theirs"])
        assert stage.living() == {first: there.key, made: ""}

    def test_a_change_leaves_the_record_with_whom_it_belongs_to(self, stage: EventCrmStage) -> None:
        """Who moved it to a colleague's calendar in the CRM meant it."""
        owner, colleague = stage.user(), stage.user()
        made = stage.create(event(), owner)
        ids(stage.open().push([write(colleague, event("Ours"), record_id=made)]))
        assert [(each.event.title, each.owner_id) for each in shown(stage, made)] == [("Ours", owner.id)]

    def test_a_lower_version_is_refused_and_overwrites_nothing(self, stage: EventCrmStage) -> None:
        wanted = write(stage.user(), event("Newer"), version=5)
        (made,) = ids(stage.open().push([wanted]))
        failure = failed(stage.open().push([replace(wanted, record=event("Older"), version=4, record_id=made)])[0])
        assert (failure.kind, failure.code.endswith("SYNCAPP_STALE")) == (Kind.CONFLICT, True)
        assert failure.evidence.get("version", 5) == 5
        assert titles(stage, made) == ["Newer"]

    def test_a_lower_version_is_refused_to_one_that_is_adopted(self, stage: EventCrmStage) -> None:
        wanted = write(stage.user(), event("Newer"), version=5)
        (made,) = ids(stage.open().push([wanted]))
        failure = failed(stage.open().push([replace(wanted, record=event("Older"), version=4)])[0])
        assert (failure.kind, failure.code.endswith("SYNCAPP_STALE")) == (Kind.CONFLICT, True)
        assert titles(stage, made) == ["Newer"]

    def test_a_persons_edit_leaves_our_version_as_it_is(self, stage: EventCrmStage) -> None:
        wanted = write(stage.user(), version=5)
        (made,) = ids(stage.open().push([wanted]))
        stage.edit(made, title="Edited")
        assert [(each.event.title, each.version) for each in shown(stage, made)] == [("Edited", 5)]

    def test_what_is_gone_or_hidden_is_not_changed(self, stage: EventCrmStage) -> None:
        dropped, hidden = self.fill(stage, 2)
        stage.delete(dropped)
        stage.hide(hidden)
        owner = stage.user()
        results = stage.open().push([write(owner, record_id=id_) for id_ in (dropped, NEVER)])
        assert [failed(each).kind for each in results] == [Kind.NOT_FOUND, Kind.NOT_FOUND]
        (result,) = stage.open().push([write(owner, record_id=hidden)])
        assert failed(result).kind in {Kind.PERMISSION, Kind.NOT_FOUND}
        assert list(stage.living()) == [hidden]

    # -- Deleting

    def test_what_is_deleted_is_gone_and_told_as_gone(self, stage: EventCrmStage) -> None:
        wanted = write(stage.user())
        (made,) = ids(stage.open().push([wanted]))
        cursor = caught_up(stage)
        assert ids(stage.open().push([gone(wanted, made)])) == [made]
        assert (stage.living(), since(stage, cursor)[made]) == ({}, None)

    def test_deleting_what_is_deleted_is_done(self, stage: EventCrmStage) -> None:
        wanted = write(stage.user())
        (made,) = ids(stage.open().push([wanted]))
        stage.delete(made)
        assert ids(stage.open().push([gone(wanted, made), gone(wanted, made)])) == [made, made]

    def test_after_a_deletion_the_key_is_free(self, stage: EventCrmStage) -> None:
        wanted = write(stage.user())
        (made,) = ids(stage.open().push([wanted]))
        ids(stage.open().push([gone(wanted, made)]))
        (again,) = ids(stage.open().push([replace(wanted, version=3)]))
        assert stage.living() == {again: wanted.key}

    # -- Those who are invited

    def test_those_whom_the_crm_knows_are_related_with_what_they_said(self, stage: EventCrmStage) -> None:
        ann, colleague = stage.contact(ANN), stage.user()
        invitees = (
            Invitee(kind=ann.kind, id=ann.id, response=Response.ACCEPTED),
            Invitee(kind=colleague.kind, id=colleague.id, response=Response.DECLINED),
        )
        (made,) = ids(stage.open().push([replace(write(stage.user()), invitees=invitees)]))
        assert stage.invited(made) == {ann.id: Response.ACCEPTED, colleague.id: Response.DECLINED}

    def test_a_lead_is_related(self, stage: EventCrmStage) -> None:
        prospect = stage.lead("new@prospect.example")
        (made,) = ids(stage.open().push([write(stage.user(), None, prospect)]))
        assert set(stage.invited(made)) == {prospect.id}

    def test_nobody_is_invited_to_what_is_in_their_own_calendar(self, stage: EventCrmStage) -> None:
        owner, ann = stage.user(), stage.contact(ANN)
        (made,) = ids(stage.open().push([write(owner, None, owner, ann)]))
        assert set(stage.invited(made)) == {ann.id}

    def test_many_are_related(self, stage: EventCrmStage) -> None:
        people = [stage.contact(f"person{n}@customer.example") for n in range(12)]
        (made,) = ids(stage.open().push([write(stage.user(), None, *people)]))
        assert set(stage.invited(made)) == {person.id for person in people}

    def test_a_change_brings_those_who_are_invited_up_to_date(self, stage: EventCrmStage) -> None:
        ann, bob, cy = (stage.contact(f"{name}@customer.example") for name in ("ann", "bob", "cy"))
        owner = stage.user()
        wanted = write(owner, None, ann, bob)
        (made,) = ids(stage.open().push([wanted]))
        later = replace(write(owner, None, bob, cy, version=2, record_id=made), key=wanted.key)
        ids(stage.open().push([later]))
        assert set(stage.invited(made)) == {bob.id, cy.id}

    def test_their_number_makes_no_second_record(self, stage: EventCrmStage) -> None:
        made = ids(stage.open().push([write(stage.user(), None, stage.user(), stage.contact(ANN))]))
        assert (list(stage.living()), told(pages(stage.open()))) == (made, set(made))

    def test_somebody_who_is_gone_fails_that_event_alone_and_it_can_be_completed(self, stage: EventCrmStage) -> None:
        lost, there, owner = stage.contact(ANN), stage.contact("bob@customer.example"), stage.user()
        stage.remove(lost)
        bad, good = write(owner, None, lost, there), write(owner, None, there)
        first, second = stage.open().push([bad, good])
        assert (isinstance(first, ItemError), isinstance(second, Ref)) == (True, True)
        again = replace(write(owner, None, there, version=2), key=bad.key)
        (made,) = ids(stage.open().push([again]))
        assert (set(stage.invited(made)), sorted(stage.living().values())) == ({there.id}, sorted([bad.key, good.key]))

    # -- Many at once

    def test_inserts_changes_and_deletions_are_answered_in_order(self, stage: EventCrmStage) -> None:
        owner = stage.user()
        one, two = write(owner), write(owner)
        first, second = ids(stage.open().push([one, two]))
        three = write(owner)
        changed = replace(two, record=event("Later"), version=2, record_id=second)
        results = ids(stage.open().push([gone(one, first), three, changed]))
        assert (results[0], results[2]) == (first, second)
        assert stage.living() == {second: two.key, results[1]: three.key}

    def test_events_messages_and_leads_may_come_mixed(self, stage: EventCrmStage) -> None:
        owner = stage.user()
        writes: list[Write] = [message(), write(owner), lead("a@prospect.example"), write(owner)]
        results = ids(stage.open().push(writes))
        assert stage.living() == {results[n]: writes[n].key for n in (1, 3)}

    def test_more_than_fit_into_one_request(self, stage: EventCrmStage) -> None:
        owner = stage.user()
        writes = [write(owner) for _ in range(203)]
        assert dict(zip(ids(stage.open().push(writes)), [each.key for each in writes], strict=True)) == stage.living()

    @pytest.mark.parametrize("at", [0, 1, 2])
    def test_a_bad_one_hurts_no_neighbour_and_can_be_pushed_again_once_it_is_mended(
        self, stage: EventCrmStage, at: int
    ) -> None:
        stage.refuse("bad", "Pick an owner")
        owner = stage.user()
        writes = [write(owner, event("bad" if n == at else "good")) for n in range(3)]
        results = stage.open().push(writes)
        assert [isinstance(result, ItemError) for result in results] == [n == at for n in range(3)]
        assert "Pick an owner" in failed(results[at]).said
        stage.allow()
        ids(stage.open().push(writes))
        assert sorted(stage.living().values()) == sorted(each.key for each in writes)

    def test_a_change_that_a_rule_refuses_changes_nothing(self, stage: EventCrmStage) -> None:
        wanted = write(stage.user(), event("good"))
        (made,) = ids(stage.open().push([wanted]))
        stage.refuse("bad", "Pick an owner")
        (result,) = stage.open().push([replace(wanted, record=event("bad"), version=2, record_id=made)])
        assert (failed(result).kind, titles(stage, made)) == (Kind.INVALID, ["good"])

    @pytest.mark.parametrize("what", ["insert", "update", "delete"])
    def test_a_lost_answer_is_a_passing_failure_and_the_next_push_makes_up_for_it(
        self, stage: EventCrmStage, what: str
    ) -> None:
        wanted = write(stage.user())
        if what != "insert":
            (made,) = ids(stage.open().push([wanted]))
            wanted = replace(wanted, version=2, record=event("Later"), record_id=made)
        wanted = replace(wanted, record=None) if what == "delete" else wanted
        stage.lose_answer()
        assert refused(lambda: stage.open().push([wanted])).kind is Kind.TRANSIENT
        ids(stage.open().push([wanted]))
        assert list(stage.living().values()) == ([] if what == "delete" else [wanted.key])

    # -- What stops a call

    @every_call
    @pytest.mark.parametrize("how", ["expired", "revoked"])
    def test_access_that_ended_is_said_at_the_first_proof(self, stage: EventCrmStage, call: Call, how: str) -> None:
        owner, cursor = stage.user(), caught_up(stage)
        connector, made = stage.open(), stage.create(event(), owner)
        stage.end_access(how)
        before = stage.calls()
        assert refused(lambda: call(connector, cursor, made, owner)).kind is Kind.AUTH
        assert stage.calls() - before == 1

    @every_call
    @pytest.mark.parametrize("trouble", [Trouble.BROKEN, Trouble.DOWN, Trouble.HUNG_UP], ids=lambda t: t.name.lower())
    def test_what_passes_is_said_once_and_never_tried_again_in_here(
        self, stage: EventCrmStage, call: Call, trouble: Trouble
    ) -> None:
        connector, cursor, made, owner = self._struck(stage, trouble)
        before = stage.calls()
        assert refused(lambda: call(connector, cursor, made, owner)).kind is Kind.TRANSIENT
        assert (stage.calls() - before, list(stage.living())) == (1, [made])

    @every_call
    def test_a_wait_in_seconds_is_passed_on(self, stage: EventCrmStage, call: Call) -> None:
        connector, cursor, made, owner = self._struck(stage, Trouble.BUSY_FOR_SECONDS)
        failure = refused(lambda: call(connector, cursor, made, owner))
        assert (failure.kind, failure.retry_after) == (Kind.RATE_LIMITED, SECONDS)

    @every_call
    def test_a_wait_until_a_moment_is_passed_on_in_seconds(self, stage: EventCrmStage, call: Call) -> None:
        connector, cursor, made, owner = self._struck(stage, Trouble.BUSY_UNTIL)
        failure = refused(lambda: call(connector, cursor, made, owner))
        assert failure.kind is Kind.RATE_LIMITED
        assert 60 * (MINUTES - 5) < (failure.retry_after or 0) <= 60 * MINUTES + 1

    @every_call
    def test_after_a_trouble_the_same_connector_goes_on(self, stage: EventCrmStage, call: Call) -> None:
        connector, cursor, made, owner = self._struck(stage, Trouble.HUNG_UP)
        refused(lambda: call(connector, cursor, made, owner))
        call(connector, cursor, made, owner)

    def _struck(self, stage: EventCrmStage, trouble: Trouble) -> tuple[CrmConnector, str, str, Person]:
        """A CRM with one event, and the trouble waiting for the next call."""
        owner, cursor = stage.user(), caught_up(stage)
        connector, made = stage.open(), stage.create(event(), owner)
        stage.strike(trouble)
        return connector, cursor, made, owner
