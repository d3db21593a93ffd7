"""What is peculiar to Attachment: its bytes, their size, and the messages that have some."""

from __future__ import annotations

import base64
from collections.abc import Collection

from connectors.simulators.salesforce import errors, files
from connectors.simulators.salesforce.store import Row
from connectors.simulators.salesforce.transaction import Transaction

NAME, BODY = "Attachment", "Body"


def derive(tx: Transaction, row: Row, _: Row | None, changed: Collection[str]) -> Row:
    """The row with the address of its bytes and their number. Raises Refused for too many, and for a blocked page."""
    if BODY not in changed or row[BODY] is None:
        return row
    given = base64.b64decode(row[BODY])
    if not tx.system:
        files.check_kind(tx.org, str(row["Name"] or "").rpartition(".")[2].lower(), pages=True)
        _check_size(tx, len(given))
    tx.org.blobs[row["Id"]] = given
    return row | {BODY: f"{tx.record_url(NAME, row['Id'])}/{BODY}", "BodyLength": len(given)}


def _check_size(tx: Transaction, size: int) -> None:
    if size > tx.org.largest_attachment:
        raise errors.Refused("MAXIMUM_SIZE_OF_ATTACHMENT", "attachment data exceeded maximum size", ("BodyLength",))
    if tx.org.files_full:
        raise errors.Refused("STORAGE_LIMIT_EXCEEDED", "storage limit exceeded")


def check(tx: Transaction, row: Row, _: Row | None, __: Collection[str]) -> None:
    files.check_entity(tx, row["ParentId"])


def saved(tx: Transaction, row: Row, _: Row | None) -> None:
    files.tell(tx, row["ParentId"])


def check_kept(tx: Transaction, row: Row) -> None:
    files.check_entity(tx, row["ParentId"])


def gone(tx: Transaction, row: Row) -> None:
    files.tell(tx, row["ParentId"])
