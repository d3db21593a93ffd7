"""The state machine: whatever people do, in whatever order, while everything goes wrong that can."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from functools import wraps
from typing import Any, ClassVar, TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from connectors import clock
from connectors.records import EventKind
from issues.models import Issue
from tests import builders
from tests.conftest import Time
from tests.scenario.machine.faults import MINDED_BY_CALENDAR, MINDED_BY_CRM
from tests.scenario.machine.history import WORDS
from tests.scenario.machine.meetings import NOBODY, Meeting
from tests.scenario.machine.office import ADDRESSES, Office, Work

F = TypeVar("F", bound=Callable[..., None])

which = st.integers(0, 7)  # which of those that there are, counted round
sides = st.sampled_from((-1, 0, 1))  # the CRM, and the two mailboxes
boxes = st.sampled_from((0, 1))
works = st.sampled_from(Work)
words = st.sampled_from(WORDS)
notes = st.sampled_from(("", "", MINDED_BY_CRM, MINDED_BY_CALENDAR))
steps = st.integers(1, 60)


class Broken(AssertionError):
    """What must not be."""


class Machine(RuleBasedStateMachine):
    """One office, one example. `time`, `conflicts` and how an office is `furnished` are set by the test; `counts` says
    how often each rule ran."""

    time: ClassVar[Time]
    conflicts: ClassVar[str]
    furnished: ClassVar[Callable[[Time, str], AbstractContextManager[Office]]]
    counts: ClassVar[Counter[str]]
    worst: ClassVar[Counter[str]]

    def __init__(self) -> None:
        super().__init__()
        self._stack = ExitStack()
        self.office: Office = self._stack.enter_context(type(self).furnished(self.time, self.conflicts))
        self.people = self.office.people

    # -- Whom it is about

    def _of(self, found: list[Meeting], number: int) -> Meeting:
        return found[number % len(found)]

    @property
    def led(self) -> list[Meeting]:
        """Meetings that somebody can change in a calendar."""
        return [each for each in self.people.meetings if self.people.leading(each)]

    @property
    def own(self) -> list[Meeting]:
        """Likewise, one of the colleagues."""
        return [each for each in self.led if any(copy.event.leads for copy in self.people.copies(each).values())]

    @property
    def recorded(self) -> list[Meeting]:
        """Meetings that somebody can change in the CRM."""
        return [each for each in self.people.meetings if self.people.record(each)]

    @property
    def both(self) -> list[Meeting]:
        return [each for each in self.led if self.people.record(each)]

    @property
    def copies(self) -> list[Any]:
        return [copy for each in self.people.meetings for copy in self.people.copies(each).values()]

    @property
    def guests(self) -> list[tuple[Any, Meeting]]:
        """Copies of those who were invited."""
        pairs = [(copy, each) for each in self.people.meetings for copy in self.people.copies(each).values()]
        return [(copy, each) for copy, each in pairs if not copy.event.leads]

    @property
    def open(self) -> list[Issue]:
        return [issue for issue in self.office.open_issues() if issue.scope == "item"]


def counted(function: F) -> F:
    @wraps(function)
    def runs(self: Machine, *args: Any, **kwargs: Any) -> None:
        self.counts[function.__name__] += 1
        self.office.time.move(seconds=1)
        function(self, *args, **kwargs)

    return runs  # type: ignore[return-value]


class Calendars(Machine):
    """What people do in their calendars."""

    @property
    def has_room(self) -> bool:
        return len(self.people.meetings) < 10

    @rule(box=boxes, all_day=st.booleans())
    @precondition(lambda self: self.has_room)
    @counted
    def add_an_event(self, box: int, all_day: bool) -> None:
        self.people.enter(ADDRESSES[box], self.people.event(all_day=all_day))

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

    @rule(number=which, name=words, note=notes)
    @precondition(lambda self: self.led)
    @counted
    def edit_in_calendar(self, number: int, name: str, note: str) -> None:
        self.people.edit(self._of(self.led, number), name, note=note)

    @rule(number=which, days=st.sampled_from((0, 3, 190, -200)))
    @precondition(lambda self: self.led)
    @counted
    def move_in_calendar(self, number: int, days: int) -> None:
        self.people.edit(self._of(self.led, number), "time", days=days)

    @rule(number=which)
    @precondition(lambda self: self.led)
    @counted
    def delete_in_calendar(self, number: int) -> None:
        self.people.delete(self._of(self.led, number))

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

    @rule(number=which)
    @precondition(lambda self: self.copies)
    @counted
    def touch_the_etag(self, number: int) -> None:
        copy = self.copies[number % len(self.copies)]
        copy.calendar.touch(copy.ref)

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


class Crm(Calendars):
    """What people do in the CRM, and on both sides at once."""

    @rule(owner=st.sampled_from((*ADDRESSES, NOBODY)), days=st.sampled_from((0, 0, 182)))
    @precondition(lambda self: self.has_room)
    @counted
    def create_in_crm(self, owner: str, days: int) -> None:
        self.people.enter_in_crm(owner, days=days)

    @rule(number=which, name=words, note=notes)
    @precondition(lambda self: self.recorded)
    @counted
    def edit_in_crm(self, number: int, name: str, note: str) -> None:
        self.people.edit_in_crm(self._of(self.recorded, number), name, note=note)

    @rule(number=which)
    @precondition(lambda self: self.recorded)
    @counted
    def delete_in_crm(self, number: int) -> None:
        self.people.delete_in_crm(self._of(self.recorded, number))

    @rule(number=which, name=words, crm_first=st.booleans())
    @precondition(lambda self: self.both)
    @counted
    def edit_the_same_on_both_sides(self, number: int, name: str, crm_first: bool) -> None:
        self.edit_on_both_sides(number, name, crm_first=crm_first)

    def edit_on_both_sides(self, number: int, name: str, *, crm_first: bool = False) -> None:
        meeting = self._of(self.both, number)
        edits = [self.people.edit, self.people.edit_in_crm]
        for edit in edits[::-1] if crm_first else edits:
            edit(meeting, name)
            self.office.time.move(seconds=1)

    @rule(number=which, names=st.permutations(WORDS))
    @precondition(lambda self: self.both)
    @counted
    def edit_different_fields_on_both_sides(self, number: int, names: list[str]) -> None:
        meeting = self._of(self.both, number)
        self.people.edit(meeting, names[0])
        self.people.edit_in_crm(meeting, names[1])

    @rule(number=which, name=words, crm_edits=st.booleans())
    @precondition(lambda self: self.both)
    @counted
    def edit_on_one_side_and_delete_on_the_other(self, number: int, name: str, crm_edits: bool) -> None:
        meeting = self._of(self.both, number)
        if crm_edits:
            self.people.edit_in_crm(meeting, name)
            self.people.delete(meeting)
        else:
            self.people.edit(meeting, name)
            self.people.delete_in_crm(meeting)

    @rule(number=which)
    @precondition(lambda self: self.both)
    @counted
    def delete_on_both_sides(self, number: int) -> None:
        meeting = self._of(self.both, number)
        self.people.delete(meeting)
        self.people.delete_in_crm(meeting)

    @rule(number=which)
    @precondition(lambda self: self.recorded)
    @counted
    def hide_a_record(self, number: int) -> None:
        record = self.people.record(self._of(self.recorded, number))
        assert record is not None
        self.office.sides.diary.hide(record.id)
