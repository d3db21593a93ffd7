"""Loads as ingest jobs of Bulk API 2.0.

They insert: a record whose key stands there already is refused by the key and left to `push`, which adopts it. An
upsert would write over what somebody has changed since, and give it another owner. So the same job may run twice, or
beside ordinary writes, and nothing is written twice.

A job that is open costs nothing and is thrown away by Salesforce after seven days. Its content can be given once.
Bulk API 2.0 and Bulk API Developer Guide, “Bulk API 2.0 Ingest”.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from connectors.errors import Failure, ItemError, Kind
from connectors.field_maps import NO_MAPS, FieldMaps, Target
from connectors.loads import Load, Loaded, Stage
from connectors.records import RecordWrite, Ref, Resource
from connectors.salesforce import bulk_csv, mapped
from connectors.salesforce.batching import TAKEN, Result
from connectors.salesforce.bulk_csv import Cells, NotCarried
from connectors.salesforce.client import SalesforceClient
from connectors.salesforce.errors import DIALECT, item_failure
from connectors.salesforce.mapping import KEY, VERSION
from connectors.salesforce.record_writes import RecordWriter

JOBS = "jobs/ingest"
OF = Target.CONTACT  # whatever is loaded, see `registry.crm_loads`
CLOSED, ABORTED = "UploadComplete", "Aborted"
STAGES: Mapping[str, Stage] = {
    "Open": Stage.OPEN,
    CLOSED: Stage.RUNNING,
    "InProgress": Stage.RUNNING,
    "JobComplete": Stage.DONE,
    "Failed": Stage.FAILED,
    ABORTED: Stage.FAILED,
}


class Loads:
    """The loads of `CrmConnector`, one request each but for `told`, which takes two. A refusal for the sake of one of
    the `maps` says so."""

    def __init__(
        self, client: SalesforceClient, writers: Mapping[Resource, RecordWriter], maps: FieldMaps = NO_MAPS
    ) -> None:
        self._client = client
        self._writers = writers
        self._maps = maps

    def open(self, resource: Resource) -> str:
        sobject = self._writers[resource].sobject
        asked = {"object": sobject, "operation": "insert", "contentType": "CSV", "lineEnding": "LF"}
        job_id = self._client.job("POST", JOBS, asked).get("id")
        if not isinstance(job_id, str) or not job_id:
            raise self._client.misread()
        return job_id

    def fill(self, load_id: str, writes: Sequence[RecordWrite]) -> None:
        rows = [row for write in writes if (row := self._row(write))]
        self._client.sheet("PUT", f"{JOBS}/{load_id}/batches", bulk_csv.written(rows))

    def _row(self, write: RecordWrite) -> Cells | None:
        """Without what cannot be carried: of that nothing will be told, and so it is written as everything else is."""
        try:
            return bulk_csv.cells(self._writers[write.resource].filled(write))
        except NotCarried:
            return None

    def close(self, load_id: str) -> None:
        self._client.job("PATCH", f"{JOBS}/{load_id}", {"state": CLOSED})

    def drop(self, load_id: str) -> None:
        self._client.job("PATCH", f"{JOBS}/{load_id}", {"state": ABORTED})

    def look(self, load_id: str) -> Load:
        job = self._client.job("GET", f"{JOBS}/{load_id}")
        stage = STAGES.get(str(job.get("state")))
        if stage is None:
            raise self._client.misread()
        done = job.get("numberRecordsProcessed")
        failure = self._failure(job) if stage is Stage.FAILED else None
        return Load(stage=stage, processed=done if isinstance(done, int) else 0, failure=failure)

    def _failure(self, job: Mapping[str, Any]) -> Failure:
        """Why a job came to nothing; one that somebody aborted has no words of its own."""
        last = self._client.last()
        if last is not None and job.get("errorMessage"):
            return DIALECT.verdict(last)
        said = f"the job is {job.get('state')}"
        return Failure(provider="salesforce", code="salesforce.BULK_JOB_FAILED", kind=Kind.INVALID, said=said)

    def told(self, load_id: str) -> list[Loaded]:
        """Those that were written, then those that were refused, but for keys that are taken."""
        written = self._results(load_id, "successfulResults")
        refused = self._results(load_id, "failedResults")
        answers = [(row, self._refusal(row)) for row in refused]
        return [
            *(_loaded(row, Ref(id=row["sf__Id"])) for row in written if row.get("sf__Id")),
            *(_loaded(row, answer) for row, answer in answers if answer.failure.code != TAKEN),
        ]

    def _refusal(self, row: Cells) -> ItemError:
        failure = item_failure(bulk_csv.refusal(row.get("sf__Error", "")), self._client.last())
        return ItemError(failure=mapped.refused(failure, OF, self._maps))

    def _results(self, load_id: str, which: str) -> list[dict[str, str]]:
        """Of each row what says which record it is, and what became of it: the rest may be megabytes."""
        text = self._client.sheet("GET", f"{JOBS}/{load_id}/{which}/")
        try:
            return [{name: row.get(name, "") for name in _KEPT} for row in bulk_csv.read(text)]
        except ValueError as error:
            raise self._client.misread() from error


_KEPT = ("sf__Id", "sf__Error", KEY, VERSION)


def _loaded(row: Cells, answer: Result) -> Loaded:
    """A version comes back as the text that was sent, or as the number that the field holds, `7.0`."""
    number = row[VERSION].partition(".")[0]
    return Loaded(key=row[KEY], version=int(number) if number.isdecimal() else 0, answer=answer)
