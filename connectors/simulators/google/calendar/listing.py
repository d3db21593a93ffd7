"""Lists of events: what is asked for, page by page, and a sync token at the end.

A list in full is paged in the order of ids or of starts, a list of changes in the order in which they happened; the
token on the last page stands for everything before its first page was made. As with Google an initial list may
be narrowed by times, and the token does not remember them.
"""

from __future__ import annotations

import base64
import binascii
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from connectors.simulators.google.answers import ApiError
from connectors.simulators.google.calendar import meetings, showing, times
from connectors.simulators.google.calendar.errors import (
    empty_range,
    full_sync_required,
    invalid,
    refused,
    too_long_ago,
)
from connectors.simulators.google.calendar.rights import Asked, role
from connectors.simulators.google.calendar.store import KEPT, Calendar, Event, Fields

LARGEST_PAGE = 2_500
NOT_WITH_A_TOKEN = (
    "iCalUID",
    "orderBy",
    "privateExtendedProperty",
    "q",
    "sharedExtendedProperty",
    "timeMin",
    "timeMax",
    "updatedMin",
)
NARROWED = tuple(name for name in NOT_WITH_A_TOKEN if not name.startswith("time"))
_PAGE_ONLY = ("pageToken", "maxResults", "fields", "prettyPrint")


@dataclass(frozen=True, kw_only=True)
class Listing:
    """What a list shows. `since_change` is the place of its sync token, -1 without one."""

    calendar: Calendar
    single: bool
    deleted: bool
    since_change: int = -1
    window: tuple[datetime | None, datetime | None] = (None, None)
    updated_min: datetime | None = None
    original: datetime | None = None
    query: Fields = field(default_factory=dict)

    @property
    def incremental(self) -> bool:
        return self.since_change >= 0


def read(asked: Asked, calendar: Calendar, *, plain: bool) -> Listing:
    """The list that the query asks for; `plain` without a token and an order. Raises the refusals 400 and 410."""
    query = asked.query
    low, high = (times.bound(name, str(query[name])) for name in ("timeMin", "timeMax"))
    if low and high and low >= high:
        raise empty_range()
    times.query_zone(str(query["timeZone"]))
    if plain:
        deleted, original = bool(query["showDeleted"]), times.bound("originalStart", str(query["originalStart"]))
        return Listing(calendar=calendar, single=True, deleted=deleted, window=(low, high), original=original)
    single = bool(query["singleEvents"])
    if query["orderBy"] == "startTime" and not single:
        raise invalid("The requested ordering is not available for the particular query.", location="orderBy")
    return Listing(
        calendar=calendar,
        single=single,
        deleted=bool(query["showDeleted"]),
        since_change=_since(asked, calendar, single=single),
        window=(low, high),
        updated_min=_updated_min(asked),
        query=dict(query),
    )


def _updated_min(asked: Asked) -> datetime | None:
    found = times.bound("updatedMin", str(asked.query["updatedMin"]))
    if found and found.timestamp() < asked.world.now() - KEPT:
        raise too_long_ago()
    return found


def _since(asked: Asked, calendar: Calendar, *, single: bool) -> int:
    token = str(asked.query["syncToken"])
    if not token:
        return -1
    if any(asked.query[name] for name in NOT_WITH_A_TOKEN) or asked.said("showDeleted") == "false":
        said = "Sync token cannot be used with other request restrictions."
        raise refused("syncTokenWithRequestRestrictions", said, location="syncToken")
    owner, change, at, kind = _opened(token)
    if owner != calendar.id or kind != str(single):
        raise invalid("Invalid sync token value.", location="syncToken")
    if change < calendar.horizon or at < asked.world.now() - KEPT:
        raise full_sync_required()
    return change


def _opened(token: str) -> tuple[str, int, float, str]:
    try:
        owner, change, at, kind = base64.urlsafe_b64decode(token.encode()).decode().split("\n")
        return owner, int(change), float(at), kind
    except (ValueError, binascii.Error):
        raise invalid("Invalid sync token value.", location="syncToken") from None


def _token(asked: Asked, listing: Listing, change: int) -> str:
    text = f"{listing.calendar.id}\n{change}\n{asked.world.now()}\n{listing.single}"
    return base64.urlsafe_b64encode(text.encode()).decode()


# -- What is in the list


def entries(listing: Listing) -> list[Event]:
    """Everything that the list shows, in its order."""
    found = [event for event in _candidates(listing) if _selected(listing, event)]
    if listing.query.get("orderBy") == "updated":
        return sorted(found, key=lambda event: (event.updated, event.change, event.id))
    return sorted(found, key=lambda event: _key(listing, event))


def _candidates(listing: Listing) -> Iterable[Event]:
    calendar = listing.calendar
    stored = [e for e in calendar.events.values() if e.change > listing.since_change]
    if not listing.single:
        return [e for e in stored if meetings.any_within(calendar, e, *listing.window)]
    series = {e.id: e for e in stored if e.recurring}
    alone = [e for e in stored if not e.recurring and e.series not in series]
    within = [e for e in alone if meetings.within(calendar, e, *listing.window)]
    lost = [one for e in stored if e.gone for one in meetings.lost(calendar, e)]
    return within + lost + [one for e in series.values() for one in meetings.expanded(calendar, e, *listing.window)]


def _selected(listing: Listing, event: Event) -> bool:
    """Whether the event's state and the words of the query let it in."""
    told = listing.incremental or listing.deleted or listing.updated_min is not None
    loose = not listing.single and bool(event.series) and _series_lives(listing.calendar, event)
    if event.cancelled and not (told or loose):
        return False
    if listing.updated_min and event.updated < listing.updated_min.timestamp():
        return False
    return _matches(listing, event)


def _series_lives(calendar: Calendar, event: Event) -> bool:
    series = calendar.events.get(event.series)
    return series is not None and not series.cancelled


def _matches(listing: Listing, event: Event) -> bool:
    if listing.original and times.instant(event.original, listing.calendar.time_zone) != listing.original:
        return False
    query, whole = listing.query, meetings.fields(listing.calendar, event)
    if query.get("iCalUID") and event.ical_uid != query["iCalUID"]:
        return False
    if query.get("eventTypes") and whole.get("eventType", "default") not in query["eventTypes"]:
        return False
    if query.get("q") and str(query["q"]).lower() not in _words(whole):
        return False
    properties = whole.get("extendedProperties") or {}
    return all(
        (properties.get(side) or {}).get(pair.partition("=")[0]) == pair.partition("=")[2]
        for side in ("private", "shared")
        for pair in query.get(f"{side}ExtendedProperty") or []
    )


def _words(whole: Fields) -> str:
    people = [f"{g['email']} {g.get('displayName', '')}" for g in whole.get("attendees") or []]
    return "\n".join([str(whole.get(name, "")) for name in ("summary", "description", "location")] + people).lower()


# -- Pages


def _key(listing: Listing, event: Event) -> tuple[Any, ...]:
    if listing.incremental:
        return (event.change, event.id)
    if listing.query.get("orderBy") == "startTime":
        start = meetings.fields(listing.calendar, event)["start"]
        return (times.instant(start, listing.calendar.time_zone).timestamp(), event.id)
    if listing.query.get("orderBy") == "updated":
        return (event.updated, event.change, event.id)
    return (event.id,)


def answer(asked: Asked, listing: Listing) -> dict[str, Any]:
    """One page, and where the list goes on: at a page token, or at a sync token."""
    found = entries(listing)
    place = _place(asked, listing)
    known, start = place or (listing.calendar.change, 0)
    if place:
        start = bisect_right(found, start, key=lambda event: _key(listing, event))
    size = min(int(asked.query["maxResults"]) or 250, LARGEST_PAGE)
    shown = found[start : start + size]
    result = _head(asked, listing, found) | {"items": [_item(asked, listing, event) for event in shown]}
    if start + size < len(found):
        token = asked.world.pages.issue(_listing_key(asked, listing), (known, _key(listing, shown[-1])))
        return result | {"nextPageToken": token}
    if not listing.query or any(asked.query[name] for name in NARROWED):
        return result
    return result | {"nextSyncToken": _token(asked, listing, known)}


def _head(asked: Asked, listing: Listing, found: list[Event]) -> dict[str, Any]:
    newest = max((event.updated for event in found), default=0.0)
    return showing.head(listing.calendar, role(asked, listing.calendar), str(asked.query["timeZone"]), newest)


def _place(asked: Asked, listing: Listing) -> Any:
    token = str(asked.query["pageToken"])
    if not token:
        return None
    try:
        return asked.world.pages.open(token, _listing_key(asked, listing))
    except ApiError:
        raise invalid("Invalid page token value.") from None


def _listing_key(asked: Asked, listing: Listing) -> tuple[Any, ...]:
    said = tuple(sorted((n, str(v)) for n, v in asked.query.items() if n not in _PAGE_ONLY))
    return (asked.account.email, listing.calendar.id, asked.path.get("eventId", ""), said)


def _item(asked: Asked, listing: Listing, event: Event) -> dict[str, Any]:
    if event.cancelled:
        return showing.tombstone(event)
    return showing.event(
        listing.calendar,
        event,
        role(asked, listing.calendar),
        base_url=asked.world.base_url,
        zone=str(asked.query["timeZone"]),
        most_attendees=int(asked.query["maxAttendees"]),
    )
