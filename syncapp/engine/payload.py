"""A message, an event, a task or a contact as JSON and back: what a change keeps until it is settled. Pure."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from connectors.calendars import Conference
from connectors.contacts import Contact, Place
from connectors.records import (
    Address,
    Attachment,
    Attendee,
    Email,
    Event,
    EventKind,
    Flag,
    Participant,
    Party,
    Record,
    Response,
    Task,
)


def to_json(email: Email) -> dict[str, Any]:
    return asdict(email) | {
        "date": email.date.isoformat(),
        "flags": sorted(email.flags),
        "labels": sorted(email.labels),
    }


def from_json(values: dict[str, Any]) -> Email:
    return Email(
        **{
            **values,
            "date": datetime.fromisoformat(values["date"]),
            "participants": tuple(
                Participant(party=Party(p["party"]), address=Address(**p["address"])) for p in values["participants"]
            ),
            "references": tuple(values["references"]),
            "attachments": tuple(Attachment(**a) for a in values["attachments"]),
            "flags": frozenset(Flag(f) for f in values["flags"]),
            "labels": frozenset(values.get("labels", ())),  # what was kept before they were read has none
        }
    )


def record_to_json(record: Record) -> dict[str, Any]:
    """An event, a task or a contact; `record_from_json` gives it back."""
    match record:
        case Contact():
            return _contact_to_json(record)
        case Task():
            return _task_to_json(record)
        case Event():
            return _event_to_json(record)


def record_from_json(values: dict[str, Any]) -> Record:
    if "birthday" in values:
        return _contact_from_json(values)
    return _task_from_json(values) if "due" in values else _event_from_json(values)


def _contact_to_json(contact: Contact) -> dict[str, Any]:
    moments = {"birthday": contact.birthday, "changed_at": contact.changed_at}
    return asdict(contact) | {name: moment.isoformat() if moment else None for name, moment in moments.items()}


def _contact_from_json(values: dict[str, Any]) -> Contact:
    birthday, changed_at = values["birthday"], values["changed_at"]
    known = {
        "more_emails": tuple(values["more_emails"]),
        "address": Place(**values["address"]),
        "other_address": Place(**values["other_address"]),
        "birthday": date.fromisoformat(birthday) if birthday else None,
        "changed_at": datetime.fromisoformat(changed_at) if changed_at else None,
    }
    return Contact(**values | known)


def _task_to_json(task: Task) -> dict[str, Any]:
    moments = {"due": task.due, "changed_at": task.changed_at}
    return asdict(task) | {name: moment.isoformat() if moment else None for name, moment in moments.items()}


def _task_from_json(values: dict[str, Any]) -> Task:
    due, changed_at = values["due"], values["changed_at"]
    known = {
        "due": date.fromisoformat(due) if due else None,
        "changed_at": datetime.fromisoformat(changed_at) if changed_at else None,
    }
    return Task(**values | known)


def _event_to_json(event: Event) -> dict[str, Any]:
    moments = {"start": event.start, "end": event.end, "changed_at": event.changed_at}
    return asdict(event) | {name: moment.isoformat() if moment else None for name, moment in moments.items()}


def _event_from_json(values: dict[str, Any]) -> Event:
    organizer, changed_at = values["organizer"], values["changed_at"]
    return Event(
        **{
            **values,
            "start": datetime.fromisoformat(values["start"]),
            "end": datetime.fromisoformat(values["end"]),
            "kind": _kind(values["kind"]),
            "changed_at": datetime.fromisoformat(changed_at) if changed_at else None,
            "organizer": Address(**organizer) if organizer else None,
            "conference": _conference(values.get("conference")),
            "attendees": tuple(
                Attendee(address=Address(**a["address"]), response=Response(a["response"])) for a in values["attendees"]
            ),
        }
    )


def _conference(values: dict[str, Any] | None) -> Conference | None:
    """What was kept before conferences were read has none."""
    return Conference(**values | {"phones": tuple(values["phones"])}) if values else None


def _kind(said: str) -> EventKind:
    """What it is; before kinds had names of our own, that was "" for a meeting and else the provider's word."""
    known = EventKind.__members__.values()
    return next((kind for kind in known if kind == said), EventKind.OTHER if said else EventKind.MEETING)
