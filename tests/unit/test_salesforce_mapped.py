"""Values as a mapped field takes them, how they read back, and which refusal is about which line."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from connectors.calendars import Conference
from connectors.errors import Failure, Kind
from connectors.field_maps import BOTH_WAYS, FieldMap, FieldMaps, Target, TooLong, Way
from connectors.records import Record, RecordWrite, Resource
from connectors.salesforce import mapped
from connectors.salesforce.joining import with_conference, without_conference
from connectors.salesforce.mapped import REFUSED, UNREAD
from tests.builders import WHEN, event, somebody, task

ROOM = FieldMap(target=Target.EVENT, source="location", field="Room__c", way=Way.BOTH, length=8)
DUE = FieldMap(target=Target.TASK, source="due", field="Deadline__c", way=Way.BOTH, type="date")


def maps(*lines: FieldMap) -> FieldMaps:
    return FieldMaps(maps=lines, mailbox="anna@ours.example")


def filled(line: FieldMap, of: Record, record: dict[str, Any] | None = None, *, is_new: bool = True) -> dict[str, Any]:
    resource = Resource(line.target)
    write = RecordWrite(resource=resource, key="k", version=1, record=of)
    return mapped.filled(record or {}, write, maps(line), is_new=is_new)


START = datetime(2026, 11, 29, 23, 30, tzinfo=UTC)
SOON = WHEN.date() + timedelta(days=3)


@pytest.mark.parametrize(
    ("source", "kind", "stands"),
    [
        ("start", "datetime", "2026-11-29T23:30:00.000+0000"),
        ("start", "date", "2026-11-29"),
        ("start", "string", "2026-11-29 23:30 UTC"),
        ("all_day", "boolean", False),
        ("busy", "boolean", True),
        ("title", "string", "Review"),
        ("mailbox", "email", "anna@ours.example"),
    ],
)
def test_a_value_is_written_as_its_field_takes_it(source: str, kind: str, stands: object) -> None:
    line = FieldMap(target=Target.EVENT, source=source, field="Any__c", type=kind)
    assert filled(line, event(start=START)) == {"Any__c": stands}


@pytest.mark.parametrize(
    ("kind", "stands"), [("date", SOON.isoformat()), ("string", SOON.isoformat())], ids=["as a day", "as a text"]
)
def test_a_day_is_written_as_a_day(kind: str, stands: str) -> None:
    assert filled(replace(DUE, way=Way.NEW, type=kind), task()) == {"Deadline__c": stands}


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("Yes", "boolean", True),
        ("0", "boolean", False),
        (" 7 ", "int", 7),
        ("12.5", "currency", 12.5),
        ("2026-11-29T14:30+01:00", "datetime", "2026-11-29T13:30:00.000+0000"),
        ("EMEA", "picklist", "EMEA"),
    ],
)
def test_what_was_typed_becomes_a_value_of_the_type(text: str, kind: str, value: object) -> None:
    assert mapped.typed(text, kind) == value


def test_of_nothing_nothing_is_written_into_a_new_record() -> None:
    line = replace(ROOM, way=Way.TO_CRM)
    assert filled(line, event(location="")) == {}
    assert filled(line, event(location=""), is_new=False) == {"Room__c": None}


def test_what_goes_both_ways_takes_what_the_built_in_field_would_have_got() -> None:
    assert filled(ROOM, event(), {"Location": "Room 7", "Subject": "Review"}) == {
        "Room__c": "Room 7",
        "Subject": "Review",
    }


@pytest.mark.parametrize(
    ("source", "standard", "value"),
    [
        ("phone", "Phone", "+43 1 234"),
        ("mobile", "MobilePhone", "+43 660 234"),
        ("home_phone", "HomePhone", "+43 1 567"),
        ("fax", "Fax", "+43 1 235"),
        ("job", "Title", "Head of buying"),
        ("department", "Department", "Buying"),
        ("birthday", "Birthdate", "1980-02-29"),
        ("text", "Description", "Met at the fair."),
    ],
)
def test_all_of_a_contact_that_goes_both_ways_is_kept_elsewhere_and_read_from_there(
    source: str, standard: str, value: str
) -> None:
    kind = "date" if source == "birthday" else "string"
    line = FieldMap(target=Target.CONTACT, source=source, field="Any__c", way=Way.BOTH, type=kind, length=40)
    assert filled(line, somebody(), {standard: value, "LastName": "Meyer"}) == {"Any__c": value, "LastName": "Meyer"}
    assert mapped.standard({"Any__c": value}, Resource.CONTACT, maps(line))[standard] == value
    assert mapped.kept(somebody(), maps(line)) == somebody()


def test_every_text_of_a_contact_that_goes_both_ways_has_a_place_of_its_own() -> None:
    assert {source for target, source in mapped.STANDARD if target is Target.CONTACT} == BOTH_WAYS[Target.CONTACT]


@pytest.mark.parametrize(
    ("source", "stands"),
    [
        ("first_name", "Ann"),
        ("last_name", "Meyer"),
        ("email", "ann@customer.example"),
        ("job", "Head of buying"),
        ("company", "Customer Ltd"),
        ("birthday", "1980-02-29"),
    ],
)
def test_what_a_contact_says_can_be_copied(source: str, stands: str) -> None:
    line = FieldMap(target=Target.CONTACT, source=source, field="Any__c")
    assert filled(line, somebody(first="Ann")) == {"Any__c": stands}


def test_what_is_not_written_is_not_written_elsewhere() -> None:
    assert filled(DUE, task(), {"Subject": "Later"}, is_new=False) == {"Subject": "Later"}


@pytest.mark.parametrize(
    ("line", "location", "stands"),
    [
        (ROOM, "Room 7", "Room 7"),
        (ROOM, "x" * 9, "x" * 7 + "…"),
        (ROOM, "😀" * 5, "😀" * 3 + "…"),
        (replace(ROOM, too_long=TooLong.REFUSE), "x" * 9, "x" * 9),
        (replace(ROOM, length=0), "x" * 300, "x" * 300),
        (replace(ROOM, length=1), "xyz", "x"),
        (replace(ROOM, default="none"), "", "none"),
    ],
)
def test_it_reads_back_as_it_was_written(line: FieldMap, location: str, stands: str) -> None:
    written = filled(line, event(), {"Location": location})
    assert written == {"Room__c": stands}
    kept = mapped.kept(event(location=location), maps(line))
    assert getattr(kept, "location") == stands  # noqa: B009 - of either kind of record


NOTE = FieldMap(target=Target.EVENT, source="text", field="Note__c", way=Way.BOTH, type="textarea", length=100)
CALL = Conference(url="https://meet.example/abc")  # 33 units with its label, and the empty line before it


@pytest.mark.parametrize(
    ("line", "text", "stands", "told"),
    [
        (NOTE, "Agenda", "Agenda", CALL),
        (NOTE, "x" * 90, "x" * 66 + "…", CALL),
        (NOTE, "x" * 300, "x" * 66 + "…", CALL),
        (replace(NOTE, default="none"), "", "none", CALL),
        (replace(NOTE, too_long=TooLong.REFUSE), "x" * 90, "x" * 90, CALL),
        (replace(NOTE, length=60), "Agenda", "Agenda", None),
        (replace(NOTE, length=60), "", "", None),
    ],
)
def test_how_to_join_is_never_torn_and_never_becomes_text(
    line: FieldMap, text: str, stands: str, told: Conference | None
) -> None:
    """Where it would take most of the field, it is not written."""
    written = filled(line, event(), {"Description": with_conference(text, CALL)})["Note__c"] or ""
    assert without_conference(written) == (stands, told)
    kept = mapped.kept(replace(event(text=text), conference=CALL), maps(line))
    assert getattr(kept, "text") == stands  # noqa: B009


def test_a_place_or_a_task_has_no_lines_of_ours() -> None:
    assert filled(replace(ROOM, length=80), event(), {"Location": "[Join] Room"}) == {"Room__c": "[Join] Room"}
    note = replace(NOTE, target=Target.TASK)
    assert filled(note, task(), {"Description": "[Join] us"}) == {"Note__c": "[Join] us"}


@pytest.mark.parametrize(
    ("days", "default", "due"),
    [(3, "", SOON), (None, "", None), (None, "2026-12-24", date(2026, 12, 24))],
    ids=["soon", "never", "by default"],
)
def test_so_does_a_day(days: int | None, default: str, due: date | None) -> None:
    kept = mapped.kept(task(days=days), maps(replace(DUE, default=default)))
    assert getattr(kept, "due") == due  # noqa: B009


def test_a_row_reads_as_if_all_were_in_its_built_in_field() -> None:
    row = {"Subject": "Review", "Location": "old", "Room__c": "Room 9"}
    assert mapped.standard(row, Resource.EVENT, maps(ROOM, DUE)) == row | {"Location": "Room 9"}


def failure(code: str, said: str = "", *fields: str) -> Failure:
    return Failure(provider="salesforce", code=f"salesforce.{code}", kind=Kind.INVALID, said=said, fields=fields)


@pytest.mark.parametrize(
    ("refusal", "is_about"),
    [
        (failure("STRING_TOO_LONG", "Raum: Datenwert zu groß", "Room__c"), True),
        (failure("STRING_TOO_LONG", "Room__c is fine", "Subject"), False),
        (failure("INVALID_FIELD", "No such column 'Room__c' on sobject of type Event"), True),
        (failure("INVALID_FIELD", "No such column 'room__C' on sobject of type Event"), True),
        (failure("INVALID_FIELD", "No such column 'Room__count' on sobject of type Event"), False),
        (failure("INVALID_FIELD", "No such column 'Bedroom__c' on sobject of type Event"), False),
        (failure("INVALID_FIELD", "Id, Room__c FROM Event ^ ERROR at Row:1 No such column 'Id'"), False),
        (failure("INVALID_FIELD", "Id, Room__c FROM Event ^ ERROR at Row:1 No such column 'Room__c'"), True),
        (failure("FIELD_CUSTOM_VALIDATION_EXCEPTION", "Fill Room__c", "Room__c"), False),
        (failure("UNABLE_TO_LOCK_ROW", "Room__c"), False),
        (failure("INVALID_CROSS_REFERENCE_KEY", "this ID value isn't valid", "Room__c"), True),
        (failure("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id"), False),
    ],
)
def test_a_refusal_is_about_a_line_whose_field_it_names(refusal: Failure, *, is_about: bool) -> None:
    told = mapped.refused(refusal, Target.EVENT, maps(ROOM))
    assert (told.code == REFUSED) is is_about
    assert (told == refusal) is not is_about


def test_of_another_object_it_is_not() -> None:
    refusal = failure("STRING_TOO_LONG", "", "Room__c")
    assert mapped.refused(refusal, Target.TASK, maps(ROOM)) == refusal


@pytest.mark.parametrize(("way", "code"), [(Way.BOTH, UNREAD), (Way.TO_CRM, "salesforce.INVALID_FIELD")])
def test_only_what_is_read_can_fail_to_be_read(way: Way, code: str) -> None:
    refusal = failure("INVALID_FIELD", "No such column 'Room__c' on entity 'Event'")
    assert mapped.unread(refusal, Resource.EVENT, maps(replace(ROOM, way=way))).code == code
