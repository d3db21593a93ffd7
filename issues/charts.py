"""The geometry of small charts: columns for days, in whole units of the drawing. Pure; templates draw it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

DAYS = 14
STEP = 20  # the width that a day has, its gap included
GAP = 4
SMALLEST = 2  # of what is not nothing, so that it can be seen


@dataclass(frozen=True, kw_only=True)
class Day:
    """What came and went in a day (UTC), and how much there was at its end."""

    on: date
    came: int = 0
    went: int = 0
    open: int = 0


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One column; `tone` names its colour."""

    x: int
    y: int
    width: int
    height: int
    tone: str


@dataclass(frozen=True, kw_only=True)
class Chart:
    """Columns in a drawing of `width` by `height`, standing on (or hanging from) a line at `base`. The largest is
    `peak`."""

    bars: tuple[Bar, ...]
    width: int
    height: int
    base: int
    peak: int

    @property
    def line(self) -> int:
        """Where the line is drawn, so that all of it is within the drawing."""
        return min(self.base, self.height - 1)


def last_days(today: date, number: int = DAYS) -> tuple[date, ...]:
    """So many days up to and with today, the oldest first."""
    return tuple(today - timedelta(days=back) for back in reversed(range(number)))


def days(moves: Mapping[date, tuple[int, int]], open_now: int, today: date, number: int = DAYS) -> tuple[Day, ...]:
    """Each of the last days with what came and went, and with what was open at its end.

    That is counted back from now, so that it fits what is open today, and never falls under zero where rows have gone
    that were counted.
    """
    left, found = open_now, list[Day]()
    for on in reversed(last_days(today, number)):
        came, went = moves.get(on, (0, 0))
        found.append(Day(on=on, came=came, went=went, open=max(left, 0)))
        left += went - came
    return tuple(reversed(found))


def columns(values: Sequence[int], *, height: int = 60, tone: str = "amber") -> Chart:
    """A column for each value, the largest as high as the drawing."""
    peak = max(values, default=0)
    bars = tuple(_standing(values, peak, height, tone))
    return Chart(bars=bars, width=STEP * len(values), height=height, base=height, peak=peak)


def mirrored(up: Sequence[int], down: Sequence[int], *, height: int = 60) -> Chart:
    """Amber columns that stand on the line in the middle, and green ones that hang from it, by one measure."""
    peak, half = max((*up, *down), default=0), height // 2
    hanging = (
        Bar(x=bar.x, y=half, width=bar.width, height=bar.height, tone=bar.tone)
        for bar in _standing(down, peak, half, "green")
    )
    bars = (*_standing(up, peak, half, "amber"), *hanging)
    return Chart(bars=bars, width=STEP * len(up), height=half * 2, base=half, peak=peak)


def _standing(values: Sequence[int], peak: int, height: int, tone: str) -> Iterator[Bar]:
    for place, value in enumerate(values):
        if value > 0:
            high = max(value * height // peak, SMALLEST)
            yield Bar(x=place * STEP + GAP // 2, y=height - high, width=STEP - GAP, height=high, tone=tone)
