"""Who may look into a calendar, and who may write there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from connectors.simulators.google.calendar.errors import access_needed, not_found
from connectors.simulators.google.calendar.store import Calendar, Calendars, at_least
from connectors.simulators.google.world import Account, World
from connectors.simulators.simulator import Request

_SCOPE = "https://www.googleapis.com/auth/calendar."
OWNED_ONLY = {f"{_SCOPE}events.owned", f"{_SCOPE}events.owned.readonly"}
ELSEWHERE = {f"{_SCOPE}app.created", f"{_SCOPE}events.public.readonly", f"{_SCOPE}events.freebusy"}


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Who asks for what: `scopes` are those that let the method be called, `body` has declared names only."""

    world: World
    account: Account
    scopes: frozenset[str]
    path: Mapping[str, str]
    query: Mapping[str, Any]
    body: dict[str, Any]
    request: Request

    @property
    def calendars(self) -> Calendars:
        return self.world.calendars

    def said(self, name: str) -> str:
        """A parameter as it stands in the address, "" where it does not."""
        return self.request.first(name)

    def header(self, name: str) -> str:
        return self.request.headers.get(name, "")


# The answer as JSON, or `None` for a method that answers nothing.
Operation = Callable[[Asked], dict[str, Any] | None]


def role(asked: Asked, calendar: Calendar) -> str:
    return calendar.access[asked.account.email]


def the_calendar(asked: Asked, name: str = "calendarId") -> Calendar:
    """The calendar that the path, or the query, names. Raises the refusal 404, as for one that is not shared."""
    wanted = asked.path.get(name) or str(asked.query[name])
    calendar = asked.calendars.found(asked.account.email, wanted)
    if calendar is None or not _in_reach(asked, calendar):
        raise not_found()
    calendar.forget(asked.world.now())
    return calendar


def _in_reach(asked: Asked, calendar: Calendar) -> bool:
    """Some scopes reach only calendars that the user owns, or such as this simulator has none of."""
    narrow = asked.scopes - ELSEWHERE
    return bool(narrow) and (not narrow <= OWNED_ONLY or role(asked, calendar) == "owner")


def writable(asked: Asked, name: str = "calendarId") -> Calendar:
    """Likewise, for somebody who may write there. Raises the refusal 403."""
    calendar = the_calendar(asked, name)
    if not at_least(role(asked, calendar), "writerWithoutPrivateAccess"):
        raise access_needed("writer")
    return calendar
