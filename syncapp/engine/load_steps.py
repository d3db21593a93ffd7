"""When many new records go in one load, and what is to be done about one by how it stands in the CRM. Pure.

Salesforce's own advice is Bulk API 2.0 above 2,000 records, and single calls below (Salesforce Developer Limits and
Allocations Quick Reference, “Bulk API and Bulk API 2.0”).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from connectors.loads import Stage

LEAST = 2000  # records that go one call at a time; more of them are a load
MOST = 10_000  # records of one load; the CRM takes as many in one of its own batches
HEAVIEST = 32 * 1024 * 1024  # characters of sealed records of one load, all of which are in memory at once
LASTS = timedelta(hours=1)  # from one stage of a load to the next; then its records go one call at a time
MOST_TRIES = 3
REFUSED_FOR = timedelta(days=1)  # for which a CRM that takes no load is not asked again
# The CRM's reader tells what changed in the last ten minutes once more (`connectors.salesforce.record_reads.OVERLAP`),
# so that what somebody does to a record that stands there for less is told after the load is settled.
TOLD_AGAIN = timedelta(minutes=8)
FIRST_LOOK, LAST_LOOK = timedelta(seconds=10), timedelta(minutes=5)


class Deed(StrEnum):
    WAIT = "wait"
    SETTLE = "settle"  # it is done: what became of each record is to be read
    NOTE = "note"  # it was closed, and nobody wrote it down
    ANEW = "anew"  # nothing came of it: another one is opened
    DROP = "drop"  # likewise, once this one is stopped: nobody knows how far it was filled
    GIVE_BACK = "give back"  # its records go one call at a time


def deed(stage: Stage | None, *, closed: bool) -> Deed:
    """What to do about a load that stands so; None: the CRM knows of none. `closed` says that we know that it was."""
    return _CLOSED[stage] if closed else _HANDING_OVER[stage]


_HANDING_OVER = {
    None: Deed.ANEW,
    Stage.OPEN: Deed.DROP,
    Stage.RUNNING: Deed.NOTE,
    Stage.DONE: Deed.NOTE,
    Stage.FAILED: Deed.ANEW,
}
_CLOSED = {
    None: Deed.GIVE_BACK,
    Stage.OPEN: Deed.GIVE_BACK,
    Stage.RUNNING: Deed.WAIT,
    Stage.DONE: Deed.SETTLE,
    Stage.FAILED: Deed.GIVE_BACK,
}


def may_be_old(until: datetime, present: datetime) -> bool:
    """Whether a closed load that has its time `until` then may have been written so long ago that its records are to be
    looked at: the reader told of them while nothing was agreed on, and will not tell again."""
    return present - (until - LASTS) > TOLD_AGAIN


def until_next_look(looks: int) -> timedelta:
    """How long to wait after so many looks found it under way: twice as long each time, up to five minutes."""
    return min(FIRST_LOOK * (1 << min(looks, 10)), LAST_LOOK)
