"""Where reading a Gmail mailbox goes on. Pure.

Two modes. `full` lists everything, a page at a time, and remembers the history id from before it began;
`history` reads what changed since an id (https://developers.google.com/workspace/gmail/api/guides/sync).
The cursor is sealed to its mailbox, so that one of another mailbox, or one that was changed, is noticed and not
followed: Gmail itself would take any history id that is recent enough, and what lies before it would be lost.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass

from connectors.errors import ConnectorError, Failure, Kind, Matched


@dataclass(frozen=True, kw_only=True)
class Position:
    """`history` is the id to read on from (in `full` mode: after the listing); `page` the next page, "" at first."""

    mode: str
    history: str
    page: str = ""

    def sealed(self, address: str) -> str:
        return json.dumps({"seal": self._seal(address), **asdict(self)})

    def _seal(self, address: str) -> str:
        """A checksum against mistakes; whoever can write our database needs no forged cursor."""
        text = json.dumps([address.lower(), self.mode, self.history, self.page])
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    @classmethod
    def opened(cls, cursor: str, address: str) -> Position:
        """Raises `ConnectorError` of kind CURSOR_EXPIRED for anything that is not a cursor of this mailbox."""
        try:
            values = json.loads(cursor)
            seal, position = values.pop("seal"), cls(**values)
            if seal == position._seal(address):
                return position
        except (ValueError, KeyError, TypeError, AttributeError):
            pass
        raise ConnectorError(_foreign())


def _foreign() -> Failure:
    return Failure(
        provider="engine",
        code="engine.CURSOR_FOREIGN",
        kind=Kind.CURSOR_EXPIRED,
        said="the stored position does not belong to this mailbox",
        matched=Matched.CODE,
    )
