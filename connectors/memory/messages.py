"""The messages of a CRM in memory, as somebody finds them there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from connectors.records import CrmEmail, Email, EmailWrite, Ref

KEYLESS = "keyless "  # how the name begins under which a record without a key is kept


def message(record_id: str, write: EmailWrite) -> CrmEmail:
    """What was written, as it stands there."""
    email = write.email
    return CrmEmail(
        ref=Ref(id=record_id),
        date=email.date,
        key="" if write.key.startswith(KEYLESS) else write.key,
        message_id=email.message_id,
        subject=email.subject,
        sender=email.sender.email if email.sender else "",
    )


def find(messages: Sequence[CrmEmail], keys: Sequence[str], record_ids: Sequence[str]) -> list[CrmEmail]:
    """See `CrmConnector.find`."""
    known = [each for each in messages if (each.key and each.key in keys) or each.ref.id in record_ids]
    names = {each.message_id for each in known} - {""}
    copies = [each for each in messages if each.message_id in names]
    return [*{each.ref.id: each for each in (*known, *copies)}.values()]


def alike(messages: Sequence[CrmEmail], emails: Sequence[Email]) -> list[CrmEmail]:
    """See `CrmConnector.alike`."""
    names = {email.message_id for email in emails} - {""}
    dates = {email.date for email in emails if not email.message_id}
    found = (m for m in messages if m.message_id in names or (not m.message_id and m.date in dates))
    return [replace(each, key="") for each in found]
