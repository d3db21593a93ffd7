"""What each provider answers where it refuses, by the door that is asked."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

from connectors.simulators.faults import Fault
from connectors.simulators.simulator import Reply
from connectors.wire import MEGABYTE
from tests.integration.bad_input.answers import HTML, PAGE, answer, google_error
from tests.scenario.matrix.stages import Door

OVER_THE_BOUND = 64 * MEGABYTE + 1
Spoiling = dict[str, Any]


def _words(door: Door, status: int) -> object:
    """The refusal of an overloaded or broken service, as this door words it."""
    if door.path == "^/token$":
        return {"error": "rate_limit_exceeded" if status == 429 else "internal_failure"}
    if door.side == "google":
        reason, message = ("rateLimitExceeded", "Rate Limit Exceeded") if status == 429 else ("backendError", "Backend")
        return google_error(status, reason, message)
    # Salesforce itself knows no 429; what answers so stands in front of it.
    return "" if status == 429 else [{"errorCode": "UNKNOWN_EXCEPTION", "message": "An unexpected error occurred."}]


def refused(door: Door, status: int, **headers: str) -> Spoiling:
    return dict(answer(_words(door, status), status, {n.replace("_", "-"): v for n, v in headers.items()}))


def gateway(status: int) -> Spoiling:
    """The page of whatever stands in front of the service."""
    return dict(answer("<html><body><h1>Service Unavailable</h1></body></html>", status, HTML))


def login_page() -> Spoiling:
    return dict(answer(PAGE, headers=HTML))


def in_seconds(door: Door, seconds: str) -> Spoiling:
    return refused(door, 429, Retry_After=seconds)


def at_a_date(door: Door, seconds: float) -> Spoiling:
    """A date counts from the `Date` that every answer of ours has: that of the real clock."""
    until = datetime.now(UTC) + timedelta(seconds=seconds)
    return refused(door, 429, Retry_After=format_datetime(until, usegmt=True))


@dataclass(kw_only=True)
class Oversized(Fault):
    """A body without end, in clear or as a bomb that is small on the wire."""

    packed: bool = False

    def reply(self, make: type[Reply] | Callable[..., Reply]) -> Reply | None:
        body = b"[" + b" " * OVER_THE_BOUND
        headers = {"Content-Type": "application/json"} | ({"Content-Encoding": "gzip"} if self.packed else {})
        return make(status=200, headers=headers, body=gzip.compress(body, 1) if self.packed else body)
