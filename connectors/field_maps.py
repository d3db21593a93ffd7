"""Which of our fields goes to which field of the CRM, beside or instead of the places that are built in. Pure.

    FieldMap   one line that an organization wrote: what is written, into which field, which way, and if it does not fit
    FieldMaps  all of them, with the mailbox for which records are written
    Source     what can be written of one kind of record, and which sort of value that is
    Fit        how a line stands beside what the CRM says of its field

What goes to the CRM alone is written and never read, so it is no part of what both sides agree on. What goes both ways
takes the place of a built-in field: it is the same part of the content as before, kept elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from connectors.records import CaseWrite, EmailWrite, Party, PersonWrite, Resource, Write

Value = str | date | datetime | bool | None
FIXED, OWNER = "fixed", "mailbox_owner"


class Target(StrEnum):
    """What is written in the CRM."""

    EMAIL = "email"
    EVENT = "event"
    TASK = "task"
    CONTACT = "contact"
    LEAD = "lead"
    CASE = "case"


class Way(StrEnum):
    """`NEW` is written when a record is made and left alone then, `TO_CRM` at every write. `BOTH` is read as well, and
    the field that is built in for it is neither."""

    NEW = "new"
    TO_CRM = "to_crm"
    BOTH = "both"


class TooLong(StrEnum):
    CUT = "cut"
    REFUSE = "refuse"


class Sort(StrEnum):
    """What kind of value a source has; `FIXED` is whatever somebody typed."""

    TEXT = "text"
    DAY = "day"
    MOMENT = "moment"
    FLAG = "flag"
    FIXED = "fixed"


@dataclass(frozen=True, kw_only=True)
class FieldMap:
    """`field` is the CRM's own name of it; `type` and `length` are as it told them when the line was saved. `default`
    is written where the source is empty, `fixed` is the value of the source of that name.
    """

    target: Target
    source: str
    field: str
    way: Way = Way.NEW
    fixed: str = ""
    default: str = ""
    too_long: TooLong = TooLong.CUT
    type: str = "string"
    length: int = 0

    @property
    def name(self) -> str:
        """How people call the line."""
        source = SOURCES[self.target].get(self.source)
        return f"{source.label if source else self.source} → {self.field}"


@dataclass(frozen=True, kw_only=True)
class FieldMaps:
    """`mailbox` is the address for which records are written, `owner` the name of its owner; "" where there is none."""

    maps: tuple[FieldMap, ...] = ()
    mailbox: str = ""
    owner: str = ""

    def of(self, target: str) -> tuple[FieldMap, ...]:
        """Those of one kind of record; none of one that nobody can map."""
        return tuple(each for each in self.maps if each.target == target)

    def places(self, resource: Resource) -> dict[str, str]:
        """The parts of a record's content that the CRM keeps in another field than the built-in one, each with it."""
        return {each.source: each.field for each in self.maps if each.way is Way.BOTH and each.target.value == resource}


NO_MAPS = FieldMaps()


@dataclass(frozen=True, kw_only=True)
class Fit:
    """`trouble` is the sentence why writing by a line would fail; "" where it is fine. `field`, `type` and `length` are
    as the CRM has them, and `fixed` is the fixed value as the CRM knows it, "" where it is as it was typed."""

    trouble: str = ""
    field: str = ""
    type: str = "string"
    length: int = 0
    fixed: str = ""


@dataclass(frozen=True, kw_only=True)
class Source:
    """`reads` takes it out of a write. `always` is how many characters each of its values may well have."""

    label: str
    sort: Sort
    reads: Callable[[Any, FieldMaps], Value]
    always: int = 0


DIRECTIONS = {True: "incoming", False: "outgoing"}
LONGEST_ADDRESS = 80

_EVERYWHERE: dict[str, Source] = {
    "mailbox": Source(
        label="Address of the mailbox",
        sort=Sort.TEXT,
        always=LONGEST_ADDRESS,
        reads=lambda _, maps: maps.mailbox,
    ),
    OWNER: Source(label="Owner of the mailbox", sort=Sort.TEXT, reads=lambda _, maps: maps.owner),
    FIXED: Source(label="A fixed value", sort=Sort.FIXED, reads=lambda _, maps: None),
}


def _sender(write: Any, _: FieldMaps) -> str:
    sender = write.email.sender
    return sender.email if sender else ""


def _text(label: str, name: str) -> Source:
    return Source(label=label, sort=Sort.TEXT, reads=lambda write, _: getattr(write.record, name))


def _own(label: str, name: str, *, always: int = 0) -> Source:
    return Source(label=label, sort=Sort.TEXT, always=always, reads=lambda write, _: getattr(write, name))


_EMAIL: dict[str, Source] = {
    "subject": Source(label="Subject", sort=Sort.TEXT, reads=lambda write, _: write.email.subject),
    "sender": Source(label="Address of the sender", sort=Sort.TEXT, always=LONGEST_ADDRESS, reads=_sender),
    "sender_name": Source(
        label="Name of the sender",
        sort=Sort.TEXT,
        reads=lambda write, _: write.email.sender.name if write.email.sender else "",
    ),
    "recipients": Source(
        label="Addresses of those to whom it went",
        sort=Sort.TEXT,
        reads=lambda write, _: "; ".join(a.email for a in write.email.addresses(Party.TO, Party.CC)),
    ),
    "date": Source(label="Date", sort=Sort.MOMENT, reads=lambda write, _: write.email.date),
    "direction": Source(
        label="Direction (incoming or outgoing)",
        sort=Sort.TEXT,
        always=8,
        reads=lambda write, _: DIRECTIONS[write.incoming],
    ),
    "thread": Source(label="Thread in the mailbox", sort=Sort.TEXT, reads=lambda write, _: write.email.thread),
}
_EVENT: dict[str, Source] = {
    "title": _text("Title", "title"),
    "location": _text("Location", "location"),
    "text": _text("Description", "text"),
    "start": Source(label="Start", sort=Sort.MOMENT, reads=lambda write, _: write.record.start),
    "all_day": Source(label="Whether it takes whole days", sort=Sort.FLAG, reads=lambda write, _: write.record.all_day),
    "busy": Source(label="Whether it shows as busy", sort=Sort.FLAG, reads=lambda write, _: write.record.busy),
    "private": Source(label="Whether it is private", sort=Sort.FLAG, reads=lambda write, _: write.record.private),
    "organizer": Source(
        label="Address of the organizer",
        sort=Sort.TEXT,
        always=LONGEST_ADDRESS,
        reads=lambda write, _: write.record.organizer.email if write.record.organizer else "",
    ),
}
_TASK: dict[str, Source] = {
    "title": _text("Title", "title"),
    "text": _text("Description", "text"),
    "due": Source(label="Due date", sort=Sort.DAY, reads=lambda write, _: write.record.due),
    "done": Source(label="Whether it is done", sort=Sort.FLAG, reads=lambda write, _: write.record.done),
}
_CONTACT: dict[str, Source] = {
    "first_name": Source(label="First name", sort=Sort.TEXT, reads=lambda write, _: write.record.name[0]),
    "last_name": Source(label="Last name", sort=Sort.TEXT, reads=lambda write, _: write.record.name[1]),
    "email": Source(
        label="E-mail address", sort=Sort.TEXT, always=LONGEST_ADDRESS, reads=lambda write, _: write.record.email
    ),
    "phone": _text("Phone", "phone"),
    "mobile": _text("Mobile phone", "mobile"),
    "home_phone": _text("Phone at home", "home_phone"),
    "fax": _text("Fax", "fax"),
    "job": _text("Job title", "job"),
    "department": _text("Department", "department"),
    "company": _text("Company", "company"),
    "birthday": Source(label="Birthday", sort=Sort.DAY, reads=lambda write, _: write.record.birthday),
    "text": _text("Notes", "text"),
}
_LEAD: dict[str, Source] = {
    "email": _own("E-mail address", "email", always=LONGEST_ADDRESS),
    "first_name": _own("First name", "first_name"),
    "last_name": _own("Last name", "last_name"),
    "company": _own("Company", "company"),
}
_CASE: dict[str, Source] = {
    "subject": _own("Subject", "subject"),
    "sender": Source(
        label="Address of the sender",
        sort=Sort.TEXT,
        always=LONGEST_ADDRESS,
        reads=lambda write, _: write.sender.email if write.sender else "",
    ),
    "sender_name": Source(
        label="Name of the sender", sort=Sort.TEXT, reads=lambda write, _: write.sender.name if write.sender else ""
    ),
}
SOURCES: Mapping[Target, Mapping[str, Source]] = {
    Target.EMAIL: _EMAIL | _EVERYWHERE,
    Target.EVENT: _EVENT | _EVERYWHERE,
    Target.TASK: _TASK | _EVERYWHERE,
    Target.CONTACT: _CONTACT | _EVERYWHERE,
    Target.LEAD: _LEAD | _EVERYWHERE,
    Target.CASE: _CASE | _EVERYWHERE,
}
# What may be kept in another field than the built-in one. By its title a record is known in every list there, and by
# the title of a task its copies are found. A contact is found by its address, and its postal ones are several fields
# each, which have to agree.
BOTH_WAYS: Mapping[Target, frozenset[str]] = {
    Target.EVENT: frozenset({"location", "text"}),
    Target.TASK: frozenset({"text", "due"}),
    Target.CONTACT: frozenset({"phone", "mobile", "home_phone", "fax", "job", "department", "birthday", "text"}),
}


def both_ways(target: Target) -> str:
    """What of such a record may go both ways, as people call it: “Due date and Description”; "" if nothing may."""
    *others, last = [SOURCES[target][name].label for name in sorted(BOTH_WAYS.get(target, ()))] or [""]
    return " and ".join([", ".join(others), last]) if others else last


def misfit(line: FieldMap) -> str:
    """Why a line makes no sense whatever the CRM says; "" where it does."""
    sources = SOURCES[line.target]
    if line.source not in sources:
        known = ", ".join(source.label for source in sources.values())
        return f"This is not known of such a record. There is: {known}."
    if line.source == FIXED and not line.fixed:
        return "Write down the fixed value."
    if line.way is Way.BOTH and line.source not in (both := BOTH_WAYS.get(line.target, frozenset())):
        return (
            f"Of such a record only these go both ways: {both_ways(line.target)}."
            if both
            else "Such a record goes to Salesforce only."
        )
    return ""


def target_of(write: Write) -> str:
    """Which kind of record a write makes or changes, as `Target` names it."""
    if isinstance(write, EmailWrite):
        return Target.EMAIL
    if isinstance(write, PersonWrite):
        return Target.LEAD
    if isinstance(write, CaseWrite):
        return Target.CASE
    return write.resource.value
