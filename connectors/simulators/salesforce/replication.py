"""getDeleted and getUpdated: what changed of an object in a period.

SOAP API Developer Guide, "getDeleted()", "getUpdated()" and "Polling for Changes": the start is more than a minute
before the end and no more than 30 days ago; deletions are told from a log of 15 days, and one that was purged refuses
a period that begins before; more than 600,000 ids are refused. What left the recycle bin is told like what is in it.
Seconds are not cut off here, as they are there: a reader that asks for whole minutes sees no difference.
"""

from __future__ import annotations

from connectors.simulators.salesforce import errors, values
from connectors.simulators.salesforce.answers import Answer, Parts, sobject_of
from connectors.simulators.salesforce.org import DAY
from connectors.simulators.salesforce.transaction import Transaction
from connectors.simulators.simulator import Request

LOG_LIFE = 15 * DAY
SHORTEST = 60.0
CODE = "INVALID_REPLICATION_DATE"


def list_deleted(tx: Transaction, request: Request, parts: Parts) -> Answer:
    sobject, (start, end) = sobject_of(tx, parts), _period(tx, request)
    if start < values.moment(tx.org.log_start):
        raise errors.Refused(CODE, "startDate is before the earliest date available in the delete log", None)
    rows = [r for r in tx.org.store.rows(sobject.name, deleted=True) if r.get("IsDeleted") and tx.sees(r)]
    binned = [(r["Id"], r["SystemModstamp"]) for r in rows]
    purged = [(record_id, stamp) for name, record_id, stamp in tx.org.purged if name == sobject.name]
    found = [(record_id, stamp) for record_id, stamp in (*binned, *purged) if start <= stamp < end]
    _check_number(tx, len(found))
    value = {
        "deletedRecords": [{"id": record_id, "deletedDate": stamp} for record_id, stamp in found],
        "earliestDateAvailable": values.moment(max(tx.now - LOG_LIFE, tx.org.log_start)),
        "latestDateCovered": min(end, tx.stamp),
    }
    return Answer(value=value)


def list_updated(tx: Transaction, request: Request, parts: Parts) -> Answer:
    sobject, (start, end) = sobject_of(tx, parts), _period(tx, request)
    found = [r for r in tx.org.store.rows(sobject.name) if start <= r["SystemModstamp"] < end and tx.sees(r)]
    _check_number(tx, len(found))
    return Answer(value={"ids": [r["Id"] for r in found], "latestDateCovered": min(end, tx.stamp)})


def _check_number(tx: Transaction, number: int) -> None:
    if number > tx.org.most_replicated:
        text = f"The number of ids exceeds {tx.org.most_replicated}: choose a start and an end that are closer together"
        raise errors.Refused("EXCEEDED_ID_LIMIT", text, None)


def _period(tx: Transaction, request: Request) -> tuple[str, str]:
    # a plus that nobody encoded arrives as a space
    start, end = (values.as_moment(request.first(name).replace(" ", "+")) for name in ("start", "end"))
    if start is None or end is None:
        raise errors.Refused(CODE, "start and end must be dates with a time", None)
    if start >= end:
        raise errors.Refused(CODE, "startDate before endDate", None)
    if values.seconds(end) - values.seconds(start) <= SHORTEST:
        raise errors.Refused(CODE, "startDate must be more than one minute before endDate", None)
    if start < values.moment(tx.now - 2 * LOG_LIFE):
        raise errors.Refused(CODE, "startDate cannot be more than 30 days ago", None)
    return start, end
