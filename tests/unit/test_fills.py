"""What somebody types into a blank, and where it counts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from connectors.fills import Blank, Fill, Sort, Value, checked, laid_over

SECTORS = (("tech", "Technology"), ("food", "Food"))


def blank(sort: Sort = Sort.LINE, **values: Any) -> Blank:
    return Blank(name="Field__c", label="Field", sort=sort, **values)


TAKEN: list[tuple[Blank, str, Value]] = [
    (blank(), " Smith ", "Smith"),
    (blank(), "one\ntwo", "one two"),
    (blank(Sort.TEXT), "one\ntwo", "one\ntwo"),
    (blank(longest=5), "Zoë🙂", "Zoë🙂"),
    (blank(Sort.EMAIL), "ann@customer.example", "ann@customer.example"),
    (blank(Sort.URL), "https://example.com/a", "https://example.com/a"),
    (blank(Sort.PHONE), "+43 1 234", "+43 1 234"),
    (blank(Sort.WHOLE, digits=3), "-42", -42),
    (blank(Sort.NUMBER, digits=3, decimals=2), "12.50", 12.5),
    (blank(Sort.NUMBER, digits=5), "100", 100.0),
    (blank(Sort.FLAG), "yes", True),
    (blank(Sort.FLAG, required=True), "", False),
    (blank(Sort.DAY), "2026-11-29", "2026-11-29"),
    (blank(Sort.MOMENT), "2026-11-29T14:30", "2026-11-29T14:30:00.000+0000"),
    (blank(Sort.MOMENT), "2026-11-29T14:30:00+02:00", "2026-11-29T12:30:00.000+0000"),
    (blank(Sort.CHOICE, options=SECTORS), "food", "food"),
    (blank(Sort.CHOICES, options=SECTORS), "food; tech;food", "food;tech"),
    *[(blank(sort), "  ", None) for sort in Sort if sort is not Sort.FLAG],
]


@pytest.mark.parametrize(("of", "text", "value"), TAKEN)
def test_what_fits_is_taken(of: Blank, text: str, value: Value) -> None:
    assert checked(of, text) == value


REFUSED: list[tuple[Blank, str, str]] = [
    (blank(required=True), " ", "Salesforce wants something here."),
    (blank(longest=5), "Zoë🙂!", "This has 6 characters, and the field holds 5. Shorten it."),
    (blank(), "a\0b", "This has a character in it that no field can hold."),
    (blank(Sort.EMAIL), "info@@example.com", "Write one e-mail address, such as ann@example.com."),
    (blank(Sort.EMAIL), "a@b.example, c@d.example", "Write one e-mail address, such as ann@example.com."),
    (blank(Sort.EMAIL), "ann@localhost", "Write one e-mail address, such as ann@example.com."),
    (blank(Sort.URL), "two words", "Write an address without blanks, such as https://example.com."),
    (blank(Sort.WHOLE), "twelve", "Write a whole number."),
    (blank(Sort.WHOLE), "1.5", "Write a whole number: the field has no digits after the point."),
    (blank(Sort.WHOLE, digits=3), "1000", "This number is too large: the field has 3 digits before the point."),
    (blank(Sort.NUMBER, decimals=2), "0.125", "Write at most 2 digits after the point."),
    (blank(Sort.NUMBER), "NaN", "Write a number like 12.5."),
    (blank(Sort.NUMBER), "inf", "Write a number like 12.5."),
    (blank(Sort.FLAG), "perhaps", "Write yes or no."),
    (blank(Sort.DAY), "29.11.2026", "Write a day like 2026-11-29."),
    (blank(Sort.DAY), "2026-02-30", "Write a day like 2026-11-29."),
    (blank(Sort.MOMENT), "tomorrow", "Write a time like 2026-11-29 14:30, in UTC."),
    (blank(Sort.CHOICE, options=SECTORS), "Food", "“Food” is none of its values: tech, food."),
    (blank(Sort.CHOICE), "x", "“x” is none of its values: it has none."),
    (blank(Sort.CHOICES, options=SECTORS), "food;war", "“war” is none of its values: tech, food."),
]


@pytest.mark.parametrize(("of", "text", "sentence"), REFUSED)
def test_what_does_not_fit_is_refused_with_what_to_write(of: Blank, text: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=r".") as refused:
        checked(of, text)
    assert str(refused.value) == sentence


SMITH = Fill(field="LastName", value="Smith")
SHORT = Fill(field="Title", value="short", instead="much too long")
FRESH = replace(SMITH, fresh=True)
LAID: list[tuple[dict[str, Any], Fill, bool, dict[str, Any]]] = [
    ({}, SMITH, True, {"LastName": "Smith"}),
    ({"LastName": None}, SMITH, True, {"LastName": "Smith"}),
    ({"LastName": "Meyer"}, SMITH, True, {"LastName": "Meyer"}),
    ({"LastName": "Meyer"}, FRESH, False, {"LastName": "Meyer"}),
    ({"Phone": "1"}, SMITH, False, {"Phone": "1"}),
    ({"Phone": "1"}, FRESH, False, {"Phone": "1", "LastName": "Smith"}),
    ({"LastName": ""}, SMITH, False, {"LastName": "Smith"}),
    ({"Title": "much too long"}, SHORT, False, {"Title": "short"}),
    ({"Title": "another"}, SHORT, False, {"Title": "another"}),
    ({"Title": "much too long"}, replace(SHORT, value=None), True, {"Title": None}),
    ({"Active": False}, Fill(field="Active", value=True), True, {"Active": False}),
]


@pytest.mark.parametrize(("record", "fill", "is_new", "sent"), LAID)
def test_a_value_counts_where_there_is_none_and_instead_of_the_refused_one(
    record: dict[str, Any], fill: Fill, is_new: bool, sent: dict[str, Any]
) -> None:
    assert laid_over(record, [fill], is_new=is_new) == sent
