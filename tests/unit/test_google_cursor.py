from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.errors import ConnectorError, Kind
from connectors.google.cursor import Position

BOX = "ann@ours.example"
HERE = Position(mode="history", history="12345")


@given(st.sampled_from(["full", "history"]), st.integers(0, 2**63 - 1).map(str), st.text(max_size=50))
def test_a_position_comes_back_as_it_was(mode: str, history: str, page: str) -> None:
    position = Position(mode=mode, history=history, page=page)
    assert Position.opened(position.sealed(BOX), BOX) == position


def test_capitals_in_the_address_make_no_other_mailbox() -> None:
    assert Position.opened(HERE.sealed("Ann@Ours.example"), BOX) == HERE


def test_a_cursor_does_not_give_the_address_away() -> None:
    assert "ann" not in HERE.sealed(BOX)


SEALED = json.loads(HERE.sealed(BOX))


@pytest.mark.parametrize(
    "cursor",
    [
        HERE.sealed("bob@ours.example"),
        "",
        "12345",
        "null",
        "[]",
        "{}",
        '"text"',
        "not json",
        json.dumps(SEALED | {"mode": "sideways"}),
        json.dumps(SEALED | {"more": 1}),
        json.dumps({k: v for k, v in SEALED.items() if k != "history"}),
        json.dumps(SEALED | {"seal": None}),
        json.dumps(SEALED | {"history": "12346"}),
        json.dumps(SEALED | {"history": 12345}),
        json.dumps(SEALED | {"mode": "full"}),
        json.dumps(SEALED | {"page": "p2"}),
    ],
)
def test_what_is_no_cursor_of_this_mailbox_starts_the_read_anew(cursor: str) -> None:
    with pytest.raises(ConnectorError) as caught:
        Position.opened(cursor, BOX)
    assert (caught.value.failure.kind, caught.value.failure.code) == (Kind.CURSOR_EXPIRED, "engine.CURSOR_FOREIGN")


@given(st.text(max_size=60))
def test_no_text_raises_anything_else(cursor: str) -> None:
    with pytest.raises(ConnectorError):
        Position.opened(cursor, BOX)
