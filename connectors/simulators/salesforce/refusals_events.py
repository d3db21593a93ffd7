"""Refusals of events, of their relations, and of what is asked about changes: (id, code, request, answer, source)."""

from __future__ import annotations

from connectors.simulators.salesforce.refusal_words import (
    CHOICE,
    CORE,
    LEAD,
    LONG_TEXT,
    MALFORMED,
    OBJECTS,
    REQUIRED,
    SEEN,
    SHUT,
    UNFIT,
)

EVENT = f"{OBJECTS}sforce_api_objects_event.htm"
RELATION = f"{OBJECTS}sforce_api_objects_eventattendee.htm"
INFERRED = f"{EVENT} for the rule; code and wording are inferred"
RELATED = f"{RELATION} for the rule; code and wording are inferred"
MISSING = "recorded in github.com/jsforce/jsforce, issue 217"
MISFIT = "recorded in github.com/jsforce/jsforce, issue 1006 (a task's WhoId)"
LONG = (
    "recorded by https://support.rivasync.com/hc/en-us/articles/"
    "24498086130836-Duration-Must-be-Between-0-and-1440-Minutes-Salesforce-Error-FIELD-INTEGRITY-EXCEPTION"
)
KEY = "https://developer.salesforce.com/docs/platform/api-rest/guide/dome-upsert.html"
PRIOR = "https://help.salesforce.com/s/articleView?id=sf.customize_functions_priorvalue.htm&type=5"
SINCE = "https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/intro_rest_conditional_requests.htm"
DELETED = "https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_calls_getdeleted.htm"
POLLING = "https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/polling_for_changes.htm"
IDS = "https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_getdeleted.htm"
TYPEOF = (
    "https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/"
    "sforce_api_calls_soql_select_typeof.htm for the rule; wording inferred"
)

RULE = "FIELD_CUSTOM_VALIDATION_EXCEPTION"
PERIOD = "INVALID_REPLICATION_DATE"

TIMES: tuple[tuple[str, str, str, str, str], ...] = (
    ("event-no-start", REQUIRED, "a timed event without a start", "400 [ActivityDateTime]", MISSING),
    ("event-date-alone", REQUIRED, "a timed event with a date and no time", "400 [ActivityDateTime]", MISSING),
    ("event-no-end", REQUIRED, "a timed event without end and duration", "400 [DurationInMinutes]", EVENT),
    ("event-no-times", REQUIRED, "a timed event without any time", "400, both named", EVENT),
    ("event-all-day-no-date", REQUIRED, "an all-day event without a date", "400 [ActivityDate]", EVENT),
    ("event-start-emptied", REQUIRED, "the start of an event set to null", "400", EVENT),
    ("event-start-twice", UNFIT, "ActivityDateTime other than StartDateTime", "400, the field named", INFERRED),
    ("event-date-differs", UNFIT, "ActivityDate on another day than the start", "400, the field named", INFERRED),
    ("event-end-and-duration", UNFIT, "end and duration that do not add up", "400 DurationInMinutes", INFERRED),
    ("event-days-and-duration", UNFIT, "the same of an all-day event", "400 DurationInMinutes", INFERRED),
    ("event-end-before-start", UNFIT, "a timed event that ends before it starts", "400 EndDateTime", INFERRED),
    ("event-last-day-before-first", UNFIT, "an all-day event that does", "400 EndDateTime", INFERRED),
    ("event-duration-negative", UNFIT, "a duration below zero", "400, between 0 and 20160", LONG),
    ("event-two-weeks", UNFIT, "a timed event of more than 14 days", "400, between 0 and 20160", LONG),
    ("event-moved-end", UNFIT, "the end moved beyond 14 days", "400 EndDateTime", LONG),
    ("event-one-day", UNFIT, "more than a day where several days are off", "400, between 0 and 1440", LONG),
    ("event-two-days", UNFIT, "two whole days where several days are off", "400, between 0 and 1440", LONG),
    ("event-nine-digits", "NUMBER_OUTSIDE_VALID_RANGE", "a duration of nine digits", "400", SEEN),
    ("event-year", "INVALID_TYPE_ON_FIELD_IN_RECORD", "an event of the year 1600", "400 invalid date", SEEN),
)
FIELDS: tuple[tuple[str, str, str, str, str], ...] = (
    ("event-who-account", UNFIT, "an account as WhoId", "400, incorrect type", MISFIT),
    ("event-who-user", UNFIT, "a user as WhoId", "400, incorrect type", MISFIT),
    ("event-what-contact", UNFIT, "a contact as WhatId", "400, incorrect type", MISFIT),
    ("event-lead-and-account", UNFIT, "a lead as WhoId and an account as WhatId", "400, both named", LEAD),
    ("event-lead-joins-account", UNFIT, "a lead as WhoId of an event that has a WhatId", "400, both named", LEAD),
    ("event-owner-inactive", "INACTIVE_OWNER_OR_USER", "an owner who left", "400, the user named", SEEN),
    ("event-owner-contact", "MALFORMED_ID", "a contact as the owner", "400, incorrect type", CORE),
    ("event-subject", LONG_TEXT, "a subject of 256", "400, value and length", CORE),
    ("event-location", LONG_TEXT, "a location of 256", "400, value and length", CORE),
    ("event-description", LONG_TEXT, "a description of 32,001", "400, value and length", EVENT),
    ("event-show-as", CHOICE, "a value that ShowAs does not have", "400", EVENT),
    ("event-child", SHUT, "IsChild given", "400, the field named", EVENT),
    ("event-group", SHUT, "GroupEventType given", "400, the field named", EVENT),
    ("event-archived", SHUT, "IsArchived given", "400, the field named", EVENT),
    ("event-series", SHUT, "IsRecurrence given", "400: a series is made by hand", f"{EVENT}, read-only fields"),
    ("event-pattern", SHUT, "Recurrence2PatternText given", "400, the field named", EVENT),
    ("event-field-hidden", "INVALID_FIELD", "a field that security hides", "400 No such column", CORE),
    ("event-hidden", "NOT_FOUND", "an event that is not shared with the user", "404", CORE),
    ("event-key-taken", "DUPLICATE_VALUE", "a key that another event has", "400, 15 characters of the other", SEEN),
    ("event-key-several", "300", "upsert by a key that two events have", "300, both addresses", KEY),
    ("event-version-lower", RULE, "a lower version than the stored one", "400, the rule's words", PRIOR),
    ("event-version-emptied", RULE, "no version where there was one", "400, the rule's words", PRIOR),
    ("event-version-by-key", RULE, "upsert of a lower version", "400, the rule's words", PRIOR),
    ("event-modified", "ENTITY_FAILED_IFLASTMODIFIED_ON_UPDATE", "If-Unmodified-Since of before", "412", SINCE),
    ("event-modified-nonsense", "BAD_REQUEST", "If-Unmodified-Since that is no time", "400", SINCE),
)
RELATIONS: tuple[tuple[str, str, str, str, str], ...] = (
    ("invitee-of-child", UNFIT, "a relation of an invited user's copy", "400 EventId", RELATED),
    ("invitee-twice", "DUPLICATE_VALUE", "the same invitee again", "400", RELATED),
    ("invitee-account", UNFIT, "an account invited", "400, incorrect type", MISFIT),
    ("invitee-missing", REQUIRED, "a relation with nobody", "400 [RelationId]", RELATION),
    ("invitee-of-nothing", REQUIRED, "a relation of no event", "400 [EventId]", RELATION),
    ("invitee-of-deleted", "ENTITY_IS_DELETED", "a relation of a deleted event", "400", CORE),
    ("invitee-replaced", SHUT, "another RelationId", "400, the field named", RELATION),
    ("invitee-status", CHOICE, "a status that does not exist", "400", RELATION),
    ("invitee-response", LONG_TEXT, "a response of 256", "400, value and length", RELATION),
    ("invitee-1001", "LIMIT_EXCEEDED", "the 1,001st invitee", "400", RELATED),
    ("invitee-parent", "INVALID_FIELD", "IsParent without Shared Activities", "400 No such column", RELATION),
    ("shared-user-parent", UNFIT, "a user whom the event is about", "400 IsParent", RELATED),
    ("shared-account-invited", UNFIT, "an account as an invitee", "400 IsWhat", RELATED),
    ("shared-contact-what", UNFIT, "a contact as what the event is about", "400 IsWhat", RELATED),
    ("shared-no-role", UNFIT, "a relation that is nothing any more", "400 IsInvitee", RELATED),
    ("shared-second-account", UNFIT, "a second record that the event is about", "400 RelationId", RELATED),
    ("shared-contact-and-lead", UNFIT, "a lead beside a contact", "400 RelationId", RELATED),
    ("shared-account-and-lead", UNFIT, "an account beside a lead", "400 RelationId", RELATED),
    ("shared-lead-and-account", UNFIT, "a lead beside an account", "400 RelationId", RELATED),
    ("shared-51-contacts", UNFIT, "the 51st contact", "400 RelationId", RELATED),
)
CHANGES: tuple[tuple[str, str, str, str, str], ...] = (
    ("deleted-minute", PERIOD, "getDeleted of one minute", "400", DELETED),
    ("deleted-month", PERIOD, "getDeleted from 31 days ago", "400", DELETED),
    ("deleted-purged", PERIOD, "getDeleted from before the log begins", "400", POLLING),
    ("deleted-too-many", "EXCEEDED_ID_LIMIT", "getDeleted of more ids than are given", "400", IDS),
    ("updated-too-many", "EXCEEDED_ID_LIMIT", "getUpdated of more ids than are given", "400", IDS),
    ("updated-backwards", PERIOD, "getUpdated with the end before the start", "400", DELETED),
    ("soql-event-description", "INVALID_FIELD", "a filter on an event's Description", "400", EVENT),
    ("soql-typeof-one-target", MALFORMED, "TYPEOF of a relationship with one target", "400, the place shown", TYPEOF),
    ("soql-typeof-relationship", "INVALID_FIELD", "TYPEOF of no relationship", "400, the place shown", TYPEOF),
    ("soql-typeof-kind", "INVALID_TYPE", "TYPEOF with a kind that is no target", "400, the place shown", TYPEOF),
    ("soql-typeof-end", MALFORMED, "TYPEOF without END", "400, the place shown", TYPEOF),
    ("soql-typeof-count", MALFORMED, "TYPEOF beside COUNT(Id)", "400, the place shown", TYPEOF),
    ("soql-child-hidden", "INVALID_FIELD", "the link of a copy to its invitation", "400 No such column", EVENT),
)

ROWS = (*TIMES, *FIELDS, *RELATIONS, *CHANGES)
