"""Refusals of a record, by the platform and by an org's own rules: (id, code, request, answer, source)."""

from __future__ import annotations

from connectors.simulators.salesforce.refusal_words import (
    AMP,
    CLOSED,
    COMPOSITE,
    CORE,
    MESSAGE,
    NO_ENTITY,
    OBJECTS,
    PARSER,
    SEEN,
)

RELATION = f"{OBJECTS}sforce_api_objects_emailmessagerelation.htm"
INFERRED = f"{MESSAGE} for the rule; code and wording are inferred"
MARKETO = (
    "https://github.com/AdobeDocs/marketo.en/blob/main/help/marketo/product-docs/marketo-sales-connect/crm/"
    "salesforce-integration/salesforce-diagnostics.md"
)


ROWS: tuple[tuple[str, str, str, str, str], ...] = (
    # fields
    ("required", "REQUIRED_FIELD_MISSING", "a lead without a name", "400, the fields named", AMP),
    ("required-two", "REQUIRED_FIELD_MISSING", "a lead without name and company", "400, both named", CORE),
    ("required-emptied", "REQUIRED_FIELD_MISSING", "a contact's last name set to null", "400", CORE),
    ("too-long", "STRING_TOO_LONG", "a last name of 81", "400, value and length", CORE),
    ("too-long-emoji", "STRING_TOO_LONG", "41 emoji where 80 fit: each is two", "400", CORE),
    ("unknown-field", "INVALID_FIELD", "a field that does not exist", "400 No such column", AMP),
    ("audit-field", "INVALID_FIELD_FOR_INSERT_UPDATE", "SystemModstamp given", "400, the field named", AMP),
    ("id-in-body", "INVALID_FIELD", "an id in the body", "400", SEEN),
    ("email", "INVALID_EMAIL_ADDRESS", "an address that is none", "400, the address named", COMPOSITE),
    ("email-second", "INVALID_EMAIL_ADDRESS", "a second address that is none", "400, the address named", COMPOSITE),
    ("email-second-too-long", "STRING_TOO_LONG", "a second address of 81", "400, value and length", CORE),
    ("website-too-long", "STRING_TOO_LONG", "a website of 256", "400, value and length", CORE),
    ("picklist", "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", "a status that does not exist", "400", CORE),
    ("json-date", PARSER, "a date that is none", "400, the value named", SEEN),
    ("json-string", PARSER, "a number where text is wanted", "400, the value named", SEEN),
    ("json-boolean", PARSER, "a word where a boolean is wanted", "400, the value named", SEEN),
    ("json-ids", PARSER, "ToIds as a text", "400", SEEN),
    ("date-range", "INVALID_TYPE_ON_FIELD_IN_RECORD", "a message of the year 1600", "400 invalid date", SEEN),
    # what ids point at
    ("reference-malformed", "MALFORMED_ID", "an account id of other shape", "400, incorrect type", CORE),
    ("reference-check", "MALFORMED_ID", "an account id with wrong check characters", "400, incorrect type", CORE),
    ("reference-type", "MALFORMED_ID", "a contact as the account", "400, incorrect type", CORE),
    ("reference-unknown", "INVALID_CROSS_REFERENCE_KEY", "an account that never was", "400", CORE),
    ("reference-deleted", "ENTITY_IS_DELETED", "a message to a deleted contact", "400", CORE),
    ("reference-hidden", "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY", "an account not shared", "400", MARKETO),
    ("reference-converted", "CANNOT_UPDATE_CONVERTED_LEAD", "a message to a converted lead", "400", MARKETO),
    ("owner-inactive", "INACTIVE_OWNER_OR_USER", "an owner who left", "400, the user named", SEEN),
    # records
    ("duplicate-value", "DUPLICATE_VALUE", "a unique key that is taken", "400, 15 characters of the other", SEEN),
    ("converted-lead", "CANNOT_UPDATE_CONVERTED_LEAD", "an update of a converted lead", "400", MARKETO),
    ("user-readonly", NO_ENTITY, "a new user", "400, entity type cannot be inserted", SEEN),
    ("email-message-not-draft", CLOSED, "another subject for a sent message", "403, the field named", INFERRED),
    ("email-message-relate-later", CLOSED, "another RelatedToId for a sent message", "403", INFERRED),
    ("email-message-recipients", CLOSED, "other ToIds for a sent message", "403", INFERRED),
    ("email-message-status", "FIELD_INTEGRITY_EXCEPTION", "a draft that is on no case", "400", INFERRED),
    ("email-message-contact", "MALFORMED_ID", "a contact as RelatedToId", "400, incorrect type", MESSAGE),
    ("email-message-to-account", "MALFORMED_ID", "an account in ToIds", "400, incorrect type", MESSAGE),
    ("email-message-from", "INVALID_EMAIL_ADDRESS", "a FromAddress that is none", "400", MESSAGE),
    ("email-message-draft-visible", CLOSED, "IsExternallyVisible of a draft", "403", INFERRED),
    ("email-relation-later", CLOSED, "a relation for a sent message", "403", f"{MESSAGE} and {RELATION}"),
    # what the org's own people made
    ("validation-rule", "FIELD_CUSTOM_VALIDATION_EXCEPTION", "what a rule forbids", "400, the rule's words", MARKETO),
    ("required-custom-field", "REQUIRED_FIELD_MISSING", "a field the org requires", "400", MARKETO),
    ("duplicate-rule", "DUPLICATES_DETECTED", "a lead that is there already", "400, duplicateResut", SEEN),
    ("row-lock", "UNABLE_TO_LOCK_ROW", "a record that another transaction holds", "400, the record named", SEEN),
    ("row-lock-parent", "UNABLE_TO_LOCK_ROW", "a contact of an account that is held", "400", SEEN),
    ("approval-lock", "ENTITY_IS_LOCKED", "a record that waits for an approval", "400", MARKETO),
    ("trigger", NO_ENTITY, "a trigger throws", "400, trigger, exception and line", SEEN),
    ("flow", "CANNOT_EXECUTE_FLOW_TRIGGER", "a flow fails", "400, the flow's name", SEEN),
    ("storage", "STORAGE_LIMIT_EXCEEDED", "a new record without room", "403", CORE),
    ("field-hidden", "INVALID_FIELD", "a field that security hides", "400 No such column", MARKETO),
    ("field-read-only", "INVALID_FIELD_FOR_INSERT_UPDATE", "a field that security closes", "400", AMP),
    ("object-no-create", NO_ENTITY, "no create permission", "400, cannot be inserted", SEEN),
    ("object-no-edit", NO_ENTITY, "no edit permission", "400, cannot be updated", SEEN),
    ("object-no-delete", CLOSED, "no delete permission", "403", MARKETO),
    ("record-read-only", CLOSED, "a record that is shared for reading", "403", MARKETO),
)
