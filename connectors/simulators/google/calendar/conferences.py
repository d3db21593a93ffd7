"""Conference data of an event: taken over as they are, or made on request.

https://developers.google.com/workspace/calendar/api/guides/create-events#conferencing
"""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from connectors.simulators.google.calendar.errors import invalid
from connectors.simulators.google.calendar.store import Fields

TYPES = ("hangoutsMeet", "addOn")


def written(given: dict[str, Any] | None, old: Fields) -> dict[str, Any] | None:
    """The data to store. The same request id makes the same conference again. Raises the refusal 400."""
    if not given:
        return None
    request = given.get("createRequest")
    if not request or given.get("entryPoints"):
        return given
    kind = (request.get("conferenceSolutionKey") or {}).get("type")
    if kind not in TYPES or not request.get("requestId"):
        raise invalid("Invalid conference type value.")
    made = _made(str(request["requestId"]), str(kind))
    before = old.get("conferenceData")
    return before if before and before.get("conferenceId") == made["conferenceId"] else made


def link(fields: Fields) -> dict[str, str]:
    """The `hangoutLink` that an event with a conference of Meet has besides."""
    data = fields.get("conferenceData") or {}
    if ((data.get("conferenceSolution") or {}).get("key") or {}).get("type") != TYPES[0]:
        return {}
    points = data.get("entryPoints") or []
    found = [point["uri"] for point in points if point.get("entryPointType") == "video" and point.get("uri")]
    return {"hangoutLink": found[0]} if found else {}


def _made(request_id: str, kind: str) -> dict[str, Any]:
    letters = "".join(chr(ord("a") + byte % 26) for byte in sha256(request_id.encode()).digest()[:10])
    code = f"{letters[:3]}-{letters[3:7]}-{letters[7:]}"
    number = "".join(str(byte % 10) for byte in sha256(code.encode()).digest()[:9])
    return {
        "createRequest": {
            "requestId": request_id,
            "conferenceSolutionKey": {"type": kind},
            "status": {"statusCode": "success"},
        },
        "entryPoints": [
            {
                "entryPointType": "video",
                "uri": f"https://meet.google.com/{code}",
                "label": f"meet.google.com/{code}",
            },
            {
                "entryPointType": "phone",
                "uri": f"tel:+1-555-010-{number[:4]}",
                "label": f"+1 555-010-{number[:4]}",
                "pin": number,
                "regionCode": "US",
            },
        ],
        "conferenceSolution": {"key": {"type": kind}, "name": "Google Meet"},
        "conferenceId": code,
    }
