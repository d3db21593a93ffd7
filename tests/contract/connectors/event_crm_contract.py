"""What every CRM connector promises of events. A subclass names its provider and gives a `stage`."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from connectors.errors import ItemError
from connectors.records import Address, Attendee, Event, Invitee, Person, RecordWrite, Ref, Resource, Response
from tests.builders import event
from tests.contract.connectors.crm_contract import ANN, ids, key
from tests.contract.connectors.event_crm_reading_contract import EventCrmReadingContract, pages, shown
from tests.contract.connectors.event_reading_contract import CALL, content, each_meeting
from tests.contract.connectors.event_stage import EventCrmStage
from tests.contract.connectors.record_crm_contract import RecordCrmContract
from tests.contract.connectors.record_crm_reading_contract import changes, found, told


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


class EventCrmContract(EventCrmReadingContract, RecordCrmContract):
    """How a CRM's events are read and written: forty facts and more. Each test gets a CRM of its own."""

    def write(self, owner: Person, of: Any = None, *, version: int = 1, record_id: str = "") -> RecordWrite:
        return write(owner, of, version=version, record_id=record_id)

    # -- Inserting and changing

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

    def test_how_it_is_joined_is_read_back_beside_its_text(self, stage: EventCrmStage) -> None:
        (made,) = ids(stage.open().push([write(stage.user(), event(conference=CALL))]))
        assert [(each.event.conference, each.event.text) for each in shown(stage, made)] == [(CALL, event().text)]

    @pytest.mark.parametrize("text", ["Prices, then dates.", ""])
    def test_that_it_is_joined_otherwise_or_not_at_all_leaves_its_text(self, stage: EventCrmStage, text: str) -> None:
        wanted = write(stage.user(), event(conference=CALL, text=text))
        (made,) = ids(stage.open().push([wanted]))
        for version, later in enumerate((replace(CALL, code="", phones=()), None, CALL), start=2):
            meeting = event(conference=later, text=text)
            ids(stage.open().push([replace(wanted, record=meeting, version=version, record_id=made)]))
            assert [(each.event.conference, each.event.text) for each in shown(stage, made)] == [(later, text)]

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
