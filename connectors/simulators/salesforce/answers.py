"""What a resource answers, and how it reads what it was sent."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from connectors.simulators.salesforce import errors
from connectors.simulators.salesforce.schema import SObject
from connectors.simulators.salesforce.transaction import Transaction
from connectors.simulators.simulator import Request

Parts = Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Answer:
    """`value` is what becomes the JSON body; `None` is no body at all. `csv` is the body where it is no JSON."""

    value: Any = None
    csv: bytes | None = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    raw: bytes | None = None  # the body itself, where it is no JSON


def body(request: Request) -> Any:
    """The JSON of a request. Raises Refused (JSON_PARSER_ERROR)."""
    if not request.body.strip():
        raise errors.unparsable("The HTTP entity body is required, but this request has no entity body.")
    if b"\\ud" in request.body.lower():
        _check_surrogates(request.body)
    try:
        return json.loads(request.body, parse_constant=_no_constant)
    except UnicodeDecodeError:
        raise errors.unparsable("Invalid UTF-8 start byte at [line:1, column:1]") from None
    except json.JSONDecodeError as error:
        raise errors.unparsable(_unexpected(error)) from None


def _no_constant(name: str) -> None:
    """JSON has no NaN and no Infinity, though Python reads them."""
    raise errors.unparsable(f"Non-standard token '{name}': not allowed at [line:1, column:1]")


def _check_surrogates(text: bytes) -> None:
    """Half of a pair is no character: no answer could be written that quotes it."""
    with suppress(ValueError):
        try:
            json.dumps(json.loads(text), ensure_ascii=False).encode()
        except UnicodeEncodeError:
            raise errors.unparsable("Incomplete surrogate pair at [line:1, column:1]") from None


def _unexpected(error: json.JSONDecodeError) -> str:
    place = f"at [line:{error.lineno}, column:{error.colno}]"
    if error.pos >= len(error.doc):
        return f"Unexpected end-of-input {place}"
    sign = error.doc[error.pos]
    return f"Unexpected character ('{sign}' (code {ord(sign)})): {error.msg} {place}"


def sobject_of(tx: Transaction, parts: Parts) -> SObject:
    found = tx.object(parts["object"])
    if found is None:
        raise errors.resource_not_found()
    return found
