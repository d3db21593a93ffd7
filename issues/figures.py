"""Charts with their words: what a picture shows, for those who see it, hear it, or want the numbers. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from connectors.translation import both, gettext
from issues import words
from issues.charts import Chart, Day, columns, mirrored


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A chart of the last days. `key` is unique on a page, `label` says what the picture shows, `peak` its largest
    value; `heads` and `rows` are the table beneath it."""

    key: str
    title: str
    chart: Chart
    label: str
    peak: str
    heads: tuple[str, ...]
    rows: tuple[tuple[date, tuple[str, ...]], ...]

    @property
    def first(self) -> date:
        return self.rows[0][0]


def open_at_the_end(days: Sequence[Day]) -> Figure:
    """How much was open, day by day."""
    values = [day.open for day in days]
    return Figure(
        key="open",
        title=gettext("Open issues"),
        chart=columns(values),
        label=_label(values),
        peak=words.number(max(values)),
        heads=(gettext("Open at its end"),),
        rows=tuple((day.on, (words.number(day.open),)) for day in days),
    )


_CAME = both(
    "%(number)s issue came in the last %(days)s days, %(went)s went",
    "%(number)s issues came in the last %(days)s days, %(went)s went",
)


def came_and_went(days: Sequence[Day]) -> Figure:
    """What came stands on the line, what went hangs from it."""
    chart = mirrored([day.came for day in days], [day.went for day in days])
    came, went = sum(day.came for day in days), sum(day.went for day in days)
    return Figure(
        key="moves",
        title=gettext("Came and went"),
        chart=chart,
        label=words.plural(came, *_CAME, days=len(days), went=words.number(went)),
        peak=words.number(chart.peak),
        heads=(gettext("Came"), gettext("Went"), gettext("Open at its end")),
        rows=tuple((day.on, (words.number(day.came), words.number(day.went), words.number(day.open))) for day in days),
    )


def longest_waits(waits: Sequence[tuple[date, int | None]]) -> Figure:
    """How many seconds the oldest item had been waiting when that was at its worst; None where nobody looked."""
    values = [seconds or 0 for _, seconds in waits]
    return Figure(
        key="waits",
        title=gettext("Longest wait"),
        chart=columns(values, tone="accent"),
        label=gettext(
            "The longest that an item waited for its turn on each of the last %(days)s days, at most %(most)s"
        )
        % {"days": len(waits), "most": waited(max(values))},
        peak=waited(max(values)),
        heads=(gettext("Longest wait"),),
        rows=tuple((on, ("–" if seconds is None else waited(seconds),)) for on, seconds in waits),
    )


def waited(seconds: int) -> str:
    """“3 hours”; “nothing waited” for none."""
    return words.lasting(timedelta(seconds=seconds)) if seconds else gettext("nothing waited")


def _label(values: Sequence[int]) -> str:
    told = gettext("Open issues at the end of each of the last %(days)s days: %(numbers)s")
    return told % {"days": len(values), "numbers": ", ".join(map(words.number, values))}
