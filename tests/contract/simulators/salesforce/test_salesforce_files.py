"""Files, done with the plain library against the simulator."""

from __future__ import annotations

import hashlib
import json
from base64 import b64encode
from typing import Any

import pytest

from tests.contract.simulators.salesforce.bench import ROOT, Bench, works

BYTES = bytes(range(256))


def linked(b: Bench, document: str) -> list[tuple[str, str]]:
    """(record, share type) of the links of a document."""
    soql = f"SELECT LinkedEntityId, ShareType FROM ContentDocumentLink WHERE ContentDocumentId = '{document}'"
    return [(r["LinkedEntityId"], r["ShareType"]) for r in b.sf.query(soql)["records"]]


def link(b: Bench, document: str, record: str) -> Any:
    return b.sf.ContentDocumentLink.create({"ContentDocumentId": document, "LinkedEntityId": record})


def version(b: Bench, document: str) -> Any:
    soql = f"SELECT FIELDS(STANDARD) FROM ContentVersion WHERE ContentDocumentId = '{document}' AND IsLatest = true"
    return b.sf.query(soql)["records"][0]


def test_a_version_knows_its_size_kind_and_checksum(bench: Bench) -> None:
    found = version(bench, bench.file(BYTES, PathOnClient="C:\\mail\\Offer.PDF"))
    told = ("Title", "FileExtension", "FileType", "ContentSize", "VersionNumber", "Checksum")
    assert [found[name] for name in told] == ["Offer.PDF", "PDF", "PDF", 256, "1", hashlib.md5(BYTES).hexdigest()]


def test_the_bytes_are_read_from_the_address_that_a_query_gives(bench: Bench) -> None:
    found = version(bench, bench.file(BYTES))
    assert found["VersionData"] == f"{ROOT}/sobjects/ContentVersion/{found['Id']}/VersionData"
    answer = bench.send("GET", found["VersionData"])
    assert (answer.status_code, answer.content) == (200, BYTES)


def test_an_empty_file_is_a_file(bench: Bench) -> None:
    assert version(bench, bench.file(b"", PathOnClient="empty"))["ContentSize"] == 0


def test_a_file_comes_beside_its_record_in_parts(bench: Bench) -> None:
    contact = bench.make("Contact")
    record = {"PathOnClient": "offer.pdf", "Title": "Offer ü", "FirstPublishLocationId": contact}
    parts = {
        "entity_content": (None, json.dumps(record), "application/json"),
        "VersionData": ("offer.pdf", BYTES, "application/octet-stream"),
    }
    answer = bench.send("POST", "sobjects/ContentVersion", files=parts)
    row = bench.row(answer.json()["id"])
    assert (answer.status_code, row["Title"], row["ContentSize"]) == (201, "Offer ü", 256)
    assert bench.send("GET", row["VersionData"]).content == BYTES


def test_parts_are_not_held_to_the_size_of_json(bench: Bench) -> None:
    bench.control("files", body=1000)
    parts = {
        "entity_content": (None, '{"PathOnClient": "a"}', "application/json"),
        "VersionData": ("a", b"x" * 2000, "application/octet-stream"),
    }
    assert bench.send("POST", "sobjects/ContentVersion", files=parts).status_code == 201
    assert not works(lambda: bench.file(b"x" * 2000))


def test_other_objects_take_no_parts(bench: Bench) -> None:
    parts = {"entity_content": (None, "{}", "application/json")}
    assert bench.send("POST", "sobjects/Contact", files=parts).status_code == 415


def test_a_file_belongs_to_its_owner_and_to_where_it_is_published(bench: Bench) -> None:
    contact = bench.make("Contact")
    document = bench.file(FirstPublishLocationId=contact)
    assert linked(bench, document) == [(bench.sim.org.integration_user, "I"), (contact, "V")]


def test_a_second_version_is_the_latest(bench: Bench) -> None:
    document = bench.file(Title="First")
    assert bench.file(b"other", Title="Second", ContentDocumentId=document) == document
    rows = bench.rows("ContentVersion")
    assert [(row["VersionNumber"], row["IsLatest"]) for row in rows] == [("1", False), ("2", True)]
    read = bench.sf.ContentDocument.get(document)
    assert (read["Title"], read["ContentSize"], read["LatestPublishedVersionId"]) == ("Second", 5, rows[1]["Id"])


def test_a_renamed_version_renames_its_document(bench: Bench) -> None:
    document = bench.file()
    bench.sf.ContentVersion.update(bench.rows("ContentVersion")[0]["Id"], {"Title": "Renamed"})
    assert bench.row(document)["Title"] == "Renamed"


@pytest.mark.parametrize("name", ["Account", "Contact", "Lead", "Case", "Event", "Task"])
def test_a_file_is_linked_to_a_record(bench: Bench, name: str) -> None:
    record = bench.make(name)
    link(bench, bench.file(Title="Offer"), record)
    soql = f"SELECT ContentDocument.Title FROM ContentDocumentLink WHERE LinkedEntityId IN ('{record}')"
    assert [r["ContentDocument"]["Title"] for r in bench.sf.query(soql)["records"]] == ["Offer"]


def test_a_message_brings_its_files_along(bench: Bench) -> None:
    documents = [bench.file(), bench.file()]
    message = bench.message(ContentDocumentIds=documents)["id"]
    assert all((message, "V") in linked(bench, document) for document in documents)
    assert bench.row(message)["HasAttachment"] is True


def test_a_message_without_files_has_none(bench: Bench) -> None:
    assert bench.row(bench.message()["id"])["HasAttachment"] is False


def test_with_the_permission_a_sent_message_gets_and_loses_a_file(bench: Bench) -> None:
    bench.control("permission", name="UpdateEmailMessages")
    message = bench.message()["id"]
    made = link(bench, bench.file(), message)["id"]
    has = bench.row(message)["HasAttachment"]
    bench.sf.ContentDocumentLink.delete(made)
    assert (has, bench.row(message)["HasAttachment"]) == (True, False)


def test_a_draft_takes_a_file_without_it(bench: Bench) -> None:
    message = bench.message(Status="5", ParentId=bench.case()["id"])["id"]
    assert works(lambda: link(bench, bench.file(), message))


def test_a_deleted_document_takes_versions_and_links_along(bench: Bench) -> None:
    message = bench.message(ContentDocumentIds=[document := bench.file()])["id"]
    bench.sf.ContentDocument.delete(document)
    assert bench.rows("ContentVersion") == bench.rows("ContentDocumentLink") == []
    assert bench.row(message)["HasAttachment"] is False


def test_a_deleted_message_leaves_its_files(bench: Bench) -> None:
    message = bench.message(ContentDocumentIds=[document := bench.file()])["id"]
    bench.sf.EmailMessage.delete(message)
    assert linked(bench, document) == [(bench.sim.org.integration_user, "I")]
    assert bench.row(document)["IsDeleted"] is False


def test_a_collection_makes_several_files(bench: Bench) -> None:
    record = {"attributes": {"type": "ContentVersion"}, "PathOnClient": "a", "VersionData": b64encode(b"a").decode()}
    assert [r["success"] for r in bench.collection(record, record)] == [True, True]
    assert len(bench.rows("ContentDocument")) == 2


def test_what_a_switch_of_files_does_not_name_stays(bench: Bench) -> None:
    bench.control("files", blocked=["exe", ".BAT"], file=10)
    assert bench.control("files", full=True) == {
        "body": 52_428_800,
        "file": 10,
        "attachment": 26_214_400,
        "full": True,
        "blocked": ["bat", "exe"],
        "broken": "",
    }


def test_an_error_that_files_never_have_is_refused_with_a_sentence(bench: Bench) -> None:
    with pytest.raises(ValueError, match="no error of files"):
        bench.control("files", broken="REQUEST_LIMIT_EXCEEDED")


def test_a_file_without_an_extension_is_not_blocked(bench: Bench) -> None:
    bench.control("files", blocked=["txt"])
    assert works(lambda: bench.file(PathOnClient="README"))


def test_the_room_for_files_is_told(bench: Bench) -> None:
    bench.control("files", full=True)
    limits = bench.sf.limits()
    assert (limits["FileStorageMB"]["Remaining"], limits["DataStorageMB"]["Remaining"] > 0) == (0, True)
