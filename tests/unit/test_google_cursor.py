from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.errors import ConnectorError, Kind
from connectors.google.cursor import CalendarPosition, CalendarsPosition, Phase, Position
from connectors.records import Window
from connectors.rounds import Round

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
        json.dumps(SEALED | {"since": "1767225600"}),
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


# -- Calendars

DAY = timedelta(days=1)
START = datetime(2026, 3, 1, tzinfo=UTC)
WINDOW = Window(start=START, end=START + 210 * DAY)
FIRST = CalendarPosition.before(WINDOW)
SERIES = st.lists(st.text(min_size=1, max_size=40), max_size=5)


@given(st.sampled_from(Phase), st.text(max_size=30), st.text(max_size=30), SERIES)
def test_a_place_in_a_calendar_comes_back_as_it_was(phase: str, page: str, token: str, series: list[str]) -> None:
    position = replace(FIRST, phase=phase, page=page, token=token).having_shown(series)
    opened = CalendarPosition.opened(position.sealed(BOX), BOX)
    assert (opened, opened.window) == (position, WINDOW)


@given(SERIES, st.text(min_size=41, max_size=41))
def test_a_series_that_was_shown_is_known_and_no_other(series: list[str], other: str) -> None:
    position = FIRST.having_shown(series[:2]).having_shown(series[2:])
    assert all(position.has_shown(each) for each in series)
    assert not position.has_shown(other)


def test_a_series_takes_eight_characters_however_often_it_is_shown() -> None:
    position = FIRST.having_shown(["a" * 900, "b"]).having_shown(["b"])
    assert len(position.series) == 16


def test_a_full_read_lists_twice_and_goes_on_by_the_token_of_the_first_list() -> None:
    after = [position := FIRST.turned("p2")]
    after += [position := position.after_list("first"), position := position.after_list("second")]
    assert [(each.phase, each.page, each.token) for each in after] == [
        (Phase.WINDOW, "p2", ""),
        (Phase.OUTSIDE, "", "first"),
        (Phase.CHANGES, "", "first"),
    ]


def test_changes_go_on_by_their_own_token() -> None:
    caught_up = replace(FIRST, phase=Phase.CHANGES, token="old", page="p2").after_list("new")
    assert (caught_up.phase, caught_up.token, caught_up.page) == (Phase.CHANGES, "new", "")


def test_after_a_full_read_no_series_is_remembered() -> None:
    assert replace(FIRST, phase=Phase.OUTSIDE).having_shown(["a"]).after_list("t").series == ""


CHANGES = replace(FIRST, phase=Phase.CHANGES, token="t")
LATER = Window(start=START + DAY, end=WINDOW.end + DAY)


def test_a_window_whose_end_moved_on_is_listed_from_its_old_end() -> None:
    rolled = CHANGES.rolled(LATER)
    assert (rolled.phase, rolled.window) == (Phase.ROLL, Window(start=WINDOW.end, end=LATER.end))
    assert (rolled.after_list("none").phase, rolled.after_list("none").token) == (Phase.CHANGES, "t")


@pytest.mark.parametrize(
    ("position", "window"),
    [
        (CHANGES, WINDOW),
        (CHANGES, None),
        (CHANGES, Window(start=START - DAY, end=WINDOW.end - DAY)),
        (CHANGES.turned("p2"), LATER),
        (FIRST, LATER),
        (replace(FIRST, phase=Phase.OUTSIDE), LATER),
        (CHANGES.rolled(LATER), LATER),
        (CHANGES.rolled(LATER).after_list("none"), LATER),
    ],
)
def test_else_the_read_goes_on_where_it_was(position: CalendarPosition, window: Window | None) -> None:
    assert position.rolled(window) == position


SEALED_CALENDAR = json.loads(CHANGES.sealed(BOX))


@pytest.mark.parametrize(
    "cursor",
    [
        CHANGES.sealed("bob@ours.example"),
        HERE.sealed(BOX),
        "",
        json.dumps(SEALED_CALENDAR | {"token": "other"}),
        json.dumps(SEALED_CALENDAR | {"end": "2027-01-01T00:00:00+00:00"}),
        json.dumps(SEALED_CALENDAR | {"phase": "sideways"}),
        json.dumps(SEALED_CALENDAR | {"series": "12345678"}),
        json.dumps(SEALED_CALENDAR | {"page": None}),
        CHANGES.sealed(BOX) + " ",
    ],
)
def test_what_is_no_cursor_of_this_calendar_starts_the_read_anew(cursor: str) -> None:
    with pytest.raises(ConnectorError) as caught:
        CalendarPosition.opened(cursor, BOX)
    assert caught.value.failure.kind is Kind.CURSOR_EXPIRED


def test_a_cursor_of_a_calendar_is_none_of_its_mailbox() -> None:
    with pytest.raises(ConnectorError):
        Position.opened(CHANGES.sealed(BOX), BOX)


# -- Several calendars

SEVERAL = Round(at="team@x", of={"": "own cursor", "team@x": "team's cursor"})


@pytest.mark.parametrize("begun", [SEVERAL, Round(at="", of={"": "o", "a@x": "a"}), Round(at="a@x", of={"": "o"})])
def test_a_round_comes_back_as_it_stood(begun: Round) -> None:
    assert CalendarsPosition.begun(CalendarsPosition.of_round(begun, BOX), BOX) == begun


def test_of_the_own_calendar_alone_the_cursor_is_that_calendars() -> None:
    """So what was stored before there were further ones is read on."""
    assert CalendarsPosition.of_round(Round(of={"": "own cursor"}), BOX) == "own cursor"
    assert CalendarsPosition.begun("own cursor", BOX) == Round(of={"": "own cursor"})


def test_without_a_cursor_a_round_begins() -> None:
    assert CalendarsPosition.begun(None, BOX) == Round()


@pytest.mark.parametrize(
    "cursor",
    [
        CalendarsPosition.of_round(SEVERAL, "bob@ours.example"),
        CalendarsPosition.of_round(SEVERAL, BOX).replace("own cursor", "own cursus"),
        CalendarsPosition.of_round(SEVERAL, BOX).replace('"at": "team@x"', '"at": ""'),
        '{"of": {}}',
        '{"of": ',
    ],
    ids=["another mailbox's", "another position", "another turn", "without a seal", "half"],
)
def test_a_round_that_is_none_of_ours_is_not_followed(cursor: str) -> None:
    with pytest.raises(ConnectorError) as caught:
        CalendarsPosition.begun(cursor, BOX)
    assert caught.value.failure.kind is Kind.CURSOR_EXPIRED
