"""Task and TaskRelation, as the Object Reference for API 67 describes them.

Lengths and labels: Salesforce Field Reference Guide. Status and Priority take any text, since their picklists are not
restricted in a new org; an administrator can restrict them (`picklist` of the control door). A series is made by hand
(`task-series`): what says that a task recurs is filled by the system here. What a task has for Shared Activities
alone (TaskWhoIds, WhoCount and the like) is left out; TaskRelation is there while activities are shared.
"""

from __future__ import annotations

from connectors.simulators.salesforce import status_objects
from connectors.simulators.salesforce.event_objects import KINDS, MISFIT, PEOPLE, THINGS
from connectors.simulators.salesforce.schema import (
    Field,
    SObject,
    checkbox,
    choice,
    fields,
    long_text,
    of_type,
    reference,
    system,
    text,
)
from connectors.simulators.salesforce.standard import audit

HIGH, NORMAL = "High", "Normal"
PRIORITIES = (HIGH, NORMAL, "Low")
SUBTYPES = ("Task", "Email", "ListEmail", "Cadence", "Call", "LinkedIn")
CALLS = ("Internal", "Inbound", "Outbound")
INSTANCES = ("RecursDaily", "RecursWeekly", "RecursMonthly", "RecursYearly")


def task() -> SObject:
    status = status_objects.TASK
    return SObject(
        name="Task",
        label="Task",
        plural="Tasks",
        prefix="00T",
        cascades=(("TaskRelation", "TaskId"),),
        fields=fields(
            *audit("Activity"),
            reference("WhoId", "Name ID", PEOPLE, "Who", misfit=MISFIT, lookup=True),
            reference("WhatId", "Related To ID", THINGS, "What", misfit=MISFIT, lookup=True),
            of_type("combobox", "Subject", "Subject", length=255, name_field=True),
            of_type("date", "ActivityDate", "Due Date Only"),
            choice("Status", "Status", status, nillable=False, default=status[0]),
            choice("Priority", "Priority", PRIORITIES, nillable=False, default=NORMAL),
            system(checkbox("IsHighPriority", "High Priority")),
            reference(
                "OwnerId", "Assigned To ID", ("Group", "User"), "Owner", nillable=False, default="", misfit=MISFIT
            ),
            long_text("Description", "Description", 32000),
            choice("Type", "Type", KINDS),
            system(reference("AccountId", "Account ID", ("Account",), "Account")),
            system(checkbox("IsClosed", "Closed")),
            system(of_type("datetime", "CompletedDateTime", "Completed Date", group=False)),
            system(checkbox("IsArchived", "Archived")),
            checkbox("IsVisibleInSelfService", "Public"),
            checkbox("IsReminderSet", "Reminder Set"),
            of_type("datetime", "ReminderDateTime", "Reminder Date/Time", group=False),
            choice("TaskSubtype", "Task Subtype", SUBTYPES, restricted=True, default="Task", update=False),
            *_calls(),
            *_series(),
            text("Syncapp_Key__c", "Syncapp Key", 64, unique=True, external_id=True, id_lookup=True),
            of_type("double", "Syncapp_Version__c", "Syncapp Version", group=False),
        ),
    )


def _calls() -> tuple[Field, ...]:
    return (
        of_type("int", "CallDurationInSeconds", "Call Duration"),
        choice("CallType", "Call Type", CALLS),
        text("CallDisposition", "Call Result", 255),
        text("CallObject", "Call Object Identifier", 255),
    )


def _series() -> tuple[Field, ...]:
    """What only the platform fills. `EmailMessageId` stands for its own link from a task to the message it is for."""
    return tuple(
        system(field)
        for field in (
            reference("EmailMessageId", "Email Message ID", ("EmailMessage",), "", hidden=True, lookup=True),
            reference("RecurrenceActivityId", "Recurrence Activity ID", ("Task",), "RecurrenceActivity", lookup=True),
            checkbox("IsRecurrence", "Create Recurring Series of Tasks"),
            of_type("date", "RecurrenceStartDateOnly", "Recurrence Start"),
            of_type("date", "RecurrenceEndDateOnly", "Recurrence End"),
            text("RecurrenceTimeZoneSidKey", "Recurrence Time Zone", 40),
            choice("RecurrenceType", "Recurrence Type", INSTANCES),
            of_type("int", "RecurrenceInterval", "Recurrence Interval"),
        )
    )


def task_relation() -> SObject:
    """Whom and what a task is about, while activities are shared. The key prefix is a stand-in."""
    return SObject(
        name="TaskRelation",
        label="Task Relation",
        plural="Task Relations",
        prefix="0RT",
        update=False,
        hidden=True,
        fields=fields(
            *audit("Task Relation"),
            reference("TaskId", "Task ID", ("Task",), "Task", nillable=False, update=False, lookup=True),
            reference(
                "RelationId",
                "Relation ID",
                (*PEOPLE, *THINGS),
                "Relation",
                nillable=False,
                update=False,
                misfit=MISFIT,
                lookup=True,
            ),
            checkbox("IsWhat", "Is What", update=False),
            system(reference("AccountId", "Account ID", ("Account",), "Account")),
        ),
    )


def task_objects() -> tuple[SObject, ...]:
    return (task(), task_relation())
