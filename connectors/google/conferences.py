"""How an event of Google Calendar is joined from afar. Pure.

Meet, and what add-ons bring, such as Zoom, have entry points: at most one of video, and any number of phones. Old
events have the link alone. https://developers.google.com/workspace/calendar/api/v3/reference/events#conferenceData
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connectors.calendars import Conference

MEET = "hangoutsMeet"  # whose conferences are named by their codes
WEB = ("https://", "http://")
PINS = ("pin", "accessCode", "passcode", "meetingCode")  # a provider fills in the one whose word it uses


def conference(said: Mapping[str, Any]) -> Conference | None:
    """That of an event; None where there is none, or where it is still being made."""
    data = said.get("conferenceData") or {}
    points = data.get("entryPoints") or []
    video: Mapping[str, Any] = next((point for point in points if point.get("entryPointType") == "video"), {})
    found = Conference(
        url=_address(video.get("uri")) or _address(said.get("hangoutLink")),
        code=_line(video.get("meetingCode")) or _code(data),
        phones=tuple(_phone(point) for point in points if point.get("entryPointType") == "phone"),
    )
    return found if found.url or found.phones else None


def _address(said: Any) -> str:
    found = _line(said)
    return found if found.lower().startswith(WEB) else ""


def _code(data: Mapping[str, Any]) -> str:
    kind = ((data.get("conferenceSolution") or {}).get("key") or {}).get("type")
    return _line(data.get("conferenceId")) if kind == MEET else ""


def _phone(point: Mapping[str, Any]) -> str:
    number = _line(point.get("label")) or _line(point.get("uri")).removeprefix("tel:")
    pin = next((found for name in PINS if (found := _line(point.get(name)))), "")
    return f"{number}, PIN {pin}" if pin else number


def _line(said: Any) -> str:
    return " ".join(str(said or "").split())
