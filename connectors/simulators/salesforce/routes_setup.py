"""The resources of the Tooling API and of Bulk API 2.0. None of them can be a part of a composite of records."""

from __future__ import annotations

from connectors.simulators.salesforce import bulk_ingest, bulk_query, tooling, tooling_queries
from connectors.simulators.salesforce.routes import Route

TOOLING = (
    Route("GET", "/tooling", "tooling.resources", tooling.list_resources),
    Route("GET", "/tooling/query", "tooling.query", tooling_queries.run_query),
    Route("GET", "/tooling/sobjects", "tooling.describe.global", tooling.list_objects),
    Route("POST", "/tooling/sobjects/{object}", "tooling.create", tooling.create, write=True),
    Route("GET", "/tooling/sobjects/{object}/describe", "tooling.describe", tooling.describe_object),
    Route("GET", "/tooling/sobjects/{object}/{id}", "tooling.retrieve", tooling.retrieve),
    Route("PATCH", "/tooling/sobjects/{object}/{id}", "tooling.update", tooling.update, write=True),
    Route("DELETE", "/tooling/sobjects/{object}/{id}", "tooling.delete", tooling.delete, write=True),
)

INGEST = "/jobs/ingest"
QUERY = "/jobs/query"
BULK = (
    Route("GET", INGEST, "bulk.ingest.list", bulk_ingest.list_jobs),
    Route("POST", INGEST, "bulk.ingest.create", bulk_ingest.create),
    Route("GET", f"{INGEST}/{{job}}", "bulk.ingest.look", bulk_ingest.look),
    Route("PATCH", f"{INGEST}/{{job}}", "bulk.ingest.change", bulk_ingest.change, write=True),
    Route("DELETE", f"{INGEST}/{{job}}", "bulk.ingest.delete", bulk_ingest.delete),
    Route("PUT", f"{INGEST}/{{job}}/batches", "bulk.ingest.upload", bulk_ingest.upload, write=True),
    Route("GET", f"{INGEST}/{{job}}/successfulResults", "bulk.ingest.successful", bulk_ingest.successful),
    Route("GET", f"{INGEST}/{{job}}/failedResults", "bulk.ingest.failed", bulk_ingest.failed),
    Route("GET", f"{INGEST}/{{job}}/unprocessedrecords", "bulk.ingest.unprocessed", bulk_ingest.unprocessed),
    # the real service minds no capitals here, and clients write them
    Route("GET", f"{INGEST}/{{job}}/unprocessedRecords", "bulk.ingest.unprocessed", bulk_ingest.unprocessed),
    Route("GET", QUERY, "bulk.query.list", bulk_query.list_jobs),
    Route("POST", QUERY, "bulk.query.create", bulk_query.create),
    Route("GET", f"{QUERY}/{{job}}", "bulk.query.look", bulk_query.look),
    Route("PATCH", f"{QUERY}/{{job}}", "bulk.query.change", bulk_query.change),
    Route("DELETE", f"{QUERY}/{{job}}", "bulk.query.delete", bulk_query.delete),
    Route("GET", f"{QUERY}/{{job}}/results", "bulk.query.results", bulk_query.results),
)

ROUTES = (*TOOLING, *BULK)
