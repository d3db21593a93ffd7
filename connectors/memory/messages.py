"""The messages of a CRM in memory, as somebody finds them there."""

from __future__ import annotations

from collections.abc import Sequence

from connectors.records import CrmEmail, EmailWrite, Ref


def message(record_id: str, write: EmailWrite) -> CrmEmail:
    """What was written, as it stands there."""
    email = write.email
    return CrmEmail(
        ref=Ref(id=record_id),
        date=email.date,
        key=write.key,
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
