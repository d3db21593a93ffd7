"""Reading a calendar: its lists, page by page, and single events.

A full read makes two lists: what lies in the window, each occurrence by itself; then everything, series as one, of
which what the window has not shown is told as lying outside. After that, sync tokens tell what changed. One page is
one request.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from connectors import rounds
from connectors.errors import Answer, ConnectorError, Failure, ItemError, Kind
from connectors.google import events
from connectors.google.client import BATCH, CalendarClient
from connectors.google.cursor import CalendarPosition, Phase
from connectors.google.parts import said_of, unreadable
from connectors.records import Event, Page, Ref, RemoteChange, Window

PAGE = 2500  # the most that events.list gives
TOO_LARGE = "network.ANSWER_TOO_LARGE"
Items = Sequence[Mapping[str, Any]]


def pages(
    client: CalendarClient, address: str, cursor: str | None, window: Window | None, calendar: str = ""
) -> Iterator[Page]:
    """Of one calendar, "" for the account's own. Raises ValueError for a full read without a window: of an endless
    series there is no end."""
    owner = f"{address} {calendar}" if calendar else address
    position = _start(window) if cursor is None else CalendarPosition.opened(cursor, owner)
    while True:
        position = position.rolled(window)
        said = _list(client, position, calendar)
        changes, after = _SHOWN[Phase(position.phase)](said.get("items", []), position, window)
        rest = said.get("nextPageToken", "")
        complete = not rest and position.phase == Phase.CHANGES
        position = after.turned(rest) if rest else after.after_list(said["nextSyncToken"])
        yield Page(changes=changes, cursor=position.sealed(owner), complete=complete)
        if complete:
            return


def _start(window: Window | None) -> CalendarPosition:
    if window is None:
        raise ValueError("a calendar is read in a window")
    return CalendarPosition.before(window)


def _list(client: CalendarClient, position: CalendarPosition, calendar: str) -> dict[str, Any]:
    """One page; a smaller one where the transport does not let so large an answer through."""
    size, query = PAGE, {"fields": events.PAGE_FIELDS, **_query(position)}
    while True:
        try:
            return client.list_events(size=size, page=position.page, calendar=calendar, **query)
        except ConnectorError as error:
            if error.failure.code != TOO_LARGE or size == 1:
                raise
            size = max(1, size // 10)


def _query(position: CalendarPosition) -> dict[str, Any]:
    """`singleEvents` is the same for the list that gave the token and for the changes, which take no times at all."""
    match position.phase:
        case Phase.OUTSIDE:
            return {"singleEvents": False}
        case Phase.CHANGES:
            return {"singleEvents": True, "syncToken": position.token}
    since, until = events.widened(position.window.start, -1), events.widened(position.window.end, 1)
    return {"singleEvents": True, "timeMin": since, "timeMax": until}


# -- What the page of a phase shows, and the position that remembers it

Shown = tuple[tuple[RemoteChange, ...], CalendarPosition]


def _in_window(said: Items, position: CalendarPosition, _: Window | None) -> Shown:
    found = [(one, change) for one, change in _read(said) if _record(change) is None or _holds(position, change)]
    series = {events.series_of(one) for one, _ in found} - {""}
    return tuple(change for _, change in found), position.having_shown(series)


def _outside(said: Items, position: CalendarPosition, _: Window | None) -> Shown:
    """An exception is told by itself only where its series is not: somebody may be invited to one occurrence alone."""
    seen = position.having_shown(str(one["id"]) for one in said if events.is_series(one))
    found = []
    for one, change in _read(said):
        series = events.series_of(one)
        shown = position.has_shown(str(one["id"])) if events.is_series(one) else _holds(position, change)
        if not shown and not change.gone and not (series and seen.has_shown(series)):
            found.append(replace(change, outside=True))
    return tuple(found), seen


def _newly_in(said: Items, position: CalendarPosition, _: Window | None) -> Shown:
    since, until = position.window.start, position.window.end
    found = [change for _, change in _read(said)]
    return tuple(c for c in found if (r := _record(c)) is None or events.is_new_in(r, since, until)), position


def _changed(said: Items, position: CalendarPosition, window: Window | None) -> Shown:
    found = [change for _, change in _read(said)]
    return tuple(replace(c, outside=_is_outside(c, window)) for c in found), position


def _is_outside(change: RemoteChange, window: Window | None) -> bool:
    record = _record(change)
    return record is not None and window is not None and not window.holds(record)


_SHOWN = {
    Phase.WINDOW: _in_window,
    Phase.OUTSIDE: _outside,
    Phase.ROLL: _newly_in,
    Phase.CHANGES: _changed,
}


def _read(said: Items) -> Iterator[tuple[Mapping[str, Any], RemoteChange]]:
    return ((one, events.change(one)) for one in said)


def _record(change: RemoteChange) -> Event | None:
    return change.record if isinstance(change.record, Event) else None


def _holds(position: CalendarPosition, change: RemoteChange) -> bool:
    record = _record(change)
    return record is not None and position.window.holds(record)


# -- Single events


def current(client: CalendarClient, refs: Sequence[Ref]) -> list[RemoteChange | ItemError]:
    """The events as they stand now, 50 in a request. Only a token that is not good concerns all of them."""
    found = looked_at(client, [ref.id for ref in refs], events.FIELDS)
    return [_one(ref, each) for ref, each in zip(refs, found, strict=True)]


def _one(ref: Ref, found: Mapping[str, Any] | Failure) -> RemoteChange | ItemError:
    if not isinstance(found, Failure):
        change = rounds.within(rounds.split(ref.id)[0], events.change(found))
        return change if change.gone or change.record else ItemError(failure=unreadable("event"))
    if found.kind is Kind.AUTH:
        raise ConnectorError(found)
    return ItemError(failure=found)


def looked_at(client: CalendarClient, ids: Sequence[str], fields: str) -> list[Mapping[str, Any] | Failure]:
    """What Google says of each id, or why it does not. Raises `ConnectorError` where it says nothing of any."""
    answers: list[Answer] = []
    for at in range(0, len(ids), BATCH):
        answers += client.ask([client.get(each, fields) for each in ids[at : at + BATCH]])
    return [said_of(answer) for answer in answers]
