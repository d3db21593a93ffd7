"""What is peculiar to files: a version makes its document, a document is linked to records, and what is too large.

Object Reference for API 67, "ContentVersion" and "ContentDocumentLink". The bytes of a version lie beside its row,
which holds the address that they are read from. A link to a message that was sent needs a permission that few have;
a message takes its files along when it is made (ContentDocumentIds).
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Collection
from pathlib import PurePosixPath

from connectors.simulators.salesforce import errors, ids, mail
from connectors.simulators.salesforce.activities import unfit
from connectors.simulators.salesforce.file_objects import INFERRED, VIEWER
from connectors.simulators.salesforce.org import Org
from connectors.simulators.salesforce.store import Row
from connectors.simulators.salesforce.transaction import Transaction

VERSION, DOCUMENT, LINK = "ContentVersion", "ContentDocument", "ContentDocumentLink"
MESSAGE, USER = "02s", "005"
PARTS = ("FileType", "FileExtension", "ContentSize")
KINDS = {"txt": "TEXT", "doc": "WORD", "docx": "WORD_X", "xlsx": "EXCEL_X", "jpg": "JPG", "jpeg": "JPG"}
HTML = ("htm", "html", "htt", "htx", "mhtm", "mhtml", "shtm", "shtml", "acgi", "svg")
NO_ACCESS = (
    "You do not have the level of access necessary to perform the operation you requested. "
    "Please contact the owner of the record or your administrator if access is necessary."
)


def links(org: Org, field: str, record_id: str) -> list[Row]:
    return org.store.having(LINK, field, record_id)


# -- versions


def derive_version(tx: Transaction, row: Row, old: Row | None, _: Collection[str]) -> Row:
    """A new version with what its bytes and its path say, and with the address of its bytes. Raises Refused."""
    if old is not None:
        return row
    given = base64.b64decode(row["VersionData"] or "")
    path = PurePosixPath((row["PathOnClient"] or "").replace("\\", "/"))
    extension = path.suffix.removeprefix(".")
    if not tx.system:
        _check_upload(tx.org, len(given), extension.lower())
    earlier = versions(tx.org, row["ContentDocumentId"])
    tx.org.blobs[row["Id"]] = given
    return row | {
        "Title": row["Title"] or path.name or None,
        "FileExtension": extension or None,
        "FileType": KINDS.get(extension.lower(), extension.upper() or "UNKNOWN")[:20],
        "ContentSize": len(given),
        "Checksum": hashlib.md5(given, usedforsecurity=False).hexdigest(),
        "IsLatest": True,
        "VersionNumber": str(len(earlier) + 1),
        "VersionData": f"{tx.record_url(VERSION, row['Id'])}/VersionData" if row["VersionData"] is not None else None,
    }


def _check_upload(org: Org, size: int, extension: str) -> None:
    """What Salesforce looks at before it takes a file: its kind, its size, and whether there is room."""
    if org.files_broken:
        raise errors.Refused(org.files_broken, "Unexpected error while working with files", None, 500)
    check_kind(org, extension)
    if size > org.largest_file:
        text = f"File size exceeds the limit of {org.largest_file} bytes"
        raise errors.Refused("FILE_SIZE_LIMIT_EXCEEDED", text)
    if org.files_full:
        raise errors.Refused("STORAGE_LIMIT_EXCEEDED", "storage limit exceeded")


def check_kind(org: Org, extension: str, *, pages: bool = False) -> None:
    """Raises Refused for a kind of file that the org blocks; with `pages` only for kinds that a browser shows."""
    if extension in org.blocked_files and (extension in HTML or not pages):
        code = "HTML_FILE_UPLOAD_NOT_ALLOWED" if extension in HTML else "FILE_EXTENSION_NOT_ALLOWED"
        raise errors.Refused(code, f"Your company doesn't support the following file types: .{extension}")


def versions(org: Org, document_id: str | None) -> list[Row]:
    """The versions of a document, the first first."""
    return org.store.having(VERSION, "ContentDocumentId", document_id) if document_id else []


def check_version(_: Transaction, row: Row, old: Row | None, __: Collection[str]) -> None:
    if old is None and row["VersionData"] is None:
        raise errors.required_missing(["VersionData"])
    if old is None and row["ContentDocumentId"] and row["FirstPublishLocationId"]:
        text = "First Publish Location ID: can't be set for a version of a document that is there already"
        raise unfit(text, "FirstPublishLocationId")


def check_published(tx: Transaction, row: Row, old: Row | None) -> None:
    """Whether a new file may be linked to where it is published first."""
    if old is None and row["FirstPublishLocationId"]:
        check_entity(tx, row["FirstPublishLocationId"])


def saved_version(tx: Transaction, row: Row, old: Row | None) -> None:
    """Makes the document of a first version, with its links, or has the document show what is now its latest."""
    document = _document(tx, row) if old is None else tx.org.store.get(row["ContentDocumentId"])
    if document is None or not row["IsLatest"]:
        return
    if old is None:
        for earlier in versions(tx.org, document["Id"]):
            if earlier["Id"] != row["Id"]:
                tx.org.store.put(VERSION, earlier | {"IsLatest": False})
        tx.org.store.put(VERSION, row | {"ContentDocumentId": document["Id"]})
    told = {name: row[name] for name in (*PARTS, "Title", "Description")}
    tx.org.store.put(DOCUMENT, document | told | tx.stamps() | {"LatestPublishedVersionId": row["Id"]})
    if old is None and not row["ContentDocumentId"]:
        _share(tx, document["Id"], row["OwnerId"], INFERRED)
        if row["FirstPublishLocationId"] not in (None, row["OwnerId"]):
            _share(tx, document["Id"], row["FirstPublishLocationId"], VIEWER)


def _document(tx: Transaction, row: Row) -> Row:
    found = tx.org.store.get(row["ContentDocumentId"]) if row["ContentDocumentId"] else None
    return found or tx.blank(tx.org.schema.objects[DOCUMENT]) | {"OwnerId": row["OwnerId"]}


# -- links


def _share(tx: Transaction, document_id: str, entity_id: str, share: str) -> None:
    """Links as the platform, whom nobody asks for permission."""
    row = tx.blank(tx.org.schema.objects[LINK])
    row |= {"ContentDocumentId": document_id, "LinkedEntityId": entity_id, "ShareType": share}
    tx.org.store.put(LINK, row)
    tell(tx, row["LinkedEntityId"])


def attach(tx: Transaction, message: Row) -> None:
    """Links the files that a new message brings along."""
    for document_id in message["ContentDocumentIds"]:
        _share(tx, document_id, message["Id"], VIEWER)


def check_link(tx: Transaction, row: Row, old: Row | None, changed: Collection[str]) -> None:
    if "ShareType" in changed and row["ShareType"] == INFERRED and ids.prefix(row["LinkedEntityId"]) == USER:
        raise errors.Refused("INSUFFICIENT_ACCESS_OR_READONLY", f"Invalid sharing type {INFERRED}", ("ShareType",))
    check_entity(tx, row["LinkedEntityId"])
    linked = [one["LinkedEntityId"] for one in links(tx.org, "ContentDocumentId", row["ContentDocumentId"])]
    if old is None and row["LinkedEntityId"] in linked:
        document, entity = row["ContentDocumentId"], row["LinkedEntityId"]
        text = f"Document with ID: {document} is already linked with the entity with ID: {entity}"
        raise errors.Refused("DUPLICATE_VALUE", text, ("LinkedEntityId",))


def check_unlinked(tx: Transaction, row: Row) -> None:
    check_entity(tx, row["LinkedEntityId"])


def check_entity(tx: Transaction, entity_id: str) -> None:
    if tx.org.access.records.get(entity_id) == "read":
        raise errors.read_only(NO_ACCESS)
    entity = tx.org.store.get(entity_id) or {}
    if ids.prefix(entity_id) == MESSAGE and not mail.may_relate(tx, entity):
        raise errors.read_only(NO_ACCESS)


def saved_link(tx: Transaction, row: Row, _: Row | None) -> None:
    tell(tx, row["LinkedEntityId"])


def gone_link(tx: Transaction, row: Row) -> None:
    tell(tx, row["LinkedEntityId"])


def tell(tx: Transaction, record_id: str | None) -> None:
    """Has a message say whether it has files."""
    entity = tx.org.store.get(record_id) if record_id and ids.prefix(record_id) == MESSAGE else None
    if record_id is None or entity is None or entity["IsDeleted"]:
        return
    attached = tx.org.store.having("Attachment", "ParentId", record_id)
    has = bool(attached or links(tx.org, "LinkedEntityId", record_id))
    if entity["HasAttachment"] is not has:
        tx.org.store.put("EmailMessage", entity | {"HasAttachment": has, "SystemModstamp": tx.stamp})
