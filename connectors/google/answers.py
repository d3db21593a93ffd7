"""Reads the errors out of what Google answers. Never raises, whatever came.

    Gmail, Calendar     {"error": {"code", "message", "status", "errors": [{"reason", "domain", "message"}]}}
    People, newer ones  {"error": {"code", "message", "status", "details": [{"@type", "reason", …}]}}
    token endpoint      {"error", "error_description", "error_subtype"}, or the same in a redirect's address
    an unknown address  an HTML page

The parts of a batch are answers of their own with the same bodies. Sources: "Resolve errors" of the Gmail API,
"Handle API errors" of the Calendar API, AIP-193, google/rpc/error_details.proto, "Using OAuth 2.0".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime

from connectors.bodies import form_fields, items, json_value, mapping, page_words, words
from connectors.errors import Answer, Detail

# Reasons: shapes that only one kind of answer has.
PAGE = "page"
NOT_JSON = "not json"

_RETRY_AT = re.compile(r"retry after (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d+)?Z", re.IGNORECASE)
_DELAY = re.compile(r"(\d{1,9}(?:\.\d{1,9})?)s")


def details(answer: Answer) -> list[Detail]:
    """The error in the answer, if it names one: one answer of Google's holds one error."""
    value = json_value(answer.body)
    found = list(_in_text(answer.body) if value is None else _in_json(value, answer))
    return found or list(_in_headers(answer))


def _in_json(value: object, answer: Answer) -> Iterator[Detail]:
    for each in items(value) or [value]:
        error = mapping(each).get("error")
        if isinstance(error, str) and error:
            yield _token_error(mapping(each))
        elif isinstance(error, Mapping):
            yield _api_error(error, answer)


def _token_error(value: Mapping[str, object]) -> Detail:
    return Detail(
        code=words(value["error"]),
        reason=words(value.get("error_subtype")),
        message=words(value.get("error_description")),
    )


def _api_error(error: Mapping[str, object], answer: Answer) -> Detail:
    told = [mapping(part) for part in items(error.get("details"))]
    first = mapping(next(iter(items(error.get("errors"))), None))
    message = words(error.get("message")) or words(first.get("message"))
    names = [*(words(part.get("reason")) for part in told), words(first.get("reason")), words(error.get("status"))]
    violations = [mapping(v) for part in told for v in items(part.get("fieldViolations"))]
    return Detail(
        reason=tuple(name for name in dict.fromkeys(names) if name),
        message=message,
        fields=tuple(words(v["field"]) for v in violations if words(v.get("field"))),
        evidence=_evidence(first, told),
        wait=_wait(message, told, answer.headers),
    )


def _evidence(first: Mapping[str, object], told: list[Mapping[str, object]]) -> dict[str, object]:
    """Where the error sits: the domain and place that Gmail names, the limit or service of newer answers."""
    places: list[tuple[Mapping[str, object], tuple[str, ...]]] = [(first, ("domain", "location"))]
    places += [(mapping(part.get("metadata")), ("service", "method", "quota_limit")) for part in told]
    return {name: words(place[name]) for place, names in places for name in names if words(place.get(name))}


def _wait(message: str, told: list[Mapping[str, object]], headers: Mapping[str, str]) -> float | None:
    """Seconds to wait: from a RetryInfo, or from the moment that Gmail writes into its message."""
    for part in told:
        if found := _DELAY.fullmatch(words(part.get("retryDelay"))):
            return float(found[1])
    found = _RETRY_AT.search(message)
    return _seconds_until(found[1], headers.get("date", "")) if found else None


def _seconds_until(moment: str, present: str) -> float | None:
    try:
        until = datetime.fromisoformat(f"{moment}+00:00")
        return (until - parsedate_to_datetime(present)).total_seconds()
    except (TypeError, ValueError, OverflowError, IndexError):
        return None


def _in_text(text: str) -> Iterator[Detail]:
    page = page_words(text)
    if page is not None:
        # The consent pages name the code: "Error 400: redirect_uri_mismatch".
        named = re.search(r"\bError \d{3}: (\w+)", page)
        yield Detail(code=named[1] if named else "", reason=(PAGE, NOT_JSON), message=page)
    elif found := list(_in_form(text)):
        yield from found
    elif text.strip():
        yield Detail(reason=NOT_JSON, message=words(text))


def _in_form(text: str) -> Iterator[Detail]:
    fields = form_fields(text)
    if fields.get("error"):
        yield _token_error(fields)


def _in_headers(answer: Answer) -> Iterator[Detail]:
    """A redirect of the consent page names its error in the address; a 401 without a body in the challenge."""
    yield from _in_form(answer.headers.get("location", ""))
    if found := re.search(r'error="(\w+)"', answer.headers.get("www-authenticate", "")):
        yield Detail(reason=found[1])
    if answer.redirects:
        yield Detail(reason=NOT_JSON, message="a redirect")
