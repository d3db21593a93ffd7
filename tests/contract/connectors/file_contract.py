"""What every CRM connector promises about files. A subclass names its provider and gives a `stage`."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

import pytest

from connectors.attachments import FileWrite
from connectors.errors import ItemError, Kind
from connectors.protocol import CrmConnector
from connectors.records import Ref
from tests.contract.connectors.crm_contract import ids, key, message, refused
from tests.contract.connectors.stage import CrmStage, Trouble

BYTES = bytes(range(256))
ODD_NAMES = (
    "Übersicht Q1.pdf",
    "a/b\\c.pdf",
    'say "hi".txt',
    "line\r\nbreak.txt",
    "no ending",
    ".hidden",
    "",
    "x" * 900,
)


def file(name: str = "offer.pdf", content: bytes = BYTES, *, named: str = "") -> FileWrite:
    return FileWrite(key=named or key(), name=name, content=content)


def uploaded(connector: CrmConnector, write: FileWrite) -> str:
    """The id by which a message takes it along."""
    ids([connector.upload(write)])
    return connector.find_files([write.key])[write.key]


class FileContract:
    """Each test gets a CRM of its own."""

    provider: ClassVar[str]

    def test_an_uploaded_file_is_found_by_its_key_and_by_no_other(self, stage: CrmStage) -> None:
        connector, write = stage.open(), file()
        ids([connector.upload(write)])
        found = connector.find_files([write.key, key()])
        assert list(found) == [write.key]
        assert found[write.key]

    def test_nothing_is_found_where_nothing_was_uploaded(self, stage: CrmStage) -> None:
        assert stage.open().find_files([key()]) == {}

    def test_an_upload_and_a_look_are_one_request_each(self, stage: CrmStage) -> None:
        connector, write, before = stage.open(), file(), stage.calls()
        connector.upload(write)
        connector.find_files([write.key])
        assert stage.calls() - before == 2

    def test_a_message_takes_its_files_along(self, stage: CrmStage) -> None:
        connector = stage.open()
        taken = tuple(uploaded(connector, file(name)) for name in ("offer.pdf", "plan.txt"))
        write = replace(message(), files=taken)
        ids(connector.push([write]))
        assert stage.files_of(write.key) == {"offer.pdf": BYTES, "plan.txt": BYTES}

    def test_a_message_without_files_has_none(self, stage: CrmStage) -> None:
        write = message()
        ids(stage.open().push([write]))
        assert stage.files_of(write.key) == {}

    def test_each_message_has_its_own(self, stage: CrmStage) -> None:
        connector = stage.open()
        writes = [replace(message(), files=(uploaded(connector, file(f"{n}.txt")),)) for n in range(3)]
        ids(connector.push(writes))
        assert [list(stage.files_of(write.key)) for write in writes] == [["0.txt"], ["1.txt"], ["2.txt"]]

    def test_of_two_with_one_key_the_older_is_found(self, stage: CrmStage) -> None:
        connector, write = stage.open(), file("first.txt")
        first = uploaded(connector, write)
        ids([connector.upload(file("second.txt", named=write.key))])
        assert connector.find_files([write.key]) == {write.key: first}

    def test_after_a_lost_answer_the_file_is_found(self, stage: CrmStage) -> None:
        write = file()
        stage.lose_upload()
        refused(lambda: stage.open().upload(write))
        assert list(stage.open().find_files([write.key])) == [write.key]

    def test_a_file_that_was_deleted_is_not_found(self, stage: CrmStage) -> None:
        connector, write = stage.open(), file()
        stage.delete_file(uploaded(connector, write))
        assert connector.find_files([write.key]) == {}

    def test_a_message_with_a_file_that_is_gone_is_not_made(self, stage: CrmStage) -> None:
        connector = stage.open()
        document = uploaded(connector, file())
        stage.delete_file(document)
        (result,) = connector.push([replace(message(), files=(document,))])
        assert isinstance(result, ItemError)
        assert (result.failure.kind, stage.records()) == (Kind.NOT_FOUND, {})

    @pytest.mark.parametrize("name", ODD_NAMES, ids=range(len(ODD_NAMES)))
    def test_no_name_is_too_odd(self, stage: CrmStage, name: str) -> None:
        assert isinstance(stage.open().upload(file(name)), Ref)

    def test_many_keys_at_once(self, stage: CrmStage) -> None:
        connector, write = stage.open(), file()
        document = uploaded(connector, write)
        assert connector.find_files([*(key() for _ in range(250)), write.key]) == {write.key: document}

    @pytest.mark.parametrize("why", ["too large", "blocked", "no room"])
    def test_a_file_that_is_refused_says_why_and_hurts_no_other(self, stage: CrmStage, why: str) -> None:
        connector = stage.open()
        stage.refuse_files(why)
        result = connector.upload(file("offer.exe", BYTES * 8))
        assert isinstance(result, ItemError)
        assert result.failure.code == REFUSED[why]
        ids(connector.push([message()]))

    @pytest.mark.parametrize("trouble", Trouble)
    def test_what_concerns_the_call_is_raised(self, stage: CrmStage, trouble: Trouble) -> None:
        connector = stage.open()
        stage.strike(trouble)
        assert refused(lambda: connector.upload(file())).kind in (Kind.RATE_LIMITED, Kind.TRANSIENT)

    @pytest.mark.parametrize("how", ["expired", "revoked"])
    def test_an_access_that_ended_is_raised(self, stage: CrmStage, how: str) -> None:
        connector = stage.open()
        stage.end_access(how)
        assert refused(lambda: connector.upload(file())).kind is Kind.AUTH


REFUSED = {
    "too large": "salesforce.FILE_TOO_LARGE",
    "blocked": "salesforce.FILE_KIND_BLOCKED",
    "no room": "salesforce.STORAGE_LIMIT_EXCEEDED",
}
