from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.bodies import words
from connectors.texts import storable


@pytest.mark.parametrize(
    ("text", "expected"),
    [("plain", "plain"), ("a\x00b", "ab"), ("half \ud83d", "half \ufffd"), ("whole \U0001f600", "whole \U0001f600")],
)
def test_what_is_kept_of_a_text(text: str, expected: str) -> None:
    assert storable(text) == expected
    assert words(text) == expected


@given(st.text(st.characters(exclude_categories=())))
def test_whatever_is_kept_can_be_written(text: str) -> None:
    assert "\x00" not in storable(text)
    storable(text).encode()
