"""Calendars and their events. Every calendar counts its changes; a sync token is a place in that count.

What is deleted stays as a tombstone for four weeks; an older sync token can no longer be told everything
(https://github.com/googleapis/google-api-dotnet-client/issues/239 shows such a limit for `updatedMin`).
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from connectors.simulators.google.calendar.times import Time

KEPT = 28 * 24 * 3600.0
ROLES = ("freeBusyReader", "reader", "writerWithoutPrivateAccess", "writer", "owner")
DEFAULT_ZONE = "Europe/Berlin"
_BASE32HEX = "0123456789abcdefghijklmnopqrstuv"

Fields = dict[str, Any]


@dataclass(kw_only=True)
class Event:
    """One event of one calendar: single, recurring, or an exception of a recurring one.

    `fields` are what a client writes; an exception has only what differs, with `None` for what it lacks.
    `organizer` is the id of a calendar, here or elsewhere. `change` is its place in the calendar's count.
    """

    id: str
    ical_uid: str
    organizer: str
    creator: str
    fields: Fields
    created: float = 0.0
    updated: float = 0.0
    change: int = 0
    sequence: int = 0
    cancelled: bool = False
    series: str = ""
    original: Time = field(default_factory=dict)
    gone: list[Time] = field(default_factory=list)  # starts that an earlier rule had and the present one lacks

    @property
    def etag(self) -> str:
        return f'"{int(self.created * 1000) * 1000 + self.change}"'

    @property
    def recurring(self) -> bool:
        return bool(self.fields.get("recurrence"))


@dataclass(kw_only=True)
class Calendar:
    """`access` is role by account; the owner stands in it, too."""

    id: str
    owner: str
    summary: str
    time_zone: str = DEFAULT_ZONE
    description: str = ""
    primary: bool = False
    created: float = 0.0
    access: dict[str, str] = field(default_factory=dict)
    events: dict[str, Event] = field(default_factory=dict)
    change: int = 0
    horizon: int = 0  # an older sync token has lost something
    _by_uid: dict[str, dict[str, None]] = field(default_factory=dict, repr=False, compare=False)  # ids, in their order
    _by_series: dict[str, dict[str, None]] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        for event in self.events.values():
            self._note(event)

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state | {"_by_uid": {}, "_by_series": {}})  # one that was kept had none of these
        self.__post_init__()

    def _note(self, event: Event) -> None:
        self._by_uid.setdefault(event.ical_uid, {})[event.id] = None
        if event.series:
            self._by_series.setdefault(event.series, {})[event.id] = None

    def put(self, event: Event, now: float, *, silently: bool = False) -> Event:
        """Stores the event as the calendar's newest change; `silently` leaves `updated` as it is."""
        self.change += 1
        event.change = self.change
        event.created = event.created or now
        event.updated = event.updated if silently and event.updated else now
        self.events[event.id] = event
        self._note(event)
        return event

    def exceptions(self, series: Event) -> list[Event]:
        """The stored occurrences of a recurring event, by their original starts."""
        found = [self.events[each] for each in self._by_series.get(series.id, ())]
        return sorted(found, key=lambda event: sorted(event.original.items()))

    def with_uid(self, ical_uid: str) -> list[Event]:
        return [self.events[each] for each in self._by_uid.get(ical_uid, ())]

    def forget(self, now: float) -> None:
        """Drops tombstones that are too old to be kept."""
        for event in [e for e in self.events.values() if e.cancelled and e.updated < now - KEPT]:
            series = self.events.get(event.series)
            if series and not series.cancelled:
                continue  # a cancelled occurrence belongs to its series as long as that lives
            self.horizon = max(self.horizon, event.change)
            del self.events[event.id]
            self._by_uid[event.ical_uid].pop(event.id, None)
            self._by_series.get(event.series, {}).pop(event.id, None)

    def expire_tokens(self) -> None:
        """From now on every sync token that was given out is too old."""
        self.change += 1
        self.horizon = self.change


class Calendars:
    """Not safe for threads by itself: the simulator holds its lock around every request."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._random = random.Random("calendar")
        self.by_id: dict[str, Calendar] = {}
        self.invitations: list[dict[str, str]] = []  # the mails that Google would have sent

    def primary(self, email: str) -> Calendar:
        """The account's own calendar, made when it is first looked for."""
        return self.by_id.get(email) or self.add(email, email, email, primary=True)

    def add(
        self, calendar_id: str, owner: str, summary: str, *, zone: str = DEFAULT_ZONE, primary: bool = False
    ) -> Calendar:
        calendar = Calendar(
            id=calendar_id, owner=owner, summary=summary, time_zone=zone, primary=primary, created=self.now()
        )
        calendar.access[owner] = "owner"
        self.by_id[calendar_id] = calendar
        return calendar

    def seen_by(self, email: str) -> list[Calendar]:
        """The primary calendar first, then what else the account may look into."""
        own = self.primary(email)
        return [own, *(c for c in self.by_id.values() if email in c.access and c is not own)]

    def found(self, email: str, calendar_id: str) -> Calendar | None:
        """`None` where there is no such calendar, or none that the account may look into."""
        name = email if calendar_id == "primary" else calendar_id.lower() if "@" in calendar_id else calendar_id
        calendar = self.primary(email) if name == email else self.by_id.get(name)
        return calendar if calendar and email in calendar.access else None

    def forget_account(self, email: str) -> None:
        for calendar in [c for c in self.by_id.values() if c.owner == email]:
            del self.by_id[calendar.id]
        for calendar in self.by_id.values():
            calendar.access.pop(email, None)

    def new_id(self, length: int = 26) -> str:
        return "".join(self._random.choices(_BASE32HEX, k=length))

    def now(self) -> float:
        return self._clock()


def at_least(role: str, wanted: str) -> bool:
    return ROLES.index(role) >= ROLES.index(wanted)
