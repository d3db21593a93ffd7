"""The contacts of a CRM in memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from connectors.contacts import Contact
from connectors.errors import ItemError, Kind
from connectors.memory.crm_records import CrmEntry, MemoryCrmRecords
from connectors.memory.failing import refusal
from connectors.records import Person, PersonKind, Record, RecordWrite, Ref

TOGETHER = {"name": ("first", "last")}  # what is written as one
NEVER = frozenset({"company", "more_emails"})  # is for people to change


class MemoryCrmContacts(MemoryCrmRecords[Contact]):
    """The contacts of one CRM. `aside` are those that its accounts of single persons have: nobody writes these.

    `accounts` are the names of all accounts, by id.
    """

    name, prefix = "contacts", "003"

    def __init__(self, org_id: str, *, page_size: int = 50) -> None:
        super().__init__(org_id, page_size=page_size)
        self.accounts: dict[str, str] = {}

    def shown(self, said: Record) -> Contact:
        assert isinstance(said, Contact)  # noqa: S101 - a write names its resource
        first, last = said.name
        return replace(said, first=first, last=last, email=said.email.lower(), key="")

    def merged(self, before: Contact, said: Contact, write: RecordWrite) -> Contact:
        """One that is adopted is written whole, but for what is never written."""
        if not write.record_id:
            return replace(said, company=before.company, more_emails=before.more_emails)
        names = [each for field in write.fields - NEVER for each in TOGETHER.get(field, (field,))]
        named: dict[str, Any] = {name: getattr(said, name) for name in names}
        return replace(before, **named)

    def likeness(self, entry: CrmEntry[Contact]) -> tuple[object, ...]:
        return (entry.said.email,) if entry.said.email else ()

    def people(self) -> Iterator[Person]:
        """Everybody once for each address."""
        for id_, entry in self.living.items():
            for number, address in enumerate(entry.said.emails):
                yield Person(
                    kind=PersonKind.CONTACT,
                    id=id_,
                    email=address,
                    name=entry.said.title,
                    account_id=entry.account_id,
                    secondary=number > 0 or not entry.said.email,
                )

    def _inserted(self, write: RecordWrite, said: Contact) -> Ref | ItemError:
        if write.account_id and write.account_id not in self.accounts:
            return refusal("salesforce.INVALID_CROSS_REFERENCE_KEY", Kind.INVALID, "invalid cross reference id")
        company = self.accounts.get(write.account_id, "")
        made = super()._inserted(write, replace(said, company=company, more_emails=()))
        if isinstance(made, Ref):
            self.records[made.id].account_id = write.account_id
        return made

    def _unreachable(self, record: CrmEntry[Contact]) -> ItemError | None:
        if record.aside and not record.gone:
            return refusal("salesforce.INSUFFICIENT_ACCESS_OR_READONLY", Kind.PERMISSION, "a person account")
        return super()._unreachable(record)
