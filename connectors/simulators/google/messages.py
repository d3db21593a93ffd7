"""`users.messages` of the Gmail API.

https://developers.google.com/workspace/gmail/api/reference/rest/v1/users.messages
"""

from __future__ import annotations

from email.utils import parsedate_to_datetime
from typing import Any

from connectors.simulators.google.answers import invalid, malformed, not_found, not_simulated
from connectors.simulators.google.asked import (
    Asked,
    attached_part,
    check_id,
    estimate,
    found_messages,
    known_labels,
    label_changes,
    many_messages,
    page,
    plain,
    shown,
    the_message,
)
from connectors.simulators.google.content import Content, base64url, from_base64url, part_bytes
from connectors.simulators.google.mailbox import Message


def listed(asked: Asked) -> dict[str, Any]:
    entries = found_messages(asked)
    some, following = page(asked, "messages", entries, lambda m: (-m.internal_date, m.id))
    return ({"messages": [plain(m) for m in some]} if some else {}) | following | estimate(entries, following)


def got(asked: Asked) -> dict[str, Any]:
    return shown(asked, the_message(asked), str(asked.query["format"]))


def attachment(asked: Asked) -> dict[str, Any]:
    message = the_message(asked, "messageId")
    content = part_bytes(message.content.parts[attached_part(message, asked.path["id"])])
    return {"size": len(content), "data": base64url(content)}


def modified(asked: Asked) -> dict[str, Any]:
    add, remove = label_changes(asked)
    return _relabelled(asked, add, remove)


def trashed(asked: Asked) -> dict[str, Any]:
    return _relabelled(asked, ["TRASH"], ["INBOX"])


def untrashed(asked: Asked) -> dict[str, Any]:
    return _relabelled(asked, [], ["TRASH"])


def _relabelled(asked: Asked, add: list[str], remove: list[str]) -> dict[str, Any]:
    message = the_message(asked)
    asked.mailbox.relabel(message, add=add, remove=remove)
    return plain(message, labels=True)


def deleted(asked: Asked) -> None:
    asked.mailbox.remove(the_message(asked))


def batch_modified(asked: Asked) -> None:
    add, remove = label_changes(asked)
    for message in many_messages(asked):
        asked.mailbox.relabel(message, add=add, remove=remove)


def batch_deleted(asked: Asked) -> None:
    for message in many_messages(asked):
        asked.mailbox.remove(message)


def inserted(asked: Asked) -> dict[str, Any]:
    """No threading but what the caller asks for, and no look for a copy that is there already."""
    return plain(_stored(asked, _raw(asked), _given_thread(asked) or ""), labels=True)


def imported(asked: Asked) -> dict[str, Any]:
    """Threads as delivered mail does, and finds a copy by its Message-ID instead of storing it twice."""
    raw = _raw(asked)
    copies = asked.mailbox.with_message_id(Content(raw).message_id)
    message = copies[0] if copies else _stored(asked, raw, _given_thread(asked))
    return plain(message, labels=True)


def _stored(asked: Asked, raw: bytes, thread_id: str | None) -> Message:
    labels = known_labels(asked, list(asked.body.get("labelIds") or []), ("CHAT",))
    date = _header_date(raw) if asked.query["internalDateSource"] == "dateHeader" else None
    return asked.mailbox.add(raw, labels, internal_date=date, thread_id=thread_id)


def _header_date(raw: bytes) -> int | None:
    try:
        return int(parsedate_to_datetime(Content(raw).header("date")).timestamp() * 1000)
    except (ValueError, OverflowError):
        return None


def _raw(asked: Asked) -> bytes:
    if asked.query["deleted"]:
        raise not_simulated("deleted=true")
    if asked.media is not None:
        return asked.media
    text = str(asked.body.get("raw") or "")
    if not text:
        raise invalid("'raw' RFC822 payload message string or uploading message via /upload/* URL required")
    try:
        return from_base64url(text)
    except ValueError:
        said = f"Invalid value at 'message.raw' (TYPE_BYTES), Base64 decoding failed for \"{text[:40]}\""
        raise malformed("message.raw", said) from None


def _given_thread(asked: Asked) -> str | None:
    thread_id = str(asked.body.get("threadId") or "")
    if thread_id and not asked.mailbox.thread(check_id(thread_id)):
        raise not_found()
    return thread_id or None
