"""Events, tasks and contacts as they are put into the made world: in a calendar, a list or an address book, by an
outsider's file, or in Salesforce."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from syncapp.demo.cast import Colleague

BERLIN = "Europe/Berlin"
HOUR = timedelta(hours=1)

Body = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Touched:
    """An occurrence that is not as its series: `patch` changes it, none calls it off."""

    original: datetime
    patch: Body = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Placed:
    """An event in its organizer's calendar, as Calendar's API has it."""

    group: str
    owner: Colleague
    body: Body
    touched: tuple[Touched, ...] = ()

    @property
    def title(self) -> str:
        return str(self.body["summary"])


@dataclass(frozen=True, kw_only=True)
class Sent:
    """What an outsider organizes: an iCalendar file, and whose calendars it lies in."""

    group: str
    boxes: tuple[Colleague, ...]
    text: str
    title: str


@dataclass(frozen=True, kw_only=True)
class Booked:
    """An event that somebody enters in Salesforce. `who` is the address of a contact, `what` an account's name."""

    group: str
    owner: Colleague
    fields: Mapping[str, Any]
    who: str = ""
    what: str = ""

    @property
    def title(self) -> str:
        return str(self.fields["Subject"])


@dataclass(frozen=True, kw_only=True)
class Listed:
    """A task in a list of its owner's, the default one if `book` names none."""

    group: str
    owner: Colleague
    body: Body
    book: str = ""

    @property
    def title(self) -> str:
        return str(self.body["title"])


@dataclass(frozen=True, kw_only=True)
class Card:
    """A contact in its owner's address book, as People's API has it; under the label “Salesforce” if it is `shared`."""

    group: str
    owner: Colleague
    body: Body
    shared: bool = True

    @property
    def title(self) -> str:
        """Its first address: names may be two people's."""
        return str(self.body["emailAddresses"][0]["value"])


@dataclass(frozen=True, kw_only=True)
class Client:
    """A contact that somebody enters in Salesforce. `account` is an account's name."""

    group: str
    owner: Colleague
    fields: Mapping[str, Any]
    account: str = ""

    @property
    def title(self) -> str:
        return str(self.fields["Email"])


@dataclass(kw_only=True)
class Diaries:
    """All events, tasks and contacts of the world. Working days are counted from the Monday after `today`."""

    today: date
    placed: list[Placed] = field(default_factory=list)
    sent: list[Sent] = field(default_factory=list)
    booked: list[Booked] = field(default_factory=list)
    listed: list[Listed] = field(default_factory=list)
    entered: list[Booked] = field(default_factory=list)
    cards: list[Card] = field(default_factory=list)
    clients: list[Client] = field(default_factory=list)

    def titles(self, group: str) -> list[str]:
        """What the events, tasks or contacts of a group are called, in the order in which they were made."""
        return [title for title, owner in self.grouped() if owner == group]

    def grouped(self) -> list[tuple[str, str]]:
        """(title, group) of everything."""
        events: list[Placed | Sent | Booked] = [*self.placed, *self.sent, *self.booked]
        tasks: list[Listed | Booked] = [*self.listed, *self.entered]
        contacts: list[Card | Client] = [*self.cards, *self.clients]
        return [(each.title, each.group) for each in (*events, *tasks, *contacts)]

    def day(self, number: int) -> date:
        """The working day of that number; negative ones have been."""
        monday = self.today + timedelta(days=7 - self.today.weekday())
        return monday + timedelta(weeks=number // 5, days=number % 5)

    def at(self, number: int, hour: int, minute: int = 0, zone: str = BERLIN) -> datetime:
        return datetime.combine(self.day(number), time(hour, minute), ZoneInfo(zone))

    def place(self, group: str, owner: Colleague, title: str, start: datetime, **more: Any) -> None:
        """A meeting of an hour, or of `length`. `guests` are addresses, `touched` occurrences of a series."""
        length, touched = more.pop("length", HOUR), more.pop("touched", ())
        guests = [{"email": address} for address in more.pop("guests", ())]
        when = {"start": moment(start), "end": moment(start + length)}
        body = {"summary": title, **when, **({"attendees": guests} if guests else {}), **more}
        self.placed.append(Placed(group=group, owner=owner, body=body, touched=tuple(touched)))

    def place_days(self, group: str, owner: Colleague, title: str, first: date, days: int = 1, **more: Any) -> None:
        guests = [{"email": address} for address in more.pop("guests", ())]
        when = {"start": {"date": f"{first}"}, "end": {"date": f"{first + timedelta(days=days)}"}}
        body = {"summary": title, **when, **({"attendees": guests} if guests else {}), **more}
        self.placed.append(Placed(group=group, owner=owner, body=body))

    def book(self, group: str, owner: Colleague, title: str, start: datetime, minutes: int = 45, **more: Any) -> None:
        links = {name: more.pop(name) for name in ("who", "what") if name in more}
        when = {"StartDateTime": _utc(start), "DurationInMinutes": minutes}
        self.booked.append(Booked(group=group, owner=owner, fields={"Subject": title, **when, **more}, **links))

    def book_days(self, group: str, owner: Colleague, title: str, first: date, days: int = 1) -> None:
        when = {"IsAllDayEvent": True, "ActivityDate": f"{first}", "DurationInMinutes": 1440 * days}
        self.booked.append(Booked(group=group, owner=owner, fields={"Subject": title, **when}))

    def list(self, group: str, owner: Colleague, title: str, *, due: date | None = None, **more: Any) -> None:
        """A task in a list; `done` says that it was done today."""
        book = more.pop("book", "")
        ended = {"status": "completed"} if more.pop("done", False) else {}
        day = {"due": f"{due}T00:00:00.000Z"} if due else {}
        self.listed.append(Listed(group=group, owner=owner, body={"title": title, **day, **ended, **more}, book=book))

    def enter(self, group: str, owner: Colleague, title: str, *, due: date | None = None, **more: Any) -> None:
        """A task of Salesforce."""
        day = {"ActivityDate": f"{due}"} if due else {}
        self.entered.append(Booked(group=group, owner=owner, fields={"Subject": title, **day, **more}))


def moment(at: datetime) -> dict[str, str]:
    return {"dateTime": at.replace(tzinfo=None).isoformat(), "timeZone": str(at.tzinfo)}


def _utc(at: datetime) -> str:
    return at.astimezone(ZoneInfo("UTC")).strftime("%Y-%m-%dT%H:%M:%S.000+0000")
