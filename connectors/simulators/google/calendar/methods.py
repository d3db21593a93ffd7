"""Which methods of the Calendar API are carried out, by their names in the discovery document.

A method that the document declares and this table lacks is answered with 501.
https://developers.google.com/workspace/calendar/api/v3/reference
"""

from __future__ import annotations

from typing import Any

from connectors.simulators.google.answers import ApiError, not_simulated
from connectors.simulators.google.calendar import channels, listing, meetings, palette, showing, times, writing
from connectors.simulators.google.calendar.errors import changed_meanwhile, forbidden, invalid, not_found
from connectors.simulators.google.calendar.rights import Asked, Operation, role, the_calendar, writable
from connectors.simulators.google.calendar.store import ROLES, Calendar, Event, at_least
from connectors.simulators.google.calendar.writing import Hand

LARGEST_LIST = 250

# -- Calendars


def _calendar(asked: Asked) -> dict[str, Any]:
    return showing.calendar(the_calendar(asked))


def _entry(asked: Asked) -> dict[str, Any]:
    calendar = the_calendar(asked)
    return showing.entry(calendar, role(asked, calendar))


def _entries(asked: Asked) -> dict[str, Any]:
    """The calendars that the user sees, those with a lesser role than `minAccessRole` left out."""
    if asked.query["syncToken"]:
        raise not_simulated("syncToken of calendarList.list")
    least = str(asked.query["minAccessRole"]) or ROLES[0]
    email = asked.account.email
    found = [c for c in asked.calendars.seen_by(email) if at_least(c.access[email], least)]
    start = _start(asked, (email, "calendarList", least))
    size = min(int(asked.query["maxResults"]) or 100, LARGEST_LIST)
    answer: dict[str, Any] = {"kind": "calendar#calendarList", "etag": f'"p{len(found)}"'}
    answer["items"] = [showing.entry(c, c.access[email]) for c in found[start : start + size]]
    if start + size < len(found):
        answer["nextPageToken"] = asked.world.pages.issue((email, "calendarList", least), start + size)
    return answer


def _start(asked: Asked, key: tuple[str, ...]) -> int:
    if not asked.query["pageToken"]:
        return 0
    try:
        return int(asked.world.pages.open(str(asked.query["pageToken"]), key))
    except ApiError:
        raise invalid("Invalid page token value.") from None


def _colours(_: Asked) -> dict[str, Any]:
    return palette.COLOURS


# -- Events


def _listed(asked: Asked) -> dict[str, Any]:
    calendar = the_calendar(asked)
    return listing.answer(asked, listing.read(asked, calendar, plain=False))


def _instances(asked: Asked) -> dict[str, Any]:
    """The occurrences of one recurring event; of any other there are none to list."""
    calendar = the_calendar(asked)
    series = _event(asked, calendar)
    if not series.recurring:
        raise invalid("The requested event is not a recurring event.")
    alone = Calendar(
        id=calendar.id,
        owner=calendar.owner,
        summary=calendar.summary,
        time_zone=calendar.time_zone,
        primary=calendar.primary,
        created=calendar.created,
        access=calendar.access,
        events={series.id: series, **{event.id: event for event in calendar.exceptions(series)}},
    )
    return listing.answer(asked, listing.read(asked, alone, plain=True))


def _got(asked: Asked) -> dict[str, Any]:
    calendar = the_calendar(asked)
    times.query_zone(str(asked.query["timeZone"]))
    return _shown(asked, calendar, _event(asked, calendar), zone=str(asked.query["timeZone"]))


def _inserted(asked: Asked) -> dict[str, Any]:
    hand = _hand(asked, writable(asked))
    return _shown(asked, hand.calendar, writing.insert(hand, asked.body))


def _imported(asked: Asked) -> dict[str, Any]:
    hand = _hand(asked, writable(asked))
    return _shown(asked, hand.calendar, writing.import_(hand, asked.body))


def _updated(asked: Asked) -> dict[str, Any]:
    return _changed(asked, whole=True)


def _patched(asked: Asked) -> dict[str, Any]:
    return _changed(asked, whole=False)


def _changed(asked: Asked, *, whole: bool) -> dict[str, Any]:
    hand = _hand(asked, writable(asked))
    event = _own_event(asked, hand.calendar)
    return _shown(asked, hand.calendar, writing.change(hand, event, asked.body, whole=whole))


def _deleted(asked: Asked) -> None:
    hand = _hand(asked, writable(asked))
    writing.delete(hand, _own_event(asked, hand.calendar))


def _moved(asked: Asked) -> dict[str, Any]:
    hand = _hand(asked, writable(asked))
    if not asked.query["destination"]:
        raise invalid("Missing destination.", location="destination")
    destination = writable(asked, "destination")
    return _shown(asked, destination, writing.move(hand, _own_event(asked, hand.calendar), destination))


def _hand(asked: Asked, calendar: Calendar) -> Hand:
    told = "all" if asked.query.get("sendNotifications") else str(asked.query.get("sendUpdates") or "none")
    return Hand(
        calendars=asked.calendars,
        calendar=calendar,
        actor=asked.account.email,
        told=told,
        conferences=asked.query.get("conferenceDataVersion") == 1,
    )


def _event(asked: Asked, calendar: Calendar) -> Event:
    """The event that the path names, deleted ones too. Raises the refusal 404."""
    found = meetings.found(calendar, asked.path["eventId"])
    if found is None:
        raise not_found()
    return found


def _own_event(asked: Asked, calendar: Calendar) -> Event:
    """Likewise, to write it: as it was when the client read it, and not hidden from the client."""
    event, expected = _event(asked, calendar), asked.header("if-match")
    if expected not in ("", "*", event.etag):
        raise changed_meanwhile()
    private = meetings.fields(calendar, event).get("visibility") in ("private", "confidential")
    if private and not at_least(role(asked, calendar), "writer"):
        raise forbidden()
    return event


def _shown(asked: Asked, calendar: Calendar, event: Event, *, zone: str = "") -> dict[str, Any]:
    most = int(asked.query.get("maxAttendees") or 0)
    base_url = asked.world.base_url
    return showing.event(calendar, event, role(asked, calendar), base_url=base_url, zone=zone, most_attendees=most)


OPERATIONS: dict[str, Operation] = {
    "calendarList.list": _entries,
    "calendarList.get": _entry,
    "calendars.get": _calendar,
    "colors.get": _colours,
    "events.list": _listed,
    "events.instances": _instances,
    "events.get": _got,
    "events.insert": _inserted,
    "events.import": _imported,
    "events.update": _updated,
    "events.patch": _patched,
    "events.delete": _deleted,
    "events.move": _moved,
    "events.watch": channels.watched,
    "channels.stop": channels.stopped,
}
