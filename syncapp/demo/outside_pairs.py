"""What the outside oracle sees of an event on either side, and which of both sides belong together.

Events and records are paired by subject, start, end and whole days, one by one: by what both show, never by our key.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from syncapp.demo.outside import Copy, start_of
from syncapp.demo.outside_series import Span

BUSY = "Busy"


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
class EventRest:
    """What found no partner."""

    items: list[EventItem]
    records: list[Meeting]


Sameness = Callable[[Meeting], Hashable]


def _named_and_timed(meeting: Meeting) -> Hashable:
    return (meeting.subject.casefold(), meeting.span)


def _word_for_word(meeting: Meeting) -> Hashable:
    """Two meetings of one name at one time, or of no name, still differ by their words."""
    return (_named_and_timed(meeting), start_of(meeting.text), start_of(meeting.location))


SURELY: tuple[Sameness, ...] = (_word_for_word, _named_and_timed)
MOVED: tuple[Sameness, ...] = (
    lambda m: (m.subject.casefold(), m.span.start, m.span.all_day),
    lambda m: (m.subject.casefold(),),
)
LIKELY: tuple[Sameness, ...] = (MOVED[0], lambda m: (m.span,), MOVED[1])  # moved or renamed on one side


def pair(
    wanted: Iterable[EventItem], records: Iterable[Meeting], ways: Iterable[Sameness] = (*SURELY, *LIKELY)
) -> tuple[list[tuple[EventItem, Meeting]], EventRest]:
    """Pairs items with records one by one, the surest first: (pairs, what is left over on either side)."""
    pairs: list[tuple[EventItem, Meeting]] = []
    lonely, free = list(wanted), list(records)
    for same in ways:
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
    accounted = Counter(key for item in wanted for key in {_named_and_timed(form) for form in _forms(item)})
    found = Counter(_named_and_timed(record) for record in records)
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
