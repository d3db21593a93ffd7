"""Events as Salesforce records, and back. Pure.

One record for each occurrence. An all-day event lies between midnights of UTC, and its end is its last day, not the
first moment after it (Event, Object Reference for the Salesforce Platform). Start and end say when it is; the
duration, which has to agree with them, is left to Salesforce. A subject, a place or a length that Salesforce does not
take is not cut: it refuses the record and says so. Only a description is shortened, with a note at its end; how the
meeting is joined is its last paragraph.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from connectors.calendars import Conference
from connectors.records import CrmRecord, Event, EventKind, RecordWrite, Response
from connectors.salesforce.joining import with_conference, without_conference
from connectors.salesforce.mapping import KEY, VERSION, moment, standing, timestamp

BUSY, FREE, AWAY = "Busy", "Free", "OutOfOffice"
DAY = timedelta(days=1)

# What `crm_event` reads of a record.
FIELDS = (
    "Id",
    "Subject",
    "Location",
    "Description",
    "StartDateTime",
    "EndDateTime",
    "IsAllDayEvent",
    "ShowAs",
    "IsPrivate",
    "OwnerId",
    "IsDeleted",
    "LastModifiedDate",
    "SystemModstamp",
    KEY,
    VERSION,
)

STATUS = {
    Response.NONE: "New",
    Response.ACCEPTED: "Accepted",
    Response.DECLINED: "Declined",
    Response.TENTATIVE: "Maybe",
}


def event_fields(write: RecordWrite, event: Event) -> dict[str, Any]:
    """What every write says of an event. Whose it is, how it shows and whom it is about is not among it."""
    return {
        "attributes": {"type": "Event"},
        KEY: write.key,
        VERSION: write.version,
        "Subject": event.title or None,
        "Location": event.location or None,
        "Description": with_conference(event.text, event.conference) or None,
        "IsAllDayEvent": event.all_day,
        "StartDateTime": timestamp(event.start),
        "EndDateTime": timestamp(last_moment(event)),
        "IsPrivate": event.private,
    }


def new_event(write: RecordWrite, event: Event, person_id: str | None) -> dict[str, Any]:
    """The record of an event that is not there yet, about this contact or lead."""
    given = {"OwnerId": write.owner_id, "WhatId": write.about_id}
    more = {name: value for name, value in given.items() if value}
    return event_fields(write, event) | {"ShowAs": show_as(event), "WhoId": person_id, **more}


def known_event(write: RecordWrite, event: Event) -> dict[str, Any]:
    """What is written of an event that is there. It stays with whom it belongs to."""
    return event_fields(write, event) | {"Id": write.record_id}


def kept(event: Event) -> Event:
    """How an event reads back once it was written: what Salesforce shortens, strips or rounds is so here too."""
    end = last_moment(event) + DAY if event.all_day else event.end
    text, conference = _read_back(with_conference(event.text, event.conference))
    return replace(
        event,
        title=event.title.strip(),
        location=event.location.strip(),
        text=text,
        conference=conference,
        start=event.start.replace(microsecond=0),
        end=end.replace(microsecond=0),
    )


def _read_back(description: str) -> tuple[str, Conference | None]:
    return without_conference(description.replace("\r\n", "\n"))


def show_as(event: Event) -> str:
    """Why somebody is busy is not shown of a private event."""
    if not event.busy:
        return FREE
    return AWAY if event.kind is EventKind.ABSENCE and not event.private else BUSY


def shows_otherwise(event: Event, now: str) -> bool:
    """Whether how the record shows, which is `now`, says something else. People may have chosen another way of being
    busy for a meeting, and none for an absence."""
    wanted = show_as(event)
    return (now == FREE) is event.busy or (wanted == AWAY != now)


def last_moment(event: Event) -> datetime:
    """The end as Salesforce has it: the last day of whole days, of which there is at least one."""
    return max(event.start, event.end - DAY) if event.all_day else event.end


def crm_event(row: Mapping[str, Any]) -> CrmRecord:
    """A row of Event with `FIELDS`."""
    start, end = moment(row["StartDateTime"]), moment(row["EndDateTime"])
    all_day = row["IsAllDayEvent"] is True
    text, conference = _read_back(row["Description"] or "")
    event = Event(
        uid="",
        title=row["Subject"] or "",
        start=start,
        end=end + DAY if all_day else end,
        all_day=all_day,
        text=text,
        location=row["Location"] or "",
        busy=row["ShowAs"] != FREE,
        private=row["IsPrivate"] is True,
        conference=conference,
        key=row[KEY] or "",
        changed_at=moment(row["LastModifiedDate"]),
    )
    return standing(row, event)
