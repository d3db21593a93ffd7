"""The outside oracle's own look at calendars: what an item is, and which records stand for themselves."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from syncapp.demo.outside_events import Reach, items, look, own_rows, windows
from syncapp.demo.outside_series import Window
from tests.unit.demo.diary import (
    ADMIN,
    STRANGER,
    WINDOW,
    WINDOWS,
    at,
    calendars,
    day,
    event,
    exception,
    on,
    record,
    salesforce,
)
from tests.unit.demo.sights import HERE, THERE

WEEKLY = {"recurrence": ["RRULE:FREQ=WEEKLY;COUNT=4"]}


def told(*events: dict[str, Any]) -> list[tuple[str, str]]:
    """(original, start) of each item of one calendar, in order."""
    found = items(calendars(anna=list(events)), WINDOWS)
    return sorted((item.sight.original, f"{item.sight.span.start:%m-%dT%H}") for item in found)


FIRST = [("20260302T090000Z", "03-02T09"), ("20260309T090000Z", "03-09T09")]
OTHERS = [("20260316T090000Z", "03-16T09"), ("20260323T090000Z", "03-23T09")]
SECOND = at(9)

CALENDARS: dict[str, tuple[list[dict[str, Any]], list[tuple[str, str]]]] = {
    "an empty calendar": ([], []),
    "a single event": ([event()], [("", "03-10T09")]),
    "one that is called off": ([event(status="cancelled")], []),
    "one before the window": ([event(number=-20)], [("", "02-08T09")]),
    "a series": ([event("s", 2, **WEEKLY)], FIRST + OTHERS),
    "a series of which half lies in the window": (
        [event("s", -5, **WEEKLY)],
        [("20260302T090000Z", "03-02T09"), ("20260309T090000Z", "03-09T09"), ("20260316T090000Z", "03-16T09")],
    ),
    "a series that is over": ([event("s", -90, **WEEKLY)], [("", "11-30T09")]),
    "a series that has not begun": ([event("s", 40, **WEEKLY)], [("", "04-09T09")]),
    "an occurrence that is called off": (
        [event("s", 2, **WEEKLY), exception("s", SECOND, status="cancelled", number=9)],
        [FIRST[0], *OTHERS],
    ),
    "one that is moved": (
        [event("s", 2, **WEEKLY), exception("s", SECOND, number=12)],
        [FIRST[0], ("20260309T090000Z", "03-12T09"), *OTHERS],
    ),
    "one that is moved out of the window": (
        [event("s", 2, **WEEKLY), exception("s", SECOND, number=50)],
        [FIRST[0], *OTHERS],
    ),
    "one that is moved into the window": (
        [event("s", 34, **WEEKLY), exception("s", at(34), number=20)],
        [("20260403T090000Z", "03-20T09")],
    ),
    "all of them called off": (
        [event("s", 2, recurrence=["RRULE:FREQ=WEEKLY;COUNT=1"]), exception("s", at(2), status="cancelled", number=2)],
        [("", "03-02T09")],
    ),
    "an occurrence without its series": ([exception("s", SECOND, number=12)], [("20260309T090000Z", "03-12T09")]),
    "whole days": (
        [event("d", start=on(5), end=on(6), recurrence=["RRULE:FREQ=DAILY;COUNT=2"])],
        [("20260305", "03-05T00"), ("20260306", "03-06T00")],
    ),
}


@pytest.mark.parametrize(("events", "expected"), CALENDARS.values(), ids=CALENDARS.keys())
def test_what_an_item_is(events: list[dict[str, Any]], expected: list[tuple[str, str]]) -> None:
    assert told(*events) == expected


def test_an_endless_series_has_its_occurrences_in_the_window_and_no_others() -> None:
    found = told(event("s", -900, recurrence=["RRULE:FREQ=DAILY"]))
    assert (len(found), found[0], found[-1]) == (31, ("20260301T090000Z", "03-01T09"), ("20260331T090000Z", "03-31T09"))


BORDERS = {
    "ends when the window begins": (event(start=at(0, 23), end=at(1, 0)), 0),
    "ends a moment later": (event(start=at(0, 23), end=at(1, 1)), 1),
    "begins when the window ends": (event(start=at(32, 0), end=at(32, 1)), 0),
    "begins a moment earlier": (event(start=at(31, 23), end=at(32, 1)), 1),
}


@pytest.mark.parametrize(("single", "inside"), BORDERS.values(), ids=BORDERS.keys())
def test_the_borders_of_the_window_are_outside(single: dict[str, Any], inside: int) -> None:
    (item,) = items(calendars(anna=[single]), WINDOWS)
    assert item.sight.span.lies_in(WINDOW) == bool(inside)


@pytest.mark.parametrize(("number", "inside"), [(0, False), (1, True), (31, True), (32, False)])
def test_a_whole_day_lies_in_utc_whatever_the_zone_of_its_calendar(number: int, inside: bool) -> None:
    (item,) = items(calendars("Pacific/Auckland", anna=[event(start=on(number), end=on(number + 1))]), WINDOWS)
    assert item.sight.span.lies_in(WINDOW) == inside


# -- One meeting in several calendars


def test_a_meeting_in_two_calendars_is_one_item() -> None:
    (found,) = items(calendars(anna=[event()], ben=[event()]), WINDOWS)
    assert found.copies == [(HERE, "e1"), (THERE, "e1")]


def test_an_occurrence_in_two_calendars_is_one_item_though_only_one_was_touched() -> None:
    touched = [event("s", 2, **WEEKLY), exception("s", SECOND, number=9)]
    found = items(calendars(anna=[event("s", 2, **WEEKLY)], ben=touched), WINDOWS)
    assert [len(item.copies) for item in found] == [2, 2, 2, 2]


def test_the_organizers_copy_leads_wherever_it_is_read() -> None:
    theirs = event(summary="As the organizer says", organizer={"email": THERE})
    guest = event(summary="As the guest has it", organizer={"email": THERE})
    (found,) = items(calendars(anna=[guest], ben=[theirs]), WINDOWS)
    assert [sight.subject for sight in found.sights] == ["As the organizer says", "As the guest has it"]


def test_calendars_beside_the_owners_own_are_not_read() -> None:
    google = calendars(anna=[event()])
    google["calendars"]["team@group.calendar.google.com"] = {"owner": HERE, "timeZone": "UTC", "events": [event("2")]}
    assert len(items(google, WINDOWS)) == 1


# -- Salesforce


@pytest.mark.parametrize(
    "more",
    [
        pytest.param({"IsDeleted": True}, id="in the recycle bin"),
        pytest.param({"IsChild": True}, id="an invited user's copy"),
        pytest.param({"IsRecurrence": True}, id="a pattern of Classic"),
        pytest.param({"IsRecurrence2": True}, id="a series of Lightning"),
        pytest.param({"RecurrenceActivityId": "00Up"}, id="an occurrence of Classic"),
    ],
)
def test_a_record_does_not_stand_for_itself(more: dict[str, Any]) -> None:
    assert own_rows(salesforce(record(**more))) == []


def test_whole_days_end_on_the_day_after_their_last() -> None:
    days: dict[str, Any] = {
        "StartDateTime": "2026-03-05T00:00:00.000+0000",
        "EndDateTime": "2026-03-06T00:00:00.000+0000",
    }
    (row,) = own_rows(salesforce(record(IsAllDayEvent=True, **days)))
    assert (row.meeting.span.start, row.meeting.span.end) == (day(5, 0), day(7, 0))


BORN: dict[str, Any] = {"CreatedById": ADMIN}


def counted(*records: dict[str, Any], **diaries: list[dict[str, Any]]) -> tuple[int, int, int]:
    """(items, records, altered)."""
    found = look(calendars(**diaries), salesforce(*records), WINDOWS)
    return len(found.items), len(found.records), len(found.altered)


@pytest.mark.parametrize(
    ("records", "diary", "expected"),
    [
        pytest.param([], [event()], (1, 0, 0), id="only in the calendar"),
        pytest.param([record()], [event()], (1, 1, 0), id="written from the calendar"),
        pytest.param([record("Renamed")], [event()], (1, 0, 1), id="written, and renamed on one side"),
        pytest.param([record("Event 1", 11)], [event()], (1, 0, 1), id="written, and moved on one side"),
        pytest.param([record("Other", 12)], [event()], (1, 1, 0), id="written, and of nothing"),
        pytest.param([record(**BORN)], [event()], (1, 1, 0), id="born in Salesforce and in the calendar"),
        pytest.param([record(**BORN)], [], (1, 0, 0), id="born in Salesforce and not in the calendar yet"),
        pytest.param([record("Event 1", 11, **BORN)], [event()], (1, 0, 1), id="born there, and moved on one side"),
        pytest.param([record("Other", **BORN)], [event()], (2, 0, 0), id="born there for the same time as another"),
        pytest.param([record()], [], (0, 1, 0), id="written, and nothing in the calendar"),
        pytest.param([record(**BORN, OwnerId=STRANGER)], [], (0, 0, 0), id="born for somebody without a mailbox"),
        pytest.param([record(**BORN), record(Id="00Ux")], [event()], (1, 2, 0), id="born there and written once more"),
        pytest.param([record("Other", 12, **BORN)], [event()], (2, 0, 0), id="born, and another event in the calendar"),
    ],
)
def test_what_is_a_record(
    records: list[dict[str, Any]], diary: list[dict[str, Any]], expected: tuple[int, int, int]
) -> None:
    assert counted(*records, anna=diary) == expected


def test_what_waits_for_its_calendar_is_known_by_its_mailbox_and_record() -> None:
    (waiting,) = look(calendars(anna=[]), salesforce(record(**BORN, Id="00Ub")), WINDOWS).items
    assert waiting.copies == [(HERE, "00Ub")]


# -- The window of each calendar

REACH = Reach(back=30, ahead=180)


def call(at: datetime, operation: str = "events.list", status: int = 200) -> dict[str, Any]:
    return {"at": at.timestamp(), "operation": operation, "status": status, "account": HERE}


@pytest.mark.parametrize(
    ("calls", "first", "last"),
    [
        pytest.param([], 20, 20, id="nobody looked: as of now"),
        pytest.param([call(day(5))], 5, 5, id="one look"),
        pytest.param([call(day(7)), call(day(5)), call(day(9))], 5, 9, id="from the first look to the last"),
        pytest.param([call(day(5)), call(day(9), status=403)], 5, 5, id="a look that was refused"),
        pytest.param([call(day(5)), call(day(9), "events.insert")], 5, 5, id="what is no look"),
    ],
)
def test_the_window_goes_by_when_somebody_looked(calls: list[dict[str, Any]], first: int, last: int) -> None:
    found = windows(calendars(anna=[]), calls, REACH, day(20))
    assert found == {HERE: Window(low=day(first - 30, 0), high=day(last + 181, 0))}


def test_each_calendar_has_a_window_of_its_own() -> None:
    found = windows(calendars(anna=[], ben=[]), [call(day(5))], REACH, day(20))
    assert (found[HERE].high, found[THERE].high) == (day(186, 0), day(201, 0))
