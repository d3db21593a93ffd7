"""What a person sees who follows a link into Google Calendar: one event of one calendar.

The link is an event's `htmlLink`; its `eid` is the ids of the event and of the calendar in base64. Nobody signs in
here: the page is for the demo's user.
"""

from __future__ import annotations

import base64
from html import escape

from connectors.simulators.google.calendar import meetings
from connectors.simulators.google.calendar.store import Calendar, Event
from connectors.simulators.google.world import World
from connectors.simulators.simulator import Call, Reply, Request

PATH = "/calendar/event"


def show(world: World, request: Request, call: Call) -> Reply:
    """The event; 404 for one that is not there."""
    from connectors.simulators.door import document

    call.operation = "webcalendar"
    event_id, _, calendar_id = _decoded(request.first("eid")).partition(" ")
    calendar = world.calendars.by_id.get(calendar_id)
    event = meetings.found(calendar, event_id) if calendar else None
    if calendar is None or event is None:
        return Reply.html(document("Google", "<p>There is no such event.</p>"), 404)
    call.account = calendar.owner
    return Reply.html(document("Google", f"<h2>{escape(calendar.summary)}</h2>{_shown(calendar, event)}"))


def _decoded(text: str) -> str:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
    except ValueError:
        return ""


def _shown(calendar: Calendar, event: Event) -> str:
    whole = meetings.fields(calendar, event)
    guests = ", ".join(f"{g['email']} ({g['responseStatus']})" for g in whole.get("attendees") or [])
    rows = {
        "From": whole["start"].get("date") or whole["start"].get("dateTime"),
        "To": whole["end"].get("date") or whole["end"].get("dateTime"),
        "Where": whole.get("location"),
        "Organizer": event.organizer,
        "Guests": guests,
        "Colour": whole.get("colorId"),
    }
    lines = "".join(f'<tr><th scope="row">{n}</th><td>{escape(str(v))}</td></tr>' for n, v in rows.items() if v)
    deleted = "<p>This event was deleted.</p>" if event.cancelled else ""
    return (
        f"<article><h3>{escape(str(whole.get('summary') or '(no title)'))}</h3>{deleted}<table>{lines}</table>"
        f"<p>{escape(str(whole.get('description', '')))}</p></article>"
    )
