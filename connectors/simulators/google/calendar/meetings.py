"""What an event is in full: an exception on the ground of its series, an occurrence computed from the rule."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

from connectors.simulators.google.calendar.recurrence import occurrences
from connectors.simulators.google.calendar.store import Calendar, Event, Fields
from connectors.simulators.google.calendar.times import Time, instant, length, moved, stamp

MOST_OCCURRENCES = 730  # of an endless rule, where nobody says until when

LOOKED_AT = (timedelta(days=400), timedelta(days=800))  # before and after a change of a rule

_OCCURRENCE = re.compile(r"(?P<series>.+)_(?P<stamp>\d{8}(T\d{6}Z)?)")


def fields(calendar: Calendar, event: Event) -> Fields:
    """What a reader sees as written: of an occurrence the series' values but for those that it has of its own."""
    series = calendar.events.get(event.series) if event.series else None
    if series is None:
        return {name: value for name, value in event.fields.items() if value is not None}
    ground = {name: value for name, value in series.fields.items() if name != "recurrence"}
    span = length(series.fields["start"], series.fields["end"])
    ground |= {"start": event.original, "end": moved(event.original, span)}
    return {name: value for name, value in (ground | event.fields).items() if value is not None}


def found(calendar: Calendar, event_id: str) -> Event | None:
    """The event with that id; of an occurrence nobody has touched, one that is made for the occasion."""
    if event_id in calendar.events:
        return calendar.events[event_id]
    match = _OCCURRENCE.fullmatch(event_id)
    series = calendar.events.get(match["series"]) if match else None
    if match is None or series is None or not series.recurring:
        return None
    for original in occurrences(series.fields["start"], series.fields["recurrence"]):
        if stamp(original) >= match["stamp"]:
            return occurrence(series, original) if stamp(original) == match["stamp"] else None
    return None


def occurrence(series: Event, original: Time) -> Event:
    return Event(
        id=f"{series.id}_{stamp(original)}",
        ical_uid=series.ical_uid,
        organizer=series.organizer,
        creator=series.creator,
        fields={},
        created=series.created,
        updated=series.updated,
        change=series.change,
        sequence=series.sequence,
        cancelled=series.cancelled,
        series=series.id,
        original=original,
    )


def expanded(calendar: Calendar, series: Event, since: datetime | None, until: datetime | None) -> list[Event]:
    """The occurrences that lie in the window, moved and cancelled ones among them, by their original starts.

    A moved one counts where it is now. Without `until` an endless rule is followed for `MOST_OCCURRENCES`.
    """
    touched = {event.id: event for event in calendar.exceptions(series)}
    computed = [e for e in _computed(calendar, series, since, until) if e.id not in touched]
    inside = [e for e in touched.values() if within(calendar, e, since, until)]
    return sorted(computed + inside, key=lambda event: instant(event.original, calendar.time_zone))


def _computed(calendar: Calendar, series: Event, since: datetime | None, until: datetime | None) -> Iterator[Event]:
    shown = 0
    for original in occurrences(series.fields["start"], series.fields["recurrence"]):
        if until and instant(original, calendar.time_zone) >= until:
            return
        event = occurrence(series, original)
        if within(calendar, event, since, until):
            yield event
            shown += 1
        if until is None and shown >= MOST_OCCURRENCES:
            return


def within(calendar: Calendar, event: Event, since: datetime | None, until: datetime | None) -> bool:
    """Ends after `since` and starts before `until`; both borders are out."""
    whole = fields(calendar, event)
    after = since is None or instant(whole["end"], calendar.time_zone) > since
    return after and (until is None or instant(whole["start"], calendar.time_zone) < until)


def any_within(calendar: Calendar, event: Event, since: datetime | None, until: datetime | None) -> bool:
    """The same; of a recurring event one occurrence is enough."""
    if not event.recurring or (since is None and until is None):
        return within(calendar, event, since, until)
    return any(within(calendar, e, since, until) for e in expanded(calendar, event, since, until))


def vanished(before: Event, after: Fields, now: datetime, own_zone: str) -> list[Time]:
    """The starts that the event had, by its rule before or already gone, and has no more by `after`."""
    had = [*_near(before.fields, now, own_zone), *before.gone] if before.recurring else before.gone
    has = {stamp(start) for start in _near(after, now, own_zone)} if after.get("recurrence") else set()
    return list({stamp(start): start for start in had if stamp(start) not in has}.values())


def _near(rule: Fields, now: datetime, own_zone: str) -> Iterator[Time]:
    """The first occurrences of a rule, and those around the present: of an endless one not all can be looked at."""
    for number, start in enumerate(occurrences(rule["start"], rule["recurrence"])):
        at, among_first = instant(start, own_zone), number < MOST_OCCURRENCES
        if at > now + LOOKED_AT[1] and not among_first:
            return
        if among_first or at >= now - LOOKED_AT[0]:
            yield start


def looks(calendar: Calendar, series: Event) -> dict[str, Fields]:
    """What the living exceptions of a series look like, by their ids."""
    return {e.id: fields(calendar, e) for e in calendar.exceptions(series) if not e.cancelled}


def touch(calendar: Calendar, series: Event, before: dict[str, Fields], now: float) -> None:
    """A change of the series is one of the exceptions, too, that look different by it."""
    for exception_id, after in looks(calendar, series).items():
        if before.get(exception_id) != after:
            calendar.put(calendar.events[exception_id], now)


def lost(calendar: Calendar, series: Event) -> list[Event]:
    """The occurrences that are gone, each as a cancelled one; those of which something is stored aside."""
    found = [occurrence(series, original) for original in series.gone]
    found = [event for event in found if event.id not in calendar.events]
    for event in found:
        event.cancelled = True
    return found
