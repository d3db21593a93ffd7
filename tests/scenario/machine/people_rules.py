"""The state machine: what people do on either side and on both, in whatever order, on any ground."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, ExitStack
from functools import wraps
from typing import Any, ClassVar, TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from tests.scenario.machine.history import WORDS
from tests.scenario.machine.meetings import NOBODY, Meeting
from tests.scenario.machine.workplace import Workplace

F = TypeVar("F", bound=Callable[..., None])

MINDED_BY_CRM, MINDED_BY_CALENDAR = "unnamed", "overbooked"  # words in titles that a rule of a side may refuse
EDITS_CRM = "edits in the CRM"

which = st.integers(0, 7)  # which of those that there are, counted round
boxes = st.sampled_from((0, 1))
words = st.sampled_from(WORDS)
notes = st.sampled_from(("", "", MINDED_BY_CRM, MINDED_BY_CALENDAR))


class Broken(AssertionError):
    """What must not be."""


class Machine(RuleBasedStateMachine):
    """One office, one example. What an office is `furnished` with is set by the test; `counts` says how often each rule
    ran, `worst` how many rounds it took at the most."""

    furnished: ClassVar[Callable[[], AbstractContextManager[Workplace[Any]]]]
    counts: ClassVar[Counter[str]]
    worst: ClassVar[Counter[str]]

    def __init__(self) -> None:
        super().__init__()
        self._stack = ExitStack()
        self.office = self._stack.enter_context(type(self).furnished())
        self.people = self.office.people

    # -- Whom it is about

    def _of(self, found: list[Meeting], number: int) -> Meeting:
        return found[number % len(found)]

    def _address(self, box: int) -> str:
        addresses = [*self.office.sides.calendars]
        return addresses[box % len(addresses)]

    @property
    def led(self) -> list[Meeting]:
        """Meetings that somebody can change in a calendar."""
        return [each for each in self.people.meetings if self.people.leading(each)]

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
    def has_room(self) -> bool:
        return len(self.people.meetings) < 10


def counted(function: F) -> F:
    @wraps(function)
    def runs(self: Machine, *args: Any, **kwargs: Any) -> None:
        self.counts[function.__name__] += 1
        self.office.time.move(seconds=1)
        function(self, *args, **kwargs)

    return runs  # type: ignore[return-value]


class PeopleRules(Machine):
    """What people do in a calendar, in the CRM, and in both."""

    @rule(box=boxes, all_day=st.booleans())
    @precondition(lambda self: self.has_room)
    @counted
    def add_an_event(self, box: int, all_day: bool) -> None:
        self.people.enter(self._address(box), self.people.event(all_day=all_day))

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
    @precondition(lambda self: self.copies)
    @counted
    def touch_the_etag(self, number: int) -> None:
        copy = self.copies[number % len(self.copies)]
        copy.calendar.touch(copy.ref)

    @rule(owner=st.sampled_from((0, 1, NOBODY)), days=st.sampled_from((0, 0, 182)))
    @precondition(lambda self: self.has_room)
    @counted
    def create_in_crm(self, owner: int | str, days: int) -> None:
        self.people.enter_in_crm(owner if isinstance(owner, str) else self._address(owner), days=days)

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

    # -- On both sides

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

    # -- While somebody works

    def somebody(self, does: str, number: int, name: str) -> None:
        """Somebody goes on with a meeting, on one side, if there is one there."""
        deeds: Mapping[str, tuple[list[Meeting], Callable[[Meeting], None]]] = {
            "edits": (self.led, lambda meeting: self.people.edit(meeting, name)),
            "deletes": (self.led, self.people.delete),
            EDITS_CRM: (self.recorded, lambda meeting: self.people.edit_in_crm(meeting, name)),
            "deletes in the CRM": (self.recorded, self.people.delete_in_crm),
        }
        found, deed = deeds.get(does, ([], self.people.delete))
        if found:
            deed(self._of(found, number))
