"""QueueSobject and GroupMember, as the Object Reference for API 67 describes them.

A queue is a Group of the type Queue; a row of QueueSobject names an object whose records it may own. Who may change
queues needs the permission Manage Users, which an integration user has not: here an administrator does it by the
control door. A group that is deleted is gone for good.
"""

from __future__ import annotations

from connectors.simulators.salesforce.schema import SObject, choice, fields, reference
from connectors.simulators.salesforce.standard import audit

SERVED = ("Case", "Lead", "Task")
QUEUE = "Queue"


def queue_sobject() -> SObject:
    kept = ("Id", "CreatedById", "SystemModstamp")
    return SObject(
        name="QueueSobject",
        label="Queue sObject",
        plural="Queue sObject",
        prefix="03g",
        create=False,
        update=False,
        delete=False,
        fields=fields(
            *(f for f in audit("Queue sObject") if f.name in kept),
            reference("QueueId", "Group ID", ("Group",), "Queue", nillable=False, update=False, lookup=True),
            choice("SobjectType", "sObject Type", SERVED, nillable=False, restricted=True, update=False),
        ),
    )


def group_member() -> SObject:
    kept = ("Id", "SystemModstamp")
    return SObject(
        name="GroupMember",
        label="Group Member",
        plural="Group Member",
        prefix="011",
        create=False,
        update=False,
        delete=False,
        fields=fields(
            *(f for f in audit("Group Member") if f.name in kept),
            reference("GroupId", "Group ID", ("Group",), "Group", nillable=False, update=False, lookup=True),
            reference("UserOrGroupId", "User/Group ID", ("Group", "User"), "UserOrGroup", nillable=False, update=False),
        ),
    )


def queue_objects() -> tuple[SObject, ...]:
    return (queue_sobject(), group_member())
