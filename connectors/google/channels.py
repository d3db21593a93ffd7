"""Being told of changes by Google: over Pub/Sub of messages, over a channel of a calendar.

https://developers.google.com/workspace/gmail/api/guides/push, https://developers.google.com/workspace/calendar/api/guides/push
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from connectors import network
from connectors.errors import ConnectorError
from connectors.google.client import CalendarClient, GmailClient
from connectors.hints import Channel, Promise

NO_CHANNEL = "google.notFound"  # what Google says of a channel that has ended


def watch_mail(client: GmailClient, channel: Channel) -> Promise:
    """All changes, whatever their labels. A mailbox has one watch; asking again makes it last."""
    return Promise(until=_end(client.watch(channel.target)))


def watch_calendar(client: CalendarClient, channel: Channel) -> Promise:
    body = {
        "id": channel.id,
        "type": "web_hook",
        "address": channel.target,
        "token": channel.token,
        "expiration": str(int(channel.until.timestamp() * 1000)),
    }
    said = client.watch(channel.place.calendar, body)
    return Promise(until=_end(said), remote_id=str(said.get("resourceId") or ""))


def unwatch_calendar(client: CalendarClient, channel_id: str, remote_id: str) -> None:
    try:
        client.unwatch({"id": channel_id, "resourceId": remote_id})
    except ConnectorError as error:
        if error.failure.code != NO_CHANNEL:
            raise


def _end(said: Mapping[str, Any]) -> datetime:
    """Google tells it in milliseconds since 1970. Raises `ConnectorError` for an answer without it."""
    try:
        return datetime.fromtimestamp(int(said["expiration"]) / 1000, UTC)
    except (KeyError, TypeError, ValueError, OverflowError, OSError):
        raise network.error("NON_JSON_ANSWER", "an answer to watch", status=200) from None
