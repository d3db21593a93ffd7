"""The state machine: whatever people do, in whatever order, while everything goes wrong that can."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from functools import wraps
from typing import Any, ClassVar, TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from connectors.records import ConflictRule
from issues import services as issues
from issues.models import Issue
from syncapp.models import Cursor
from tests import builders
from tests.conftest import Time
from tests.scenario.machine.faults import MINDED_BY_CALENDAR, MINDED_BY_CRM
from tests.scenario.machine.history import WORDS
from tests.scenario.machine.meetings import NOBODY, Meeting
from tests.scenario.machine.office import ADDRESSES, USERS, Office, Work, office
from tests.scenario.machine.oracle import Oracle

F = TypeVar("F", bound=Callable[..., None])

which = st.integers(0, 7)  # which of those that there are, counted round
sides = st.sampled_from((-1, 0, 1))  # the CRM, and the two mailboxes
boxes = st.sampled_from((0, 1))
works = st.sampled_from(Work)
words = st.sampled_from(WORDS)
notes = st.sampled_from(("", "", MINDED_BY_CRM, MINDED_BY_CALENDAR))
steps = st.integers(1, 60)
FORBIDDEN = "google.forbiddenForNonOrganizer"


class Broken(AssertionError):
    """What must not be."""


class Machine(RuleBasedStateMachine):
    """One office, one example. `time` and `conflicts` are set by the test; `counts` says how often each rule ran."""

    time: ClassVar[Time]
    conflicts: ClassVar[str]
    counts: ClassVar[Counter[str]]
    worst: ClassVar[Counter[str]]

    def __init__(self) -> None:
        super().__init__()
        self._stack = ExitStack()
        self.office: Office = self._stack.enter_context(office(self.time, self.conflicts))
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
        return len(self.people.meetings) < 9

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
        self.people.enter(ADDRESSES[box], self.people.event(kind="birthday"), unwanted=True)

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
        message = builders.email(subject=f"message {self.counts['deliver_a_message']}")
        for number, store in enumerate(self.office.stores.values()):
            if both or number == box:
                store.deliver(message)


class Crm(Calendars):
    """What people do in the CRM, and on both sides at once."""

    @rule(owner=st.sampled_from((*USERS, NOBODY)), days=st.sampled_from((0, 0, 182)))
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
        self.people.crm.events.hide(record.id)


class Trouble(Crm):
    """What goes wrong."""

    @rule(side=sides, after=st.integers(0, 5))
    @counted
    def a_call_fails(self, side: int, after: int) -> None:
        self.office.faults.fail_call(side, after)

    @rule(side=sides)
    @counted
    def an_answer_is_lost(self, side: int) -> None:
        self.office.faults.lose_answer(side)

    @rule()
    @counted
    def both_sides_mind_a_word(self) -> None:
        self.office.faults.mind()

    @rule(times=st.integers(1, 4))
    @counted
    def records_are_locked(self, times: int) -> None:
        self.office.faults.lock(times)

    @rule(box=boxes)
    @counted
    def a_token_expires(self, box: int) -> None:
        self.office.faults.expire(box)

    @rule(side=sides)
    @counted
    def access_is_revoked(self, side: int) -> None:
        self.office.faults.revoke(side)

    @rule()
    @counted
    def access_is_renewed(self) -> None:
        self.office.faults.let_in()

    @rule(side=sides)
    @counted
    def a_cursor_is_lost(self, side: int) -> None:
        self.office.faults.forget_cursors(side)

    @rule(number=st.integers(0, 30))
    @precondition(lambda self: self.office.seen_cursors)
    @counted
    def a_page_comes_again(self, number: int) -> None:
        pk, value = self.office.seen_cursors[number % len(self.office.seen_cursors)]
        Cursor.everywhere.filter(pk=pk).update(value=value)

    @rule()
    @counted
    def changes_come_in_disorder(self) -> None:
        self.office.faults.disorder()

    @rule()
    @counted
    def all_is_well_again(self) -> None:
        self.office.faults.end()


class Workers(Trouble):
    """Who works, who dies, who sleeps; and what people do about issues."""

    @rule(minutes=st.sampled_from((6, 90, 1440)))
    @counted
    def time_passes(self, minutes: int) -> None:
        self.office.time.move(minutes=minutes)

    @rule()
    @counted
    def the_crm_is_read(self) -> None:
        self.office.work(Work.READER)

    @rule()
    @counted
    def annas_mailbox_is_worked_on(self) -> None:
        self.office.work(Work.ANNA)

    @rule()
    @counted
    def bens_mailbox_is_worked_on(self) -> None:
        self.office.work(Work.BEN)

    @rule()
    @counted
    def everybody_works(self) -> None:
        self.office.time.move(minutes=6)
        self.office.all_work()

    @rule(work=works, at=steps)
    @counted
    def a_worker_dies(self, work: Work, at: int) -> None:
        self.office.dies(work, at)

    @rule(work=works, at=steps, meanwhile=works)
    @counted
    def workers_meet(self, work: Work, at: int, meanwhile: Work) -> None:
        self.office.pauses(work, at, lambda: self.office.work(meanwhile))

    @rule(work=works, at=steps, number=which, name=words, does=st.sampled_from(("nothing", "edits", "deletes")))
    @counted
    def a_worker_sleeps_beyond_its_lease(self, work: Work, at: int, number: int, name: str, does: str) -> None:
        """Meanwhile others work, and somebody may go on with a calendar."""

        def meanwhile() -> None:
            if self.led and does == "edits":
                self.people.edit(self._of(self.led, number), name)
            elif self.led and does == "deletes":
                self.people.delete(self._of(self.led, number))
            self.office.time.move(minutes=6)
            self.office.all_work()

        self.office.pauses(work, at, meanwhile)

    @rule(number=which)
    @precondition(lambda self: self.open)
    @counted
    def somebody_tries_again(self, number: int) -> None:
        issues.retry(Issue.everywhere.filter(pk=self.open[number % len(self.open)].pk))

    @rule(number=which)
    @precondition(lambda self: self.open)
    @counted
    def somebody_sets_an_issue_aside(self, number: int) -> None:
        issues.ignore(Issue.everywhere.filter(pk=self.open[number % len(self.open)].pk), reason="not now")

    @rule(number=which, choice=st.sampled_from(("crm", "mailbox")))
    @precondition(lambda self: self.office.questions())
    @counted
    def somebody_decides(self, number: int, choice: str) -> None:
        questions = self.office.questions()
        self.office.decide(questions[number % len(questions)], choice)


class Whole(Workers):
    """An example from its beginning to its end."""

    @initialize()
    def begin(self) -> None:
        self.people.enter(ADDRESSES[0], self.people.event())
        self.people.invite(ADDRESSES[1], outsider=False)
        self.people.enter_in_crm(USERS[0])
        self.office.all_work()

    @invariant()
    def nothing_is_there_twice(self) -> None:
        twice = [each.tag for each in self.people.meetings if len(self.people.records(each)) > 1]
        if twice:
            raise Broken(f"two records of {twice}")

    def teardown(self) -> None:
        try:
            if sys.exc_info()[0] is None:
                self._end()
        finally:
            self._stack.close()

    def _end(self) -> None:
        """The faults stop; after two runs, and the time that the ladder needs, everything is where it should be."""
        self.office.faults.end()
        self._rests("once the faults have stopped")
        if self.office.open_issues():
            self.office.settle_everything()
            self._rests("once every issue was tried and every question decided")
            self._has_no_open_question()

    def _rests(self, when: str) -> None:
        before = self.office.rounds
        self.office.comes_to_rest()
        self.worst["rounds"] = max(self.worst["rounds"], self.office.rounds - before)
        wrong = Oracle(self.office).wrong()
        if wrong:
            raise Broken("\n".join([f"{when}:", *wrong]))

    def _has_no_open_question(self) -> None:
        """What a guest may not change in an organizer's meeting stays an issue; nothing else does."""
        left = [f"{i.code} about {i.title}" for i in self.office.open_issues() if i.code != FORBIDDEN]
        if left:
            raise Broken("\n".join(["issues that nobody can end:", *left]))


def machine(time: Time, conflicts: ConflictRule) -> type[Whole]:
    """A machine of its own for each rule, with its own counts."""
    values: dict[str, object] = {"time": time, "conflicts": conflicts.value, "counts": Counter(), "worst": Counter()}
    return type(f"Machine_{conflicts.value}", (Whole,), values)


def all_rules(conflicts: ConflictRule) -> set[str]:
    """The names of the rules; nobody has anything to decide where the organization's rule does."""
    names = {each.function.__name__ for each in Whole.setup_state().rules}
    asks = conflicts in (ConflictRule.ASK, ConflictRule.MERGE)
    return names if asks else names - {"somebody_decides"}
