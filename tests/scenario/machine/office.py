"""The engine at work between two calendars and a CRM, step by step and to the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from django.db import transaction

from connectors import clock, effects
from connectors.models import Mailbox, Organization
from connectors.scoping import EVERYTHING, scoped
from issues import services as issues
from issues.lifecycle import UNRESOLVED, Status
from issues.models import Decision, Issue, ScopeChoices
from syncapp.engine import settling
from syncapp.engine.crm_reading import read_crm
from syncapp.engine.running import run_job
from syncapp.models import Binding, Breaker, Change, ChangeState, Cursor, Lease, Run
from tests import builders
from tests.conftest import Time
from tests.scenario.deaths import Restless
from tests.scenario.machine.meetings import People
from tests.scenario.machine.oracle import Oracle
from tests.scenario.machine.sides import OfficeFaults, Sides
from tests.scenario.machine.workplace import Hook, Work, Workplace

MORNING = datetime(2031, 3, 3, 8, tzinfo=UTC)  # when every example begins
ROUNDS = 200  # every world comes to rest in so many (I-10)
ADDRESSES = ("anna@ours.example", "ben@ours.example")


@dataclass(kw_only=True)
class Office(Workplace[Issue]):
    """Anna and Ben work for the organization; the engine works for them."""

    time: Time
    organization: Organization
    boxes: dict[Work, Mailbox]
    sides: Sides
    people: People
    faults: OfficeFaults
    rounds: int = 0
    _cursors: list[tuple[object, str]] = field(default_factory=list)

    # -- Work

    def work(self, work: Work) -> None:
        """Jobs of one kind until there is no more to do, as the queue would give them out."""
        self._note_cursors()
        for _ in range(20):
            more = read_crm(self.organization.pk) if work is Work.READER else self._job(work)
            if not more:
                return

    def _job(self, work: Work) -> bool:
        return run_job(self.boxes[work].pk).value == "again"

    def _note_cursors(self) -> None:
        now = [(pk, value) for pk, value in Cursor.everywhere.order_by("pk").values_list("pk", "value") if value]
        self._cursors += [each for each in now if each not in self._cursors]

    @property
    def seen_cursors(self) -> Sequence[tuple[object, str]]:
        return self._cursors

    def go_back(self, whose: object, cursor: str) -> None:
        Cursor.everywhere.filter(pk=str(whose)).update(value=cursor)

    def crash_points(self, hook: Hook) -> AbstractContextManager[None]:
        return effects.crash_points(hook)

    def outlast_leases(self) -> None:
        self.time.move(minutes=6)

    # -- People and issues

    def open_issues(self, *, code: str = "") -> list[Issue]:
        rows = Issue.everywhere.filter(organization=self.organization, status__in=UNRESOLVED).order_by("pk")
        return [issue for issue in rows if not code or issue.code == code]

    def questions(self) -> list[Issue]:
        return [issue for issue in self.open_issues() if "choices" in (issue.evidence or {})]

    def decide(self, question: Issue, choice: str) -> None:
        values = {"organization": self.organization, "choice": choice}
        Decision.everywhere.update_or_create(issue=question, defaults=values)
        issues.retry(Issue.everywhere.filter(pk=question.pk))

    def unsettled(self) -> list[str]:
        return [f"{issue.code} about {issue.title}" for issue in self.open_issues()]

    # -- To the end

    def comes_to_rest(self) -> None:
        """Rounds of all work, and the time that the ladder needs, until one changes nothing and nothing waits."""
        if self._next_moment() is not None:
            self.time.move(hours=5)  # no rung of the ladder is longer, and no lease
        for _ in range(ROUNDS):
            before = self.snapshot()
            self.all_work()
            self.rounds += 1
            next_at = self._next_moment()
            if next_at is None and before == self.snapshot():
                return
            ahead = (next_at - clock.now()).total_seconds() if next_at else 0
            self.time.move(seconds=max(ahead, 0) + 1)
        raise Restless(f"after {ROUNDS} rounds something is due at {next_at} still, and it is {clock.now()}")

    def _next_moment(self) -> datetime | None:
        """When something is due next that will be done by itself; the past where it is now."""
        waiting = Change.everywhere.exclude(issue__status=Status.IGNORED).exclude(state=ChangeState.FAILED)
        due = [clock.now() if at is None else at for at in waiting.values_list("next_attempt_at", flat=True)]
        due += [clock.now()] if Issue.everywhere.filter(status=Status.RETRYING).exists() else []
        due += [clock.now()] if Binding.everywhere.filter(gone_at=None).exclude(missing_since=None).exists() else []
        due += [clock.now()] if Run.everywhere.filter(outcome="").exists() else []
        due += Lease.everywhere.exclude(owner="").values_list("until", flat=True)
        probes = list(Breaker.everywhere.values_list("probe_at", flat=True))
        probes += Mailbox.everywhere.exclude(stopped_at=None).values_list("probe_at", flat=True)
        probes += Organization.everywhere.exclude(stopped_at=None).values_list("probe_at", flat=True)
        return min([*due, *(at for at in probes if at is not None)], default=None)

    def snapshot(self) -> object:
        """Everything that lies in the stores, and how many issues there are."""
        statuses = Counter(Issue.everywhere.order_by().values_list("status", flat=True))
        return self.sides.standing(), statuses

    def settle_everything(self) -> None:
        for issue in self.questions():
            self.decide(issue, "mailbox")
        rest = Issue.everywhere.filter(organization=self.organization, status__in=UNRESOLVED)
        issues.retry(rest.exclude(status=Status.RETRYING, scope=ScopeChoices.ITEM))

    def wrong(self) -> list[str]:
        return Oracle(self.people, self.organization).wrong()


@contextmanager
def open_doors(time: Time) -> Iterator[None]:
    """A Monday morning, in whose world everything may be read; no row of it stays."""
    time.move_to(builders.seconds_until(MORNING))
    settling.chance.seed(7)
    with ExitStack() as stack:
        stack.enter_context(transaction.atomic())
        stack.callback(transaction.set_rollback, True)
        stack.enter_context(scoped(EVERYTHING))
        yield
