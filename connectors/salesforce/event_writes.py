"""Writes events: up to 200 new ones with all of their relations in one call, and as many changes or deletions.

A new event and its relations travel together, the relations naming the event that the same call makes. What is there
already is changed first and looked at in the same breath, so that a second call is needed only where relations differ.
An event whose relations could not all be made is an `ItemError`, which names the person; pushing it again finds the
event by its key and makes what is missing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any

from simple_salesforce.format import format_soql

from connectors.errors import ConnectorError, Failure, ItemError, Kind
from connectors.records import Event, RecordWrite, Ref, an_event
from connectors.salesforce import client as calls
from connectors.salesforce import event_mapping
from connectors.salesforce.batching import Result, in_batches, result
from connectors.salesforce.client import QUERIES, RECORDS, Part, Said, SalesforceClient
from connectors.salesforce.event_relations import (
    DONE,
    Row,
    Step,
    differences,
    first_person,
    invitation,
    invitees,
    strangers,
)
from connectors.salesforce.ids import whole
from connectors.salesforce.mapping import KEY

TAKEN = "salesforce.DUPLICATE_VALUE"
STALE = "salesforce.SYNCAPP_STALE"
ABSENT = "salesforce.INVALID_CROSS_REFERENCE_KEY"
NOWHERE = "salesforce.NOT_FOUND"
GONE = frozenset({"salesforce.ENTITY_IS_DELETED", NOWHERE, ABSENT})
BY_KEY = "SELECT Id, Syncapp_Key__c FROM Event WHERE Syncapp_Key__c IN {}"
STANDING = "SELECT Id, WhoId, WhatId, OwnerId, ShowAs, Syncapp_Version__c FROM Event WHERE Id IN {}"
RELATED = "SELECT Id, EventId, RelationId, Status, CreatedById FROM EventRelation WHERE EventId IN {}"
ORDER = ("PATCH", "DELETE", "POST")  # whom an event is about is changed before the relation is taken back


class EventWriter:
    """The event half of `CrmConnector.push`."""

    def __init__(self, client: SalesforceClient) -> None:
        self._client = client
        self._user_id = ""

    def push(self, writes: Iterable[RecordWrite], known: dict[str, Result]) -> None:
        """Adds to `known` what became of each; of several writes with one key the last one counts."""
        latest = [_named(write) for write in {write.key: write for write in writes}.values()]
        nowhere = [w for w in latest if w.record_id and not whole(w.record_id)]
        known |= {w.key: _nowhere(w) for w in nowhere}
        there = [w for w in latest if w not in nowhere]
        in_batches([w for w in there if w.record and not w.record_id], self._insert, known)
        in_batches([w for w in there if w.record and w.record_id], self._update, known)
        in_batches([w for w in there if not w.record], self._delete, known)

    # -- New ones

    def _insert(self, writes: Sequence[RecordWrite]) -> dict[str, Result]:
        steps = [step for number, write in enumerate(writes) for step in _invitations(write, number)]
        batches = _batches(steps)
        together, later = batches[: QUERIES - 1], batches[QUERIES - 1 :]
        parts = {f"relations{number}": _part(batch) for number, batch in enumerate(together)}
        said = self._client.composite({"events": calls.create([_new(write) for write in writes]), **parts})
        told = self._client.results(said["events"], len(writes))
        results = {write.key: result(each, self._client) for write, each in zip(writes, told, strict=True)}
        made = {key: found.id for key, found in results.items() if isinstance(found, Ref)}
        failures: dict[str, ItemError] = {}
        for name, batch in zip(parts, together, strict=True):
            refused = self._outcome(batch, said[name], failures)
            if refused and any(step.key not in made for step in batch):
                later.append(batch)  # the name of an event that was not made refuses all that stand beside it
            elif refused:
                failures |= _failed(batch, refused)
        rest = [step.of(made[step.key]) for batch in later for step in batch if step.key in made]
        return results | failures | self._carry_out(rest) | self._adopted(writes, results)

    def _adopted(self, writes: Sequence[RecordWrite], results: Mapping[str, Result]) -> dict[str, Result]:
        """Those whose keys are taken, brought up to date in the records that have them.

        Where no record is found under the key, another unique value was taken, and the refusal stands.
        """
        taken = [w for w in writes if isinstance(r := results[w.key], ItemError) and r.failure.code == TAKEN]
        if not taken:
            return {}
        try:
            ids = self._ids(taken)
            return self._update([replace(w, record_id=ids[w.key]) for w in taken if w.key in ids])
        except ConnectorError as error:
            return {write.key: ItemError(failure=error.failure) for write in taken}

    def _ids(self, writes: Sequence[RecordWrite]) -> dict[str, str]:
        """The records that have the keys of these writes."""
        (rows,) = self._client.queries([format_soql(BY_KEY, [write.key for write in writes])])
        return {row[KEY]: row["Id"] for row in rows}

    # -- Those that are there

    def _update(self, writes: Sequence[RecordWrite]) -> dict[str, Result]:
        if not writes:
            return {}
        ids = [write.record_id for write in writes]
        said = self._client.composite(
            {
                "events": calls.update([_known(write) for write in writes]),
                "standing": calls.query(format_soql(STANDING, ids)),
                "related": calls.query(format_soql(RELATED, ids)),
            }
        )
        told = self._client.results(said["events"], len(writes))
        results = {write.key: result(each, self._client) for write, each in zip(writes, told, strict=True)}
        try:
            standing, related = self._client.rows(said["standing"]), self._client.rows(said["related"])
            steps = self._differences([w for w in writes if isinstance(results[w.key], Ref)], standing, related)
        except ConnectorError as error:
            return {
                key: r if isinstance(r, ItemError) else ItemError(failure=error.failure) for key, r in results.items()
            }
        rows = {row["Id"]: row for row in standing}
        explained = {w.key: _explained(results[w.key], rows.get(w.record_id)) for w in writes}
        return explained | self._carry_out(steps)

    def _differences(
        self, writes: Sequence[RecordWrite], standing: Sequence[Row], related: Sequence[Row]
    ) -> list[Step]:
        rows = {row["Id"]: row for row in standing}
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

    # -- Those that are to go

    def _delete(self, writes: Sequence[RecordWrite]) -> dict[str, Result]:
        nameless = [write for write in writes if not write.record_id]
        found = self._ids(nameless) if nameless else {}
        ids = {write.key: write.record_id or found.get(write.key, "") for write in writes}
        results: dict[str, Result] = {key: Ref(id=record_id) for key, record_id in ids.items()}
        there = {key: record_id for key, record_id in ids.items() if record_id}
        if there:
            said = self._client.composite({"events": calls.delete([*there.values()])})
            told = self._client.results(said["events"], len(there))
            answers = {key: result(each, self._client) for key, each in zip(there, told, strict=True)}
            results |= {k: r for k, r in answers.items() if isinstance(r, ItemError) and r.failure.code not in GONE}
        return results

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


def _named(write: RecordWrite) -> RecordWrite:
    """With the id of its record in 18 characters, as Salesforce tells it."""
    return replace(write, record_id=whole(write.record_id) or write.record_id)


def _nowhere(write: RecordWrite) -> Result:
    """What is no id belongs to no record."""
    if write.record is None:
        return Ref(id=write.record_id)
    said = f"{write.record_id} is no id of a record"
    return ItemError(failure=Failure(provider="salesforce", code=NOWHERE, kind=Kind.NOT_FOUND, said=said))


def _new(write: RecordWrite) -> dict[str, Any]:
    event = _event(write)
    return event_mapping.new_event(write, event, first_person(invitees(write, write.owner_id)))


def _known(write: RecordWrite) -> dict[str, Any]:
    return event_mapping.known_event(write, _event(write))


def _event(write: RecordWrite) -> Event:
    return an_event(write.record)


def _invitations(write: RecordWrite, number: int) -> list[Step]:
    """The relations of the event that stands at this place of the collection `events` in the same call."""
    name = f"@{{events[{number}].id}}"
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


def _explained(found: Result, row: Row | None) -> Result:
    """A refusal with what the look beside it tells: the version that stands there, or that there is no such record."""
    if isinstance(found, Ref):
        return found
    failure = found.failure
    if failure.code == STALE and row:
        evidence = {**failure.evidence, "version": event_mapping.version(row)}
        return ItemError(failure=replace(failure, evidence=evidence))
    if failure.code == ABSENT and row is None:
        return ItemError(failure=replace(failure, code=NOWHERE, kind=Kind.NOT_FOUND))
    return found
