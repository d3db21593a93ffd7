"""Refusals of tasks and of their relations: (id, code, request, answer, source)."""

from __future__ import annotations

from connectors.simulators.salesforce.refusal_words import (
    CHOICE,
    CORE,
    LEAD,
    LONG_TEXT,
    NO_ENTITY,
    NOT_SERVED,
    OBJECTS,
    REQUIRED,
    SEEN,
    SHUT,
    UNFIT,
)

TASK = f"{OBJECTS}sforce_api_objects_task.htm"
RELATION = f"{OBJECTS}sforce_api_objects_taskrelation.htm"
INFERRED = f"{TASK} for the rule; code and wording are inferred"
RELATED = f"{RELATION} for the rule; code and wording are inferred"
MISFIT = "recorded in github.com/jsforce/jsforce, issue 1006"
OWNER = "recorded in github.com/apex-enterprise-patterns/fflib-apex-common, issue 293"


TASKS: tuple[tuple[str, str, str, str, str], ...] = (
    ("task-status-emptied", REQUIRED, "no status", "400 [Status]", TASK),
    ("task-priority-emptied", REQUIRED, "no priority", "400 [Priority]", TASK),
    ("task-owner-emptied", REQUIRED, "no owner", "400 [OwnerId]", TASK),
    ("task-status", CHOICE, "a status that a restricted picklist lacks", "400", CORE),
    ("task-status-withdrawn", CHOICE, "a status that was taken from a restricted picklist", "400", CORE),
    ("task-subtype", CHOICE, "a subtype that does not exist", "400", TASK),
    ("task-subtype-changed", SHUT, "another subtype", "400, the field named", TASK),
    ("task-who-account", UNFIT, "an account as WhoId", "400, incorrect type", MISFIT),
    ("task-who-user", UNFIT, "a user as WhoId", "400, incorrect type", MISFIT),
    ("task-what-contact", UNFIT, "a contact as WhatId", "400, incorrect type", MISFIT),
    ("task-lead-and-account", UNFIT, "a lead as WhoId and an account as WhatId", "400, both named", LEAD),
    ("task-lead-joins-account", UNFIT, "a lead as WhoId of a task that has a WhatId", "400, both named", LEAD),
    ("task-who-deleted", "ENTITY_IS_DELETED", "a deleted contact as WhoId", "400", CORE),
    ("task-who-converted", "CANNOT_UPDATE_CONVERTED_LEAD", "a converted lead as WhoId", "400", SEEN),
    ("task-owner-inactive", "INACTIVE_OWNER_OR_USER", "an owner who left", "400, the user named", SEEN),
    ("task-owner-contact", UNFIT, "a contact as the owner", "400, incorrect type", OWNER),
    ("task-owner-queue", "INVALID_OPERATION", "a queue that serves no tasks", "400", NOT_SERVED),
    ("task-subject", LONG_TEXT, "a subject of 256", "400, value and length", CORE),
    ("task-description", LONG_TEXT, "a description of 32,001", "400, value and length", TASK),
    ("task-date", "JSON_PARSER_ERROR", "a due date that is none", "400, the value named", SEEN),
    ("task-date-range", "INVALID_TYPE_ON_FIELD_IN_RECORD", "a due date in the year 1600", "400 invalid date", SEEN),
    ("task-closed", SHUT, "IsClosed given", "400, the field named", TASK),
    ("task-completed", SHUT, "CompletedDateTime given", "400, the field named", TASK),
    ("task-archived", SHUT, "IsArchived given", "400, the field named", TASK),
    ("task-series", SHUT, "IsRecurrence given", "400: a series is made by hand", f"{TASK}, recurrence fields"),
    ("task-series-date", UNFIT, "a due date for a recurring task", "400, the field named", INFERRED),
    ("task-key-taken", "DUPLICATE_VALUE", "a key that another task has", "400, 15 characters of the other", SEEN),
    ("task-hidden", "NOT_FOUND", "a task that is not shared with the user", "404", CORE),
)
RELATIONS: tuple[tuple[str, str, str, str, str], ...] = (
    ("task-relation-unshared", "NOT_FOUND", "TaskRelation without Shared Activities", "404", RELATION),
    ("task-relation-query", "INVALID_TYPE", "the same in a query", "400, the place shown", RELATION),
    ("task-relation-twice", "DUPLICATE_VALUE", "the same contact again", "400", RELATED),
    ("task-relation-user", UNFIT, "a user related", "400, incorrect type", RELATED),
    ("task-relation-person-what", UNFIT, "IsWhat for a contact", "400 IsWhat", RELATED),
    ("task-relation-second-what", UNFIT, "a second account", "400 RelationId", RELATED),
    ("task-relation-51", UNFIT, "the 51st contact", "400 RelationId", RELATED),
    ("task-relation-lead", UNFIT, "a lead beside a contact", "400 RelationId", RELATED),
    ("task-relation-lead-what", UNFIT, "an account beside a lead", "400 RelationId", RELATED),
    ("task-relation-replaced", NO_ENTITY, "another RelationId", "400, entity type cannot be updated", RELATION),
)

ROWS = (*TASKS, *RELATIONS)
