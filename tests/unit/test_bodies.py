"""Bodies are read without trust."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors import bodies

_anything = st.text(st.characters(max_codepoint=0x2FF), max_size=200)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"a": [1]}', {"a": [1]}),
        ("", None),
        ("{", None),
        ("null", None),
        ("[" * 100_000, None),
        ("1" * 10_000, None),
    ],
)
def test_json_or_nothing(text: str, value: object) -> None:
    assert bodies.json_value(text) == value


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<!DOCTYPE html><title>Down &amp; out</title><style>p{}</style><p>Try <b>x</b> later", "Down & out Try"),
        ("\n <HTML><body><h1>503</h1></body></HTML>", "503"),
        ("<h1>Bad Message 414</h1><pre>reason: URI Too Long</pre>", "Bad Message 414 reason: URI Too Long"),
        ("<html></html>", ""),
        ("<response><error>no</error></response>", None),
        ("plain", None),
        ("", None),
    ],
)
def test_the_words_of_a_page(text: str, words: str | None) -> None:
    assert bodies.page_words(text) == words


@pytest.mark.parametrize(
    ("text", "names", "found"),
    [
        ("<a><sf:code> X </sf:code></a>", ("code",), "X"),
        ('<code xmlns="urn:x">X</code>', ("code",), "X"),
        ("<code/><code>X</code>", ("code",), "X"),
        ("<code>A</code><reason>B</reason>", ("reason", "code"), "B"),
        ("<code>&lt;X&gt;</code>", ("code",), "<X>"),
        ("<codes>X</codes>", ("code",), ""),
        ("<code>X", ("code",), ""),
        ("", ("code",), ""),
    ],
)
def test_the_first_element_of_a_name(text: str, names: tuple[str, ...], found: str) -> None:
    assert bodies.element(text, *names) == found


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("error=a&error_description=b+c", {"error": "a", "error_description": "b c"}),
        ("https://x.example/cb?error=a&error=b", {"error": "a"}),
        ("https://x.example/cb#error=a", {"error": "a"}),
        ("https://[x/cb?error=a", {}),
        ("", {}),
        ("nothing here", {}),
    ],
)
def test_form_fields(text: str, fields: dict[str, str]) -> None:
    assert bodies.form_fields(text) == fields


def test_words_are_texts_of_a_bounded_length() -> None:
    assert bodies.words("x" * 5_000) == "x" * 2_000
    assert bodies.words(7) == ""


@given(_anything)
def test_nothing_is_too_strange_to_be_read(text: str) -> None:
    bodies.json_value(text)
    bodies.page_words(text)
    bodies.element(text, "code", "message")
    bodies.form_fields(text)
    assert "".join(bodies.pieces(text, "errors"))[:10] == text.replace("</errors>", "")[:10]
    assert bodies.is_markup(text) in (True, False)


@pytest.mark.parametrize("value", [None, {}, "fields", [1, "a", None]])
def test_what_holds_no_objects_has_none_by_name(value: object) -> None:
    assert bodies.by_name(value) == {}


def test_objects_stand_by_their_names() -> None:
    assert bodies.by_name([{"name": "Email", "type": "email"}, 7]) == {"Email": {"name": "Email", "type": "email"}}
