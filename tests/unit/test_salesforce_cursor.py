from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.errors import ConnectorError, Kind
from connectors.salesforce.cursor import Position
from connectors.salesforce.sources import EVENTS, TASKS

ORG = "00Dak0000000001EAA"
HERE = Position(mode="changes", since="2026-11-28T12:00:00Z", ahead="2027-05-28T00:00:00Z")
SEALED = json.loads(HERE.sealed(ORG))
_text = st.text(max_size=30)


@given(_text, _text, _text, _text, _text, _text)
def test_a_position_comes_back_as_it_was(mode: str, since: str, ahead: str, until: str, stamp: str, id_: str) -> None:
    position = Position(mode=mode, since=since, ahead=ahead, until=until, stamp=stamp, id=id_)
    assert Position.opened(position.sealed(ORG), ORG) == position


def test_a_read_that_ended_goes_on_with_what_changed_since_it_began() -> None:
    under_way = Position(mode="full", since="a", ahead="c", until="b", stamp="s", id="i")
    assert under_way.ended() == Position(mode="changes", since="b", ahead="c")


def test_a_cursor_of_events_that_was_stored_before_there_were_others_is_good() -> None:
    stored = (
        '{"seal": "e1a068f7f9862f24", "mode": "changes", "since": "2026-11-28T12:00:00Z", '
        '"ahead": "2027-05-28T00:00:00Z", "until": "", "stamp": "", "id": ""}'
    )
    assert Position.opened(stored, EVENTS.scope(ORG)) == HERE


def test_what_is_read_has_cursors_of_its_own() -> None:
    for one, other in ((EVENTS, TASKS), (TASKS, EVENTS)):
        with pytest.raises(ConnectorError):
            Position.opened(HERE.sealed(one.scope(ORG)), other.scope(ORG))


@pytest.mark.parametrize(
    "cursor",
    [
        HERE.sealed("00Dak0000000002EAA"),
        "",
        "null",
        "[]",
        "{}",
        '"text"',
        "not json",
        json.dumps(SEALED | {"mode": "full"}),
        json.dumps(SEALED | {"since": "2026-11-28T12:00:01Z"}),
        json.dumps(SEALED | {"ahead": ""}),
        json.dumps(SEALED | {"until": "x"}),
        json.dumps(SEALED | {"stamp": "x"}),
        json.dumps(SEALED | {"id": "' OR Id != '"}),
        json.dumps(SEALED | {"more": 1}),
        json.dumps(SEALED | {"seal": None}),
        json.dumps({name: value for name, value in SEALED.items() if name != "since"}),
    ],
)
def test_what_is_no_cursor_of_this_organization_starts_the_read_anew(cursor: str) -> None:
    with pytest.raises(ConnectorError) as caught:
        Position.opened(cursor, ORG)
    assert (caught.value.failure.kind, caught.value.failure.code) == (Kind.CURSOR_EXPIRED, "engine.CURSOR_FOREIGN")


@given(st.text(max_size=60))
def test_no_text_raises_anything_else(cursor: str) -> None:
    with pytest.raises(ConnectorError):
        Position.opened(cursor, ORG)
