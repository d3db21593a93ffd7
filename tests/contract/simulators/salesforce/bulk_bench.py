"""A client of Bulk API 2.0, step by step, as its guide has it."""

from __future__ import annotations

import csv
import io
from typing import Any

import requests

from tests.contract.simulators.salesforce.bench import Bench

LEADS = "LastName,Company\nMeyer,Acme\nHuber,Acme\n"


def created(b: Bench, kind: str = "ingest", **given: Any) -> requests.Response:
    """The answer to a new job: an insert of leads, or a query for them, unless told otherwise; `None` leaves out."""
    usual: dict[str, Any] = {"object": "Lead", "operation": "insert"}
    if kind == "query":
        usual = {"operation": "query", "query": "SELECT Id FROM Lead"}
    told = {name: value for name, value in (usual | given).items() if value is not None}
    return b.send("POST", f"jobs/{kind}", json=told)


def job(b: Bench, kind: str = "ingest", **given: Any) -> str:
    return str(created(b, kind, **given).json()["id"])


def upload(b: Bench, job_id: str, content: str | bytes, kind: str = "text/csv") -> requests.Response:
    data = content.encode() if isinstance(content, str) else content
    return b.send("PUT", f"jobs/ingest/{job_id}/batches", data=data, headers={"Content-Type": kind})


def become(b: Bench, job_id: str, state: str = "UploadComplete", kind: str = "ingest") -> requests.Response:
    return b.send("PATCH", f"jobs/{kind}/{job_id}", json={"state": state})


def look(b: Bench, job_id: str, kind: str = "ingest") -> dict[str, Any]:
    return dict(b.send("GET", f"jobs/{kind}/{job_id}").json())


def done(b: Bench, content: str | bytes, **given: Any) -> str:
    """The id of a job that has come to its end, well or not."""
    b.control("bulk", polls=0)
    made = job(b, **given)
    if content:
        upload(b, made, content)
    become(b, made)
    look(b, made)
    return made


def queried(b: Bench, soql: str, **given: Any) -> str:
    b.control("bulk", polls=0)
    made = job(b, "query", query=soql, **given)
    look(b, made, "query")
    return made


def results(b: Bench, job_id: str, which: str) -> list[dict[str, str]]:
    """`which` is successfulResults, failedResults or unprocessedrecords."""
    return list(csv.DictReader(io.StringIO(b.send("GET", f"jobs/ingest/{job_id}/{which}").text)))


def page(b: Bench, job_id: str, **params: Any) -> requests.Response:
    return b.send("GET", f"jobs/query/{job_id}/results", params=params)
