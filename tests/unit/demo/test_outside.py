"""The outside oracle's own look at messages: identity, and what it reads in them."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from syncapp.demo import outside
from syncapp.demo.outside import Sight, identity, parsed
from tests.unit.demo.sights import sight

INTERNAL = 1_700_000_000
SENT = 1_772_443_800  # 2026-03-02 09:30 UTC


def message(*headers: str, body: str = "Hello") -> bytes:
    known = {line.partition(":")[0].lower() for line in headers}
    usual = ("From: Ann <ann@x.example>", "Subject: Renewal", "Date: Mon, 02 Mar 2026 09:30:00 +0000")
    kept = [line for line in (*usual, "Message-ID: <1@x>") if line.partition(":")[0].lower() not in known]
    return "\r\n".join([*(line for line in (*headers, *kept) if line.partition(":")[2]), "", body]).encode()


class TestIdentity:
    @pytest.mark.parametrize(
        ("one", "other"),
        [
            pytest.param(sight("Renewal"), sight("Re: Renewal"), id="an answer's mark"),
            pytest.param(sight("Renewal"), sight("AW: Fwd: renewal"), id="marks of other languages"),
            pytest.param(sight("Re[2]: Renewal"), sight("Renewal"), id="a counted mark"),
            pytest.param(sight("Big  news"), sight("big news"), id="white space and capitals"),
            pytest.param(sight(text="a"), sight(text="quite another"), id="the text, with a Message-ID"),
        ],
    )
    def test_does_not_change_with(self, one: Sight, other: Sight) -> None:
        assert identity(one) == identity(other)

    @pytest.mark.parametrize(
        "other",
        [
            pytest.param(sight(message_id="2@x"), id="Message-ID"),
            pytest.param(sight(date=1001), id="date"),
            pytest.param(sight(sender="bob@x"), id="sender"),
            pytest.param(sight("Regards"), id="subject"),
        ],
    )
    def test_changes_with(self, other: Sight) -> None:
        assert identity(other) != identity(sight())

    def test_without_a_message_id_the_length_of_the_text_counts(self) -> None:
        assert identity(sight(message_id="", text="ab")) != identity(sight(message_id="", text="abc"))
        assert identity(sight(message_id="", text="ab")) == identity(sight(message_id="", text="cd"))

    def test_a_message_id_is_not_mistaken_for_none(self) -> None:
        assert identity(sight(message_id="")) != identity(sight())


READ = {
    "the plain case": (message(), ("1@x", SENT, "ann@x.example", "Renewal", "Hello")),
    "another time zone": (
        message("Date: Mon, 02 Mar 2026 10:30:00 +0100"),
        ("1@x", SENT, "ann@x.example", "Renewal", "Hello"),
    ),
    "no zone means UTC": (
        message("Date: Mon, 02 Mar 2026 09:30:00 -0000"),
        ("1@x", SENT, "ann@x.example", "Renewal", "Hello"),
    ),
    "no date": (message("Date:"), ("1@x", INTERNAL, "ann@x.example", "Renewal", "Hello")),
    "an unreadable date": (
        message("Date: the day after tomorrow"),
        ("1@x", INTERNAL, "ann@x.example", "Renewal", "Hello"),
    ),
    "no Message-ID": (message("Message-ID:"), ("", SENT, "ann@x.example", "Renewal", "Hello")),
    "a Message-ID with two @": (
        message("Message-ID: <a@b@c>"),
        ("a@b@c", SENT, "ann@x.example", "Renewal", "Hello"),
    ),
    "a Message-ID without brackets": (
        message("Message-ID: bare@x"),
        ("bare@x", SENT, "ann@x.example", "Renewal", "Hello"),
    ),
    "an encoded subject": (
        message("Subject: =?utf-8?b?w5xiZXI=?="),
        ("1@x", SENT, "ann@x.example", "Über", "Hello"),
    ),
    "capitals in the address": (
        message("From: ANN@X.Example"),
        ("1@x", SENT, "ann@x.example", "Renewal", "Hello"),
    ),
    "no sender": (message("From:"), ("1@x", SENT, "", "Renewal", "Hello")),
}


@pytest.mark.parametrize(("raw", "seen"), READ.values(), ids=READ.keys())
def test_a_message_is_read_independently(raw: bytes, seen: tuple[Any, ...]) -> None:
    found = parsed(raw, INTERNAL)
    assert (found.message_id, found.date, found.sender, found.subject, found.text.strip()) == seen


def test_names_of_attachments_are_read_but_not_those_inside_an_attached_message() -> None:
    inner = (
        "Content-Type: multipart/mixed; boundary=j\r\n\r\n--j\r\nContent-Type: text/plain\r\n"
        'Content-Disposition: attachment; filename="inner.txt"\r\n\r\nx\r\n--j--'
    )
    body = (
        "--i\r\nContent-Type: text/plain\r\n\r\nHello\r\n"
        '--i\r\nContent-Type: text/plain\r\nContent-Disposition: attachment; filename="offer.txt"\r\n\r\nx\r\n'
        f"--i\r\nContent-Type: message/rfc822\r\n\r\n{inner}\r\n--i--"
    )
    assert parsed(message("Content-Type: multipart/mixed; boundary=i", body=body), 0).attachments == ("offer.txt",)


# -- Items over all mailboxes


def snapshot(**mailboxes: list[bytes]) -> dict[str, Any]:
    return {
        "accounts": {
            f"{name}@ours.example": {
                "messages": [
                    {
                        "id": f"{name}-{number}",
                        "internalDate": str(INTERNAL * 1000),
                        "raw": base64.urlsafe_b64encode(raw).decode().rstrip("="),
                    }
                    for number, raw in enumerate(messages)
                ]
            }
            for name, messages in mailboxes.items()
        }
    }


def test_one_message_in_two_mailboxes_is_one_item() -> None:
    (found,) = outside.items(snapshot(anna=[message()], ben=[message()]))
    assert found.copies == [("anna@ours.example", "anna-0"), ("ben@ours.example", "ben-0")]


def test_messages_without_a_message_id_are_a_multiset() -> None:
    nameless = message("Message-ID:")
    assert len(outside.items(snapshot(anna=[nameless, nameless], ben=[nameless]))) == 3


def test_copies_keep_what_each_of_them_says() -> None:
    (found,) = outside.items(snapshot(anna=[message(body="one")], ben=[message(body="another")]))
    assert [text.strip() for text in found.contents] == ["one", "another"]


# -- Differences


ARMOUR = "-----BEGIN PGP MESSAGE-----"


@pytest.mark.parametrize(
    ("there", "record", "different"),
    [
        pytest.param(sight(), sight(), [], id="nothing"),
        pytest.param(sight("Re: Renewal"), sight("Renewal"), [], id="an answer's mark"),
        pytest.param(sight(), sight("Other"), ["subject"], id="subject"),
        pytest.param(sight(), sight(sender="eve@x"), ["sender"], id="sender"),
        pytest.param(sight(), sight(date=1001), [], id="a second"),
        pytest.param(sight(), sight(date=1002), ["date"], id="two seconds"),
        pytest.param(sight(text="Hello you"), sight(text="Hello\n you"), [], id="white space"),
        pytest.param(sight(text="<p>Hello</p>"), sight(text="Hello"), [], id="tags"),
        pytest.param(sight(text="Hello"), sight(text="Bye"), ["text"], id="text"),
        pytest.param(sight(text=f"Hi {ARMOUR} x"), sight(text="Hi [sealed]"), [], id="what is encrypted"),
        pytest.param(sight(text=f"Hi {ARMOUR} x"), sight(text="Ho [sealed]"), ["text"], id="what stands before it"),
        pytest.param(sight(text="Hello"), sight(text=""), ["text"], id="an empty text"),
        pytest.param(sight(text=""), sight(text="Hello"), [], id="a text that the library does not find"),
        pytest.param(sight(text="a" * 200 + "b"), sight(text="a" * 200 + "c"), [], id="what comes after 200 letters"),
        pytest.param(sight(text="Gr\ufffd"), sight(text="Größe"), [], id="what the library cannot decode"),
        pytest.param(sight(attachments=("a",)), sight(attachments=("a", "b")), [], id="one more attachment"),
        pytest.param(sight(attachments=("a", "b")), sight(attachments=("a",)), ["attachments"], id="one fewer"),
    ],
)
def test_a_record_differs_from_its_message_in(there: Sight, record: Sight, different: list[str]) -> None:
    assert outside.differences(there, record) == different
