"""What is refused of a task and of its relations, seen through the plain library."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.contract.simulators.salesforce.bench import Bench, Case, case
from tests.contract.simulators.salesforce.test_salesforce_refusals_queries import ADVICE, placed

REQUIRED = "REQUIRED_FIELD_MISSING"
UNFIT = "FIELD_INTEGRITY_EXCEPTION"
SHUT = "INVALID_FIELD_FOR_INSERT_UPDATE"
CHOICE = "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"
WRITE = (
    "Unable to create/update fields: {}. Please check the security settings of this field "
    "and verify that it is read/write for your profile or permission set."
)
STATUS = {"object": "Task", "field": "Status"}


def missing(name: str) -> Case:
    text = f"Required fields are missing: [{name}]"
    return case(lambda b: b.sf.Task.update(b.make("Task"), {name: None}), 400, REQUIRED, text, (name,))


def unfit(act: Callable[[Bench], object], text: str, *names: str) -> Case:
    return case(act, 400, UNFIT, text, names)


def shut(name: str, value: Any) -> Case:
    return case(lambda b: b.task(**{name: value}), 400, SHUT, WRITE.format(name), (name,))


def too_long(name: str, most: int) -> Case:
    message = f"{name}: data value too large: {'x' * (most + 1)} (max length={most})"
    return case(lambda b: b.task(**{name: "x" * (most + 1)}), 400, "STRING_TOO_LONG", message, (name,))


def with_restricted_status(b: Bench) -> object:
    b.control("picklist", **STATUS, restricted=True)
    return b.task(Status="Erledigt")


def withdrawn_status(b: Bench) -> object:
    b.control("picklist", **STATUS, restricted=True, without=["Deferred"])
    return b.task(Status="Deferred")


def lead_joins_account(b: Bench) -> object:
    return b.sf.Task.update(b.make("Task", WhatId=b.make("Account")), {"WhoId": b.make("Lead")})


def for_a_deleted_contact(b: Bench) -> object:
    contact = b.make("Contact")
    b.control("delete", id=contact)
    return b.task(WhoId=contact)


def of_a_queue_for_cases(b: Bench) -> object:
    return b.task(OwnerId=b.control("queue", name="Support", objects=["Case"])["id"])


def due_series(b: Bench) -> object:
    series = b.control("task-series", fields={"Subject": "Report"})["series"]
    return b.sf.Task.update(series, {"ActivityDate": "2026-12-01"})


def taken_key(b: Bench) -> object:
    b.task(Syncapp_Key__c="k1")
    return b.task(Syncapp_Key__c="K1")


def hidden(b: Bench) -> object:
    task = b.make("Task")
    b.control("record-access", id=task, access="none")
    return b.sf.Task.update(task, {"Subject": "Other"})


LEAD = "Related To ID: must be empty for a task with a lead"
TASKS: dict[str, Case] = {
    "task-status-emptied": missing("Status"),
    "task-priority-emptied": missing("Priority"),
    "task-owner-emptied": missing("OwnerId"),
    "task-status": case(
        with_restricted_status, 400, CHOICE, "Status: bad value for restricted picklist field: Erledigt", ("Status",)
    ),
    "task-status-withdrawn": case(
        withdrawn_status, 400, CHOICE, "Status: bad value for restricted picklist field: Deferred", ("Status",)
    ),
    "task-subtype": case(
        lambda b: b.task(TaskSubtype="Letter"),
        400,
        CHOICE,
        "Task Subtype: bad value for restricted picklist field: Letter",
        ("TaskSubtype",),
    ),
    "task-subtype-changed": case(
        lambda b: b.sf.Task.update(b.make("Task"), {"TaskSubtype": "Call"}),
        400,
        SHUT,
        WRITE.format("TaskSubtype"),
        ("TaskSubtype",),
    ),
    "task-who-account": unfit(
        lambda b: b.task(WhoId=b.make("Account")), "Name ID: id value of incorrect type: 001*", "WhoId"
    ),
    "task-who-user": unfit(
        lambda b: b.task(WhoId=b.sim.org.integration_user), "Name ID: id value of incorrect type: 005*", "WhoId"
    ),
    "task-what-contact": unfit(
        lambda b: b.task(WhatId=b.make("Contact")), "Related To ID: id value of incorrect type: 003*", "WhatId"
    ),
    "task-lead-and-account": unfit(
        lambda b: b.task(WhoId=b.make("Lead"), WhatId=b.make("Account")), LEAD, "WhoId", "WhatId"
    ),
    "task-lead-joins-account": unfit(lead_joins_account, LEAD, "WhoId", "WhatId"),
    "task-who-deleted": case(for_a_deleted_contact, 400, "ENTITY_IS_DELETED", "entity is deleted", ()),
    "task-who-converted": case(
        lambda b: b.task(WhoId=b.make("Lead", IsConverted=True)),
        400,
        "CANNOT_UPDATE_CONVERTED_LEAD",
        "cannot reference converted lead",
        (),
    ),
    "task-owner-inactive": case(
        lambda b: b.task(OwnerId=b.user("gone", IsActive=False)),
        400,
        "INACTIVE_OWNER_OR_USER",
        "operation performed with inactive user [005ak0000000003] as owner of task",
        (),
    ),
    "task-owner-contact": unfit(
        lambda b: b.task(OwnerId=b.make("Contact")), "Assigned To ID: id value of incorrect type: 003*", "OwnerId"
    ),
    "task-owner-queue": case(
        of_a_queue_for_cases, 400, "INVALID_OPERATION", "Queue not associated with this SObject type", ()
    ),
    "task-subject": too_long("Subject", 255),
    "task-description": too_long("Description", 32000),
    "task-date": case(
        lambda b: b.task(ActivityDate="2026-13-01"),
        400,
        "JSON_PARSER_ERROR",
        "Cannot deserialize instance of date from VALUE_STRING value 2026-13-01 or request may be missing *",
    ),
    "task-date-range": case(
        lambda b: b.task(ActivityDate="1600-01-01"),
        400,
        "INVALID_TYPE_ON_FIELD_IN_RECORD",
        "Due Date Only: invalid date: 1600-01-01",
        ("ActivityDate",),
    ),
    "task-closed": shut("IsClosed", True),
    "task-completed": shut("CompletedDateTime", "2026-12-01T10:00:00Z"),
    "task-archived": shut("IsArchived", True),
    "task-series": shut("IsRecurrence", True),
    "task-series-date": unfit(due_series, "Due Date Only: can't be set for a recurring task", "ActivityDate"),
    "task-key-taken": case(
        taken_key,
        400,
        "DUPLICATE_VALUE",
        "duplicate value found: Syncapp_Key__c duplicates value on record with id: 00Tak0000000001",
        (),
    ),
    "task-hidden": case(hidden, 404, "NOT_FOUND", "The requested resource does not exist"),
}


# -- relations


def relate(b: Bench, task: str, whom: str, **fields: Any) -> Any:
    return b.sf.TaskRelation.create({"TaskId": task, "RelationId": whom, **fields})


def related(*kinds: str, **fields: Any) -> Callable[[Bench], object]:
    """A shared task that gets one relation to a new record of each kind; the last has these fields."""

    def act(b: Bench) -> object:
        b.control("activities", shared=True)
        task = b.make("Task")
        for kind in kinds[:-1]:
            relate(b, task, b.make(kind))
        return relate(b, task, b.make(kinds[-1]), **fields)

    return act


def to_a_user(b: Bench) -> object:
    b.control("activities", shared=True)
    return relate(b, b.make("Task"), b.sim.org.integration_user)


def twice(b: Bench) -> object:
    b.control("activities", shared=True)
    contact = b.make("Contact")
    return relate(b, b.make("Task", WhoId=contact), contact)


def the_51st(b: Bench) -> object:
    b.control("activities", shared=True)
    task = b.make("Task")
    people = b.control("create-many", object="Contact", records=[{"LastName": "Guest"}] * 51)["ids"]
    b.control("create-many", object="TaskRelation", records=[{"TaskId": task, "RelationId": i} for i in people[:-1]])
    return relate(b, task, people[-1])


def replaced(b: Bench) -> object:
    b.control("activities", shared=True)
    relation = relate(b, b.make("Task"), b.make("Contact"))["id"]
    return b.sf.TaskRelation.update(relation, {"RelationId": b.make("Contact")})


RELATIONS: dict[str, Case] = {
    "task-relation-unshared": case(
        lambda b: relate(b, b.make("Task"), b.make("Contact")),
        404,
        "NOT_FOUND",
        "The requested resource does not exist",
    ),
    "task-relation-query": placed(
        "SELECT Id FROM TaskRelation", "INVALID_TYPE", 16, f"sObject type 'TaskRelation' is not supported{ADVICE}"
    ),
    "task-relation-twice": case(
        twice,
        400,
        "DUPLICATE_VALUE",
        "duplicate value found: <unknown> duplicates value on record with id: <unknown>",
        (),
    ),
    "task-relation-user": unfit(to_a_user, "Relation ID: id value of incorrect type: 005*", "RelationId"),
    "task-relation-person-what": unfit(
        related("Contact", IsWhat=True), "Is What: must be false for a contact*", "IsWhat"
    ),
    "task-relation-second-what": unfit(
        related("Account", "Account"), "Related To ID: a task can be related to one such record only", "RelationId"
    ),
    "task-relation-51": unfit(the_51st, "Name ID: a task can be related to 50 contacts or one lead", "RelationId"),
    "task-relation-lead": unfit(
        related("Contact", "Lead"), "Name ID: a task can be related to 50 contacts or one lead", "RelationId"
    ),
    "task-relation-lead-what": unfit(related("Lead", "Account"), LEAD, "RelationId"),
    "task-relation-replaced": case(
        replaced, 400, "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "entity type cannot be updated: Task Relation", ()
    ),
}

CASES = TASKS | RELATIONS


@pytest.mark.parametrize("name", CASES)
def test_a_task_is_refused(bench: Bench, name: str) -> None:
    CASES[name].check(bench)
