"""Profiles, permission sets and what they grant, as the Object Reference for API 67 describes them.

A user's rights are those of all permission sets that are assigned to it. A profile has a permission set of its own
(IsOwnedByProfile), so that profiles and sets are read alike. Of the several hundred user permissions only those are
here that something in this simulator asks for.
"""

from __future__ import annotations

from connectors.simulators.salesforce.schema import (
    Field,
    SObject,
    checkbox,
    choice,
    fields,
    reference,
    system,
    text,
)
from connectors.simulators.salesforce.standard import audit

# name → label; the field of a permission set is `Permissions<name>`
USER_PERMISSIONS = {
    "ApiEnabled": "API Enabled",
    "AssignPermissionSets": "Assign Permission Sets",
    "CustomizeApplication": "Customize Application",
    "ManageProfilesPermissionsets": "Manage Profiles and Permission Sets",
    "ManageUsers": "Manage Internal Users",
    "ModifyAllData": "Modify All Data",
    "MonitorLoginHistory": "Monitor Login History",
    "ViewSetup": "View Setup and Configuration",
}
# objects whose records an ObjectPermissions row lets a user reach; all others here follow rights of their own
GOVERNED = ("Account", "Case", "Contact", "Lead", "Opportunity")
VERBS = {"read": "Read", "create": "Create", "edit": "Edit", "delete": "Delete"}


def _kept(label: str, *names: str) -> tuple[Field, ...]:
    """Of what the system keeps; records of setup never see the recycle bin."""
    return tuple(f for f in audit(label) if f.name in names or f.name in ("Id", "SystemModstamp"))


def profile() -> SObject:
    return SObject(
        name="Profile",
        label="Profile",
        plural="Profile",
        prefix="00e",
        create=False,
        update=False,
        delete=False,
        fields=fields(
            *(f for f in audit("Profile") if f.name != "IsDeleted"),
            text("Name", "Name", 255, nillable=False, name_field=True),
            choice("UserType", "User Type", ("Standard",), default="Standard"),
        ),
    )


def permission_set() -> SObject:
    rights = (checkbox(f"Permissions{name}", label) for name, label in USER_PERMISSIONS.items())
    return SObject(
        name="PermissionSet",
        label="Permission Set",
        plural="Permission Sets",
        prefix="0PS",
        cascades=(("FieldPermissions", "ParentId"), ("ObjectPermissions", "ParentId")),
        fields=fields(
            *(f for f in audit("Permission Set") if f.name != "IsDeleted"),
            text("Name", "Permission Set Name", 80, nillable=False, name_field=True),
            text("Label", "Permission Set Label", 80, nillable=False),
            text("Description", "Description", 255),
            system(reference("ProfileId", "Profile ID", ("Profile",), "Profile", lookup=True)),
            system(checkbox("IsOwnedByProfile", "Is Owned By Profile")),
            system(checkbox("IsCustom", "Is Custom", default=True)),
            system(choice("Type", "Type", ("Regular", "Profile"), default="Regular")),
            system(text("NamespacePrefix", "Namespace Prefix", 15)),
            *rights,
        ),
    )


def permission_set_assignment() -> SObject:
    return SObject(
        name="PermissionSetAssignment",
        label="Permission Set Assignment",
        plural="Permission Set Assignments",
        prefix="0Pa",
        update=False,
        fields=fields(
            *_kept("Permission Set Assignment"),
            reference("AssigneeId", "Assignee ID", ("User",), "Assignee", nillable=False, update=False, lookup=True),
            reference(
                "PermissionSetId",
                "Permission Set ID",
                ("PermissionSet",),
                "PermissionSet",
                nillable=False,
                update=False,
                lookup=True,
            ),
            system(checkbox("IsActive", "Is Active", default=True)),
        ),
    )


def _parent() -> Field:
    return reference("ParentId", "Parent ID", ("PermissionSet",), "Parent", nillable=False, update=False, lookup=True)


def field_permissions() -> SObject:
    return SObject(
        name="FieldPermissions",
        label="Field Permissions",
        plural="Field Permissions",
        prefix="01k",
        fields=fields(
            *_kept("Field Permissions"),
            _parent(),
            text("SobjectType", "SObject Type Name", 40, nillable=False, update=False),
            text("Field", "Field Name", 255, nillable=False, update=False, lookup=True),
            checkbox("PermissionsRead", "Read Field"),
            checkbox("PermissionsEdit", "Edit Field"),
        ),
    )


def object_permissions() -> SObject:
    return SObject(
        name="ObjectPermissions",
        label="Object Permissions",
        plural="Object Permissions",
        prefix="110",
        fields=fields(
            *_kept("Object Permissions", "CreatedDate", "CreatedById", "LastModifiedDate", "LastModifiedById"),
            _parent(),
            text("SobjectType", "SObject Type Name", 40, nillable=False, update=False, lookup=True),
            *(checkbox(f"Permissions{verb}", f"{verb} Records") for verb in VERBS.values()),
            checkbox("PermissionsViewAllRecords", "View All Records"),
            checkbox("PermissionsModifyAllRecords", "Modify All Records"),
        ),
    )


def permission_objects() -> tuple[SObject, ...]:
    return (
        profile(),
        permission_set(),
        permission_set_assignment(),
        field_permissions(),
        object_permissions(),
    )
