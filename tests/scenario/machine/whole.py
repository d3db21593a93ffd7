"""The state machine over the product: what else goes wrong, who else works, and what people do about issues."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from issues import services as issues
from issues.models import Issue
from tests.scenario.machine.office import ADDRESSES
from tests.scenario.machine.people_rules import MINDED_BY_CRM, counted, which
from tests.scenario.machine.rules import OfficeRules
from tests.scenario.machine.work_rules import sides
from tests.scenario.machine.workplace import Work


class Whole(OfficeRules):
    """What a guest may not change in an organizer's meeting stays an issue; nothing else does."""

    unmendable = "google.forbiddenForNonOrganizer"

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

    @rule()
    @counted
    def both_sides_mind_a_word(self) -> None:
        self.office.faults.mind()

    @rule(times=st.integers(1, 4))
    @counted
    def records_are_locked(self, times: int) -> None:
        self.office.faults.lock(times)

    @rule(side=sides)
    @counted
    def access_is_revoked(self, side: int) -> None:
        self.office.faults.revoke(side)

    @rule()
    @counted
    def access_is_renewed(self) -> None:
        self.office.faults.let_in()

    @rule(minutes=st.sampled_from((6, 90, 1440)))
    @counted
    def time_passes(self, minutes: int) -> None:
        self.office.time.move(minutes=minutes)

    @rule()
    @counted
    def bens_mailbox_is_worked_on(self) -> None:
        self.office.work(Work.BEN)

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
