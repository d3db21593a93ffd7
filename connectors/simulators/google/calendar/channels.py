"""`events.watch` and `channels.stop`: the channels over which Calendar tells that something changed.

https://developers.google.com/workspace/calendar/api/guides/push
"""

from __future__ import annotations

import hashlib
from typing import Any
from urllib.parse import quote, urlsplit

from connectors.simulators.google.calendar.errors import (
    channel_taken,
    invalid,
    no_such_channel,
    not_https,
    not_verified,
    not_watchable,
    required,
)
from connectors.simulators.google.calendar.rights import Asked, the_calendar
from connectors.simulators.google.content import base64url
from connectors.simulators.google.pushes import Channel

KINDS = ("web_hook", "webhook")
USUAL, LONGEST = 7 * 24 * 3600, 30 * 24 * 3600  # seconds that a channel lives
LONGEST_ID = 64


def watched(asked: Asked) -> dict[str, Any]:
    """Opens a channel, which says at once that it is open."""
    calendar, pushes = the_calendar(asked), asked.world.pushes
    address, channel_id = _checked(asked)
    if urlsplit(address).hostname in pushes.unverified:
        raise not_verified(address)
    if channel_id in pushes.used:
        raise channel_taken(channel_id)
    if calendar.id in pushes.silent:
        raise not_watchable()
    uri = f"{asked.world.base_url}/calendar/v3/calendars/{quote(asked.path['calendarId'], safe='')}/events?alt=json"
    channel = Channel(
        id=channel_id,
        email=asked.account.email,
        calendar=calendar.id,
        resource_id=_resource_id(asked.account.email, calendar.id),
        resource_uri=uri,
        token=str(asked.body.get("token") or ""),
        address=address,
        ends_at=_end(asked),
        seen=calendar.change,
    )
    pushes.channels[channel_id] = channel
    pushes.used.add(channel_id)
    pushes.tell(channel, "sync")
    return _shown(channel)


def _checked(asked: Asked) -> tuple[str, str]:
    """Address and id of the channel. Raises the refusal."""
    address, channel_id = str(asked.body.get("address") or ""), str(asked.body.get("id") or "")
    if not channel_id:
        raise required("Required")
    if len(channel_id) > LONGEST_ID:
        raise invalid("Invalid channel id.")
    if asked.body.get("type") not in KINDS:
        raise invalid("Unknown channel type.")
    if not address.startswith("https://"):
        raise not_https(address)
    return address, channel_id


def _end(asked: Asked) -> float:
    """When it ends: as it was asked for, or by Google's own limit if that is sooner."""
    now, wanted = asked.world.now(), str(asked.body.get("expiration") or "")
    return min(int(wanted) / 1000, now + LONGEST) if wanted.isdigit() else now + USUAL


def _resource_id(email: str, calendar: str) -> str:
    """The same each time for the same list of the same user."""
    return base64url(hashlib.sha256(f"{email} {calendar}".encode()).digest()[:20]).rstrip("=")


def _shown(channel: Channel) -> dict[str, Any]:
    return {
        "kind": "api#channel",
        "id": channel.id,
        "resourceId": channel.resource_id,
        "resourceUri": channel.resource_uri,
        **({"token": channel.token} if channel.token else {}),
        "expiration": str(int(channel.ends_at * 1000)),
    }


def stopped(asked: Asked) -> None:
    """Ends a channel of the same user, by its id and that of what is watched."""
    channel_id = str(asked.body.get("id") or "")
    found = asked.world.pushes.channels.get(channel_id)
    named = (asked.account.email, asked.body.get("resourceId"))
    if found is None or (found.email, found.resource_id) != named:
        raise no_such_channel(channel_id)
    del asked.world.pushes.channels[channel_id]
