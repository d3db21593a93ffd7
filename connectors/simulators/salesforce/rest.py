"""The REST API's front: versions, tokens, the allowance, the table of resources, and how refusals are answered.

Sources: REST API Developer Guide ("Status Codes and Error Responses", "Headers"); the 401 for a POST without a
JSON content type is a recorded answer, its text/html body included.
"""

from __future__ import annotations

import uuid
from dataclasses import replace

from connectors.simulators.salesforce import composite, describe, errors, routes_setup, uploads
from connectors.simulators.salesforce.answers import Answer
from connectors.simulators.salesforce.org import Org
from connectors.simulators.salesforce.routes import ROUTES, VERSIONED, Route, check_version, find_route, heed_headers
from connectors.simulators.salesforce.transaction import Transaction
from connectors.simulators.simulator import Call, Reply, Request

LONGEST_ADDRESS = 16_384
FORM = "application/x-www-form-urlencoded"
NO_TOKEN_IN_FORM = (
    "<response>\n<faultcode>LOGIN_OAUTH_INVALID_TOKEN(db=1703,api=LOGIN_OAUTH_INVALID_TOKEN)</faultcode>\n"
    "<error>Failed: Invalid Token</error>\n</response>"
)

TABLE = (*ROUTES, *routes_setup.ROUTES, Route("POST", "/composite", "composite", composite.run))


def answer(org: Org, request: Request, call: Call, now: float, base_url: str) -> Reply:
    """The reply to a request under /services/data; `call` learns what was asked, and by whom."""
    if len(request.raw_target) > LONGEST_ADDRESS:
        return Reply.html("<h1>Bad Message 414</h1><pre>reason: URI Too Long</pre>", 414)
    if request.path.rstrip("/") == "/services/data":
        call.operation = "versions"
        return Reply.json(describe.versions(org.newest_version))
    tx = Transaction(org=org, user_id="", now=now, base_url=base_url)
    try:
        made = _run(tx, _tunnelled(request), call)
    except errors.Refused as refused:
        made = Answer(value=[refused.alone()], status=refused.status)
    except errors.Several as several:
        made = Answer(value=composite.addresses(tx, several), status=300)
    except _InvalidToken:
        return Reply.html(NO_TOKEN_IN_FORM, 401, {"Sfdc-OAuth-Error": "1703"})
    finally:
        org.store.commit()
    return _reply(tx, made)


class _InvalidToken(Exception):
    """The body was taken for a form in which a token should have stood."""


def _tunnelled(request: Request) -> Request:
    """`POST …?_HttpMethod=PATCH` is a PATCH, for clients that cannot send one."""
    method = request.first("_HttpMethod")
    return replace(request, method=method) if request.method == "POST" and method else request


def _run(tx: Transaction, request: Request, call: Call) -> Answer:
    found = VERSIONED.fullmatch(request.path)
    path = found["path"] if found else request.path
    _note(call, request.method, path, request)
    if found:
        tx.version = f"{found['version']}.0"
    tx.user_id = _authenticate(tx, request, call)
    check_version(int(found["version"]) if found else 0, org=tx.org)
    _count(tx)
    route, parts = find_route(TABLE, request.method, path)
    if request.method in ("POST", "PATCH"):
        request = _readable(tx, request, parts.get("object", ""))
    heed_headers(tx, request)
    return route.run(tx, request, parts)


def _note(call: Call, method: str, path: str, request: Request) -> None:
    """Writes into the log what is asked, before anything can refuse it."""
    try:
        route, _ = find_route(TABLE, method, path)
    except errors.Refused:
        call.write = method in ("POST", "PATCH", "PUT", "DELETE")
        return
    call.operation, call.write = route.operation, route.write
    if route.operation == "composite":
        call.parts, call.write = composite.outline(request.body)


def _authenticate(tx: Transaction, request: Request, call: Call) -> str:
    """The user of the token. Raises Refused (401, or 403 where the API is switched off)."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme and scheme.lower() not in ("bearer", "oauth"):
        raise errors.Refused("INVALID_AUTH_HEADER", "INVALID_HEADER_TYPE", None, 401)
    holder = tx.org.grants.holder(token.strip(), tx.now)
    if holder is None or not tx.org.user_active(holder.user_id):
        raise errors.Refused("INVALID_SESSION_ID", "Session expired or invalid", None, 401)
    call.account = (tx.org.store.get(holder.user_id) or {})["Username"]
    code, text = {
        "user": ("API_CURRENTLY_DISABLED", "API is disabled for this User"),
        "org": ("API_DISABLED_FOR_ORG", "API is not enabled for this Organization or Partner"),
    }.get(tx.org.api_off, ("", ""))
    if code:
        raise errors.Refused(code, text, None, 403)
    return holder.user_id


def _count(tx: Transaction) -> None:
    if tx.org.usage.used(tx.now) >= tx.org.usage.allowed:
        raise errors.Refused("REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.", None, 403)
    tx.org.usage.count(tx.now)


def _readable(tx: Transaction, request: Request, name: str) -> Request:
    """The request with a JSON body: a file may come beside its record in parts, and is not held to the size of JSON."""
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind == uploads.MULTIPART and name in uploads.BLOBS:
        return uploads.unpacked(request)
    _check_content_type(request)
    uploads.check_size(tx.org, request)
    return request


def _check_content_type(request: Request) -> None:
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind in ("", FORM):
        raise _InvalidToken
    if kind != "application/json":
        text = f"Content-Type header specified in HTTP request is not supported: {kind}"
        raise errors.Refused("UNSUPPORTED_MEDIA_TYPE", text, None, 415)


# -- answering


def _reply(tx: Transaction, made: Answer) -> Reply:
    request_id = uuid.uuid4().hex
    headers = {"X-SFDC-Request-Id": request_id, "X-Request-Id": request_id} | dict(made.headers)
    if tx.user_id:
        headers["Sforce-Limit-Info"] = f"api-usage={tx.org.usage.used(tx.now)}/{tx.org.usage.allowed}"
    if made.csv is not None:
        return Reply(status=made.status, headers={"Content-Type": "text/csv"} | headers, body=made.csv)
    if made.raw is not None:
        return Reply(status=made.status, headers=headers | {"Content-Type": "application/octetstream"}, body=made.raw)
    if made.value is None:
        return Reply(status=made.status, headers=headers)
    return Reply.json(made.value, made.status, headers)
