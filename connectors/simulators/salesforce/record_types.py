"""Which record types a user may give a record, which one a record gets where none is given, and how that is told.

Record types are granted to a user's profile; a type that is not, is inactive, or is another object's, is refused. A
type can offer fewer values of a picklist than the field has; of a restricted one the others are refused.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from connectors.simulators.salesforce import errors
from connectors.simulators.salesforce.org import Org
from connectors.simulators.salesforce.record_type_objects import FIELD, MASTER
from connectors.simulators.salesforce.schema import SObject
from connectors.simulators.salesforce.store import Row
from connectors.simulators.salesforce.transaction import Transaction

EVERYBODY = ""


def of(org: Org, sobject: SObject) -> list[Row]:
    """The record types of an object, in the order of their creation: the first that one may use is one's default."""
    return [row for row in org.store.rows("RecordType") if row["SobjectType"] == sobject.name]


def usable(tx: Transaction, row: Row) -> bool:
    denied = tx.org.denied_types
    return row["IsActive"] and not {(row["Id"], EVERYBODY), (row["Id"], tx.user_id)} & denied


def preset(tx: Transaction, sobject: SObject, row: Row) -> Row:
    """A new row with the user's default record type."""
    if FIELD not in sobject.fields or tx.system:
        return row
    return row | {FIELD: _default(tx, sobject)}


def _default(tx: Transaction, sobject: SObject) -> str | None:
    return next((row["Id"] for row in of(tx.org, sobject) if usable(tx, row)), None)


def check(tx: Transaction, sobject: SObject, row: Row, changed: Collection[str]) -> None:
    if FIELD not in changed or not row[FIELD]:
        return
    allowed = [one["Id"] for one in of(tx.org, sobject) if usable(tx, one)]
    if row[FIELD] not in allowed:
        text = f"Record Type ID: this ID value isn't valid for the user: {row[FIELD]}"
        raise errors.Refused("INVALID_CROSS_REFERENCE_KEY", text, (FIELD,))


def check_values(tx: Transaction, sobject: SObject, row: Row, changed: Collection[str]) -> None:
    """Raises Refused for a value of a restricted picklist that the record's type does not offer."""
    for name in changed:
        field, offered = sobject.fields[name], tx.org.type_values.get((row.get(FIELD) or MASTER, name))
        if field.restricted and offered is not None and row[name] and row[name] not in offered:
            raise errors.bad_choice(field.label, name, row[name])


def told(tx: Transaction, sobject: SObject) -> list[dict[str, Any]]:
    """`recordTypeInfos` of a description. Every object has its master type, which is nobody's choice beside others."""
    default = _default(tx, sobject) or MASTER
    infos = [_info(tx, sobject, row, default) for row in of(tx.org, sobject)]
    master = {"Id": MASTER, "Name": "Master", "DeveloperName": "Master", "IsActive": True}
    return [*infos, _info(tx, sobject, master, default)]


def _info(tx: Transaction, sobject: SObject, row: Row, default: str) -> dict[str, Any]:
    return {
        "active": row["IsActive"],
        "available": usable(tx, row),
        "defaultRecordTypeMapping": row["Id"] == default,
        "developerName": row["DeveloperName"],
        "master": row["Id"] == MASTER,
        "name": row["Name"],
        "recordTypeId": row["Id"],
        "urls": {"layout": f"{tx.root}/sobjects/{sobject.name}/describe/layouts/{row['Id']}"},
    }
