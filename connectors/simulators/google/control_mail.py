"""Verbs of the control door that change what is in the mailboxes, past every limit and permission."""

from __future__ import annotations

from typing import Any

from connectors.simulators.google.arguments import Arguments, Verb
from connectors.simulators.google.content import from_base64url
from connectors.simulators.google.mailbox import Mailbox, Message
from connectors.simulators.google.world import World


def _deliver(world: World, given: Arguments) -> dict[str, Any]:
    """The same bytes into each account, as one SMTP transaction would."""
    try:
        raw = from_base64url(given.text("raw"))
    except ValueError:
        raise ValueError("“raw” is the message in base64") from None
    boxes = {email: world.account(email).mailbox for email in given.texts("accounts")}
    date = given.number("internal_date")
    wanted = given.texts("labels", ("INBOX", "UNREAD"))
    labels = {email: _label_ids(box, wanted) for email, box in boxes.items()}
    return {email: _placed(box.add(raw, labels[email], internal_date=date)) for email, box in boxes.items()}


def _placed(message: Message) -> dict[str, str]:
    return {"id": message.id, "threadId": message.thread_id}


def _deliver_many(world: World, given: Arguments) -> list[dict[str, Any]]:
    return [_deliver(world, one) for one in given.each("messages")]


def _label(world: World, given: Arguments) -> dict[str, str]:
    box, name = world.account(given.text("account")).mailbox, given.text("name")
    return {"id": (box.label_named(name) or box.add_label(name)).id}


def _delete_message(world: World, given: Arguments) -> dict[str, Any]:
    box, message = _message(world, given)
    box.remove(message)
    return {}


def _relabel(world: World, given: Arguments) -> dict[str, Any]:
    box, message = _message(world, given)
    add, remove = _label_ids(box, given.texts("add")), _label_ids(box, given.texts("remove"))
    box.relabel(message, add=add, remove=remove)
    return {"labelIds": [*message.labels]}


def _expire_history(world: World, given: Arguments) -> dict[str, str]:
    box = world.account(given.text("account")).mailbox
    box.expire_history()
    return {"historyId": str(box.history_id)}


def _message(world: World, given: Arguments) -> tuple[Mailbox, Message]:
    box = world.account(given.text("account")).mailbox
    message = box.messages.get(given.text("id"))
    if message is None:
        raise ValueError(f"there is no message “{given.text('id')}”")
    return box, message


def _label_ids(box: Mailbox, wanted: list[str]) -> list[str]:
    found = {text: box.labels.get(text) or box.label_named(text) for text in wanted}
    missing = [text for text, label in found.items() if label is None]
    if missing:
        raise ValueError(f"there is no label {', '.join(missing)}")
    return [label.id for label in found.values() if label]


VERBS: dict[str, Verb] = {
    "deliver": _deliver,
    "deliver-many": _deliver_many,
    "label": _label,
    "delete-message": _delete_message,
    "relabel": _relabel,
    "expire-history": _expire_history,
}
