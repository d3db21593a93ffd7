"""Writes contacts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar

from connectors.contacts import Contact
from connectors.records import RecordWrite
from connectors.salesforce import contact_mapping
from connectors.salesforce.mapping import Row
from connectors.salesforce.record_writes import RecordWriter

ALL = frozenset(contact_mapping.WRITTEN)


class ContactWriter(RecordWriter):
    """The part of `CrmConnector.push` that writes contacts."""

    sobject: ClassVar[str] = "Contact"

    def new(self, write: RecordWrite) -> dict[str, Any]:
        return contact_mapping.new_contact(write, _contact(write))

    def known(self, write: RecordWrite) -> dict[str, Any]:
        return contact_mapping.known_contact(write, _contact(write))

    def adopted(self, write: RecordWrite, row: Row) -> RecordWrite:
        """All of it is written, but for what counts only where a contact is made."""
        return replace(super().adopted(write, row), fields=ALL)


def _contact(write: RecordWrite) -> Contact:
    if not isinstance(write.record, Contact):
        raise TypeError(f"a {type(write.record).__name__} is no contact")
    return write.record
