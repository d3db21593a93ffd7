"""Keeps the counters beside the rows they count, in the same transaction.

Counters are moved by differences, not counted anew, so that they add up whoever else counts. Whoever moves
issues locks their organization's row before any other (`take_turns`): the counters and the issue numbers are a
meeting point anyway, and two transactions that met there with other rows in hand would wait for each other.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db.models import F, QuerySet
from django_q.tasks import async_task

from connectors import clock
from connectors.effects import within_commit
from connectors.journal import entry, record_all
from connectors.models import Activity, Mailbox, Organization, Verb
from issues.lifecycle import NEEDS_SOMEBODY, Status
from issues.models import BulkOperation, Cause, Issue, Part, Tally
from issues.ordering import FOLLOWED, Outcome, State, followed

JOB = "issues.tasks.run_operation"

Counted = tuple[int, int | None]  # an organization, and one of its causes or all of it


@within_commit
def take_turns(organizations: Iterable[int] | QuerySet[Issue, int]) -> None:
    """From here to the end of the transaction nobody else moves issues of these organizations.

    Rows that only refer to an organization can be written meanwhile.
    """
    rows = Organization.everywhere.select_for_update(no_key=True).filter(pk__in=organizations)
    list(rows.order_by("pk").values_list("pk"))


class Ledger:
    """Collects how issues moved; `post()` writes it to causes, mailboxes, organizations and orders."""

    def __init__(self) -> None:
        self._causes: Counter[int] = Counter()
        self._mailboxes: Counter[int] = Counter()
        self._organizations: Counter[int] = Counter()
        self._came: Counter[Counted] = Counter()
        self._went: Counter[Counted] = Counter()
        self._parts: defaultdict[int, dict[int, tuple[Status, bool]]] = defaultdict(dict)

    def moved(
        self, issue: Issue, before: Status | None, now: Status, *, cause_before: int | None = None, taken: bool = False
    ) -> None:
        """An issue went from `before` (None: it is new) to `now`; its cause may have changed as well.

        `taken` says that it does not follow the order any more that moved it last.
        """
        was, is_ = before in NEEDS_SOMEBODY, now in NEEDS_SOMEBODY
        cause_was = cause_before or issue.cause_id
        if was:
            self._causes[cause_was] -= 1
        if is_:
            self._causes[issue.cause_id] += 1
        self._tally(issue, was, is_, same=cause_was == issue.cause_id, cause_was=cause_was)
        difference = int(is_) - int(was)
        self._organizations[issue.organization_id] += difference
        if issue.mailbox_id:
            self._mailboxes[issue.mailbox_id] += difference
        if issue.operation_id:
            self._parts[issue.operation_id][issue.pk] = (now, taken)

    def _tally(self, issue: Issue, was: bool, is_: bool, *, same: bool, cause_was: int) -> None:
        """Who came and who went; what stays with its cause does neither."""
        if was and not (is_ and same):
            self._went[issue.organization_id, cause_was] += 1
        if is_ and not (was and same):
            self._came[issue.organization_id, issue.cause_id] += 1
        self._went[issue.organization_id, None] += int(was and not is_)
        self._came[issue.organization_id, None] += int(is_ and not was)

    @within_commit
    def post(self) -> None:
        for model, counts in (
            (Cause, self._causes),
            (Mailbox, self._mailboxes),
            (Organization, self._organizations),
        ):
            for key, difference in sorted(counts.items()):
                if difference:
                    model.everywhere.filter(pk=key).update(open_issues=F("open_issues") + difference)
        _count_hour(self._came, self._went)
        for operation_id, moves in sorted(self._parts.items()):
            _follow(operation_id, moves)
        fewer = [key for key, difference in self._causes.items() if difference < 0]
        over = Cause.everywhere.filter(pk__in=fewer, open_issues=0)
        record_all(_over(cause) for cause in over.order_by("pk"))
        # Who knew of it knows nothing of what may come after it.
        over.exclude(acknowledged_at=None).update(acknowledged_at=None, acknowledged_by=None)


@within_commit
def _count_hour(came: Mapping[Counted, int], went: Mapping[Counted, int]) -> None:
    """Adds to the tallies of this hour."""
    hour = clock.now().replace(minute=0, second=0, microsecond=0)
    counted = sorted({key for each in (came, went) for key, number in each.items() if number}, key=str)
    for key in counted:
        more = {"came": F("came") + came.get(key, 0), "went": F("went") + went.get(key, 0)}
        if not _tallies(key, hour).update(**more):
            row = Tally(organization_id=key[0], cause_id=key[1], hour=hour)
            Tally.everywhere.bulk_create([row], ignore_conflicts=True)  # its first, or somebody else's a moment ago
            _tallies(key, hour).update(**more)


def _tallies(key: Counted, hour: datetime) -> QuerySet[Tally]:
    return Tally.everywhere.filter(organization=key[0], cause=key[1], hour=hour)


@within_commit
def forget_tallies(before: datetime) -> None:
    """Drops the tallies of hours that nobody looks at any more."""
    Tally.everywhere.filter(hour__lt=before).delete()


@within_commit
def _follow(operation_id: int, moves: Mapping[int, tuple[Status, bool]]) -> None:
    """What became of these issues of an order. One that waits for its first few goes on with the last of them."""
    parts = Part.everywhere.filter(operation=operation_id, issue__in=moves, outcome__in=FOLLOWED)
    groups = defaultdict[tuple[Outcome, Outcome], list[int]](list)
    for pk, issue_id, outcome in list(parts.order_by("pk").values_list("pk", "issue_id", "outcome")):
        status, taken = moves[issue_id]
        groups[Outcome(outcome), followed(Outcome(outcome), status, taken=taken)].append(pk)
    for (before, now), pks in groups.items():
        if before is not now:
            Part.everywhere.filter(pk__in=pks).update(outcome=now)
            count(operation_id, {before: -len(pks), now: len(pks)})
    waits = BulkOperation.everywhere.filter(pk=operation_id, state=State.CANARY, still_trying=0, first_at__isnull=False)
    if groups and waits.exists():
        async_task(JOB, operation_id)


COUNTERS = {
    Outcome.TRYING: "still_trying",
    Outcome.RESOLVED: "resolved",
    Outcome.FAILED: "failed_again",
    Outcome.IGNORED: "ignored",
    Outcome.SKIPPED: "skipped",
    Outcome.ELSEWHERE: "elsewhere",
    Outcome.RETURNED: "returned",
}


@within_commit
def count(operation_id: int, differences: Mapping[Outcome, int], *, taken_up: int = 0) -> None:
    """Moves the counters of an order."""
    changes = {COUNTERS[outcome]: F(COUNTERS[outcome]) + number for outcome, number in differences.items() if number}
    BulkOperation.everywhere.filter(pk=operation_id).update(done=F("done") + taken_up, **changes)


def _over(cause: Cause) -> Activity:
    return entry(
        organization_id=cause.organization_id,
        verb=Verb.CAUSE_OVER,
        cause=cause.fingerprint,
        code=cause.code,
        alert=True,
    )
