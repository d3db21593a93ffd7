"""Both sides as people see and change them at the simulators of Google and Salesforce, through the control doors.

What is seen there is read here anew, not by our connectors.
"""

from __future__ import annotations

import base64
import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from typing import Any, Generic, TypeVar

from connectors.records import Address, Attendee, Email, Event, Person, PersonKind, Ref
from connectors.simulators.google import GoogleSimulator
from connectors.simulators.simulator import Call, Reply, Request, Simulator
from tests.contract.connectors.google_event_stage import GoogleEventStage, body
from tests.contract.connectors.google_stage import raw
from tests.contract.connectors.salesforce_event_stage import SalesforceEventStage
from tests.contract.connectors.salesforce_record_stage import DAY
from tests.scenario.machine.meetings import CUSTOMER
from tests.scenario.machine.sides import Calendar, Copy
from tests.scenario.matrix.house import Together

EVE = "eve@customer.example"

T = TypeVar("T")
Said = Mapping[str, Any]


@dataclass(kw_only=True)
class View(Generic[T]):
    """What is read out of a simulator's whole store; read anew once a call or a deed may have changed it."""

    simulator: Simulator
    read: Callable[[Said], T]
    deeds: int = 0
    _seen_at: tuple[int, int] = (-1, -1)
    _seen: T | None = None

    def __call__(self) -> T:
        at = len(self.simulator.calls), self.deeds
        if self._seen is None or at != self._seen_at:
            with self.simulator.lock:
                self._seen, self._seen_at = self.read(self.simulator.snapshot()), at
        return self._seen


# -- Google


@dataclass(frozen=True, kw_only=True)
class HttpCopy:
    calendar: HttpCalendar
    ref: Ref
    event: Event
    colour: str
    gone: bool

    @property
    def id(self) -> str:
        return self.ref.id


@dataclass(kw_only=True)
class HttpCalendar(GoogleEventStage):
    """A calendar of somebody who has an account at Google already."""

    view: View[Said]

    def __post_init__(self) -> None:
        """Nothing is to be opened here: the engine has access of its own."""

    def _door(self, verb: str, **arguments: Any) -> Any:
        self.view.deeds += 1
        return super()._door(verb, **arguments)

    @property
    def entries(self) -> dict[str, HttpCopy]:
        """A series itself is none: every occurrence of ours is told by its own words."""
        found = self.view()["calendars"].get(self.address, {}).get("events", [])
        return {said["id"]: self._copy(said) for said in found if not said.get("recurrence")}

    def _copy(self, said: Said) -> HttpCopy:
        ref = Ref(id=said["id"], version=said["etag"])
        gone = said["status"] == "cancelled"
        return HttpCopy(calendar=self, ref=ref, event=_event(said), colour=said.get("colorId", ""), gone=gone)


def _event(said: Said) -> Event:
    all_day, organizer = "date" in said["start"], said["organizer"]
    start, end = (_moment(said[side]) for side in ("start", "end"))
    people = [Attendee(address=Address(email=each["email"])) for each in said.get("attendees", [])]
    return Event(
        uid=said["iCalUID"],
        title=said.get("summary", ""),
        start=start,
        end=end,
        all_day=all_day,
        text=said.get("description", ""),
        location=said.get("location", ""),
        busy=said.get("transparency", "opaque") == "opaque",
        private=said.get("visibility") == "private",
        organizer=Address(email=organizer["email"]),
        attendees=tuple(people),
        leads=organizer.get("self", False),
        key=said.get("extendedProperties", {}).get("private", {}).get("syncappKey", ""),
    )


def _moment(said: Said) -> datetime:
    return datetime.fromisoformat(said.get("dateTime") or f"{said['date']}T00:00:00+00:00").astimezone(UTC)


class UnrulyGoogle(GoogleSimulator):
    """What a page of its feeds shows may come in any order, and twice."""

    backwards = False

    def answer(self, request: Request, call: Call) -> Reply:
        reply = super().answer(request, call)
        if not self.backwards or call.operation not in ("events.list", "history.list") or reply.status != 200:
            return reply
        said = json.loads(reply.body)
        said |= {name: (said[name] * 2)[::-1] for name in ("items", "history") if name in said}
        return Reply.json(said)


# -- Salesforce


@dataclass(frozen=True, kw_only=True)
class Related:
    id: str


@dataclass(frozen=True, kw_only=True)
class HttpRecord:
    id: str
    event: Event
    owner_id: str
    invitees: tuple[Related, ...]
    gone: bool
    hidden: bool


@dataclass(kw_only=True)
class Org(SalesforceEventStage):
    """Time is one for all."""

    time: Together
    view: View[Said]

    def _door(self, verb: str, **arguments: Any) -> Any:
        self.view.deeds += 1
        return super()._door(verb, **arguments)

    def employs(self, address: str) -> str:
        """A user with this address; the id."""
        fields = {"Username": address, "Email": address, "LastName": address}
        return str(self._door("create", object="User", fields=fields)["id"])

    def pass_time(self, length: timedelta) -> None:
        self.time.move(seconds=length.total_seconds())


@dataclass(kw_only=True)
class HttpDiary:
    org: Org

    @property
    def records(self) -> dict[str, HttpRecord]:
        """Without the copies for those who are invited."""
        said = self.org.view()
        hidden = {each["name"] for each in said["troubles"] if each["kind"] == "record-access"}
        invited = [row for row in said["records"]["EventRelation"] if not row["IsDeleted"]]
        rows = [row for row in said["records"]["Event"] if not row["IsChild"]]
        return {row["Id"]: _record(row, _related(row, invited), hidden=row["Id"] in hidden) for row in rows}

    def create(self, event: Event, owner_id: str) -> str:
        return self.org.create(event, Person(kind=PersonKind.USER, id=owner_id, email=""))

    def edit(self, record_id: str, **fields: Any) -> None:
        self.org.edit(record_id, **fields)

    def delete(self, record_id: str) -> None:
        self.org.delete(record_id)

    def hide(self, record_id: str) -> None:
        self.org.hide(record_id)


def _related(row: Said, invited: Iterable[Said]) -> tuple[Related, ...]:
    found = {row["WhoId"], *(each["RelationId"] for each in invited if each["EventId"] == row["Id"])}
    return tuple(Related(id=each) for each in sorted(filter(None, found)))


def _record(row: Said, invitees: tuple[Related, ...], *, hidden: bool) -> HttpRecord:
    start, end = (datetime.strptime(row[f"{side}DateTime"], "%Y-%m-%dT%H:%M:%S.%f%z") for side in ("Start", "End"))
    event = Event(
        uid="",
        title=row["Subject"] or "",
        start=start,
        end=end + DAY if row["IsAllDayEvent"] else end,
        all_day=row["IsAllDayEvent"],
        text=row["Description"] or "",
        location=row["Location"] or "",
        busy=row["ShowAs"] != "Free",
        private=row["IsPrivate"],
    )
    return HttpRecord(
        id=row["Id"],
        event=event,
        owner_id=row["OwnerId"],
        invitees=invitees,
        gone=bool(row["IsDeleted"]),
        hidden=hidden,
    )


# -- Both


@dataclass(kw_only=True)
class HttpSides:
    """`calendars` and `users` are those of the colleagues, by address."""

    calendars: dict[str, HttpCalendar]
    outside: HttpCalendar
    diary: HttpDiary
    users: dict[str, str]
    customer_id: str
    nobody: str

    @property
    def people(self) -> dict[str, str]:
        return {id_: address for address, id_ in self.users.items()} | {self.customer_id: CUSTOMER.email}

    def _own(self, calendar: Calendar) -> HttpCalendar:
        return self.outside if calendar.address == EVE else self.calendars[calendar.address]

    # -- What people do

    def enter(self, calendar: Calendar, event: Event) -> None:
        self._own(calendar).add(event)

    def repeat(self, calendar: Calendar, occurrences: Sequence[Event]) -> None:
        own, first = self._own(calendar), occurrences[0]
        series = own.series(replace(first, title="the series itself"), f"RRULE:FREQ=WEEKLY;COUNT={len(occurrences)}")
        for ref, event in zip(own.occurrences(series), occurrences, strict=True):
            own.write(ref, body(event))

    def share(self, event: Event, organizer: Calendar, guests: Iterable[Calendar]) -> None:
        self._own(organizer).share(event, *map(self._own, guests))

    def edit_own_copy(self, copy: Copy, title: str) -> None:
        """Guests cannot change a title at Google: whether they are busy is theirs."""
        self._own(copy.calendar).edit(copy.ref, busy=not copy.event.busy)

    def deliver(self, message: Email, addresses: Iterable[str]) -> None:
        text = base64.b64encode(raw(message)).decode()
        self.outside._door("deliver", accounts=[*addresses], raw=text)

    # -- How it stands

    def sent(self) -> set[str]:
        boxes = self.outside.view()["accounts"].values()
        return {_subject(said["raw"]) for box in boxes for said in box["messages"]}

    def recorded(self) -> Counter[str]:
        rows = self.diary.org.view()["records"]["EmailMessage"]
        return Counter(str(row["Subject"]) for row in rows if not row["IsDeleted"])

    def standing(self) -> object:
        calendars = {address: self._versions(calendar) for address, calendar in self.calendars.items()}
        rows = self.diary.org.view()["records"]
        records = {row["Id"]: (row["SystemModstamp"], row["IsDeleted"]) for row in rows["Event"]}
        return calendars, records, len(rows["EmailMessage"])

    def _versions(self, calendar: HttpCalendar) -> dict[str, str]:
        return {id_: copy.ref.version for id_, copy in calendar.entries.items()}


def _subject(text: str) -> str:
    whole = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    return str(message_from_bytes(whole, policy=policy.default)["Subject"])
