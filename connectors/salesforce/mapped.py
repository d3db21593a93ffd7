"""Records of Salesforce by what an organization wrote down of their fields, and back. Pure.

A line that goes both ways takes its value from the built-in field, as that would have been written, and gives it back
there when a record is read: whoever reads a record never knows in which field it was kept.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from math import isfinite
from typing import Any, TypeVar

from connectors.calendars import Conference
from connectors.contacts import Contact
from connectors.errors import ConnectorError, Failure, ItemError
from connectors.field_maps import FIXED, SOURCES, FieldMap, FieldMaps, Target, TooLong, Value, Way, target_of
from connectors.fills import laid_over
from connectors.records import Event, Record, Ref, Resource, Task, Write
from connectors.salesforce import contact_mapping
from connectors.salesforce.joining import joined, taken, without_conference
from connectors.salesforce.mapping import Row, shortened, timestamp

W = TypeVar("W", bound=Write)
OBJECTS: Mapping[Target, str] = {
    Target.EMAIL: "EmailMessage",
    Target.EVENT: "Event",
    Target.TASK: "Task",
    Target.CONTACT: "Contact",
    Target.LEAD: "Lead",
    Target.CASE: "Case",
}
# The built-in field of what may go both ways.
STANDARD: Mapping[tuple[Target, str], str] = {
    (Target.EVENT, "location"): "Location",
    (Target.EVENT, "text"): "Description",
    (Target.TASK, "text"): "Description",
    (Target.TASK, "due"): "ActivityDate",
    **{(Target.CONTACT, name): field for name, field in contact_mapping.TEXTS.items() if name != "email"},
    (Target.CONTACT, "birthday"): "Birthdate",
    (Target.CONTACT, "text"): "Description",
}
KINDS: Mapping[type, Target] = {Event: Target.EVENT, Task: Target.TASK, Contact: Target.CONTACT}
TEXTS = frozenset({"string", "textarea", "picklist", "combobox", "email", "phone", "url"})
WHOLE, NUMBERS = "int", frozenset({"int", "double", "currency", "percent"})
YES_NO: Mapping[str, bool] = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}

REFUSED, UNREAD = "engine.FIELD_MAPPING_REFUSED", "engine.FIELD_MAPPING_UNREAD"
# What Salesforce says of a value or of a field; what a rule or a trigger says may be about anything.
OF_FIELDS = frozenset(
    f"salesforce.{name}"
    for name in (
        "INVALID_FIELD",
        "INVALID_FIELD_FOR_INSERT_UPDATE",
        "INVALID_CROSS_REFERENCE_KEY",  # a record type that is gone, or not for us any more
        "INVALID_EMAIL_ADDRESS",
        "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
        "JSON_PARSER_ERROR",
        "NUMBER_OUTSIDE_VALID_RANGE",
        "REQUIRED_FIELD_MISSING",
        "STRING_TOO_LONG",
    )
)


# -- Towards Salesforce


def filled(record: Mapping[str, Any], write: Write, maps: FieldMaps, *, is_new: bool = True) -> dict[str, Any]:
    """The record as it is written here, with what people filled in. Of one that is there already, `is_new` False,
    nothing is written that stands only in new ones."""
    fields = dict(record)
    for line in maps.of(target_of(write)):
        if line.way is Way.BOTH:
            standard = STANDARD[line.target, line.source]
            if standard in fields:
                fields[line.field] = _moved(line, fields.pop(standard))
        elif is_new or line.way is Way.TO_CRM:
            value = _value(line, write, maps)
            if value is not None or not is_new:
                fields[line.field] = value
    return laid_over(fields, write.fills, is_new=is_new)


def refused_of(found: Ref | ItemError, record: Mapping[str, Any], write: Write) -> Ref | ItemError:
    """What became of a record, where a refusal that names fields says what stood in them, and in which record."""
    if isinstance(found, Ref) or not found.failure.fields:
        return found
    sent = {name: record.get(name) for name in found.failure.fields}
    evidence = {**found.failure.evidence, "target": str(target_of(write)), "sent": sent}
    return ItemError(failure=replace(found.failure, evidence=evidence))


def _value(line: FieldMap, write: Write, maps: FieldMaps) -> Any:
    """As JSON; None where there is nothing to write."""
    if line.source == FIXED:
        return typed(line.fixed, line.type)
    value = SOURCES[line.target][line.source].reads(write, maps)
    if value in ("", None):
        return typed(line.default, line.type) if line.default else None
    return _converted(value, line)


def _converted(value: Value, line: FieldMap) -> Any:
    if isinstance(value, datetime):
        here = value.astimezone(UTC)
        known = {"datetime": timestamp(here), "date": here.date().isoformat()}
        return known.get(line.type) or fitted(line, f"{here:%Y-%m-%d %H:%M} UTC")
    if isinstance(value, bool):
        return value
    return fitted(line, value.isoformat() if isinstance(value, date) else value)


def fitted(line: FieldMap, value: str | None, used: int = 0) -> str | None:
    """A text within what its field holds, of which so many units are used, where too long ones are cut; the default
    where there is none."""
    text = value or line.default
    if _cuts(line):
        text = shortened(text, line.length - used, "…" if line.length > 1 else "")
    return text or None


def _cuts(line: FieldMap) -> bool:
    return line.type in TEXTS and line.length > 0 and line.too_long is TooLong.CUT


def _moved(line: FieldMap, value: str | None) -> str | None:
    """What the built-in field would have had. How a meeting is joined is never cut, so that it can be told from the
    text when it comes back."""
    text, conference = without_conference(value or "") if _is_description(line) else (value, None)
    if conference is None or not _has_room(line, conference):
        return fitted(line, text)
    return joined(fitted(line, text, taken(conference)) or "", conference)


def _is_description(line: FieldMap) -> bool:
    return (line.target, line.source) == (Target.EVENT, "text")


def _has_room(line: FieldMap, conference: Conference) -> bool:
    """Where most of the field would go to how the meeting is joined, the text alone stands there."""
    return not _cuts(line) or taken(conference) * 2 <= line.length


def typed(text: str, type_: str) -> Any:
    """What somebody typed, as a value of a field of this type. Raises ValueError whose text says what to write."""
    try:
        return _READS.get(type_, str)(text.strip())
    except (ValueError, KeyError):
        raise ValueError(f"“{text}” is no value for it: {_WRITTEN[type_]}.") from None


def _moment(text: str) -> str:
    said = datetime.fromisoformat(text)
    return timestamp(said if said.tzinfo else said.replace(tzinfo=UTC))


def _number(text: str) -> float:
    value = float(text)
    if not isfinite(value):
        raise ValueError(text)
    return value


_READS: Mapping[str, Callable[[str], Any]] = {
    "boolean": lambda text: YES_NO[text.lower()],
    "date": lambda text: date.fromisoformat(text).isoformat(),
    "datetime": _moment,
    WHOLE: int,
    **dict.fromkeys(NUMBERS - {WHOLE}, _number),
}
_WRITTEN: Mapping[str, str] = {
    "boolean": "write yes or no",
    "date": "write a day like 2026-11-29",
    "datetime": "write a time like 2026-11-29 14:30, in UTC",
    WHOLE: "write a whole number",
    **dict.fromkeys(NUMBERS - {WHOLE}, "write a number like 12.5"),
}


# -- Back


def standard(row: Row, resource: Resource, maps: FieldMaps) -> Row:
    """A row as it would be if everything were kept in its built-in field."""
    kept = {STANDARD[Target(resource), source]: row.get(field) for source, field in maps.places(resource).items()}
    return {**row, **kept} if kept else row


def kept(record: Record, maps: FieldMaps) -> Record:
    """How it reads back, where other fields are shorter or have a default. `record` is as the built-in ones keep it."""
    lines = [line for line in maps.of(KINDS.get(type(record), "")) if line.way is Way.BOTH]
    others: dict[str, Any] = {
        line.source: _kept(line, getattr(record, line.source), _used(line, record)) for line in lines
    }
    return replace(record, **others)


def _used(line: FieldMap, record: Record) -> int:
    """The units of the field that go to how a meeting is joined."""
    conference = record.conference if isinstance(record, Event) and _is_description(line) else None
    return taken(conference) if conference and _has_room(line, conference) else 0


def _kept(line: FieldMap, value: str | date | None, used: int) -> str | date | None:
    if line.type == "date":
        day = fitted(line, value.isoformat() if isinstance(value, date) else None)
        return date.fromisoformat(day) if day else None
    return (fitted(line, value if isinstance(value, str) else None, used) or "").strip()


# -- Refusals


def carried_out(
    maps: FieldMaps, carry_out: Callable[[Sequence[W]], dict[str, Ref | ItemError]], writes: Sequence[W]
) -> dict[str, Ref | ItemError]:
    """What became of writes of one kind. One that is refused as a whole for the sake of a line is the line's trouble,
    and not that of all that the organization writes. Raises `ConnectorError`."""
    try:
        return carry_out(writes)
    except ConnectorError as error:
        told = refused(error.failure, target_of(writes[0]), maps)
        if told is error.failure:
            raise
        return {write.key: ItemError(failure=told) for write in writes}


def refused(failure: Failure, target: str, maps: FieldMaps) -> Failure:
    """The refusal of a write, under the name of the line that it is about, if it is about one."""
    line = next((each for each in maps.of(target) if _is_about(failure, each)), None)
    return failure if line is None else _named(failure, line, REFUSED)


def unread(failure: Failure, resource: Resource, maps: FieldMaps) -> Failure:
    """Likewise of a read: a field that is read instead of a built-in one is gone, or hidden from us."""
    lines = (each for each in maps.of(resource) if each.way is Way.BOTH)
    line = next((each for each in lines if _is_about(failure, each)), None)
    return failure if line is None else _named(failure, line, UNREAD)


def _is_about(failure: Failure, line: FieldMap) -> bool:
    """Salesforce names the field beside the words, or in them, which are of any language then. Of a query it repeats a
    part first, in which other fields stand, with a “^” below the wrong one."""
    if failure.code not in OF_FIELDS:
        return False
    if failure.fields:
        return line.field.lower() in {name.lower() for name in failure.fields}
    words = failure.said.rpartition("^")[2]
    return bool(re.search(rf"(?<!\w){re.escape(line.field)}(?!\w)", words, re.IGNORECASE))


def _named(failure: Failure, line: FieldMap, code: str) -> Failure:
    said = f"Field mapping “{line.name}” of {OBJECTS[line.target]}: {failure.said}"
    return replace(failure, provider="engine", code=code, said=said)
