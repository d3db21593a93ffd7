"""Date literals as ranges."""

from __future__ import annotations

import pytest

from connectors.simulators.salesforce.soql_dates import NUMBERED, PLAIN, range_of
from tests.unit.simulators.salesforce_org import NOON, World

# seen from Sunday, 2026-11-22, at noon
RANGES = {
    "YESTERDAY": ("2026-11-21", "2026-11-22"),
    "TODAY": ("2026-11-22", "2026-11-23"),
    "TOMORROW": ("2026-11-23", "2026-11-24"),
    "LAST_WEEK": ("2026-11-15", "2026-11-22"),
    "THIS_WEEK": ("2026-11-22", "2026-11-29"),
    "NEXT_WEEK": ("2026-11-29", "2026-12-06"),
    "LAST_MONTH": ("2026-10-01", "2026-11-01"),
    "THIS_MONTH": ("2026-11-01", "2026-12-01"),
    "NEXT_MONTH": ("2026-12-01", "2027-01-01"),
    "LAST_QUARTER": ("2026-07-01", "2026-10-01"),
    "THIS_QUARTER": ("2026-10-01", "2027-01-01"),
    "NEXT_QUARTER": ("2027-01-01", "2027-04-01"),
    "LAST_YEAR": ("2025-01-01", "2026-01-01"),
    "THIS_YEAR": ("2026-01-01", "2027-01-01"),
    "NEXT_YEAR": ("2027-01-01", "2028-01-01"),
    "NEXT_90_DAYS": ("2026-11-23", "2027-02-21"),
}
NUMBERED_RANGES = {
    "NEXT_N_DAYS": ("2026-11-23", "2026-11-26"),
    "N_DAYS_AGO": ("2026-11-19", "2026-11-20"),
    "LAST_N_WEEKS": ("2026-11-01", "2026-11-22"),
    "NEXT_N_WEEKS": ("2026-11-29", "2026-12-20"),
    "LAST_N_MONTHS": ("2026-08-01", "2026-11-01"),
    "NEXT_N_MONTHS": ("2026-12-01", "2027-03-01"),
    "LAST_N_QUARTERS": ("2026-01-01", "2026-10-01"),
    "NEXT_N_QUARTERS": ("2027-01-01", "2027-10-01"),
    "LAST_N_YEARS": ("2023-01-01", "2026-01-01"),
    "NEXT_N_YEARS": ("2027-01-01", "2030-01-01"),
}
MIDNIGHT = "T00:00:00.000+0000"


def whole_days(days: tuple[str, str]) -> tuple[str, str]:
    return days[0] + MIDNIGHT, days[1] + MIDNIGHT


@pytest.mark.parametrize("name", RANGES)
def test_a_literal_is_whole_days(name: str) -> None:
    assert range_of(name, None, NOON) == whole_days(RANGES[name])


@pytest.mark.parametrize("name", NUMBERED_RANGES)
def test_a_literal_with_three(name: str) -> None:
    assert range_of(name, 3, NOON) == whole_days(NUMBERED_RANGES[name])


@pytest.mark.parametrize(
    ("name", "n", "start"), [("LAST_N_DAYS", 3, "2026-11-19"), ("LAST_90_DAYS", None, "2026-08-24")]
)
def test_the_last_days_end_with_the_present_second(name: str, n: int | None, start: str) -> None:
    assert range_of(name, n, NOON) == (start + MIDNIGHT, "2026-11-22T12:00:01.000+0000")


def test_no_literal_is_untested() -> None:
    assert {*RANGES, "LAST_90_DAYS"} == PLAIN.keys()
    assert {*NUMBERED_RANGES, "LAST_N_DAYS"} == NUMBERED.keys()


@pytest.mark.parametrize(("name", "n"), [("SOMEDAY", None), ("TODAY", 3), ("LAST_N_DAYS", None)])
def test_what_is_no_literal(name: str, n: int | None) -> None:
    assert range_of(name, n, NOON) is None


@pytest.mark.parametrize(
    ("operator", "expected"),
    [
        ("=", ["2026-11-22"]),
        ("!=", ["2026-11-21", "2026-11-23", None]),
        ("<", ["2026-11-21"]),
        ("<=", ["2026-11-21", "2026-11-22"]),
        (">", ["2026-11-23"]),
        (">=", ["2026-11-22", "2026-11-23"]),
    ],
)
@pytest.mark.parametrize("field", ["CloseDate", "MessageDate"])
def test_operators_with_a_range(field: str, operator: str, expected: list[str | None]) -> None:
    world = World()
    for day in ("2026-11-21", "2026-11-22", "2026-11-23", None):
        if field == "CloseDate":
            world.make("Opportunity", Name="O", StageName="Prospecting", CloseDate=day)
        else:
            world.make("EmailMessage", Subject="S", Status="3", MessageDate=day and f"{day}T23:59:59Z")
    name = "Opportunity" if field == "CloseDate" else "EmailMessage"
    found = world.column(f"SELECT {field} FROM {name} WHERE {field} {operator} TODAY")
    assert [value and value[:10] for value in found] == expected


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("MessageDate = 2026-11-22T10:00:00Z", ["b"]),
        ("MessageDate = 2026-11-22T12:00:00+02:00", ["b"]),
        ("MessageDate != 2026-11-22T10:00:00Z", ["a", "c", "none"]),
        ("MessageDate < 2026-11-22T10:00:00Z", ["a"]),
        ("MessageDate <= 2026-11-22T10:00:00.000+0000", ["a", "b"]),
        ("MessageDate > 2026-11-22T10:00:00Z", ["c"]),
        ("MessageDate >= 2026-11-22T09:59:59-00:00", ["b", "c"]),
        ("MessageDate IN (2026-11-22T10:00:00Z, 2026-11-22T11:00:00Z)", ["b", "c"]),
        ("MessageDate = null", ["none"]),
    ],
)
def test_times_are_compared_as_moments(condition: str, expected: list[str]) -> None:
    world = World()
    for subject, hour in (("a", "09"), ("b", "10"), ("c", "11")):
        world.make("EmailMessage", Subject=subject, MessageDate=f"2026-11-22T{hour}:00:00Z")
    world.make("EmailMessage", Subject="none")
    assert world.column(f"SELECT Subject FROM EmailMessage WHERE {condition}") == expected


@pytest.mark.parametrize(("operator", "expected"), [("=", ["b"]), ("<", ["a"]), (">=", ["b", "c"])])
def test_dates_are_compared_as_days(operator: str, expected: list[str]) -> None:
    world = World()
    for name, day in (("a", 21), ("b", 22), ("c", 23)):
        world.make("Opportunity", Name=name, StageName="Prospecting", CloseDate=f"2026-11-{day}")
    assert world.column(f"SELECT Name FROM Opportunity WHERE CloseDate {operator} 2026-11-22") == expected


def test_the_last_days_include_today_for_dates() -> None:
    world = World()
    for day in ("2026-11-18", "2026-11-19", "2026-11-22", "2026-11-23"):
        world.make("Opportunity", Name="O", StageName="Prospecting", CloseDate=day)
    assert world.column("SELECT CloseDate FROM Opportunity WHERE CloseDate = LAST_N_DAYS:3") == [
        "2026-11-19",
        "2026-11-22",
    ]
