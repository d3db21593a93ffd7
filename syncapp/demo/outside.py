"""The outside oracle: what is in the mailboxes and in Salesforce, told by the simulators' stores alone.

It never reads a table of ours. Messages are taken apart here once more, by the standard library's own parser
with its modern policy, independently of `connectors.mime`.
"""

from __future__ import annotations

import base64
import email
import email.policy
import email.utils
import html
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Any

from syncapp.demo.doors import Doors

PASSING = frozenset({"DUPLICATE_VALUE", "UNABLE_TO_LOCK_ROW", "ENTITY_IS_DELETED"})  # nobody is told of these
Copy = tuple[str, str]  # (mailbox, id there)
Identity = tuple[Any, ...]
SEALED = "-----BEGIN PGP MESSAGE-----"  # what follows is for nobody's eyes, and a sentence stands in its place


@dataclass(frozen=True, kw_only=True)
class Sight:
    """What an independent look at a message sees. `date` in seconds since 1970."""

    message_id: str
    date: int
    sender: str
    subject: str
    text: str
    attachments: tuple[str, ...] = ()


@dataclass(kw_only=True)
class OutsideItem:
    """One distinct message, with every copy of it."""

    sight: Sight
    copies: list[Copy] = field(default_factory=list)
    contents: list[str] = field(default_factory=list)


@dataclass(kw_only=True)
class Outside:
    """Everything the oracle counts."""

    items: list[OutsideItem]
    records: list[Sight]
    mails: list[Mapping[str, Any]]
    refusals: list[tuple[str, str]]


@dataclass(frozen=True, kw_only=True)
class Stores:
    """What the simulators hold at one moment, and what they were asked."""

    google: Mapping[str, Any]
    salesforce: Mapping[str, Any]
    letters: list[Mapping[str, Any]]
    google_calls: list[Mapping[str, Any]]
    salesforce_calls: list[Mapping[str, Any]]


def read(doors: Doors) -> Stores:
    """Over their control doors."""
    return Stores(
        google=doors.google("snapshot"),
        salesforce=doors.salesforce("snapshot"),
        letters=doors.postbox("snapshot")["letters"],
        google_calls=doors.google("calls"),
        salesforce_calls=doors.salesforce("calls"),
    )


def look(stores: Stores) -> Outside:
    """The messages, the mails that were sent, and what Salesforce refused."""
    records, refused = stores.salesforce["records"], stores.salesforce["refused"]
    return Outside(
        items=items(stores.google),
        records=[_record(row) for row in records["EmailMessage"] if not row["IsDeleted"]],
        mails=stores.letters,
        refusals=[(r["code"], ",".join(r["fields"])) for r in refused if r["code"] not in PASSING],
    )


def items(google: Mapping[str, Any]) -> list[OutsideItem]:
    """Distinct messages over all mailboxes. Without a Message-ID every message is an item of its own."""
    found: dict[Identity, OutsideItem] = {}
    for address, account in google["accounts"].items():
        for message in account["messages"]:
            raw = base64.urlsafe_b64decode(message["raw"] + "==")
            sight = parsed(raw, int(message["internalDate"]) // 1000)
            key: Identity = identity(sight) if sight.message_id else (address, message["id"])
            item = found.setdefault(key, OutsideItem(sight=sight))
            item.copies.append((address, message["id"]))
            item.contents.append(sight.text)
    return list(found.values())


def identity(sight: Sight) -> Identity:
    """Message-ID, date, sender and subject; without a Message-ID the length of the text stands in for it."""
    subject = _bare(sight.subject)
    if sight.message_id:
        return (sight.message_id, sight.date, sight.sender, subject)
    return ("", sight.date, sight.sender, subject, len(sight.text))


def _bare(subject: str) -> str:
    marks = re.compile(r"^\s*((re|aw|antw|sv|vs|fw|fwd|wg|tr|rv)\s*(\[\d+\])?\s*:\s*)+", re.IGNORECASE)
    return " ".join(marks.sub("", subject).split()).casefold()


def parsed(raw: bytes, internal_date: int) -> Sight:
    """A message as the standard library sees it."""
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(message, EmailMessage)  # noqa: S101 - what this policy always makes
    # As it stands: the modern policy cuts a Message-ID short that has more than one @.
    stands = str(next((value for name, value in message.raw_items() if name.lower() == "message-id"), ""))
    found, plain = re.search(r"<\s*([^<>\s]+)\s*>", stands), stands.split()
    return Sight(
        message_id=found[1] if found else (plain[0].strip("<>") if plain else ""),
        date=_date(_header(message, "date"), internal_date),
        sender=_sender(message),
        subject=" ".join(_header(message, "subject").split()),
        text=_text(message),
        attachments=tuple(_attachments(message)),
    )


def _header(message: EmailMessage, name: str) -> str:
    """A header, decoded where the library can; as it stands where the library stumbles."""
    try:
        return str(message.get(name, "")).replace("\r", "").replace("\n", " ").strip()
    except Exception:  # noqa: BLE001 - the modern policy raises for some broken headers
        raw = next((value for key, value in message.raw_items() if key.lower() == name), "")
        return str(raw).strip()


def _date(value: str, internal_date: int) -> int:
    try:
        moment = email.utils.parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return internal_date
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return int(aware.timestamp())


def _sender(message: EmailMessage) -> str:
    pairs = email.utils.getaddresses([_header(message, "from")])
    return pairs[0][1].strip().lower().removesuffix(".") if pairs else ""


def _text(message: EmailMessage) -> str:
    """The body as the library chooses it, "" where it finds none."""
    try:
        part = message.get_body(("plain",)) or message.get_body(("html",))
        content = part.get_content() if part is not None else ""
    except Exception:  # noqa: BLE001 - unknown charsets and broken encodings
        return ""
    return content if isinstance(content, str) else ""


def _attachments(message: EmailMessage, depth: int = 0) -> Iterable[str]:
    """Names, without those inside a message that is attached itself."""
    if depth and message.get_filename():
        yield " ".join(str(message.get_filename()).split())
    if message.is_multipart() and message.get_content_type() != "message/rfc822":
        for part in message.iter_parts():
            if isinstance(part, EmailMessage):
                yield from _attachments(part, depth + 1)


def _record(row: Mapping[str, Any]) -> Sight:
    """A record of Salesforce in the same terms."""
    moment = datetime.strptime(row["MessageDate"], "%Y-%m-%dT%H:%M:%S.%f%z")
    names = (row.get("Syncapp_Attachments__c") or "").splitlines()
    return Sight(
        message_id=(row.get("MessageIdentifier") or "").strip("<>"),
        date=int(moment.timestamp()),
        sender=(row.get("FromAddress") or "").lower(),
        subject=row.get("Subject") or "",
        text=row.get("TextBody") or "",
        attachments=tuple(names),
    )


def duplicates(wanted: Iterable[OutsideItem], records: Iterable[Sight]) -> int:
    """Records beyond what the mailboxes account for, by the world's own identity and never by our key.

    A Message-ID accounts for one record; without one, each such message accounts for a record of its own.
    """
    accounted = Counter(_nameless(item.sight) for item in wanted if not item.sight.message_id)
    found = Counter(identity(r) if r.message_id else _nameless(r) for r in records)
    return sum(max(0, n - max(1, accounted[key])) for key, n in found.items())


def _nameless(sight: Sight) -> Identity:
    """A message without Message-ID, as a record shows it too: Salesforce may hold less of the text."""
    return ("", sight.date, sight.sender, _bare(sight.subject))


def pair(wanted: Iterable[OutsideItem], records: Iterable[Sight]) -> tuple[list[tuple[OutsideItem, Sight]], Rest]:
    """Pairs items with records one by one: (pairs, what is left over on either side)."""
    free: dict[Identity, list[Sight]] = defaultdict(list)
    for record in records:
        free[_pairing(record)].append(record)
    pairs, lonely = [], []
    for item in wanted:
        partner = _best(free[_pairing(item.sight)], item.sight)
        if partner is None:
            lonely.append(item)
        else:
            pairs.append((item, partner))
    return pairs, Rest(items=lonely, records=[record for rest in free.values() for record in rest])


@dataclass(frozen=True, kw_only=True)
class Rest:
    """What found no partner."""

    items: list[OutsideItem]
    records: list[Sight]


def _best(records: list[Sight], sight: Sight) -> Sight | None:
    """Takes the record with the same subject, else any of the same identity."""
    chosen = next((r for r in records if _bare(r.subject) == _bare(sight.subject)), next(iter(records), None))
    if chosen is not None:
        records.remove(chosen)
    return chosen


def _pairing(sight: Sight) -> Identity:
    """What a record and its message surely share, whatever two parsers make of an odd header."""
    return (sight.message_id, sight.date)


def differences(sight: Sight, record: Sight) -> list[str]:
    """In what a record differs from the message as the standard library sees it.

    Where the library gives up (no body found, a character it cannot decode) there is nothing to compare.
    """
    told = {
        "subject": _same_start(_bare(sight.subject), _bare(record.subject)),
        "sender": sight.sender == record.sender,
        "date": abs(sight.date - record.date) <= 1,
        "text": _same_start(start_of(sight.text.partition(SEALED)[0]), start_of(record.text)),
        "attachments": set(sight.attachments) <= set(record.attachments),
    }
    return [name for name, same in told.items() if not same]


def _same_start(seen: str, written: str) -> bool:
    """Alike as far as the library could read; some parsers also stop at the first of several text parts."""
    seen = seen.partition("\ufffd")[0]
    length = min(len(seen), len(written))
    return seen[:length] == written[:length] and (bool(written) or not seen)


def start_of(text: str) -> str:
    """The first 200 characters that are no white space, without the tags of an HTML text."""
    words = re.sub(r"(?is)<(style|script|head).*?</\1>|<[^>]+>", " ", text)
    return "".join(html.unescape(words).split())[:200]
