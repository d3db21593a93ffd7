"""The reference CRM with its contacts, moved from outside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from connectors.contacts import Contact
from connectors.memory.crm_contacts import MemoryCrmContacts
from connectors.records import Person
from tests.contract.connectors.memory_record_stage import MemoryRecordCrmStage


@dataclass(kw_only=True)
class MemoryContactCrmStage(MemoryRecordCrmStage):
    @property
    def place(self) -> MemoryCrmContacts:
        return self.store.contacts

    def create(self, contact: Contact, owner: Person, /) -> str:
        made = self.place.create(contact, owner.id).id
        if contact.company:
            self.place.records[made].account_id = self.account_named(contact.company)
        return made

    def edit(self, record_id: str, **fields: Any) -> None:
        named = {"first": "", "last": fields.pop("title")} if "title" in fields else {}
        super().edit(record_id, **named, **fields)

    def account_named(self, name: str) -> str:
        made = self.account()
        self.place.accounts[made] = name
        return made

    def person_account(self, contact: Contact, owner: Person) -> str:
        return self.place.create(contact, owner.id, aside=True).id
