"""Values on their way from JSON into a record."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.simulators.salesforce import values
from connectors.simulators.salesforce.errors import Refused
from connectors.simulators.salesforce.mail_objects import email_message
from connectors.simulators.salesforce.opportunity_objects import opportunity_objects
from connectors.simulators.salesforce.schema import Field
from connectors.simulators.salesforce.standard import standard_objects

OBJECTS = {o.name: o for o in (*standard_objects(), *opportunity_objects(), email_message())}


def parsed(name: str, **given: Any) -> dict[str, Any]:
    return values.parse(OBJECTS[name], given)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-01T10:00:00Z", "2026-03-01T10:00:00.000+0000"),
        ("2026-03-01T10:00:00.123Z", "2026-03-01T10:00:00.000+0000"),
        ("2026-03-01T10:00:00+02:00", "2026-03-01T08:00:00.000+0000"),
        ("2026-03-01T10:00:00-0500", "2026-03-01T15:00:00.000+0000"),
        ("2026-03-01T00:30:00+0100", "2026-02-28T23:30:00.000+0000"),
        ("1600-01-01T00:00:00Z", "1600-01-01T00:00:00.000+0000"),
    ],
)
def test_times_with_a_zone(text: str, expected: str) -> None:
    assert values.as_moment(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-01",
        "2026-03-01T10:00:00",
        "2026-03-01 10:00:00Z",
        "2026-02-30T10:00:00Z",
        "2026-03-01T25:00:00Z",
        "now",
        "",
    ],
)
def test_what_is_no_time(text: str) -> None:
    assert values.as_moment(text) is None


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00+0200", "9999-12-31T23:59:59-0200"])
def test_a_time_beyond_all_time_is_no_time(text: str) -> None:
    assert values.as_moment(text) is None


@pytest.mark.parametrize(
    ("text", "expected"), [("2026-03-01", "2026-03-01"), ("2026-03-01T10:00:00Z", "2026-03-01"), ("2026-13-01", None)]
)
def test_dates(text: str, expected: str | None) -> None:
    assert values.as_date(text) == expected


@pytest.mark.parametrize(
    "address",
    ["a@b.example", "first.last+tag@sub.acme-co.example", "o'brien@acme.example", "A_B@acme.museum", "1@2.example"],
)
def test_addresses(address: str) -> None:
    assert values.is_email(address)


@pytest.mark.parametrize(
    "address",
    [
        "acme",
        "a@b",
        "a@@b.example",
        "a@b..example",
        ".a@b.example",
        "a..b@c.example",
        "a b@c.example",
        "a@-b.example",
        "a@b.e",
        "ü@b.example",
        "a@bücher.example",
        "<a@b.example>",
        "a@b.example ",
        "a@b.example,c@d.example",
    ],
)
def test_what_is_no_address(address: str) -> None:
    assert not values.is_email(address)


@pytest.mark.parametrize(
    ("name", "given", "expected"),
    [
        ("Lead", {"LastName": "  Meyer "}, {"LastName": "Meyer"}),
        ("Lead", {"Title": "   "}, {"Title": None}),
        ("Lead", {"Title": None}, {"Title": None}),
        ("Lead", {"lastname": "M", "ATTRIBUTES": 1}, {"LastName": "M", "ATTRIBUTES": 1}),
        ("Lead", {"attributes": {"type": "Lead"}, "LastName": "M"}, {"LastName": "M"}),
        ("Lead", {"Unknown__c": [1, 2]}, {"Unknown__c": [1, 2]}),
        ("EmailMessage", {"TextBody": " kept \n"}, {"TextBody": " kept \n"}),
        ("EmailMessage", {"Incoming": "true"}, {"Incoming": True}),
        ("EmailMessage", {"ToIds": None}, {"ToIds": []}),
        ("EmailMessage", {"ToIds": ["a", "b"]}, {"ToIds": ["a", "b"]}),
        ("EmailMessage", {"MessageDate": ""}, {"MessageDate": None}),
        ("Account", {"NumberOfEmployees": "12"}, {"NumberOfEmployees": 12}),
        ("Account", {"NumberOfEmployees": ""}, {"NumberOfEmployees": None}),
        ("Opportunity", {"Amount": 12}, {"Amount": 12.0}),
        ("Opportunity", {"CloseDate": "2026-03-01T10:00:00Z"}, {"CloseDate": "2026-03-01"}),
    ],
)
def test_what_json_becomes(name: str, given: dict[str, Any], expected: dict[str, Any]) -> None:
    assert parsed(name, **given) == expected


@pytest.mark.parametrize(
    ("name", "given", "kind", "token"),
    [
        ("Lead", {"LastName": 7}, "string", "VALUE_NUMBER_INT"),
        ("Lead", {"LastName": 7.5}, "string", "VALUE_NUMBER_FLOAT"),
        ("Lead", {"LastName": True}, "string", "VALUE_TRUE"),
        ("Lead", {"LastName": ["M"]}, "string", "START_ARRAY"),
        ("Lead", {"LastName": {}}, "string", "START_OBJECT"),
        ("Lead", {"Email": False}, "string", "VALUE_FALSE"),
        ("EmailMessage", {"Incoming": 1}, "boolean", "VALUE_NUMBER_INT"),
        ("EmailMessage", {"Incoming": None}, "boolean", "VALUE_NULL"),
        ("EmailMessage", {"MessageDate": 1700000000}, "datetime", "VALUE_NUMBER_INT"),
        ("EmailMessage", {"ToIds": [1]}, "string", "VALUE_NUMBER_INT"),
        ("EmailMessage", {"RelatedToId": 1}, "string", "VALUE_NUMBER_INT"),
        ("Account", {"NumberOfEmployees": "many"}, "int", "VALUE_STRING"),
        ("Account", {"NumberOfEmployees": True}, "int", "VALUE_TRUE"),
        ("Opportunity", {"CloseDate": "soon"}, "date", "VALUE_STRING"),
        ("Opportunity", {"Amount": []}, "double", "START_ARRAY"),
    ],
)
def test_what_json_cannot_become(name: str, given: dict[str, Any], kind: str, token: str) -> None:
    with pytest.raises(Refused, match=f"Cannot deserialize instance of {kind} from {token} value") as caught:
        parsed(name, **given)
    assert (caught.value.code, caught.value.fields) == ("JSON_PARSER_ERROR", None)


@pytest.mark.parametrize(("text", "units"), [("", 0), ("abc", 3), ("äß", 2), ("😀", 2), ("a😀b", 4)])
def test_length_is_counted_in_utf_16(text: str, units: int) -> None:
    assert values.units(text) == units == len(text.encode("utf-16-le")) // 2


@given(st.text())
def test_length_is_that_of_utf_16_for_any_text(text: str) -> None:
    assert values.units(text) == len(text.encode("utf-16-le", "surrogatepass")) // 2


@pytest.mark.parametrize(("length", "fits"), [(10, True), (11, False)])
def test_a_text_fits_up_to_its_length(length: int, fits: bool) -> None:
    field = Field(name="Title", label="Title", length=10)
    if fits:
        values.check(field, "x" * length)
    else:
        with pytest.raises(Refused, match="data value too large"):
            values.check(field, "x" * length)
