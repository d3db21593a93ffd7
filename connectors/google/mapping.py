"""Gmail's answers as provider-neutral values. Pure."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from email.parser import BytesHeaderParser
from email.policy import compat32
from typing import Any

from connectors import mime
from connectors.records import Email, Flag, Ref, RemoteChange

FLAGS = {"DRAFT": Flag.DRAFT, "SPAM": Flag.SPAM, "TRASH": Flag.TRASH, "SENT": Flag.SENT}


def message(said: Mapping[str, Any], *, largest: int) -> Email:
    """A message that was read with format=raw. Larger than `largest` bytes: its headers, and `OVERSIZED`."""
    raw = _bytes(said.get("raw", ""))
    if len(raw) > largest:
        return headers_only(BytesHeaderParser(policy=compat32).parsebytes(raw).items(), said)
    return mime.parse(raw, received=received(said), thread=said.get("threadId", ""), flags=flags(said))


def headers_only(pairs: Iterable[tuple[str, str]], said: Mapping[str, Any]) -> Email:
    """A message that was too large to be read whole."""
    return mime.from_headers(
        pairs, received=received(said), thread=said.get("threadId", ""), flags=(*flags(said), Flag.OVERSIZED)
    )


def header_pairs(said: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The headers of a message that was read with format=metadata."""
    return [(h["name"], h["value"]) for h in said.get("payload", {}).get("headers", [])]


def received(said: Mapping[str, Any]) -> datetime:
    """`internalDate`: milliseconds since 1970, as a string."""
    return datetime.fromtimestamp(int(said.get("internalDate", "0")) / 1000, UTC)


def flags(said: Mapping[str, Any]) -> list[Flag]:
    return [FLAGS[label] for label in said.get("labelIds", []) if label in FLAGS]


def listed(said: Mapping[str, Any]) -> tuple[RemoteChange, ...]:
    """The entries of a `messages.list` page."""
    return tuple(RemoteChange(ref=Ref(id=m["id"])) for m in said.get("messages", []))


def changed(said: Mapping[str, Any]) -> tuple[RemoteChange, ...]:
    """The entries of a `history.list` page, each message once, as it stood at the end of the page.

    A label that was taken away matters only where it was what kept a message out.
    """
    gone: dict[str, bool] = {}
    for record in said.get("history", []):
        for added in record.get("messagesAdded", []):
            gone[added["message"]["id"]] = False
        for removed in record.get("labelsRemoved", []):
            if {"SPAM", "TRASH"} & set(removed.get("labelIds", [])):
                gone[removed["message"]["id"]] = False
        for deleted in record.get("messagesDeleted", []):
            gone[deleted["message"]["id"]] = True
    return tuple(RemoteChange(ref=Ref(id=each), gone=is_gone) for each, is_gone in gone.items())


def _bytes(raw: str) -> bytes:
    """base64url with or without padding; what is not base64 is no message at all."""
    try:
        return base64.urlsafe_b64decode(raw + "=" * (-len(raw) % 4))
    except (binascii.Error, ValueError):
        return b""
