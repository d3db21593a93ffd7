"""Messages that were written to keep a worker busy: anybody who knows an address can send one."""

from __future__ import annotations

from datetime import UTC, datetime
from time import process_time

import pytest

from connectors.mime import LONGEST_WORDS, MOST_LINES_BY_DEPTH, parse
from connectors.records import Email, Flag

RECEIVED = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
SIZE = 250_000
BOUND = 8.0  # seconds of the processor, far more than needed; each took 25 or more while time grew as length squared
HEAD = b"From: ann@x.example\r\nSubject: a plain one\r\n"


def read(raw: bytes) -> Email:
    return parse(raw, received=RECEIVED)


def repeated(piece: bytes) -> bytes:
    return piece * (SIZE // len(piece))


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(b"Subject: " + repeated(b"=?a?q?x") + b"\r\n\r\nbody", id="encoded words without an end"),
        pytest.param(b"Subject: " + repeated(b"=?a?q?x") + b"\x0c?=\r\n\r\nbody", id="with an end on another line"),
        pytest.param(b'To: "' + repeated(b"=?a?q?x") + b'" <a@b.example>\r\n\r\nbody', id="in a name"),
        pytest.param(HEAD + b'Content-Type: multipart/mixed; a="' + repeated(b"; ") + b"\r\n\r\nbody", id="parameters"),
        pytest.param(
            HEAD + b'Content-Disposition: attachment; filename="' + repeated(b"; ") + b"\r\n\r\nbody", id="file name"
        ),
    ],
)
def test_a_header_takes_no_longer_than_it_is_long(raw: bytes) -> None:
    began = process_time()
    read(raw)
    assert process_time() - began < BOUND


def test_parts_within_parts_without_end_are_not_taken_apart() -> None:
    depth = 120
    nest = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (i, i) for i in range(depth))
    message = read(HEAD + nest + b"\r\n" + b"\n" * (MOST_LINES_BY_DEPTH // depth))
    assert message.flags == {Flag.UNREADABLE}
    assert message.subject == "a plain one"


def test_a_lifelike_nest_is_taken_apart() -> None:
    nest = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (i, i) for i in range(20))
    assert read(HEAD + nest + b"\r\nfound\r\n" + b"line\r\n" * 1000).text.startswith("found")


def test_the_start_of_an_endless_subject_is_kept() -> None:
    assert read(b"Subject: =?utf-8?Q?Caf=C3=A9?= " + b"x" * SIZE + b"\r\n\r\n").subject == "Café " + "x" * (
        LONGEST_WORDS - len("=?utf-8?Q?Caf=C3=A9?= ")
    )


def test_words_behind_the_last_encoded_one_are_kept() -> None:
    assert read(b"Subject: =?utf-8?Q?a?= and =?utf-8?Q?b\r\n\r\n").subject == "a and =?utf-8?Q?b"


def test_a_long_boundary_still_divides() -> None:
    long = b"b" * 2_000
    raw = HEAD + b"Content-Type: multipart/mixed; boundary=" + long + b"\r\n\r\n--" + long + b"\r\n\r\nfound\r\n"
    assert read(raw).text == "found"
