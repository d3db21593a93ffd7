"""Keeps the counters beside the rows they count, in the same transaction.

Counters are moved by differences, not counted anew, so that they add up whoever else counts. Whoever moves
issues locks their organization's row before any other (`take_turns`): the counters and the issue numbers are a
meeting point anyway, and two transactions that met there with other rows in hand would wait for each other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from django.db.models import F, QuerySet

from connectors.effects import within_commit
from connectors.journal import entry, record_all
from connectors.models import Activity, Mailbox, Organization, Verb
from issues.lifecycle import NEEDS_SOMEBODY, Status
from issues.models import Cause, Issue


@within_commit
def take_turns(organizations: Iterable[int] | QuerySet[Issue, int]) -> None:
    """From here to the end of the transaction nobody else moves issues of these organizations.

    Rows that only refer to an organization can be written meanwhile.
    """
    rows = Organization.everywhere.select_for_update(no_key=True).filter(pk__in=organizations)
    list(rows.order_by("pk").values_list("pk"))


class Ledger:
    """Collects how issues moved; `post()` writes it to causes, mailboxes and organizations."""

    def __init__(self) -> None:
        self._causes: Counter[int] = Counter()
        self._mailboxes: Counter[int] = Counter()
        self._organizations: Counter[int] = Counter()

    def moved(self, issue: Issue, before: Status | None, now: Status, *, cause_before: int | None = None) -> None:
        """An issue went from `before` (None: it is new) to `now`; its cause may have changed as well."""
        was, is_ = before in NEEDS_SOMEBODY, now in NEEDS_SOMEBODY
        if was:
            self._causes[cause_before or issue.cause_id] -= 1
        if is_:
            self._causes[issue.cause_id] += 1
        difference = int(is_) - int(was)
        self._organizations[issue.organization_id] += difference
        if issue.mailbox_id:
            self._mailboxes[issue.mailbox_id] += difference

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
        fewer = [key for key, difference in self._causes.items() if difference < 0]
        record_all(_over(cause) for cause in Cause.everywhere.filter(pk__in=fewer, open_issues=0).order_by("pk"))


def _over(cause: Cause) -> Activity:
    return entry(
        organization_id=cause.organization_id,
        verb=Verb.CAUSE_OVER,
        cause=cause.fingerprint,
        code=cause.code,
        alert=True,
    )
