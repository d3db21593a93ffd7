"""UserRecordAccess, as the Object Reference for API 67 describes it: nothing is stored of it."""

from __future__ import annotations

from connectors.simulators.salesforce.schema import SObject, checkbox, choice, fields, of_type, reference, system

NAME = "UserRecordAccess"
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
