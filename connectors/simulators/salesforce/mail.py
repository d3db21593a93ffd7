"""What is peculiar to EmailMessage and EmailMessageRelation.

Object Reference for API 67: a message that is not a draft can only have IsExternallyVisible and its custom
fields updated, RelatedToId too where IsClientManaged is true, and its status can go from New to Read. For
messages that are not on a case only the status Sent is valid. Each id of FromId, ToIds, CcIds and BccIds is a
row of EmailMessageRelation, with the address that its record has at present.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from typing import Any

from connectors.simulators.salesforce import errors
from connectors.simulators.salesforce.mail_objects import DRAFT, NEW, READ, SENT
from connectors.simulators.salesforce.schema import SObject
from connectors.simulators.salesforce.store import Row
from connectors.simulators.salesforce.transaction import Transaction

UPDATE_EMAIL_MESSAGES = "UpdateEmailMessages"

# relation type → (field with ids, field with plain addresses)
SIDES = {
    "FromAddress": ("FromId", "FromAddress"),
    "ToAddress": ("ToIds", "ToAddress"),
    "CcAddress": ("CcIds", "CcAddress"),
    "BccAddress": ("BccIds", "BccAddress"),
}


class _Text(HTMLParser):
    """The text of a body, its tags, scripts and styles left out."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in ("script", "style")

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in ("script", "style") and self._silent > 0

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(data)


def text_of(html: str) -> str:
    parser = _Text()
    parser.feed(html)
    return " ".join("".join(parser.parts).split())


def derive_message(row: Row) -> Row:
    """The row with what the platform fills in by itself."""
    name = (row["Subject"] or "[No Subject]")[:255]
    text = row["TextBody"] or (text_of(row["HtmlBody"]) if row["HtmlBody"] else None)
    return row | {"Name": name, "TextBody": text}


def check_message(_: Transaction, row: Row, old: Row | None, changed: Iterable[str]) -> None:
    if old is not None and old["Status"] != DRAFT:
        closed = [name for name in changed if not _may_change(name, row, old)]
        if closed:
            raise errors.read_only(f"email message is not a draft, these fields can't be updated: {', '.join(closed)}")
    elif old is not None and "IsExternallyVisible" in changed:
        raise errors.read_only("IsExternallyVisible can't be updated on a draft")
    if (old is None or "Status" in changed) and not row["ParentId"] and row["Status"] != SENT:
        text = "Status: only Sent is valid for an email message that isn't related to a case"
        raise errors.Refused("FIELD_INTEGRITY_EXCEPTION", text, ("Status",))


def _may_change(name: str, row: Row, old: Row) -> bool:
    if name == "Status":
        return (old["Status"], row["Status"]) == (NEW, READ)
    if name == "RelatedToId":
        return bool(old["IsClientManaged"])
    return name == "IsExternallyVisible" or name.endswith("__c")


def may_relate(tx: Transaction, message: Row) -> bool:
    """Whether this user may change what belongs to a message; of one that is sent, few may."""
    sent = bool(message) and message["Status"] != DRAFT
    return not sent or UPDATE_EMAIL_MESSAGES in tx.org.access.permissions


def check_relation(tx: Transaction, row: Row, _: Row | None, __: Iterable[str]) -> None:
    """A relation of a message that is sent is open to users with a permission that few have."""
    if not may_relate(tx, tx.org.store.get(row["EmailMessageId"]) or {}):
        raise errors.read_only("insufficient access rights on cross-reference id")


def derive_relation(tx: Transaction, row: Row) -> Row:
    if not row["RelationId"]:
        return row | {"RelationObjectType": None}
    person = tx.org.store.get(row["RelationId"]) or {}
    sobject = tx.org.store.object_of(row["RelationId"])
    return row | {
        "RelationAddress": row["RelationAddress"] or person.get("Email"),
        "RelationObjectType": sobject.name if sobject else None,
    }


def relations(tx: Transaction, row: Row) -> Iterator[dict[str, Any]]:
    """The rows of EmailMessageRelation that belong to a message: one for each id, then the plain addresses."""
    for kind, (ids_field, address_field) in SIDES.items():
        given = row[ids_field]
        people = given if isinstance(given, list) else [given] if given else []
        known = {str((tx.org.store.get(i) or {}).get("Email") or "").lower() for i in people}
        for person in people:
            yield {"RelationType": kind, "RelationId": person}
        plain = () if kind == "FromAddress" and people else _addresses(row[address_field])
        for address in plain:
            if address.lower() not in known:
                yield {"RelationType": kind, "RelationAddress": address}


def _addresses(text: str | None) -> list[str]:
    parts = (text or "").replace(";", ",").split(",")
    return list(dict.fromkeys(p.strip() for p in parts if "@" in p))


def is_message(sobject: SObject) -> bool:
    return sobject.name == "EmailMessage"


def addressed(changed: Iterable[str]) -> bool:
    """Whether a write touches what a message's relations are made of."""
    return not {name for pair in SIDES.values() for name in pair}.isdisjoint(changed)
