from __future__ import annotations

import base64
from datetime import UTC, datetime
from typing import Any

import pytest

from connectors.google import mapping
from connectors.google.links import message_url
from connectors.records import Flag, Label, Ref, RemoteChange

RAW = b"From: Ann <ann@x.example>\r\nSubject: Hi?>\r\nMessage-ID: <1@x>\r\n\r\nwords\xff\xfe\r\n"


def said(raw: bytes = RAW, **more: Any) -> dict[str, Any]:
    encoded = base64.urlsafe_b64encode(raw).decode()
    return {"raw": encoded, "internalDate": "1772443800123", "threadId": "t7", "labelIds": ["INBOX"]} | more


def test_a_message_is_read_out_of_its_bytes() -> None:
    message = mapping.message(said(), largest=10_000)
    assert (message.subject, message.message_id, message.thread) == ("Hi?>", "1@x", "t7")


@pytest.mark.parametrize("tail", [b"", b"x", b"xy"])  # no padding, two marks of it, one
def test_the_base64_may_lack_its_padding(tail: bytes) -> None:
    answer = said(RAW + tail)
    bare = answer | {"raw": answer["raw"].rstrip("=")}
    assert mapping.message(bare, largest=10_000) == mapping.message(answer, largest=10_000)


def test_without_a_date_of_its_own_a_message_has_the_day_it_came() -> None:
    assert mapping.message(said(), largest=10_000).date == datetime(2026, 3, 2, 9, 30, 0, 123_000, tzinfo=UTC)


@pytest.mark.parametrize(
    ("labels", "flags"),
    [
        ([], set()),
        (["INBOX", "IMPORTANT", "Label_7"], set()),
        (["DRAFT"], {Flag.DRAFT}),
        (["SPAM", "UNREAD"], {Flag.SPAM}),
        (["TRASH", "SENT"], {Flag.TRASH, Flag.SENT}),
    ],
)
def test_labels_that_rules_go_by_become_flags(labels: list[str], flags: set[Flag]) -> None:
    assert mapping.message(said(labelIds=labels), largest=10_000).flags == flags


@pytest.mark.parametrize("kind", ["labelsAdded", "labelsRemoved"])
def test_labels_that_nobody_watches_are_no_change(kind: str) -> None:
    assert mapping.changed({"history": [record(**{kind: ("a", ["Label_7"])})]}) == ()


@pytest.mark.parametrize("largest", [len(RAW), 1])
def test_a_message_has_the_ids_of_its_labels_whether_it_was_read_whole_or_not(largest: int) -> None:
    message = mapping.message(said(labelIds=["INBOX", "Label_7"]), largest=largest)
    assert message.labels == {"INBOX", "Label_7"}


@pytest.mark.parametrize(
    ("label_id", "name", "shown"),
    [
        ("Label_7", "Private", "Private"),
        ("INBOX", "INBOX", "INBOX"),
        ("CATEGORY_PROMOTIONS", "CATEGORY_PROMOTIONS", "Promotions"),
        ("CATEGORY_PERSONAL", "CATEGORY_PERSONAL", "Primary"),
    ],
)
def test_labels_have_the_names_that_people_see(label_id: str, name: str, shown: str) -> None:
    assert mapping.labels({"labels": [{"id": label_id, "name": name}]}) == [Label(id=label_id, name=shown)]


@pytest.mark.parametrize(("largest", "oversized"), [(len(RAW), False), (len(RAW) - 1, True)])
def test_larger_than_allowed_leaves_the_headers(largest: int, oversized: bool) -> None:
    message = mapping.message(said(), largest=largest)
    assert (Flag.OVERSIZED in message.flags, message.text == "", message.subject) == (oversized, oversized, "Hi?>")


def test_headers_that_were_read_alone_are_pairs() -> None:
    answer = {"payload": {"headers": [{"name": "Subject", "value": "Hi"}, {"name": "To", "value": "b@x.example"}]}}
    assert mapping.header_pairs(answer) == [("Subject", "Hi"), ("To", "b@x.example")]


def test_a_message_without_headers_has_none() -> None:
    assert mapping.header_pairs({}) == []


@pytest.mark.parametrize(("answer", "ids"), [({}, []), ({"messages": [{"id": "a"}, {"id": "b"}]}, ["a", "b"])])
def test_a_listing_names_messages(answer: dict[str, Any], ids: list[str]) -> None:
    assert [change.ref.id for change in mapping.listed(answer)] == ids


def record(**what: Any) -> dict[str, Any]:
    """`added="m1"`, or `labelsRemoved=("m1", ["SPAM"])`."""
    made: dict[str, Any] = {"id": "1"}
    for kind, value in what.items():
        message_id, labels = value if isinstance(value, tuple) else (value, [])
        made[kind] = [{"message": {"id": message_id}, "labelIds": labels}]
    return made


def gone(message_id: str) -> RemoteChange:
    return RemoteChange(ref=Ref(id=message_id), gone=True)


def there(message_id: str) -> RemoteChange:
    return RemoteChange(ref=Ref(id=message_id))


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        ([], []),
        ([record(messagesAdded="a"), record(messagesAdded="b")], [there("a"), there("b")]),
        ([record(messagesDeleted="a")], [gone("a")]),
        ([record(messagesAdded="a"), record(messagesDeleted="a")], [gone("a")]),
        ([record(messagesDeleted="a"), record(messagesAdded="a")], [there("a")]),
        ([record(messagesAdded="a"), record(messagesAdded="a")], [there("a")]),
        ([record(labelsRemoved=("a", ["SPAM"]))], [there("a")]),
        ([record(labelsRemoved=("a", ["TRASH", "INBOX"]))], [there("a")]),
        ([record(labelsRemoved=("a", ["UNREAD"]))], []),  # somebody read it
        ([record(labelsAdded=("a", ["SPAM"]))], []),
        ([record(labelsAdded=("a", ["Label_9"]))], []),
        ([record(labelsAdded=("a", ["Label_7", "UNREAD"]))], [there("a")]),
        ([record(labelsRemoved=("a", ["Label_7"]))], [there("a")]),
        ([record(labelsRemoved=("a", ["Label_7"])), record(messagesDeleted="a")], [gone("a")]),
        ([{"id": "1", "messages": [{"id": "a"}]}], []),
    ],
)
def test_a_history_says_how_things_stand_at_its_end(
    records: list[dict[str, Any]], expected: list[RemoteChange]
) -> None:
    assert list(mapping.changed({"history": records}, ["Label_7"])) == expected


def test_a_message_opens_as_the_account_it_belongs_to() -> None:
    url = message_url("https://mail.google.com", "a+b@x.example", "18f")
    assert url == "https://mail.google.com/mail/?authuser=a%2Bb%40x.example#all/18f"
