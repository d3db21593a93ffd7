"""Who may own a record beside users: a queue, and only one that serves the record's object."""

from __future__ import annotations

from collections.abc import Collection

from connectors.simulators.salesforce import errors, ids
from connectors.simulators.salesforce.org import Org
from connectors.simulators.salesforce.queue_objects import QUEUE
from connectors.simulators.salesforce.schema import SObject
from connectors.simulators.salesforce.store import Row
from connectors.simulators.salesforce.transaction import Transaction

GROUP = "00G"


def served(org: Org, queue_id: str) -> list[str]:
    """The objects whose records a queue may own."""
    return [row["SobjectType"] for row in org.store.having("QueueSobject", "QueueId", queue_id)]


def check_owner(tx: Transaction, sobject: SObject, row: Row, changed: Collection[str]) -> None:
    """Raises Refused for a group that is no queue, and for a queue that does not serve this object."""
    owner = row.get("OwnerId")
    if "OwnerId" not in changed or not owner or ids.prefix(owner) != GROUP:
        return
    group = tx.org.store.get(owner)
    if group is None or group["Type"] != QUEUE:
        raise errors.wrong_id(sobject.fields["OwnerId"].label, "OwnerId", owner, "FIELD_INTEGRITY_EXCEPTION")
    if sobject.name not in served(tx.org, owner):
        raise errors.Refused("INVALID_OPERATION", "Queue not associated with this SObject type")


def owned(org: Org, queue_id: str) -> list[tuple[SObject, Row]]:
    """The records that a queue owns."""
    objects = (org.schema.objects[name] for name in served(org, queue_id))
    return [(sobject, row) for sobject in objects for row in org.store.rows(sobject.name) if row["OwnerId"] == queue_id]
