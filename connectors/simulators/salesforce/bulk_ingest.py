"""Ingest jobs: records written by the thousand, each under the same rules as one that is written alone.

Bulk API 2.0 Developer Guide, "Ingest Jobs". The content comes in one upload. A job that cannot be read fails as a whole
and leaves its records unprocessed; a record that is refused stands among the failed ones with its code and words.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from connectors.simulators.salesforce import bulk_csv, bulk_jobs, errors, writes
from connectors.simulators.salesforce.answers import Answer, Parts
from connectors.simulators.salesforce.bulk_csv import BadContent, Row
from connectors.simulators.salesforce.bulk_state import COMPLETE, FAILED, OPEN, UPLOADED, Job, Line
from connectors.simulators.salesforce.errors import Refused
from connectors.simulators.salesforce.schema import SObject
from connectors.simulators.salesforce.store import folded
from connectors.simulators.salesforce.transaction import Transaction
from connectors.simulators.simulator import Request

KIND = "ingest"
CHUNK = 200  # records that are saved together
MEMBERS = (
    "assignmentRuleId",
    "columnDelimiter",
    "contentType",
    "externalIdFieldName",
    "lineEnding",
    "object",
    "operation",
)
OPERATIONS = ("insert", "update", "upsert", "delete", "hardDelete")


def create(tx: Transaction, request: Request, _: Parts) -> Answer:
    given = bulk_jobs.asked(request, MEMBERS, ("object", "operation"))
    operation = bulk_jobs.chosen(given, "operation", OPERATIONS)
    sobject = tx.object(given["object"])
    if sobject is None:
        raise Refused("INVALIDENTITY", f"Unable to find object: {given['object']}", None)
    if operation == "hardDelete":
        text = "hardDelete operation requires special user profile permission, please contact your system administrator"
        raise Refused("FEATURENOTENABLED", text, None)
    key = _key(tx, sobject, operation, given.get("externalIdFieldName", ""))
    told = {"operation": operation, "object": sobject.name, "state": OPEN, "key": key}
    job = bulk_jobs.make(tx, KIND, **told, **bulk_jobs.shape(given))
    return Answer(value=bulk_jobs.told(job, progress=False))


def _key(tx: Transaction, sobject: SObject, operation: str, name: str) -> str:
    if operation != "upsert":
        return ""
    if not name:
        raise Refused("INVALIDJOB", "externalIdFieldName is required for the operation upsert", None)
    field = tx.field(sobject, name)
    if field is None or not (field.external_id or field.name == "Id"):
        text = (
            f"Field name provided, {name} does not match an External ID, Salesforce Id, or indexed field for "
            f"{sobject.name}"
        )
        raise Refused("INVALIDJOB", text, None)
    return field.name


def upload(tx: Transaction, request: Request, parts: Parts) -> Answer:
    job = bulk_jobs.find(tx, KIND, parts["job"])
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind != "text/csv":
        text = f"Content-Type header specified in HTTP request is not supported: {kind}"
        raise Refused("UNSUPPORTED_MEDIA_TYPE", text, None, 415)
    bulk_jobs.check_open(job)
    if job.content is not None:
        text = (
            f"Found multiple contents for job: <{job.id}>, please 'Close' / 'Abort' / 'Delete' the current Job then "
            "create a new Job and make sure you only do 'PUT' once on a given Job."
        )
        raise Refused(bulk_jobs.STATE, text, None)
    if len(request.body) > tx.org.bulk.most_bytes:
        text = f"The content is larger than {tx.org.bulk.most_bytes} bytes"
        raise Refused("CLIENTINPUTERROR", text, None, 413)
    job.content = request.body
    return Answer(status=201)


def change(tx: Transaction, request: Request, parts: Parts) -> Answer:
    job = bulk_jobs.find(tx, KIND, parts["job"])
    state = bulk_jobs.chosen(bulk_jobs.asked(request, ("state",), ("state",)), "state", (UPLOADED, "Aborted"))
    if state == UPLOADED:
        bulk_jobs.check_open(job)
        job.state, job.modified = UPLOADED, tx.stamp
    else:
        bulk_jobs.abort(tx, job)
        _leave(job)
    return Answer(value=bulk_jobs.told(job, progress=False))


def _leave(job: Job) -> None:
    """Notes what was uploaded and not looked at."""
    try:
        job.header, job.unprocessed = bulk_csv.read(job.content or b"", job.delimiter, job.ending)
    except BadContent:
        job.header, job.unprocessed = (), []


def look(tx: Transaction, _: Request, parts: Parts) -> Answer:
    return bulk_jobs.looked_at(tx, bulk_jobs.find(tx, KIND, parts["job"]), _finish)


def _finish(tx: Transaction, job: Job) -> None:
    try:
        _carry_out(tx, job)
        job.state = COMPLETE
    except BadContent as bad:
        job.state, job.error = FAILED, str(bad)
        _leave(job)


def delete(tx: Transaction, _: Request, parts: Parts) -> Answer:
    return bulk_jobs.delete(tx, bulk_jobs.find(tx, KIND, parts["job"]))


def list_jobs(tx: Transaction, _: Request, __: Parts) -> Answer:
    return bulk_jobs.listed(tx, KIND)


# -- carrying out


def _carry_out(tx: Transaction, job: Job) -> None:
    """Raises BadContent before the first record is written."""
    header, rows = bulk_csv.read(job.content or b"", job.delimiter, job.ending)
    sobject = tx.org.schema.objects[job.object]
    _check_header(tx, sobject, job, header)
    job.header = header
    twins = _twins(sobject, job, header, rows)
    for number, row in enumerate(rows):
        try:
            if number in twins:
                text = f"Duplicate external id specified: {twins[number]}"
                raise Refused("DUPLICATE_VALUE", text, (job.key,))
            record_id, created = OPERATIONS_OF[job.operation](tx, sobject, job, header, row)
            job.succeeded.append(Line(record_id, bulk_csv.told(created), row))
        except Refused as refused:
            job.failed.append(Line(_named(header, row), _error(refused), row))
        except errors.Several as several:
            text = f"{job.key}: more than one record found for external id field: [{', '.join(several.ids)}]"
            job.failed.append(Line("", _error(Refused("DUPLICATE_EXTERNAL_ID", text, (job.key,))), row))


def _twins(sobject: SObject, job: Job, header: Row, rows: list[Row]) -> dict[int, str]:
    """The places of records of an upsert whose key stands twice in one chunk: none of them is written."""
    place = next((n for n, name in enumerate(header) if name.lower() == job.key.lower()), None)
    if job.operation != "upsert" or place is None:
        return {}
    keys = [(number // CHUNK, folded(sobject.fields[job.key], row[place])) for number, row in enumerate(rows)]
    counted = Counter(keys)
    return {n: rows[n][place] for n, key in enumerate(keys) if rows[n][place] and counted[key] > 1}


def _check_header(tx: Transaction, sobject: SObject, job: Job, header: Row) -> None:
    for name in header:
        field = tx.field(sobject, name)
        if field is None or field.type == "junctionIdList":
            raise BadContent(f"InvalidBatch : Field name not found : {name}")
    if len({name.lower() for name in header}) < len(header):
        raise BadContent("InvalidBatch : Duplicate field name in the header")
    if job.operation == "delete" and [name.lower() for name in header] != ["id"]:
        raise BadContent("InvalidBatch : The 'delete' batch must contain only ids")


def _error(refused: Refused) -> str:
    """`CODE:message:fields --`, as the column sf__Error has it."""
    fields = f"{','.join(refused.fields)} " if refused.fields else ""
    return f"{refused.code}:{refused.message}:{fields}--"


def _named(header: Row, row: Row) -> str:
    """The id that a row names, if any."""
    return next((cell for name, cell in zip(header, row, strict=True) if name.lower() == "id"), "")


def _insert(tx: Transaction, sobject: SObject, _: Job, header: Row, row: Row) -> tuple[str, bool]:
    return writes.insert(tx, sobject, bulk_csv.given(sobject, header, row)), True


def _update(tx: Transaction, sobject: SObject, _: Job, header: Row, row: Row) -> tuple[str, bool]:
    given = bulk_csv.given(sobject, header, row)
    return writes.update(tx, sobject, _id(given, "update"), given), False


def _upsert(tx: Transaction, sobject: SObject, job: Job, header: Row, row: Row) -> tuple[str, bool]:
    given = bulk_csv.given(sobject, header, row)
    if job.key == "Id":
        known = given.pop("Id", None)
        return (writes.update(tx, sobject, known, given), False) if known else (writes.insert(tx, sobject, given), True)
    value = given.pop(job.key, None)
    if value is None:
        raise Refused("MISSING_ARGUMENT", f"{job.key} not specified", (job.key,))
    return writes.upsert(tx, sobject, job.key, value, given)


def _delete(tx: Transaction, sobject: SObject, _: Job, header: Row, row: Row) -> tuple[str, bool]:
    return writes.delete(tx, sobject, _id(bulk_csv.given(sobject, header, row), "delete")), False


def _id(given: dict[str, str], verb: str) -> str:
    record_id = given.pop("Id", None)
    if not record_id:
        raise Refused("MISSING_ARGUMENT", f"Id not specified in {'an' if verb[0] in 'aeiou' else 'a'} {verb} call")
    return record_id


Operation = Callable[[Transaction, SObject, Job, Row, Row], tuple[str, bool]]
OPERATIONS_OF: dict[str, Operation] = {
    "insert": _insert,
    "update": _update,
    "upsert": _upsert,
    "delete": _delete,
}


# -- results


def _results(tx: Transaction, parts: Parts) -> Job:
    job = bulk_jobs.find(tx, KIND, parts["job"])
    bulk_jobs.check_done(job)
    return job


def successful(tx: Transaction, _: Request, parts: Parts) -> Answer:
    job = _results(tx, parts)
    return _lines(job, ("sf__Id", "sf__Created"), job.succeeded)


def failed(tx: Transaction, _: Request, parts: Parts) -> Answer:
    job = _results(tx, parts)
    return _lines(job, ("sf__Id", "sf__Error"), job.failed)


def _lines(job: Job, before: Row, lines: list[Line]) -> Answer:
    rows = [(line.first, line.second, *line.values) for line in lines]
    return Answer(csv=bulk_csv.written([(*before, *job.header), *rows], job.delimiter, job.ending))


def unprocessed(tx: Transaction, _: Request, parts: Parts) -> Answer:
    job = _results(tx, parts)
    return Answer(csv=bulk_csv.written([job.header, *job.unprocessed], job.delimiter, job.ending))
