"""Writes events, tasks or contacts: up to 200 new ones in one call, and as many changes or deletions.

A key that is there already is our own earlier write whose answer got lost: the record that has it is brought up to
date. What is changed is looked at in the same breath, so that a refusal says which version stands there.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, ClassVar

from simple_salesforce.format import format_soql

from connectors.errors import ConnectorError, Failure, ItemError, Kind
from connectors.field_maps import NO_MAPS, FieldMaps
from connectors.records import RecordWrite, Ref
from connectors.salesforce import client as calls
from connectors.salesforce import duplicates, mapped
from connectors.salesforce.batching import TAKEN, Result, having_keys, in_batches, result
from connectors.salesforce.client import Part, Said, SalesforceClient
from connectors.salesforce.ids import whole
from connectors.salesforce.mapping import Row, version
from connectors.salesforce.record_reads import BY_ID

STALE = "salesforce.SYNCAPP_STALE"
ABSENT = "salesforce.INVALID_CROSS_REFERENCE_KEY"
NOWHERE = "salesforce.NOT_FOUND"
GONE = frozenset({"salesforce.ENTITY_IS_DELETED", NOWHERE, ABSENT})


class RecordWriter(ABC):
    """The part of `CrmConnector.push` that writes records of one object.

    `standing` are the columns of the look beside a change, `by_key` those of the look for a key that is taken.
    """

    sobject: ClassVar[str]
    standing: ClassVar[str] = "Id, Syncapp_Version__c"
    by_key: ClassVar[str] = "Id, Syncapp_Key__c"

    def __init__(self, client: SalesforceClient, maps: FieldMaps = NO_MAPS) -> None:
        self._client = client
        self._maps = maps

    def push(self, writes: Iterable[RecordWrite], known: dict[str, Result]) -> None:
        """Adds to `known` what became of each; of several writes with one key the last one counts."""
        latest = [_named(write) for write in {write.key: write for write in writes}.values()]
        nowhere = [w for w in latest if w.record_id and not whole(w.record_id)]
        known |= {w.key: _nowhere(w) for w in nowhere}
        there = [w for w in latest if w not in nowhere]
        insert = partial(mapped.carried_out, self._maps, self._insert)
        update = partial(mapped.carried_out, self._maps, self._update)
        for anyway in (False, True):  # the permission is of a whole collection
            these = [w for w in there if w.record and w.anyway is anyway]
            in_batches([w for w in these if not w.record_id], insert, known)
            in_batches([w for w in these if w.record_id], update, known)
        in_batches([w for w in there if not w.record], self._delete, known)

    # -- What an object has of its own

    @abstractmethod
    def new(self, write: RecordWrite) -> dict[str, Any]:
        """The record of what is not there yet."""

    @abstractmethod
    def known(self, write: RecordWrite) -> dict[str, Any]:
        """What is written of a record that is there."""

    def filled(self, write: RecordWrite) -> dict[str, Any]:
        """What is sent, with what the organization mapped."""
        record = self.known(write) if write.record_id else self.new(write)
        return mapped.filled(record, write, self._maps, is_new=not write.record_id)

    def adopted(self, write: RecordWrite, row: Row) -> RecordWrite:
        """A new one whose key this record has: as a change of it."""
        return replace(write, record_id=row["Id"])

    def looks(self, record_ids: Sequence[str]) -> dict[str, Part]:
        """What is asked beside a change of these records."""
        return {"standing": calls.query(format_soql(BY_ID, self.standing, self.sobject, list(record_ids)))}

    def completed(
        self, writes: Sequence[RecordWrite], rows: Mapping[str, Row], said: Mapping[str, Said]
    ) -> dict[str, ItemError]:
        """Does what changed records still lack, by those looks; the failures. Raises `ConnectorError`."""
        return {}

    # -- New ones

    def _insert(self, writes: Sequence[RecordWrite]) -> dict[str, Result]:
        results = self._made(writes)
        return results | self._adopted(writes, results)

    def _made(self, writes: Sequence[RecordWrite]) -> dict[str, Result]:
        records = [self.filled(write) for write in writes]
        said = self._client.composite({"records": calls.create(records, anyway=writes[0].anyway)})
        told = self._told(said["records"], writes)
        return duplicates.explained(self._client, told, {w.key: r for w, r in zip(writes, records, strict=True)})

    def _told(self, said: Said, writes: Sequence[RecordWrite]) -> dict[str, Result]:
        told = self._client.results(said, len(writes))
        answers = [(write, result(each, self._client)) for write, each in zip(writes, told, strict=True)]
        return {w.key: mapped.refused_of(a, self.filled(w), w) if isinstance(a, ItemError) else a for w, a in answers}

    def _adopted(self, writes: Sequence[RecordWrite], results: Mapping[str, Result]) -> dict[str, Result]:
        """Those whose keys are taken, brought up to date in the records that have them.

        Where no record is found under the key, another unique value was taken, and the refusal stands.
        """
        taken = [w for w in writes if isinstance(r := results[w.key], ItemError) and r.failure.code == TAKEN]
        if not taken:
            return {}
        try:
            rows = self._having_keys_of(taken)
            return self._update([self.adopted(w, rows[w.key]) for w in taken if w.key in rows])
        except ConnectorError as error:
            return {write.key: ItemError(failure=error.failure) for write in taken}

    def _having_keys_of(self, writes: Sequence[RecordWrite]) -> Mapping[str, Row]:
        return having_keys(self._client, self.sobject, [write.key for write in writes], self.by_key)

    # -- Those that are there

    def _update(self, writes: Sequence[RecordWrite]) -> dict[str, Result]:
        if not writes:
            return {}
        looks = self.looks([write.record_id for write in writes])
        records = calls.update([self.filled(write) for write in writes], anyway=writes[0].anyway)
        said = self._client.composite({"records": records, **looks})
        results = self._told(said["records"], writes)
        try:
            rows = {row["Id"]: row for row in self._client.rows(said["standing"])}
            lacking = self.completed([w for w in writes if isinstance(results[w.key], Ref)], rows, said)
        except ConnectorError as error:
            return {
                key: r if isinstance(r, ItemError) else ItemError(failure=error.failure) for key, r in results.items()
            }
        return {w.key: _explained(results[w.key], rows.get(w.record_id)) for w in writes} | lacking

    # -- Those that are to go

    def _delete(self, writes: Sequence[RecordWrite]) -> dict[str, Result]:
        nameless = [write for write in writes if not write.record_id]
        found = self._having_keys_of(nameless) if nameless else {}
        ids = {write.key: write.record_id or str(found.get(write.key, {}).get("Id", "")) for write in writes}
        results: dict[str, Result] = {key: Ref(id=record_id) for key, record_id in ids.items()}
        there = {key: record_id for key, record_id in ids.items() if record_id}
        if there:
            said = self._client.composite({"records": calls.delete([*there.values()])})
            told = self._client.results(said["records"], len(there))
            answers = {key: result(each, self._client) for key, each in zip(there, told, strict=True)}
            results |= {k: r for k, r in answers.items() if isinstance(r, ItemError) and r.failure.code not in GONE}
        return results


def _named(write: RecordWrite) -> RecordWrite:
    """With the id of its record in 18 characters, as Salesforce tells it."""
    return replace(write, record_id=whole(write.record_id) or write.record_id)


def _nowhere(write: RecordWrite) -> Result:
    """What is no id belongs to no record."""
    if write.record is None:
        return Ref(id=write.record_id)
    said = f"{write.record_id} is no id of a record"
    return ItemError(failure=Failure(provider="salesforce", code=NOWHERE, kind=Kind.NOT_FOUND, said=said))


def _explained(found: Result, row: Row | None) -> Result:
    """A refusal with what the look beside it tells: the version that stands there, or that there is no such record."""
    if isinstance(found, Ref):
        return found
    failure = found.failure
    if failure.code == STALE and row:
        return ItemError(failure=replace(failure, evidence={**failure.evidence, "version": version(row)}))
    if failure.code == ABSENT and row is None:
        return ItemError(failure=replace(failure, code=NOWHERE, kind=Kind.NOT_FOUND))
    return found
