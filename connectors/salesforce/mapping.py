"""Messages and people as Salesforce records. Pure.

An EmailMessage cannot be edited once it is not a draft, so everything travels in the one record: `FromId`,
`ToIds`, `CcIds` and `BccIds` make its relations in the same breath, and nothing is ever half written.
Recipients with a record go into the ids, the others into the address fields, as the object reference asks
(EmailMessage, Object Reference for the Salesforce Platform).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from connectors.records import (
    CrmEmail,
    CrmRecord,
    Email,
    EmailWrite,
    Party,
    Person,
    PersonKind,
    PersonWrite,
    Record,
    Ref,
)

Row = Mapping[str, Any]

KEY = "Syncapp_Key__c"
VERSION = "Syncapp_Version__c"
ATTACHMENTS = "Syncapp_Attachments__c"
ACTIVE = "LastActivityDate"
EMAIL_FIELDS = ("Id", "MessageIdentifier", "Subject", "MessageDate", "FromAddress")
SENT = "3"  # the only status that a message outside of a case may have
ORIGIN = "Email"  # of cases
# Lengths are UTF-16 units, as Salesforce counts: an emoji is two.
LONGEST_BODY = 131_072
LONGEST_LIST = 32_768
LONGEST_DESCRIPTION = 32_000
LONGEST_ADDRESSES = 4_000

_IDS = {Party.TO: "ToIds", Party.CC: "CcIds", Party.BCC: "BccIds"}
_ADDRESSES = {Party.TO: "ToAddress", Party.CC: "CcAddress", Party.BCC: "BccAddress"}


def email_message(write: EmailWrite) -> dict[str, Any]:
    """The record of a message; fields without a value are left out, and ours where the org has none."""
    email = write.email
    sender = email.sender
    ours = {KEY: write.key, ATTACHMENTS: names(a.name for a in email.attachments)}
    record: dict[str, Any] = {
        **({} if write.keyless else ours),
        "Status": SENT,
        "Incoming": write.incoming,
        "Subject": email.subject,
        "MessageDate": timestamp(email.date),
        "FromAddress": sender.email if sender else "",
        "FromName": sender.name if sender else "",
        "FromId": next((link.person_id for link in write.links if link.party is Party.FROM), ""),
        "ParentId": write.case_id,
        "RelatedToId": "" if write.case_id else write.opportunity_id or write.account_id,
        "MessageIdentifier": f"<{email.message_id}>" if email.message_id else "",
        "ThreadIdentifier": thread(email),
        **bodies(email.text, email.html),
        "ContentDocumentIds": list(write.files),
        **recipients(write),
    }
    return {"attributes": {"type": "EmailMessage"}} | {k: v for k, v in record.items() if v not in ("", [])}


def recipients(write: EmailWrite) -> dict[str, Any]:
    """Ids of those who have a record, addresses of those who have none; each person once for each part."""
    known = {(link.party, link.address): link.person_id for link in write.links}
    fields: dict[str, Any] = {}
    for party, field in _IDS.items():
        addresses = [a.email for a in write.email.addresses(party)]
        ids = (known[party, a] for a in addresses if (party, a) in known)
        fields[field] = list(dict.fromkeys(ids))
        fields[_ADDRESSES[party]] = in_one_line(a for a in addresses if (party, a) not in known)
    return fields


def in_one_line(addresses: Iterable[str]) -> str:
    """As many whole addresses as fit: nobody can shorten the list of a message that was sent to hundreds."""
    line = "; ".join(addresses)
    return line if len(line) <= LONGEST_ADDRESSES else line[: LONGEST_ADDRESSES + 2].rpartition("; ")[0]


def thread(email: Email) -> str:
    """What the messages of one conversation share, in every mailbox: the message that began it."""
    root = (*email.references, email.message_id)[0]
    return f"<{root}>" if root else email.thread


def bodies(text: str, html: str) -> dict[str, str]:
    """Text and HTML within what the fields hold. A text that is too long says so at its end."""
    note = f"\n\n[Shortened: the message has {len(text):,} characters. The whole of it is in the mailbox.]"
    return {"TextBody": shortened(text, LONGEST_BODY, note), "HtmlBody": html if units(html) <= LONGEST_BODY else ""}


def described(text: str, place: str, taken: int = 0) -> str:
    """A description within what the field holds, of which so many units are taken; one that was too long says so, and
    where the whole of it is."""
    note = f"\n\n[Shortened: the description has {len(text):,} characters. The whole of it is in the {place}.]"
    return shortened(text, LONGEST_DESCRIPTION - taken, note)


def names(of: Iterable[str]) -> str:
    """One name a line, as many as fit."""
    return shortened("\n".join(of), LONGEST_LIST, "")


def shortened(text: str, most: int, note: str) -> str:
    """A text within so many units; one that was too long ends with the note, and no character is torn."""
    if units(text) <= most:
        return text
    kept = text.encode("utf-16-le", "surrogatepass")[: 2 * (most - units(note))]
    return kept.decode("utf-16-le", "ignore") + note


def units(text: str) -> int:
    """Length in UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def lead(write: PersonWrite) -> dict[str, Any]:
    """The record of a lead; fields without a value are left out, and Salesforce says which it misses."""
    record = {
        KEY: "" if write.keyless else write.key,
        "FirstName": write.first_name,
        "LastName": write.last_name,
        "Company": write.company,
        "Email": write.email,
        "OwnerId": write.owner_id,
    }
    return {"attributes": {"type": "Lead"}} | {k: v for k, v in record.items() if v}


def timestamp(moment: datetime) -> str:
    """ISO 8601 in UTC with milliseconds, as Salesforce writes it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000+0000")


def literal(at: datetime) -> str:
    """A time as a query takes it; of equal length, so that earlier ones sort before later ones."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def moment(text: str) -> datetime:
    """A time as Salesforce writes it, aware, in UTC."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%f%z").astimezone(UTC)


def day(text: str | None) -> date | None:
    """A date as Salesforce writes it."""
    return date.fromisoformat(text) if text else None


def crm_email(row: Mapping[str, Any]) -> CrmEmail:
    """A row of EmailMessage with `EMAIL_FIELDS`, and our key if it was asked for."""
    return CrmEmail(
        ref=Ref(id=row["Id"]),
        date=moment(row["MessageDate"]),
        key=row.get(KEY) or "",
        message_id=(row["MessageIdentifier"] or "").removeprefix("<").removesuffix(">"),
        subject=row["Subject"] or "",
        sender=(row["FromAddress"] or "").lower(),
    )


def person(row: Mapping[str, Any], kind: PersonKind, address: str, *, secondary: bool) -> Person:
    """A row of Contact or Lead, found under this address."""
    return Person(
        kind=kind,
        id=row["Id"],
        email=address,
        name=row.get("Name") or "",
        account_id=row.get("AccountId") or "",
        secondary=secondary,
        active=day(row.get(ACTIVE)),
    )


def standing(row: Mapping[str, Any], record: Record) -> CrmRecord:
    """What a row of Event or Task says, with what says whose and which it is."""
    return CrmRecord(
        ref=Ref(id=row["Id"], version=row["SystemModstamp"]),
        record=record,
        key=record.key,
        version=version(row),
        owner_id=row["OwnerId"] or "",
    )


def version(row: Mapping[str, Any]) -> int:
    """Our number of the state that a row of an event or a task shows; 0 where it has none."""
    return int(row.get(VERSION) or 0)
