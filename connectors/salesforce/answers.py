"""Reads the errors out of what Salesforce answers. Never raises, whatever came.

    a single call          [{"errorCode", "message", "fields"}], or the object alone
    sObject Collections    HTTP 200, [{"success": false, "errors": [{"statusCode", "message", "fields"}]}]
    Composite, its kin     HTTP 200, compositeResponse[].{httpStatusCode, body}, results[].{result | errors}
    upsert, several hits   HTTP 300, the addresses of the records
    token endpoint         {"error", "error_description"}, or the same in the address of a redirect
    Bulk API 2.0 job       HTTP 200, {"state", "errorMessage", "numberRecordsFailed"}
    SOAP and Metadata API  faultcode, exceptionCode, statusCode elements
    identity service       one bare word
    gateways               an HTML page, or nothing

Sources: "Status Codes and Error Responses" and "Composite Resources" in the REST API Developer Guide,
"OAuth 2.0 Authorization Errors" in Salesforce Help, and answers that public client libraries keep as fixtures.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from connectors.bodies import element, form_fields, is_markup, items, json_value, mapping, page_words, pieces, words
from connectors.errors import Answer, Detail

# What fell only because another record of the same request did.
COMPANIONS = frozenset({"ALL_OR_NONE_OPERATION_ROLLED_BACK", "PROCESSING_HALTED"})

# Reasons: shapes that only one kind of answer has.
SEVERAL_RECORDS = "several records"
JOB_FAILED = "job failed"
RECORDS_FAILED = "records failed"
PAGE = "page"
NOT_JSON = "not json"

_DEEPEST = 6
_NESTED = ("compositeResponse", "results", "errors", "result", "body")
_SHAPES = (
    ("errorCode", "message"),
    ("statusCode", "message"),
    ("exceptionCode", "exceptionMessage"),
    ("error", "error_description"),
)

# What a message tells beside its code; several patterns of one code add up, the later wins.
_TELLING: Mapping[str, tuple[str, ...]] = {
    "DUPLICATE_VALUE": (r"found: (?P<field>\S+) duplicates value on record with id: (?P<record_id>\w{15,18})",),
    "DUPLICATE_EXTERNAL_ID": (r"^(?P<field>\w+): .{0,80}\[(?P<candidates>\w+(?:, \w+)*)\]",),
    "REQUEST_LIMIT_EXCEEDED": (r"(?P<limit>\w+) Limit exceeded",),
    "STRING_TOO_LONG": (r"^(?P<label>[^:]{1,80}): data value too large", r"max length=(?P<longest>\d+)"),
    "INVALID_FIELD": (r"No such column '(?P<field>[^']+)' on (?:entity|sobject of type) '?(?P<object>\w+)",),
    "INVALID_TYPE": (r"sObject type '(?P<object>\w+)'",),
    "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST": (r"restricted picklist field: (?P<value>.+)",),
    "UNKNOWN_EXCEPTION": (r"ErrorId: (?P<reference>[\d-]+ \(-?\d+\))",),
    "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY": (
        r"^entity type cannot be \w+: (?P<object>\w+(?: \w+)*)",
        r"^(?P<trigger>[\w.]+): execution of (?P<event>\w+)",
        r"caused by: (?P<exception>[\w.]+): (?P<inner_message>[^\n]+)",
        r"first error: (?P<inner_code>[A-Z]\w+), (?P<inner_message>[^\n]+)",
        r"line (?P<line>\d+)",
    ),
    "CANNOT_EXECUTE_FLOW_TRIGGER": (
        r"because the [\"'“](?P<flow>[^\"'”]+)[\"'”] process failed",
        r"(?:occurred|details)[^:\n]*: (?P<inner_code>[A-Z]\w+): (?P<inner_message>[^\n]+)",
    ),
    "OAUTH_APPROVAL_ERROR_GENERIC": (
        r"\b(?P<inner_code>(?!OAUTH_APPROVAL_ERROR_GENERIC)OAUTH_[A-Z_]+)",
        r"(?P<inner_message>app must be installed[^.\n]*|not admin approved[^.\n]*|blocked by[^.\n]*)",
    ),
}
# The fields that a message names where the answer does not list them.
_FIELDS: Mapping[str, str] = {
    "REQUIRED_FIELD_MISSING": r"missing: \[(?P<names>\w+(?:, ?\w+)*)",
    "INVALID_FIELD_FOR_INSERT_UPDATE": r"fields: (?P<names>\w+(?:, ?\w+)*)",
}


def details(answer: Answer) -> list[Detail]:
    """Every error in the answer, in its order; none where it names none."""
    value = json_value(answer.body)
    found = list(_in_json(value)) if value is not None else list(_in_text(answer.body))
    return found or list(_in_headers(answer))


def item_details(result: object) -> list[Detail]:
    """Every error of one entry of a collections answer: the entry, or one element of its `errors`."""
    return list(_in_json(result))


def _in_json(value: object, depth: int = 0) -> Iterator[Detail]:
    if depth > _DEEPEST:
        return
    if isinstance(value, list):
        yield from _in_list(value, depth)
    elif own := _own_error(mapping(value)):
        yield own
    elif not _succeeded(mapping(value)):
        inside = mapping(value)
        for name in (each for each in _NESTED if each in inside):
            yield from _in_json(inside[name], depth + 1)


def _in_list(values: list[object], depth: int) -> Iterator[Detail]:
    addresses = [value for value in values if isinstance(value, str)]
    if addresses and len(addresses) == len(values):
        ids = [address.rsplit("/", 1)[-1] for address in addresses]
        yield Detail(reason=SEVERAL_RECORDS, message=words(", ".join(addresses)), evidence={"candidates": ids})
        return
    for value in values:
        yield from _in_json(value, depth + 1)


def _succeeded(value: Mapping[str, object]) -> bool:
    status = value.get("httpStatusCode")
    return isinstance(status, int) and 200 <= status < 300


def _own_error(value: Mapping[str, object]) -> Detail | None:
    for code, message in _SHAPES:
        if words(value.get(code)):
            return _detail(words(value[code]), words(value.get(message)), value)
    return _job_error(value)


def _job_error(value: Mapping[str, object]) -> Detail | None:
    """A Bulk API 2.0 job: a 200 although the job, or some of its records, failed."""
    failed = value.get("numberRecordsFailed")
    if "state" not in value or failed is None:
        return None
    if message := words(value.get("errorMessage")):
        code, _, rest = message.partition(":")
        return Detail(code=code.strip(), reason=JOB_FAILED, message=rest.strip() or message)
    if value["state"] == "Failed":
        return Detail(reason=JOB_FAILED)
    return Detail(reason=RECORDS_FAILED, evidence={"failed": failed}) if isinstance(failed, int) and failed else None


def _detail(code: str, message: str, value: Mapping[str, object]) -> Detail:
    named = tuple(words(name) for name in items(value.get("fields")) if words(name))
    return Detail(
        code=code,
        message=message,
        fields=named or _fields_in(code, message),
        companion=code in COMPANIONS,
        evidence=_evidence(code, message, value),
    )


def _fields_in(code: str, message: str) -> tuple[str, ...]:
    found = re.search(_FIELDS[code], message) if code in _FIELDS else None
    return tuple(name.strip() for name in found["names"].split(",")) if found else ()


def _evidence(code: str, message: str, value: Mapping[str, object]) -> dict[str, object]:
    told: dict[str, object] = {}
    for pattern in _TELLING.get(code, ()):
        if found := re.search(pattern, message):
            told |= found.groupdict()
    if "candidates" in told:
        told["candidates"] = words(told["candidates"]).split(", ")
    return told | _duplicates(value)


def _duplicates(value: Mapping[str, object]) -> dict[str, object]:
    """What a duplicate rule found. Salesforce spells the key `duplicateResut`, and some versions rightly."""
    result = mapping(value.get("duplicateResut") or value.get("duplicateResult"))
    if not result:
        return {}
    records = [
        words(mapping(mapping(match).get("record")).get("Id"))
        for matches in items(result.get("matchResults"))
        for match in items(mapping(matches).get("matchRecords"))
    ]
    return {
        "rule": words(result.get("duplicateRule")),
        "object": words(result.get("duplicateRuleEntityType")),
        "allow_save": result.get("allowSave") is True,
        "candidates": [record for record in dict.fromkeys(records) if record],
    }


def _in_text(text: str) -> Iterator[Detail]:
    page = page_words(text)
    if page is not None:
        named = re.search(r"\bOAUTH_[A-Z_]+", page)
        yield _detail(named[0], page, {}) if named else Detail(reason=(PAGE, NOT_JSON), message=page)
    elif is_markup(text):
        yield from _in_markup(text)
    elif found := list(_in_form(text)):
        yield from found
    elif said := words(text.strip()):
        # The identity service answers with one bare word.
        yield Detail(code=said if re.fullmatch(r"\w+", said) else "", reason=NOT_JSON, message=said)


def _in_markup(text: str) -> Iterator[Detail]:
    for piece in pieces(text, "errors"):
        code = element(piece, "exceptionCode", "statusCode", "faultcode")
        # A fault code carries its namespace in front, and behind it what the log of Salesforce calls it.
        if code := re.sub(r"^\w+:|\(.*", "", code):
            yield _detail(code, element(piece, "exceptionMessage", "message", "faultstring", "error"), {})


def _in_form(text: str) -> Iterator[Detail]:
    fields = form_fields(text)
    if fields.get("error"):
        yield _detail(fields["error"], fields.get("error_description", ""), {})


def _in_headers(answer: Answer) -> Iterator[Detail]:
    """A redirect names its error in the address, or is no answer."""
    yield from _in_form(answer.headers.get("location", ""))
    if answer.redirects:
        yield Detail(reason=NOT_JSON, message="a redirect")
