"""Refusals of Bulk API 2.0: of a call, of a whole job, of a record in it. (id, code, request, answer, source)."""

from __future__ import annotations

from connectors.simulators.salesforce.refusal_words import PARSER, SEEN

BULK = "https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/"
INGEST = f"{BULK}bulk_api_2_0_ingest.htm"
QUERY = f"{BULK}queries.htm"
STATES = f"{BULK}bulk_api_2_job_states.htm"
CSV = f"{BULK}datafiles_prepare_csv.htm"
RESTFORCE = "recorded in github.com/restforce/restforce, issue 905"
NODE = "recorded in github.com/msrivastav13/node-sf-bulk2, issue 17"
OPEN = "recorded of its forerunner in github.com/jetstreamapp/jetstream, pull request 2061; wording follows it"
INFERRED = "for the rule; code and wording are inferred"

STATE = "INVALIDJOBSTATE"
JOB = "INVALIDJOB"
INVALID = "InvalidBatch"
API = "API_ERROR"

CALLS: tuple[tuple[str, str, str, str, str], ...] = (
    ("job-object", "INVALIDENTITY", "a job for an object that does not exist", "400", SEEN),
    ("job-no-object", JOB, "a job without an object", "400", f"{INGEST} {INFERRED}"),
    ("job-operation", PARSER, "an operation that does not exist", "400, the value named", f"{INGEST} {INFERRED}"),
    ("job-member", PARSER, "a member that a job does not have", "400, the member named", f"{INGEST} {INFERRED}"),
    ("job-ending", PARSER, "a line ending that does not exist", "400, the value named", f"{INGEST} {INFERRED}"),
    ("job-delimiter", PARSER, "a delimiter that does not exist", "400, the value named", f"{INGEST} {INFERRED}"),
    ("job-content", PARSER, "a content type other than CSV", "400, the value named", f"{INGEST} {INFERRED}"),
    ("job-no-key", JOB, "an upsert without externalIdFieldName", "400", f"{INGEST} {INFERRED}"),
    ("job-key", JOB, "an upsert by a field that is no key", "400, the field named", SEEN),
    ("job-hard-delete", "FEATURENOTENABLED", "hardDelete without its permission", "400", SEEN),
    ("job-unknown", "NOT_FOUND", "a job that never was", "404", INGEST),
    ("job-of-another", "NOT_FOUND", "somebody else's job", "404", f"{INGEST} {INFERRED}"),
    ("job-of-other-kind", "NOT_FOUND", "a query's job among the ingest jobs", "404", f"{INGEST} {INFERRED}"),
    ("upload-kind", "UNSUPPORTED_MEDIA_TYPE", "an upload as JSON", "415", f"{INGEST} {INFERRED}"),
    ("upload-twice", STATE, "a second upload", "400, what to do", SEEN),
    ("upload-closed", STATE, "an upload to a job that is closed", "400, its state", OPEN),
    ("upload-large", "CLIENTINPUTERROR", "an upload above the most bytes", "413", f"{INGEST} {INFERRED}"),
    ("close-twice", STATE, "UploadComplete again", "400, its state", OPEN),
    ("close-nonsense", PARSER, "a state that a client cannot set", "400, the value named", f"{STATES} {INFERRED}"),
    ("abort-done", STATE, "Aborted for a job that is done", "400", RESTFORCE),
    ("delete-open", STATE, "the deletion of an open job", "400", SEEN),
    ("results-early", STATE, "results of a job under way", "400, its state", f"{STATES} {INFERRED}"),
    (
        "query-job-malformed",
        API,
        "a query that does not parse",
        "400, code and place in the message",
        f"{QUERY} {INFERRED}",
    ),
    (
        "query-job-column",
        API,
        "a column that does not exist",
        "400, code and place in the message",
        f"{QUERY} {INFERRED}",
    ),
    ("query-job-group", API, "GROUP BY in a query job", "400", QUERY),
    ("query-job-count", API, "COUNT() in a query job", "400", QUERY),
    ("query-job-offset", API, "OFFSET in a query job", "400", QUERY),
    ("query-job-empty", JOB, "a query job without a query", "400", f"{QUERY} {INFERRED}"),
    ("query-results-early", STATE, "results of a query under way", "400, its state", f"{STATES} {INFERRED}"),
    ("query-results-locator", "INVALID_QUERY_LOCATOR", "a locator never given", "400", SEEN),
    ("query-results-most", "INVALID_INPUT", "maxRecords that is no number", "400", f"{QUERY} {INFERRED}"),
)
JOBS: tuple[tuple[str, str, str, str, str], ...] = (
    ("batch-column", INVALID, "a column that does not exist", "Failed, Field name not found", NODE),
    ("batch-hidden", INVALID, "a field that nobody granted", "Failed, Field name not found", SEEN),
    ("batch-column-twice", INVALID, "one column twice", "Failed", f"{CSV} {INFERRED}"),
    ("batch-delete-more", INVALID, "a delete with more than ids", "Failed, must contain only ids", SEEN),
    ("batch-cells", INVALID, "a row with a column too many", "Failed, the row named", f"{CSV} {INFERRED}"),
    ("batch-quote", INVALID, "a quote that does not end", "Failed", f"{CSV} {INFERRED}"),
    ("batch-empty", INVALID, "a job without an upload", "Failed", f"{CSV} {INFERRED}"),
    ("batch-ending", "ClientInputError", "CRLF in a job that said LF", "Failed, the setting named", SEEN),
    ("batch-encoding", "ClientInputError", "content that is no UTF-8", "Failed", f"{CSV} {INFERRED}"),
)
RECORDS: tuple[tuple[str, str, str, str, str], ...] = (
    ("bulk-required", "REQUIRED_FIELD_MISSING", "a lead without a name", "in failedResults, the fields named", SEEN),
    ("bulk-rule", "FIELD_CUSTOM_VALIDATION_EXCEPTION", "what a rule forbids", "in failedResults, its words", SEEN),
    ("bulk-duplicate", "DUPLICATES_DETECTED", "a lead that is there already", "in failedResults", SEEN),
    ("bulk-key-taken", "DUPLICATE_VALUE", "a key that another record has", "in failedResults", SEEN),
    ("bulk-with-id", "INVALID_FIELD_FOR_INSERT_UPDATE", "an insert with an id", "in failedResults", SEEN),
    ("bulk-no-id", "MISSING_ARGUMENT", "an update without an id", "in failedResults", SEEN),
    ("bulk-no-key", "MISSING_ARGUMENT", "an upsert without a key", "in failedResults", SEEN),
    ("bulk-bad-id", "MALFORMED_ID", "a delete by an id with wrong check characters", "in failedResults", SEEN),
    ("bulk-deleted", "ENTITY_IS_DELETED", "a delete of what is deleted", "in failedResults, its id named", SEEN),
    ("bulk-value", "INVALID_TYPE_ON_FIELD_IN_RECORD", "a date that is none", "in failedResults", f"{CSV} {INFERRED}"),
    ("bulk-locked", "UNABLE_TO_LOCK_ROW", "a record that another transaction holds", "in failedResults", SEEN),
    ("bulk-several", "DUPLICATE_EXTERNAL_ID", "an upsert by a key that two records have", "in failedResults", SEEN),
    ("bulk-key-twice", "DUPLICATE_VALUE", "an upsert of one key twice among 200", "in failedResults, both", SEEN),
    ("bulk-no-right", "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "no create permission", "in failedResults", SEEN),
)

ROWS = (*CALLS, *JOBS, *RECORDS)
