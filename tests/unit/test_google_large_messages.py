"""A message that is too large for a batch is read by its headers, and its trouble is its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import pytest

from connectors import network
from connectors.errors import ConnectorError, Failure, ItemError, Kind
from connectors.google import connector
from connectors.google.links import Sites
from connectors.memory import failure
from connectors.records import Flag, Ref, Resource
from connectors.wire import Wire

GONE = failure("google.notFound", Kind.NOT_FOUND, "Requested entity was not found.")
ENDED = failure("google.authError", Kind.AUTH, "Invalid Credentials")


class Large:
    """A mailbox in which every answer with a whole message is too large."""

    refusal: ClassVar[Failure | None] = None

    def __init__(self, **_: object) -> None:
        pass

    def raw_messages(self, ids: Sequence[str]) -> list[Any]:
        raise network.error("ANSWER_TOO_LARGE", "gmail", status=200)

    def message_headers(self, message_id: str) -> dict[str, Any]:
        if self.refusal and message_id == "m2":
            raise ConnectorError(self.refusal)
        return {"payload": {"headers": [{"name": "Subject", "value": message_id}]}}


def mailbox() -> connector.GoogleConnector:
    nowhere = Sites(
        mail_api="",
        mail_web="",
        calendar_api="",
        calendar_web="",
        tasks_api="",
        tasks_web="",
        contacts_api="",
        contacts_web="",
    )
    return connector.GoogleConnector(
        address="a@b.example", token="t", sites=nowhere, wire=Wire(hosts=frozenset()), largest_message=1
    )


@pytest.fixture(autouse=True)
def _large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connector, "GmailClient", Large)


def read() -> list[Any]:
    return mailbox().get(Resource.EMAIL, [Ref(id="m1"), Ref(id="m2"), Ref(id="m3")])


def test_each_is_known_by_its_headers() -> None:
    assert [(each.subject, each.flags) for each in read()] == [
        (name, frozenset({Flag.OVERSIZED})) for name in ("m1", "m2", "m3")
    ]


def test_one_that_is_gone_by_then_is_gone_and_no_failure_of_the_mailbox(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Large, "refusal", GONE)
    one, two, three = read()
    assert (one.subject, two, three.subject) == ("m1", ItemError(failure=GONE), "m3")


def test_a_token_that_ended_concerns_them_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Large, "refusal", ENDED)
    with pytest.raises(ConnectorError):
        read()
