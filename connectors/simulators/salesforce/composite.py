"""Several requests in one call, each of which may use what the ones before it answered.

REST API Developer Guide, "Composite" and "allOrNone Parameters in Composite and Collections Requests": at most
25 sub-requests, of which at most five are queries or collections; the whole counts as one call; a reference is
`@{id.member}` or `@{id[0].member}`. With allOrNone a failure, also of one record of a collection, undoes
everything: the one that failed keeps its answer, all others say that they were halted.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from connectors.simulators.salesforce import errors, routes
from connectors.simulators.salesforce.answers import Answer, Parts, body
from connectors.simulators.salesforce.transaction import Transaction
from connectors.simulators.simulator import Request

MOST = 25
MOST_HEAVY = 5
METHODS = ("POST", "PUT", "PATCH", "GET", "DELETE")
INHERITED = ("accept", "authorization", "content-type")

_HEAVY = re.compile(r"/services/data/v\d+\.0/(?:query|queryAll|composite/sobjects)(?:[/?]|$)")
_NAME = re.compile(r"[A-Za-z0-9]\w*", re.ASCII)
_REFERENCE = re.compile(r"@\{(?P<name>\w+)(?P<path>(?:\.\w+|\[\d+\])*)\}")
_STEP = re.compile(r"\.(\w+)|\[(\d+)\]")


@dataclass(frozen=True)
class Part:
    method: str
    url: str
    name: str
    headers: Mapping[str, str]
    body: Any


@dataclass(frozen=True)
class Outcome:
    """What became of a part. `failed` is also a collection in which one record failed."""

    name: str | None
    status: int
    value: Any
    headers: Mapping[str, str]

    @property
    def failed(self) -> bool:
        records = self.value if isinstance(self.value, list) else []
        return self.status >= 300 or any(isinstance(r, dict) and r.get("success") is False for r in records)

    def listed(self) -> dict[str, Any]:
        return {
            "body": self.value,
            "httpHeaders": dict(self.headers),
            "httpStatusCode": self.status,
            "referenceId": self.name,
        }


def run(tx: Transaction, request: Request, _: Parts) -> Answer:
    given = body(request)
    listed = given.get("compositeRequest") if isinstance(given, dict) else None
    if not isinstance(listed, list) or not listed:
        raise errors.unparsable("Cannot deserialize instance of CompositeRequest: compositeRequest is missing")
    parts = [_part(one) for one in listed]
    _check_names(parts)
    excess = _excess(parts)
    outcomes = [excess] if excess else _carry_out(tx, parts, all_or_none=given.get("allOrNone") is True)
    return Answer(value={"compositeResponse": [outcome.listed() for outcome in outcomes]})


def outline(text: bytes) -> tuple[int, bool]:
    """(number of parts, whether one of them means to write) of a body, for the log of calls."""
    try:
        listed = json.loads(text)["compositeRequest"]
        wanted = [(str(part["method"]), urlsplit(str(part["url"])).path) for part in listed]
    except (ValueError, KeyError, TypeError):
        return 1, False
    return len(wanted), any(routes.is_write(method, path) for method, path in wanted)


# -- reading


def _part(given: Any) -> Part:
    if not isinstance(given, dict):
        raise errors.unparsable("Cannot deserialize instance of CompositeSubrequest from a value that is no object")
    for name in ("method", "url", "referenceId"):
        if not isinstance(given.get(name), str):
            raise errors.unparsable(f"Missing required property '{name}' in composite subrequest")
    if given["method"] not in METHODS:
        raise errors.unparsable(f"Unsupported method '{given['method']}' in composite subrequest")
    told = given.get("httpHeaders") or {}
    if not isinstance(told, dict):
        raise errors.unparsable("Cannot deserialize instance of httpHeaders from a value that is no object")
    headers = {name.lower(): str(value) for name, value in told.items()}
    for name in INHERITED:
        if name in headers:
            raise errors.unparsable(f"The header '{name}' cannot be set on a composite subrequest")
    return Part(given["method"], given["url"], given["referenceId"], headers, given.get("body"))


def _check_names(parts: list[Part]) -> None:
    seen: set[str] = set()
    for part in parts:
        if not _NAME.fullmatch(part.name):
            text = (
                f"Provided referenceId ('{part.name}') must start with a letter or a number, "
                "and it can contain only letters, numbers and underscores ('_')."
            )
            raise errors.unparsable(text)
        if part.name in seen:
            raise errors.unparsable(f"Provided referenceId ('{part.name}') is used more than once.")
        seen.add(part.name)


def _excess(parts: list[Part]) -> Outcome | None:
    """One refusal in place of all answers, under no name: that is how too large a composite is told."""
    heavy = sum(bool(_HEAVY.match(part.url)) for part in parts)
    if len(parts) > MOST:
        text = f"The request can’t contain more than {MOST} operations."
    elif heavy > MOST_HEAVY:
        text = f"The request can’t contain more than {MOST_HEAVY} query or sObject Collections operations."
    else:
        return None
    return Outcome(None, 400, [{"errorCode": "LIMIT_EXCEEDED", "message": text}], {})


# -- carrying out


def _carry_out(tx: Transaction, parts: list[Part], *, all_or_none: bool) -> list[Outcome]:
    mark = tx.org.store.mark()
    done: dict[str, Outcome] = {}
    for part in parts:
        done[part.name] = outcome = _outcome(tx, part, done)
        if all_or_none and outcome.failed:
            tx.org.store.roll_back(mark)
            return [outcome if other is part else _halted(other) for other in parts]
    return list(done.values())


def _halted(part: Part) -> Outcome:
    text = "The transaction was rolled back since another operation in the same transaction failed."
    return Outcome(part.name, 400, [{"errorCode": "PROCESSING_HALTED", "message": text}], {})


def _outcome(tx: Transaction, part: Part, done: Mapping[str, Outcome]) -> Outcome:
    try:
        answer = routes.nested(tx, _request(part, done))
    except errors.Refused as refused:
        return Outcome(part.name, refused.status, [refused.alone()], {})
    except errors.Several as several:
        return Outcome(part.name, 300, addresses(tx, several), {})
    return Outcome(part.name, answer.status, answer.value, answer.headers)


def addresses(tx: Transaction, several: errors.Several) -> list[str]:
    """Of all records that one external id means."""
    objects = ((tx.org.store.object_of(record_id), record_id) for record_id in several.ids)
    return [tx.record_url(sobject.name, record_id) for sobject, record_id in objects if sobject]


def _request(part: Part, done: Mapping[str, Outcome]) -> Request:
    """The part as a request of its own, its references replaced by what they mean."""
    try:
        address = urlsplit(_REFERENCE.sub(lambda found: str(_value(found, done)), part.url))
    except ValueError:
        raise errors.resource_not_found() from None
    content = b"" if part.body is None else json.dumps(_filled(part.body, done)).encode()
    return Request(
        method=part.method,
        path=unquote(address.path),
        query=parse_qs(address.query, keep_blank_values=True),
        headers=part.headers,
        body=content,
    )


def _filled(value: Any, done: Mapping[str, Outcome]) -> Any:
    """The value with its references replaced; one that stands alone keeps the type of what it means."""
    if isinstance(value, dict):
        return {name: _filled(one, done) for name, one in value.items()}
    if isinstance(value, list):
        return [_filled(one, done) for one in value]
    if not isinstance(value, str):
        return value
    alone = _REFERENCE.fullmatch(value)
    return _value(alone, done) if alone else _REFERENCE.sub(lambda found: str(_value(found, done)), value)


def _value(found: re.Match[str], done: Mapping[str, Outcome]) -> Any:
    outcome = done.get(found["name"])
    value: Any = outcome.value if outcome and outcome.status < 300 else None
    try:
        for member, index in _STEP.findall(found["path"]):
            value = value[member] if member else value[int(index)]
    except (KeyError, IndexError, TypeError):
        text = f"Invalid reference specified. No value for {found['name']}{found['path']} found in {found['name']}"
        raise errors.Refused("PROCESSING_HALTED", text, None) from None
    return value
