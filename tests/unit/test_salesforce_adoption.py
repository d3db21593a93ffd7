"""A key that is taken leads to the record that has it, in whatever words Salesforce says so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import pytest

from connectors.errors import ItemError
from connectors.records import EmailWrite, Ref
from connectors.salesforce import connector
from connectors.wire import Wire
from tests.builders import email

WRITE = EmailWrite(key="k1", email=email(), incoming=True)


class Taken:
    """An org that says of every record that it has it already."""

    words: ClassVar[str] = ""
    rows: ClassVar[list[dict[str, Any]]] = []

    def __init__(self, **_: object) -> None:
        pass

    def create(self, records: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        error = {"statusCode": "DUPLICATE_VALUE", "message": self.words, "fields": []}
        return [{"success": False, "errors": [error]} for _ in records]

    def queries(self, statements: Sequence[str]) -> list[list[dict[str, Any]]]:
        return [self.rows for _ in statements]

    def last(self) -> None:
        return None


def pushed(monkeypatch: pytest.MonkeyPatch, words: str, rows: list[dict[str, Any]]) -> Any:
    monkeypatch.setattr(connector, "SalesforceClient", Taken)
    monkeypatch.setattr(Taken, "words", words)
    monkeypatch.setattr(Taken, "rows", rows)
    org = connector.SalesforceConnector(token="t", instance_url="", version="66.0", wire=Wire(hosts=frozenset()))
    (result,) = org.push([WRITE])
    return result


@pytest.mark.parametrize(
    "words",
    [
        "duplicate value found: Syncapp_Key__c duplicates value on record with id: 02s000000000001",
        "duplicate value found: <unknown> duplicates value on record with id: <unknown>",  # two writes at once
        "Doppelter Wert gefunden: Syncapp_Key__c dupliziert den Wert im Datensatz mit der ID: 02s000000000001",
    ],
)
def test_the_record_that_has_the_key_is_adopted(monkeypatch: pytest.MonkeyPatch, words: str) -> None:
    assert pushed(monkeypatch, words, [{"Id": "02s1", "Syncapp_Key__c": "k1"}]) == Ref(id="02s1")


def test_where_no_record_has_the_key_another_value_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    result = pushed(
        monkeypatch, "duplicate value found: Number__c duplicates value on record with id: 02s000000000001", []
    )
    assert isinstance(result, ItemError)
    assert result.failure.evidence["field"] == "Number__c"
