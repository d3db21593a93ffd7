"""The control door's verb for what files may take."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from connectors.simulators.salesforce.arguments import Arguments


def files(given: Arguments) -> dict[str, Any]:
    """What is not named stays as it is."""
    org = given.org
    org.largest_body = int(given.number("body", org.largest_body))
    org.largest_file = int(given.number("file", org.largest_file))
    org.files_full = given.flag("full", default=org.files_full)
    return {"body": org.largest_body, "file": org.largest_file, "full": org.files_full}


VERBS: dict[str, Callable[[Arguments], Any]] = {"files": files}
