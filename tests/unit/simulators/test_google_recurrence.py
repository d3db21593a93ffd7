"""When a recurring event takes place, on the wall clock of its zone."""

from __future__ import annotations

from itertools import islice

import pytest

from connectors.simulators.google.calendar import recurrence
from connectors.simulators.google.calendar.recurrence import InvalidRule
from connectors.simulators.google.calendar.times import Time, stamp

BERLIN: Time = {"dateTime": "2026-11-23T10:00:00+01:00", "timeZone": "Europe/Berlin"}
MONDAY: Time = {"date": "2026-11-23"}


def stamps(start: Time, *lines: str, most: int = 6) -> list[str]:
    return [stamp(found) for found in islice(recurrence.occurrences(start, lines), most)]


def days(start: Time, *lines: str, most: int = 6) -> list[str]:
    """The days of November and December on which it takes place."""
    return [found[4:8] for found in stamps(start, *lines, most=most)]


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        (["RRULE:FREQ=DAILY;COUNT=3"], ["1123", "1124", "1125"]),
        (["RRULE:FREQ=WEEKLY;BYDAY=MO,WE;COUNT=3"], ["1123", "1125", "1130"]),
        (["RRULE:FREQ=DAILY;INTERVAL=2;UNTIL=20261127T090000Z"], ["1123", "1125", "1127"]),
        (["RRULE:FREQ=DAILY;UNTIL=20261125"], ["1123", "1124", "1125"]),
        (["RRULE:FREQ=DAILY;UNTIL=20261125T085959Z"], ["1123", "1124"]),
        (["RRULE:FREQ=DAILY;UNTIL=20261125T100000"], ["1123", "1124", "1125"]),
        (["RRULE:FREQ=MONTHLY;BYDAY=-1MO;COUNT=2"], ["1123", "1130", "1228"]),
        (["RRULE:FREQ=DAILY;COUNT=3", "EXDATE;TZID=Europe/Berlin:20261124T100000"], ["1123", "1125"]),
        (["RRULE:FREQ=DAILY;COUNT=3", "EXDATE:20261124T090000Z,20261125T090000Z"], ["1123"]),
        (["RRULE:FREQ=DAILY;COUNT=3", "EXDATE;TZID=America/New_York:20261124T040000"], ["1123", "1125"]),
        (["RDATE;TZID=Europe/Berlin:20261201T100000,20261205T100000"], ["1123", "1201", "1205"]),
        (["RDATE;VALUE=PERIOD:20261201T090000Z/PT1H"], ["1123", "1201"]),
        (["RRULE:FREQ=DAILY;COUNT=5", "EXRULE:FREQ=DAILY;INTERVAL=2"], ["1124", "1126"]),
        (["RRULE:FREQ=WEEKLY;BYDAY=TU;COUNT=2"], ["1123", "1124", "1201"]),
        (["rrule:freq=daily;count=2"], ["1123", "1124"]),
    ],
    ids=[
        "days",
        "weekdays",
        "until inclusive",
        "until a day",
        "until before",
        "until local",
        "last monday",
        "excluded",
        "two excluded",
        "excluded elsewhere",
        "added",
        "period",
        "excluding rule",
        "start outside its rule",
        "small letters",
    ],
)
def test_a_rule_gives_these_days(lines: list[str], found: list[str]) -> None:
    assert days(BERLIN, *lines) == found


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        (["RRULE:FREQ=DAILY;COUNT=2"], ["20261123", "20261124"]),
        (["RRULE:FREQ=DAILY;UNTIL=20261124"], ["20261123", "20261124"]),
        (["RRULE:FREQ=DAILY;UNTIL=20261124T120000Z"], ["20261123", "20261124"]),
        (["RRULE:FREQ=DAILY;COUNT=2", "EXDATE;VALUE=DATE:20261124"], ["20261123"]),
        (["RDATE;VALUE=DATE:20261130"], ["20261123", "20261130"]),
    ],
    ids=["days", "until", "until a time", "excluded", "added"],
)
def test_whole_days_recur_as_days(lines: list[str], found: list[str]) -> None:
    assert stamps(MONDAY, *lines) == found


def test_an_endless_rule_goes_on() -> None:
    assert len(days(BERLIN, "RRULE:FREQ=YEARLY", most=50)) == 50


def test_the_wall_clock_stays_over_the_change_to_summer_time() -> None:
    start = {"dateTime": "2027-03-27T10:00:00+01:00", "timeZone": "Europe/Berlin"}
    assert stamps(start, "RRULE:FREQ=DAILY;COUNT=2") == ["20270327T090000Z", "20270328T080000Z"]


@pytest.mark.parametrize(
    "line",
    [
        "FREQ=DAILY",
        "RRULE:",
        "RRULE:FREQ",
        "RRULE:FREQ=",
        "RRULE:COUNT=3",
        "RRULE:FREQ=SECONDLY",
        "RRULE:FREQ=FORTNIGHTLY",
        "RRULE:FREQ=DAILY;COUNT=0",
        "RRULE:FREQ=DAILY;COUNT=-1",
        "RRULE:FREQ=DAILY;COUNT=x",
        "RRULE:FREQ=DAILY;UNTIL=tomorrow",
        "RRULE:FREQ=DAILY;COUNT=2;UNTIL=20261124",
        "RRULE:FREQ=WEEKLY;BYDAY=XX",
        "RRULE:FREQ=DAILY;X-COLOUR=RED",
        "DTSTART:20261123T090000Z",
        "EXDATE:20261399",
        "RDATE:",
        "",
    ],
)
def test_what_is_no_rule_is_refused(line: str) -> None:
    with pytest.raises(InvalidRule):
        recurrence.check(BERLIN, [line])


def test_a_rule_that_leaves_nothing_is_refused() -> None:
    with pytest.raises(InvalidRule):
        recurrence.check(BERLIN, ["RRULE:FREQ=DAILY;COUNT=1", "EXDATE:20261123T090000Z"])


def test_a_time_that_the_change_to_summer_time_skips_is_still_a_time() -> None:
    start = {"dateTime": "2027-03-27T02:30:00+01:00", "timeZone": "Europe/Berlin"}
    found = list(recurrence.occurrences(start, ["RRULE:FREQ=DAILY;COUNT=3"]))
    assert len({stamp(one) for one in found}) == 3
    assert found[0] == start
