"""Refusals of record types: (id, code, request, answer, source)."""

from __future__ import annotations

from connectors.simulators.salesforce.refusal_words import CHOICE, CORE

RECORDED = "recorded in github.com/mbotos/SmartFactory-for-Force.com, issue 25, and CoderDojo/community-platform, 888"
OBJECT = (
    "https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/"
    "sforce_api_objects_recordtype.htm"
)
INFERRED = f"{OBJECT} for the rule; code and wording as for a type that is not granted"

KEY = "INVALID_CROSS_REFERENCE_KEY"

ROWS: tuple[tuple[str, str, str, str, str], ...] = (
    ("type-not-granted", KEY, "a record type that the user may not use", "400 RecordTypeId", RECORDED),
    ("type-not-granted-here", KEY, "one that this user alone may not use", "400 RecordTypeId", RECORDED),
    ("type-not-granted-later", KEY, "the same in an update", "400 RecordTypeId", RECORDED),
    ("type-value", CHOICE, "a value that the record's type does not offer", "400, the value named", CORE),
    ("type-value-default", CHOICE, "the same of the type that the record got by default", "400", CORE),
    ("type-inactive", KEY, "a record type that is switched off", "400 RecordTypeId", INFERRED),
    ("type-other-object", KEY, "a record type of another object", "400 RecordTypeId", INFERRED),
    ("type-unknown", KEY, "a record type that never was", "400", CORE),
    ("type-no-type", "MALFORMED_ID", "a contact as the record type", "400, incorrect type", CORE),
    ("type-none-made", "INVALID_FIELD", "RecordTypeId where the object has no types", "400 No such column", OBJECT),
)
