"""One meeting in several calendars: the organizer's event, and a copy with the same id in each guest's calendar.

What the organizer changes reaches the copies, what a guest answers reaches the organizer and from there all
copies. Colour, reminders, transparency, visibility and private properties are each copy's own.
https://developers.google.com/workspace/calendar/api/concepts/sharing#invite_attendees_to_events
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from connectors.simulators.google.calendar import meetings
from connectors.simulators.google.calendar.errors import not_organizer
from connectors.simulators.google.calendar.store import Calendar, Calendars, Event, Fields
from connectors.simulators.google.calendar.times import Time

OWN = ("colorId", "reminders", "transparency", "visibility")
ANSWER = ("responseStatus", "comment", "additionalGuests")


def shared(fields: Fields) -> Fields:
    """What all copies have in common."""
    found = {name: value for name, value in fields.items() if name not in (*OWN, "extendedProperties")}
    properties = (fields.get("extendedProperties") or {}).get("shared")
    return found | ({"extendedProperties": {"shared": properties}} if properties else {})


def _own(fields: Fields) -> Fields:
    found = {name: fields[name] for name in OWN if name in fields}
    properties = (fields.get("extendedProperties") or {}).get("private")
    return found | ({"extendedProperties": {"private": properties}} if properties else {})


def _joined(common: Fields, own: Fields) -> Fields:
    properties = {**common.get("extendedProperties", {}), **own.get("extendedProperties", {})}
    return common | own | ({"extendedProperties": properties} if properties else {})


def spread(calendars: Calendars, home: Calendar, event: Event) -> None:
    """Brings the copies of the organizer's event up to date; a copy that is so already is not touched."""
    invited = set() if event.cancelled else set(guests(home, event))
    for email in sorted(invited - {home.id}):
        calendar = calendars.by_id.get(email)
        if calendar and calendar.primary and not _stays_away(calendar, home, event):
            _update(calendars, home, calendar, event)
    for calendar, copy in held(calendars, event):
        if calendar.id not in invited and not copy.cancelled:
            cancel(calendars, calendar, copy)


def held(calendars: Calendars, event: Event) -> list[tuple[Calendar, Event]]:
    """The same meeting, or the same occurrence of it, in other calendars than its organizer's."""
    elsewhere = [calendar for calendar in calendars.by_id.values() if calendar.id != event.organizer]
    pairs = [(calendar, meetings.found(calendar, event.id)) for calendar in elsewhere]
    return [(calendar, copy) for calendar, copy in pairs if copy and copy.organizer == event.organizer]


def guests(home: Calendar, event: Event) -> dict[str, dict[str, Any]]:
    """Those who are invited, by address."""
    return {guest["email"]: guest for guest in meetings.fields(home, event).get("attendees") or []}


def _stays_away(calendar: Calendar, home: Calendar, event: Event) -> bool:
    """Who declined and deleted the copy does not get it again."""
    old = calendar.events.get(event.id)
    declined = guests(home, event)[calendar.id]["responseStatus"] == "declined"
    return bool(old and old.cancelled and declined)


def _update(calendars: Calendars, home: Calendar, calendar: Calendar, event: Event) -> None:
    old = calendar.events.get(event.id)
    alone = bool(event.series) and event.series not in calendar.events  # invited to this occurrence only
    common = shared(meetings.fields(home, event) if alone else event.fields)
    fields = _joined(common, _own(old.fields) if old else _at_first(home, event))
    if old and (old.fields, old.sequence, old.cancelled) == (fields, event.sequence, event.cancelled):
        return
    copy = Event(
        id=event.id,
        ical_uid=event.ical_uid,
        organizer=event.organizer,
        creator=event.creator,
        fields=fields,
        created=event.created,
        sequence=event.sequence,
        series=event.series,
        original=dict(event.original),
    )
    copy.gone = gone(calendars, calendar, old, fields) if old else []
    looked = meetings.looks(calendar, copy)
    calendar.put(copy, calendars.now())
    meetings.touch(calendar, copy, looked, calendars.now())


def _at_first(home: Calendar, event: Event) -> Fields:
    """A new copy is as private, and as busy, as the organizer's event is; later it is the guest's to say."""
    whole = meetings.fields(home, event)
    return {name: whole[name] for name in ("visibility", "transparency") if name in whole}


def gone(calendars: Calendars, calendar: Calendar, old: Event, new: Fields) -> list[Time]:
    """What of an event's occurrences is no more, now that its fields are `new`."""
    if old.series:
        return []
    return meetings.vanished(old, new, datetime.fromtimestamp(calendars.now(), UTC), calendar.time_zone)


def cancel(calendars: Calendars, calendar: Calendar, event: Event) -> None:
    """Makes a tombstone of the event, and of the exceptions that belong to it."""
    event.cancelled = True
    calendar.put(event, calendars.now())
    for exception in calendar.exceptions(event):
        if not exception.cancelled:
            cancel(calendars, calendar, exception)


# -- What a guest may change


def changed_by_guest(calendars: Calendars, calendar: Calendar, event: Event, old: Fields, new: Fields) -> Fields:
    """The fields that a guest's copy gets; its answer goes to the organizer. Raises the refusal 403."""
    home = calendars.by_id.get(event.organizer)
    if _without_guests(old) != _without_guests(new) and not old.get("guestsCanModify"):
        raise not_organizer()
    before, after = _by_address(old), _by_address(new)
    if "attendees" in new and set(before) - set(after):
        raise not_organizer()
    if set(after) - set(before) and old.get("guestsCanInviteOthers") is False:
        raise not_organizer()
    new = dict(new)
    new["attendees"] = [_answered(guest, after.get(email), calendar.id) for email, guest in before.items()]
    new["attendees"] += [guest for email, guest in after.items() if email not in before]
    new = {name: value for name, value in new.items() if value != []}
    if home:
        _tell(calendars, home, event, shared(new))
    return new


def _without_guests(fields: Fields) -> Fields:
    return {name: value for name, value in shared(fields).items() if name != "attendees"}


def _by_address(fields: Fields) -> dict[str, dict[str, Any]]:
    return {guest["email"]: guest for guest in fields.get("attendees") or []}


def _answered(known: dict[str, Any], given: dict[str, Any] | None, own: str) -> dict[str, Any]:
    """A guest speaks for themselves only; what is said of others is passed over."""
    if given is None or known["email"] != own:
        return known
    return known | {name: given[name] for name in ANSWER if name in given}


def _tell(calendars: Calendars, home: Calendar, event: Event, common: Fields) -> None:
    """Brings what a guest changed to the organizer's event, and from there to all copies."""
    original = meetings.found(home, event.id)
    known = shared(meetings.fields(home, original)) if original else common
    changed = {name: common.get(name) for name in {*known, *common} if known.get(name) != common.get(name)}
    if original is None or not changed:
        return
    looked = meetings.looks(home, original)
    original.fields = _joined(original.fields, {name: value for name, value in changed.items() if value is not None})
    for name in [name for name, value in changed.items() if value is None]:
        original.fields[name] = None
    home.put(original, calendars.now())
    meetings.touch(home, original, looked, calendars.now())
    spread(calendars, home, original)


def decline(calendars: Calendars, calendar: Calendar, event: Event) -> None:
    """Who deletes a copy has declined."""
    home = calendars.by_id.get(event.organizer)
    known = guests(calendar, event)
    if home and calendar.id in known:
        declined = {"responseStatus": "declined"}
        said = [_answered(guest, declined, calendar.id) for guest in known.values()]
        _tell(calendars, home, event, shared(meetings.fields(calendar, event)) | {"attendees": said})


def announce(calendars: Calendars, calendar: Calendar, event: Event, kind: str, told: str) -> None:
    """Notes the mails that Google would send, as `sendUpdates` asks for them."""
    for email in guests(calendar, event):
        outside = email not in calendars.by_id
        if email != calendar.id and (told == "all" or (told == "externalOnly" and outside)):
            calendars.invitations.append({"kind": kind, "event": event.id, "to": email})
