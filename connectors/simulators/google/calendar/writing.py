"""How an event comes into a calendar, changes there, and goes.

One way for the API and for the control door. Everything raises the refusals that the API gives.
"""

from __future__ import annotations

import re
from base64 import b32hexencode
from dataclasses import dataclass
from typing import Any

from connectors.simulators.google.calendar import conferences, copies, kinds, meetings, times
from connectors.simulators.google.calendar.checking import checked
from connectors.simulators.google.calendar.errors import (
    deleted,
    duplicate,
    forbidden,
    invalid,
    refused,
    required,
)
from connectors.simulators.google.calendar.showing import PLAIN
from connectors.simulators.google.calendar.store import Calendar, Calendars, Event, Fields

WRITABLE = (*PLAIN, "start", "end", "attendees", "reminders", "status", "eventType")
STALE = (
    "Invalid sequence value. The specified sequence number is below the current sequence number of the resource. "
    "Re-fetch the resource and use its sequence number on the following request."
)
INTO_SERIES = "Cannot turn an instance of a recurring event into a recurring event itself."
STRANGER = "The owner of the calendar must either be the organizer or an attendee of an event that is imported."


@dataclass(frozen=True, kw_only=True)
class Hand:
    """Who writes where. `told` is `sendUpdates`; `conferences` whether the client knows conference data."""

    calendars: Calendars
    calendar: Calendar
    actor: str
    told: str = "none"
    conferences: bool = False

    def put(self, event: Event, *, silently: bool = False) -> Event:
        return self.calendar.put(event, self.calendars.now(), silently=silently)


# -- Insert and import


def insert(hand: Hand, body: Fields) -> Event:
    """A new event whose organizer is the calendar."""
    event_id, uid = str(body.get("id") or ""), str(body.get("iCalUID") or "")
    if event_id and (uid or not re.fullmatch(r"[0-9a-v]{5,1024}", event_id)):
        raise invalid("Invalid resource id value.")
    if event_id in hand.calendar.events or (uid and hand.calendar.with_uid(uid)):
        raise duplicate()
    fields = checked(hand.calendar, _written(hand, body, {}))
    event_id = event_id or hand.calendars.new_id()
    event = Event(
        id=event_id,
        ical_uid=uid or f"{event_id}@google.com",
        organizer=hand.calendar.id,
        creator=hand.actor,
        fields=fields,
        sequence=int(body.get("sequence") or 0),
        cancelled=fields.pop("status", "") == "cancelled",
    )
    hand.put(event)
    copies.spread(hand.calendars, hand.calendar, event)
    copies.announce(hand.calendars, hand.calendar, event, "invitation", hand.told)
    return event


def import_(hand: Hand, body: Fields) -> Event:
    """A private copy of an event from elsewhere, known by its iCalUID; one that is there already is changed."""
    uid = str(body.get("iCalUID") or "")
    if not uid:
        raise required("Missing iCalUID.")
    special = [name for name, _ in kinds.PROPERTIES.values()]
    fields = checked(hand.calendar, _written(hand, {k: v for k, v in body.items() if k not in special}, {}))
    fields.pop("eventType", None)
    organizer = str((body.get("organizer") or {}).get("email") or hand.calendar.id).lower()
    if hand.calendar.id not in (organizer, *(guest["email"] for guest in fields.get("attendees", []))):
        raise refused("participantIsNeitherOrganizerNorAttendee", STRANGER)
    old = next((event for event in hand.calendar.with_uid(uid) if not event.series), None)
    sequence = int(body.get("sequence") or 0)
    if old and sequence < old.sequence:
        raise invalid(STALE)
    event = Event(
        id=old.id if old else f"_{b32hexencode(uid.encode()).decode().rstrip('=').lower()}",
        ical_uid=uid,
        organizer=organizer,
        creator=organizer,
        fields=fields,
        created=old.created if old else 0.0,
        sequence=sequence,
        cancelled=fields.pop("status", "") == "cancelled",
    )
    return hand.put(event)


# -- Change


def change(hand: Hand, event: Event, body: Fields, *, whole: bool) -> Event:
    """The event with what the body says; `whole` is an update (PUT), which drops what the body lacks."""
    if event.cancelled and body.get("status") not in ("confirmed", "tentative"):
        raise forbidden()
    given = body.get("sequence")
    sequence = event.sequence if given is None else int(given)
    if sequence < event.sequence:
        raise invalid(STALE)
    if event.series and body.get("recurrence"):
        raise invalid(INTO_SERIES)
    old = meetings.fields(hand.calendar, event)
    if str(body.get("eventType") or old.get("eventType", "default")) != old.get("eventType", "default"):
        raise kinds.restricted("The type of an event cannot be changed.")
    if body.get("status") == "cancelled":
        delete(hand, event)
        return hand.calendar.events[event.id]
    new = checked(hand.calendar, _new_fields(hand, old, body, whole=whole), recurring=bool(event.series) or None)
    if event.organizer != hand.calendar.id:
        new = copies.changed_by_guest(hand.calendars, hand.calendar, event, old, new)
    return _stored(hand, event, old, new, sequence)


def _new_fields(hand: Hand, old: Fields, body: Fields, *, whole: bool) -> Fields:
    if not whole:
        return _written(hand, merged({k: v for k, v in old.items() if k in WRITABLE}, body), old)
    kept = {name: old[name] for name in ("eventType",) if name in old}
    return kept | _written(hand, body, old)


def _stored(hand: Hand, event: Event, old: Fields, new: Fields, sequence: int) -> Event:
    later = {name for name in ("start", "end", "recurrence") if old.get(name) != new.get(name)}
    event.sequence = max(event.sequence + bool(later), sequence)
    silently = {name for name in {*old, *new} if old.get(name) != new.get(name)} <= {"reminders"}
    looked = meetings.looks(hand.calendar, event)
    event.cancelled = False
    event.gone = copies.gone(hand.calendars, hand.calendar, event, new) if later else event.gone
    event.fields = _difference(hand.calendar, event, new) if event.series else new
    hand.put(event, silently=silently)
    meetings.touch(hand.calendar, event, looked, hand.calendars.now())
    if later and not event.series:
        _drop_orphans(hand, event)
    if event.organizer == hand.calendar.id:
        copies.spread(hand.calendars, hand.calendar, event)
        copies.announce(hand.calendars, hand.calendar, event, "update", hand.told)
    return event


def _difference(calendar: Calendar, event: Event, new: Fields) -> Fields:
    """Of an occurrence only what differs from its series."""
    if event.series not in calendar.events:
        return new
    ground = meetings.fields(calendar, meetings.occurrence(calendar.events[event.series], event.original))
    changed = {name: value for name, value in new.items() if ground.get(name) != value}
    return changed | {name: None for name in ground if name not in new}


def _drop_orphans(hand: Hand, series: Event) -> None:
    """Exceptions of occurrences that the changed rule no longer has are gone."""
    bare = Event(id=series.id, ical_uid="", organizer="", creator="", fields=series.fields)
    for exception in hand.calendar.exceptions(series):
        stub = Calendar(id="", owner="", summary="", events={series.id: bare})
        if not exception.cancelled and meetings.found(stub, f"{series.id}_{times.stamp(exception.original)}") is None:
            copies.cancel(hand.calendars, hand.calendar, exception)
            copies.spread(hand.calendars, hand.calendar, exception)


def merged(old: Fields, new: Fields) -> Fields:
    """As RFC 7396: objects are merged, lists replaced, and null takes away."""
    result = dict(old)
    for name, value in new.items():
        if value is None:
            result.pop(name, None)
        elif isinstance(value, dict) and isinstance(result.get(name), dict):
            result[name] = merged(result[name], value)
        else:
            result[name] = merged({}, value) if isinstance(value, dict) else value
    return result


def _written(hand: Hand, body: Fields, old: Fields) -> dict[str, Any]:
    """The fields of a body that a client may write; conference data only if the client knows of them."""
    fields = {name: body[name] for name in WRITABLE if name in body}
    fields.pop("conferenceData", None)
    found = conferences.written(body.get("conferenceData"), old) if hand.conferences else old.get("conferenceData")
    return fields | ({"conferenceData": found} if found else {})


# -- Delete and move


def delete(hand: Hand, event: Event) -> None:
    """Leaves a tombstone. Of a guest's copy only the copy goes, and the organizer learns that it was declined."""
    if event.cancelled:
        raise deleted()
    own = event.organizer == hand.calendar.id
    if own:
        copies.announce(hand.calendars, hand.calendar, event, "cancellation", hand.told)
    copies.cancel(hand.calendars, hand.calendar, event)
    if own:
        copies.spread(hand.calendars, hand.calendar, event)
    else:
        copies.decline(hand.calendars, hand.calendar, event)


def move(hand: Hand, event: Event, destination: Calendar) -> Event:
    """The event in another calendar, which is its organizer from now on."""
    if event.series:
        raise refused("cannotChangeOrganizerOfInstance", "Cannot change the organizer of an instance.")
    if event.organizer != hand.calendar.id:
        raise refused("cannotChangeOrganizer", "Cannot change the organizer of an event.")
    if event.fields.get("eventType", "default") != "default":
        raise kinds.restricted("Only events of type default can be moved.")
    if event.cancelled:
        raise forbidden()
    if destination.id == hand.calendar.id:
        return event
    family = [event, *hand.calendar.exceptions(event)]
    there = [destination.put(_twin(one, destination.id), hand.calendars.now()) for one in family]
    copies.cancel(hand.calendars, hand.calendar, event)
    for calendar in hand.calendars.by_id.values():
        for one in [calendar.events[each.id] for each in family if each.id in calendar.events]:
            one.organizer = destination.id if not one.cancelled else one.organizer
    for one in there:
        copies.spread(hand.calendars, destination, one)
    return there[0]


def _twin(event: Event, organizer: str) -> Event:
    return Event(
        id=event.id,
        ical_uid=event.ical_uid,
        organizer=organizer,
        creator=event.creator,
        fields=dict(event.fields),
        created=event.created,
        sequence=event.sequence + 1,
        cancelled=event.cancelled,
        series=event.series,
        original=dict(event.original),
    )
