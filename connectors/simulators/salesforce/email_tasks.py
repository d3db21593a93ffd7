"""The task that stands for an e-mail in the history of whom and what it is about.

Object Reference for API 67, "EmailMessage", ActivityId: made by the platform, and may be given for a message on a
case only. The task is of the subtype Email and closed. That a message without anybody known has none is inferred.
"""

from __future__ import annotations

from collections.abc import Collection

from connectors.simulators.salesforce import errors, ids, tasks
from connectors.simulators.salesforce.store import Row
from connectors.simulators.salesforce.transaction import Transaction

LONGEST = 255
WHOLE = 32000
CASE, LEAD = "500", "00Q"
PEOPLE = ("003", "00Q")
FIELDS = ("ToIds", "CcIds", "BccIds")


def _on_case(message: Row) -> bool:
    return bool(message["ParentId"] or ids.prefix(message["RelatedToId"] or "") == CASE)


def check(message: Row, changed: Collection[str]) -> None:
    if "ActivityId" in changed and message["ActivityId"] and not _on_case(message):
        raise errors.read_only("you cannot modify this field")


def remember(tx: Transaction, message: Row) -> None:
    """Makes the task of a new message, where there is whom or what it could be about."""
    who, what = _who(message), message["RelatedToId"]
    if not tx.org.enhanced_email or _on_case(message) or not (who or what):
        return
    sobject = tx.org.schema.objects["Task"]
    about = {"EmailMessageId": message["Id"], "WhoId": who, "WhatId": None if who and ids.prefix(who) == LEAD else what}
    told = {
        "Subject": f"Email: {message['Name']}"[:LONGEST],
        "Description": (message["TextBody"] or "")[:WHOLE] or None,
    }
    marks = {"Status": "Completed", "TaskSubtype": "Email", "ActivityDate": (message["MessageDate"] or tx.stamp)[:10]}
    task = tasks.derive(tx, tx.blank(sobject) | about | told | marks, None, ())
    tx.org.store.put(sobject.name, task)
    tasks.saved(tx, task, None)
    tx.org.store.put("EmailMessage", message | {"ActivityId": task["Id"]})


def _who(message: Row) -> str | None:
    """The first person whom a message names: who wrote it, if that is nobody of ours, else who got it."""
    named = [message["FromId"], *(one for field in FIELDS for one in message[field])]
    return next((one for one in named if one and ids.prefix(one) in PEOPLE), None)
