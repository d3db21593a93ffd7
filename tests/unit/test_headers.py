"""Messages whose text is not there to be shown."""

from __future__ import annotations

from dataclasses import replace

import pytest

from connectors.records import Attachment, Flag
from connectors.texts import unarmoured
from syncapp.engine.headers import SEALED, UNWANTED, bare, worded
from tests.builders import email

MESSAGE = email(html="<p>Hello</p>", attachments=(Attachment(name="a", content_type="text/plain", size=1),))
BEGIN, END = "-----BEGIN PGP MESSAGE-----", "-----END PGP MESSAGE-----"
BLOCK = f"{BEGIN}\n\nabc\n{END}"


def flagged(*flags: Flag, **more: str) -> str:
    """The text as people read it."""
    return worded(replace(MESSAGE, flags=frozenset(flags), **more)).text  # type: ignore[arg-type]


def test_bare_has_nothing_of_what_a_message_says_and_all_that_its_headers_say() -> None:
    found = bare(MESSAGE)
    assert (found.text, found.html, found.attachments, found.flags) == ("", "", (), frozenset({Flag.HEADERS_ONLY}))
    whole = replace(found, text=MESSAGE.text, html=MESSAGE.html, attachments=MESSAGE.attachments, flags=frozenset())
    assert whole == MESSAGE


def test_bare_twice_is_bare() -> None:
    assert bare(bare(MESSAGE)) == bare(MESSAGE)


@pytest.mark.parametrize("flag", [Flag.OVERSIZED, Flag.UNREADABLE, Flag.SEALED])
def test_what_is_wrong_inside_does_not_matter_to_headers(flag: Flag) -> None:
    assert bare(replace(MESSAGE, flags=frozenset({flag, Flag.SPAM}))).flags == {Flag.SPAM, Flag.HEADERS_ONLY}


def test_a_text_that_is_there_stays() -> None:
    assert worded(MESSAGE) is MESSAGE


@pytest.mark.parametrize(
    ("flags", "text", "shown"),
    [
        ([Flag.HEADERS_ONLY], "", UNWANTED),
        ([Flag.HEADERS_ONLY, Flag.SEALED], "", UNWANTED),
        ([Flag.SEALED], "", SEALED),
        ([Flag.SEALED], BLOCK, SEALED),
        ([Flag.SEALED], f"For you:\n{BLOCK}\nInes", f"For you:\n{SEALED}\nInes"),
        ([Flag.SEALED], "a note of the gateway", "a note of the gateway"),
    ],
)
def test_there_is_a_sentence_where_there_is_no_text(flags: list[Flag], text: str, shown: str) -> None:
    assert flagged(*flags, text=text) == shown


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("", ""),
        ("plain", "plain"),
        (BLOCK, "*"),
        (f"a{BLOCK}b{BLOCK}c", "a*b*c"),
        (f"what {BEGIN} means", f"what {BEGIN} means"),  # somebody writes about it
        (f"{END} {BEGIN}", f"{END} {BEGIN}"),
        (f"{BEGIN}{BEGIN}{END}rest", "*rest"),
    ],
)
def test_each_encrypted_part_is_replaced(text: str, left: str) -> None:
    assert unarmoured(text, "*") == left
