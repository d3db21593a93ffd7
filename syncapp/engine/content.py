"""What an event, a task or a contact says, field by field: to compare it with what both sides agreed on, and to merge
two versions. Pure.

A field is what a person would change as one: `time` is start, end and whether it takes whole days. `people`, whether
it is `private`, its `conference` and its `kind` go one way, from the calendar to the CRM, and `company`, which is the
name of an account there, goes the other one; all others go both ways. Colours, categories, reminders and whatever else
a side keeps for itself are no part of the content, so a mark of ours is no change.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import astuple, replace
from datetime import UTC, datetime, time
from typing import Any, TypeVar

from connectors.calendars import Absences
from connectors.contacts import Contact, Place
from connectors.policies import PrivateEvents
from connectors.records import Event, EventKind, Record, Resource, Task
from connectors.translation import gettext_noop

R = TypeVar("R", bound=Record)
Values = Mapping[str, Callable[[R], object]]

TIME, PEOPLE, PRIVACY, BUSY, CONFERENCE, KIND = "time", "people", "private", "busy", "conference", "kind"
NAME, COMPANY = "name", "company"
ONE_WAY = frozenset({PEOPLE, PRIVACY, CONFERENCE, KIND})  # the CRM is told of them, and tells nothing
TOLD = frozenset({COMPANY})  # the mailbox is told of it, and tells nothing
NOTHING = ""  # instead of a hash: the field says nothing, as one does that nobody has agreed on yet
_BETWEEN_DIGITS = re.compile(r"[\s().\-/]")
BUSY_TITLE, ABSENCE_TITLE = "Busy", "Out of office"


def _title(record: Record) -> str:
    return " ".join(record.title.split())


def _text(record: Record) -> str:
    return record.text.replace("\r\n", "\n").strip()


_EVENT: Values[Event] = {
    "title": _title,
    "text": _text,
    "location": lambda event: " ".join(event.location.split()),
    TIME: lambda event: [_at(event.start), _at(event.end), event.all_day],
    BUSY: lambda event: event.busy,
    PRIVACY: lambda event: event.private,
    PEOPLE: lambda event: sorted([a.address.email, a.response.value] for a in event.attendees),
    CONFERENCE: lambda event: [c.url, c.code, *c.phones] if (c := event.conference) else None,
    KIND: lambda event: None if event.kind is EventKind.MEETING else event.kind.value,
}
_TASK: Values[Task] = {
    "title": _title,
    "text": _text,
    "due": lambda task: task.due.isoformat() if task.due else "",
    "done": lambda task: task.done,
}
_CONTACT: Values[Contact] = {
    NAME: lambda contact: list(contact.name),
    "email": lambda contact: contact.email,
    "phone": lambda contact: _number(contact.phone),
    "mobile": lambda contact: _number(contact.mobile),
    "home_phone": lambda contact: _number(contact.home_phone),
    "fax": lambda contact: _number(contact.fax),
    "job": lambda contact: " ".join(contact.job.split()),
    "department": lambda contact: " ".join(contact.department.split()),
    COMPANY: lambda contact: " ".join(contact.company.split()),
    "address": lambda contact: _place(contact.address),
    "other_address": lambda contact: _place(contact.other_address),
    "birthday": lambda contact: contact.birthday.isoformat() if contact.birthday else "",
    "text": _text,
}
FIELDS = (
    frozenset(_EVENT) | frozenset(_TASK) | frozenset(_CONTACT)
)  # of either; those that a record has not do not count for it
BOTH_WAYS = FIELDS - ONE_WAY - TOLD
TO_CRM, TO_MAILBOX = FIELDS - TOLD, FIELDS - ONE_WAY
_OWN = frozenset({BUSY, PRIVACY})  # what each copy of a meeting has for itself
_ATTRIBUTES = {TIME: ("start", "end", "all_day"), PEOPLE: ("attendees",)}
_PARTS = {**_ATTRIBUTES, NAME: ("first", "last")}

# One person's own, and no meeting: it belongs to whoever owns it in the CRM and lies in that person's mailbox alone. No
# window holds it, and its id in the mailbox is the provider's choice.
PERSONAL = frozenset({Resource.TASK, Resource.CONTACT})

# Contacts that stay in the CRM, and that no mailbox has in step.
NAMELESS, LEFT_GROUP, THROWN_AWAY = "nameless", "left_group", "thrown_away"
SOMEONE_ELSES, SAME_ADDRESS, A_LEAD = "someone_elses", "same_address", "a_lead"
LET_GO = (NAMELESS, LEFT_GROUP, THROWN_AWAY)  # by whoever has the mailbox
TAKEN = (SOMEONE_ELSES, SAME_ADDRESS, A_LEAD)  # the CRM has the person otherwise

NO_MEETING = {
    EventKind.ABSENCE.value: gettext_noop(
        "It says that its owner is out of office, and your organization leaves absences out."
    ),
    EventKind.BIRTHDAY.value: gettext_noop("It is a birthday, not a meeting."),
    EventKind.FOCUS_TIME.value: gettext_noop("It is time that its owner keeps free to focus, not a meeting."),
    EventKind.WORKING_LOCATION.value: gettext_noop("It says where its owner works that day, and is not a meeting."),
    EventKind.FROM_MAIL.value: gettext_noop(
        "The calendar made it out of a message, such as a booking: it is not a meeting."
    ),
    EventKind.OTHER.value: gettext_noop("It is no meeting, but something else that the calendar knows."),
}
CALENDAR_LET_GO = "calendar_let_go"
RULES = {
    CALENDAR_LET_GO: gettext_noop(
        "It lies in a calendar that is not kept in step any more. Salesforce keeps it as it is."
    ),
    "outside_window": gettext_noop("It lies outside of the days that are kept in step, or was done before them."),
    "nameless": gettext_noop("It has neither a name nor a company nor an e-mail address."),
    "left_group": gettext_noop(
        "It is not under “Salesforce” in the address book any more. Salesforce keeps it as it is."
    ),
    "thrown_away": gettext_noop("It was deleted in the address book. Salesforce keeps it as it is."),
    "someone_elses": gettext_noop("Salesforce has this person already, as a contact of somebody else."),
    "same_address": gettext_noop(
        "Another contact of this address book, with the same address, is kept in step with Salesforce."
    ),
    "a_lead": gettext_noop(
        "Salesforce has this person already, as a lead. Once the lead is converted, the contact is kept in step."
    ),
    "private": gettext_noop("Its owner calls it private, and your organization leaves such events out."),
} | NO_MEETING


def values(record: Record) -> dict[str, object]:
    """What each field says, as it is compared: JSON of it is the same wherever it says the same."""
    match record:
        case Contact():
            return {name: value(record) for name, value in _CONTACT.items()}
        case Task():
            return {name: value(record) for name, value in _TASK.items()}
        case Event():
            return {name: value(record) for name, value in _EVENT.items()}


def resource_of(record: Record) -> Resource:
    return _RESOURCES[type(record)]


_RESOURCES = {Event: Resource.EVENT, Task: Resource.TASK, Contact: Resource.CONTACT}


def when(record: Record) -> datetime | None:
    """Where it lies in time; the day that a task is due is midnight UTC of it."""
    if isinstance(record, Event):
        return record.start
    due = record.due if isinstance(record, Task) else None
    return datetime.combine(due, time(), UTC) if due else None


def attributes(fields: Collection[str]) -> frozenset[str]:
    """What connectors call these fields: a name of `Event`, `Task` or `Contact` each, but for a contact's `name`."""
    return frozenset(name for field in fields for name in _ATTRIBUTES.get(field, (field,)))


def hashes(record: Record, secret: str) -> dict[str, str]:
    """32 hex digits for each field, under the organization's secret (hex): nobody can try values out on them.

    A value of None is `NOTHING`. So a field can be added: what was agreed on without it is agreed on still, unless it
    says something by now.
    """
    return {name: NOTHING if value is None else hashed(value, secret) for name, value in values(record).items()}


def hashed(value: object, secret: str) -> str:
    """One value's hash, as it stands in `hashes`."""
    text = json.dumps(value, ensure_ascii=False)
    return hmac.new(bytes.fromhex(secret), text.encode(), hashlib.sha256).hexdigest()[:32]


def _number(said: str) -> str:
    """A telephone number as one dials it: the same number is written in many ways."""
    return _BETWEEN_DIGITS.sub("", said).casefold()


def _place(place: Place) -> list[str]:
    return [" ".join(part.split()) for part in astuple(place)]


def _at(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


def digest(record: Record, secret: str) -> str:
    """64 hex digits of what all copies of it are to say alike."""
    shared = {name: value for name, value in hashes(record, secret).items() if value and name not in _OWN}
    text = json.dumps(shared, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def changed(found: Mapping[str, str], base: Mapping[str, str], fields: Collection[str] = FIELDS) -> frozenset[str]:
    """The fields that say something else than what was agreed on."""
    return frozenset(name for name, said in found.items() if name in fields and said != base.get(name, NOTHING))


def spoken(record: Record) -> frozenset[str]:
    """The fields that say something. Where an event or a task has nothing in a field, that is meant as well; a contact
    is what several people know of a person, each a part."""
    said = values(record)
    if not isinstance(record, Contact):
        return frozenset(said)
    return frozenset(name for name, value in said.items() if (any(value) if isinstance(value, list) else value))


def differing(one: Record, other: Record, fields: Collection[str] = BOTH_WAYS) -> frozenset[str]:
    """The fields in which two versions differ."""
    mine, theirs = values(one), values(other)
    return frozenset(name for name, value in mine.items() if name in fields and value != theirs[name])


def with_fields(record: R, other: R, fields: Collection[str]) -> R:
    """It, with these of its fields as the other version has them."""
    parts = [name for field in fields for name in _PARTS.get(field, (field,))]
    return replace(record, **{name: getattr(other, name) for name in parts if hasattr(record, name)})


def shown(record: Record, fields: Collection[str]) -> dict[str, object]:
    """These fields in people's words, for whoever has to choose."""
    return {name: value for name, value in sorted(values(record).items()) if name in fields}


def kept_out(record: Record, policy: str, absences: str) -> str:
    """The rule that keeps it out wherever it lies in time; "" if none does. `policy` is about private events."""
    if isinstance(record, Contact):
        return "" if record.title else NAMELESS
    if isinstance(record, Task):
        return ""
    shown = record.kind is EventKind.ABSENCE and absences == Absences.SHOW
    if record.kind is not EventKind.MEETING and not shown:
        return record.kind.value
    return "private" if record.private and policy == PrivateEvents.FILTER else ""


def is_private(record: object) -> bool:
    """Whether whoever has it marked it so that others see no more of it than that they are busy."""
    return isinstance(record, Event) and record.private


def projected(record: R, policy: str) -> R:
    """It as others may see it: of a private event, when it is and that somebody is busy; of an absence, whose it is."""
    if not isinstance(record, Event):
        return record
    nobody: dict[str, Any] = {"attendees": (), "organizer": None, "conference": None}
    if record.private and policy == PrivateEvents.BUSY:
        hidden: dict[str, Any] = {"title": BUSY_TITLE, "text": "", "location": ""}
        return replace(record, **hidden, **nobody)
    if record.kind is EventKind.ABSENCE:
        return replace(record, title=record.title or ABSENCE_TITLE, **nobody)
    return record
