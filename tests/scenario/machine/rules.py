"""What people do beside that where the product works: series, guests, what lies far away, what is private, messages."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from connectors import clock
from connectors.records import EventKind
from issues.models import Issue
from tests import builders
from tests.scenario.machine.meetings import Meeting
from tests.scenario.machine.office import ADDRESSES, Office
from tests.scenario.machine.people_rules import boxes, counted, which
from tests.scenario.machine.work_rules import WholeExample


class OfficeRules(WholeExample):
    """What people do in an office of the product."""

    office: Office

    @property
    def own(self) -> list[Meeting]:
        """Meetings that one of the colleagues can change."""
        return [each for each in self.led if any(copy.event.leads for copy in self.people.copies(each).values())]

    @property
    def guests(self) -> list[tuple[Any, Meeting]]:
        """Copies of those who were invited."""
        pairs = [(copy, each) for each in self.people.meetings for copy in self.people.copies(each).values()]
        return [(copy, each) for copy, each in pairs if not copy.event.leads]

    @property
    def open(self) -> list[Issue]:
        return [issue for issue in self.office.open_issues() if issue.scope == "item"]

    @rule(box=boxes)
    @precondition(lambda self: self.has_room)
    @counted
    def add_a_series(self, box: int) -> None:
        self.people.enter_series(ADDRESSES[box], 2)

    @rule(box=boxes, days=st.sampled_from((-300, 182, 400)))
    @precondition(lambda self: self.has_room)
    @counted
    def add_an_event_far_away(self, box: int, days: int) -> None:
        self.people.enter(ADDRESSES[box], self.people.event(days=days))

    @rule(box=boxes)
    @precondition(lambda self: self.has_room)
    @counted
    def add_a_birthday(self, box: int) -> None:
        self.people.enter(ADDRESSES[box], self.people.event(kind=EventKind.WORKING_LOCATION), unwanted=True)

    @rule(box=boxes, outsider=st.booleans())
    @precondition(lambda self: self.has_room)
    @counted
    def share_a_meeting(self, box: int, outsider: bool) -> None:
        self.people.invite(ADDRESSES[box], outsider=outsider)

    @rule(number=which)
    @precondition(lambda self: self.guests)
    @counted
    def guest_edits_own_copy(self, number: int) -> None:
        self.people.edit_own_copy(*self.guests[number % len(self.guests)])

    @rule(number=which)
    @precondition(lambda self: self.guests)
    @counted
    def guest_throws_own_copy_away(self, number: int) -> None:
        self.people.delete_own_copy(*self.guests[number % len(self.guests)])

    @rule(number=which, private=st.booleans())
    @precondition(lambda self: self.own)
    @counted
    def call_it_private_or_not(self, number: int, private: bool) -> None:
        self.people.make_private(self._of(self.own, number), private)

    @rule(number=which, colour=st.sampled_from(("3", "5")))
    @precondition(lambda self: self.copies)
    @counted
    def paint(self, number: int, colour: str) -> None:
        self.people.paint(self.copies[number % len(self.copies)], colour)

    @rule(box=boxes, both=st.booleans())
    @counted
    def deliver_a_message(self, box: int, both: bool) -> None:
        message = builders.email(subject=f"message {self.counts['deliver_a_message']}", date=clock.now())
        self.office.sides.deliver(message, ADDRESSES if both else ADDRESSES[box : box + 1])

    @rule(number=which)
    @precondition(lambda self: self.recorded)
    @counted
    def hide_a_record(self, number: int) -> None:
        record = self.people.record(self._of(self.recorded, number))
        assert record is not None
        self.office.sides.diary.hide(record.id)
