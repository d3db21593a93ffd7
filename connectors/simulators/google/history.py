"""`users.history`, the profile and the watch: where a mailbox stands, and what happened since.

https://developers.google.com/workspace/gmail/api/reference/rest/v1/users.history/list
"""

from __future__ import annotations

import re
from typing import Any

from connectors.simulators.google.answers import invalid, not_found
from connectors.simulators.google.asked import Asked, page
from connectors.simulators.google.mailbox import Record

WATCH_SECONDS = 7 * 24 * 3600

# What may be asked for, and the field of a record that holds it.
KINDS = {
    "messageAdded": "messagesAdded",
    "messageDeleted": "messagesDeleted",
    "labelAdded": "labelsAdded",
    "labelRemoved": "labelsRemoved",
}


def listed(asked: Asked) -> dict[str, Any]:
    """Records after `startHistoryId`, oldest first. 404 where some of them are forgotten, or the id is not ours yet."""
    start, label = int(asked.query["startHistoryId"]), str(asked.query["labelId"])
    if not start:
        raise invalid("Missing/invalid parameter: startHistoryId")
    records = asked.mailbox.since(start)
    if records is None or (label and label not in asked.mailbox.labels):
        raise not_found()
    kinds = {KINDS[kind] for kind in asked.query["historyTypes"] or KINDS}
    wanted = [r for r in records if r.kind in kinds and (not label or _touches(r, label))]
    some, following = page(asked, "history", wanted, lambda r: r.id)
    lines = {"history": [record.shown() for record in some]} if some else {}
    return lines | following | {"historyId": str(asked.mailbox.history_id)}


def _touches(record: Record, label: str) -> bool:
    return label in record.message_labels or label in record.changed_labels


def profile(asked: Asked) -> dict[str, Any]:
    box = asked.mailbox
    return {
        "emailAddress": asked.account.email,
        "messagesTotal": len(box.messages),
        "threadsTotal": box.thread_count(),
        "historyId": str(box.history_id),
    }


def watched(asked: Asked) -> dict[str, Any]:
    if not re.fullmatch(r"projects/[^/]+/topics/[^/]+", str(asked.body.get("topicName") or "")):
        raise invalid("Invalid topicName does not match projects/*/topics/*")
    ends = int((asked.world.now() + WATCH_SECONDS) * 1000)
    return {"historyId": str(asked.mailbox.history_id), "expiration": str(ends)}


def stopped(_: Asked) -> None:
    """The end of a watch: nobody was told anything, so nothing has to end."""
