"""What jobs of both kinds have in common: made, found, told, aborted, deleted.

Bulk API 2.0 Developer Guide, "Create a Job", "Get Information About a Job", "Abort", "Delete", "Processing States".
Words of most refusals are inferred; those that are recorded have their source in the table of refusals.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from connectors.simulators.salesforce import errors, ids
from connectors.simulators.salesforce.answers import Answer, body
from connectors.simulators.salesforce.bulk_csv import DELIMITERS, ENDINGS
from connectors.simulators.salesforce.bulk_state import ABORTED, COMPLETE, ENDED, OPEN, RUNNING, UPLOADED, Job
from connectors.simulators.salesforce.errors import Refused
from connectors.simulators.salesforce.transaction import Transaction
from connectors.simulators.simulator import Request

STATE = "INVALIDJOBSTATE"
SAID = {COMPLETE: "Completed", ABORTED: "Aborted", "Failed": "Failed"}


def asked(request: Request, members: tuple[str, ...], needed: tuple[str, ...]) -> dict[str, Any]:
    """The body of a call. Raises Refused for members that do not exist, are missing, or are no texts."""
    given = body(request)
    if not isinstance(given, dict):
        raise errors.unparsable("Cannot deserialize instance of JobInfo from a value that is no object")
    for name, value in given.items():
        if name not in members:
            raise errors.unparsable(f'Unrecognized field "{name}" in JobInfo at [line:1, column:1]')
        if not isinstance(value, str):
            raise errors.unparsable(f"Cannot deserialize instance of string from value {value} at [line:1, column:1]")
    missing = [name for name in needed if not given.get(name)]
    if missing:
        raise Refused("INVALIDJOB", f"{missing[0]} is required", None)
    return given


def chosen(given: dict[str, Any], name: str, allowed: tuple[str, ...]) -> str:
    """A member that has one of some values, the first where it is left out."""
    value = str(given.get(name, allowed[0]))
    if value not in allowed:
        text = f'Cannot deserialize value of type {name} from String "{value}": not one of [{", ".join(allowed)}]'
        raise errors.unparsable(text)
    return value


def shape(given: dict[str, Any]) -> dict[str, str]:
    """Line ending and delimiter of a new job."""
    chosen(given, "contentType", ("CSV",))
    ending = ENDINGS[chosen(given, "lineEnding", tuple(ENDINGS))]
    return {"ending": ending, "delimiter": chosen(given, "columnDelimiter", ("COMMA", *sorted(DELIMITERS)))}


def make(tx: Transaction, kind: str, **given: Any) -> Job:
    tx.org.bulk.made += 1
    job = Job(
        id=ids.mint("750", tx.org.bulk.made),
        kind=kind,
        user_id=tx.user_id,
        version=tx.version,
        created=tx.stamp,
        modified=tx.stamp,
        polls=tx.org.bulk.polls,
        **given,
    )
    tx.org.bulk.jobs[job.id] = job
    return job


def find(tx: Transaction, kind: str, job_id: str) -> Job:
    """The job that a path means: of this kind, and of this user unless it may see all data."""
    job = tx.org.bulk.jobs.get(ids.parse(job_id) or "")
    if job is None or job.kind != kind or not (job.user_id == tx.user_id or tx.has("ModifyAllData")):
        raise errors.resource_not_found()
    return job


def looked_at(tx: Transaction, job: Job, finish: Callable[[Transaction, Job], None]) -> Answer:
    """A job's state. Each look brings it on, the last one by `finish`: that is the only clock that it has."""
    if job.state in (UPLOADED, RUNNING):
        job.modified = tx.stamp
        if job.polls > 0:
            job.polls, job.state = job.polls - 1, RUNNING
        else:
            finish(replace(tx, user_id=job.user_id), job)
    return Answer(value=told(job))


def told(job: Job, *, progress: bool = True) -> dict[str, Any]:
    """A job as the API tells it; with `progress` how far it is."""
    ending = next(name for name, sign in ENDINGS.items() if sign == job.ending)
    own: dict[str, Any] = {"externalIdFieldName": job.key} if job.key else {}
    own |= {"contentUrl": f"services/data/v{job.version}/jobs/ingest/{job.id}/batches"} if job.kind == "ingest" else {}
    info = {
        "id": job.id,
        "operation": job.operation,
        "object": job.object,
        "createdById": job.user_id,
        "createdDate": job.created,
        "systemModstamp": job.modified,
        "state": job.state,
        "concurrencyMode": "Parallel",
        "contentType": "CSV",
        "apiVersion": float(job.version),
        "lineEnding": ending,
        "columnDelimiter": job.delimiter,
        **own,
    }
    return info | (_progress(job) if progress else {})


def _progress(job: Job) -> dict[str, Any]:
    done = len(job.succeeded) + len(job.failed) + len(job.rows)
    failed = {"numberRecordsFailed": len(job.failed)} if job.kind == "ingest" else {"isPkChunkingSupported": True}
    times = dict.fromkeys(("retries", "totalProcessingTime", "apiActiveProcessingTime", "apexProcessingTime"), 0)
    error = {"errorMessage": job.error} if job.error else {}
    return {"jobType": f"V2{job.kind.capitalize()}", "numberRecordsProcessed": done, **failed, **times, **error}


def listed(tx: Transaction, kind: str) -> Answer:
    mine = [job for job in tx.org.bulk.jobs.values() if job.kind == kind]
    shown = [told(job, progress=False) for job in mine if job.user_id == tx.user_id or tx.has("ModifyAllData")]
    return Answer(value={"done": True, "records": shown, "nextRecordsUrl": None})


def abort(tx: Transaction, job: Job) -> None:
    if job.state in ENDED:
        raise Refused(STATE, f"Aborting already {SAID[job.state]} Job not allowed", None)
    job.state, job.modified = ABORTED, tx.stamp


def delete(tx: Transaction, job: Job) -> Answer:
    """A job that is open or under way is not deleted."""
    if job.state not in (*ENDED, UPLOADED):
        raise Refused(STATE, "Deleting not closed Job not allowed", None)
    del tx.org.bulk.jobs[job.id]
    return Answer(status=204)


def check_done(job: Job) -> None:
    """Raises Refused while there are no results."""
    if job.state not in ENDED:
        raise Refused(STATE, f"Results are not available: the Job is in state '{job.state}'", None)


def check_open(job: Job) -> None:
    if job.state != OPEN:
        raise Refused(STATE, f"Failed: the Job is not Open. Current job state is '{job.state}'", None)
