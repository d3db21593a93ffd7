"""SOQL's date literals as half-open ranges, in GMT, the time zone of the simulated org. Weeks begin on Sunday.

Source: SOQL and SOSL Reference, "Date Formats and Date Literals". Fiscal periods are not part of this slice.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from connectors.simulators.salesforce.values import moment

Range = tuple[datetime, datetime]


def range_of(name: str, n: int | None, now: float) -> tuple[str, str] | None:
    """(start, end) as the REST API writes times, the end excluded; `None` for a literal that does not exist."""
    table = NUMBERED if n is not None else PLAIN
    if name not in table:
        return None
    start, end = table[name](datetime.fromtimestamp(now, UTC), n or 0)
    return moment(start.timestamp()), moment(end.timestamp())


def _day(now: datetime) -> datetime:
    return now.replace(hour=0, minute=0, second=0, microsecond=0)


def _days(first: int, count: int) -> Callable[[datetime, int], Range]:
    def whole_days(now: datetime, _: int) -> Range:
        start = _day(now) + timedelta(days=first)
        return start, start + timedelta(days=count)

    return whole_days


def _week(offset: int) -> Callable[[datetime, int], Range]:
    def week(now: datetime, _: int) -> Range:
        sunday = _day(now) - timedelta(days=(now.weekday() + 1) % 7) + timedelta(weeks=offset)
        return sunday, sunday + timedelta(weeks=1)

    return week


def _months_on(start: datetime, count: int) -> datetime:
    year, month = divmod(start.year * 12 + start.month - 1 + count, 12)
    return start.replace(year=year, month=month + 1)


def _months(offset: int, length: int = 1) -> Callable[[datetime, int], Range]:
    """A period of `length` months; years and quarters begin where the calendar has them."""

    def period(now: datetime, _: int) -> Range:
        first = _day(now).replace(day=1)
        aligned = _months_on(first, -((first.month - 1) % length))
        start = _months_on(aligned, offset * length)
        return start, _months_on(start, length)

    return period


def _last_days(now: datetime, n: int) -> Range:
    """From the start of the n-th day before until this second: today is included, the future is not."""
    return _day(now) - timedelta(days=n), now + timedelta(seconds=1)


def _next_days(now: datetime, n: int) -> Range:
    tomorrow = _day(now) + timedelta(days=1)
    return tomorrow, tomorrow + timedelta(days=n)


def _n_days_ago(now: datetime, n: int) -> Range:
    return _days(-n, 1)(now, 0)


def _last_periods(period: Callable[[int], Callable[[datetime, int], Range]]) -> Callable[[datetime, int], Range]:
    return lambda now, n: (period(-n)(now, 0)[0], period(-1)(now, 0)[1])


def _next_periods(period: Callable[[int], Callable[[datetime, int], Range]]) -> Callable[[datetime, int], Range]:
    return lambda now, n: (period(1)(now, 0)[0], period(n)(now, 0)[1])


def _year(offset: int) -> Callable[[datetime, int], Range]:
    return _months(offset, 12)


def _quarter(offset: int) -> Callable[[datetime, int], Range]:
    return _months(offset, 3)


def _month(offset: int) -> Callable[[datetime, int], Range]:
    return _months(offset, 1)


_PERIODS = {"WEEK": _week, "MONTH": _month, "QUARTER": _quarter, "YEAR": _year}

PLAIN: dict[str, Callable[[datetime, int], Range]] = {
    "YESTERDAY": _days(-1, 1),
    "TODAY": _days(0, 1),
    "TOMORROW": _days(1, 1),
    "LAST_90_DAYS": lambda now, _: _last_days(now, 90),
    "NEXT_90_DAYS": lambda now, _: _next_days(now, 90),
    **{f"{word}_{name}": p(n) for name, p in _PERIODS.items() for word, n in (("LAST", -1), ("THIS", 0), ("NEXT", 1))},
}
NUMBERED: dict[str, Callable[[datetime, int], Range]] = {
    "LAST_N_DAYS": _last_days,
    "NEXT_N_DAYS": _next_days,
    "N_DAYS_AGO": _n_days_ago,
    **{f"LAST_N_{name}S": _last_periods(p) for name, p in _PERIODS.items()},
    **{f"NEXT_N_{name}S": _next_periods(p) for name, p in _PERIODS.items()},
}
