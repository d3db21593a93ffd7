"""Messages that are sealed, and messages that nobody wrote: what people see of them is decided, not found."""

from __future__ import annotations

from tests.corpus.writing import formatted, in_base64, lines, message, multipart, numbered, part, people, plain

SEALED = bytes(range(0x30, 0x70))
ARMOUR = ("-----BEGIN PGP MESSAGE-----", "", "hQEMA0b1ynr0bODyAQf/Zm9vYmFy", "=abcd", "-----END PGP MESSAGE-----")


def smime_encrypted() -> bytes:
    return message(
        *people(),
        "Subject: Salaries",
        *numbered(41, "Thu, 05 Mar 2026 08:00:00 +0000"),
        "Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m",
        "Content-Disposition: attachment; filename=smime.p7m",
        "Content-Transfer-Encoding: base64",
        body=in_base64(SEALED),
    )


def smime_signed_within() -> bytes:
    return message(
        *people(),
        "Subject: Minutes",
        *numbered(42, "Thu, 05 Mar 2026 09:00:00 +0000"),
        "Content-Type: application/x-pkcs7-mime; smime-type=signed-data; name=smime.p7m",
        "Content-Transfer-Encoding: base64",
        body=in_base64(SEALED),
    )


def pgp_within_the_text() -> bytes:
    return message(
        *people(),
        "Subject: The key to the cellar",
        *numbered(43, "Thu, 05 Mar 2026 10:00:00 +0000"),
        "Content-Type: text/plain; charset=utf-8",
        body=lines("Only for you:", "", *ARMOUR, "", "Ines"),
    )


def bounce_with_headers_alone() -> bytes:
    return message(
        "Return-Path: <>",
        "From: postmaster@mx.norden.example",
        "To: ines@prado-books.example",
        "Subject: Delivery Status Notification (Delay)",
        *numbered(44, "Thu, 05 Mar 2026 11:00:00 +0000"),
        'Content-Type: multipart/report; report-type=delivery-status; boundary="report"',
        body=multipart(
            "report",
            plain("Your message is late. You need not send it again."),
            part("Content-Type: message/delivery-status", body=lines("Action: delayed", "Status: 4.4.1")),
            part("Content-Type: text/rfc822-headers", body=lines("Subject: Forty boxes", "To: late@lund.example")),
        ),
    )


def answer_to_an_invitation() -> bytes:
    entry = lines("BEGIN:VCALENDAR", "METHOD:REPLY", "BEGIN:VEVENT", "UID:1@norden", "END:VEVENT", "END:VCALENDAR")
    return message(
        *people(),
        "Subject: Accepted: Spring fair",
        *numbered(45, "Thu, 05 Mar 2026 12:00:00 +0000"),
        "Content-Type: text/calendar; charset=utf-8; method=REPLY",
        body=entry,
    )


def forwarded_as_a_file() -> bytes:
    inner = message(*people("Ole Lund <ole@lund.example>"), "Subject: Freight", body=lines("the inner letter"))
    return message(
        *people(),
        "Subject: Fwd: Freight",
        *numbered(46, "Thu, 05 Mar 2026 13:00:00 +0000"),
        'Content-Type: multipart/mixed; boundary="around"',
        body=multipart(
            "around",
            multipart_text(),
            part("Content-Type: message/rfc822", "Content-Disposition: attachment", body=inner),
        ),
    )


def multipart_text() -> bytes:
    both = multipart("form", plain("See below."), formatted("<p>See below.</p>"))
    return part('Content-Type: multipart/alternative; boundary="form"', body=both)


def generated() -> bytes:
    return message(
        *people("Shop <noreply@shop.example>"),
        "Subject: Your order 12",
        *numbered(47, "Thu, 05 Mar 2026 14:00:00 +0000"),
        "Auto-Submitted: auto-generated (by a shop)",
        "Content-Type: text/plain; charset=utf-8",
        body=lines("It is on its way."),
    )


def by_hand_and_says_so() -> bytes:
    return message(
        *people(),
        "Subject: Written by hand",
        *numbered(48, "Thu, 05 Mar 2026 15:00:00 +0000"),
        "Auto-Submitted: no",
        "Content-Type: text/plain; charset=utf-8",
        body=lines("By me."),
    )


MESSAGES = (
    ("smime-encrypted", smime_encrypted),
    ("smime-signed-within", smime_signed_within),
    ("pgp-within-the-text", pgp_within_the_text),
    ("bounce-with-headers-alone", bounce_with_headers_alone),
    ("answer-to-an-invitation", answer_to_an_invitation),
    ("forwarded-as-a-file", forwarded_as_a_file),
    ("generated", generated),
    ("by-hand-and-says-so", by_hand_and_says_so),
)
