"""`users.labels` of the Gmail API.

https://developers.google.com/workspace/gmail/api/reference/rest/v1/users.labels
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from connectors.simulators.google import discovery
from connectors.simulators.google.answers import ApiError, invalid, not_found
from connectors.simulators.google.asked import Asked
from connectors.simulators.google.mailbox import SYSTEM_LABELS, Label

LONGEST_NAME = 225
MOST_LABELS = 10_000
# Names that the web interface shows for labels of the system's own, refused in any letter case.
RESERVED = {name.lower() for name in SYSTEM_LABELS} | {
    "drafts",
    "chats",
    "bin",
    "all mail",
    "allmail",
    "archived",
    "muted",
    "migrated",
    "buzz",
    "todo",
    "todos",
    "scheduled",
    "snoozed",
}


def listed(asked: Asked) -> dict[str, Any]:
    return {"labels": [_shown(label) for label in asked.mailbox.labels.values()]}


def got(asked: Asked) -> dict[str, Any]:
    """A single label comes with its counts."""
    label = _label(asked)
    messages = [m for m in asked.mailbox.messages.values() if label.id in m.labels]
    unread = [m for m in messages if "UNREAD" in m.labels]
    return _shown(label) | {
        "messagesTotal": len(messages),
        "messagesUnread": len(unread),
        "threadsTotal": len({m.thread_id for m in messages}),
        "threadsUnread": len({m.thread_id for m in unread}),
    }


def created(asked: Asked) -> dict[str, Any]:
    name, color = _free_name(asked, None), _color(asked)
    if sum(not label.system for label in asked.mailbox.labels.values()) >= MOST_LABELS:
        raise invalid(f"Number of labels cannot exceed {MOST_LABELS}")
    label = asked.mailbox.add_label(name)
    _change(label, asked.body, color)
    return _written(label)


def patched(asked: Asked) -> dict[str, Any]:
    """Changes what the body names and nothing else."""
    label = _own_label(asked)
    name = _free_name(asked, label) if "name" in asked.body else label.name
    color = _color(asked)
    label.name = name
    _change(label, asked.body, color)
    return _written(label)


def updated(asked: Asked) -> dict[str, Any]:
    """Replaces the label: what the body leaves out goes back to its default."""
    label = _own_label(asked)
    name, color = _free_name(asked, label), _color(asked)
    label.name, label.in_messages, label.in_list, label.color = name, "show", "labelShow", {}
    _change(label, asked.body, color)
    return _written(label)


def deleted(asked: Asked) -> None:
    label = _label(asked)
    if label.system:
        raise invalid("Invalid delete request")
    asked.mailbox.drop_label(label)


def _label(asked: Asked) -> Label:
    label = asked.mailbox.labels.get(asked.path["id"])
    if label is None:
        raise not_found()
    return label


def _own_label(asked: Asked) -> Label:
    label = _label(asked)
    if label.system:
        raise invalid("Invalid update request")
    return label


def _free_name(asked: Asked, own: Label | None) -> str:
    """The name that the body gives, if it may be one and no other label has it. Raises `ApiError` 400 or 409."""
    name = str(asked.body.get("name") or "")
    pieces = name.split("/")
    if not name or len(name) > LONGEST_NAME or name.lower() in RESERVED or any(_odd(p) for p in pieces):
        raise invalid("Invalid label name")
    other = asked.mailbox.label_named(name)
    if other is not None and other is not own:
        raise ApiError(status=409, message="Label name exists or conflicts", reason="aborted")
    return name


def _odd(piece: str) -> bool:
    return piece != piece.strip() or not piece or bool(re.search(r"[\x00-\x1f\x7f]", piece))


def _color(asked: Asked) -> dict[str, str] | None:
    """Both colours, from Google's palette, in lower case. Raises `ApiError` 400."""
    color = asked.body.get("color")
    if not color:
        return None
    for side in ("backgroundColor", "textColor"):
        if color.get(side) not in palette():
            raise invalid(f"Label color {color.get(side, '')} is not on the allowed color palette")
    return dict(color)


@cache
def palette() -> frozenset[str]:
    """The colours that the discovery document lists in the description of a label's colour."""
    schema = discovery.load("gmail", "v1").schemas["LabelColor"]
    return frozenset(re.findall(r"#[0-9a-f]{6}", schema["properties"]["textColor"]["description"]))


def _change(label: Label, body: Any, color: dict[str, str] | None) -> None:
    label.in_messages = body.get("messageListVisibility") or label.in_messages
    label.in_list = body.get("labelListVisibility") or label.in_list
    label.color = color if color is not None else label.color


def _written(label: Label) -> dict[str, Any]:
    """After a change Gmail leaves the type out."""
    return {k: v for k, v in _shown(label).items() if k != "type"}


def _shown(label: Label) -> dict[str, Any]:
    shown: dict[str, Any] = {"id": label.id, "name": label.name}
    shown |= {"messageListVisibility": label.in_messages} if label.in_messages else {}
    shown |= {"labelListVisibility": label.in_list} if label.in_list else {}
    shown |= {"type": "system" if label.system else "user"}
    return shown | ({"color": label.color} if label.color else {})
