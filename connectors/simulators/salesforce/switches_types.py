"""The control door's verbs for record types: made, switched off, granted and taken away."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from connectors.simulators.salesforce import record_types, switches_records, values, writes
from connectors.simulators.salesforce.arguments import Arguments
from connectors.simulators.salesforce.record_type_objects import FIELD, TYPED, link


def record_type(given: Arguments) -> dict[str, Any]:
    """A record type made, and the object's field for it, or the one of this name switched on or off."""
    sobject, name = given.sobject(), given.text("name")
    if sobject.name not in TYPED:
        raise ValueError(f"{sobject.name} has no record types; {list(TYPED)} may have")
    if FIELD not in sobject.fields:
        switches_records.install(given, sobject, link())
    found = [row["Id"] for row in record_types.of(given.org, sobject) if row["Name"] == name]
    kind, active = given.org.schema.objects["RecordType"], given.flag("active")
    if found:
        return {"id": writes.update(given.transaction(), kind, found[0], {"IsActive": active})}
    row = {"Name": name, "DeveloperName": re.sub(r"\W+", "_", name), "SobjectType": sobject.name, "IsActive": active}
    return {"id": writes.insert(given.transaction(), kind, values.parse(kind, row))}


def record_type_access(given: Arguments) -> dict[str, Any]:
    """Grants a record type or takes it away: everybody's, or one user's."""
    _, record_id = given.record()
    whose = given.user() if given.has("username") else record_types.EVERYBODY
    available = given.flag("available")
    (given.org.denied_types.discard if available else given.org.denied_types.add)((record_id, whose))
    return {"id": record_id, "available": available}


def record_type_values(given: Arguments) -> dict[str, Any]:
    """The values of a picklist that a record type offers; without `values` all that the field has."""
    (_, record_id), org = given.record(), given.org
    sobject = org.schema.objects[str((org.store.get(record_id) or {}).get("SobjectType"))]
    field = sobject.field(given.text("field"))
    if field is None or field.type != "picklist":
        raise KeyError(f"{sobject.name} has no picklist “{given.text('field')}”")
    org.type_values[record_id, field.name] = given.texts("values")
    if not given.texts("values"):
        del org.type_values[record_id, field.name]
    return {"id": record_id, "field": field.name, "values": list(given.texts("values"))}


VERBS: dict[str, Callable[[Arguments], Any]] = {
    "record-type": record_type,
    "record-type-access": record_type_access,
    "record-type-values": record_type_values,
}
