"""When a series takes place, counted by the oracle on the wall clock of its zone."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import pytest

from syncapp.demo.outside_series import starts

END = datetime(2027, 1, 1, tzinfo=UTC)
BERLIN = {"dateTime": "2026-03-23T09:00:00+01:00", "timeZone": "Europe/Berlin"}
DAY = {"date": "2026-03-23"}
TIMED = "2026-03-23T08 2026-03-30T07 2026-04-06T07"
DAYS = "2026-03-23T00 2026-03-30T00 2026-04-06T00"

RULES: dict[str, tuple[dict[str, str], list[str], str]] = {
    "a count": (BERLIN, ["RRULE:FREQ=WEEKLY;COUNT=3"], TIMED),
    "until a moment in UTC": (BERLIN, ["RRULE:FREQ=WEEKLY;UNTIL=20260406T070000Z"], TIMED),
    "until a moment before it": (BERLIN, ["RRULE:FREQ=WEEKLY;UNTIL=20260406T065959Z"], TIMED[:27]),
    "until a day": (BERLIN, ["RRULE:FREQ=WEEKLY;UNTIL=20260406"], TIMED),
    "until a floating moment": (BERLIN, ["RRULE:FREQ=WEEKLY;UNTIL=20260406T090000"], TIMED),
    "small letters and a stray semicolon": (BERLIN, ["rrule:freq=weekly;count=3;"], TIMED),
    "an exception in its zone": (
        BERLIN,
        ["RRULE:FREQ=WEEKLY;COUNT=4", "EXDATE;TZID=Europe/Berlin:20260413T090000"],
        TIMED,
    ),
    "an exception in another zone": (
        BERLIN,
        ["RRULE:FREQ=WEEKLY;COUNT=4", "EXDATE;TZID=Asia/Tokyo:20260413T160000"],
        TIMED,
    ),
    "an exception in UTC": (BERLIN, ["RRULE:FREQ=WEEKLY;COUNT=4", "EXDATE:20260413T070000Z"], TIMED),
    "an exception in a zone that nobody knows": (
        BERLIN,
        ["RRULE:FREQ=WEEKLY;COUNT=4", "EXDATE;TZID=Narnia:20260413T090000"],
        TIMED,
    ),
    "a rule that takes out": (
        BERLIN,
        ["RRULE:FREQ=DAILY;COUNT=15", "EXRULE:FREQ=DAILY;BYDAY=TU,WE,TH,FR,SA,SU"],
        TIMED,
    ),
    "dates instead of a rule": (BERLIN, ["RDATE:20260330T070000Z,20260406T070000Z"], TIMED),
    "periods": (BERLIN, ["RDATE;VALUE=PERIOD:20260330T070000Z/PT1H,20260406T070000Z/PT2H"], TIMED),
    "a start that the rule does not hit": (
        BERLIN,
        ["RRULE:FREQ=WEEKLY;BYDAY=TU;COUNT=1"],
        "2026-03-23T08 2026-03-24T08",
    ),
    "whole days": (DAY, ["RRULE:FREQ=WEEKLY;COUNT=3"], DAYS),
    "whole days until a day": (DAY, ["RRULE:FREQ=WEEKLY;UNTIL=20260406"], DAYS),
    "whole days until a moment": (DAY, ["RRULE:FREQ=WEEKLY;UNTIL=20260406T000000Z"], DAYS),
    "whole days but one": (DAY, ["RRULE:FREQ=WEEKLY;COUNT=4", "EXDATE;VALUE=DATE:20260413"], DAYS),
}


@pytest.mark.parametrize(("start", "lines", "expected"), RULES.values(), ids=RULES.keys())
def test_a_series_takes_place(start: dict[str, str], lines: list[str], expected: str) -> None:
    series: dict[str, Any] = {"start": start, "recurrence": lines}
    assert " ".join(f"{at:%Y-%m-%dT%H}" for at in starts(series, END)) == expected


def test_an_endless_series_is_counted_in_order_to_the_end() -> None:
    found = list(starts({"start": BERLIN, "recurrence": ["RRULE:FREQ=DAILY"]}, END))
    assert all(one < other for one, other in pairwise(found))
    assert f"{found[-1]:%Y-%m-%dT%H}" == "2026-12-31T08"
