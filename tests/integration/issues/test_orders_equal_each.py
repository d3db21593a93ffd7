"""A retry of all is a retry of each, in whatever order the issues are taken one by one."""

from __future__ import annotations

from contextlib import ExitStack
from random import Random
from typing import Any

import pytest
from django.db import transaction
from hypothesis import example, given, settings
from hypothesis import strategies as st

from connectors import clock
from connectors.models import Activity, Mailbox, Organization, Verb
from connectors.scoping import EVERYTHING, scoped
from issues import services
from issues.models import BulkOperation, Issue, ScopeChoices
from issues.ordering import Event
from issues.services import Choice
from tests import builders
from tests.integration.issues.orders import close, counters_are_right, failure, report

pytestmark = pytest.mark.django_db
MOST = 26  # more than are tried without a trial

# One issue: what it is about, its reason, its mailbox, and what happened to it before.
issues_ = st.tuples(
    st.sampled_from(["item", "item", "item", "mailbox"]),
    st.sampled_from(["Pick an owner", "Pick an account"]),
    st.integers(0, 1),
    st.sampled_from(["open", "open", "retrying", "ignored", "resolved"]),
)
OPEN = ("item", "Pick an owner", 0, "open")
worlds = st.lists(issues_, min_size=0, max_size=MOST)
OUTCOMES = st.sampled_from(["through", "again"])


class World:
    """An organization with two mailboxes; made twice from one description it is the same but for its ids."""

    def __init__(self, made_of: list[tuple[str, str, int, str]]) -> None:
        self.organization: Organization = builders.organization()
        self.boxes: list[Mailbox] = [builders.mailbox(self.organization) for _ in range(2)]
        for number, (scope, said, box, before) in enumerate(made_of):
            whole = scope == "mailbox"
            key = f"mailbox:{number}" if whole else f"item-{number}"
            values: dict[str, Any] = {"said": said, "mailbox_id": self.boxes[box].pk}
            report(failure(self.organization, key, scope=ScopeChoices(scope), **values))
            self._before(key, before)

    def _before(self, key: str, before: str) -> None:
        rows = Issue.everywhere.filter(organization=self.organization, subject_key=key)
        if before == "retrying":
            services.retry(rows)
        elif before == "ignored":
            services.ignore(rows, reason="x")
        elif before == "resolved":
            close(self.organization, key)

    def open(self) -> list[Issue]:
        return list(Issue.everywhere.filter(organization=self.organization, status="open").order_by("number"))

    def settle(self, outcomes: list[str]) -> None:
        """The engine answers what is being tried, each as it was drawn for its number."""
        trying = Issue.everywhere.filter(organization=self.organization, status="retrying", scope=ScopeChoices.ITEM)
        for issue in list(trying.order_by("number")):
            if outcomes[issue.number % len(outcomes)] == "through":
                close(self.organization, issue.subject_key)
            else:
                report(failure(self.organization, issue.subject_key, mailbox_id=issue.mailbox_id))

    def seen(self) -> list[tuple[object, ...]]:
        """All that tells two worlds apart, by number: issues, and what the journal says of each."""
        columns = ("number", "subject_key", "scope", "status", "code", "failures", "probing", "ignored_reason")
        return list(Issue.everywhere.filter(organization=self.organization).order_by("number").values_list(*columns))

    def told(self) -> list[tuple[object, ...]]:
        rows = Activity.everywhere.filter(organization=self.organization, verb=Verb.RETRIED)
        return sorted(rows.values_list("issue_number", "scope"))

    def counters(self) -> list[int]:
        self.organization.refresh_from_db()
        causes = self.organization.causes.order_by("fingerprint").values_list("open_issues", flat=True)
        boxes = Mailbox.everywhere.filter(organization=self.organization).order_by("pk")
        return [self.organization.open_issues, *boxes.values_list("open_issues", flat=True), *causes]


def retry_all(world: World, outcomes: list[str], *, asked: bool) -> BulkOperation:
    """One order, carried out with the engine's answers between its jobs; past the first few whatever they show."""
    operation, _ = services.start_operation(world.organization.pk, "retry", Choice(), asked=asked)
    while True:
        while not services.run_operation(operation.pk):
            pass
        operation.refresh_from_db()
        if operation.state == "finished":
            return operation
        world.settle(outcomes)
        while not services.run_operation(operation.pk):
            pass
        operation.refresh_from_db()
        if operation.state == "held":
            services.steer(operation, Event.RESUME)


@settings(max_examples=15)
@given(made_of=worlds, outcomes=st.lists(OUTCOMES, min_size=1, max_size=5), asked=st.booleans(), chance=st.randoms())
@example(made_of=[OPEN] * MOST, outcomes=["again"], asked=True, chance=Random(1))
@example(made_of=[OPEN] * MOST, outcomes=["through", "again"], asked=True, chance=Random(2))
def test_a_retry_of_all_equals_a_retry_of_each_in_any_order(
    made_of: list[tuple[str, str, int, str]], outcomes: list[str], asked: bool, chance: Random
) -> None:
    with ExitStack() as around:
        around.enter_context(transaction.atomic())
        around.callback(transaction.set_rollback, True)
        around.enter_context(clock.using(lambda: 0.0))
        around.enter_context(scoped(EVERYTHING))
        together, apart = World(made_of), World(made_of)
        assert together.seen() == apart.seen()
        each = apart.open()
        chance.shuffle(each)
        for issue in each:
            services.retry(Issue.everywhere.filter(pk=issue.pk))
        apart.settle(outcomes)
        operation = retry_all(together, outcomes, asked=asked)
        together.settle(outcomes)
        assert together.seen() == apart.seen()
        assert together.told() == apart.told()
        assert together.counters() == apart.counters()
        assert counters_are_right()
        assert (operation.total, operation.done) == (len(each), len(each))
