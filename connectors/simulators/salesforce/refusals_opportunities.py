"""Refusals of opportunities, and of the roles that contacts have in them: (id, code, request, answer, source)."""

from __future__ import annotations

from connectors.simulators.salesforce.refusal_words import CORE, SEEN

ROLE = (
    "https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/"
    "sforce_api_objects_opportunitycontactrole.htm"
)
OBJECT = ROLE.replace("contactrole", "")
NOT_WRITTEN = "INVALID_FIELD_FOR_INSERT_UPDATE"

ROWS: tuple[tuple[str, str, str, str, str], ...] = (
    ("opportunity-closed", NOT_WRITTEN, "IsClosed, which follows from the stage", "400, the field", OBJECT),
    ("opportunity-activity", NOT_WRITTEN, "the day of the last activity", "400, the field", OBJECT),
    ("role-moved", NOT_WRITTEN, "another opportunity for a role", "400, the field", ROLE),
    ("role-of-nobody", "REQUIRED_FIELD_MISSING", "a role without a contact", "400, the field", ROLE),
    ("role-of-lead", "MALFORMED_ID", "a lead as the contact of a role", "400, incorrect type", CORE),
    ("role-hidden", "INVALID_TYPE", "a query of roles without the right to read opportunities", "400", ROLE),
    ("role-not-given", "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "a role without the right to edit them", "400", SEEN),
)
