"""The outside oracle for events: what is in the calendars and in Salesforce, told by the simulators' stores alone.

An item is an occurrence that lies in the window, or an event or series that lies wholly outside it; what is called
off is none. A meeting in several mailboxes is one item: iCalUID and original start say so. A record is an event of
Salesforce that stands for itself, not for an invitation, and says what the calendar says. One that says something
else of an item is `altered`: it is not in step. One that was born in Salesforce is a record as soon as it is in a
calendar; before that it is an item without one, known by the mailbox that it is for and the record's id. Nothing here
knows our key.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from syncapp.demo.outside import Identity
from syncapp.demo.outside_pairs import LIKELY, MOVED, SURELY, EventItem, Meeting, pair
from syncapp.demo.outside_series import DAY, Span, Window, moment, span, starts

PRIVATE = ("private", "confidential")


@dataclass(frozen=True, kw_only=True)
class OutsideEvents:
    """Everything the oracle counts. `altered` are items with a record that says something else than they do."""

    items: list[EventItem]
    records: list[Meeting]
    altered: list[tuple[EventItem, Meeting]]


def look(google: Mapping[str, Any], salesforce: Mapping[str, Any], windows: Mapping[str, Window]) -> OutsideEvents:
    """Out of both snapshots. `windows` says for each calendar what of it is to be in step.

    That something takes place at the same time makes it no other meeting's record where it was born in Salesforce.
    """
    found = items(google, windows)
    rows = sorted(own_rows(salesforce), key=lambda row: not row.born_here)
    born = {row.meeting.id for row in rows if row.born_here}
    sure, rest = pair(found, [row.meeting for row in rows], SURELY)
    renamed, left = pair(rest.items, [m for m in rest.records if m.id not in born], LIKELY)
    moved, alone = pair(left.items, [m for m in rest.records if m.id in born], MOVED)
    unborn = {meeting.id for meeting in alone.records}
    return OutsideEvents(
        items=found + _waiting(google, salesforce, [row for row in rows if row.meeting.id in unborn]),
        records=[record for _, record in sure] + left.records,
        altered=renamed + moved,
    )


def _waiting(google: Mapping[str, Any], salesforce: Mapping[str, Any], unborn: Iterable[Row]) -> list[EventItem]:
    """What was born in Salesforce and is to come into its owner's calendar, if there is one."""
    mailboxes = _mailboxes(google, salesforce)
    return [
        EventItem(sights=[row.meeting], copies=[(mailboxes[row.owner], row.meeting.id)])
        for row in unborn
        if row.owner in mailboxes
    ]


def _mailboxes(google: Mapping[str, Any], salesforce: Mapping[str, Any]) -> dict[str, str]:
    """User → mailbox, by the address."""
    addresses = {user["Id"]: (user["Email"] or "").lower() for user in salesforce["records"]["User"]}
    return {user: address for user, address in addresses.items() if address in google["accounts"]}


@dataclass(frozen=True, kw_only=True)
class Reach:
    """How far events are to be in step: days back from the present one, and ahead of it. All of them whole, in UTC."""

    back: int
    ahead: int

    def window(self, first: datetime, last: datetime) -> Window:
        """What was in reach between two moments."""
        low = _midnight(first) - timedelta(days=self.back)
        return Window(low=low, high=_midnight(last) + timedelta(days=self.ahead + 1))


def _midnight(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def windows(
    google: Mapping[str, Any], calls: Iterable[Mapping[str, Any]], reach: Reach, now: datetime
) -> dict[str, Window]:
    """For each calendar by its own looks: what the first one had within reach stays in, what the last one had came in.

    A calendar that nobody has looked at is as it would be now. Only when somebody looked is taken from the log of
    calls, not what was asked for.
    """
    looks: dict[str, list[datetime]] = defaultdict(list)
    for call in calls:
        if call["operation"] == "events.list" and call["status"] == 200:
            looks[call["account"]].append(datetime.fromtimestamp(call["at"], UTC))
    found = {address: looks[address] or [now] for address in google["calendars"]}
    return {address: reach.window(min(seen), max(seen)) for address, seen in found.items()}


# -- The calendars


def items(google: Mapping[str, Any], windows: Mapping[str, Window]) -> list[EventItem]:
    """Distinct occurrences over all mailboxes, and what lies outside the windows."""
    found: dict[Identity, EventItem] = {}
    for address, calendar in google["calendars"].items():
        if address != calendar["owner"]:
            continue  # only the owner's own calendar is synced
        for seen in _occurrences(calendar["events"], windows[address]):
            item = found.setdefault((seen.meeting.uid, seen.meeting.original), EventItem(sights=[]))
            leads = seen.organizer == address
            item.sights.insert(0 if leads else len(item.sights), seen.meeting)
            item.copies.append((address, seen.id))
    return list(found.values())


@dataclass(frozen=True, kw_only=True)
class _Seen:
    """One occurrence in one calendar."""

    id: str
    organizer: str
    meeting: Meeting


def _occurrences(events: Iterable[Mapping[str, Any]], window: Window) -> Iterator[_Seen]:
    living = [event for event in events if event["status"] != "cancelled"]
    series = {event["id"]: event for event in living if event.get("recurrence")}
    touched: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for event in events:
        touched[event.get("recurringEventId", "")].append(event)
    for event in living:
        home = event.get("recurringEventId", "")
        if event["id"] in series:
            yield from _of_series(event, touched[event["id"]], window)
        elif home not in series:
            yield _seen(event, span(event), _original(event))


def _of_series(series: Mapping[str, Any], touched: Iterable[Mapping[str, Any]], window: Window) -> Iterator[_Seen]:
    """The occurrences in the window; the series itself where there is none."""
    exceptions = {moment(event["originalStartTime"]): event for event in touched}
    first, inside = span(series), 0
    computed = [first.at(start) for start in starts(series, window.high) if start not in exceptions]
    for when in computed:
        if when.lies_in(window):
            inside += 1
            yield _seen(series, when, stamp(when), f"{series['id']}_{stamp(when)}")
    for event in exceptions.values():
        if event["status"] != "cancelled" and span(event).lies_in(window):
            inside += 1
            yield _seen(event, span(event), _original(event))
    if not inside:
        yield _seen(series, first, "")


def _original(event: Mapping[str, Any]) -> str:
    """The stamp of the start that an exception had at first; "" for an event of its own."""
    given = event.get("originalStartTime")
    at = moment(given) if given else None
    return stamp(Span(start=at, end=at, all_day="date" in given)) if given and at else ""


def stamp(when: Span) -> str:
    """As Calendar ends the id of an occurrence."""
    return when.start.strftime("%Y%m%d" if when.all_day else "%Y%m%dT%H%M%SZ")


def _seen(event: Mapping[str, Any], when: Span, original: str, event_id: str = "") -> _Seen:
    meeting = Meeting(
        uid=event["iCalUID"],
        original=original,
        subject=" ".join(event.get("summary", "").split()),
        span=when,
        location=event.get("location", ""),
        text=event.get("description", ""),
        private=event.get("visibility", "") in PRIVATE,
    )
    return _Seen(id=event_id or event["id"], organizer=event["organizer"]["email"], meeting=meeting)


# -- Salesforce


@dataclass(frozen=True, kw_only=True)
class Row:
    """An event of Salesforce that stands for itself. `born_here` means that no integration wrote it first."""

    owner: str
    born_here: bool
    meeting: Meeting


def own_rows(salesforce: Mapping[str, Any]) -> list[Row]:
    """Without the copies of invited users, series' patterns and what lies in the recycle bin."""
    integration = next(iter(salesforce["records"]["User"]))["Id"]
    return [
        Row(owner=row["OwnerId"], born_here=row["CreatedById"] != integration, meeting=_record(row))
        for row in salesforce["records"]["Event"]
        if not (row["IsDeleted"] or row["IsChild"] or _recurs(row))
    ]


def _recurs(row: Mapping[str, Any]) -> bool:
    return bool(row["IsRecurrence"] or row["IsRecurrence2"] or row["RecurrenceActivityId"])


def _record(row: Mapping[str, Any]) -> Meeting:
    """A record in the same terms: the end of whole days is their last day there, the day after here."""
    start, end = (_read(row[name]) for name in ("StartDateTime", "EndDateTime"))
    all_day = bool(row["IsAllDayEvent"])
    return Meeting(
        id=row["Id"],
        subject=" ".join((row["Subject"] or "").split()),
        span=Span(start=start, end=end + DAY * all_day, all_day=all_day),
        location=row["Location"] or "",
        text=row["Description"] or "",
    )


def _read(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%f%z").astimezone(UTC)
