"""What every CRM connector promises of reading events. `event_crm_contract` has the rest, and what to subclass."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

import pytest

from connectors.records import Event, EventKind
from tests.builders import event
from tests.contract.connectors.crm_contract import ANN
from tests.contract.connectors.event_reading_contract import DAY, EVENT, HOUR, WINDOW, content, each_meeting
from tests.contract.connectors.event_stage import EventCrmStage
from tests.contract.connectors.record_crm_reading_contract import (
    Reading,
    RecordCrmReadingContract,
    changes,
    found,
    told,
)

EVENTS = Reading(EVENT)
pages, caught_up, since, shown, titles = EVENTS.pages, EVENTS.caught_up, EVENTS.since, EVENTS.shown, EVENTS.titles
PLACES = {
    "ends where the window begins": (WINDOW.start - HOUR, WINDOW.start, False),
    "ends a minute later": (WINDOW.start - HOUR, WINDOW.start + HOUR / 60, True),
    "begins a minute before the window ends": (WINDOW.end - HOUR / 60, WINDOW.end + HOUR, True),
    "begins where the window ends": (WINDOW.end, WINDOW.end + HOUR, False),
    "long ago": (WINDOW.start - 90 * DAY, WINDOW.start - 89 * DAY, False),
}


class EventCrmReadingContract(RecordCrmReadingContract):
    """How a CRM's events are read. Each test gets a CRM of its own."""

    reading: ClassVar[Reading] = EVENTS
    never: ClassVar[str] = "00U0000000NEVERAAA"

    def record(self, title: str = "Review", *, number: int = 1) -> Any:
        return event(title, days=number)

    @pytest.mark.parametrize(("start", "end", "inside"), PLACES.values(), ids=list(PLACES))
    def test_a_full_read_shows_what_lies_in_the_window(
        self, stage: EventCrmStage, start: datetime, end: datetime, inside: bool
    ) -> None:
        made = stage.create(event(start=start, end=end), stage.user())
        assert told(pages(stage.open())) == ({made} if inside else set())

    @each_meeting
    def test_an_event_arrives_as_it_was_entered(self, stage: EventCrmStage, meeting: Event) -> None:
        owner = stage.user()
        stage.create(meeting, owner)
        (change,) = changes(pages(stage.open()))
        told = found(change.record)
        assert content(told.event) == content(meeting)
        assert (told.event.private, told.owner_id, told.key, told.version) == (meeting.private, owner.id, "", 0)

    def test_an_event_is_a_meeting(self, stage: EventCrmStage) -> None:
        stage.create(event(), stage.user())
        assert [found(change.record).event.kind for change in changes(pages(stage.open()))] == [EventKind.MEETING]

    def test_copies_for_those_who_are_invited_are_left_out(self, stage: EventCrmStage) -> None:
        made = stage.create(event(), stage.user(), [stage.user(), stage.contact(ANN)])
        assert told(pages(stage.open())) == {made}

    def test_of_the_crms_own_series_each_occurrence_is_shown_and_the_pattern_is_not(self, stage: EventCrmStage) -> None:
        first = event("Stand-up")
        made = stage.repeat(first, stage.user(), 3)
        read = changes(pages(stage.open()))
        starts = sorted(found(change.record).event.start for change in read)
        assert ({change.record_id for change in read}, len(read)) == (set(made), 3)
        assert starts == [first.start + n * DAY for n in range(3)]

    def test_what_leaves_the_window_is_told(self, stage: EventCrmStage) -> None:
        (made,) = self.fill(stage, 1)
        cursor, far = caught_up(stage), event(days=300)
        stage.edit(made, start=far.start, end=far.end)
        assert found(since(stage, cursor)[made]).event.start == far.start
