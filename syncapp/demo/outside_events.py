"""The outside oracle for events: what is in the calendars and in Salesforce, told by the simulators' stores alone.

An item is an occurrence that lies in the window, or an event or series that lies wholly outside it; what is called
off is none. A meeting in several mailboxes is one item: iCalUID and original start say so. A record is an event of
Salesforce that stands for itself, not for an invitation. One that was born there is a record as soon as it is in a
calendar; before that it is an item without one. Nothing here knows our key.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from syncapp.demo.outside import Copy, Identity, start_of
from syncapp.demo.outside_series import DAY, Span, Window, moment, span, starts

BUSY = "Busy"
PRIVATE = ("private", "confidential")
SALESFORCE = "salesforce"  # where a copy is that no mailbox holds


@dataclass(frozen=True, kw_only=True)
class Meeting:
    """What an independent look at an event sees: `uid` and `original` in a calendar, `id` in Salesforce."""

    subject: str
    span: Span
    uid: str = ""
    original: str = ""
    id: str = ""
    location: str = ""
    text: str = ""
    private: bool = False


@dataclass(kw_only=True)
class EventItem:
    """One occurrence, with every copy of it. `sights` are the copies' own contents, the organizer's first."""

    sights: list[Meeting]
    copies: list[Copy] = field(default_factory=list)

    @property
    def sight(self) -> Meeting:
        return self.sights[0]


@dataclass(frozen=True, kw_only=True)
class OutsideEvents:
    """Everything the oracle counts."""

    items: list[EventItem]
    records: list[Meeting]


def look(google: Mapping[str, Any], salesforce: Mapping[str, Any], window: Window) -> OutsideEvents:
    """Out of both snapshots."""
    found = items(google, window)
    rows = sorted(own_rows(salesforce), key=lambda row: not row.born_here)
    _, alone = pair(found, [row.meeting for row in rows], only_surely=True)
    lonely = {meeting.id for meeting in alone.records}
    unborn = [row for row in rows if row.born_here and row.meeting.id in lonely]
    with_mailbox = users_with_mailbox(google, salesforce)
    waiting = [
        EventItem(sights=[row.meeting], copies=[(SALESFORCE, row.meeting.id)])
        for row in unborn
        if row.owner in with_mailbox
    ]
    return OutsideEvents(items=found + waiting, records=[row.meeting for row in rows if row not in unborn])


# -- The calendars


def items(google: Mapping[str, Any], window: Window) -> list[EventItem]:
    """Distinct occurrences over all mailboxes, and what lies outside the window."""
    found: dict[Identity, EventItem] = {}
    for address, calendar in google["calendars"].items():
        if address != calendar["owner"]:
            continue  # only the owner's own calendar is synced
        for seen in _occurrences(calendar, window):
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


def _occurrences(calendar: Mapping[str, Any], window: Window) -> Iterator[_Seen]:
    living = [event for event in calendar["events"] if event["status"] != "cancelled"]
    series = {event["id"]: event for event in living if event.get("recurrence")}
    touched: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for event in calendar["events"]:
        touched[event.get("recurringEventId", "")].append(event)
    for event in living:
        home = event.get("recurringEventId", "")
        if event["id"] in series:
            yield from _of_series(event, touched[event["id"]], window, calendar["timeZone"])
        elif home not in series:
            yield _seen(event, span(event), _original(event))


def _of_series(
    series: Mapping[str, Any], touched: Iterable[Mapping[str, Any]], window: Window, zone: str
) -> Iterator[_Seen]:
    """The occurrences in the window; the series itself where there is none."""
    exceptions = {moment(event["originalStartTime"]): event for event in touched}
    first, inside = span(series), 0
    computed = [first.at(start) for start in starts(series, window.high) if start not in exceptions]
    for when in computed:
        if when.lies_in(window, zone):
            inside += 1
            yield _seen(series, when, stamp(when), f"{series['id']}_{stamp(when)}")
    for event in exceptions.values():
        if event["status"] != "cancelled" and span(event).lies_in(window, zone):
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


def users_with_mailbox(google: Mapping[str, Any], salesforce: Mapping[str, Any]) -> set[str]:
    users = salesforce["records"]["User"]
    return {user["Id"] for user in users if (user["Email"] or "").lower() in google["accounts"]}


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


# -- Pairing


@dataclass(frozen=True, kw_only=True)
class EventRest:
    """What found no partner."""

    items: list[EventItem]
    records: list[Meeting]


Sameness = Callable[[Meeting], Hashable]
# From what only the same meeting shares to what may still be one that somebody is about to move or rename.
SAME: tuple[Sameness, ...] = (
    lambda m: (m.subject.casefold(), m.span),
    lambda m: (m.subject.casefold(), m.span.start, m.span.all_day),
    lambda m: (m.span,),
)


def pair(
    wanted: Iterable[EventItem], records: Iterable[Meeting], *, only_surely: bool = False
) -> tuple[list[tuple[EventItem, Meeting]], EventRest]:
    """Pairs items with records one by one, the surest first.

    `only_surely`: by subject, start, end, and whether it is whole days.
    """
    pairs: list[tuple[EventItem, Meeting]] = []
    lonely, free = list(wanted), list(records)
    for same in SAME[:1] if only_surely else SAME:
        found, lonely, free = _matched(lonely, free, same)
        pairs += found
    return pairs, EventRest(items=lonely, records=free)


def _matched(
    wanted: list[EventItem], records: list[Meeting], same: Sameness
) -> tuple[list[tuple[EventItem, Meeting]], list[EventItem], list[Meeting]]:
    free: dict[Hashable, list[Meeting]] = defaultdict(list)
    for record in records:
        free[same(record)].append(record)
    pairs, lonely = [], []
    for item in wanted:
        key = next((key for key in (same(sight) for sight in _forms(item)) if free[key]), None)
        if key is None:
            lonely.append(item)
        else:
            pairs.append((item, free[key].pop(0)))
    return pairs, lonely, [record for rest in free.values() for record in rest]


def _forms(item: EventItem) -> Iterator[Meeting]:
    """How a record of the item may look: as one of its copies, and a private one as nothing but busy."""
    for sight in item.sights:
        yield sight
        if sight.private:
            yield Meeting(subject=BUSY, span=sight.span)


def duplicates(wanted: Iterable[EventItem], records: Iterable[Meeting]) -> int:
    """Records beyond what the calendars account for: each item accounts for one of its subject and times."""
    accounted = Counter(key for item in wanted for key in {SAME[0](form) for form in _forms(item)})
    found = Counter(SAME[0](record) for record in records)
    return sum(max(0, n - max(1, accounted[key])) for key, n in found.items())


def differences(item: EventItem, record: Meeting) -> list[str]:
    """In what a record differs from the item; of copies with different contents from the one most like it."""
    return min((_differences(form, record) for form in _forms(item)), key=len)


def _differences(sight: Meeting, record: Meeting) -> list[str]:
    told = {
        "title": not sight.subject or sight.subject == record.subject,
        "start": _close(sight.span.start, record.span.start) and sight.span.all_day == record.span.all_day,
        "end": _close(sight.span.end, record.span.end),
        "location": start_of(sight.location) == start_of(record.location),
        "text": start_of(sight.text) == start_of(record.text),
    }
    return [name for name, same in told.items() if not same]


def _close(one: datetime, other: datetime) -> bool:
    return abs(one - other) <= timedelta(seconds=1)
