"""Attachment: the older kind of file, which belongs to one record, as the Object Reference for API 67 describes it."""

from __future__ import annotations

from connectors.simulators.salesforce.file_objects import LINKED
from connectors.simulators.salesforce.schema import (
    Field,
    SObject,
    checkbox,
    fields,
    long_text,
    of_type,
    reference,
    system,
    text,
)
from connectors.simulators.salesforce.standard import audit, owner

PARENTS = tuple(name for name in LINKED if name != "User")


def attachment() -> SObject:
    return SObject(
        name="Attachment",
        label="Attachment",
        plural="Attachments",
        prefix="00P",
        fields=fields(
            *audit("Attachment"),
            reference("ParentId", "Parent ID", PARENTS, "Parent", nillable=False, update=False, lookup=True),
            text("Name", "File Name", 255, nillable=False, name_field=True),
            Field(
                name="Body",
                label="Body",
                type="base64",
                nillable=False,
                filter=False,
                sort=False,
                group=False,
            ),
            system(of_type("int", "BodyLength", "Body Length")),
            text("ContentType", "Content Type", 120),
            long_text("Description", "Description", 500),
            checkbox("IsPrivate", "Private"),
            owner(),
        ),
    )
