"""Further calendars of an account beside its own: read in one round, and told apart from events that are gone.

Google says of an event in a calendar that was deleted or is not shared any more what it says of an event that was
deleted: that it is not found. So the calendar itself is asked before any such answer is believed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

from connectors import rounds
from connectors.calendars import Calendar
from connectors.errors import ConnectorError, ItemError
from connectors.google import reading
from connectors.google.client import CalendarClient
from connectors.google.cursor import CalendarsPosition
from connectors.records import Page, Window

R = TypeVar("R")
AWAY = ("google.notFound", "google.forbidden")  # how Google refuses a calendar that is not there, or not for us
MAY_WRITE = ("writer", "owner")


def pages(
    client: CalendarClient, address: str, further: Sequence[str], cursor: str | None, window: Window | None
) -> Iterator[Page]:
    """As `MailConnector.pull`."""

    def read(calendar: str, after: str | None) -> Page:
        try:
            return next(reading.pages(client, address, (after or None) if calendar else after, window, calendar))
        except ConnectorError as error:
            if not calendar or error.failure.code not in AWAY:
                raise
        return Page(cursor=after or "", complete=True, lost=True)

    begun = CalendarsPosition.begun(cursor, address)
    return rounds.pages(further, begun, read, lambda at: CalendarsPosition.of_round(at, address))


def calendar(client: CalendarClient, id_: str) -> Calendar:
    """As `MailConnector.calendar`."""
    said = client.head(id_)
    return Calendar(id=id_, name=str(said.get("summary") or id_), writable=said.get("accessRole") in MAY_WRITE)


def believed(client: CalendarClient, names: Sequence[str], results: Sequence[R | ItemError]) -> list[R | ItemError]:
    """The results for the events of these names; where the calendar is what is not there, they say so."""
    doubtful = {rounds.split(name)[0] for name, each in zip(names, results, strict=True) if _is_away(each)} - {""}
    lost = {each for each in doubtful if _is_lost(client, each)}
    return [
        ItemError(failure=rounds.lost()) if _is_away(each) and rounds.split(name)[0] in lost else each
        for name, each in zip(names, results, strict=True)
    ]


def _is_away(result: object) -> bool:
    return isinstance(result, ItemError) and result.failure.code in (*AWAY, "google.deleted")


def _is_lost(client: CalendarClient, calendar_id: str) -> bool:
    try:
        client.head(calendar_id)
    except ConnectorError as error:
        if error.failure.code in AWAY:
            return True
        raise
    return False
