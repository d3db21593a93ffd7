"""Bodies of messages: parts, charsets, attachments, and parts that lie about all of them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.mime import parse
from connectors.records import Attachment, Email, Flag

RECEIVED = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def read(raw: bytes | str) -> Email:
    data = raw.encode() if isinstance(raw, str) else raw
    return parse(data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"), received=RECEIVED)


def multipart(*parts: str, kind: str = "mixed", boundary: str = "b") -> str:
    inside = "".join(f"--{boundary}\n{part}\n" for part in parts)
    return f'Content-Type: multipart/{kind}; boundary="{boundary}"\n\n{inside}--{boundary}--\n'


PLAIN = "Content-Type: text/plain\n\nplain words"
HTML = "Content-Type: text/html\n\n<p>formatted <b>words</b>"


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"Content-Type: text/plain; charset=utf-8\n\ncaf\xc3\xa9", "café"),
        (b"Content-Type: text/plain; charset=iso-8859-1\n\ncaf\xe9", "café"),
        (b"Content-Type: text/plain; charset=us-ascii\n\ncaf\xc3\xa9", "café"),  # not what it says
        (b"Content-Type: text/plain; charset=utf-8\n\ncaf\xe9", "café"),
        (b"Content-Type: text/plain; charset=klingon\n\ncaf\xc3\xa9", "café"),
        (b'Content-Type: text/plain; charset=""\n\ncaf\xc3\xa9', "café"),
        (b"Content-Type: text/plain; charset=\xff\n\nwords", "words"),
        (b"Content-Type: text/plain; charset=utf-7\n\na +2D0- b", "a \ufffd b"),  # half a pair
        (b"Content-Type: text/plain; charset=hex\n\nabc", "abc"),  # a codec of Python, and no charset
        (b"Content-Type: text/plain; charset=windows-1252\n\n\x93so\x94", "“so”"),
        (b"Content-Type: text/plain; charset=gb2312\n\n" + "镕㐀".encode("gb18030"), "镕㐀"),  # the larger GB 18030
        (b"Content-Type: text/plain; charset=shift_jis\n\n" + "①".encode("cp932"), "①"),  # Windows' own
        (b"Content-Type: text/plain; charset=euc-kr\n\n" + "똠".encode("cp949"), "똠"),
        ("Content-Type: text/plain; charset=utf-8\n\nGrüße aus Köl".encode() + b"\xc3", "Grüße aus Köl\ufffd"),  # cut
        (b"Content-Type: text/plain; charset=big5\n\n" + "你好".encode("big5") + b"\xff", "你好\ufffd"),
        (b"Content-Type: text/plain\n\n\x81 nobody's letter", "\ufffd nobody's letter"),
        (b"\n\nno headers at all", "no headers at all"),
        (b"Content-Transfer-Encoding: base64\n\nY2Fmw6k=", "café"),
        (b"Content-Transfer-Encoding: base64\n\nY2Fmw6k", "café"),  # without its padding
        (b"Content-Transfer-Encoding: quoted-printable\n\ncaf=C3=A9 =\nau lait", "café au lait"),
        (b"Content-Transfer-Encoding: quoted-printable\n\n100 % = all", "100 % = all"),
        (b"Content-Transfer-Encoding: x-nobody-knows\n\nas it is", "as it is"),
        (b"Content-Type: nonsense\n\nwords", "words"),
        (b"Content-Type: text/plain\n\nnul\x00 inside", "nul inside"),
        (b"", ""),
        (b"\xff\xfe\x00\x01", "ÿþ\x01"),
    ],
)
def test_texts(raw: bytes, text: str) -> None:
    assert parse(raw, received=RECEIVED).text == text


def test_uuencoded_lines_inside_a_text_stay_what_they_are() -> None:
    lines = "begin 644 a.txt\n#0V%T\n`\nend"
    assert read(f"Content-Type: text/plain\n\nSee:\n{lines}\n").text == f"See:\n{lines}"


def test_the_plain_part_is_taken_where_there_is_one() -> None:
    message = read(multipart(PLAIN, HTML, kind="alternative"))
    assert (message.text, message.html) == ("plain words", "<p>formatted <b>words</b>")


def test_html_alone_gives_its_words() -> None:
    assert read(HTML).text == "formatted words"


def test_an_empty_plain_part_gives_way_to_html() -> None:
    assert read(multipart("Content-Type: text/plain\n\n \n", HTML, kind="alternative")).text == "formatted words"


def test_several_plain_parts_stand_one_after_the_other() -> None:
    assert read(multipart(PLAIN, "Content-Type: text/plain\n\nand a footer")).text == "plain words\nand a footer"


@pytest.mark.parametrize(
    ("headers", "names"),
    [
        ("Content-Type: text/calendar; method=REQUEST", []),
        ("Content-Type: text/x-amp-html", []),
        ("Content-Type: text/calendar; name=invite.ics", ["invite.ics"]),
        ("Content-Type: text/calendar\nContent-Disposition: attachment", ["invite.ics"]),
        ("Content-Type: application/pdf", ["attachment"]),
    ],
)
def test_one_more_form_of_the_text_is_no_attachment_unless_it_is_a_file(headers: str, names: list[str]) -> None:
    message = read(multipart(PLAIN, f"{headers}\n\ncontent", kind="alternative"))
    assert (message.text, [a.name for a in message.attachments]) == ("plain words", names)


def test_parts_inside_parts_are_found() -> None:
    inner = multipart(PLAIN, HTML, kind="alternative", boundary="inner")
    file = "Content-Type: application/pdf; name=a.pdf\n\nx"
    message = read(multipart(inner, file))
    assert (message.text, [a.name for a in message.attachments]) == ("plain words", ["a.pdf"])


@pytest.mark.parametrize(
    ("headers", "name"),
    [
        ("Content-Disposition: attachment; filename=a.pdf", "a.pdf"),
        ('Content-Disposition: attachment; filename="a b.pdf"', "a b.pdf"),
        ("Content-Disposition: attachment; filename*=utf-8''%E4%BE%8B.pdf", "例.pdf"),
        ("Content-Disposition: attachment; filename*0=long; filename*1=er.pdf", "longer.pdf"),
        ("Content-Disposition: attachment; filename*0*=utf-8''%C3%A4; filename*1*=%C3%B6.pdf", "äö.pdf"),
        ("Content-Disposition: attachment; filename*=nonsense", "nonsense"),
        ('Content-Disposition: attachment; filename="=?utf-8?Q?M=C3=BCller.pdf?="', "Müller.pdf"),
        ("Content-Type: application/pdf; name=b.pdf", "b.pdf"),
        ("Content-Disposition: attachment", "attachment"),
        ("Content-Disposition: attachment; filename=../../etc/passwd", "../../etc/passwd"),
        ("Content-Type: message/rfc822", "message.eml"),
    ],
)
def test_names_of_attachments(headers: str, name: str) -> None:
    (attachment,) = read(multipart(PLAIN, f"{headers}\n\ncontent")).attachments
    assert attachment.name == name


def test_an_attachment_tells_its_type_and_its_size_decoded() -> None:
    part = "Content-Type: image/png; name=a.png\nContent-Transfer-Encoding: base64\n\nAAAA"
    assert read(multipart(PLAIN, part)).attachments == (Attachment(name="a.png", content_type="image/png", size=3),)


@pytest.mark.parametrize("kind", ["plain", "html"])
def test_an_attached_text_is_no_part_of_the_words(kind: str) -> None:
    part = f"Content-Type: text/{kind}\nContent-Disposition: attachment\n\nnot this"
    message = read(multipart(PLAIN, part))
    assert (message.text, message.html, len(message.attachments)) == ("plain words", "", 1)


def test_a_message_inside_a_message_is_one_attachment() -> None:
    forwarded = "Content-Type: message/rfc822\n\nSubject: inner\nContent-Type: text/plain\n\nwords of somebody else"
    message = read("Subject: outer\n" + multipart(PLAIN, forwarded))
    assert (message.subject, message.text) == ("outer", "plain words")
    assert [a.content_type for a in message.attachments] == ["message/rfc822"]


@pytest.mark.parametrize(
    "raw",
    [
        'Content-Type: multipart/mixed; boundary="b"\n\n--other\n\nwords\n--other--\n',  # another boundary
        "Content-Type: multipart/mixed\n\nwords",  # none at all
        'Content-Type: multipart/mixed; boundary=""\n\nwords',
        'Content-Type: multipart/mixed; boundary="b"\n\nwords',
    ],
)
def test_where_the_boundary_lies_what_is_there_is_shown(raw: str) -> None:
    assert "words" in read(raw).text


def test_a_multipart_that_was_cut_off_keeps_what_came() -> None:
    assert read(f'Content-Type: multipart/mixed; boundary="b"\n\n--b\n{PLAIN}').text == "plain words"


def _deep(kind: str, times: int) -> str:
    heads = "".join(f"Content-Type: multipart/{kind}; boundary=b{i}\n\n--b{i}\n" for i in range(times))
    return f"Subject: deep\n{heads}\nwords"


@pytest.mark.parametrize("times", [20, 1500])
def test_however_deep_the_parts_lie_nothing_is_raised(times: int) -> None:
    assert read(_deep("mixed", times)).subject == "deep"


def test_what_cannot_be_taken_apart_is_called_unreadable_and_keeps_its_headers() -> None:
    message = read(_deep("mixed", 1500))
    assert (message.subject, message.text, message.flags) == ("deep", "", frozenset({Flag.UNREADABLE}))


def test_messages_in_messages_without_end_are_unreadable() -> None:
    message = read("Subject: deep\n" + "Content-Type: message/rfc822\n\n" * 1500)
    assert (message.subject, Flag.UNREADABLE in message.flags) == ("deep", True)


_HEADS = st.sampled_from(
    [
        b"",
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n",
        b"Content-Type: text/plain; charset=",
        b"Content-Type: text/html\r\n\r\n",
        b"Content-Transfer-Encoding: base64\r\n\r\n",
        b"Content-Transfer-Encoding: quoted-printable\r\n\r\n",
        b"Content-Disposition: attachment; filename*=",
        b"Content-Type: message/rfc822\r\n\r\nSubject: ",
        b"Subject: =?utf-8?b?",
        b"From: ",
        b"Date: ",
    ]
)


@given(st.lists(st.tuples(_HEADS, st.binary(max_size=60)), max_size=6))
def test_no_bytes_raise_and_every_text_fits_a_database(pieces: list[tuple[bytes, bytes]]) -> None:
    message = parse(b"".join(head + tail for head, tail in pieces), received=RECEIVED)
    texts = [message.subject, message.text, message.html, message.message_id, *message.references]
    texts += [text for a in message.attachments for text in (a.name, a.content_type)]
    texts += [text for p in message.participants for text in (p.address.email, p.address.name)]
    together = "\n".join(texts)
    assert "\x00" not in together
    together.encode()


@given(st.binary(max_size=2000))
def test_no_noise_raises(noise: bytes) -> None:
    parse(noise, received=RECEIVED)
