"""Headers of messages as they come: encoded twice, not at all, or by somebody who never read the standard."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.mime import from_headers, parse
from connectors.records import Address, Email, Flag, Party

RECEIVED = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def read(*lines: str | bytes) -> Email:
    head = b"".join((line if isinstance(line, bytes) else line.encode()) + b"\r\n" for line in lines)
    return parse(head + b"\r\nbody\r\n", received=RECEIVED)


@pytest.mark.parametrize(
    ("header", "subject"),
    [
        ("Subject: plain words", "plain words"),
        ("Subject:", ""),
        ("X-Other: 1", ""),
        ("Subject: =?utf-8?Q?Caf=C3=A9_au_lait?=", "Café au lait"),
        ("Subject: =?UTF-8?B?5L6L5L6L?= ok", "例例 ok"),
        ("Subject: =?iso-8859-1?Q?M=FCller?= & =?utf-8?B?U8O2aG5l?=", "Müller & Söhne"),
        # Between two encoded words white space does not count, and a letter may be cut in two (against RFC 2047).
        ("Subject: =?utf-8?Q?a?=\r\n =?utf-8?Q?b?=", "ab"),
        ("Subject: folded\r\n\tover two lines", "folded over two lines"),
        ("Subject: =?utf-8?Q?=?=", "="),  # cut off in the middle of a letter's code
        ("Subject: =?utf-8?B?!!!?=", ""),
        ("Subject: =?utf-8?X?what?=", "=?utf-8?X?what?="),  # no such encoding
        ("Subject: =?klingon?Q?caf=E9?=", "café"),  # no such charset
        ("Subject: =?utf-8?Q?caf=E9?=", "café"),  # not what it says it is
        ("Subject: =?utf-8*en?Q?with_a_language?=", "with a language"),
        (b"Subject: caf\xc3\xa9 in bare UTF-8", "café in bare UTF-8"),
        (b"Subject: caf\xe9 in bare Latin-1", "café in bare Latin-1"),
        (b"Subject: nul\x00 inside", "nul inside"),
        ("Subject: =?utf-7?Q?half_+2D0-_a_pair?=", "half \ufffd a pair"),
        ("Subject: a   b\tc", "a b c"),
        ("Subject: first\r\nSubject: second", "first"),
    ],
)
def test_subjects(header: str | bytes, subject: str) -> None:
    assert read(header).subject == subject


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("From: ann@x.example", [("ann@x.example", "")]),
        ("From: Ann Smith <Ann@X.Example>", [("ann@x.example", "Ann Smith")]),
        ('From: "Smith, Ann" <ann@x.example>', [("ann@x.example", "Smith, Ann")]),
        ("From: =?utf-8?Q?J=C3=B6rg?= <j@x.example>", [("j@x.example", "Jörg")]),
        ('From: "=?utf-8?Q?J=C3=B6rg?=" <j@x.example>', [("j@x.example", "Jörg")]),  # quoted, against RFC 2047
        (b"From: J\xf6rg <j@x.example>", [("j@x.example", "Jörg")]),
        ("From: 'Ann' <ann@x.example>", [("ann@x.example", "Ann")]),
        ("From: ann@x.example (Ann Smith)", [("ann@x.example", "Ann Smith")]),
        ("From: ann@x.example.", [("ann@x.example", "")]),
        ("From:", []),
        ("From: <>", []),
        ("From: Ann, Bob <b@x.example>", [("ann", ""), ("b@x.example", "Bob")]),
        ("From: MAILER-DAEMON", [("mailer-daemon", "")]),
        ('From: "odd local"@x.example', [('"odd local"@x.example', "")]),
        ("From: ann@x.example bob@y.example", [("ann@x.example", ""), ("bob@y.example", "")]),
    ],
)
def test_senders(header: str | bytes, expected: list[tuple[str, str]]) -> None:
    assert [(a.email, a.name) for a in read(header).addresses(Party.FROM)] == expected


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("To: a@x.example, b@x.example", ["a@x.example", "b@x.example"]),
        ("To: a@x.example; b@x.example", ["a@x.example", "b@x.example"]),  # as Outlook's users write it
        ("To: Sales: a@x.example, b@x.example;", ["a@x.example", "b@x.example"]),
        ("To: undisclosed-recipients:;", []),
        ("To: a@x.example\r\nTo: b@x.example", ["a@x.example", "b@x.example"]),
        ("To: a@x.example, A@X.example", ["a@x.example"]),
        ("To: a@x.example,,, b@x.example", ["a@x.example", "b@x.example"]),
    ],
)
def test_recipients(header: str, expected: list[str]) -> None:
    assert [a.email for a in read(header).addresses(Party.TO)] == expected


def test_everybody_keeps_the_part_they_play() -> None:
    message = read("From: a@x.example", "To: b@x.example", "Cc: a@x.example", "Bcc: c@x.example")
    parties = [(p.party, p.address.email) for p in message.participants]
    assert parties == [
        (Party.FROM, "a@x.example"),
        (Party.TO, "b@x.example"),
        (Party.CC, "a@x.example"),
        (Party.BCC, "c@x.example"),
    ]


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("Date: Mon, 02 Mar 2026 10:30:00 +0100", datetime(2026, 3, 2, 9, 30, tzinfo=UTC)),
        ("Date: 2 Mar 2026 10:30 +0100", datetime(2026, 3, 2, 9, 30, tzinfo=UTC)),
        ("Date: Mon, 02 Mar 2026 09:30:00 GMT (GMT)", datetime(2026, 3, 2, 9, 30, tzinfo=UTC)),
        ("Date: Mon, 02 Mar 2026 09:30:00 -0000", datetime(2026, 3, 2, 9, 30, tzinfo=UTC)),
        ("Date: Mon, 02 Mar 26 09:30:00 EST", datetime(2026, 3, 2, 14, 30, tzinfo=UTC)),
        ("Date: 1 Jan 1700 00:00:00 +0000", datetime(1700, 1, 1, tzinfo=UTC)),
    ],
)
def test_dates_are_told_in_utc(header: str, expected: datetime) -> None:
    assert read(header).date == expected


@pytest.mark.parametrize(
    "value",
    [
        "",
        "yesterday",
        "Mon, 99 Mar 2026 09:30:00 +0000",
        "Mon, 02 Mar 2026 25:61:61 +0000",
        "Mon, 02 Mar 99999 09:30:00 +0000",
        "31 Dec 1699 23:59:59 +0000",
        "1 Jan 4000 00:00:00 +0000",
        "Mon, 02 Mar 2026 09:30:00 +9999999999",
    ],
)
def test_a_date_that_nobody_can_hold_is_the_day_it_came(value: str) -> None:
    assert read(f"Date: {value}").date == RECEIVED


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("Message-ID: <a@x>", "a@x"),
        ("message-id: < a@x >", "a@x"),
        ("Message-ID: a@x", "a@x"),
        ("Message-ID: <a@x> (added by postfix)", "a@x"),
        ("Message-ID:\r\n <a@x>", "a@x"),
        ("Message-ID: <no-at-sign>", "no-at-sign"),
        ("Message-ID:", ""),
        ("Message-ID: <>", ""),
        ("X: 1", ""),
    ],
)
def test_message_ids(header: str, expected: str) -> None:
    assert read(header).message_id == expected


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        (["References: <a@x> <b@x>"], ("a@x", "b@x")),
        (["References: <a@x>\r\n <b@x>"], ("a@x", "b@x")),
        (["In-Reply-To: <c@x>"], ("c@x",)),
        (["References: <a@x>", "In-Reply-To: <c@x>"], ("a@x",)),
        (["In-Reply-To: your message of Monday"], ()),
        ([], ()),
    ],
)
def test_what_a_message_answers(headers: list[str], expected: tuple[str, ...]) -> None:
    assert read(*headers).references == expected


def test_headers_alone_make_a_message_without_words() -> None:
    pairs = [("Subject", "=?utf-8?Q?Caf=C3=A9?="), ("From", "Ann <ann@x.example>"), ("Message-ID", "<a@x>")]
    message = from_headers(pairs, received=RECEIVED, flags=[Flag.OVERSIZED])
    assert (message.subject, message.sender, message.message_id) == (
        "Café",
        Address(email="ann@x.example", name="Ann"),
        "a@x",
    )
    assert (message.text, message.attachments, message.flags) == ("", (), frozenset({Flag.OVERSIZED}))


@given(st.lists(st.tuples(st.sampled_from(["From", "To", "Date", "Subject", "Message-ID"]), st.text(max_size=60))))
def test_no_header_text_raises(pairs: list[tuple[str, str]]) -> None:
    from_headers(pairs, received=RECEIVED).subject.encode()


@pytest.mark.parametrize("mark", [b"(", b'"', b"<", b"@", b"=?utf-8?q?", b"a", b"[", b"\\", b",", b"<a@"])
def test_a_header_of_one_mark_thousands_of_times_is_read(mark: bytes) -> None:
    value = mark * (40_000 // len(mark))
    assert read(b"From: " + value, b"To: " + value, b"References: " + value, "Subject: there").subject == "there"
