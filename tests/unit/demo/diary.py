"""Events as the stores of Calendar and Salesforce have them, for the oracle's tests; every argument is harmless."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from syncapp.demo.outside_pairs import EventItem, Meeting
from syncapp.demo.outside_series import Span, Window
from tests.unit.demo.sights import HERE, THERE

WINDOW = Window(low=datetime(2026, 3, 1, tzinfo=UTC), high=datetime(2026, 4, 1, tzinfo=UTC))
WINDOWS = {HERE: WINDOW, THERE: WINDOW}
INTEGRATION, ADMIN, ANNA, STRANGER = "005i", "005a", "005anna", "005s"


def day(number: int, hour: int = 9) -> datetime:
    """In March 2026, UTC; days beyond 31 are in the months that follow."""
    return datetime(2026, 3, 1, hour, tzinfo=UTC) + timedelta(days=number - 1)


def at(number: int, hour: int = 9, zone: str = "UTC") -> dict[str, str]:
    return {"dateTime": day(number, hour).isoformat().replace("+00:00", "Z"), "timeZone": zone}


def on(number: int) -> dict[str, str]:
    return {"date": day(number).date().isoformat()}


def event(uid: str = "1", number: int = 10, **more: Any) -> dict[str, Any]:
    """An hour on that day of March, in the calendar of its organizer."""
    whole = {"id": f"e{uid}", "iCalUID": f"{uid}@x", "status": "confirmed", "summary": f"Event {uid}"}
    when = {"start": at(number), "end": at(number, 10)}
    return whole | when | {"organizer": {"email": HERE}} | more


def exception(uid: str, original: dict[str, str], **more: Any) -> dict[str, Any]:
    stamp = (original.get("date") or original["dateTime"]).replace("-", "").replace(":", "")
    marks = {"id": f"e{uid}_{stamp}", "recurringEventId": f"e{uid}", "originalStartTime": original}
    return event(uid, **(marks | more))


def calendars(zone: str = "UTC", /, **diaries: list[dict[str, Any]]) -> dict[str, Any]:
    """Google's snapshot, in which each account has these events."""
    return {
        "accounts": {f"{name}@ours.example": {} for name in diaries},
        "calendars": {
            f"{name}@ours.example": {"owner": f"{name}@ours.example", "timeZone": zone, "events": events}
            for name, events in diaries.items()
        },
    }


def record(subject: str = "Event 1", number: int = 10, /, **more: Any) -> dict[str, Any]:
    """An event of Salesforce that the integration wrote."""
    form = "%Y-%m-%dT%H:%M:%S.000+0000"
    flags = {
        "IsDeleted": False,
        "IsChild": False,
        "IsRecurrence": False,
        "IsRecurrence2": False,
        "IsAllDayEvent": False,
    }
    when = {"StartDateTime": day(number).strftime(form), "EndDateTime": day(number, 10).strftime(form)}
    texts = {"Subject": subject, "Location": None, "Description": None, "RecurrenceActivityId": None}
    return {"Id": f"00U{subject}{number}", "OwnerId": ANNA, "CreatedById": INTEGRATION} | flags | when | texts | more


def salesforce(*records: dict[str, Any]) -> dict[str, Any]:
    users = {INTEGRATION: "", ADMIN: "", ANNA: "Anna@Ours.example", STRANGER: "stranger@ours.example"}
    rows = [{"Id": user_id, "Email": email} for user_id, email in users.items()]
    return {"records": {"User": rows, "Event": list(records)}}


def meeting(subject: str = "Event 1", number: int = 10, hours: int = 1, **more: Any) -> Meeting:
    start = day(number)
    span = Span(start=start, end=start + timedelta(hours=hours), all_day=False)
    return Meeting(subject=subject, span=span, **more)


def item(*sights: Meeting) -> EventItem:
    return EventItem(sights=list(sights) or [meeting()], copies=[(HERE, "e1")])
