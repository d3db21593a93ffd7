"""The reference implementation with its contacts, moved from outside."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from connectors import clock
from connectors.contacts import Contact
from connectors.memory.contacts import MemoryContacts
from connectors.records import Ref
from tests.contract.connectors.memory_list_stage import MemoryListStage


@dataclass(kw_only=True)
class MemoryContactStage(MemoryListStage):
    @property
    def place(self) -> MemoryContacts:
        return self.store.contacts

    def neighbour(self) -> MemoryContactStage:
        return MemoryContactStage()

    def add(self, contact: Contact, /, *, outside: bool = False) -> Ref:
        return self.place.add(contact, outside=outside)

    def share(self, ref: Ref) -> Ref:
        return self.place.share(ref)

    def keep(self, ref: Ref) -> Ref:
        return self.place.keep(ref)

    def drop_group(self) -> None:
        self.place.drop_group()

    def shared(self) -> list[str]:
        return list(self.place.shared)


@contextmanager
def standing() -> Iterator[MemoryContactStage]:
    """Contacts of its own; our clock goes with theirs."""
    made = MemoryContactStage()
    with clock.using(lambda: made.ahead):
        yield made
