"""Google's document decides which requests there are, and which fields an answer may be narrowed to."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.simulators.google import discovery, fields
from connectors.simulators.google.answers import ApiError
from connectors.simulators.google.labels import palette

GMAIL = discovery.load("gmail", "v1")


@pytest.mark.parametrize(
    ("http", "path", "method"),
    [
        ("GET", "/gmail/v1/users/me/messages/17", "gmail.users.messages.get"),
        ("POST", "/gmail/v1/users/me/messages/import", "gmail.users.messages.import"),
        ("POST", "/gmail/v1/users/me/messages/batchModify", "gmail.users.messages.batchModify"),
        ("POST", "/upload/gmail/v1/users/me/messages", "gmail.users.messages.insert"),
        ("GET", "/gmail/v1/users/a@b.example/messages/17/attachments/x", "gmail.users.messages.attachments.get"),
    ],
)
def test_a_path_leads_to_its_method(http: str, path: str, method: str) -> None:
    found = GMAIL.route(http, path)
    assert found
    assert found[0].id == method


@pytest.mark.parametrize(
    ("http", "path"),
    [
        ("GET", "/gmail/v1/users/me/messages/"),
        ("GET", "/gmail/v2/users/me/messages"),
        ("PATCH", "/gmail/v1/users/me/messages/17"),
        ("GET", "/gmail/v1/users/me/messages/1/2"),
    ],
)
def test_what_is_not_declared_leads_nowhere(http: str, path: str) -> None:
    assert GMAIL.route(http, path) is None


def test_an_api_without_a_document_is_unknown() -> None:
    with pytest.raises(LookupError):
        discovery.load("gmail", "v99")


def method(name: str) -> discovery.Method:
    return next(m for m in GMAIL.methods if m.id == f"gmail.users.{name}" and not m.upload)


def test_parameters_are_typed_and_have_their_defaults() -> None:
    bound = discovery.bind(method("messages.list"), {"labelIds": ["A", "B"], "includeSpamTrash": ["true"]})
    assert (bound["labelIds"], bound["includeSpamTrash"], bound["maxResults"]) == (["A", "B"], True, 100)
    assert (bound["q"], bound["pageToken"], bound["fields"]) == ("", "", "")


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("messages.list", {"maxResults": "-1"}),
        ("messages.list", {"maxResults": "4294967296"}),
        ("messages.list", {"includeSpamTrash": "yes"}),
        ("messages.get", {"format": "FULL"}),
        ("history.list", {"startHistoryId": "-5"}),
        ("history.list", {"startHistoryId": "18446744073709551616"}),
        ("messages.list", {"max_results": "5"}),
    ],
)
def test_a_value_of_the_wrong_type_is_refused(name: str, query: dict[str, str]) -> None:
    with pytest.raises(ApiError) as caught:
        discovery.bind(method(name), {k: [v] for k, v in query.items()})
    assert (caught.value.status, caught.value.reason) == (400, "invalid")


@pytest.mark.parametrize(
    ("name", "body", "field"),
    [
        ("labels.create", b'{"nmae": "x"}', "label"),
        ("labels.create", b'{"name": ["x"]}', "label.name"),
        ("labels.create", b'{"labelListVisibility": "show"}', "label.label_list_visibility"),
        ("labels.create", b'{"color": "red"}', "label.color"),
        ("labels.create", b'{"color": {"textColour": "#000000"}}', "label.color"),
        ("messages.modify", b'{"addLabelIds": "A"}', "add_label_ids"),
        ("messages.modify", b'{"addLabelIds": ["A", 7]}', "add_label_ids[1]"),
    ],
)
def test_a_body_that_is_not_declared_is_refused_where_it_differs(name: str, body: bytes, field: str) -> None:
    with pytest.raises(ApiError) as caught:
        discovery.parse_body(GMAIL, method(name), body)
    assert caught.value.details[0]["fieldViolations"][0]["field"] == field


@pytest.mark.parametrize("body", [b"{", b"[]", b"\xff", b'"text"', b"name=x"])
def test_a_body_that_is_no_json_object_is_refused(body: bytes) -> None:
    with pytest.raises(ApiError) as caught:
        discovery.parse_body(GMAIL, method("labels.create"), body)
    assert caught.value.message.startswith("Invalid JSON payload received.")


def test_numbers_may_be_texts_and_nothing_may_be_null() -> None:
    body = b'{"raw": "YQ==", "internalDate": "5", "historyId": 7, "labelIds": null}'
    assert discovery.parse_body(GMAIL, method("messages.insert"), body)["internalDate"] == "5"


def test_the_palette_has_the_colours_of_our_labels() -> None:
    assert {"#fb4c2f", "#ffffff", "#000000"} <= palette()
    assert len(palette()) > 80


# -- Partial answers

ANSWER: dict[str, Any] = {
    "messages": [{"id": "1", "threadId": "1"}, {"id": "2", "threadId": "2"}],
    "nextPageToken": "9",
    "resultSizeEstimate": 2,
}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("nextPageToken", {"nextPageToken": "9"}),
        ("messages/id", {"messages": [{"id": "1"}, {"id": "2"}]}),
        ("messages(id),nextPageToken", {"messages": [{"id": "1"}, {"id": "2"}], "nextPageToken": "9"}),
        ("messages(id, threadId)", {"messages": ANSWER["messages"]}),
        ("messages/id,messages/threadId", {"messages": ANSWER["messages"]}),
        ("*", ANSWER),
        ("*/id", ANSWER | {"messages": [{"id": "1"}, {"id": "2"}]}),
        ("messages(id),messages(threadId)", {"messages": ANSWER["messages"]}),
        ("messages/*", {"messages": ANSWER["messages"]}),
    ],
)
def test_fields_choose(text: str, found: dict[str, Any]) -> None:
    assert fields.select(fields.parse(text, GMAIL, "ListMessagesResponse"), ANSWER) == found


@pytest.mark.parametrize(
    "text", ["colour", "messages(colour)", "messages(id", "messages)", "a,,b", ",", "messages/", "§"]
)
def test_fields_that_are_not_there_are_refused(text: str) -> None:
    with pytest.raises(ApiError):
        fields.parse(text, GMAIL, "ListMessagesResponse")
