"""Writes events with all of their relations: up to 200 new ones in one call, and as many changes or deletions.

A new event and its relations travel together, the relations naming the event that the same call makes. What is there
already is changed first and looked at in the same breath, so that a second call is needed only where relations differ.
An event whose relations could not all be made is an `ItemError`, which names the person; pushing it again finds the
event by its key and makes what is missing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any, ClassVar

from simple_salesforce.format import format_soql

from connectors.errors import ConnectorError, Failure, ItemError
from connectors.field_maps import NO_MAPS, FieldMaps
from connectors.records import Event, RecordWrite, Ref, an_event
from connectors.salesforce import client as calls
from connectors.salesforce import event_mapping
from connectors.salesforce.batching import Result, result
from connectors.salesforce.client import QUERIES, RECORDS, Part, Said, SalesforceClient
from connectors.salesforce.event_relations import (
    DONE,
    Step,
    differences,
    first_person,
    invitation,
    invitees,
    strangers,
)
from connectors.salesforce.mapping import Row
from connectors.salesforce.record_writes import RecordWriter

RELATED = "SELECT Id, EventId, RelationId, Status, CreatedById FROM EventRelation WHERE EventId IN {}"
ORDER = ("PATCH", "DELETE", "POST")  # whom an event is about is changed before the relation is taken back


class EventWriter(RecordWriter):
    """The event half of `CrmConnector.push`."""

    sobject: ClassVar[str] = "Event"
    standing: ClassVar[str] = "Id, WhoId, WhatId, OwnerId, ShowAs, Syncapp_Version__c"

    def __init__(self, client: SalesforceClient, maps: FieldMaps = NO_MAPS) -> None:
        super().__init__(client, maps)
        self._user_id = ""

    def new(self, write: RecordWrite) -> dict[str, Any]:
        about = first_person(invitees(write, write.owner_id), with_leads=not write.about_id)
        return event_mapping.new_event(write, _event(write), about)

    def known(self, write: RecordWrite) -> dict[str, Any]:
        return event_mapping.known_event(write, _event(write))

    def looks(self, record_ids: Sequence[str]) -> dict[str, Part]:
        return super().looks(record_ids) | {"related": calls.query(format_soql(RELATED, list(record_ids)))}

    def completed(
        self, writes: Sequence[RecordWrite], rows: Mapping[str, Row], said: Mapping[str, Said]
    ) -> dict[str, ItemError]:
        return self._carry_out(self._differences(writes, rows, self._client.rows(said["related"])))

    # -- New ones

    def _made(self, writes: Sequence[RecordWrite]) -> dict[str, Result]:
        steps = [step for number, write in enumerate(writes) for step in _invitations(write, number)]
        batches = _batches(steps)
        together, later = batches[: QUERIES - 1], batches[QUERIES - 1 :]
        parts = {f"relations{number}": _part(batch) for number, batch in enumerate(together)}
        said = self._client.composite({"records": calls.create([self.filled(write) for write in writes]), **parts})
        results = self._told(said["records"], writes)
        made = {key: found.id for key, found in results.items() if isinstance(found, Ref)}
        failures: dict[str, ItemError] = {}
        for name, batch in zip(parts, together, strict=True):
            refused = self._outcome(batch, said[name], failures)
            if refused and any(step.key not in made for step in batch):
                later.append(batch)  # the name of an event that was not made refuses all that stand beside it
            elif refused:
                failures |= _failed(batch, refused)
        rest = [step.of(made[step.key]) for batch in later for step in batch if step.key in made]
        return results | failures | self._carry_out(rest)

    # -- Those that are there

    def _differences(
        self, writes: Sequence[RecordWrite], rows: Mapping[str, Row], related: Sequence[Row]
    ) -> list[Step]:
        relations: dict[str, list[Row]] = {}
        for relation in related:
            relations.setdefault(relation["EventId"], []).append(relation)
        steps: list[Step] = []
        for write in writes:
            row, rest = rows.get(write.record_id), relations.get(write.record_id, [])
            if row and write.record:
                user_id = self._me() if strangers(write, rest) else ""
                steps += differences(write, _event(write), row, rest, user_id)
        return steps

    def _me(self) -> str:
        """Who we are; asked for only where that decides who made a relation, and once."""
        self._user_id = self._user_id or str(self._client.userinfo()["user_id"])
        return self._user_id

    # -- Relations

    def _carry_out(self, steps: Sequence[Step]) -> dict[str, ItemError]:
        """The first failure of each event that has one. Raises nothing: the events themselves are written."""
        failures: dict[str, ItemError] = {}
        batches = _batches(steps)
        for at in range(0, len(batches), QUERIES):
            several = batches[at : at + QUERIES]
            try:
                said = self._client.composite({f"steps{n}": _part(batch) for n, batch in enumerate(several)})
            except ConnectorError as error:
                return _failed([step for batch in batches[at:] for step in batch], error.failure) | failures
            for batch, part in zip(several, said.values(), strict=True):
                refused = self._outcome(batch, part, failures)
                failures = _failed(batch, refused) | failures if refused else failures
        return failures

    def _outcome(self, batch: Sequence[Step], said: Said, failures: dict[str, ItemError]) -> Failure | None:
        """Adds the failures of single steps; returns why none of them was carried out, if that is so."""
        try:
            told = self._client.results(said, len(batch))
        except ConnectorError as error:
            return error.failure
        for step, each in zip(batch, told, strict=True):
            found = result(each, self._client)
            if isinstance(found, ItemError) and found.failure.code not in DONE[step.method]:
                failures.setdefault(step.key, _about(step, found.failure))
        return None


def _event(write: RecordWrite) -> Event:
    return an_event(write.record)


def _invitations(write: RecordWrite, number: int) -> list[Step]:
    """The relations of the event that stands at this place of the collection `records` in the same call."""
    name = f"@{{records[{number}].id}}"
    return [invitation(write.key, name, invitee) for invitee in invitees(write, write.owner_id)]


def _batches(steps: Sequence[Step]) -> list[list[Step]]:
    """Steps of one method each, in the order in which they are to be done, at most as many as fit into a collection.

    Events come before relations: a collection may change its object only ten times.
    """
    ordered = sorted(steps, key=lambda step: (ORDER.index(step.method), step.sobject))
    grouped = [list(group) for _, group in groupby(ordered, key=lambda step: step.method)]
    return [group[at : at + RECORDS] for group in grouped for at in range(0, len(group), RECORDS)]


def _part(batch: Sequence[Step]) -> Part:
    records = [step.record for step in batch]
    match batch[0].method:
        case "DELETE":
            return calls.delete([record["Id"] for record in records])
        case "PATCH":
            return calls.update(records)
        case _:
            return calls.create(records)


def _failed(steps: Iterable[Step], failure: Failure) -> dict[str, ItemError]:
    return {step.key: _about(step, failure) for step in steps}


def _about(step: Step, failure: Failure) -> ItemError:
    """A failure of an event's relation, which names the person."""
    named = {"person_id": step.person_id} if step.person_id else {}
    return ItemError(failure=replace(failure, evidence={**failure.evidence, **named}))
