"""The other half of the machine: what goes wrong, who works, what people do about issues, and how it ends."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Collection
from contextlib import AbstractContextManager

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from connectors.policies import ConflictRule
from issues import services as issues
from issues.models import Issue
from syncapp.models import Cursor
from tests.conftest import Time
from tests.scenario.machine.faults import MINDED_BY_CRM
from tests.scenario.machine.office import ADDRESSES, Office, Work
from tests.scenario.machine.oracle import Oracle
from tests.scenario.machine.rules import Broken, Crm, boxes, counted, sides, steps, which, words, works

Furnished = Callable[[Time, str], AbstractContextManager[Office]]

FORBIDDEN = "google.forbiddenForNonOrganizer"
ASKING = (ConflictRule.ASK, ConflictRule.MERGE)


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

    @property
    def asks(self) -> bool:
        """Whether the organization's rule leaves something to decide."""
        return self.conflicts in ASKING

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

    @rule(number=which, name=words, choice=st.sampled_from(("crm", "mailbox")))
    @precondition(lambda self: self.both and self.asks)
    @counted
    def somebody_decides(self, number: int, name: str, choice: str) -> None:
        """Where nothing is to be decided yet, there is a question first, unless trouble keeps it from being asked."""
        if not self.office.questions():
            self.edit_on_both_sides(number, name)
            self.office.all_work()
        for question in self.office.questions()[:1]:
            self.office.decide(question, choice)


class Whole(Workers):
    """An example from its beginning to its end."""

    @initialize()
    def begin(self) -> None:
        """One of each is in step on both sides, and one that is refused is an issue."""
        self.office.faults.mind()
        refused = self.people.enter(ADDRESSES[0], self.people.event())
        self.people.edit(refused, "title", note=MINDED_BY_CRM)
        self.people.enter(ADDRESSES[0], self.people.event())
        self.people.invite(ADDRESSES[1], outsider=False)
        self.people.enter_in_crm(ADDRESSES[0])
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


def machine(
    time: Time, conflicts: ConflictRule, furnished: Furnished, *, only: Collection[str] | None = None
) -> type[Whole]:
    """A machine of its own for each rule about conflicts, with its own counts; with `only` these rules, if any."""
    values: dict[str, object] = {"time": time, "conflicts": conflicts.value, "counts": Counter(), "worst": Counter()}
    values["furnished"] = staticmethod(furnished)
    without = dict.fromkeys(all_rules(ConflictRule.ASK) - set(only)) if only is not None else {}
    return type(f"Machine_{conflicts.value}", (Whole,), values | without)


def all_rules(conflicts: ConflictRule) -> set[str]:
    """The names of the rules; nobody has anything to decide where the organization's rule does."""
    names = {each.function.__name__ for each in Whole.setup_state().rules}
    return names if conflicts in ASKING else names - {"somebody_decides"}
