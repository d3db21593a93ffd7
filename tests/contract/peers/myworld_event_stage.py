"""A calendar at the Google that others wrote."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pytest

from connectors.google import reading
from connectors.records import Event, Ref
from tests.contract.connectors.event_stage import EventMailStage
from tests.contract.connectors.google_event_stage import OF_FIELD, bare, body
from tests.contract.peers.myworld_stage import CALENDAR, MyworldStage

EVENTS = "calendar/v3/calendars/primary/events"


@dataclass(kw_only=True)
class MyworldEventStage(MyworldStage):
    services: tuple[str, ...] = ("gmail", "calendar")

    def neighbour(self) -> MyworldEventStage:
        return replace(self, written="bob@ours.example")

    def pages_of(self, size: int) -> None:
        self.patch.setattr(reading, "PAGE", size)

    def add(self, event: Event, **more: Any) -> Ref:
        return _ref(self._events("POST", "", json=_without_nothing(body(event)) | more))

    def repeat(self, event: Event, times: int) -> list[Ref]:
        series = self.add(event, recurrence=[f"RRULE:FREQ=DAILY;COUNT={times}"])
        return [_ref(each) for each in self._listed() if each.get("recurringEventId") == series.id]

    def share(self, event: Event, *guests: EventMailStage) -> list[Ref]:
        pytest.skip("each of its accounts has a world of its own")

    def edit(self, ref: Ref, **fields: Any) -> Ref:
        event = replace(bare(self._raw(ref)), **fields)
        named = {name for field in fields for name in OF_FIELD[field]}
        return self._patched(ref, {name: value for name, value in body(event).items() if name in named})

    def delete(self, ref: Ref) -> None:
        self._events("DELETE", f"/{ref.id}")

    def touch(self, ref: Ref) -> Ref:
        return self._patched(ref, {"reminders": {"useDefault": False}})

    def paint(self, ref: Ref, colour: str) -> Ref:
        return self._patched(ref, {"colorId": colour or None})

    def colour(self, ref: Ref) -> str:
        return str(self._raw(ref).get("colorId", ""))

    def living(self) -> list[str]:
        return [each["id"] for each in self._listed()]

    def lose_answer(self) -> None:
        self.proxy.plan("drop_after")

    def _patched(self, ref: Ref, fields: dict[str, Any]) -> Ref:
        return _ref(self._events("PATCH", f"/{ref.id}", json=fields))

    def _raw(self, ref: Ref) -> dict[str, Any]:
        found: dict[str, Any] = self._events("GET", f"/{ref.id}")
        return found

    def _listed(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self._events("GET", "?singleEvents=true&maxResults=2500")["items"]
        return found

    def _events(self, method: str, path: str, **options: Any) -> Any:
        headers = {"Authorization": f"Bearer {self.token}"}
        return self._ask(method, f"{self.own}{CALENDAR}/{EVENTS}{path}", headers=headers, **options)


def _ref(said: dict[str, Any]) -> Ref:
    return Ref(id=said["id"], version=said["etag"])


def _without_nothing(value: Any) -> Any:
    """It takes a field that is null for one that is there."""
    if isinstance(value, dict):
        return {name: _without_nothing(each) for name, each in value.items() if each is not None}
    return [_without_nothing(each) for each in value] if isinstance(value, list) else value
