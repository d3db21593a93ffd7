"""When an event is: the times that a writer may leave out, and those that must agree."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.simulators.salesforce import values
from connectors.simulators.salesforce.errors import Refused
from connectors.simulators.salesforce.event_times import DAY, LONGEST, TIMES, check_length, settle

MIDNIGHT = "T00:00:00.000+0000"
EMPTY: dict[str, Any] = dict.fromkeys((*TIMES, "EndDate")) | {"IsAllDayEvent": False}
TEN, ELEVEN = "2026-12-01T10:00:00.000+0000", "2026-12-01T11:00:00.000+0000"

MOMENTS = st.integers(0, 2**31).map(lambda minute: values.moment(minute * 60))
LENGTHS = st.integers(0, LONGEST)


def fresh(**fields: Any) -> dict[str, Any]:
    """A new event as it is stored."""
    row = EMPTY | fields
    return row | settle(row, None, fields.keys())


def moved(old: dict[str, Any], **fields: Any) -> dict[str, Any]:
    row = old | fields
    return row | settle(row, old, fields.keys())


def times(row: dict[str, Any]) -> tuple[Any, ...]:
    return row["StartDateTime"], row["EndDateTime"], row["DurationInMinutes"]


TIMED: dict[str, dict[str, Any]] = {
    "start and end": {"StartDateTime": TEN, "EndDateTime": ELEVEN},
    "start and duration": {"StartDateTime": TEN, "DurationInMinutes": 60},
    "all three": {"StartDateTime": TEN, "EndDateTime": ELEVEN, "DurationInMinutes": 60},
    "the older name": {"ActivityDateTime": TEN, "DurationInMinutes": 60},
    "both names": {"ActivityDateTime": TEN, "StartDateTime": TEN, "EndDateTime": ELEVEN},
    "with the date": {"ActivityDate": "2026-12-01", "StartDateTime": TEN, "EndDateTime": ELEVEN},
    "an empty start beside": {"StartDateTime": None, "ActivityDateTime": TEN, "EndDateTime": ELEVEN},
    "an empty end beside": {"StartDateTime": TEN, "EndDateTime": None, "DurationInMinutes": 60},
}


@pytest.mark.parametrize("name", TIMED)
def test_an_hour_can_be_said_in_many_ways(name: str) -> None:
    assert times(fresh(**TIMED[name])) == (TEN, ELEVEN, 60)


WHOLE_DAYS: dict[str, tuple[dict[str, Any], str, int]] = {
    "nothing but the date": ({"ActivityDate": "2026-12-01"}, "2026-12-01", 1),
    "a start at any hour": ({"StartDateTime": TEN}, "2026-12-01", 1),
    "the last day": ({"StartDateTime": TEN, "EndDateTime": f"2026-12-03{MIDNIGHT}"}, "2026-12-03", 3),
    "the same day": ({"StartDateTime": TEN, "EndDateTime": ELEVEN}, "2026-12-01", 1),
    "minutes": ({"ActivityDate": "2026-12-01", "DurationInMinutes": 2 * DAY}, "2026-12-02", 2),
    "minutes that fill no day": ({"ActivityDate": "2026-12-01", "DurationInMinutes": 90}, "2026-12-01", 1),
    "minutes beyond a day": ({"ActivityDate": "2026-12-01", "DurationInMinutes": DAY + 1}, "2026-12-02", 2),
    "both": ({"StartDateTime": TEN, "EndDateTime": ELEVEN, "DurationInMinutes": DAY}, "2026-12-01", 1),
}


@pytest.mark.parametrize("name", WHOLE_DAYS)
def test_whole_days_begin_and_end_at_midnight(name: str) -> None:
    fields, last, days = WHOLE_DAYS[name]
    row = fresh(IsAllDayEvent=True, **fields)
    assert times(row) == (f"2026-12-01{MIDNIGHT}", f"{last}{MIDNIGHT}", days * DAY)
    assert (row["ActivityDate"], row["EndDate"], row["ActivityDateTime"]) == ("2026-12-01", last, None)


HOUR = {"StartDateTime": TEN, "DurationInMinutes": 60}
CHANGES: dict[str, tuple[dict[str, Any], tuple[Any, ...]]] = {
    "a start": ({"StartDateTime": ELEVEN}, (ELEVEN, "2026-12-01T12:00:00.000+0000", 60)),
    "an end": ({"EndDateTime": "2026-12-01T10:30:00.000+0000"}, (TEN, "2026-12-01T10:30:00.000+0000", 30)),
    "a duration": ({"DurationInMinutes": 0}, (TEN, TEN, 0)),
    "a new kind": ({"IsAllDayEvent": True}, (f"2026-12-01{MIDNIGHT}", f"2026-12-01{MIDNIGHT}", DAY)),
    "a new kind for days": (
        {"IsAllDayEvent": True, "EndDateTime": f"2026-12-02{MIDNIGHT}"},
        (f"2026-12-01{MIDNIGHT}", f"2026-12-02{MIDNIGHT}", 2 * DAY),
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_is_not_given_follows(name: str) -> None:
    fields, expected = CHANGES[name]
    assert times(moved(fresh(**HOUR), **fields)) == expected


def test_whole_days_that_move_stay_as_many() -> None:
    row = moved(
        fresh(IsAllDayEvent=True, ActivityDate="2026-12-01", DurationInMinutes=3 * DAY), ActivityDate="2027-01-01"
    )
    assert (row["EndDate"], row["DurationInMinutes"]) == ("2027-01-03", 3 * DAY)


@pytest.mark.parametrize("name", ["EndDateTime", "DurationInMinutes"])
def test_one_of_end_and_duration_can_be_emptied(name: str) -> None:
    assert times(moved(fresh(**HOUR), **{name: None})) == (TEN, ELEVEN, 60)


def test_end_and_duration_cannot_both_be_emptied() -> None:
    with pytest.raises(Refused) as caught:
        moved(fresh(**HOUR), EndDateTime=None, DurationInMinutes=None)
    assert (caught.value.code, caught.value.fields) == ("REQUIRED_FIELD_MISSING", ("DurationInMinutes",))


@given(MOMENTS, LENGTHS)
def test_an_end_says_what_its_duration_says(start: str, minutes: int) -> None:
    by_duration = fresh(StartDateTime=start, DurationInMinutes=minutes)
    assert fresh(StartDateTime=start, EndDateTime=by_duration["EndDateTime"]) == by_duration


@given(MOMENTS, LENGTHS, st.booleans())
def test_what_is_stored_can_be_written_again(start: str, minutes: int, all_day: bool) -> None:
    row = fresh(StartDateTime=start, DurationInMinutes=minutes, IsAllDayEvent=all_day)
    assert moved(row, **{name: row[name] for name in TIMES}) == row


@given(MOMENTS, LENGTHS, st.sampled_from([0, 1440, LONGEST]), st.booleans())
def test_no_length_is_both_allowed_and_beyond_what_the_org_allows(
    start: str, minutes: int, above: int, multiday: bool
) -> None:
    row = fresh(StartDateTime=start, DurationInMinutes=minutes + above)
    try:
        check_length(row, TIMES, multiday=multiday)
    except Refused:
        assert minutes + above > (LONGEST if multiday else DAY)
    else:
        assert minutes + above <= (LONGEST if multiday else DAY)
