"""What a server may send back that is not what was asked for, and by which code we know it."""

from __future__ import annotations

import json
from collections.abc import Mapping

NON_JSON = "network.NON_JSON_ANSWER"
RESET = "network.CONNECTION_RESET"
TRUNCATED = "network.TRUNCATED_ANSWER"
TIMEOUT = "network.READ_TIMEOUT"
TOO_LARGE = "network.ANSWER_TOO_LARGE"
REFUSED = "network.CONNECTION_REFUSED"
NO_NAME = "network.DNS_FAILURE"
NOT_ALLOWED = "network.HOST_NOT_ALLOWED"
CERTIFICATE = "network.TLS_FAILURE"

PAGE = "<!doctype html><html><head><title>Welcome</title></head><body><h1>Please sign in to this network</h1></body>"
HTML = {"Content-Type": "text/html"}

Spoiling = Mapping[str, object]


def answer(body: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Spoiling:
    """Another answer than the true one; nothing is carried out."""
    text = body if isinstance(body, str) else json.dumps(body)
    return {"action": "answer", "status": status, "headers": headers or {}, "body": text}


# No answer to anything at all, whoever is asked.
MEANINGLESS: Mapping[str, tuple[Spoiling, str]] = {
    "malformed JSON": (answer('{"messages": ['), NON_JSON),
    "a page": (answer(PAGE, headers=HTML), NON_JSON),
    "nothing": (answer(""), NON_JSON),
    "null": (answer("null"), NON_JSON),
    "a number": (answer("7"), NON_JSON),
    "a text": (answer('"fine"'), NON_JSON),
    "an empty list": (answer([]), NON_JSON),
    "an empty object": (answer({}), NON_JSON),
    "another object": (answer({"status": "ok", "data": []}), NON_JSON),
    "brackets without end": (answer("[" * 100_000), NON_JSON),
    "a redirect to a page": (
        answer(PAGE, 302, {"Location": "https://elsewhere.invalid/", **HTML}),
        NON_JSON,
    ),
    "a dropped connection": ({"action": "drop_before"}, RESET),
    "half of an answer": ({"action": "truncate"}, TRUNCATED),
}
# What takes longer than a request may take in all, although something may come in time again and again.
SLOW: Mapping[str, Spoiling] = {
    "a drop at a time": {"action": "drip", "pause": 0.05},
    "silence": {"action": "delay", "delay": 1.5},
}
# Enough to see that every door is watched; the whole table is tried at one.
TELLING = ("malformed JSON", "an empty object", "an error inside a 200", "a dropped connection")


def google_error(status: int, reason: str, message: str) -> dict[str, object]:
    """What Gmail says where it refuses."""
    return {
        "error": {
            "code": status,
            "message": message,
            "errors": [{"message": message, "domain": "global", "reason": reason}],
        }
    }


# A good status with a refusal behind it.
FROM_GOOGLE: Mapping[str, tuple[Spoiling, str]] = {
    **MEANINGLESS,
    "an error inside a 200": (
        answer(google_error(503, "backendError", "Backend Error")),
        "google.backendError",
    ),
    "an error beside an answer": (
        answer(google_error(503, "backendError", "Backend Error") | {"historyId": "1", "resultSizeEstimate": 0}),
        "google.backendError",
    ),
    "a quota inside a 200": (
        answer(google_error(429, "rateLimitExceeded", "Rate Limit Exceeded")),
        "google.rateLimitExceeded",
    ),
}
FROM_SALESFORCE: Mapping[str, tuple[Spoiling, str]] = {
    **MEANINGLESS,
    "an error inside a 200": (
        answer([{"errorCode": "SERVER_UNAVAILABLE", "message": "Servers are busy"}]),
        "salesforce.SERVER_UNAVAILABLE",
    ),
    "an error alone inside a 200": (
        answer({"errorCode": "UNKNOWN_EXCEPTION", "message": "An unexpected error occurred."}),
        "salesforce.UNKNOWN_EXCEPTION",
    ),
    "objects that are none": (answer([None, 7, "x"]), NON_JSON),
    "a composite of nothing": (answer({"compositeResponse": []}), NON_JSON),
    "a composite of something else": (answer({"compositeResponse": [None, 7]}), NON_JSON),
}
