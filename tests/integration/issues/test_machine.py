"""Whatever happens to issues, in whatever order: the counters count, and the journal and the attempts add up."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from connectors import clock
from connectors.effects import commit
from connectors.models import Activity, Mailbox, Verb
from connectors.scoping import EVERYTHING, scoped
from issues import services
from issues.lifecycle import UNRESOLVED, Ending, Event, Happening, Status, after, ended_by, ending, is_regression
from issues.models import Attempt, Cause, Issue, Resolution, ScopeChoices
from tests import builders
from tests.integration.issues.orders import counters_are_right, failure, rows, tallies_are_right

SUBJECTS = [f"item-{n}" for n in range(4)]
subjects = st.sampled_from(SUBJECTS)
sayings = st.sampled_from(["Pick an owner", "Pick an account", "Pick an owner 7"])


class Issues(RuleBasedStateMachine):
    """Beside the real thing stands a model: the status of each subject by the table, and what was counted."""

    def __init__(self) -> None:
        super().__init__()
        self.offset = 0.0
        self.around = ExitStack()
        self.around.enter_context(transaction.atomic())
        self.around.callback(transaction.set_rollback, True)
        self.around.enter_context(clock.using(lambda: self.offset))
        self.around.enter_context(scoped(EVERYTHING))
        self.organization = builders.organization()
        self.boxes: list[Mailbox] = [builders.mailbox(self.organization) for _ in range(2)]
        self.status: dict[str, Status] = {}
        self.failures: dict[str, int] = {}
        self.until: dict[str, object] = {}
        self.ending: dict[str, Ending] = {}

    def teardown(self) -> None:
        self.around.close()

    def _issue(self, subject: str) -> Issue | None:
        return Issue.everywhere.filter(organization=self.organization, subject_key=subject).order_by("-pk").first()

    def _fails(self, subject: str) -> None:
        aside = self.status[subject] is Status.IGNORED
        left = self.ending[subject].fails() if aside else Ending()
        self.status[subject] = after(self.status[subject], Event.FAIL if left else Event.WAKE)
        self.ending[subject] = left or Ending()

    def _move(self, subject: str, event: Event) -> None:
        if self.status.get(subject, Status.RESOLVED) is not Status.RESOLVED:
            self.status[subject] = after(self.status[subject], event)

    @rule(subject=subjects, said=sayings, late=st.booleans(), alert=st.booleans())
    def fail(self, subject: str, said: str, late: bool, alert: bool) -> None:
        at = clock.now() - timedelta(hours=1 if late else 0)
        before = self._issue(subject)
        box = self.boxes[SUBJECTS.index(subject) % 2]
        with commit("test: report"):
            services.report(
                [failure(self.organization, subject, said=said, attempted_at=at, alert=alert, mailbox_id=box.pk)]
            )
        if before is None:
            self.status[subject] = Status.OPEN
        elif self.status[subject] is Status.RESOLVED and not is_regression(before.resolved_at, at):
            return
        else:
            self._fails(subject)
        self.failures[subject] = self.failures.get(subject, 0) + 1

    @rule(subject=subjects, probing=st.booleans())
    def retry(self, subject: str, probing: bool) -> None:
        if issue := self._issue(subject):
            services.retry(rows(issue), probing=probing)
            self._move(subject, Event.RETRY)

    @rule(subject=subjects, days=st.none() | st.integers(0, 3))
    def ignore(self, subject: str, days: int | None) -> None:
        until = None if days is None else clock.now() + timedelta(days=days)
        self._ignore(subject, "", until)

    @rule(subject=subjects, ends=st.sampled_from(["change", "failures:1", "failures:3"]))
    def ignore_until_something_else(self, subject: str, ends: str) -> None:
        self._ignore(subject, ends, None)

    def _ignore(self, subject: str, ends: str, until: datetime | None) -> None:
        if issue := self._issue(subject):
            services.ignore(rows(issue), reason="x", until=until, ending=ends)
            self._move(subject, Event.IGNORE)
            self.until[subject], self.ending[subject] = until, ending(ends, until)

    @rule(subject=subjects)
    def stop_ignoring(self, subject: str) -> None:
        if issue := self._issue(subject):
            services.stop_ignoring(rows(issue))
            if self.status[subject] is Status.IGNORED:
                self._move(subject, Event.WAKE)

    @rule(chosen=st.sets(subjects))
    def change(self, chosen: set[str]) -> None:
        with commit("test: stir"):
            services.stir(self.organization.pk, chosen)
        for subject in chosen:
            aside = self.status.get(subject) is Status.IGNORED
            if aside and self.ending[subject].end in ended_by(Happening.CHANGE):
                self._move(subject, Event.WAKE)

    @rule(chosen=st.sets(subjects), resolution=st.sampled_from(Resolution))
    def close(self, chosen: set[str], resolution: Resolution) -> None:
        with commit("test: close"):
            services.close(self.organization.pk, dict.fromkeys(sorted(chosen), "proof"), resolution)
        for subject in chosen:
            self._move(subject, Event.SUCCEED)

    @rule(verb=st.sampled_from(["retry", "ignore"]))
    def order(self, verb: str) -> None:
        operation, _ = services.start_operation(self.organization.pk, verb, services.Choice(), reason="x")
        while not services.run_operation(operation.pk):
            pass
        for subject, status in self.status.items():
            if status is Status.OPEN:
                self._move(subject, Event.RETRY if verb == "retry" else Event.IGNORE)
                self.until[subject], self.ending[subject] = None, Ending()

    @rule(known=st.booleans())
    def acknowledge(self, known: bool) -> None:
        for cause in Cause.everywhere.filter(organization=self.organization):
            services.acknowledge(cause, known=known)

    @rule(hours=st.integers(1, 50))
    def time_passes(self, hours: int) -> None:
        self.offset += hours * 3600
        present = clock.now()
        services.wake_up(present)
        for subject, until in self.until.items():
            over = isinstance(until, type(present)) and until <= present
            if over and self.status[subject] is Status.IGNORED:
                self._move(subject, Event.WAKE)

    @invariant()
    def every_issue_has_the_status_of_the_table(self) -> None:
        found = {i.subject_key: Status(i.status) for i in Issue.everywhere.filter(organization=self.organization)}
        assert found == self.status

    @invariant()
    def counters_count(self) -> None:
        assert counters_are_right()

    @invariant()
    def what_came_and_went_adds_up_to_what_is_open(self) -> None:
        assert tallies_are_right()

    @invariant()
    def nobody_is_said_to_know_of_a_cause_that_is_over(self) -> None:
        over = Cause.everywhere.filter(organization=self.organization, open_issues=0)
        assert not over.exclude(acknowledged_at=None).exists()

    @invariant()
    def every_failure_is_an_attempt_and_a_line_of_the_journal(self) -> None:
        for subject, number in self.failures.items():
            issue = self._issue(subject)
            assert issue is not None
            assert issue.failures == issue.attempts.count() == number
        lines = Activity.everywhere.filter(organization=self.organization, verb=Verb.SYNC_ERROR).count()
        assert lines == Attempt.everywhere.count() == sum(self.failures.values())

    @invariant()
    def one_subject_has_one_unresolved_issue_with_a_number_of_its_own(self) -> None:
        issues = Issue.everywhere.filter(organization=self.organization)
        unresolved = [i.subject_key for i in issues if i.status in UNRESOLVED]
        assert len(unresolved) == len(set(unresolved))
        assert len({i.number for i in issues}) == len(issues)

    @invariant()
    def what_is_resolved_has_its_proof_and_nothing_else_has_one(self) -> None:
        for issue in Issue.everywhere.filter(organization=self.organization, scope=ScopeChoices.ITEM):
            assert (issue.status == Status.RESOLVED) == bool(issue.proof) == bool(issue.resolved_at)

    @invariant()
    def only_what_is_ignored_has_a_reason(self) -> None:
        for issue in Issue.everywhere.filter(organization=self.organization).exclude(status=Status.RESOLVED):
            assert (issue.status == Status.IGNORED) == bool(issue.ignored_reason)


def _run(factory: type[RuleBasedStateMachine], examples: int, steps: int) -> None:
    run_state_machine_as_test(
        factory, settings=settings(max_examples=examples, stateful_step_count=steps, deadline=None, derandomize=True)
    )


@pytest.mark.django_db
def test_nothing_that_happens_to_issues_breaks_what_must_hold() -> None:
    _run(Issues, 12, 20)


@pytest.mark.slow
@pytest.mark.django_db
def test_nothing_that_happens_to_issues_breaks_what_must_hold_at_length() -> None:
    _run(Issues, 200, 40)
