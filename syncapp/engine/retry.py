"""The one retry authority: what follows a failure, and when. Pure; time and chance are given.

    item, passing failure     waits 1, 5, 15 and 60 minutes, then 4 hours each time; ten tries in all.
                              Nobody hears of tries 1 to 3, from the 4th on it is an issue, from the 10th
                              on (about a day) somebody is told and only a probe a day is left
    item, needs a person      an issue at once, told at once
    item, of many held up     waits a day each time; what holds them up is an issue (`engine.queueless`)
    mailbox or organization   a passing failure only fails the run; ten failed runs in a row stop the mailbox, and
                              ten failures in a row of a provider that nobody else could reach either stop all of
                              them (`engine.breaker` counts those). What needs a person stops at once

Every wait is drawn between nothing and its step (“full jitter”), so that what failed together does not come
back together, and is never shorter than what the server asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from connectors.errors import Failure, Kind
from issues.catalogue import Entry, Retry, Scope, Severity

LADDER = tuple(timedelta(minutes=m) for m in (1, 5, 15, 60, 240))
TRIES = 10
SILENT = 3
RUNS_IN_A_ROW = 10
PROBE_EACH_HOUR = timedelta(hours=1)
PROBE_EACH_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class ItemVerdict:
    """What becomes of an item that failed. `again_at` is None when only a person or a probe tries again."""

    issue: bool
    alert: bool
    tries: int
    again_at: datetime | None


def item_failed(failure: Failure, entry: Entry, *, tries: int, now: datetime, chance: Random) -> ItemVerdict:
    """`tries` are the failed ones before this.

    What was there when we looked and is gone when we write is matched anew by itself: the next look decides.
    """
    if entry.retry is not Retry.BACKOFF and failure.kind is not Kind.NOT_FOUND:
        return ItemVerdict(issue=True, alert=True, tries=tries + 1, again_at=None)
    counted = tries + 1
    done = counted >= TRIES
    return ItemVerdict(
        issue=counted > SILENT,
        alert=done,
        tries=counted,
        again_at=None if done else now + wait(counted, failure.retry_after, chance),
    )


def held_up(*, tries: int, now: datetime) -> ItemVerdict:
    """What waits behind an issue that others wait behind as well, and is tried with it: one look a day by itself."""
    return ItemVerdict(issue=False, alert=False, tries=tries + 1, again_at=now + PROBE_EACH_DAY)


@dataclass(frozen=True, kw_only=True)
class RunVerdict:
    """What becomes of a mailbox whose run failed. `stop` names what stands still: "", "mailbox", "organization".

    `code` is what the issue is about; `probe_at` when one probe may try by itself; `again_at` when the next
    run is due; `counts` whether it is one of ten in a row.
    """

    stop: str
    code: str
    counts: bool
    again_at: datetime
    probe_at: datetime | None


def run_failed(
    failure: Failure,
    entry: Entry,
    *,
    side: Scope,
    failed_runs: int,
    in_a_row: int,
    now: datetime,
    chance: Random,
) -> RunVerdict:
    """`failed_runs` are the mailbox's failed runs in a row before this one; `in_a_row` is how often in a row, with
    this one, the provider failed for the organization, whichever mailbox asked.

    `side` is whose call it was, mailbox or organization. All mailboxes share one account at the CRM, so what
    that account may not, none of them may; a code that is usually about one item stopped the whole call.
    """
    again_at = now + wait(failed_runs + 1, failure.retry_after, chance)
    scope = side if side is Scope.ORGANIZATION or entry.scope is Scope.ITEM else entry.scope
    if needs_somebody(failure, entry):
        return RunVerdict(
            stop=scope,
            code=failure.code,
            counts=scope is Scope.MAILBOX,
            again_at=again_at,
            probe_at=_probe_at(failure, entry, now),
        )
    # What keeps failing for everybody is one stop and one mail, not one for each mailbox.
    whole = in_a_row >= RUNS_IN_A_ROW
    if whole or failed_runs + 1 >= RUNS_IN_A_ROW:
        return RunVerdict(
            stop=Scope.ORGANIZATION if whole else Scope.MAILBOX,
            code=failure.code if whole else "engine.CONSECUTIVE_FAILURES",
            counts=True,
            again_at=again_at,
            probe_at=now + PROBE_EACH_HOUR,
        )
    return RunVerdict(stop="", code=failure.code, counts=True, again_at=again_at, probe_at=None)


def needs_somebody(failure: Failure, entry: Entry) -> bool:
    """At once: what a person must mend, and what stands still for so long that they will ask.

    Access that is still refused was renewed a moment ago (`engine.lines`), so one refusal is proof.
    """
    if failure.kind is Kind.UNKNOWN:
        return False
    lasting = entry.severity is Severity.CRITICAL and entry.scope is not Scope.ITEM
    return lasting or failure.kind is Kind.AUTH or entry.retry is not Retry.BACKOFF


def _probe_at(failure: Failure, entry: Entry, now: datetime) -> datetime | None:
    """Renewed access is the only cure for refused access: asking again could lock the account."""
    if failure.kind is Kind.AUTH:
        return None
    if entry.retry is Retry.BACKOFF:
        return now + max(PROBE_EACH_HOUR, timedelta(seconds=failure.retry_after or 0))
    return now + PROBE_EACH_DAY


def wait(tries: int, retry_after: float | None, chance: Random) -> timedelta:
    """How long to wait after the `tries`-th failure (from 1), at least a second and at least what was asked for."""
    rung = LADDER[min(tries, len(LADDER)) - 1]
    return max(rung * chance.random(), timedelta(seconds=retry_after or 1))
