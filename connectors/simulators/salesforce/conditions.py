"""Requests on a single record that hold only if it changed, or did not change, since a time.

REST API Developer Guide, "Conditional Request Headers": If-Modified-Since and If-Unmodified-Since compare with the
last modified date, which has whole seconds; a time that cannot be read refuses a PATCH with 400; DELETE knows
neither. Entity tags exist for accounts only and are not part of this slice. The guide gives the status 412 without a
body; the code here is the one that the partner WSDL has for it, its words are inferred.
"""

from __future__ import annotations

from datetime import UTC
from email.utils import parsedate_to_datetime

from connectors.simulators.salesforce import errors, values
from connectors.simulators.salesforce.store import Row
from connectors.simulators.simulator import Request


def unchanged(request: Request, row: Row) -> bool:
    """Whether the reader has this state of the record already: 304."""
    since = _time(request, "if-modified-since")
    return since is not None and row["LastModifiedDate"] <= since


def check(request: Request, row: Row) -> None:
    """Raises Refused (412) for a record that changed after the time of If-Unmodified-Since, (400) for no time."""
    since = _time(request, "if-unmodified-since")
    if since is None and request.method == "PATCH" and "if-unmodified-since" in request.headers:
        raise errors.Refused("BAD_REQUEST", "Invalid value for header If-Unmodified-Since", None)
    if since is not None and row["LastModifiedDate"] > since:
        text = "The record has been modified after the time in If-Unmodified-Since"
        raise errors.Refused("ENTITY_FAILED_IFLASTMODIFIED_ON_UPDATE", text, None, 412)


def _time(request: Request, header: str) -> str | None:
    try:
        there = parsedate_to_datetime(request.headers[header])
        return values.moment(there.replace(tzinfo=there.tzinfo or UTC).timestamp())
    except (KeyError, ValueError, OverflowError):
        return None
