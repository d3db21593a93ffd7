"""What is peculiar to Task: what its status and priority mean, its account, its relations, its archive.

Object Reference for API 67, "Task". A task is closed by a status that the org calls closed, and from then on says
when that was. A recurring task, the one that stands for a series, has no due date.
"""

from __future__ import annotations

from collections.abc import Collection

from connectors.simulators.salesforce import activities, statuses, task_relations, values
from connectors.simulators.salesforce.org import Org
from connectors.simulators.salesforce.store import Row
from connectors.simulators.salesforce.task_objects import HIGH
from connectors.simulators.salesforce.transaction import Transaction

KIND = "a task"


def derive(tx: Transaction, row: Row, old: Row | None, _: Collection[str]) -> Row:
    closed = statuses.is_closed(tx.org, "TaskStatus", row["Status"])
    since = old["CompletedDateTime"] if old and old["IsClosed"] else tx.stamp
    return row | {
        "AccountId": activities.account(tx.org, row),
        "IsHighPriority": row["Priority"] == HIGH,
        "IsClosed": closed,
        "CompletedDateTime": since if closed else None,
    }


def check(_: Transaction, row: Row, __: Row | None, changed: Collection[str]) -> None:
    activities.check_lead(row, KIND)
    if row["IsRecurrence"] and "ActivityDate" in changed:
        raise activities.unfit("Due Date Only: can't be set for a recurring task", "ActivityDate")


def saved(tx: Transaction, row: Row, old: Row | None) -> None:
    """Carries whom and what the task is about on to its relations, where activities are shared."""
    if tx.org.activities.shared:
        task_relations.mirror(tx, row, old)


def archive(org: Org, now: float) -> list[str]:
    """What the platform's own job does with closed tasks that were due, or made, 365 days ago or more.

    SOAP API Developer Guide, "Archived Activities".
    """
    limit = values.moment(now - activities.KEPT)[:10]
    closed = [row for row in org.store.rows("Task") if row["IsClosed"] and not row["IsArchived"]]
    old = [row for row in closed if (row["ActivityDate"] or row["CreatedDate"][:10]) <= limit]
    for row in old:
        org.store.put("Task", row | {"IsArchived": True})
    return [row["Id"] for row in old]
