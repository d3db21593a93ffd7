"""Several calendars of one account as one feed: a round goes over them, page by page, the account's own first. Pure.

The id of an event is its own within its calendar only. In a further calendar we call it by both, `calendar/event`, and
its series likewise; in the account's own calendar by its id alone, as if there were no other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from connectors.errors import Failure, Kind, Matched
from connectors.records import Event, Page, Ref, RemoteChange

OWN = ""  # the account's own calendar
OUT_OF_REACH = "engine.EVENT_OUT_OF_REACH"
_BETWEEN = "/"


def placed(calendar: str, event_id: str) -> str:
    """What we call an event of this calendar."""
    return f"{calendar}{_BETWEEN}{event_id}" if calendar and event_id else event_id


def beginning(calendar: str) -> str:
    """What the names of all events of a further calendar begin with."""
    return f"{calendar}{_BETWEEN}"


def split(name: str) -> tuple[str, str]:
    """The calendar, and the event's id in it."""
    calendar, _, event_id = name.rpartition(_BETWEEN)
    return calendar, event_id


def within(calendar: str, change: RemoteChange) -> RemoteChange:
    """A change as its calendar tells it, by the names that we have for it."""
    record = change.record
    if isinstance(record, Event):
        record = replace(record, series=placed(calendar, record.series))
    ref = Ref(id=placed(calendar, change.ref.id), version=change.ref.version)
    return replace(change, ref=ref, record=record)


def lost() -> Failure:
    """Of an event in a calendar that is not there any more, or not for us: nobody knows whether the event is gone."""
    said = "the calendar of this event is not there any more, or not for us"
    return Failure(provider="engine", code=OUT_OF_REACH, kind=Kind.PERMISSION, said=said, matched=Matched.CODE)


@dataclass(frozen=True, kw_only=True)
class Round:
    """How far each calendar was read, and whose turn it is."""

    at: str = OWN
    of: Mapping[str, str] = field(default_factory=dict)


def pages(
    further: Sequence[str], begun: Round, read: Callable[[str, str | None], Page], sealed: Callable[[Round], str]
) -> Iterator[Page]:
    """One round, from where it was. `read` gives a page of one calendar; one that is read for the first time has no
    cursor yet. What is not among `further` any more is forgotten."""
    while True:
        at = begun.at if begun.at in further else OWN
        page = read(at, begun.of.get(at))
        known = {each: cursor for each, cursor in begun.of.items() if each in (OWN, *further)}
        begun = Round(at=_next(at, further) if page.complete else at, of=known | {at: page.cursor})
        whole = page.complete and begun.at == OWN
        changes = tuple(within(at, change) for change in page.changes)
        yield replace(page, changes=changes, cursor=sealed(begun), complete=whole, calendar=at)
        if whole:
            return


def _next(at: str, further: Sequence[str]) -> str:
    order = [OWN, *further, OWN]
    return order[order.index(at) + 1]
