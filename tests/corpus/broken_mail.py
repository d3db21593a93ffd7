"""Messages that break the standards, each in one way, as somebody's program really does."""

from __future__ import annotations

from tests.corpus.writing import CRLF, lines, message, multipart, numbered, part, people, plain

TEXT = "Content-Type: text/plain; charset=utf-8"


def broken_encoded_words() -> bytes:
    """One whole word, one of an encoding that does not exist, one that never ends."""
    return message(
        *people(),
        "Subject: =?utf-8?Q?Offer?= =?utf-8?X?seven?= =?utf-8?Q?unfinished",
        *numbered(41, "Wed, 04 Mar 2026 08:00:00 +0000"),
        TEXT,
        body=lines("See the subject."),
    )


def no_message_id() -> bytes:
    return message(
        *people("scanner@prado-books.example"),
        "Subject: Scan from the third floor",
        "Date: Wed, 04 Mar 2026 09:00:00 +0000",
        body=lines("One page."),
    )


def no_date() -> bytes:
    return message(
        *people(),
        "Subject: Written at no time",
        "Message-ID: <corpus-43@prado-books.example>",
        TEXT,
        body=lines("When was this?"),
    )


def unreadable_date() -> bytes:
    return message(
        *people(),
        "Subject: Written on no day",
        *numbered(44, "Thirsday, 32 Foobar 2026 25:61:00 +0000"),
        TEXT,
        body=lines("Which day was this?"),
    )


def far_future() -> bytes:
    return message(
        *people(),
        "Subject: From a clock that was set wrong",
        *numbered(45, "Sun, 31 Dec 3026 23:59:59 +0000"),
        TEXT,
        body=lines("The battery of the clock is flat."),
    )


def two_from_headers() -> bytes:
    return message(
        "From: Ines Prado <ines@prado-books.example>",
        "From: Somebody Else <else@elsewhere.example>",
        "To: orders@norden.example",
        "Subject: Two senders",
        *numbered(46, "Wed, 04 Mar 2026 13:00:00 +0000"),
        TEXT,
        body=lines("Who wrote this?"),
    )


def empty() -> bytes:
    return message(*people(), *numbered(47, "Wed, 04 Mar 2026 14:00:00 +0000"))


def long_lines() -> bytes:
    """RFC 5322 allows 998 characters in a line."""
    return message(
        *people(),
        "Subject: " + " ".join(f"part {number:03}" for number in range(1, 181)),
        *numbered(48, "Wed, 04 Mar 2026 15:00:00 +0000"),
        TEXT,
        body=lines("word " * 4000),
    )


def hostile_html() -> bytes:
    return message(
        *people(),
        "Subject: <script>alert('subject')</script>",
        *numbered(49, "Wed, 04 Mar 2026 16:00:00 +0000"),
        "Content-Type: text/html; charset=utf-8",
        body=lines(
            "<html><head><style>p { background: url(javascript:steal()) }</style>",
            "<script>alert('head')</script ></head>",
            "<body onload=\"alert('load')\"><!-- <p>commented out</p> -->",
            "<p title='a > b'>Your parcel waits.<img src=x onerror=\"alert('image')\">",
            '<a href="javascript:alert(1)">Track it</a></p>',
            "<SCRIPT\n>document.write('<p>written</p>')</SCRIPT>",
            '<div style="display:none">Words that nobody sees.</div>',
            "<p>Unclosed <b>to the <i>end",
        ),
    )


def nul_and_raw_bytes() -> bytes:
    """NUL bytes, a Latin-1 letter in a header, and half of a surrogate pair among good UTF-8."""
    return message(
        *people(),
        b"Subject: Caf\xe9 Central",
        *numbered(50, "Wed, 04 Mar 2026 17:00:00 +0000"),
        TEXT,
        "Content-Transfer-Encoding: 8bit",
        body=lines("Grüße und schöne Tage\x00 in Köln.", b"Half a pair: \xed\xa0\xbd here."),
    )


def bare_line_ends() -> bytes:
    """Line feeds alone end the lines of the head, a carriage return alone one of the body."""
    head = [*people(), "Subject: From an old script", *numbered(51, "Wed, 04 Mar 2026 18:00:00 +0000"), TEXT]
    return "\n".join([*head, "", "first line", "second line\rthird line", ""]).encode()


def no_boundary() -> bytes:
    return message(
        *people(),
        "Subject: A box without walls",
        *numbered(52, "Wed, 04 Mar 2026 19:00:00 +0000"),
        "Content-Type: multipart/mixed",
        body=lines("The only words there are."),
    )


def never_closed() -> bytes:
    """Cut off on the way: the last boundary is missing."""
    return message(
        *people(),
        "Subject: Cut off",
        *numbered(53, "Wed, 04 Mar 2026 20:00:00 +0000"),
        'Content-Type: multipart/mixed; boundary="cut"',
        body=multipart(
            "cut",
            plain("The letter is whole."),
            part("Content-Type: application/pdf; name=half.pdf", body=b"%PDF-1.4" + CRLF + b"1 0 obj"),
            closed=False,
        ),
    )


def unknown_charset_and_encoding() -> bytes:
    return message(
        *people(),
        "Subject: =?x-klingon?Q?Quota?=",
        *numbered(54, "Wed, 04 Mar 2026 21:00:00 +0000"),
        'Content-Type: multipart/mixed; boundary="odd"',
        body=multipart(
            "odd",
            part("Content-Type: text/plain; charset=x-klingon", body=lines("Grüße von weit her.")),
            part(
                "Content-Type: application/octet-stream; name=riddle.bin",
                "Content-Disposition: attachment; filename=riddle.bin",
                "Content-Transfer-Encoding: x-rot13",
                body=lines("Uryyb"),
            ),
        ),
    )


MESSAGES = (
    ("broken-encoded-words", broken_encoded_words),
    ("no-message-id", no_message_id),
    ("no-date", no_date),
    ("unreadable-date", unreadable_date),
    ("far-future", far_future),
    ("two-from-headers", two_from_headers),
    ("empty-body-no-subject", empty),
    ("very-long-lines", long_lines),
    ("hostile-html", hostile_html),
    ("nul-and-raw-bytes", nul_and_raw_bytes),
    ("bare-line-ends", bare_line_ends),
    ("boundary-missing", no_boundary),
    ("boundary-never-closed", never_closed),
    ("unknown-charset-and-encoding", unknown_charset_and_encoding),
)
