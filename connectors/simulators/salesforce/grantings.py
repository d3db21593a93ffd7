"""What is refused where rights are given and taken: permission sets, assignments, field and object permissions.

Object Reference for API 67 for the rules. A row of FieldPermissions that grants nothing is no row: whoever takes its
reading away deletes it. A profile's own permission set changes with its profile alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from connectors.simulators.salesforce import permissions
from connectors.simulators.salesforce.errors import Refused
from connectors.simulators.salesforce.ids import short
from connectors.simulators.salesforce.permission_objects import GOVERNED
from connectors.simulators.salesforce.schema import Field
from connectors.simulators.salesforce.store import Row
from connectors.simulators.salesforce.transaction import Transaction

NAME = re.compile(r"[A-Za-z](?:_?[A-Za-z0-9])*")
# a right → those that it needs
DEPENDS = {
    "Create": ("Read",),
    "Edit": ("Read",),
    "Delete": ("Read", "Edit"),
    "ViewAllRecords": ("Read",),
    "ModifyAllRecords": ("Read", "Edit", "Delete", "ViewAllRecords"),
}


def _check_set(tx: Transaction, row: Row, old: Row | None, _: list[str]) -> None:
    if old is not None and old["IsOwnedByProfile"]:
        raise Refused("INSUFFICIENT_ACCESS_OR_READONLY", "You can't edit a permission set that a profile owns")
    if not NAME.fullmatch(row["Name"]):
        text = (
            "The Permission Set API Name can only contain underscores and alphanumeric characters. It must be unique, "
            "begin with a letter, not include spaces, not end with an underscore, and not contain two consecutive "
            "underscores."
        )
        raise Refused("FIELD_INTEGRITY_EXCEPTION", text, ("Name",))
    others = (one for one in tx.org.store.rows("PermissionSet") if one["Id"] != row["Id"])
    if any(one["Name"].lower() == row["Name"].lower() for one in others):
        text = f"The name {row['Name']} is already used by another permission set"
        raise Refused("DUPLICATE_DEVELOPER_NAME", text, ("Name",))


def _keep_set(tx: Transaction, row: Row) -> None:
    if row["IsOwnedByProfile"]:
        raise Refused("INSUFFICIENT_ACCESS_OR_READONLY", "You can't delete a permission set that a profile owns")
    if tx.org.store.having("PermissionSetAssignment", "PermissionSetId", row["Id"]):
        text = (
            f"Your attempt to delete {row['Label']} could not be completed because it is assigned to users: "
            "remove the assignments first"
        )
        raise Refused("DELETE_FAILED", text)


def _check_assignment(tx: Transaction, row: Row, _: Row | None, __: list[str]) -> None:
    chosen = tx.org.store.get(row["PermissionSetId"]) or {}
    if chosen["IsOwnedByProfile"]:
        text = "Can't assign a permission set that a profile owns"
        raise Refused("FIELD_INTEGRITY_EXCEPTION", text, ("PermissionSetId",))
    if not tx.org.user_active(row["AssigneeId"]):
        text = f"operation performed with inactive user [{short(row['AssigneeId'])}]"
        raise Refused("INACTIVE_OWNER_OR_USER", text)
    if row["PermissionSetId"] in permissions.of_user(tx.org.store, row["AssigneeId"]):
        text = (
            f"Duplicate PermissionSetAssignment. Assignee: {short(row['AssigneeId'])}; "
            f"Permission Set: {short(row['PermissionSetId'])}"
        )
        raise Refused("DUPLICATE_VALUE", text, ("AssigneeId", "PermissionSetId"))


def _keep_assignment(tx: Transaction, row: Row) -> None:
    if (tx.org.store.get(row["PermissionSetId"]) or {}).get("IsOwnedByProfile"):
        raise Refused("INSUFFICIENT_ACCESS_OR_READONLY", "You can't take a user's profile away")


# -- fields and objects


def _check_field(tx: Transaction, row: Row, old: Row | None, _: list[str]) -> None:
    name, _dot, field_name = row["Field"].partition(".")
    sobject = tx.org.schema.object(row["SobjectType"])
    field = sobject.field(field_name) if sobject and name.lower() == sobject.name.lower() else None
    if sobject is None:
        raise _bad_choice("SObject Type Name", "SobjectType", row)
    if field is None or not grantable(tx, sobject.name, field):
        raise _bad_choice("Field Name", "Field", row)
    if old is None and not row["PermissionsRead"]:
        text = f"Field permission {row['Field']} needs at least the permission to read"
        raise Refused("FIELD_INTEGRITY_EXCEPTION", text, ("PermissionsRead",))
    if row["PermissionsEdit"] and not row["PermissionsRead"]:
        text = f"Permission Edit {row['Field']} depends on permission(s): Read {row['Field']}"
        raise Refused("FIELD_INTEGRITY_EXCEPTION", text, ("PermissionsEdit",))
    _check_twin(tx, "FieldPermissions", "Field", row)


def grantable(tx: Transaction, name: str, field: Field) -> bool:
    """Whether field-level security can apply: not to what the system fills or every record must have."""
    fixed = field.hidden or field.required or (name, field.name) in tx.org.required
    return not fixed and (field.create or field.update)


def _bad_choice(label: str, name: str, row: Row) -> Refused:
    text = f"{label}: bad value for restricted picklist field: {row[name]}"
    return Refused("INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", text, (name,))


def _check_object(tx: Transaction, row: Row, _: Row | None, __: list[str]) -> None:
    if row["SobjectType"] not in GOVERNED:
        raise _bad_choice("SObject Type Name", "SobjectType", row)
    for right, needed in DEPENDS.items():
        missing = [one for one in needed if row[f"Permissions{right}"] and not row[f"Permissions{one}"]]
        if missing:
            listed = ", ".join(f"{one} {row['SobjectType']}" for one in missing)
            text = f"Permission {right} {row['SobjectType']} depends on permission(s): {listed}"
            raise Refused("FIELD_INTEGRITY_EXCEPTION", text, (f"Permissions{right}",))
    _check_twin(tx, "ObjectPermissions", "SobjectType", row)


def _check_twin(tx: Transaction, name: str, field: str, row: Row) -> None:
    for other in tx.org.store.having(name, field, row[field]):
        if other["ParentId"] == row["ParentId"] and other["Id"] != row["Id"]:
            text = f"duplicate value found: <unknown> duplicates value on record with id: {short(other['Id'])}"
            raise Refused("DUPLICATE_VALUE", text)


# -- what a saved record changes in others


def _drop_empty(tx: Transaction, row: Row, _: Row | None) -> None:
    if not row["PermissionsRead"]:
        tx.org.store.purge("FieldPermissions", row["Id"])


def _welcome(tx: Transaction, row: Row, old: Row | None) -> None:
    if old is None:
        permissions.welcome(tx.org.store, row["Id"], row["ProfileId"], tx.now)


CHECKS: dict[str, Callable[[Transaction, Row, Row | None, list[str]], None]] = {
    "PermissionSet": _check_set,
    "PermissionSetAssignment": _check_assignment,
    "FieldPermissions": _check_field,
    "ObjectPermissions": _check_object,
}
SAVED: dict[str, Callable[[Transaction, Row, Row | None], Any]] = {
    "FieldPermissions": _drop_empty,
    "User": _welcome,
}
KEPT: dict[str, Callable[[Transaction, Row], None]] = {
    "PermissionSet": _keep_set,
    "PermissionSetAssignment": _keep_assignment,
}
