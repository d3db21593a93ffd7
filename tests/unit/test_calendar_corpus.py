"""The corpus of calendars: what Google's calendar and the oracle's look make of thirty files, against the standards."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from functools import cache
from typing import Any

import pytest

from connectors.simulators.google import control
from connectors.simulators.google.world import World
from connectors.simulators.timeline import Timeline
from syncapp.demo.outside_events import items
from syncapp.demo.outside_pairs import EventItem
from syncapp.demo.outside_series import Window
from tests.corpus.make_calendars import FOLDER, calendars

OWNER = "orders@norden.example"
YEAR = Window(low=datetime(2026, 1, 1, tzinfo=UTC), high=datetime(2027, 1, 1, tzinfo=UTC))
EXPECTED: dict[str, dict[str, Any]] = tomllib.loads((FOLDER / "expectations.toml").read_text("utf-8"))
FILES = sorted(path.name for path in FOLDER.glob("*.ics"))
each_file = pytest.mark.parametrize("name", FILES)


@cache
def imported(name: str) -> tuple[dict[str, Any], list[EventItem], list[dict[str, Any]]]:
    """(what the door told, the oracle's items by their starts, the events in the calendar)."""
    world = World(timeline=Timeline())
    world.add_account(OWNER, "Orders")
    text = (FOLDER / name).read_bytes().decode()
    told = control.carry_out(world, "event-file", {"account": OWNER, "text": text})
    snapshot = control.snapshot(world)
    return told, sorted(items(snapshot, {OWNER: YEAR}), key=line), snapshot["calendars"][OWNER]["events"]


def line(item: EventItem) -> str:
    sight, form = item.sight, "%Y-%m-%d" if item.sight.span.all_day else "%Y-%m-%dT%H:%MZ"
    return f"{sight.span.start.strftime(form)} / {sight.span.end.strftime(form)} {sight.subject}"


def inside(name: str) -> list[EventItem]:
    return [item for item in imported(name)[1] if item.sight.span.lies_in(YEAR)]


def test_there_are_thirty_calendars_and_each_has_its_expectations() -> None:
    assert (len(FILES), FILES) == (30, sorted(EXPECTED))


def test_the_files_are_what_the_maker_makes() -> None:
    made = dict(calendars())
    assert {name: (FOLDER / name).read_bytes() == made.get(name) for name in FILES} == dict.fromkeys(made, True)


@each_file
def test_it_says_what_it_is_to_show(name: str) -> None:
    assert EXPECTED[name]["shows"]
    assert EXPECTED[name]["by"]


@each_file
def test_occurrences(name: str) -> None:
    expected, found = EXPECTED[name], [line(item) for item in inside(name)]
    assert found[: len(expected.get("begins", found))] == expected.get("occurrences", expected.get("begins"))
    assert len(found) == expected.get("count", len(expected.get("occurrences", [])))


@each_file
def test_what_lies_outside(name: str) -> None:
    outside = [item.sight.subject for item in imported(name)[1] if item not in inside(name)]
    assert outside == EXPECTED[name].get("outside", [])


@each_file
@pytest.mark.parametrize("fate", ["passed_over", "altered", "changed"])
def test_what_is_not_there_as_it_stands_in_the_file_is_told(name: str, fate: str) -> None:
    assert len(imported(name)[0][fate]) == EXPECTED[name].get(fate, 0)


@each_file
def test_every_event_of_the_file_is_accounted_for(name: str) -> None:
    told, written = imported(name)[0], (FOLDER / name).read_bytes().upper().count(b"BEGIN:VEVENT")
    assert len(told["events"]) + len(told["changed"]) + len(told["passed_over"]) == written


@each_file
def test_who_may_read_it(name: str) -> None:
    private = sorted(item.sight.subject for item in inside(name) if item.sight.private)
    assert private == EXPECTED[name].get("private", [])


@each_file
def test_guests(name: str) -> None:
    guests = [guest["email"] for event in imported(name)[2] for guest in event.get("attendees", [])]
    assert guests == EXPECTED[name].get("guests", [])


@pytest.mark.parametrize("name", [name for name in FILES if {"text", "place"} & EXPECTED[name].keys()])
def test_text_and_place(name: str) -> None:
    expected, first = EXPECTED[name], inside(name)[0].sight
    assert first.text.startswith(expected.get("text", ""))
    assert len(first.text) == expected.get("text_length", len(first.text))
    assert first.location == expected.get("place", "")
