"""Where reading goes on, in a Gmail mailbox or in a calendar. Pure.

A mailbox has two modes. `full` lists what its window holds, a page at a time, and remembers the window's start and the
history id from before it began; `history` reads what changed since an id (https://developers.google.com/workspace/gmail/api/guides/sync).

A calendar has four phases (https://developers.google.com/workspace/calendar/api/guides/sync):

    window    a list of what lies in the window, each occurrence by itself; its last page gives a sync token
    outside   a list of everything, series as one: what the window did not show
    roll      a list of what the window has for the first time, as its end moved on
    changes   what changed since the sync token, which does not remember any window

Of an account with further calendars the cursor has a position for each of them.

The cursor is sealed to its mailbox and resource, so that one of another mailbox, or one that was changed, is noticed
and not followed: Google would take any that is recent enough, and what lies before it would be lost.
"""

from __future__ import annotations

import hashlib
import json
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Self

from connectors.errors import ConnectorError, Failure, Kind, Matched
from connectors.records import Window
from connectors.rounds import OWN, Round


@dataclass(frozen=True, kw_only=True)
class Sealed:
    """A position that others can keep and not mistake for another's."""

    def sealed(self, address: str) -> str:
        return json.dumps({"seal": self._seal(address), **asdict(self)})

    def _seal(self, address: str) -> str:
        """A checksum against mistakes; whoever can write our database needs no forged cursor."""
        return hashlib.sha256(json.dumps([address.lower(), *self._told()]).encode()).hexdigest()[:16]

    def _told(self) -> list[str]:
        raise NotImplementedError

    @classmethod
    def opened(cls, cursor: str, address: str) -> Self:
        """Raises `ConnectorError` of kind CURSOR_EXPIRED for anything that is not a cursor of this mailbox."""
        try:
            values = json.loads(cursor)
            del values["seal"]
            position = cls(**values)
            if cursor == position.sealed(address):
                return position
        except (ValueError, KeyError, TypeError, AttributeError):
            pass
        raise ConnectorError(_foreign())


@dataclass(frozen=True, kw_only=True)
class Position(Sealed):
    """`history` is the id to read on from (in `full` mode: after the listing); `page` the next page, "" at first.

    `since` is where the listing begins, in seconds since 1970; "" lists everything.
    """

    mode: str
    history: str
    page: str = ""
    since: str = ""

    def _told(self) -> list[str]:
        return [self.mode, self.history, self.page, self.since]


@dataclass(frozen=True, kw_only=True)
class CalendarsPosition(Sealed):
    """Where reading goes on in several calendars: the one `at` which it stands, and the cursor `of` each.

    Of the account's own calendar alone, the cursor is that calendar's.
    """

    at: str
    of: Mapping[str, str]

    def _told(self) -> list[str]:
        return ["events", self.at, json.dumps(self.of, sort_keys=True)]

    @classmethod
    def begun(cls, cursor: str | None, address: str) -> Round:
        """Raises `ConnectorError` of kind CURSOR_EXPIRED for what is not a cursor of several calendars, or of one."""
        if cursor is None:
            return Round()
        if '"of": ' not in cursor:
            return Round(of={OWN: cursor})
        position = cls.opened(cursor, address)
        return Round(at=position.at, of=position.of)

    @classmethod
    def of_round(cls, begun: Round, address: str) -> str:
        """The cursor for where a round stands."""
        if {*begun.of} == {OWN} and begun.at == OWN:
            return begun.of[OWN]
        return cls(at=begun.at, of=begun.of).sealed(address)


class Phase(StrEnum):
    WINDOW = "window"
    OUTSIDE = "outside"
    ROLL = "roll"
    CHANGES = "changes"


DIGEST = 8  # characters that stand for the id of a series


@dataclass(frozen=True, kw_only=True)
class CalendarPosition(Sealed):
    """`start` and `end` are where the list of the phase begins and ends; after it, `end` is how far we have read.

    `page` is the next page, "" at first; `token` the sync token, "" before there is one. `series` holds a digest of
    each series that the lists of a full read have shown so far, and is empty after it.
    """

    phase: str
    start: str
    end: str
    page: str = ""
    token: str = ""
    series: str = ""

    def _told(self) -> list[str]:
        return ["event", self.phase, self.start, self.end, self.page, self.token, self.series]

    @classmethod
    def before(cls, window: Window) -> Self:
        """Where a full read begins."""
        return cls(phase=Phase.WINDOW, start=_written(window.start), end=_written(window.end))

    @property
    def window(self) -> Window:
        """What the list of the phase is about."""
        return Window(start=datetime.fromisoformat(self.start), end=datetime.fromisoformat(self.end))

    def turned(self, page: str) -> Self:
        """The next page of the same list."""
        return replace(self, page=page)

    def after_list(self, token: str) -> Self:
        """What follows the last page, which gave this sync token. That of the first list counts: it is the oldest."""
        match self.phase:
            case Phase.WINDOW:
                return replace(self, phase=Phase.OUTSIDE, page="", token=token)
            case Phase.OUTSIDE | Phase.ROLL:
                return replace(self, phase=Phase.CHANGES, page="", series="")
        return replace(self, page="", token=token)

    def rolled(self, window: Window | None) -> Self:
        """Before the changes comes what is new in the window, if its end moved on; never between two pages."""
        if window is None or self.phase != Phase.CHANGES or self.page or window.end <= self.window.end:
            return self
        return replace(self, phase=Phase.ROLL, start=self.end, end=_written(window.end))

    def having_shown(self, series: Iterable[str]) -> Self:
        return replace(self, series="".join(sorted(self._digests() | {_digest(each) for each in series})))

    def has_shown(self, series: str) -> bool:
        return _digest(series) in self._digests()

    def _digests(self) -> set[str]:
        return {self.series[at : at + DIGEST] for at in range(0, len(self.series), DIGEST)}


def _digest(series: str) -> str:
    return urlsafe_b64encode(hashlib.blake2b(series.encode(), digest_size=6).digest()).decode()


def _written(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()


def _foreign() -> Failure:
    return Failure(
        provider="engine",
        code="engine.CURSOR_FOREIGN",
        kind=Kind.CURSOR_EXPIRED,
        said="the stored position does not belong to this mailbox",
        matched=Matched.CODE,
    )
