"""What Bulk API 2.0 refuses: a call, a job, a record in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import requests
from simple_salesforce.exceptions import SalesforceError

from connectors.simulators.salesforce.ids import mint
from connectors.simulators.salesforce.refusals_bulk import JOBS, RECORDS
from tests.contract.simulators.salesforce import bulk_bench as k
from tests.contract.simulators.salesforce.bench import Bench, Refusal, lead, miscounted

STATE = "INVALIDJOBSTATE"
PARSER = "JSON_PARSER_ERROR"
ABSENT = Refusal(404, "NOT_FOUND", "The requested resource does not exist")
VALUE = 'Cannot deserialize value of type {} from String "{}": not one of [*]'


def refused(status: int, code: str, message: str) -> Refusal:
    return Refusal(status, code, message)


def uploaded_twice(b: Bench) -> requests.Response:
    made = k.job(b)
    k.upload(b, made, k.LEADS)
    return k.upload(b, made, k.LEADS)


def uploaded_late(b: Bench) -> requests.Response:
    return k.upload(b, closed(b), k.LEADS)


def closed(b: Bench) -> str:
    made = k.job(b)
    k.upload(b, made, k.LEADS)
    k.become(b, made)
    return made


def too_large(b: Bench) -> requests.Response:
    b.control("bulk", bytes=10)
    return k.upload(b, k.job(b), k.LEADS)


def of_another(b: Bench) -> requests.Response:
    return b.send("GET", f"jobs/ingest/{k.job(b.administrator())}")


def early(b: Bench) -> requests.Response:
    return b.send("GET", f"jobs/ingest/{closed(b)}/successfulResults")


Act = Callable[[Bench], requests.Response]

CALL_CASES: dict[str, tuple[Act, Refusal]] = {
    "job-object": (
        lambda b: k.created(b, object="Wombat"),
        refused(400, "INVALIDENTITY", "Unable to find object: Wombat"),
    ),
    "job-no-object": (lambda b: k.created(b, object=None), refused(400, "INVALIDJOB", "object is required")),
    "job-operation": (
        lambda b: k.created(b, operation="replace"),
        refused(400, PARSER, VALUE.format("operation", "replace")),
    ),
    "job-member": (
        lambda b: k.created(b, externalId="Id"),
        refused(400, PARSER, 'Unrecognized field "externalId" in JobInfo*'),
    ),
    "job-ending": (lambda b: k.created(b, lineEnding="CR"), refused(400, PARSER, VALUE.format("lineEnding", "CR"))),
    "job-delimiter": (
        lambda b: k.created(b, columnDelimiter=","),
        refused(400, PARSER, VALUE.format("columnDelimiter", ",")),
    ),
    "job-content": (
        lambda b: k.created(b, contentType="JSON"),
        refused(400, PARSER, VALUE.format("contentType", "JSON")),
    ),
    "job-no-key": (
        lambda b: k.created(b, operation="upsert"),
        refused(400, "INVALIDJOB", "externalIdFieldName is required for the operation upsert"),
    ),
    "job-key": (
        lambda b: k.created(b, operation="upsert", externalIdFieldName="Company"),
        refused(400, "INVALIDJOB", "Field name provided, Company does not match an External ID*"),
    ),
    "job-hard-delete": (
        lambda b: k.created(b, operation="hardDelete"),
        refused(400, "FEATURENOTENABLED", "hardDelete operation requires special user profile permission*"),
    ),
    "job-unknown": (lambda b: b.send("GET", f"jobs/ingest/{mint('750', 999)}"), ABSENT),
    "job-of-another": (of_another, ABSENT),
    "job-of-other-kind": (lambda b: b.send("GET", f"jobs/ingest/{k.job(b, 'query')}"), ABSENT),
    "upload-kind": (
        lambda b: k.upload(b, k.job(b), k.LEADS, "application/json"),
        refused(415, "UNSUPPORTED_MEDIA_TYPE", "Content-Type header specified in HTTP request is not supported: *"),
    ),
    "upload-twice": (uploaded_twice, refused(400, STATE, "Found multiple contents for job: <750*>, please*")),
    "upload-closed": (
        uploaded_late,
        refused(400, STATE, "Failed: the Job is not Open. Current job state is 'UploadComplete'"),
    ),
    "upload-large": (too_large, refused(413, "CLIENTINPUTERROR", "The content is larger than 10 bytes")),
    "close-twice": (
        lambda b: k.become(b, closed(b)),
        refused(400, STATE, "Failed: the Job is not Open. Current job state is 'UploadComplete'"),
    ),
    "close-nonsense": (
        lambda b: k.become(b, k.job(b), "JobComplete"),
        refused(400, PARSER, VALUE.format("state", "JobComplete")),
    ),
    "abort-done": (
        lambda b: k.become(b, k.done(b, k.LEADS), "Aborted"),
        refused(400, STATE, "Aborting already Completed Job not allowed"),
    ),
    "delete-open": (
        lambda b: b.send("DELETE", f"jobs/ingest/{k.job(b)}"),
        refused(400, STATE, "Deleting not closed Job not allowed"),
    ),
    "results-early": (
        early,
        refused(400, STATE, "Results are not available: the Job is in state 'UploadComplete'"),
    ),
    "query-job-malformed": (
        lambda b: k.created(b, "query", query="SELECT FROM Lead"),
        refused(400, "API_ERROR", "MALFORMED_QUERY: *"),
    ),
    "query-job-column": (
        lambda b: k.created(b, "query", query="SELECT Shoe__c FROM Lead"),
        refused(400, "API_ERROR", "INVALID_FIELD: *No such column 'Shoe__c'*"),
    ),
    "query-job-group": (
        lambda b: k.created(b, "query", query="SELECT Company FROM Lead GROUP BY Company"),
        refused(400, "API_ERROR", "GROUP BY, OFFSET, TYPEOF and aggregate functions are not supported"),
    ),
    "query-job-count": (
        lambda b: k.created(b, "query", query="SELECT COUNT() FROM Lead"),
        refused(400, "API_ERROR", "GROUP BY, OFFSET, TYPEOF and aggregate functions are not supported"),
    ),
    "query-job-offset": (
        lambda b: k.created(b, "query", query="SELECT Id FROM Lead LIMIT 5 OFFSET 5"),
        refused(400, "API_ERROR", "GROUP BY, OFFSET, TYPEOF and aggregate functions are not supported"),
    ),
    "query-job-empty": (
        lambda b: k.created(b, "query", query=""),
        refused(400, "INVALIDJOB", "query is required"),
    ),
    "query-results-early": (
        lambda b: k.page(b, k.job(b, "query")),
        refused(400, STATE, "Results are not available: the Job is in state 'UploadComplete'"),
    ),
    "query-results-locator": (
        lambda b: k.page(b, k.queried(b, "SELECT Id FROM Lead"), locator="MTA"),
        refused(400, "INVALID_QUERY_LOCATOR", "invalid query locator"),
    ),
    "query-results-most": (
        lambda b: k.page(b, k.queried(b, "SELECT Id FROM Lead"), maxRecords="all"),
        refused(400, "INVALID_INPUT", "maxRecords must be a number above zero"),
    ),
}


def without_a_grant(b: Bench) -> str:
    b.control("field-access", object="Lead", field="Rating", access="none")
    return k.done(b, "LastName,Company,Rating\nMeyer,Acme,Hot\n")


# (the job that fails, its error message)
JOB_CASES: dict[str, tuple[Callable[[Bench], str], str]] = {
    "batch-column": (
        lambda b: k.done(b, "LastName,Shoe__c\nMeyer,44\n"),
        "InvalidBatch : Field name not found : Shoe__c",
    ),
    "batch-hidden": (without_a_grant, "InvalidBatch : Field name not found : Rating"),
    "batch-column-twice": (
        lambda b: k.done(b, "LastName,lastname\nMeyer,Huber\n"),
        "InvalidBatch : Duplicate field name in the header",
    ),
    "batch-delete-more": (
        lambda b: k.done(b, "Id,LastName\n00Q,Meyer\n", operation="delete"),
        "InvalidBatch : The 'delete' batch must contain only ids",
    ),
    "batch-cells": (
        lambda b: k.done(b, "LastName,Company\nMeyer,Acme,Vienna\n"),
        "InvalidBatch : Row 2 has 3 columns, the header has 2",
    ),
    "batch-quote": (
        lambda b: k.done(b, 'LastName,Company\n"Meyer,Acme\n'),
        "InvalidBatch : Failed to parse CSV: unexpected end of data",
    ),
    "batch-empty": (lambda b: k.done(b, ""), "InvalidBatch : The batch is empty"),
    "batch-ending": (
        lambda b: k.done(b, k.LEADS.replace("\n", "\r\n")),
        "ClientInputError : LineEnding is invalid on user data. Current LineEnding setting is LF",
    ),
    "batch-encoding": (
        lambda b: k.done(b, "LastName,Company\nMüller,Acme\n".encode("latin-1")),
        "ClientInputError : The content is not encoded in UTF-8",
    ),
}


def against_a_rule(b: Bench) -> str:
    b.control("validation-rule", object="Lead", name="No_Acme", field="Company", pattern="Acme", message="No Acme")
    return k.done(b, k.LEADS)


def twice(b: Bench) -> str:
    b.control("duplicate-rule", object="Lead", name="Lead_Rule")
    b.make("Lead")
    return k.done(b, k.LEADS)


def key_taken(b: Bench) -> str:
    b.make("Lead", Syncapp_Key__c="K1")
    return k.done(b, "LastName,Company,Syncapp_Key__c\nMeyer,Acme,k1\n")


def deleted(b: Bench) -> str:
    gone = b.make("Lead")
    b.control("delete", id=gone)
    return k.done(b, f"Id\n{gone}\n", operation="delete")


def locked(b: Bench) -> str:
    held = b.make("Lead")
    b.control("lock", id=held)
    return k.done(b, f"Id,Title\n{held},CEO\n", operation="update")


def several(b: Bench) -> str:
    b.control("add-field", object="Lead", name="Old_Key__c", externalId=True)
    for _ in range(2):
        b.make("Lead", Old_Key__c="K1")
    content = "Old_Key__c,Title\nK1,CEO\n"
    return k.done(b, content, operation="upsert", externalIdFieldName="Old_Key__c")


def without_a_right(b: Bench) -> str:
    b.control("object-access", object="Lead", denied=["create"])
    return k.done(b, k.LEADS)


KEYED: dict[str, Any] = {"operation": "upsert", "externalIdFieldName": "Syncapp_Key__c"}
# (the job, what stands beside its first record; `*` is any text)
RECORD_CASES: dict[str, tuple[Callable[[Bench], str], str]] = {
    "bulk-required": (
        lambda b: k.done(b, "LastName,Company\n,Acme\n"),
        "REQUIRED_FIELD_MISSING:Required fields are missing: [LastName]:LastName --",
    ),
    "bulk-rule": (against_a_rule, "FIELD_CUSTOM_VALIDATION_EXCEPTION:No Acme:--"),
    "bulk-duplicate": (twice, "DUPLICATES_DETECTED:Use one of these records?:--"),
    "bulk-key-taken": (
        key_taken,
        "DUPLICATE_VALUE:duplicate value found: Syncapp_Key__c duplicates value on record with id: 00Q*:--",
    ),
    "bulk-with-id": (
        lambda b: k.done(b, f"Id,LastName,Company\n{mint('00Q', 9)},Meyer,Acme\n"),
        "INVALID_FIELD_FOR_INSERT_UPDATE:cannot specify Id in an insert call:Id --",
    ),
    "bulk-no-id": (
        lambda b: k.done(b, "Title\nCEO\n", operation="update"),
        "MISSING_ARGUMENT:Id not specified in an update call:--",
    ),
    "bulk-no-key": (
        lambda b: k.done(b, "LastName,Company\nMeyer,Acme\n", **KEYED),
        "MISSING_ARGUMENT:Syncapp_Key__c not specified:Syncapp_Key__c --",
    ),
    "bulk-bad-id": (
        lambda b: k.done(b, f"Id\n{miscounted(b.make('Lead'))}\n", operation="delete"),
        "MALFORMED_ID:malformed id 00Q*:--",
    ),
    "bulk-deleted": (deleted, "ENTITY_IS_DELETED:entity is deleted:--"),
    "bulk-value": (
        lambda b: k.done(b, "Subject,Status,MessageDate\nHello,3,yesterday\n", object="EmailMessage"),
        "INVALID_TYPE_ON_FIELD_IN_RECORD:Message Date: value not of required type: yesterday:MessageDate --",
    ),
    "bulk-locked": (locked, "UNABLE_TO_LOCK_ROW:unable to obtain exclusive access to this record*:--"),
    "bulk-several": (
        several,
        "DUPLICATE_EXTERNAL_ID:Old_Key__c: more than one record found for external id field: [00Q*]:Old_Key__c --",
    ),
    "bulk-key-twice": (
        lambda b: k.done(b, "LastName,Company,Syncapp_Key__c\nMeyer,Acme,K1\nHuber,Acme,k1\n", **KEYED),
        "DUPLICATE_VALUE:Duplicate external id specified: K1:Syncapp_Key__c --",
    ),
    "bulk-no-right": (
        without_a_right,
        "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY:entity type cannot be inserted: Lead:--",
    ),
}

CASES = [*CALL_CASES, *JOB_CASES, *RECORD_CASES]


@pytest.mark.parametrize("name", CALL_CASES)
def test_a_call_about_a_job_is_refused(bench: Bench, name: str) -> None:
    act, refusal = CALL_CASES[name]
    response = act(bench)
    refusal.is_told_by(response.status_code, response.json()[0])


@pytest.mark.parametrize("name", JOB_CASES)
def test_a_job_that_cannot_be_read_fails_with_a_reason(bench: Bench, name: str) -> None:
    act, message = JOB_CASES[name]
    told = k.look(bench, act(bench))
    assert (told["state"], told["errorMessage"]) == ("Failed", message)
    assert (told["numberRecordsProcessed"], bench.rows("Lead")) == (0, [])


@pytest.mark.parametrize("row", JOBS, ids=lambda row: row[0])
def test_a_row_about_a_job_names_the_code_of_its_reason(row: tuple[str, ...]) -> None:
    assert JOB_CASES[row[0]][1].partition(" : ")[0] == row[1]


@pytest.mark.parametrize("name", RECORD_CASES)
def test_a_record_of_a_job_is_refused_beside_the_others(bench: Bench, name: str) -> None:
    act, error = RECORD_CASES[name]
    made = act(bench)
    start, _, end = error.partition("*")
    told = k.results(bench, made, "failedResults")[0]["sf__Error"]
    assert k.look(bench, made)["state"] == "JobComplete"
    assert told.startswith(start)
    assert told.endswith(end)
    assert (told == error) is ("*" not in error)


@pytest.mark.parametrize("row", RECORDS, ids=lambda row: row[0])
def test_a_row_about_a_record_names_the_code_of_its_error(row: tuple[str, ...]) -> None:
    assert RECORD_CASES[row[0]][1].partition(":")[0] == row[1]


def test_the_plain_library_meets_a_refused_job(bench: Bench) -> None:
    with pytest.raises(SalesforceError) as caught:
        bench.sf.bulk2.Wombat.insert(records=[{"Name": "x"}], wait=0)
    assert caught.value.content[0]["errorCode"] == "INVALIDENTITY"  # type: ignore[index]


def test_a_record_that_is_written_alone_is_refused_for_the_same_reason(bench: Bench) -> None:
    bench.control("validation-rule", object="Lead", name="No_Acme", field="Company", pattern="Acme", message="No Acme")
    alone = bench.collection(lead())[0]["errors"][0]
    made = k.done(bench, k.LEADS)
    told = k.results(bench, made, "failedResults")[0]["sf__Error"]
    assert told == f"{alone['statusCode']}:{alone['message']}:--"
