"""The resources of the Tooling API. None of them can be a part of a composite of records."""

from __future__ import annotations

from connectors.simulators.salesforce import tooling, tooling_queries
from connectors.simulators.salesforce.routes import Route

ROUTES = (
    Route("GET", "/tooling", "tooling.resources", tooling.list_resources),
    Route("GET", "/tooling/query", "tooling.query", tooling_queries.run_query),
    Route("GET", "/tooling/sobjects", "tooling.describe.global", tooling.list_objects),
    Route("POST", "/tooling/sobjects/{object}", "tooling.create", tooling.create, write=True),
    Route("GET", "/tooling/sobjects/{object}/describe", "tooling.describe", tooling.describe_object),
    Route("GET", "/tooling/sobjects/{object}/{id}", "tooling.retrieve", tooling.retrieve),
    Route("PATCH", "/tooling/sobjects/{object}/{id}", "tooling.update", tooling.update, write=True),
    Route("DELETE", "/tooling/sobjects/{object}/{id}", "tooling.delete", tooling.delete, write=True),
)
