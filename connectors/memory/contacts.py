"""The contacts of an account, in memory."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, ClassVar

from connectors.clock import now
from connectors.contacts import Contact, addresses_with
from connectors.errors import ItemError
from connectors.memory.entries import Entry, MemoryRecords
from connectors.records import Put, Record, Ref

TOGETHER = {"name": ("first", "last")}  # what is written as one


class MemoryContacts(MemoryRecords[Contact]):
    """Those in our group are kept in step; whoever is `outside` of it is shown as that."""

    name: ClassVar[str] = "contact"

    # -- What people do

    def add(self, contact: Contact, *, outside: bool = False) -> Ref:
        """Somebody enters a contact, into our group or not."""
        return self.entered(replace(contact, key=""), outside=outside)

    def share(self, ref: Ref) -> Ref:
        """Somebody puts a contact into our group."""
        return self._moved_to(ref, outside=False)

    def keep(self, ref: Ref) -> Ref:
        """Somebody takes a contact out of our group."""
        return self._moved_to(ref, outside=True)

    def drop_group(self) -> None:
        """Somebody deletes our group, and none of its contacts."""
        for entry in [each for each in self.alive() if not each.outside]:
            self.keep(entry.ref)

    def _moved_to(self, ref: Ref, *, outside: bool) -> Ref:
        self.entries[ref.id].outside = outside
        return self.edit(ref, changed_at=now())

    @property
    def shared(self) -> dict[str, Contact]:
        """Those in our group, by id."""
        return {entry.id: entry.record for entry in self.alive() if not entry.outside}

    # -- What a connector does

    def is_twin(self, entry: Entry[Contact], record: Record) -> bool:
        """It has the same key, wherever it is."""
        return bool(record.key) and entry.record.key == record.key

    def made(self, put: Put) -> Ref | ItemError:
        if not isinstance(put.record, Contact):
            return self.unknown()
        return self.entered(replace(put.record, key=put.key, changed_at=None))

    def named(self, before: Contact, record: Record, fields: Iterable[str]) -> dict[str, Any]:
        said = super().named(before, record, [part for name in fields for part in TOGETHER.get(name, (name,))])
        if "email" in said:
            said["email"], said["more_emails"] = addresses_with(said["email"], before)
        return said
