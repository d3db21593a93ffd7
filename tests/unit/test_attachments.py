"""Which attachments come to the CRM as files."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from connectors.attachments import FileRules, kind, kinds_of, rules
from connectors.mime import Contents, parse
from connectors.records import Attachment
from connectors.wire import MEGABYTE
from tests.builders import WHEN

PDF = Attachment(name="Offer.PDF", content_type="application/pdf", size=100)
BOTH = FileRules(largest=100)


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({}, True),
        ({"size": 101}, False),
        ({"size": 0}, False),
        ({"inline": True}, False),
    ],
)
def test_size_and_place_decide(changes: dict[str, Any], wanted: bool) -> None:
    assert BOTH.wants(replace(PDF, **changes)) is wanted


@pytest.mark.parametrize(
    ("only", "never", "wanted"),
    [
        ([], ["pdf"], False),
        ([], ["application/pdf"], False),
        ([], ["application/*"], False),
        ([], ["exe", "image/*"], True),
        (["pdf"], [], True),
        (["application/*"], [], True),
        (["docx"], [], False),
        (["pdf"], ["application/pdf"], False),  # never counts more
    ],
)
def test_kinds_decide(only: list[str], never: list[str], wanted: bool) -> None:
    assert rules(on=True, megabytes=1, only=only, never=never).wants(PDF) is wanted


def test_switched_off_nothing_is_wanted() -> None:
    assert rules(on=False, megabytes=10, only=[], never=[]).wanted([PDF]) == ()


def test_megabytes_are_the_larger_ones() -> None:
    assert rules(on=True, megabytes=3, only=[], never=[]).largest == 3 * MEGABYTE


def test_the_places_of_what_is_wanted_are_told() -> None:
    assert BOTH.wanted([replace(PDF, size=0), PDF, replace(PDF, inline=True), PDF]) == (1, 3)


@pytest.mark.parametrize(
    "kind",
    [
        "application/pgp-signature",
        "application/pgp-encrypted",
        "application/pkcs7-signature",
        "application/x-pkcs7-signature",
    ],
)
def test_what_makes_up_a_signed_message_is_no_file_for_anybody(kind: str) -> None:
    assert not BOTH.wants(replace(PDF, content_type=kind))
    assert not replace(BOTH, only=frozenset({kind})).wants(replace(PDF, content_type=kind))


@pytest.mark.parametrize(
    ("name", "ending"),
    [("a.tar.gz", "gz"), ("no ending", None), (".hidden", "hidden"), ("ends.", ""), ("photo.JPG ", "jpg")],
)
def test_the_ending_is_what_follows_the_last_dot(name: str, ending: str | None) -> None:
    kinds = kinds_of(Attachment(name=name, content_type="image/jpeg", size=1))
    assert kinds == {"image/jpeg", "image/*"} | ({ending} if ending is not None else set())


@pytest.mark.parametrize(
    ("written", "counts"),
    [
        ("pdf", "pdf"),
        (".PDF", "pdf"),
        (" docx ", "docx"),
        ("image/*", "image/*"),
        ("Application/PDF", "application/pdf"),
        (
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
        ("7z", "7z"),
    ],
)
def test_kinds_are_read_as_people_write_them(written: str, counts: str) -> None:
    assert kind(written) == counts


@pytest.mark.parametrize("written", ["", "*", "*.pdf", "image/", "/png", "a b", "a,b", "x" * 21, "image/png/x", "*/*"])
def test_what_is_no_kind_is_named(written: str) -> None:
    with pytest.raises(ValueError, match="is no kind of file"):
        kind(written)


# -- What a message holds


PICTURE = 'Content-Type: image/png; name="logo.png"\r\nContent-ID: <logo@ours>\r\nContent-Transfer-Encoding: base64\r\n'


def related(page: str, head: str = PICTURE) -> bytes:
    return (
        'Content-Type: multipart/related; boundary="b"\r\n\r\n'
        f"--b\r\nContent-Type: text/html\r\n\r\n{page}\r\n"
        f"--b\r\n{head}\r\naGVsbG8=\r\n--b--\r\n"
    ).encode()


@pytest.mark.parametrize(
    ("page", "head", "inline"),
    [
        ('<img src="cid:logo@ours">', PICTURE, True),
        ("<img src=CID:logo@ours>", PICTURE, True),
        ("<p style=\"background:url('cid:logo@ours')\">", PICTURE, True),
        ('<img src="cid:logo%40ours">', PICTURE, True),
        ('<img src="cid:logo@ours">', "Content-Disposition: attachment\r\n" + PICTURE, True),
        ('<img src="cid:other@ours">', PICTURE, False),
        ("<p>No picture</p>", "Content-Disposition: inline\r\n" + PICTURE, False),
        ('<a href="cid:logo@ours">', PICTURE.replace("image/png", "application/pdf"), False),
        ('<img src="cid:">', PICTURE.replace("<logo@ours>", ""), False),
    ],
)
def test_a_picture_that_the_text_shows_is_told_from_an_attachment(page: str, head: str, inline: bool) -> None:
    (found,) = parse(related(page, head), received=WHEN).attachments
    assert (found.name, found.inline) == ("logo.png", inline)


def test_contents_come_in_the_order_of_the_names() -> None:
    raw = (
        b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n'
        b"--b\r\nContent-Type: text/plain\r\n\r\nHello\r\n"
        b'--b\r\nContent-Type: text/plain; name="a.txt"\r\n\r\nfirst\r\n'
        b"--b\r\nContent-Disposition: attachment; filename=b.bin\r\nContent-Transfer-Encoding: base64\r\n\r\nAAEC\r\n"
        b"--b--\r\n"
    )
    told = parse(raw, received=WHEN).attachments
    found = Contents(raw)
    assert [(each.name, each.size) for each in told] == [("a.txt", 5), ("b.bin", 3)]
    assert [*found] == [b"first", b"\x00\x01\x02"]


@pytest.mark.parametrize("raw", [b"", b"no message", b"\x00" * 100])
def test_of_what_is_no_message_there_are_no_contents(raw: bytes) -> None:
    assert len(Contents(raw)) == len(parse(raw, received=WHEN).attachments)
