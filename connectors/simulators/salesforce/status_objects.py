"""TaskStatus and CaseStatus, as the Object Reference for API 67 describes them: what the values of a status mean.

An administrator says which values are closed; here the control door does, by an update of these records. Their key
prefixes are not published: those here are stand-ins, and nothing may depend on them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from connectors.simulators.salesforce.schema import SObject, checkbox, fields, of_type, text
from connectors.simulators.salesforce.standard import audit

TASK = ("Not Started", "In Progress", "Completed", "Waiting on someone else", "Deferred")
CASE = ("New", "Working", "Escalated", "Closed")
CLOSED = ("Completed", "Closed")


def _status(name: str, label: str, prefix: str) -> SObject:
    return SObject(
        name=name,
        label=label,
        plural=label,
        prefix=prefix,
        create=False,
        update=False,
        delete=False,
        fields=fields(
            *(f for f in audit(label) if f.name != "IsDeleted"),
            text("MasterLabel", "Master Label", 255),
            text("ApiName", "API Name", 255),
            of_type("int", "SortOrder", "Sort Order"),
            checkbox("IsDefault", "Is Default"),
            checkbox("IsClosed", "Is Closed"),
        ),
    )


def status_objects() -> tuple[SObject, ...]:
    return (_status("TaskStatus", "Task Status Value", "01T"), _status("CaseStatus", "Case Status Value", "01K"))


def seeds() -> Iterator[tuple[str, dict[str, Any]]]:
    """(object, fields) of the records that every org has."""
    for name, values in (("TaskStatus", TASK), ("CaseStatus", CASE)):
        for number, value in enumerate(values):
            marks = {"IsDefault": not number, "IsClosed": value in CLOSED}
            yield name, {"ApiName": value, "MasterLabel": value, "SortOrder": number + 1, **marks}
