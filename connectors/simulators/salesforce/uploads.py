"""Bodies that carry bytes: a file beside its record in one multipart request, and the bytes of a version read back.

REST API Developer Guide, "Insert or Update Blob Data": the part of the record is JSON, the other is named after the
field that it fills and has a file name. A JSON body has at most 52,428,800 bytes (recorded in
github.com/forcedotcom/SFDX-Data-Move-Utility, issue 321).
"""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from email.message import Message
from email.parser import BytesParser
from email.policy import HTTP

from connectors.simulators.salesforce import checks, errors
from connectors.simulators.salesforce.answers import Answer, Parts, sobject_of
from connectors.simulators.salesforce.org import Org
from connectors.simulators.salesforce.transaction import Transaction
from connectors.simulators.simulator import Request

MULTIPART = "multipart/form-data"
BLOBS = {"ContentVersion": "VersionData", "Attachment": "Body"}


def check_size(org: Org, request: Request) -> None:
    if len(request.body) > org.largest_body:
        text = f"Maximum size of request reached. Maximum size of request is {org.largest_body} bytes."
        raise errors.Refused("EXCEEDED_MAX_SIZE_REQUEST", text, None)


def unpacked(request: Request) -> Request:
    """A multipart request as the JSON request that means the same. Raises Refused."""
    parts = _parts(request)
    records = [part for part in parts if part.get_content_type() == "application/json"]
    blobs = [part for part in parts if part.get_filename()]
    if len(records) != 1 or len(blobs) != 1:
        raise errors.Refused("INVALID_MULTIPART_REQUEST", "Multipart request must have a record and a blob", None)
    try:
        record = json.loads(_content(records[0]))
    except ValueError:
        raise errors.unparsable("Unexpected character at [line:1, column:1]") from None
    named = str(blobs[0].get_param("name", "", "content-disposition"))
    body = json.dumps({**record, named: base64.b64encode(_content(blobs[0])).decode()})
    return replace(request, body=body.encode(), headers={**request.headers, "content-type": "application/json"})


def _parts(request: Request) -> list[Message]:
    head = f"Content-Type: {request.headers['content-type']}\r\n\r\n".encode()
    found = BytesParser(policy=HTTP).parsebytes(head + request.body).get_payload()
    return [part for part in found if isinstance(part, Message)] if isinstance(found, list) else []


def _content(part: Message) -> bytes:
    found = part.get_payload(decode=True)
    return found if isinstance(found, bytes) else b""


def read_version(tx: Transaction, _: Request, parts: Parts) -> Answer:
    return _bytes(tx, "ContentVersion", parts["id"])


def read_attachment(tx: Transaction, _: Request, parts: Parts) -> Answer:
    return _bytes(tx, "Attachment", parts["id"])


def _bytes(tx: Transaction, name: str, record_id: str) -> Answer:
    row = checks.find(tx, sobject_of(tx, {"object": name}), record_id)
    return Answer(raw=tx.org.blobs.get(row["Id"], b""))
