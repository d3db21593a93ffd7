"""Refusals of cases, of what hangs on them, and of the task of a message: (id, code, request, answer, source)."""

from __future__ import annotations

from connectors.simulators.salesforce.refusal_words import (
    CLOSED,
    CORE,
    LONG_TEXT,
    MESSAGE,
    NOT_SERVED,
    OBJECTS,
    SEEN,
    SHUT,
)

CASE = f"{OBJECTS}sforce_api_objects_case.htm"
INFERRED = "the rule is in the help on cases and e-mail; code and wording are inferred"
KEPT = "recorded in comments of public clients (an answer to DELETE)"
MISFIT = "recorded in github.com/mshanemc/roundRobinProcessBuilder, issue 24"
ACTIVITY = f"{MESSAGE}, ActivityId; code and wording as quoted in a public tool that copies records"


ROWS: tuple[tuple[str, str, str, str, str], ...] = (
    ("case-status-emptied", "REQUIRED_FIELD_MISSING", "no status", "400 [Status]", CASE),
    ("case-number", SHUT, "CaseNumber given", "400, the field named", CASE),
    ("case-closed", SHUT, "IsClosed given", "400, the field named", CASE),
    ("case-supplied-email", "INVALID_EMAIL_ADDRESS", "a SuppliedEmail that is none", "400, the address named", CORE),
    ("case-subject", LONG_TEXT, "a subject of 256", "400, value and length", CORE),
    ("case-description", LONG_TEXT, "a description of 32,001", "400, value and length", CASE),
    ("case-contact", "MALFORMED_ID", "a lead as the contact", "400, incorrect type", CORE),
    ("case-owner-queue", "INVALID_OPERATION", "a queue that serves no cases", "400", NOT_SERVED),
    ("case-owner-group", "FIELD_INTEGRITY_EXCEPTION", "a public group as the owner", "400, incorrect type", MISFIT),
    ("case-owner-inactive", "INACTIVE_OWNER_OR_USER", "an owner who left", "400, the user named", SEEN),
    ("case-keeps-contact", "DELETE_FAILED", "DELETE a contact that has a case", "400, the case's number", KEPT),
    ("case-keeps-account", "DELETE_FAILED", "DELETE an account that has a case", "400, the case's number", KEPT),
    ("case-message-deleted", "ENTITY_IS_DELETED", "a message on a deleted case", "400", CORE),
    ("case-message-moved", SHUT, "another ParentId for a message", "400, the field named", MESSAGE),
    ("case-message-replied", CLOSED, "a read message set to Replied", "403, the field named", MESSAGE),
    ("case-message-unread", CLOSED, "a read message set to New", "403, the field named", MESSAGE),
    ("case-message-read-only", CLOSED, "a message on a case that is shared for reading", "403", INFERRED),
    ("case-message-no-edit", CLOSED, "a message on a case without edit permission", "403", INFERRED),
    ("case-message-kept", CLOSED, "DELETE a message of a case that is shared for reading", "403", INFERRED),
    ("case-message-locked", "ENTITY_IS_LOCKED", "a message on a case that waits for an approval", "400", INFERRED),
    ("message-activity", CLOSED, "ActivityId for a message that is on no case", "403", ACTIVITY),
)
