"""A calendar that is moved through Google's own API alone, whoever serves it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pytest

from connectors.records import Event, Ref
from tests.contract.connectors.event_stage import EventMailStage
from tests.contract.connectors.google_event_stage import OF_FIELD, bare, body
from tests.contract.peers.google_by_api import GoogleByApi

EVENTS = "calendar/v3/calendars/primary/events"
KNOWING = "?conferenceDataVersion=1"  # of a client that does not know of conferences, they are left out


@dataclass(kw_only=True)
class CalendarByApi(GoogleByApi):
    def add(self, event: Event, **more: Any) -> Ref:
        return _ref(self.events("POST", KNOWING, json=_without_nothing(body(event)) | more))

    def repeat(self, event: Event, times: int) -> list[Ref]:
        series = self.add(event, recurrence=[f"RRULE:FREQ=DAILY;COUNT={times}"])
        return [_ref(each) for each in self.listed() if each.get("recurringEventId") == series.id]

    def share(self, event: Event, *guests: EventMailStage) -> list[Ref]:
        pytest.skip("each of its accounts has a world of its own")

    def edit(self, ref: Ref, **fields: Any) -> Ref:
        event = replace(bare(self._raw(ref)), **fields)
        named = {name for field in fields for name in OF_FIELD[field]}
        return self._patched(ref, {name: value for name, value in body(event).items() if name in named})

    def delete(self, ref: Ref) -> None:
        self.events("DELETE", f"/{ref.id}")

    def touch(self, ref: Ref) -> Ref:
        return self._patched(ref, {"reminders": {"useDefault": False}})

    def paint(self, ref: Ref, colour: str) -> Ref:
        return self._patched(ref, {"colorId": colour or None})

    def colour(self, ref: Ref) -> str:
        return str(self._raw(ref).get("colorId", ""))

    def living(self) -> list[str]:
        return [each["id"] for each in self.listed()]

    def lose_answer(self) -> None:
        self.proxy.plan("drop_after")

    def _patched(self, ref: Ref, fields: dict[str, Any]) -> Ref:
        return _ref(self.events("PATCH", f"/{ref.id}{KNOWING}", json=fields))

    def _raw(self, ref: Ref) -> dict[str, Any]:
        found: dict[str, Any] = self.events("GET", f"/{ref.id}")
        return found

    def listed(self, *, singly: bool = True) -> list[dict[str, Any]]:
        """What is there; `singly` shows occurrences in place of their series."""
        path = f"?singleEvents={str(singly).lower()}&maxResults=2500"
        found: list[dict[str, Any]] = self.events("GET", path)["items"]
        return found

    def events(self, method: str, path: str, **options: Any) -> Any:
        return self.ask(method, f"{self.own}{self.calendar}/{EVENTS}{path}", **options)


def _ref(said: dict[str, Any]) -> Ref:
    return Ref(id=said["id"], version=said["etag"])


def _without_nothing(value: Any) -> Any:
    """Some take a field that is null for one that is there."""
    if isinstance(value, dict):
        return {name: _without_nothing(each) for name, each in value.items() if each is not None}
    return [_without_nothing(each) for each in value] if isinstance(value, list) else value
