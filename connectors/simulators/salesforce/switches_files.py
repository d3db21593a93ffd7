"""The control door's verb for what files may take."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from connectors.simulators.salesforce.arguments import Arguments

# of the partner WSDL's ExceptionCode: where files lie elsewhere, or cannot be told from a fault
BROKEN = (
    "CONTENT_HUB_AUTHENTICATION_EXCEPTION",
    "CONTENT_HUB_SECURITY_EXCEPTION",
    "CONTENT_HUB_TIMEOUT_EXCEPTION",
    "CONTENT_HUB_UNEXPECTED_EXCEPTION",
    "UNKNOWN_EXCEPTION",
)


def files(given: Arguments) -> dict[str, Any]:
    """What is not named stays as it is."""
    org = given.org
    org.largest_body = int(given.number("body", org.largest_body))
    org.largest_file = int(given.number("file", org.largest_file))
    org.largest_attachment = int(given.number("attachment", org.largest_attachment))
    org.files_full = given.flag("full", default=org.files_full)
    if "blocked" in given.values:
        org.blocked_files = frozenset(one.lower().removeprefix(".") for one in given.texts("blocked"))
    if "broken" in given.values:
        org.files_broken = _code(given.text("broken", ""))
    return {
        "body": org.largest_body,
        "file": org.largest_file,
        "attachment": org.largest_attachment,
        "full": org.files_full,
        "blocked": sorted(org.blocked_files),
        "broken": org.files_broken,
    }


def _code(code: str) -> str:
    if code and code not in BROKEN:
        raise ValueError(f"“{code}” is no error of files; there are {list(BROKEN)}")
    return code


VERBS: dict[str, Callable[[Arguments], Any]] = {"files": files}
