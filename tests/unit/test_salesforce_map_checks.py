"""What describe shows of a field, and whether a line of the mapping would work with it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from connectors.errors import Failure, Kind
from connectors.field_maps import SOURCES, FieldMap, Fit, Sort, Target, TooLong, Way
from connectors.salesforce.map_checks import GIVES_BACK, TAKES, TYPES, fit, is_demanded
from connectors.salesforce.mapped import STANDARD

FIELD: dict[str, Any] = {
    "name": "Room__c",
    "type": "string",
    "length": 255,
    "createable": True,
    "updateable": True,
    "nillable": True,
    "calculated": False,
    "autoNumber": False,
    "unique": False,
    "restrictedPicklist": False,
    "picklistValues": [],
}
REGIONS = [{"value": "EMEA", "active": True}, {"value": "OLD", "active": False}]
PICKLIST = {"type": "picklist", "restrictedPicklist": True, "picklistValues": REGIONS}
COPY = FieldMap(target=Target.EVENT, source="location", field="Room__c", way=Way.TO_CRM)
ROOM = replace(COPY, way=Way.BOTH)
FIXED = FieldMap(target=Target.EVENT, source="fixed", fixed="EMEA", field="Room__c")


PHONE = FieldMap(target=Target.CONTACT, source="phone", field="Room__c", way=Way.BOTH)
TYPE = FieldMap(target=Target.CONTACT, source="fixed", fixed="Customer", field="RecordTypeId")
MASTER = {"name": "Master", "recordTypeId": "012000000000000AAA", "available": True, "active": True, "master": True}
CUSTOMER = {"name": "Customer", "developerName": "End_Customer", "recordTypeId": "012ak0000000001AAA", "master": False}


def trouble(line: FieldMap, *others: FieldMap, **described: Any) -> str:
    return fit(line, {"fields": [FIELD | described]}, others).trouble


@pytest.mark.parametrize("line", [COPY, ROOM, FIXED])
def test_a_plain_text_field_takes_text(line: FieldMap) -> None:
    assert trouble(line) == ""


def test_a_field_is_found_whatever_the_case_of_its_name() -> None:
    said = fit(replace(COPY, field="room__C"), {"fields": [FIELD | {"length": 20}]})
    assert said == Fit(field="Room__c", type="string", length=20)


@pytest.mark.parametrize(
    ("described", "said"),
    [
        ({"name": "Other__c"}, "Event has no field Room__c that Syncapp can see."),
        ({"calculated": True, "createable": False}, "Room__c is a formula"),
        ({"autoNumber": True, "createable": False}, "Room__c is numbered by Salesforce itself"),
        ({"createable": False}, "Syncapp may not fill Room__c."),
        ({"updateable": False}, "Syncapp may fill Room__c in new records only"),
        ({"unique": True}, "Room__c is unique"),
        ({"type": "reference"}, "Room__c is a lookup"),
        ({"type": "double"}, "Room__c is of type number, and “Location” fits into: text,"),
        ({"type": "multipicklist"}, "Room__c is of type picklist with several values"),
        ({"type": "location"}, "Room__c is of type location"),
        ({"nillable": False}, "Room__c must have a value in Salesforce"),
    ],
)
def test_a_field_that_would_refuse_says_why(described: dict[str, Any], said: str) -> None:
    assert trouble(COPY, **described).startswith(said)


@pytest.mark.parametrize(
    ("line", "described"),
    [
        (replace(COPY, way=Way.NEW), {"updateable": False}),
        (FieldMap(target=Target.EMAIL, source="subject", field="Room__c", way=Way.TO_CRM), {"updateable": False}),
        (replace(COPY, default="none"), {"nillable": False}),
        (FIXED, {"nillable": False}),
        (COPY, {"nillable": False, "defaultedOnCreate": True}),
        (replace(COPY, source="all_day"), {"type": "boolean", "nillable": False}),
        (replace(COPY, source="private"), {"type": "boolean"}),
        (replace(COPY, source="start"), {"type": "datetime", "length": 0}),
        (replace(COPY, too_long=TooLong.REFUSE), {"length": 20}),
        (FIXED, PICKLIST),
        (replace(FIXED, fixed="new"), PICKLIST | {"restrictedPicklist": False}),
    ],
)
def test_what_would_work_is_fine(line: FieldMap, described: dict[str, Any]) -> None:
    assert trouble(line, **described) == ""


@pytest.mark.parametrize("kind", ["phone", "string"])
@pytest.mark.parametrize("source", ["phone", "mobile", "home_phone", "fax"])
def test_a_number_is_kept_in_any_other_phone_field(source: str, kind: str) -> None:
    assert trouble(replace(PHONE, source=source), type=kind) == ""


@pytest.mark.parametrize("target", [Target.CONTACT, Target.LEAD])
def test_what_is_no_address_of_theirs_stands_in_no_field_by_which_people_are_found(target: Target) -> None:
    line = FieldMap(target=target, source="mailbox", field="Room__c")
    assert "a person is found by whatever address" in trouble(line, type="email")
    assert trouble(replace(line, source="email"), type="email") == trouble(line) == ""


@pytest.mark.parametrize(
    ("whole", "parts"), [("Name", ("FirstName", "LastName")), ("MailingAddress", ("MailingStreet", "MailingCity"))]
)
def test_what_is_put_together_out_of_others_says_so(whole: str, parts: tuple[str, ...]) -> None:
    named = [{"name": name, "compoundFieldName": whole} for name in parts]
    shown = {"fields": [FIELD | {"name": whole, "compoundFieldName": whole, "createable": False}, *named]}
    said = fit(replace(PHONE, field=whole, way=Way.NEW), shown).trouble
    assert said == f"{whole} is put together by Salesforce out of {', '.join(parts)}, and nobody can write it as one."


def typed_as(text: str, **info: Any) -> Fit:
    field = FIELD | {"name": "RecordTypeId", "type": "reference", "length": 18}
    kinds = [{"available": True, "active": True} | CUSTOMER | info, MASTER]
    return fit(replace(TYPE, fixed=text), {"fields": [field], "recordTypeInfos": kinds})


@pytest.mark.parametrize("text", ["Customer", "customer", "End_Customer", "012ak0000000001AAA"])
def test_a_record_type_is_kept_as_its_id(text: str) -> None:
    assert typed_as(text) == Fit(field="RecordTypeId", type="reference", length=18, fixed="012ak0000000001AAA")


@pytest.mark.parametrize("info", [{"available": False}, {"active": False}, {"name": "Partner", "developerName": "P"}])
def test_a_record_type_that_is_not_for_us_is_refused(info: dict[str, Any]) -> None:
    there = "Partner" if "name" in info else "none"
    said = f"“Customer” is no record type of Contact that Syncapp may use. There is: {there}."
    assert typed_as("Customer", **info) == Fit(trouble=said, field="RecordTypeId", type="reference", length=18)


def test_the_master_type_is_nobodys_choice() -> None:
    assert typed_as("Master").trouble.startswith("“Master” is no record type")


def test_nothing_but_a_fixed_value_names_a_record_type() -> None:
    shown = {"fields": [FIELD | {"name": "RecordTypeId", "type": "reference"}]}
    assert "is a lookup" in fit(replace(TYPE, source="job", fixed=""), shown).trouble


@pytest.mark.parametrize(
    ("line", "described", "said"),
    [
        (PHONE, {"type": "textarea"}, "both ways “Phone” fits into: text, phone."),
        (replace(PHONE, source="birthday"), {}, "“Birthday” fits into: date."),
        (
            replace(PHONE, source="job"),
            {"type": "phone"},
            "both ways “Job title” fits into: text, text area, picklist.",
        ),
        (ROOM, {"type": "email"}, "both ways “Location” fits into: text, text area, picklist."),
        (replace(ROOM, source="text"), {"type": "string"}, "both ways “Description” fits into: text area."),
        (replace(ROOM, source="text"), {"type": "textarea", "htmlFormatted": True}, "holds rich text"),
        (FieldMap(target=Target.TASK, source="due", field="Room__c", way=Way.BOTH), {}, "fits into: date."),
    ],
)
def test_what_would_not_come_back_as_it_was_is_refused(line: FieldMap, described: dict[str, Any], said: str) -> None:
    assert said in trouble(line, **described)


@pytest.mark.parametrize(
    ("text", "described", "said"),
    [
        ("x" * 21, {"length": 20}, "has 21 characters, and Room__c holds 20."),
        ("😀" * 11, {"length": 20}, "has 22 characters, and Room__c holds 20."),
        ("EMAE", PICKLIST, "“EMAE” is none of the values of Room__c: EMEA."),
        ("OLD", PICKLIST, "“OLD” is none of the values of Room__c: EMEA."),
        ("EMEA", PICKLIST | {"picklistValues": []}, "it has none."),
        ("perhaps", {"type": "boolean"}, "write yes or no."),
        ("29.11.2026", {"type": "date"}, "write a day like 2026-11-29."),
        ("tomorrow", {"type": "datetime"}, "write a time like 2026-11-29 14:30, in UTC."),
        ("1.5", {"type": "int"}, "write a whole number."),
        ("nan", {"type": "double"}, "write a number like 12.5."),
        ("1000", {"type": "double", "precision": 4, "scale": 1}, "too large: Room__c has 3 digits"),
    ],
)
def test_a_value_that_was_typed_has_to_fit(text: str, described: dict[str, Any], said: str) -> None:
    assert said in trouble(replace(FIXED, fixed=text), **described)
    if described.get("type", "string") in TAKES[Sort.TEXT]:
        assert said in trouble(replace(COPY, default=text), **described)


def test_of_two_lines_one_field_is_one_too_many() -> None:
    assert (
        trouble(FIXED, COPY)
        == "Room__c is filled by “Location → Room__c” already: two values cannot stand in one field."
    )


def test_the_same_field_of_another_object_is_another_field() -> None:
    assert trouble(COPY, replace(COPY, target=Target.TASK, source="title")) == ""


def test_something_is_kept_in_one_place_only() -> None:
    assert "It is kept in Floor__c already" in trouble(ROOM, replace(ROOM, field="Floor__c"))


@pytest.mark.parametrize("name", ["Subject", "location", "OwnerId", "Syncapp_Key__c", "DurationInMinutes"])
def test_what_we_write_ourselves_is_nobody_elses(name: str) -> None:
    line = replace(COPY, source="title", field=name)
    said = fit(line, {"fields": [FIELD | {"name": name}]})
    assert said.trouble == f"Syncapp writes {name} itself, so nothing else can go there."


@pytest.mark.parametrize("name", ["Phone", "mobilephone", "LastName", "MailingCity", "AccountId", "Syncapp_Key__c"])
def test_of_a_contact_as_well(name: str) -> None:
    said = fit(replace(PHONE, source="department", way=Way.NEW, field=name), {"fields": [FIELD | {"name": name}]})
    assert said.trouble == f"Syncapp writes {name} itself, so nothing else can go there."


@pytest.mark.parametrize(("length", "is_refused"), [(79, True), (80, False), (0, False)])
def test_where_too_long_is_refused_a_field_must_hold_ordinary_values(length: int, *, is_refused: bool) -> None:
    line = FieldMap(target=Target.EVENT, source="organizer", field="Room__c", too_long=TooLong.REFUSE)
    assert bool(trouble(line, length=length)) is is_refused
    assert trouble(replace(line, too_long=TooLong.CUT), length=length) == ""


def test_an_object_that_is_not_shown_is_told() -> None:
    failure = Failure(provider="salesforce", code="salesforce.NOT_FOUND", kind=Kind.NOT_FOUND)
    assert fit(COPY, failure).trouble == "Syncapp does not see Event in Salesforce."


def test_everything_that_goes_both_ways_has_a_place_and_types_that_give_it_back() -> None:
    assert {source for _, source in STANDARD} == set(GIVES_BACK)
    assert all(
        types <= TAKES[SOURCES[target][source].sort] for target, source in STANDARD for types in [GIVES_BACK[source]]
    )


def test_every_type_that_takes_something_has_a_name_for_people() -> None:
    assert set().union(*TAKES.values()) <= set(TYPES)


@pytest.mark.parametrize(("described", "is_one"), [({}, False), ({"nillable": False}, True)])
def test_a_field_is_demanded_that_may_not_be_empty(described: dict[str, Any], *, is_one: bool) -> None:
    assert is_demanded(FIELD | described) is is_one
