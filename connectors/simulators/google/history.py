"""`users.history`, the profile and the watch: where a mailbox stands, and what happened since.

https://developers.google.com/workspace/gmail/api/reference/rest/v1/users.history/list
"""

from __future__ import annotations

import re
from typing import Any

from connectors.simulators.google.answers import ApiError, forbidden, invalid, not_found, precondition
from connectors.simulators.google.asked import Asked, known_labels, page
from connectors.simulators.google.mailbox import Record
from connectors.simulators.google.pushes import MailWatch, Topic

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
    """Begins to tell, or goes on; what is sent at once shows that the topic takes it."""
    name, pushes, email = str(asked.body.get("topicName") or ""), asked.world.pushes, asked.account.email
    _check_topic(pushes.topics.get(name), name)
    if pushes.mail.get(email, MailWatch(topic=name, ends_at=0, told=0)).topic != name:
        raise precondition("Only one user push notification client allowed per developer (call /stop then try again)")
    watch = MailWatch(
        topic=name,
        ends_at=asked.world.now() + WATCH_SECONDS,
        told=asked.mailbox.history_id,
        labels=frozenset(known_labels(asked, list(asked.body.get("labelIds") or []), ())),
        without=asked.body.get("labelFilterBehavior") == "exclude",
    )
    pushes.mail[email] = watch
    pushes.publish(email, watch)
    return {"historyId": str(watch.told), "expiration": str(int(watch.ends_at * 1000))}


def _check_topic(topic: Topic | None, name: str) -> None:
    """Raises the refusal of a topic that is none, that is not there, or that is not open to Gmail."""
    if not name:
        raise invalid("topicName required")
    if not re.fullmatch(r"projects/[^/]+/topics/[^/]+", name):
        raise invalid("Invalid topicName does not match projects/*/topics/*")
    said = f"Error sending test message to Cloud PubSub {name} : "
    if topic is None:
        short = name.rpartition("/")[2]
        raise ApiError(status=404, message=f"{said}Resource not found (resource={short}).", reason="notFound")
    if not topic.open:
        raise forbidden(f"{said}User not authorized to perform this action.")


def stopped(asked: Asked) -> None:
    """Stopping what was never begun is done as well."""
    asked.world.pushes.mail.pop(asked.account.email, None)
