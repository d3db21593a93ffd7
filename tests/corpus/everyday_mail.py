"""Messages that keep the standards: what most of a mailbox looks like."""

from __future__ import annotations

from tests.corpus.writing import formatted, in_base64, lines, message, multipart, numbered, part, people, plain

PDF = b"%PDF-1.4\n1 0 obj << >> endobj\n%%EOF\n"
PNG = bytes.fromhex("89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489")


def plain_text() -> bytes:
    return message(
        *people(),
        "Subject: Delivery of the spring catalogue",
        *numbered(1, "Mon, 02 Mar 2026 09:15:00 +0100"),
        "Content-Type: text/plain; charset=us-ascii",
        body=lines("Dear colleagues,", "", "forty boxes will reach you on Thursday.", "", "Ines Prado"),
    )


def alternative(text: str = "The samples are in the post.") -> bytes:
    return message(
        *people(),
        "Subject: Samples",
        *numbered(2, "Mon, 02 Mar 2026 10:20:30 +0000"),
        'Content-Type: multipart/alternative; boundary="either-or"',
        body=multipart("either-or", plain(text), formatted(f"<p>{text.replace('post', '<b>post</b>')}</p>")),
    )


def html_only() -> bytes:
    return message(
        *people(),
        "Subject: Price list",
        *numbered(3, "Mon, 02 Mar 2026 11:00:00 +0000"),
        "Content-Type: text/html; charset=utf-8",
        body=lines(
            "<html><head><title>not shown</title></head><body><h1>Prices &amp; terms</h1>",
            "<p>A crate costs 12&nbsp;&euro;,<br>a pallet 400&nbsp;&euro;.</p></body></html>",
        ),
    )


def base64_text() -> bytes:
    text = "Guten Tag,\r\n\r\nwir bestellen zwölf Stück zu je 9,90 €.\r\n\r\nMit freundlichen Grüßen\r\n"
    return message(
        *people("Jana =?utf-8?Q?Gro=C3=9F?= <jana@gross.example>"),
        "Subject: Bestellung",
        *numbered(4, "Mon, 02 Mar 2026 12:00:00 +0100"),
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: base64",
        body=in_base64(text.encode()),
    )


def attachments() -> bytes:
    """One name by RFC 2231 in two pieces, one by RFC 2047 as many senders do it, one in Content-Type alone."""
    return message(
        *people(),
        "Subject: Three files",
        *numbered(5, "Mon, 02 Mar 2026 13:00:00 +0000"),
        'Content-Type: multipart/mixed; boundary="files"',
        body=multipart(
            "files",
            plain("The figures are attached."),
            part(
                "Content-Type: application/pdf",
                "Content-Disposition: attachment;",
                " filename*0*=utf-8''%C3%9Cbersicht%20;",
                " filename*1*=Q1%202026.pdf",
                "Content-Transfer-Encoding: base64",
                body=in_base64(PDF),
            ),
            part(
                "Content-Type: text/csv; charset=utf-8",
                'Content-Disposition: attachment; filename="=?utf-8?Q?St=C3=BCckliste=2Ecsv?="',
                body=lines("article;pieces", "frame;12"),
            ),
            part("Content-Type: text/plain; name=notes.txt", body=lines("Not a part of the letter.")),
        ),
    )


def inline_image() -> bytes:
    text = part("Content-Type: text/plain; charset=utf-8", body=lines("Our new logo: [image: logo]"))
    page = formatted('<p>Our new logo: <img src="cid:logo@prado-books.example" alt="logo"></p>')
    image = part(
        "Content-Type: image/png; name=logo.png",
        "Content-Disposition: inline; filename=logo.png",
        "Content-ID: <logo@prado-books.example>",
        "Content-Transfer-Encoding: base64",
        body=in_base64(PNG),
    )
    either = part('Content-Type: multipart/alternative; boundary="inner"', body=multipart("inner", text, page))
    return message(
        *people(),
        "Subject: New logo",
        *numbered(6, "Mon, 02 Mar 2026 14:00:00 +0000"),
        'Content-Type: multipart/related; boundary="outer"',
        body=multipart("outer", either, image),
    )


def nested_message() -> bytes:
    inner = message(
        *people("Ole Lund <ole@lund.example>", "ines@prado-books.example"),
        "Subject: the inner subject",
        *numbered(700, "Sun, 01 Mar 2026 08:00:00 +0000"),
        'Content-Type: multipart/mixed; boundary="within"',
        body=multipart(
            "within",
            plain("Words of the inner letter."),
            part("Content-Type: application/pdf; name=inner.pdf", body=PDF),
        ),
    )
    return message(
        *people(),
        "Subject: A letter inside a letter",
        *numbered(7, "Mon, 02 Mar 2026 15:00:00 +0000"),
        'Content-Type: multipart/mixed; boundary="without"',
        body=multipart(
            "without",
            plain("See what Ole writes."),
            part("Content-Type: message/rfc822", 'Content-Disposition: attachment; filename="Ole.eml"', body=inner),
        ),
    )


def forwarded() -> bytes:
    return message(
        *people("ines@prado-books.example (Ines Prado)"),
        "Subject: Fwd: Question about freight",
        "References: <root@lund.example> <second@prado-books.example>",
        "In-Reply-To: <second@prado-books.example>",
        *numbered(8, "2 Mar 26 08:00 PST"),
        "Content-Type: text/plain; charset=utf-8; format=flowed",
        body=lines(
            "Can you answer this?",
            "",
            "---------- Forwarded message ---------",
            "From: Ole Lund <ole@lund.example>",
            "Subject: Question about freight",
            "",
            "> What does a pallet to Oslo cost?",
        ),
    )


def invitation() -> bytes:
    event = lines(
        "BEGIN:VCALENDAR",
        "METHOD:REQUEST",
        "BEGIN:VEVENT",
        "UID:fair@prado-books.example",
        "DTSTART:20260401T090000Z",
        "SUMMARY:Spring fair",
        "END:VEVENT",
        "END:VCALENDAR",
    )
    either = multipart(
        "choice",
        plain("Spring fair, 1 April, 9 o'clock"),
        formatted("<p>Spring fair, 1 April, 9 o'clock</p>"),
        part("Content-Type: text/calendar; charset=utf-8; method=REQUEST", body=event),
    )
    return message(
        *people(),
        "Subject: Invitation: Spring fair",
        *numbered(9, "Mon, 02 Mar 2026 17:00:00 +0000"),
        'Content-Type: multipart/mixed; boundary="all"',
        body=multipart(
            "all",
            part('Content-Type: multipart/alternative; boundary="choice"', body=either),
            part(
                "Content-Type: application/ics; name=invite.ics",
                "Content-Disposition: attachment; filename=invite.ics",
                "Content-Transfer-Encoding: base64",
                body=in_base64(event),
            ),
        ),
    )


def bounce() -> bytes:
    status = lines("Reporting-MTA: dns; mx.norden.example", "", "Final-Recipient: rfc822; nobody@lund.example")
    return message(
        "Return-Path: <>",
        "From: Mail Delivery System <MAILER-DAEMON@mx.norden.example>",
        "To: ines@prado-books.example",
        "Subject: Undelivered Mail Returned to Sender",
        *numbered(10, "Mon, 02 Mar 2026 18:00:00 +0000 (UTC)"),
        "Auto-Submitted: auto-replied",
        'Content-Type: multipart/report; report-type=delivery-status; boundary="report"',
        body=multipart(
            "report",
            plain("Your message could not be delivered to nobody@lund.example."),
            part("Content-Type: message/delivery-status", body=status + lines("Action: failed", "Status: 5.1.1")),
            part("Content-Type: message/rfc822", body=plain_text()),
        ),
    )


def auto_reply() -> bytes:
    return message(
        *people(),
        "Subject: Automatic reply: Samples",
        "In-Reply-To: <corpus-2@prado-books.example>",
        *numbered(11, "Mon, 02 Mar 2026 19:00:00 +0000"),
        "Auto-Submitted: auto-replied",
        "X-Auto-Response-Suppress: All",
        "Content-Type: text/plain; charset=utf-8",
        body=lines("I am away until 9 March."),
    )


def mailing_list() -> bytes:
    return message(
        'From: "Ole Lund via Freight List" <freight@lists.example>',
        "Reply-To: Ole Lund <ole@lund.example>",
        "To: freight@lists.example",
        "Subject: [freight] Rates for April",
        *numbered(12, "Mon, 02 Mar 2026 20:00:00 +0000"),
        "List-Id: Freight <freight.lists.example>",
        "List-Unsubscribe: <mailto:freight-leave@lists.example>",
        "Precedence: list",
        'Content-Type: multipart/mixed; boundary="list"',
        body=multipart("list", plain("Rates rise by 2 %."), plain("-- \r\nTo leave the list, write to freight-leave.")),
    )


def copy_of_the_first() -> bytes:
    """The same letter in another mailbox: only what the way there left in its head differs."""
    way = lines("Received: from mx.norden.example by mail.norden.example; Mon, 02 Mar 2026 09:15:07 +0100")
    return way + lines("Delivered-To: anna@norden.example") + plain_text()


def same_identity_other_content() -> bytes:
    """Message-ID, date, sender and subject of the second one, and other words."""
    return alternative("The samples are lost in the post.")


MESSAGES = (
    ("plain", plain_text),
    ("alternative", alternative),
    ("html-only", html_only),
    ("base64", base64_text),
    ("attachments", attachments),
    ("inline-image", inline_image),
    ("message-in-a-message", nested_message),
    ("forwarded", forwarded),
    ("invitation", invitation),
    ("bounce", bounce),
    ("auto-reply", auto_reply),
    ("mailing-list", mailing_list),
    ("copy", copy_of_the_first),
    ("same-identity-other-content", same_identity_other_content),
)
