"""Files that messages take along: put there before the message, known by our key, one request for each.

A message that was sent takes no file any more but from users with a right that few have, so files come first and the
message names them as it is made (EmailMessage, `ContentDocumentIds`). Our key is no unique one: Salesforce keeps the
fields of a file with each of its versions, and nobody who brings a newer version may be refused for it.

Object Reference, “ContentVersion”; REST API Developer Guide, “Insert or Update Blob Data”.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Any

from simple_salesforce.format import format_soql

from connectors.attachments import FileWrite
from connectors.errors import ConnectorError, ItemError
from connectors.records import Ref
from connectors.salesforce.client import RECORDS, STOPS, SalesforceClient
from connectors.salesforce.mapping import KEY, shortened, units

VERSION, DOCUMENT, BYTES = "ContentVersion", "ContentDocumentId", "VersionData"
LONGEST_TITLE, LONGEST_PATH, LONGEST_ENDING = 255, 500, 40
KNOWN = (
    "SELECT Syncapp_Key__c, ContentDocumentId FROM ContentVersion WHERE Syncapp_Key__c IN {} ORDER BY CreatedDate, Id"
)


def find(client: SalesforceClient, keys: Sequence[str]) -> dict[str, str]:
    """See `CrmConnector.find_files`."""
    found: dict[str, str] = {}
    for at in range(0, len(keys), RECORDS):
        (rows,) = client.queries([format_soql(KNOWN, list(keys[at : at + RECORDS]))])
        for row in rows:
            found.setdefault(row[KEY], row[DOCUMENT])
    return found


def upload(client: SalesforceClient, file: FileWrite) -> Ref | ItemError:
    """See `CrmConnector.upload`."""
    try:
        return Ref(id=client.upload(VERSION, version(file), BYTES, file.content))
    except ConnectorError as error:
        if error.failure.kind in STOPS:
            raise
        return ItemError(failure=error.failure)


def version(file: FileWrite) -> dict[str, Any]:
    """The record of a file. Its path is what Salesforce takes the kind from, so the ending stays whatever is cut."""
    name = _flat(file.name)
    ending = PurePosixPath(name).suffix
    ending = ending if len(ending) <= LONGEST_ENDING else ""
    stem = name.removesuffix(ending)
    return {
        KEY: file.key,
        "Title": shortened(stem, LONGEST_TITLE, ""),
        "PathOnClient": shortened(stem, LONGEST_PATH - units(ending), "") + ending,
    }


def _flat(name: str) -> str:
    """A name without what would make a path of it."""
    flat = "".join("_" if letter in "/\\:" or not letter.isprintable() else letter for letter in name)
    return flat.strip().rstrip(". ") or "file"
