"""Times of the Tasks API: RFC 3339 with an offset; of a due date nothing but the day is kept.

Which day a time with another offset than UTC falls on is not documented; here it is the one in UTC.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

from connectors.simulators.google.tasks.errors import bad_request

_RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)", re.IGNORECASE)


def moment(text: str) -> datetime:
    """The time in UTC. Raises the refusal for a date alone and for a time without an offset."""
    if not _RFC3339.fullmatch(text):
        raise bad_request()
    try:
        return datetime.fromisoformat(text.upper()).astimezone(UTC)
    except ValueError:
        raise bad_request() from None


def bound(text: str) -> datetime | None:
    """A query parameter that is a time; `None` where nothing was said."""
    return moment(text) if text else None


def day(text: str) -> str:
    """A due date as it is kept: midnight, in UTC."""
    return f"{moment(text).date().isoformat()}T00:00:00.000Z"


def written(at: float | datetime) -> str:
    """Seconds since 1970, or a time in UTC, as `updated` and `completed` have it."""
    found = at if isinstance(at, datetime) else datetime.fromtimestamp(at, UTC)
    return found.isoformat(timespec="milliseconds").replace("+00:00", "Z")
