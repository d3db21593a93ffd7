"""Where reading a Gmail mailbox goes on. Pure.

Two modes. `full` lists everything, a page at a time, and remembers the history id from before it began;
`history` reads what changed since an id (https://developers.google.com/workspace/gmail/api/guides/sync).
The cursor names its mailbox, so that one of another mailbox is noticed and not followed.
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
        return json.dumps({"mailbox": _mark(address), **asdict(self)})

    @classmethod
    def opened(cls, cursor: str, address: str) -> Position:
        """Raises `ConnectorError` of kind CURSOR_EXPIRED for anything that is not a cursor of this mailbox."""
        try:
            values = json.loads(cursor)
            if values.pop("mailbox") == _mark(address) and values["mode"] in ("full", "history"):
                return cls(**values)
        except (ValueError, KeyError, TypeError, AttributeError):
            pass
        raise ConnectorError(_foreign())


def _mark(address: str) -> str:
    return hashlib.sha256(address.lower().encode()).hexdigest()[:16]


def _foreign() -> Failure:
    return Failure(
        provider="engine",
        code="engine.CURSOR_FOREIGN",
        kind=Kind.CURSOR_EXPIRED,
        said="the stored position does not belong to this mailbox",
        matched=Matched.CODE,
    )
