"""What is refused of files and of their links, seen through the plain library."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contract.simulators.salesforce.bench import Bench, Case, case
from tests.contract.simulators.salesforce.test_salesforce_refusals_queries import placed

CLOSED = "INSUFFICIENT_ACCESS_OR_READONLY"
SHUT = "INVALID_FIELD_FOR_INSERT_UPDATE"
NO_ACCESS = "You do not have the level of access necessary to perform the operation you requested. *"
WRITE = (
    "Unable to create/update fields: {}. Please check the security settings of this field "
    "and verify that it is read/write for your profile or permission set."
)
LINKS = (
    "Implementation restriction: ContentDocumentLink requires a filter by a single Id on ContentDocumentId or "
    "LinkedEntityId using the equals operator or multiple Id's using the IN operator."
)


def link(b: Bench, document: str, record: str, **more: Any) -> Any:
    return b.sf.ContentDocumentLink.create({"ContentDocumentId": document, "LinkedEntityId": record, **more})


def missing(name: str) -> Case:
    sent = {"PathOnClient": "a.txt", "VersionData": "YQ=="}
    del sent[name]
    text = f"Required fields are missing: [{name}]"
    return case(lambda b: b.sf.ContentVersion.create(sent), 400, "REQUIRED_FIELD_MISSING", text, (name,))


def for_reading(b: Bench) -> str:
    contact = b.make("Contact")
    b.control("record-access", id=contact, access="read")
    return contact


def replaced(b: Bench) -> object:
    b.file()
    return b.sf.ContentVersion.update(b.rows("ContentVersion")[0]["Id"], {"VersionData": "YQ=="})


def limited(b: Bench, **limits: Any) -> object:
    b.control("files", **limits)
    return b.file(b"x" * 600)


def published_twice(b: Bench) -> object:
    return b.file(ContentDocumentId=b.file(), FirstPublishLocationId=b.make("Contact"))


def on_a_deleted_contact(b: Bench) -> object:
    contact = b.make("Contact")
    b.control("delete", id=contact)
    return b.file(FirstPublishLocationId=contact)


def delete_version(b: Bench) -> object:
    b.file()
    return b.sf.ContentVersion.delete(b.rows("ContentVersion")[0]["Id"])


def twice(b: Bench) -> object:
    document, contact = b.file(), b.make("Contact")
    link(b, document, contact)
    return link(b, document, contact)


def moved(b: Bench) -> object:
    made = link(b, b.file(), b.make("Contact"))["id"]
    return b.sf.ContentDocumentLink.update(made, {"LinkedEntityId": b.make("Contact")})


def unlinked(b: Bench) -> object:
    b.message(ContentDocumentIds=[b.file()])
    (made,) = (row for row in b.rows("ContentDocumentLink") if row["LinkedEntityId"][:3] == "02s")
    return b.sf.ContentDocumentLink.delete(made["Id"])


def half_a_multipart(b: Bench) -> object:
    parts = {"entity_content": (None, '{"PathOnClient": "a.txt"}', "application/json")}
    answer = b.http.post(
        f"{b.sim.base_url}/services/data/v67.0/sobjects/ContentVersion",
        files=parts,
        headers={"Authorization": f"Bearer {b.sf.session_id}"},
    )
    return raised(answer)


def raised(answer: Any) -> object:
    """What the library makes of an answer that it did not ask for itself."""
    from simple_salesforce.util import exception_handler

    return exception_handler(answer, "ContentVersion")


CASES: dict[str, Case] = {
    "file-no-path": missing("PathOnClient"),
    "file-no-bytes": missing("VersionData"),
    "file-not-base64": case(
        lambda b: b.file(VersionData="no base64!"),
        400,
        "JSON_PARSER_ERROR",
        "Cannot deserialize instance of base64Binary from VALUE_STRING value no base64! *",
    ),
    "file-title": case(
        lambda b: b.file(Title="x" * 256),
        400,
        "STRING_TOO_LONG",
        f"Title: data value too large: {'x' * 256} (max length=255)",
        ("Title",),
    ),
    "file-size-given": case(lambda b: b.file(ContentSize=5), 400, SHUT, WRITE.format("ContentSize"), ("ContentSize",)),
    "file-bytes-replaced": case(replaced, 400, SHUT, WRITE.format("VersionData"), ("VersionData",)),
    "file-body-too-large": case(
        lambda b: limited(b, body=500),
        400,
        "EXCEEDED_MAX_SIZE_REQUEST",
        "Maximum size of request reached. Maximum size of request is 500 bytes.",
    ),
    "file-too-large": case(
        lambda b: limited(b, file=500),
        400,
        "FILE_SIZE_LIMIT_EXCEEDED",
        "File size exceeds the limit of 500 bytes",
        (),
    ),
    "file-blocked": case(
        lambda b: limited(b, blocked=[".TXT"]),
        400,
        "FILE_EXTENSION_NOT_ALLOWED",
        "Your company doesn't support the following file types: .txt",
        (),
    ),
    "file-html": case(
        lambda b: b.control("files", blocked=["html"]) and b.file(PathOnClient="Page.HTML"),
        400,
        "HTML_FILE_UPLOAD_NOT_ALLOWED",
        "Your company doesn't support the following file types: .html",
        (),
    ),
    "file-hub": case(
        lambda b: limited(b, broken="CONTENT_HUB_TIMEOUT_EXCEPTION"),
        500,
        "CONTENT_HUB_TIMEOUT_EXCEPTION",
        "Unexpected error while working with files",
    ),
    "file-storage": case(lambda b: limited(b, full=True), 403, "STORAGE_LIMIT_EXCEEDED", "storage limit exceeded", ()),
    "file-published-twice": case(
        published_twice,
        400,
        "FIELD_INTEGRITY_EXCEPTION",
        "First Publish Location ID: can't be set for a version of a document that is there already",
        ("FirstPublishLocationId",),
    ),
    "file-published-deleted": case(on_a_deleted_contact, 400, "ENTITY_IS_DELETED", "entity is deleted", ()),
    "file-published-read-only": case(
        lambda b: b.file(FirstPublishLocationId=for_reading(b)), 403, CLOSED, NO_ACCESS, ()
    ),
    "file-published-on-sent": case(
        lambda b: b.file(FirstPublishLocationId=b.message()["id"]), 403, CLOSED, NO_ACCESS, ()
    ),
    "file-version-deleted": case(delete_version, 403, CLOSED, "insufficient access rights on object id", ()),
    "file-document-made": case(
        lambda b: b.sf.ContentDocument.create({"Title": "a"}),
        400,
        "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY",
        "entity type cannot be inserted: Content Document",
        (),
    ),
    "file-link-twice": case(
        twice,
        400,
        "DUPLICATE_VALUE",
        "Document with ID: 069* is already linked with the entity with ID: 003*",
        ("LinkedEntityId",),
    ),
    "file-link-owner": case(
        lambda b: link(b, b.file(), b.sim.org.integration_user),
        400,
        "DUPLICATE_VALUE",
        "Document with ID: 069* is already linked with the entity with ID: 005*",
        ("LinkedEntityId",),
    ),
    "file-link-share": case(
        lambda b: link(b, b.file(), b.make("Contact"), ShareType="X"),
        400,
        "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
        "Share Type: bad value for restricted picklist field: X",
        ("ShareType",),
    ),
    "file-link-inferred": case(
        lambda b: link(b, b.file(), b.user("other"), ShareType="I"),
        403,
        CLOSED,
        "Invalid sharing type I",
        ("ShareType",),
    ),
    "file-link-read-only": case(lambda b: link(b, b.file(), for_reading(b)), 403, CLOSED, NO_ACCESS, ()),
    "file-link-sent": case(lambda b: link(b, b.file(), b.message()["id"]), 403, CLOSED, NO_ACCESS, ()),
    "file-link-moved": case(moved, 400, SHUT, WRITE.format("LinkedEntityId"), ("LinkedEntityId",)),
    "file-link-unlinked": case(unlinked, 403, CLOSED, NO_ACCESS, ()),
    "file-links-all": case(lambda b: b.sf.query("SELECT Id FROM ContentDocumentLink"), 400, "MALFORMED_QUERY", LINKS),
    "file-links-or": case(
        lambda b: b.sf.query(
            f"SELECT Id FROM ContentDocumentLink WHERE LinkedEntityId = '{b.make('Contact')}' OR ShareType = 'V'"
        ),
        400,
        "MALFORMED_QUERY",
        LINKS,
    ),
    "file-bytes-filter": placed(
        "SELECT Id FROM ContentVersion WHERE VersionData = 'a'",
        "INVALID_FIELD",
        37,
        "field 'VersionData' can not be filtered in a query call",
    ),
    "file-multipart": case(
        half_a_multipart, 400, "INVALID_MULTIPART_REQUEST", "Multipart request must have a record and a blob"
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_file_is_refused(bench: Bench, name: str) -> None:
    CASES[name].check(bench)
