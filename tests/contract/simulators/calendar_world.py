"""Calendar of the Google simulator, with Google's own client library, and events to put there."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import google_auth_httplib2  # type: ignore[import-untyped]  # has no stubs
import pytest
from googleapiclient.discovery import build_from_document
from googleapiclient.discovery_cache import get_static_doc
from googleapiclient.errors import HttpError

from tests.contract.simulators.google_world import ADA, BOB, Case, GoogleWorld, Got, NewCredentials, api_refusal

DIARY = "https://www.googleapis.com/auth/calendar"
PRIMARY = "primary"
DAY = 86_400
DOCUMENT = json.loads(get_static_doc("calendar", "v3"))


def diary(google: GoogleWorld, email: str = ADA, *scopes: str) -> Any:
    """The service Calendar for an account that has all of its scopes, unless others are named."""
    token = google.account(email, *(scopes or (DIARY,)))["access_token"]
    http = google_auth_httplib2.AuthorizedHttp(NewCredentials(token=token), http=google.http())
    document = json.loads(json.dumps(DOCUMENT))
    document["rootUrl"] = document["mtlsRootUrl"] = f"{google.url}/"
    return build_from_document(document, http=http)


def at(hour: int, *, day: int = 23, zone: str = "Europe/Berlin") -> dict[str, str]:
    """A time in November 2026."""
    return {"dateTime": f"2026-11-{day:02}T{hour:02}:00:00", "timeZone": zone}


def on(day: int) -> dict[str, str]:
    return {"date": f"2026-11-{day:02}"}


def meeting(**fields: Any) -> dict[str, Any]:
    """An hour on Monday, 23 November 2026, in Berlin."""
    return {"summary": "Offer", "start": at(10), "end": at(11)} | fields


def daily(count: int = 5, **fields: Any) -> dict[str, Any]:
    return meeting(recurrence=[f"RRULE:FREQ=DAILY;COUNT={count}"], **fields)


def put(google: GoogleWorld, email: str = ADA, **fields: Any) -> dict[str, Any]:
    """Inserts a meeting; what the API answers."""
    answer: dict[str, Any] = diary(google, email).events().insert(calendarId=PRIMARY, body=meeting(**fields)).execute()
    return answer


def invite(google: GoogleWorld, *guests: str, **fields: Any) -> dict[str, Any]:
    """A meeting of the first account with guests, each of whom has an account."""
    for email in guests:
        google.account(email, DIARY)
    return put(google, attendees=[{"email": email} for email in guests], **fields)


def channel(**fields: Any) -> dict[str, Any]:
    """What is sent to open a channel."""
    address = "https://syncapp.example.com/push"
    return {"id": "channel-1", "type": "web_hook", "address": address, "token": "secret"} | fields


def occurrence(event: dict[str, Any], day: int = 24, hour: int = 9) -> str:
    """The id of the occurrence that begins at that hour UTC."""
    return f"{event['id']}_202611{day:02}T{hour:02}0000Z"


def items(service: Any, **query: Any) -> list[dict[str, Any]]:
    """All pages of a list of events."""
    found: list[dict[str, Any]] = []
    request = service.events().list(calendarId=PRIMARY, **query)
    while request is not None:
        answer = request.execute()
        found += answer["items"]
        request = service.events().list_next(request, answer)
    return found


def sync_token(service: Any, **query: Any) -> str:
    return str(service.events().list(calendarId=PRIMARY, **query).execute()["nextSyncToken"])


def with_etag(request: Any, etag: str) -> Any:
    request.headers["If-Match"] = etag
    return request


# -- Refusals


def refused(request: Any) -> Got:
    """The refusal of a request of Google's library, its shape checked."""
    with pytest.raises(HttpError) as caught:
        request.execute()
    return refusal(int(caught.value.resp.status), caught.value.resp["content-type"], caught.value.content)


def refusal(status: int, content_type: str, content: bytes) -> Got:
    """Calendar's older envelope; in the newer one there is a status, and it is checked as Gmail's is."""
    error = json.loads(content)["error"]
    if "status" in error:
        return api_refusal(status, content_type, content)
    (first,) = error["errors"]
    assert content_type == "application/json; charset=UTF-8"
    assert set(error) == {"errors", "code", "message"}
    assert set(first) <= {"domain", "reason", "message", "locationType", "location"}
    assert ("location" in first) == ("locationType" in first)
    assert (error["code"], error["message"]) == (status, first["message"])
    return Got(status=status, code=first["reason"], message=error["message"])


def asks(request: Callable[[Any], Any]) -> Case:
    """A request of the library, built from the service of an account with an empty calendar."""
    return lambda google: refused(request(diary(google)))


def inserts(**fields: Any) -> Case:
    """An insert of a meeting with these fields in place of its own; `None` leaves one out."""
    body = {name: value for name, value in meeting(**fields).items() if value is not None}
    return asks(lambda service: service.events().insert(calendarId=PRIMARY, body=body))


def about(request: Callable[[Any, dict[str, Any]], Any], **fields: Any) -> Case:
    """A request about a meeting that is there."""

    def case(google: GoogleWorld) -> Got:
        event = put(google, **fields)
        return refused(request(diary(google).events(), event))

    return case


def as_guest(request: Callable[[Any, dict[str, Any]], Any], **fields: Any) -> Case:
    """A request by somebody who is invited to the meeting."""

    def case(google: GoogleWorld) -> Got:
        event = invite(google, BOB, "carol@example.com", **fields)
        return refused(request(diary(google, BOB).events(), event))

    return case
