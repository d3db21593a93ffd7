"""Gmail's answers as provider-neutral values. Pure."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from email.parser import BytesHeaderParser
from email.policy import compat32
from typing import Any

from connectors import mime
from connectors.records import Email, Flag, Label, Ref, RemoteChange

FLAGS = {"DRAFT": Flag.DRAFT, "SPAM": Flag.SPAM, "TRASH": Flag.TRASH, "SENT": Flag.SENT}
LET_IN = frozenset({"SPAM", "TRASH"})  # to lose one of these lets a message in
# What Gmail's pages call the categories that its API names in capitals.
SHOWN = {
    "CATEGORY_PERSONAL": "Primary",
    "CATEGORY_SOCIAL": "Social",
    "CATEGORY_PROMOTIONS": "Promotions",
    "CATEGORY_UPDATES": "Updates",
    "CATEGORY_FORUMS": "Forums",
}


def message(said: Mapping[str, Any], *, largest: int) -> Email:
    """A message that was read with format=raw. Larger than `largest` bytes: its headers, and `OVERSIZED`."""
    raw = _bytes(said.get("raw", ""))
    if len(raw) > largest:
        return headers_only(BytesHeaderParser(policy=compat32).parsebytes(raw).items(), said)
    found = mime.parse(raw, received=received(said), thread=said.get("threadId", ""), flags=flags(said))
    return replace(found, labels=label_ids(said))


def contents(said: Mapping[str, Any]) -> mime.Contents:
    """The attachments of a message that was read with format=raw."""
    return mime.Contents(_bytes(said.get("raw", "")))


def headers_only(pairs: Iterable[tuple[str, str]], said: Mapping[str, Any], *, why: Flag = Flag.OVERSIZED) -> Email:
    """A message of which the rest was not read: it is too large, or nobody wants it."""
    found = mime.from_headers(
        pairs, received=received(said), thread=said.get("threadId", ""), flags=(*flags(said), why)
    )
    return replace(found, labels=label_ids(said))


def header_pairs(said: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The headers of a message that was read with format=metadata."""
    return [(h["name"], h["value"]) for h in said.get("payload", {}).get("headers", [])]


def received(said: Mapping[str, Any]) -> datetime:
    """`internalDate`: milliseconds since 1970, as a string."""
    return datetime.fromtimestamp(int(said.get("internalDate", "0")) / 1000, UTC)


def flags(said: Mapping[str, Any]) -> list[Flag]:
    return [FLAGS[label] for label in said.get("labelIds", []) if label in FLAGS]


def label_ids(said: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(said.get("labelIds", []))


def labels(said: Mapping[str, Any]) -> list[Label]:
    """The entries of `labels.list`, under the names that people see."""
    return [Label(id=each["id"], name=SHOWN.get(each["id"], each["name"])) for each in said.get("labels", [])]


def listed(said: Mapping[str, Any]) -> tuple[RemoteChange, ...]:
    """The entries of a `messages.list` page."""
    return tuple(RemoteChange(ref=Ref(id=m["id"])) for m in said.get("messages", []))


def changed(said: Mapping[str, Any], labels: Collection[str] = ()) -> tuple[RemoteChange, ...]:
    """The entries of a `history.list` page, each message once, as it stood at the end of the page.

    A label that was put on or taken away matters only where it decides on whether a message stays out: spam and trash,
    and those in `labels`.
    """
    taken, given = LET_IN.union(labels), frozenset(labels)
    gone: dict[str, bool] = {}
    for record in said.get("history", []):
        for added in record.get("messagesAdded", []):
            gone[added["message"]["id"]] = False
        for kind, matter in (("labelsAdded", given), ("labelsRemoved", taken)):
            for moved in record.get(kind, []):
                if matter & label_ids(moved):
                    gone[moved["message"]["id"]] = False
        for deleted in record.get("messagesDeleted", []):
            gone[deleted["message"]["id"]] = True
    return tuple(RemoteChange(ref=Ref(id=each), gone=is_gone) for each, is_gone in gone.items())


def _bytes(raw: str) -> bytes:
    """base64url with or without padding; what is not base64 is no message at all."""
    try:
        return base64.urlsafe_b64decode(raw + "=" * (-len(raw) % 4))
    except (binascii.Error, ValueError):
        return b""
