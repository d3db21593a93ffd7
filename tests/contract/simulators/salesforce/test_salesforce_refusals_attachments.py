"""What is refused of attachments, seen through the plain library."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contract.simulators.salesforce.bench import Bench, Case, case

CLOSED = "INSUFFICIENT_ACCESS_OR_READONLY"
NO_ACCESS = "You do not have the level of access necessary to perform the operation you requested. *"
WRITE = (
    "Unable to create/update fields: {}. Please check the security settings of this field "
    "and verify that it is read/write for your profile or permission set."
)


def attached(b: Bench, parent: str = "", **fields: Any) -> Any:
    """`sf.Attachment.create` of a small text, for a new contact if not for `parent`."""
    sent = {"ParentId": parent or b.make("Contact"), "Name": "a.txt", "Body": "YQ==", **fields}
    return b.sf.Attachment.create({name: value for name, value in sent.items() if value is not None})


def missing(name: str) -> Case:
    text = f"Required fields are missing: [{name}]"
    return case(lambda b: attached(b, "", **dict.fromkeys([name])), 400, "REQUIRED_FIELD_MISSING", text, (name,))


def limited(b: Bench, name: str = "a.txt", **limits: Any) -> object:
    b.control("files", **limits)
    return attached(b, Name=name)


def for_reading(b: Bench) -> str:
    contact = b.make("Contact")
    b.control("record-access", id=contact, access="read")
    return contact


def kept(b: Bench) -> object:
    return b.sf.Attachment.delete(b.make("Attachment", ParentId=b.message()["id"], Name="a.txt", Body="YQ=="))


CASES: dict[str, Case] = {
    "attachment-no-parent": missing("ParentId"),
    "attachment-no-body": missing("Body"),
    "attachment-no-name": missing("Name"),
    "attachment-of-user": case(
        lambda b: attached(b, b.sim.org.integration_user),
        400,
        "MALFORMED_ID",
        "Parent ID: id value of incorrect type: 005*",
        ("ParentId",),
    ),
    "attachment-moved": case(
        lambda b: b.sf.Attachment.update(attached(b)["id"], {"ParentId": b.make("Contact")}),
        400,
        "INVALID_FIELD_FOR_INSERT_UPDATE",
        WRITE.format("ParentId"),
        ("ParentId",),
    ),
    "attachment-too-large": case(
        lambda b: limited(b, attachment=0),
        400,
        "MAXIMUM_SIZE_OF_ATTACHMENT",
        "attachment data exceeded maximum size",
        ("BodyLength",),
    ),
    "attachment-html": case(
        lambda b: limited(b, "Page.HTM", blocked=["htm"]),
        400,
        "HTML_FILE_UPLOAD_NOT_ALLOWED",
        "Your company doesn't support the following file types: .htm",
        (),
    ),
    "attachment-storage": case(
        lambda b: limited(b, full=True), 403, "STORAGE_LIMIT_EXCEEDED", "storage limit exceeded", ()
    ),
    "attachment-of-sent": case(lambda b: attached(b, b.message()["id"]), 403, CLOSED, NO_ACCESS, ()),
    "attachment-read-only": case(lambda b: attached(b, for_reading(b)), 403, CLOSED, NO_ACCESS, ()),
    "attachment-of-sent-kept": case(kept, 403, CLOSED, NO_ACCESS, ()),
}


@pytest.mark.parametrize("name", CASES)
def test_an_attachment_is_refused(bench: Bench, name: str) -> None:
    CASES[name].check(bench)
