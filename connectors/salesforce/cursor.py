"""Where reading an organization's events, tasks or contacts goes on. Pure.

Two modes. `full` shows what lies in a window; `changes` shows what was changed since a time of Salesforce's own. Both
go by (SystemModstamp, Id), so that a page can begin where the last one ended, in another process and on another day;
a locator of Salesforce's would live for two days only. The cursor is sealed to its organization and to what is read,
so that one of another, or one that was changed, is noticed and not followed.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, astuple, dataclass, replace

from connectors.errors import ConnectorError, Failure, Kind, Matched


@dataclass(frozen=True, kw_only=True)
class Position:
    """All times are text as Salesforce's queries take them, in UTC: `2026-11-28T15:00:00Z`.

    Everything up to `since` was shown by reads that came to their end. `stamp` and `id` are the last record that the
    read under way has shown, "" before its first page, and `until` is what `since` will be when it is over. `ahead` is
    how far the window has reached.
    """

    mode: str
    since: str
    ahead: str
    until: str = ""
    stamp: str = ""
    id: str = ""

    def after(self, stamp: str, record_id: str) -> Position:
        return replace(self, stamp=stamp, id=record_id)

    def ended(self) -> Position:
        """The read is over; the next one looks at what changes from its beginning on."""
        return Position(mode="changes", since=self.until, ahead=self.ahead)

    def sealed(self, organization: str) -> str:
        return json.dumps({"seal": self._seal(organization), **asdict(self)})

    def _seal(self, organization: str) -> str:
        """A checksum against mistakes; whoever can write our database needs no forged cursor."""
        text = json.dumps([organization, *astuple(self)])
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    @classmethod
    def opened(cls, cursor: str, organization: str) -> Position:
        """Raises `ConnectorError` of kind CURSOR_EXPIRED for anything that is not a cursor of this organization."""
        try:
            values = json.loads(cursor)
            seal, position = values.pop("seal"), cls(**values)
            if seal == position._seal(organization):
                return position
        except (ValueError, KeyError, TypeError, AttributeError):
            pass
        raise ConnectorError(_foreign())


def _foreign() -> Failure:
    return Failure(
        provider="engine",
        code="engine.CURSOR_FOREIGN",
        kind=Kind.CURSOR_EXPIRED,
        said="the stored position does not belong to this organization",
        matched=Matched.CODE,
    )
