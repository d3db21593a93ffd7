"""Which methods of the Gmail API are carried out, by their names in the discovery document.

A method that the document declares and this table lacks is answered with 501.
"""

from __future__ import annotations

from connectors.simulators.google import history, labels, messages, threads
from connectors.simulators.google.asked import Operation

OPERATIONS: dict[str, Operation] = {
    "getProfile": history.profile,
    "watch": history.watched,
    "stop": history.stopped,
    "history.list": history.listed,
    "labels.list": labels.listed,
    "labels.get": labels.got,
    "labels.create": labels.created,
    "labels.patch": labels.patched,
    "labels.update": labels.updated,
    "labels.delete": labels.deleted,
    "messages.list": messages.listed,
    "messages.get": messages.got,
    "messages.insert": messages.inserted,
    "messages.import": messages.imported,
    "messages.modify": messages.modified,
    "messages.batchModify": messages.batch_modified,
    "messages.batchDelete": messages.batch_deleted,
    "messages.trash": messages.trashed,
    "messages.untrash": messages.untrashed,
    "messages.delete": messages.deleted,
    "messages.attachments.get": messages.attachment,
    "threads.list": threads.listed,
    "threads.get": threads.got,
    "threads.modify": threads.modified,
    "threads.trash": threads.trashed,
    "threads.untrash": threads.untrashed,
    "threads.delete": threads.deleted,
}

# What a request is called in the log of calls where it differs, and which requests other than GET change nothing.
LOGGED_AS = {"getProfile": "profile"}
NOT_WRITES = {"watch", "stop"}
