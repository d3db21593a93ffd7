"""What we believe of an item beside what stands on a side: what was altered, is missing, or stands there twice. Pure.

A message cannot be edited in the CRM, so all that identifies it is compared, through its key, which is made of it. Of
an event each field is compared with what both sides agreed on.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from connectors.records import CrmEmail, CrmRecord, Email, Event, Record, Resource
from syncapp.engine import agreeing, content, identity
from syncapp.engine.decisions import News

SECOND = timedelta(seconds=1)
RECORD = "record"  # instead of a field: the record itself is another one


class Kind(StrEnum):
    ALTERED = "altered"
    MISSING = "missing"
    DOUBLED = "doubled"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One difference. `side` is where: "crm" or "mailbox". `records` are the ids there that it is about: the altered
    one, the copies beside ours; of something missing the one that stood there. `fields` are what was altered."""

    kind: Kind
    side: str
    records: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Believed:
    """What our rows say of an item that is in step. `base` is what both sides agreed on; of a message it is empty.
    A `keyless` one stands in the CRM without our key."""

    key: str
    record_id: str
    title: str
    occurred_at: datetime | None
    version: int = 0
    keyless: bool = False
    base: Mapping[str, Mapping[str, str]]


# -- Messages


def messages(ours: Believed, found: Sequence[CrmEmail], secret: str) -> list[Finding]:
    """`found` are the records that have the item's key or its record's id, and their copies."""
    own = next((each for each in found if each.ref.id == ours.record_id), None)
    keyed = sorted(each.ref.id for each in found if each.key == ours.key and each is not own)
    if own is None:
        return _moved(keyed) if keyed else [_missing(ours)]
    copies = [each.ref.id for each in found if not each.key and each is not own and _is_copy(each, own)]
    changed = _changed(ours, own, secret)
    altered = [Finding(kind=Kind.ALTERED, side="crm", records=(ours.record_id,), fields=changed)] if changed else []
    return [*altered, *_doubled([*keyed, *copies])]


def _moved(keyed: Sequence[str]) -> list[Finding]:
    """Ours is gone, and its key stands elsewhere: it was brought back under another id."""
    return [Finding(kind=Kind.ALTERED, side="crm", records=(keyed[0],), fields=(RECORD,)), *_doubled(keyed[1:])]


def _missing(ours: Believed, side: str = "crm", record: str = "") -> Finding:
    return Finding(kind=Kind.MISSING, side=side, records=(record or ours.record_id,))


def _doubled(others: Collection[str]) -> list[Finding]:
    return [Finding(kind=Kind.DOUBLED, side="crm", records=tuple(sorted(others)))] if others else []


def _is_copy(one: CrmEmail, other: CrmEmail) -> bool:
    """Whether two records are of one message; a Message-ID alone can be used twice."""
    if not one.message_id or one.message_id != other.message_id or one.sender != other.sender:
        return False
    same_subject = identity.normalised(one.subject) == identity.normalised(other.subject)
    return same_subject and abs(one.date - other.date) <= SECOND


def is_same(found: CrmEmail, email: Email) -> bool:
    """Whether a record is of this very message, by all that its identity is made of."""
    sender = email.sender.email if email.sender else ""
    if (found.message_id, found.sender) != (email.message_id, sender.lower()):
        return False
    same_subject = identity.normalised(found.subject) == identity.normalised(email.subject)
    return same_subject and abs(found.date - email.date) <= SECOND


def _changed(ours: Believed, record: CrmEmail, secret: str) -> tuple[str, ...]:
    """The parts that say something else. A key that can be made again from the record proves all of them at once."""
    fields = [] if ours.keyless or record.key == ours.key else ["key"]
    text = identity.message_text(record.message_id, record.date, record.sender, record.subject)
    if record.message_id and identity.key(secret, Resource.EMAIL, text) == ours.key:
        return tuple(fields)
    length = len(ours.title)
    if identity.normalised(record.subject)[:length] != identity.normalised(ours.title)[:length]:
        fields.append("subject")
    if ours.occurred_at is None or abs(record.date - ours.occurred_at) > SECOND:
        fields.append("date")
    # What is left that the key is made of. Without a Message-ID it is made of something that no record shows.
    return tuple(fields) or (("sender",) if record.message_id else ())


# -- Events, tasks and contacts


def in_crm(
    ours: Believed,
    found: Sequence[CrmRecord],
    secret: str,
    *,
    known: Collection[str] = (),
    hidden: bool = False,
    places: agreeing.Places = agreeing.NOWHERE_ELSE,
) -> list[Finding]:
    """`found` as above; where nothing of it is ours, nothing is said: it may be hidden. `known` are the ids of records
    that are items by themselves. `hidden`: the CRM sees the event as “Busy” alone. `places` are those
    of fields that it keeps elsewhere."""
    own = next((each for each in found if each.ref.id == ours.record_id), None)
    if own is None:
        keyed = sorted(each.ref.id for each in found if each.key == ours.key)
        return _moved(keyed) if keyed else []
    elsewhere = agreeing.moved(ours.base, places)
    side = agreeing.crm_side(own.record, False, ours.base.get("crm", {}), secret, hidden=hidden, moved=elsewhere)
    changed = side.changed if side.news is News.UPSERT else ()
    fields = (*sorted(changed), *(("version",) if own.version > ours.version else ()))
    altered = [Finding(kind=Kind.ALTERED, side="crm", records=(ours.record_id,), fields=fields)] if fields else []
    twins = [each.ref.id for each in found if each is not own and _is_twin(each, own, ours.key, known)]
    return [*altered, *_doubled(twins)]


def _is_twin(one: CrmRecord, own: CrmRecord, key: str, known: Collection[str]) -> bool:
    """Whether a record is a second one of the same event: it has its key, or nothing but what it says. People do the
    same task again and again, and a contact may be meant twice: of these only the key tells."""
    if one.key or not isinstance(one.record, Event):
        return one.key == key
    same = not content.differing(one.record, own.record)
    return same and one.owner_id == own.owner_id and one.ref.id not in known


def missing_in_crm(ours: Believed) -> Finding:
    """The CRM says that it was deleted."""
    return _missing(ours)


def in_mailbox(ours: Believed, event: Record | None, secret: str, remote_id: str) -> list[Finding]:
    """`event` is how the mailbox shows the copy that leads, as far as others may see it; None: it was deleted."""
    if event is None:
        return [_missing(ours, "mailbox", remote_id)]
    base = ours.base.get("mailbox", {})
    # A field that was added since they agreed is nobody's edit.
    known = content.FIELDS & base.keys() or content.FIELDS
    changed = content.changed(content.hashes(event, secret), base, known & content.TO_CRM)
    if not changed:
        return []
    return [Finding(kind=Kind.ALTERED, side="mailbox", records=(remote_id,), fields=tuple(sorted(changed)))]
