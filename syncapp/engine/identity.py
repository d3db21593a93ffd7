"""What makes two messages one item, and what makes two copies of it differ. Pure.

E-mail: Message-ID, date, sender and normalised subject together; a Message-ID alone can be forged or reused.
A message without one is known by its mailbox's own id, so copies of it are items of their own.

Events: iCalUID and the start that the series first gave to the occurrence; those that were born in the CRM are known
by their record there.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from dataclasses import asdict
from datetime import datetime

from connectors.records import Attachment, Email, Resource

_REPLY = re.compile(r"^\s*(?:(?:re|aw|antw|sv|vs|fw|fwd|wg|tr|rv)\s*(?:\[\d+\])?\s*:\s*)+", re.IGNORECASE)


def key(secret: str, resource: Resource, identity: str) -> str:
    """64 hex digits: HMAC-SHA256 of resource and identity under the organization's secret (hex)."""
    return _keyed(secret, resource, identity)


def _keyed(secret: str, kind: str, about: str) -> str:
    return hmac.new(bytes.fromhex(secret), f"{kind}\x1f{about}".encode(), hashlib.sha256).hexdigest()


def identity(email: Email, mailbox: str, remote_id: str) -> str:
    """The text behind an item's key. `mailbox` and `remote_id` count only where there is no Message-ID."""
    if not email.message_id:
        return provisional(mailbox, remote_id)
    sender = email.sender.email if email.sender else ""
    return message_text(email.message_id, email.date, sender, email.subject)


def message_text(message_id: str, date: datetime, sender: str, subject: str) -> str:
    """The identity of a message that has a Message-ID; `date` is in UTC."""
    return "\x1f".join((message_id, date.isoformat(timespec="seconds"), sender, normalised(subject)))


def provisional(mailbox: str, remote_id: str) -> str:
    """The identity of something that could not be read yet, or says nothing of itself."""
    return "\x1f".join(("", mailbox.lower(), remote_id))


def event_text(uid: str, occurrence: str) -> str:
    """The identity of an event in the calendars, however many hold a copy."""
    return "\x1f".join((uid, occurrence))


def task_text(mailbox: str, remote_id: str) -> str:
    """The identity of a task: it lies in one mailbox, under an id that never changes."""
    return "\x1f".join(("task", mailbox.lower(), remote_id))


def contact_text(mailbox: str, remote_id: str) -> str:
    """The identity of a contact: likewise."""
    return "\x1f".join(("contact", mailbox.lower(), remote_id))


def record_text(record_id: str) -> str:
    """The identity of what was born in the CRM."""
    return "\x1f".join(("crm", record_id))


def normalised(subject: str) -> str:
    """A subject without reply and forward marks, white space folded, lower case."""
    return " ".join(_REPLY.sub("", subject).split()).casefold()


def conversation(email: Email) -> str:
    """32 hex digits that the messages of one thread share: the first message that its headers name."""
    root = (*email.references, email.message_id or email.thread)[0]
    return hashlib.sha256(root.encode()).hexdigest()[:32]


def content_hash(email: Email) -> str:
    """64 hex digits of what a person would call the content; how a mailbox files and threads it is not part of it."""
    content = asdict(email) | {"flags": None, "thread": None, "date": email.date.isoformat()}
    del content["labels"]
    for attachment in content["attachments"]:
        del attachment["inline"]  # it follows from the HTML
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def case_key(secret: str, email: Email, item_key: str) -> str:
    """The unique key of the case that we make for a conversation; a message that belongs to none has one of its own."""
    named = email.references or email.message_id or email.thread
    about = conversation(email) if named else item_key
    return _keyed(secret, "case", about)


def address_key(secret: str, address: str) -> str:
    """What an address is kept under where a person said whose it is."""
    return _keyed(secret, "address", address.lower())


def opportunity_key(secret: str, contact_id: str) -> str:
    """What a contact is kept under where a person said which opportunity is meant."""
    return _keyed(secret, "opportunity", contact_id)


def file_key(secret: str, item_key: str, place: int, attachment: Attachment) -> str:
    """What the file made of a message's attachment is known by, whoever reads the message."""
    return _keyed(secret, "file", "\x1f".join((item_key, str(place), attachment.name, str(attachment.size))))


def lead_key(secret: str, address: str) -> str:
    """The unique key of the lead that we make for an address."""
    return _keyed(secret, "lead", address.lower())
