"""ContentVersion, ContentDocument and ContentDocumentLink: files, as the Object Reference for API 67 describes them.

Lengths and labels: Salesforce Field Reference Guide. A file is a document with versions, of which the latest is the
one that is shown, and with a link to each record that it belongs to. Libraries, external files and the older object
Attachment are left out.
"""

from __future__ import annotations

from connectors.simulators.salesforce.schema import (
    Field,
    SObject,
    checkbox,
    choice,
    fields,
    long_text,
    of_type,
    reference,
    system,
    text,
)
from connectors.simulators.salesforce.standard import audit, owner

LINKED = ("Account", "Case", "Contact", "EmailMessage", "Event", "Lead", "Opportunity", "Task", "User")
VIEWER, COLLABORATOR, INFERRED = "V", "C", "I"
SHARES = ((VIEWER, "Viewer"), (COLLABORATOR, "Collaborator"), (INFERRED, "Inferred"))
SEEN_BY = (("AllUsers", "All Users"), ("InternalUsers", "Standard Users"), ("SharedUsers", "Shared Users"))
ORIGINS = (("C", "Content"), ("H", "Chatter"))


def _of_file() -> tuple[Field, ...]:
    """What a document has of its latest version."""
    return (
        system(text("FileType", "File Type", 20)),
        system(text("FileExtension", "File Extension", 40)),
        system(of_type("int", "ContentSize", "Size")),
    )


def content_version() -> SObject:
    return SObject(
        name="ContentVersion",
        label="Content Version",
        plural="Content Versions",
        prefix="068",
        delete=False,
        fields=fields(
            *audit("ContentVersion"),
            reference(
                "ContentDocumentId",
                "ContentDocument ID",
                ("ContentDocument",),
                "ContentDocument",
                update=False,
                lookup=True,
            ),
            text("Title", "Title", 255, name_field=True),
            text("PathOnClient", "Path On Client", 500, nillable=False, update=False),
            Field(
                name="VersionData",
                label="Version Data",
                type="base64",
                filter=False,
                sort=False,
                group=False,
                update=False,
            ),
            long_text("Description", "Description", 1000),
            text("ReasonForChange", "Reason For Change", 1000),
            reference(
                "FirstPublishLocationId", "First Publish Location ID", LINKED, "FirstPublishLocation", update=False
            ),
            owner(),
            choice("Origin", "Content Origin", ORIGINS, restricted=True, default="H", update=False),
            choice("ContentLocation", "Content Location", (("S", "Salesforce"),), restricted=True, default="S"),
            system(checkbox("IsLatest", "Is Latest")),
            system(text("VersionNumber", "Version Number", 20)),
            system(text("Checksum", "Checksum", 50)),
            *_of_file(),
            text("Syncapp_Key__c", "Syncapp Key", 64, external_id=True, id_lookup=True),
        ),
    )


def content_document() -> SObject:
    return SObject(
        name="ContentDocument",
        label="Content Document",
        plural="Content Documents",
        prefix="069",
        create=False,
        cascades=(("ContentVersion", "ContentDocumentId"), ("ContentDocumentLink", "ContentDocumentId")),
        fields=fields(
            *audit("ContentDocument"),
            text("Title", "Title", 255, nillable=False, name_field=True),
            long_text("Description", "Description", 1000),
            owner(),
            system(
                reference(
                    "LatestPublishedVersionId",
                    "Latest Published Version ID",
                    ("ContentVersion",),
                    "LatestPublishedVersion",
                )
            ),
            *_of_file(),
        ),
    )


def content_document_link() -> SObject:
    kept = ("Id", "IsDeleted", "SystemModstamp")
    return SObject(
        name="ContentDocumentLink",
        label="Content Document Link",
        plural="Content Document Link",
        prefix="06A",
        fields=fields(
            *(f for f in audit("Content Document Link") if f.name in kept),
            reference(
                "ContentDocumentId",
                "ContentDocument ID",
                ("ContentDocument",),
                "ContentDocument",
                nillable=False,
                update=False,
                lookup=True,
            ),
            reference(
                "LinkedEntityId", "Linked Entity ID", LINKED, "LinkedEntity", nillable=False, update=False, lookup=True
            ),
            choice("ShareType", "Share Type", SHARES, nillable=False, restricted=True, default=VIEWER),
            choice("Visibility", "Visibility", SEEN_BY, nillable=False, restricted=True, default="AllUsers"),
        ),
    )


def file_objects() -> tuple[SObject, ...]:
    return (content_version(), content_document(), content_document_link())
