"""Query jobs: a query's whole answer as CSV, in pages.

Bulk API 2.0 Developer Guide, "Query Jobs" and "SOQL Considerations": no GROUP BY, no OFFSET, no TYPEOF, no aggregate
functions. A page has as many rows as `maxRecords` says; `Sforce-Locator` names the next one, and is `null` behind the
last.
"""

from __future__ import annotations

import base64
from dataclasses import replace
from typing import Any

from connectors.simulators.salesforce import bulk_csv, bulk_jobs, query, soql
from connectors.simulators.salesforce.answers import Answer, Parts
from connectors.simulators.salesforce.bulk_state import COMPLETE, FAILED, UPLOADED, Job
from connectors.simulators.salesforce.errors import Refused
from connectors.simulators.salesforce.soql_nodes import Path, Query
from connectors.simulators.salesforce.transaction import Transaction
from connectors.simulators.simulator import Request

KIND = "query"
MEMBERS = ("columnDelimiter", "contentType", "lineEnding", "operation", "query")
OPERATIONS = ("query", "queryAll")
MOST_ROWS = 50_000  # of a page, where a client names no number


def create(tx: Transaction, request: Request, _: Parts) -> Answer:
    given = bulk_jobs.asked(request, MEMBERS, ("operation", "query"))
    operation = bulk_jobs.chosen(given, "operation", OPERATIONS)
    asked = _checked(tx, given["query"])
    told = {"operation": operation, "object": asked.object, "state": UPLOADED, "query": given["query"]}
    job = bulk_jobs.make(tx, KIND, **told, **bulk_jobs.shape(given))
    return Answer(value=bulk_jobs.told(job, progress=False))


def _checked(tx: Transaction, text: str) -> Query:
    """The query, after all that can be refused of it before it runs. Its code stands in the message here."""
    try:
        asked = soql.parse(text)
        if not _plain(asked):
            raise Refused("API_ERROR", "GROUP BY, OFFSET, TYPEOF and aggregate functions are not supported", None)
        query.answer(tx, replace(asked, limit=0))
    except Refused as refused:
        if refused.code == "API_ERROR":
            raise
        raise Refused("API_ERROR", f"{refused.code}: {refused.message}", None) from None
    return replace(asked, object=getattr(tx.object(asked.object), "name", asked.object))


def _plain(asked: Query) -> bool:
    return all(isinstance(item, Path) for item in asked.items) and not asked.groups and not asked.offset


def look(tx: Transaction, _: Request, parts: Parts) -> Answer:
    return bulk_jobs.looked_at(tx, bulk_jobs.find(tx, KIND, parts["job"]), _finish)


def _finish(tx: Transaction, job: Job) -> None:
    asked = soql.parse(job.query)
    try:
        found = query.answer(tx, asked, deleted=job.operation == "queryAll")
    except Refused as refused:
        job.state, job.error = FAILED, f"{refused.code}: {refused.message}"
        return
    paths = [item for item in asked.items if isinstance(item, Path)]
    job.header = tuple(path.text for path in paths)
    job.rows = [tuple(bulk_csv.told(_cell(record, path.parts)) for path in paths) for record in found.records]
    job.state = COMPLETE


def _cell(record: Any, names: tuple[str, ...]) -> Any:
    for name in names:
        if not isinstance(record, dict):
            return None
        record = next((value for key, value in record.items() if key.lower() == name.lower()), None)
    return record


def change(tx: Transaction, request: Request, parts: Parts) -> Answer:
    job = bulk_jobs.find(tx, KIND, parts["job"])
    bulk_jobs.chosen(bulk_jobs.asked(request, ("state",), ("state",)), "state", ("Aborted",))
    bulk_jobs.abort(tx, job)
    return Answer(value=bulk_jobs.told(job, progress=False))


def delete(tx: Transaction, _: Request, parts: Parts) -> Answer:
    return bulk_jobs.delete(tx, bulk_jobs.find(tx, KIND, parts["job"]))


def list_jobs(tx: Transaction, _: Request, __: Parts) -> Answer:
    return bulk_jobs.listed(tx, KIND)


def results(tx: Transaction, request: Request, parts: Parts) -> Answer:
    job = bulk_jobs.find(tx, KIND, parts["job"])
    bulk_jobs.check_done(job)
    start, most = _start(job, request.first("locator")), _most(request.first("maxRecords"))
    page = job.rows[start : start + most]
    more = start + most < len(job.rows)
    headers = {
        "Sforce-Locator": _locator(start + most) if more else "null",
        "Sforce-NumberOfRecords": str(len(page)),
    }
    return Answer(csv=bulk_csv.written([job.header, *page], job.delimiter, job.ending), headers=headers)


def _locator(start: int) -> str:
    return base64.urlsafe_b64encode(str(start).encode()).decode().rstrip("=")


def _start(job: Job, locator: str) -> int:
    places = {_locator(start): start for start in range(1, len(job.rows))}
    if locator and locator not in places:
        raise Refused("INVALID_QUERY_LOCATOR", "invalid query locator", None)
    return places.get(locator, 0)


def _most(text: str) -> int:
    if text and not (text.isdigit() and int(text)):
        raise Refused("INVALID_INPUT", "maxRecords must be a number above zero", None)
    return int(text) if text else MOST_ROWS
