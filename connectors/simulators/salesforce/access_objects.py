"""UserRecordAccess and UserPermissionAccess, as the Object Reference for API 67 describes them: nothing is stored.

The permissions of whoever asks can be filtered by, and neither sorted nor grouped. The Object Reference lists no Id of
them, the Field Reference Guide does; here are those that `permission_objects` knows of the several hundred.
"""

from __future__ import annotations

from connectors.simulators.salesforce.permission_objects import USER_PERMISSIONS
from connectors.simulators.salesforce.schema import SObject, checkbox, choice, fields, of_type, reference, system

NAME = "UserRecordAccess"
OWN = "UserPermissionAccess"
# from the least to the most; each has what is before it
LEVELS = ("None", "Read", "Edit", "Delete", "Transfer", "All")
FLAGS = {f"Has{level}Access": level for level in LEVELS[1:]}


def user_record_access() -> SObject:
    return SObject(
        name=NAME,
        label="User Record Access",
        plural="User Record Access",
        prefix="",
        create=False,
        update=False,
        delete=False,
        fields=fields(
            *(
                system(field)
                for field in (
                    of_type("id", "Id", "User Record Access ID", length=18),
                    reference("UserId", "User ID", ("User",), ""),
                    reference("RecordId", "Record ID", (), ""),
                    *(checkbox(name, f"Has {level} Access") for name, level in FLAGS.items()),
                    choice("MaxAccessLevel", "Maximum Access Level", LEVELS),
                )
            )
        ),
    )


def user_permission_access() -> SObject:
    rights = (
        checkbox(f"Permissions{name}", label, sort=False, group=False) for name, label in USER_PERMISSIONS.items()
    )
    return SObject(
        name=OWN,
        label="User Permission Access",
        plural="User Permission Access",
        prefix="",
        create=False,
        update=False,
        delete=False,
        fields=fields(
            of_type("id", "Id", "UserPermissionAccess ID", length=18, nillable=False),
            of_type("datetime", "LastCacheUpdate", "Last Cache Update", group=False),
            *rights,
        ),
    )
