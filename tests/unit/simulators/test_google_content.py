"""What is read out of a message's bytes, broken ones included."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.simulators.google.content import SNIPPET_LENGTH, Content, base64url, from_base64url, part_bytes

NESTED = b"""From: a@b.example
Content-Type: multipart/mixed; boundary=M

--M
Content-Type: multipart/alternative; boundary=A

--A
Content-Type: text/plain; charset=iso-8859-1
Content-Transfer-Encoding: quoted-printable

gr=FC=DFe
--A
Content-Type: text/html

<p>hello</p>
--A--
--M
Content-Type: message/rfc822

From: inner@b.example
Subject: Inner

deep
--M
Content-Type: image/png; name*=utf-8''gr%C3%BCn.png
Content-Disposition: inline
Content-Transfer-Encoding: base64

iVBORw0KGgo=
--M--
"""


def name(part_id: str) -> str:
    return f"id-of-{part_id}"


def test_parts_are_numbered_from_zero_with_dots_between() -> None:
    assert list(Content(NESTED).parts) == ["", "0", "0.0", "0.1", "1", "1.0", "2"]


def test_the_tree_has_the_shape_of_the_message() -> None:
    tree = Content(NESTED).payload(name)
    assert (tree["mimeType"], tree["body"], tree["filename"]) == ("multipart/mixed", {"size": 0}, "")
    assert [(p["partId"], p["mimeType"]) for p in tree["parts"]] == [
        ("0", "multipart/alternative"),
        ("1", "message/rfc822"),
        ("2", "image/png"),
    ]


def test_text_is_in_its_place_and_in_utf_8() -> None:
    plain = Content(NESTED).payload(name)["parts"][0]["parts"][0]
    assert base64.urlsafe_b64decode(plain["body"]["data"]).decode() == "grüße"
    assert plain["body"]["size"] == len("grüße".encode())


def test_files_and_messages_are_left_out_and_named() -> None:
    parts = Content(NESTED).payload(name)["parts"]
    assert (parts[2]["filename"], parts[2]["body"]) == ("grün.png", {"attachmentId": "id-of-2", "size": 8})
    assert parts[1]["body"]["attachmentId"] == "id-of-1"
    assert parts[1]["parts"][0]["headers"][1] == {"name": "Subject", "value": "Inner"}


def test_a_text_that_is_a_file_is_left_out_and_keeps_its_bytes() -> None:
    raw = b'Content-Type: text/csv; charset=iso-8859-1; name="a.csv"\n\ngr\xfcn'
    content = Content(raw)
    assert content.payload(name)["body"] == {"attachmentId": "id-of-", "size": 4}
    assert part_bytes(content.parts[""]) == b"gr\xfcn"


def test_a_message_within_is_given_whole() -> None:
    assert b"Subject: Inner" in part_bytes(Content(NESTED).parts["1"])


@pytest.mark.parametrize(
    ("line", "value"),
    [
        (b"Subject: plain", "plain"),
        (b"Subject: =?utf-8?q?caf=C3=A9?= au =?iso-8859-1?q?l=E9?=", "café au lé"),
        (b"Subject: folded\r\n over lines", "folded over lines"),
        (b"Subject: caf\xc3\xa9", "café"),  # raw UTF-8
        (b"Subject: caf\xe9", "café"),  # raw Latin-1
        (b"Subject: =?no-such-charset?q?caf=C3=A9?=", "café"),
        (b"Subject: =?utf-8?b?YQ=b?=", "=?utf-8?b?YQ=b?="),  # bad base64
        (b"Subject: =?utf-8?b?broken", "=?utf-8?b?broken"),
        (b"Subject:", ""),
        (b"X-Other: x", ""),
    ],
)
def test_a_header_is_read_as_people_see_it(line: bytes, value: str) -> None:
    assert Content(line + b"\r\n\r\nbody").header("subject") == value


def test_headers_keep_order_case_and_repeats() -> None:
    content = Content(b"received: one\nSubject: x\nReceived: two\n\n")
    assert content.headers == [("received", "one"), ("Subject", "x"), ("Received", "two")]


def test_an_outline_holds_all_headers_unless_some_are_wanted() -> None:
    content = Content(b"To: a\nCc: b\n\n")
    assert len(content.outline([])["headers"]) == 2
    assert content.outline(["CC", "Bcc"])["headers"] == [{"name": "Cc", "value": "b"}]


@pytest.mark.parametrize(
    ("subject", "topic"),
    [
        ("Renewal", "renewal"),
        ("Re: Renewal", "renewal"),
        ("RE: Fwd: re:  Renewal  now", "renewal now"),
        ("AW: WG: Renewal", "renewal"),
        ("Re[2]: Renewal", "renewal"),
        ("Regarding: Renewal", "regarding: renewal"),
    ],
)
def test_a_topic_is_the_subject_without_prefixes(subject: str, topic: str) -> None:
    assert Content(f"Subject: {subject}\n\n".encode()).topic == topic


def test_ancestors_come_from_both_headers_nearest_last() -> None:
    content = Content(b"References: <1@x> <2@x>\nIn-Reply-To: <3@x>\n\n")
    assert content.ancestors == ("1@x", "2@x", "3@x")


@pytest.mark.parametrize(
    ("raw", "snippet"),
    [
        (b"Subject: x\n\none\n  two & <three> it's", "one two &amp; &lt;three&gt; it&#39;s"),
        (b"Content-Type: text/html\n\n<style>p{}</style><p>one<br>two&nbsp;three</p>", "one two three"),
        (b"Content-Type: image/png\n\nxx", ""),
        (b"", ""),
    ],
)
def test_a_snippet_is_the_text_on_one_line(raw: bytes, snippet: str) -> None:
    assert Content(raw).snippet == snippet


def test_a_snippet_is_cut() -> None:
    assert len(Content(b"\n" + b"word " * 200).snippet) == SNIPPET_LENGTH


@given(st.binary(max_size=300))
def test_no_bytes_are_refused(raw: bytes) -> None:
    content = Content(raw)
    content.payload(name)
    content.outline([])
    assert isinstance(content.snippet + content.topic + content.message_id, str)
    assert all(isinstance(part_bytes(part), bytes) for part in content.parts.values())


@given(st.binary(max_size=60))
def test_base64url_is_read_back_from_every_form(content: bytes) -> None:
    text = base64url(content)
    assert from_base64url(text) == from_base64url(text.rstrip("=")) == content
    assert from_base64url(base64.b64encode(content).decode()) == content


@pytest.mark.parametrize("text", ["a b", "a", "ä", "abc$"])
def test_what_is_no_base64_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        from_base64url(text)
