"""Clients of Google's APIs share what makes their requests, and nothing that is somebody's."""

from __future__ import annotations

from typing import Any

import httplib2
import pytest
from googleapiclient.discovery import build_from_document

from connectors.google.client import CalendarClient, GmailClient, Http
from connectors.google.people_client import PeopleClient
from connectors.wire import Wire

ROOT = "https://google.example"
Asked = list[tuple[str, str]]  # whose token, and the address


class Recorder(Http):
    """Says nothing but where a request would have gone."""

    def __init__(self, whose: str, asked: Asked) -> None:
        super().__init__(token=whose, wire=Wire(hosts=frozenset({"google.example"})))
        self.whose, self.asked = whose, asked

    def request(self, uri: str, *args: Any, **kwargs: Any) -> tuple[httplib2.Response, bytes]:
        self.asked.append((self.whose, uri.partition("?")[0]))
        return httplib2.Response({"status": "200"}), b'{"historyId": "1", "labels": []}'


def test_an_api_is_built_once_however_many_mailboxes_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    built: list[str] = []

    def counted(document: Any, **how: Any) -> Any:
        built.append(document["name"])
        return build_from_document(document, **how)

    monkeypatch.setattr("connectors.google.client.build_from_document", counted)
    root = "https://once.google.example"  # which nobody else has asked for
    for _ in range(3):
        for kind in (GmailClient, CalendarClient, PeopleClient):
            kind(http=Recorder("ada", []), api_root=root)
    assert sorted(built) == ["calendar", "gmail", "people"]


def test_each_client_sends_by_its_own_account_to_its_own_address() -> None:
    asked: Asked = []
    ada = GmailClient(http=Recorder("ada", asked), api_root=ROOT)
    bob = GmailClient(http=Recorder("bob", asked), api_root="https://other.example/")
    ada.profile()
    bob.profile()
    ada.list_labels()
    path = "/gmail/v1/users/me"
    assert asked == [
        ("ada", f"{ROOT}{path}/profile"),
        ("bob", f"https://other.example{path}/profile"),
        ("ada", f"{ROOT}{path}/labels"),
    ]
