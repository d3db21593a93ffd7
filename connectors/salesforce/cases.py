"""Cases: the record that opens one, the queues that may own them, and what it means where a queue is refused.

Object Reference for the Salesforce Platform, “Case”, “QueueSobject”, “Group”.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeGuard

from connectors.errors import ConnectorError, Failure, ItemError, Kind
from connectors.records import CaseWrite, Queue
from connectors.salesforce.batching import Result
from connectors.salesforce.client import SalesforceClient
from connectors.salesforce.mapping import KEY, ORIGIN, shortened

QUEUES = "SELECT QueueId, Queue.Name FROM QueueSobject WHERE SobjectType = 'Case' ORDER BY Queue.Name"
GROUP = "00G"  # what the id of a queue begins with
GONE = "salesforce.QUEUE_GONE"
NOT_READY = "engine.CASES_NOT_READY"
NOT_THERE = frozenset({"salesforce.INVALID_FIELD", "salesforce.OWN_FIELD_MISSING", "salesforce.INVALID_TYPE"})
NO_QUEUE = frozenset({GONE, "salesforce.INVALID_CROSS_REFERENCE_KEY", "salesforce.ENTITY_IS_DELETED"})
MOST_OFFERED = 30  # what somebody may still read through
# Lengths are UTF-16 units.
LONGEST_SUBJECT, LONGEST_TEXT, LONGEST_NAME, LONGEST_ADDRESS = 255, 32_000, 80, 80


def record(write: CaseWrite) -> dict[str, Any]:
    """The record of a case; fields without a value are left out. An address that is too long for its field is, too."""
    sender = write.sender
    address = sender.email if sender and len(sender.email) <= LONGEST_ADDRESS else ""
    fields = {
        KEY: write.key,
        "Subject": shortened(write.subject, LONGEST_SUBJECT, "…"),
        "Description": shortened(write.text, LONGEST_TEXT, "…"),
        "Origin": ORIGIN,
        "SuppliedName": shortened(sender.name, LONGEST_NAME, "…") if sender else "",
        "SuppliedEmail": address if "@" in address else "",
        "ContactId": write.contact_id,
        "OwnerId": write.owner_id,
    }
    return {"attributes": {"type": "Case"}} | {name: value for name, value in fields.items() if value}


def queues(client: SalesforceClient) -> list[Queue]:
    """The queues that may own cases, by name: one call, and one for each further 2,000."""
    (rows,) = client.queries([QUEUES])
    return [Queue(id=str(row["QueueId"]), name=str((row["Queue"] or {}).get("Name") or "")) for row in rows]


def explained(
    client: SalesforceClient, writes: Sequence[CaseWrite], results: Mapping[str, Result]
) -> dict[str, Result]:
    """The results, where it says so that the queue is gone, and which ones there are instead.

    Salesforce refuses it by a code that names no field, so the queues that are there tell. Where they cannot be asked,
    the refusal stays as it came, and offers none.
    """
    refused = {w.key: w.owner_id for w in writes if w.owner_id.startswith(GROUP) and _is_of(results[w.key], NO_QUEUE)}
    if not refused:
        return dict(results)
    there = _asked(client)
    known = {queue.id[:15] for queue in there} if there is not None else {owner[:15] for owner in refused.values()}
    return dict(results) | {
        key: _gone(results[key], owner, there or [])
        for key, owner in refused.items()
        if owner[:15] not in known or _is_of(results[key], {GONE})
    }


def _asked(client: SalesforceClient) -> list[Queue] | None:
    """The queues; None where they cannot be asked, since the cases that were made must not be lost over it."""
    try:
        return queues(client)
    except ConnectorError:
        return None


def opened(writes: Sequence[CaseWrite], create: Callable[[], dict[str, Result]]) -> dict[str, Result]:
    """What became of cases that are created; that the org has none for us, or none with our key, has its own name.

    As a missing field it would be trouble of the whole organization, whose other mailboxes need no cases.
    """
    try:
        results = create()
    except ConnectorError as error:
        if error.failure.code not in NOT_THERE:
            raise
        return {write.key: _unready(error.failure) for write in writes}
    return {k: _unready(r.failure) if _is_of(r, NOT_THERE) else r for k, r in results.items()}


def _unready(failure: Failure) -> ItemError:
    return ItemError(failure=replace(failure, provider="engine", code=NOT_READY))


def _is_of(result: Result, codes: Collection[str]) -> TypeGuard[ItemError]:
    return isinstance(result, ItemError) and result.failure.code in codes


def _gone(result: Result, queue_id: str, there: Sequence[Queue]) -> Result:
    """The same refusal under its own name, with the queues among which somebody may choose."""
    if not isinstance(result, ItemError):
        return result
    offered = [{"id": queue.id, "name": queue.name} for queue in there if queue.id[:15] != queue_id[:15]]
    evidence = {"queue": queue_id, "candidates": offered[:MOST_OFFERED]}
    failure = replace(result.failure, code=GONE, kind=Kind.CONFIG, fields=(queue_id,), evidence=evidence)
    return ItemError(failure=failure)
