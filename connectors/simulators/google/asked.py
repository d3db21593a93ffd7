"""A request to Gmail that was let in, and what several methods do with one: find, page, show, check labels."""

from __future__ import annotations

import re
import secrets
from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from connectors.simulators.google.answers import forbidden, invalid, not_found
from connectors.simulators.google.content import base64url, from_base64url
from connectors.simulators.google.mailbox import Mailbox, Message
from connectors.simulators.google.search import find
from connectors.simulators.google.world import Account, World

METADATA_SCOPE = "https://www.googleapis.com/auth/gmail.metadata"
LARGEST_PAGE = 500
MOST_LABELS = 100
MOST_IDS = 1_000
ESTIMATE = 201  # what Gmail says of a list that goes on, whatever its length
BOUND = ("q", "labelIds", "includeSpamTrash", "startHistoryId", "labelId", "historyTypes")  # to a page token
UNTOUCHABLE = ("SENT", "DRAFT", "CHAT")  # labels that no request may add or remove

_T = TypeVar("_T")


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Whose mailbox, with which scopes, and the checked path, query and body."""

    world: World
    account: Account
    scopes: frozenset[str]
    path: Mapping[str, str]
    query: Mapping[str, Any]
    body: Mapping[str, Any]
    media: bytes | None = None

    @property
    def mailbox(self) -> Mailbox:
        return self.account.mailbox


# The answer as JSON, or `None` for a method that answers nothing.
Operation = Callable[[Asked], dict[str, Any] | None]


def check_id(text: str) -> str:
    """Ids of messages and threads are hexadecimal. Raises `ApiError` 400."""
    if not re.fullmatch(r"[0-9a-fA-F]{1,16}", text):
        raise invalid("Invalid id value")
    return text.lower()


def the_message(asked: Asked, name: str = "id") -> Message:
    """The message that the path names. Raises `ApiError` 400 or 404."""
    found = asked.mailbox.messages.get(check_id(asked.path[name]))
    if found is None:
        raise not_found()
    return found


def many_messages(asked: Asked) -> list[Message]:
    """The messages that the body lists; ids that name none are passed over in silence, as Gmail does."""
    ids = asked.body.get("ids") or []
    if not ids:
        raise invalid("No message ids specified")
    if len(ids) > MOST_IDS:
        raise invalid(f"Number of ids cannot exceed {MOST_IDS}")
    return [m for i in ids if (m := asked.mailbox.messages.get(check_id(i)))]


def found_messages(asked: Asked) -> list[Message]:
    """What `q`, `labelIds` and `includeSpamTrash` select, newest first."""
    query, labels = str(asked.query["q"]), list(asked.query["labelIds"])
    if query and METADATA_SCOPE in asked.scopes:
        raise forbidden("Metadata scope does not support 'q' parameter")
    for label in labels:
        if label not in asked.mailbox.labels:
            raise invalid(f"Invalid label: {label}")
    hidden = bool(asked.query["includeSpamTrash"])
    return find(asked.mailbox, query, labels, hidden=hidden, now=asked.world.now())


def page(asked: Asked, name: str, entries: list[_T], key: Callable[[_T], Any]) -> tuple[list[_T], dict[str, Any]]:
    """One page in the order of `key`, and the field that leads to the next one.

    The next page begins after the key of this one's last entry, so that what comes or goes meanwhile pushes
    nothing over the border. A token is good for the same account, list and query only.
    """
    entries = sorted(entries, key=key)
    listing = (asked.account.email, name, *(str(asked.query.get(parameter)) for parameter in BOUND))
    start = 0
    if asked.query["pageToken"]:
        start = bisect_right(entries, asked.world.pages.open(str(asked.query["pageToken"]), listing), key=key)
    size = min(int(asked.query["maxResults"]) or 100, LARGEST_PAGE)
    shown = entries[start : start + size]
    if start + size >= len(entries):
        return shown, {}
    return shown, {"nextPageToken": asked.world.pages.issue(listing, key(shown[-1]))}


def estimate(entries: list[Any], following: Mapping[str, Any]) -> dict[str, int]:
    """`resultSizeEstimate`, which is a guess as soon as there is another page."""
    return {"resultSizeEstimate": ESTIMATE if "nextPageToken" in following else len(entries)}


# -- Showing a message


def plain(message: Message, *, labels: bool = False) -> dict[str, Any]:
    shown: dict[str, Any] = {"id": message.id, "threadId": message.thread_id}
    return shown | ({"labelIds": [*message.labels]} if labels and message.labels else {})


def shown(asked: Asked, message: Message, wanted: str) -> dict[str, Any]:
    """The message in one of the formats minimal, metadata, full and raw."""
    if METADATA_SCOPE in asked.scopes and wanted in ("full", "raw"):
        raise forbidden(f"Metadata scope doesn't allow format {wanted.upper()}")
    answer = plain(message, labels=True) | {
        "snippet": message.content.snippet,
        "historyId": str(message.history_id),
        "internalDate": str(message.internal_date),
        "sizeEstimate": len(message.raw),
    }
    if wanted == "raw":
        answer["raw"] = base64url(message.raw)
    elif wanted == "metadata":
        answer["payload"] = message.content.outline(list(asked.query["metadataHeaders"]))
    elif wanted == "full":
        answer["payload"] = message.content.payload(lambda part_id: _attachment_id(message, part_id))
    return answer


def _attachment_id(message: Message, part_id: str) -> str:
    """Another one each time, as Gmail's are; all that were given out for a part go on working."""
    return "ANGjdJ" + base64url(f"{message.id}:{part_id}:{secrets.token_hex(8)}".encode()).rstrip("=")


def attached_part(message: Message, attachment_id: str) -> str:
    """The part that an attachment id stands for. Raises `ApiError` 400."""
    try:
        owner, part_id, _ = from_base64url(attachment_id.removeprefix("ANGjdJ")).decode().split(":")
    except ValueError:
        owner = part_id = ""
    if owner != message.id or part_id not in message.content.parts:
        raise invalid("Invalid attachment token")
    return part_id


# -- Labels of messages


def label_changes(asked: Asked) -> tuple[list[str], list[str]]:
    """Checked `addLabelIds` and `removeLabelIds`. Raises `ApiError` 400."""
    add, remove = list(asked.body.get("addLabelIds") or []), list(asked.body.get("removeLabelIds") or [])
    if not add and not remove:
        raise invalid("No label add or removes specified")
    if max(len(add), len(remove)) > MOST_LABELS:
        raise invalid(f"Number of label ids cannot exceed {MOST_LABELS}")
    if set(add) & set(remove):
        raise invalid("Cannot both add and remove the same label")
    return known_labels(asked, add, UNTOUCHABLE), known_labels(asked, remove, UNTOUCHABLE)


def known_labels(asked: Asked, ids: list[str], refused: tuple[str, ...]) -> list[str]:
    """The ids, if the mailbox has them all and none is `refused`. Raises `ApiError` 400."""
    for label in ids:
        if label.startswith("Label_") and label not in asked.mailbox.labels:
            raise invalid("labelId not found")
        if label in refused or label not in asked.mailbox.labels:
            raise invalid(f"Invalid label: {label}")
    return ids
