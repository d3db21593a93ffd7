"""Which resource a method and a path mean, and the same for a request inside a composite."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from connectors.simulators.salesforce import batches, describe, errors, queries, replication, resources, uploads
from connectors.simulators.salesforce.answers import Answer, Parts
from connectors.simulators.salesforce.org import Org
from connectors.simulators.salesforce.transaction import PAGE, Transaction
from connectors.simulators.simulator import Request

Run = Callable[[Transaction, Request, Parts], Answer]


@dataclass(frozen=True)
class Route:
    """A resource and one of its methods. `nested`: whether a composite request may contain it."""

    method: str
    path: str
    operation: str
    run: Run
    write: bool = False
    nested: bool = True
    pattern: re.Pattern[str] = field(init=False)

    def __post_init__(self) -> None:
        named = re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", self.path).replace("{value...}", "(?P<value>.+)")
        object.__setattr__(self, "pattern", re.compile(named.rstrip("/") + "/?"))


ROUTES = (
    Route("GET", "", "resources", resources.list_resources, nested=False),
    Route("GET", "/limits", "limits", resources.list_limits, nested=False),
    Route("GET", "/query", "query", queries.run_query),
    Route("GET", "/queryAll", "queryAll", queries.run_query_all),
    Route("GET", "/query/{locator}", "query.more", queries.query_more),
    Route("GET", "/queryAll/{locator}", "query.more", queries.query_more),
    Route("POST", "/composite/sobjects", "collections.create", batches.create, write=True),
    Route("PATCH", "/composite/sobjects", "collections.update", batches.update, write=True),
    Route("DELETE", "/composite/sobjects", "collections.delete", batches.delete, write=True),
    Route("GET", "/composite/sobjects/{object}", "collections.retrieve", batches.retrieve),
    Route("POST", "/composite/sobjects/{object}", "collections.retrieve", batches.retrieve),
    Route("PATCH", "/composite/sobjects/{object}/{field}", "collections.upsert", batches.upsert, write=True),
    Route("GET", "/sobjects", "describe.global", resources.list_objects),
    Route("GET", "/sobjects/{object}", "sobject.basics", resources.basics),
    Route("POST", "/sobjects/{object}", "sobject.create", resources.create, write=True),
    Route("GET", "/sobjects/{object}/describe", "describe", resources.describe_object),
    Route("GET", "/sobjects/{object}/deleted", "deleted", replication.list_deleted),
    Route("GET", "/sobjects/{object}/updated", "updated", replication.list_updated),
    Route("GET", "/sobjects/ContentVersion/{id}/VersionData", "sobject.blob", uploads.read_version, nested=False),
    Route("GET", "/sobjects/Attachment/{id}/Body", "sobject.blob", uploads.read_attachment, nested=False),
    Route("GET", "/sobjects/{object}/{id}", "sobject.retrieve", resources.retrieve),
    Route("PATCH", "/sobjects/{object}/{id}", "sobject.update", resources.update, write=True),
    Route("DELETE", "/sobjects/{object}/{id}", "sobject.delete", resources.delete, write=True),
    Route("GET", "/sobjects/{object}/{field}/{value...}", "sobject.retrieve", resources.retrieve_by_key),
    Route("PATCH", "/sobjects/{object}/{field}/{value...}", "sobject.upsert", resources.upsert, write=True),
)


def find_route(table: tuple[Route, ...], method: str, path: str) -> tuple[Route, Parts]:
    """The route of a path within a version. Raises Refused: 404, or 405 where another method would do."""
    method = "GET" if method == "HEAD" else method
    found = [(route, match) for route in table if (match := route.pattern.fullmatch(path))]
    for route, match in found:
        if route.method == method:
            return route, match.groupdict()
    if not found:
        raise errors.resource_not_found()
    # the first match is the resource; what else matches only reads the path more loosely
    allowed = sorted({route.method for route, _ in found if route.path == found[0][0].path})
    text = f"HTTP Method '{method}' not allowed. Allowed are {','.join(allowed)}"
    raise errors.Refused("METHOD_NOT_ALLOWED", text, None, 405)


VERSIONED = re.compile(r"/services/data/v(?P<version>\d+)\.0(?P<path>/.*|)")


def is_write(method: str, path: str) -> bool:
    """Whether a sub-request means to change records."""
    found = VERSIONED.fullmatch(path)
    try:
        return bool(found) and find_route(ROUTES, method, found["path"] if found else "")[0].write
    except errors.Refused:
        return False


def check_version(number: int, *, org: Org) -> None:
    if 0 < number < describe.OLDEST_VERSION:
        text = f"The requested resource has been retired: API version {number}.0 is no longer supported"
        raise errors.Refused("GONE", text, None, 410)
    if not number or number > org.newest_version:
        raise errors.resource_not_found()


def heed_headers(tx: Transaction, request: Request) -> None:
    tx.allow_duplicates = "allowsave=true" in _squeezed(request.headers.get("sforce-duplicate-rule-header", ""))
    asked = re.search(r"batchsize=(\d+)", _squeezed(request.headers.get("sforce-query-options", "")))
    tx.page = min(max(int(asked[1]), 200), PAGE) if asked else PAGE


def _squeezed(text: str) -> str:
    return text.replace(" ", "").lower()


def nested(tx: Transaction, request: Request) -> Answer:
    """The answer of a request inside a composite: no token, no counting. Raises Refused and Several."""
    found = VERSIONED.fullmatch(request.path)
    if not found:
        raise errors.resource_not_found()
    check_version(int(found["version"]), org=tx.org)
    route, parts = find_route(ROUTES, request.method, found["path"])
    if not route.nested:
        raise errors.resource_not_found()
    inner = replace(tx, version=f"{found['version']}.0")
    heed_headers(inner, request)
    return route.run(inner, request, parts)
