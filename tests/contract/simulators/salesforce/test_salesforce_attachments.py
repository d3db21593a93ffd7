"""Attachments, the older kind of file, done with the plain library against the simulator."""

from __future__ import annotations

import json

import pytest

from tests.contract.simulators.salesforce.bench import ROOT, Bench, works
from tests.contract.simulators.salesforce.test_salesforce_refusals_attachments import attached

BYTES = bytes(range(256))


@pytest.mark.parametrize("name", ["Account", "Contact", "Lead", "Case", "Event", "Task"])
def test_an_attachment_belongs_to_one_record(bench: Bench, name: str) -> None:
    parent = bench.make(name)
    attached(bench, parent, ContentType="text/plain")
    soql = f"SELECT Name, BodyLength, ContentType, ParentId FROM Attachment WHERE ParentId = '{parent}'"
    (found,) = bench.sf.query(soql)["records"]
    assert (found["Name"], found["BodyLength"], found["ContentType"]) == ("a.txt", 1, "text/plain")


def test_its_bytes_are_read_from_their_address_and_can_be_replaced(bench: Bench) -> None:
    made = attached(bench)["id"]
    address = bench.sf.Attachment.get(made)["Body"]
    before = bench.send("GET", address).content
    bench.sf.Attachment.update(made, {"Body": "YmI="})
    assert address == f"{ROOT}/sobjects/Attachment/{made}/Body"
    assert (before, bench.send("GET", address).content, bench.row(made)["BodyLength"]) == (b"a", b"bb", 2)


def test_a_new_name_leaves_the_bytes_alone(bench: Bench) -> None:
    made = attached(bench)["id"]
    bench.sf.Attachment.update(made, {"Name": "b.txt"})
    assert bench.send("GET", bench.row(made)["Body"]).content == b"a"


def test_an_attachment_comes_beside_its_record_in_parts(bench: Bench) -> None:
    record = {"Name": "offer.pdf", "ParentId": bench.make("Contact")}
    parts = {
        "entity_document": (None, json.dumps(record), "application/json"),
        "Body": ("offer.pdf", BYTES, "application/pdf"),
    }
    made = bench.send("POST", "sobjects/Attachment", files=parts).json()["id"]
    assert bench.send("GET", f"sobjects/Attachment/{made}/Body").content == BYTES


def test_a_draft_that_has_one_says_so_until_it_is_gone(bench: Bench) -> None:
    message = bench.message(Status="5", ParentId=bench.case()["id"])["id"]
    made = attached(bench, message)["id"]
    has = bench.row(message)["HasAttachment"]
    bench.sf.Attachment.delete(made)
    assert (has, bench.row(message)["HasAttachment"]) == (True, False)


def test_a_deleted_message_takes_its_attachments_along(bench: Bench) -> None:
    message = bench.message(Status="5", ParentId=bench.case()["id"])["id"]
    made = attached(bench, message)["id"]
    bench.sf.EmailMessage.delete(message)
    assert bench.row(made)["IsDeleted"] is True


def test_only_pages_are_blocked(bench: Bench) -> None:
    bench.control("files", blocked=["txt"])
    assert works(lambda: attached(bench))


@pytest.mark.parametrize("path", ["Contact/{}/Body", "Attachment/{}/VersionData"])
def test_nothing_else_has_bytes(bench: Bench, path: str) -> None:
    assert bench.send("GET", f"sobjects/{path.format(attached(bench)['id'])}").status_code == 404
