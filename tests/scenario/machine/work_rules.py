"""The other half of the machine: what goes wrong, who works, what people decide, and how an example ends."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Collection, Mapping
from typing import ClassVar, TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from connectors.policies import ConflictRule
from tests.scenario.machine.people_rules import EDITS_CRM, Broken, Machine, PeopleRules, boxes, counted, which, words
from tests.scenario.machine.workplace import Work

M = TypeVar("M", bound=Machine)

ASKING = (ConflictRule.ASK, ConflictRule.MERGE)

sides = st.sampled_from((-1, 0, 1))  # the CRM, and the two mailboxes
works = st.sampled_from(Work)
steps = st.integers(1, 6) | st.integers(1, 20) | st.integers(1, 60)  # whoever has little to do takes few
deeds = st.sampled_from(("nothing", "edits", "edits", "deletes", EDITS_CRM, EDITS_CRM, "deletes in the CRM"))


class TroubleRules(PeopleRules):
    """What goes wrong."""

    @rule(side=sides, after=st.integers(0, 5))
    @counted
    def a_call_fails(self, side: int, after: int) -> None:
        self.office.faults.fail_call(side, after)

    @rule(side=sides)
    @counted
    def an_answer_is_lost(self, side: int) -> None:
        self.office.faults.lose_answer(side)

    @rule(box=boxes)
    @counted
    def a_token_expires(self, box: int) -> None:
        self.office.faults.expire(box)

    @rule(side=sides)
    @counted
    def a_cursor_is_lost(self, side: int) -> None:
        self.office.faults.forget_cursors(side)

    @rule(number=st.integers(0, 30))
    @precondition(lambda self: self.office.seen_cursors)
    @counted
    def a_page_comes_again(self, number: int) -> None:
        self.office.go_back(*self.office.seen_cursors[number % len(self.office.seen_cursors)])

    @rule()
    @counted
    def changes_come_in_disorder(self) -> None:
        self.office.faults.disorder()

    @rule()
    @counted
    def all_is_well_again(self) -> None:
        self.office.faults.end()


class WorkRules(TroubleRules):
    """Who works, who dies, who sleeps; and what people decide. `conflicts` is the organization's rule about them."""

    conflicts: ClassVar[str]

    @property
    def asks(self) -> bool:
        """Whether the organization's rule leaves something to decide."""
        return self.conflicts in ASKING

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
    def everybody_works(self) -> None:
        self.office.time.move(minutes=6)
        self.office.all_work()

    @rule(first=deeds, number=which, name=words, work=works, at=steps)
    @counted
    def a_worker_dies(self, first: str, number: int, name: str, work: Work, at: int) -> None:
        """It may have something new in hand."""
        self.somebody(first, number, name)
        self.office.dies(work, at)

    @rule(work=works, at=steps, meanwhile=works)
    @counted
    def workers_meet(self, work: Work, at: int, meanwhile: Work) -> None:
        self.office.pauses(work, at, lambda: self.office.work(meanwhile))

    @rule(first=deeds, number=which, name=words, work=works, at=steps, does=deeds, then=st.sampled_from((None, *Work)))
    @counted
    def a_worker_pauses(
        self, first: str, number: int, name: str, work: Work, at: int, does: str, then: Work | None
    ) -> None:
        """Meanwhile somebody may go on with the meeting, and another worker may see it."""

        def meanwhile() -> None:
            self.somebody(does, number, name)
            if then is not None:
                self.office.work(then)

        self.somebody(first, number, name)
        self.office.pauses(work, at, meanwhile, edits_crm=does == EDITS_CRM)

    @rule(first=deeds, number=which, name=words, work=works, at=steps, does=deeds)
    @counted
    def a_worker_sleeps_beyond_its_lease(
        self, first: str, number: int, name: str, work: Work, at: int, does: str
    ) -> None:
        """Meanwhile others work, and somebody may go on with the meeting."""

        def meanwhile() -> None:
            self.somebody(does, number, name)
            self.office.outlast_leases()
            self.office.all_work()

        self.somebody(first, number, name)
        self.office.pauses(work, at, meanwhile, edits_crm=does == EDITS_CRM)

    @rule(number=which, name=words, choice=st.sampled_from(("crm", "mailbox")))
    @precondition(lambda self: self.asks and self.both)
    @counted
    def somebody_decides(self, number: int, name: str, choice: str) -> None:
        """Where nothing is to be decided yet, there is a question first, unless trouble keeps it from being asked."""
        if not self.office.questions():
            self.edit_on_both_sides(number, name)
            self.office.all_work()
        for question in self.office.questions()[:1]:
            self.office.decide(question, choice)


class WholeExample(WorkRules):
    """An example from its beginning to its end. What is `unmendable` no person can end."""

    unmendable: ClassVar[str] = ""

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
        if self.office.unsettled():
            self.office.settle_everything()
            self._rests("once every issue was tried and every question decided")
            self._has_no_open_question()

    def _rests(self, when: str) -> None:
        before = self.office.rounds
        self.office.comes_to_rest()
        self.worst["rounds"] = max(self.worst["rounds"], self.office.rounds - before)
        wrong = self.office.wrong()
        if wrong:
            raise Broken("\n".join([f"{when}:", *wrong]))

    def _has_no_open_question(self) -> None:
        left = [each for each in self.office.unsettled() if not self.unmendable or self.unmendable not in each]
        if left:
            raise Broken("\n".join(["issues that nobody can end:", *left]))


# -- Machines of them


def machine(
    whole: type[WholeExample], conflicts: ConflictRule, *, only: Collection[str] | None = None, **made: object
) -> type[WholeExample]:
    """A machine of its own for each rule about conflicts, with its own counts; with `only` these rules, if any."""
    values: Mapping[str, object] = {"conflicts": conflicts.value, "counts": Counter(), "worst": Counter()}
    without = dict.fromkeys(all_rules(whole, ConflictRule.ASK) - set(only)) if only is not None else {}
    return type(f"{whole.__name__}_{conflicts.value}", (whole,), {**values, **made, **without})


def all_rules(whole: type[WholeExample], conflicts: ConflictRule) -> set[str]:
    """The names of the rules; nobody has anything to decide where the organization's rule does."""
    names = {each.function.__name__ for each in whole.setup_state().rules}
    return names if conflicts in ASKING else names - {"somebody_decides"}
