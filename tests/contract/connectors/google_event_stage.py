"""A calendar at the Google simulator, moved through the simulator's door: past our client, and past Google's API."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from connectors.calendars import Conference
from connectors.google import reading
from connectors.protocol import MailConnector
from connectors.records import Event, EventKind, Ref, Response
from connectors.simulators.faults import Fault
from connectors.simulators.google.calendar import meetings, showing
from connectors.simulators.google.calendar.store import Calendar
from tests.contract.connectors.event_stage import EventMailStage
from tests.contract.connectors.google_stage import GoogleStage

SCOPES = ("https://www.googleapis.com/auth/gmail.readonly", "https://www.googleapis.com/auth/calendar.events")
ZONE = "Europe/Berlin"
ANSWERS = {
    Response.NONE: "needsAction",
    Response.ACCEPTED: "accepted",
    Response.DECLINED: "declined",
    Response.TENTATIVE: "tentative",
}

# What Google wants of an event of this kind beside its times.
KINDS: dict[EventKind, dict[str, Any]] = {
    EventKind.ABSENCE: {"eventType": "outOfOffice", "outOfOfficeProperties": {"autoDeclineMode": "declineNone"}},
    EventKind.BIRTHDAY: {"eventType": "birthday", "recurrence": ["RRULE:FREQ=YEARLY"]},
    EventKind.WORKING_LOCATION: {
        "eventType": "workingLocation",
        "workingLocationProperties": {"type": "homeOffice", "homeOffice": {}},
    },
}


def _time(at: datetime, *, all_day: bool) -> dict[str, Any]:
    if all_day:
        return {"date": f"{at:%Y-%m-%d}", "dateTime": None, "timeZone": None}
    return {"dateTime": at.isoformat(), "timeZone": ZONE, "date": None}


def body(event: Event) -> dict[str, Any]:
    """The event as somebody at a screen would have entered it."""
    people = [
        {"email": a.address.email, "displayName": a.address.name or None, "responseStatus": ANSWERS[a.response]}
        for a in event.attendees
    ]
    return {
        "summary": event.title,
        "description": event.text,
        "location": event.location,
        "start": _time(event.start, all_day=event.all_day),
        "end": _time(event.end, all_day=event.all_day),
        "transparency": "opaque" if event.busy else "transparent",
        "visibility": "private" if event.private else "default",
        "attendees": people,
        "conferenceData": conference(event.conference),
        **KINDS.get(event.kind, {}),
    }


def conference(of: Conference | None) -> dict[str, Any] | None:
    """As an add-on for conferences leaves it on an event."""
    if of is None:
        return None
    video = {"entryPointType": "video", "uri": of.url, "meetingCode": of.code}
    phones = [{"entryPointType": "phone", "uri": "tel:+1", "label": each} for each in of.phones]
    return {"entryPoints": [video, *phones], "conferenceSolution": {"key": {"type": "addOn"}, "name": "Rooms"}}


OF_FIELD = {
    "title": ("summary",),
    "text": ("description",),
    "location": ("location",),
    "busy": ("transparency",),
    "private": ("visibility",),
    "start": ("start",),
    "end": ("end",),
    "all_day": ("start", "end"),
    "attendees": ("attendees",),
    "conference": ("conferenceData",),
}


@dataclass(kw_only=True)
class GoogleEventStage(GoogleStage):
    scopes: tuple[str, ...] = SCOPES
    beside: str = ""  # the id of the further calendar that is moved, "" for the account's own

    def neighbour(self) -> GoogleEventStage:
        return replace(self, written="bob@ours.example")

    def pages_of(self, size: int) -> None:
        self.patch.setattr(reading, "PAGE", size)

    def add(self, event: Event, **more: Any) -> Ref:
        return self._ref(self._told("event", event=body(event) | more)["id"])

    def repeat(self, event: Event, times: int) -> list[Ref]:
        """A series, once a day: its occurrences."""
        return self.occurrences(self.series(event, f"RRULE:FREQ=DAILY;COUNT={times}"))

    def series(self, event: Event, rule: str) -> Ref:
        return self.add(event, recurrence=[rule])

    def occurrences(self, series: Ref) -> list[Ref]:
        return [self._ref(each) for each in sorted(self.living()) if each.startswith(f"{series.id}_")]

    def share(self, event: Event, *guests: EventMailStage) -> list[Ref]:
        invited = [{"email": guest.address, "responseStatus": "needsAction"} for guest in guests]
        placed = self.add(event, attendees=[*body(event)["attendees"], *invited])
        return [placed, *(guest._ref(placed.id) for guest in guests if isinstance(guest, GoogleEventStage))]

    def edit(self, ref: Ref, **fields: Any) -> Ref:
        event = replace(bare(self.raw(ref)), **fields)
        named = {name for field in fields for name in OF_FIELD[field]}
        return self.write(ref, {name: value for name, value in body(event).items() if name in named})

    def write(self, ref: Ref, fields: dict[str, Any]) -> Ref:
        """A change in Google's own words."""
        self._told("change-event", id=ref.id, event=fields)
        return self._ref(ref.id)

    def delete(self, ref: Ref) -> None:
        self._told("delete-event", id=ref.id)

    def touch(self, ref: Ref) -> Ref:
        return self.write(ref, {"reminders": {"useDefault": False}})

    def paint(self, ref: Ref, colour: str) -> Ref:
        return self.write(ref, {"colorId": colour or None})

    def colour(self, ref: Ref) -> str:
        return str(self.raw(ref).get("colorId", ""))

    def living(self) -> list[str]:
        with self.simulator.lock:
            calendar = self._calendar
            series = [each for each in calendar.events.values() if each.recurring and not each.cancelled]
            single = [each for each in calendar.events.values() if not each.recurring and not each.series]
            found = single + [one for each in series for one in meetings.expanded(calendar, each, None, None)]
            return [each.id for each in found if not each.cancelled]

    def further(self) -> GoogleEventStage:
        owner = "team@ours.example"
        self._door("account", email=owner)
        made = self._door("calendar", account=owner, summary="Team")["id"]
        self._door("share", calendar=made, account=self.written, role="writer")
        there = copy(self)
        there.beside = made
        return there

    def take_away(self) -> None:
        self._door("share", calendar=self.beside, account=self.written, role="none")

    def show_only(self) -> None:
        self._door("share", calendar=self.beside, account=self.written, role="reader")

    def open_with(self, *calendars: str) -> MailConnector:
        return self.open(calendars=calendars)

    def _told(self, verb: str, **given: Any) -> Any:
        return self._door(verb, account=self.address, **({"calendar": self.beside} if self.beside else {}), **given)

    def forget_cursors(self) -> None:
        self._door("expire-sync", account=self.address)

    def lose_answer(self) -> None:
        self.simulator.faults.append(Fault.of({"action": "drop_after", "path": "^/batch/calendar"}))

    # -- Looking into the simulator

    @property
    def _calendar(self) -> Calendar:
        calendars = self.simulator.world.calendars
        return calendars.by_id[self.beside] if self.beside else calendars.primary(self.address)

    def raw(self, ref: Ref) -> dict[str, Any]:
        """The event as Google shows it to its owner."""
        with self.simulator.lock:
            found = meetings.found(self._calendar, ref.id)
            assert found is not None
            return showing.event(self._calendar, found, "owner", base_url=self.simulator.base_url)

    def _ref(self, event_id: str) -> Ref:
        return Ref(id=event_id, version=self.raw(Ref(id=event_id))["etag"])


def bare(said: dict[str, Any]) -> Event:
    """An event with the times that Google tells, and nothing else."""
    start, end = (_at(said[side]) for side in ("start", "end"))
    return Event(uid="", title="", start=start, end=end, all_day="date" in said["start"])


def _at(said: dict[str, str]) -> datetime:
    return datetime.fromisoformat(said.get("dateTime") or f"{said['date']}T00:00:00+00:00").astimezone(UTC)
