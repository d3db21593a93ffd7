"""The reference CRM with records that are kept in step, moved from outside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from connectors.errors import Kind
from connectors.memory import failure
from connectors.memory.crm_records import MemoryCrmRecords
from connectors.records import Person, PersonKind, RecordWrite, Write
from tests.contract.connectors.memory_stage import MemoryCrmStage


@dataclass(kw_only=True)
class MemoryRecordCrmStage(MemoryCrmStage):
    @property
    def place(self) -> MemoryCrmRecords[Any]:
        """Where the records are."""
        raise NotImplementedError

    def pages_of(self, size: int) -> None:
        self.place.page_size = size

    def user(self) -> Person:
        return self._person(PersonKind.USER, "005", "colleague@ours.example", 0)

    def edit(self, record_id: str, **fields: Any) -> None:
        self.place.edit(record_id, **fields)

    def delete(self, record_id: str) -> None:
        self.place.delete(record_id)

    def hide(self, record_id: str) -> None:
        self.place.hide(record_id)

    def living(self) -> dict[str, str]:
        return {id_: record.key for id_, record in self.place.living.items()}

    def refuse(self, words: str, message: str) -> None:
        verdict = failure("salesforce.FIELD_CUSTOM_VALIDATION_EXCEPTION", Kind.INVALID, message)

        def rule(write: Write) -> Any:
            titled = isinstance(write, RecordWrite) and write.record and words in write.record.title
            return verdict if titled else None

        self.store.rules.append(rule)

    def forget_cursors(self) -> None:
        self.place.forget_cursors()
