"""Event, EventRelation and Calendar, as the Object Reference for API 67 describes them.

Lengths and labels: Salesforce Field Reference Guide. Type takes any text, since its picklist is not restricted;
ShowAs takes its three values. A series is made by hand (`series`): what says that an event recurs is filled by the
system here, though from version 52 on the real service takes a new series of Lightning Experience. What an event has
for Shared Activities alone (WhoCount, EventWhoIds and the like) is left out. Whether a custom field of an activity
may be unique differs from org to org, so that is a switch (`activities`).
"""

from __future__ import annotations

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

PEOPLE = ("Contact", "Lead")
THINGS = ("Account", "Case", "Opportunity")
INVITEES = ("Calendar", "Contact", "Lead", "User")
RELATED = tuple(sorted((*INVITEES, *THINGS)))
SHARED_ONLY = ("AccountId", "IsInvitee", "IsParent", "IsWhat")

KINDS = ("Call", "Email", "Meeting", "Other")
SHOW_AS = (("Busy", "Busy"), ("OutOfOffice", "Out of Office"), ("Free", "Free"))
PATTERN = "3"
GROUP_KINDS = (("0", "Non-group event"), ("1", "Group event"), ("2", "Proposed event"), (PATTERN, "Series pattern"))
NEW, ACCEPTED, DECLINED = "New", "Accepted", "Declined"
RESPONSES = (NEW, DECLINED, ACCEPTED, "Uninvited", "Maybe")
MISFIT = "FIELD_INTEGRITY_EXCEPTION"


def event() -> SObject:
    return SObject(
        name="Event",
        label="Event",
        plural="Events",
        prefix="00U",
        cascades=(("EventRelation", "EventId"),),
        fields=fields(
            *audit("Activity"),
            reference("WhoId", "Name ID", PEOPLE, "Who", misfit=MISFIT, lookup=True),
            reference("WhatId", "Related To ID", THINGS, "What", misfit=MISFIT, lookup=True),
            system(reference("AccountId", "Account ID", ("Account",), "Account")),
            of_type("combobox", "Subject", "Subject", length=255, name_field=True),
            text("Location", "Location", 255),
            *_times(),
            long_text("Description", "Description", 32000),
            reference("OwnerId", "Assigned To ID", ("Calendar", "User"), "Owner", nillable=False, default=""),
            choice("Type", "Type", KINDS),
            choice("ShowAs", "Show Time As", SHOW_AS, restricted=True, default="Busy"),
            checkbox("IsPrivate", "Private"),
            checkbox("IsVisibleInSelfService", "Public"),
            checkbox("IsReminderSet", "Reminder Set"),
            of_type("datetime", "ReminderDateTime", "Reminder Date/Time", group=False),
            choice("EventSubtype", "Event Subtype", ("Event",), restricted=True, default="Event", update=False),
            *_platform(),
            text("Syncapp_Key__c", "Syncapp Key", 64, unique=True, external_id=True, id_lookup=True),
            of_type("double", "Syncapp_Version__c", "Syncapp Version", group=False),
        ),
    )


def _times() -> tuple[Field, ...]:
    return (
        checkbox("IsAllDayEvent", "All-Day Event"),
        of_type("datetime", "ActivityDateTime", "Due Date Time", group=False),
        of_type("date", "ActivityDate", "Due Date Only"),
        of_type("int", "DurationInMinutes", "Duration"),
        of_type("datetime", "StartDateTime", "Start Date Time", group=False),
        of_type("datetime", "EndDateTime", "End Date Time", group=False),
        system(of_type("date", "EndDate", "End Date")),
    )


def _platform() -> tuple[Field, ...]:
    """What only the platform fills. A child is an invited user's copy, and stands for the relation that made it."""
    return tuple(
        system(field)
        for field in (
            checkbox("IsChild", "Is Child"),
            checkbox("IsGroupEvent", "Is Group Event"),
            choice("GroupEventType", "Group Event Type", GROUP_KINDS, restricted=True, default="0"),
            checkbox("IsArchived", "Archived"),
            reference("RecurrenceActivityId", "Recurrence Activity ID", ("Event",), "RecurrenceActivity"),
            checkbox("IsRecurrence", "Create Recurring Series of Events"),
            checkbox("IsRecurrence2", "Repeat"),
            checkbox("IsRecurrence2Exception", "Is Exception"),
            checkbox("IsRecurrence2Exclusion", "Historical Event, Not Following Recurrence"),
            long_text("Recurrence2PatternText", "Recurrence Pattern", 512),
            of_type("datetime", "Recurrence2PatternStartDate", "Pattern Start Date", group=False),
            text("Recurrence2PatternTimeZone", "Pattern Time Zone", 255),
            reference("InvitationId", "Invitation ID", ("EventRelation",), "", hidden=True, lookup=True),
        )
    )


def event_relation() -> SObject:
    return SObject(
        name="EventRelation",
        label="Event Relation",
        plural="Event Relations",
        prefix="0RE",
        cascades=(("Event", "InvitationId"),),
        fields=fields(
            *audit("Event Relation"),
            reference("EventId", "Event ID", ("Event",), "Event", nillable=False, update=False, lookup=True),
            reference(
                "RelationId",
                "Relation ID",
                INVITEES,
                "Relation",
                nillable=False,
                update=False,
                misfit=MISFIT,
                lookup=True,
            ),
            choice("Status", "Status", RESPONSES, restricted=True, default=NEW),
            of_type("datetime", "RespondedDate", "Response Date", group=False),
            text("Response", "Response", 255),
            checkbox("IsInvitee", "Is Invitee", hidden=True),
            checkbox("IsParent", "Is Parent", hidden=True),
            checkbox("IsWhat", "Is What", hidden=True),
            system(reference("AccountId", "Account ID", ("Account",), "Account", hidden=True)),
        ),
    )


def calendar() -> SObject:
    """A public calendar or a resource, such as a room."""
    return SObject(
        name="Calendar",
        label="Calendar",
        plural="Calendar",
        prefix="023",
        create=False,
        update=False,
        delete=False,
        fields=fields(
            *(f for f in audit("Calendar") if f.name != "IsDeleted"),
            text("Name", "Calendar Name", 80, nillable=False, name_field=True),
            choice("Type", "Calendar Type", ("User", "Public", "Resource"), default="Resource"),
            checkbox("IsActive", "Active", default=True),
        ),
    )


def event_objects() -> tuple[SObject, ...]:
    return (event(), event_relation(), calendar())
