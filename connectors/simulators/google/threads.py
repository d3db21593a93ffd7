"""`users.threads` of the Gmail API.

https://developers.google.com/workspace/gmail/api/reference/rest/v1/users.threads
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from connectors.simulators.google.answers import not_found
from connectors.simulators.google.asked import (
    Asked,
    check_id,
    estimate,
    found_messages,
    label_changes,
    page,
    plain,
    shown,
)
from connectors.simulators.google.mailbox import Message

Thread = list[Message]


def listed(asked: Asked) -> dict[str, Any]:
    """Threads of which at least one message is found, the one with the newest message first."""
    ids = dict.fromkeys(m.thread_id for m in found_messages(asked))
    entries = [asked.mailbox.thread(i) for i in ids]
    some, following = page(asked, "threads", entries, lambda t: (-t[-1].internal_date, t[-1].thread_id))
    return ({"threads": [_line(t) for t in some]} if some else {}) | following | estimate(entries, following)


def got(asked: Asked) -> dict[str, Any]:
    thread = _thread(asked)
    messages = [shown(asked, m, str(asked.query["format"])) for m in thread]
    return {"id": thread[0].thread_id, "historyId": _latest(thread), "messages": messages}


def modified(asked: Asked) -> dict[str, Any]:
    add, remove = label_changes(asked)
    return _changed(asked, lambda m: asked.mailbox.relabel(m, add=add, remove=remove))


def trashed(asked: Asked) -> dict[str, Any]:
    return _changed(asked, lambda m: asked.mailbox.relabel(m, add=["TRASH"], remove=["INBOX"]))


def untrashed(asked: Asked) -> dict[str, Any]:
    return _changed(asked, lambda m: asked.mailbox.relabel(m, remove=["TRASH"]))


def deleted(asked: Asked) -> None:
    _changed(asked, asked.mailbox.remove)


def _changed(asked: Asked, change: Callable[[Message], None]) -> dict[str, Any]:
    thread = _thread(asked)
    for message in thread:
        change(message)
    return {"id": thread[0].thread_id, "messages": [plain(m, labels=True) for m in thread]}


def _thread(asked: Asked) -> Thread:
    thread = asked.mailbox.thread(check_id(asked.path["id"]))
    if not thread:
        raise not_found()
    return thread


def _line(thread: Thread) -> dict[str, Any]:
    return {"id": thread[-1].thread_id, "snippet": thread[-1].content.snippet, "historyId": _latest(thread)}


def _latest(thread: Thread) -> str:
    return str(max(m.history_id for m in thread))
