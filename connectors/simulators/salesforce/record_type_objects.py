"""RecordType, and the field that names one, as the Object Reference for API 67 describes them.

An object has the field RecordTypeId from the moment on that an administrator made a record type for it.
"""

from __future__ import annotations

from connectors.simulators.salesforce.schema import Field, SObject, checkbox, choice, fields, reference, text
from connectors.simulators.salesforce.standard import audit

TYPED = ("Account", "Case", "Contact", "Event", "Lead", "Opportunity", "Task")
FIELD = "RecordTypeId"
MASTER = "012000000000000AAA"


def record_type() -> SObject:
    return SObject(
        name="RecordType",
        label="Record Type",
        plural="Record Type",
        prefix="012",
        create=False,
        update=False,
        delete=False,
        fields=fields(
            *(f for f in audit("Record Type") if f.name != "IsDeleted"),
            text("Name", "Name", 80, nillable=False, name_field=True),
            text("DeveloperName", "Record Type Name", 80, nillable=False),
            text("Description", "Description", 255),
            choice("SobjectType", "SObject Type Name", TYPED, nillable=False, restricted=True),
            checkbox("IsActive", "Active", default=True),
            checkbox("IsPersonType", "Is Person Type"),
        ),
    )


def link() -> Field:
    return reference(FIELD, "Record Type ID", ("RecordType",), "RecordType")
