"""Formulas of validation rules over records that are as they were or changed."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.simulators.salesforce import formulas
from connectors.simulators.salesforce.event_objects import event
from connectors.simulators.salesforce.formula_terms import BadFormula

OLD = {"Syncapp_Version__c": 2.0, "Subject": "Meeting", "IsAllDayEvent": False, "Location": None, "ShowAs": "Busy"}
NEWER = OLD | {"Syncapp_Version__c": 3.0}
OLDER = OLD | {"Syncapp_Version__c": 1.0}
STALE = "AND(NOT(ISNEW()), BLANKVALUE(PRIORVALUE(Syncapp_Version__c), 0) > BLANKVALUE(Syncapp_Version__c, 0))"

Row = dict[str, Any]
# (formula, the record, the record before, whether the rule strikes)
HOLDS: list[tuple[str, Row, Row | None, bool]] = [
    (STALE, NEWER, OLD, False),
    (STALE, OLD, OLD, False),
    (STALE, OLDER, OLD, True),
    (STALE, OLD | {"Syncapp_Version__c": None}, OLD, True),
    (STALE, OLDER, None, False),
    ("Syncapp_Version__c < PRIORVALUE(Syncapp_Version__c)", OLDER, OLD, True),
    ("Syncapp_Version__c < PRIORVALUE(Syncapp_Version__c)", OLD | {"Syncapp_Version__c": None}, OLD, False),
    ("syncapp_version__c <= 2", OLD, OLD, True),
    ("ISCHANGED(Subject)", OLD | {"Subject": "Other"}, OLD, True),
    ("ISCHANGED(Subject)", OLD, OLD, False),
    ("ISCHANGED(Subject)", OLD, None, False),
    ("PRIORVALUE(Subject) = 'Meeting'", OLD, None, True),
    ("ISBLANK(Location) && !IsAllDayEvent", OLD, None, True),
    ("ISNULL(Location) || ISNEW()", OLD, OLD, True),
    ("OR(ISNEW(), FALSE)", OLD, OLD, False),
    ('Subject <> "Meeting"', OLD, None, False),
    ("Subject != 'Meet\\'ing'", OLD, None, True),
    ("LEN(Subject) = 7", OLD, None, True),
    ("LEN(Subject & Location) == 3 + 2 * 2", OLD, None, True),
    ("Syncapp_Version__c / 0 = NULL", OLD, None, True),
    ("-Syncapp_Version__c < (1 - 2)", OLD, None, True),
    ("IF(IsAllDayEvent, Subject = 'x', Subject = 'Meeting')", OLD, None, True),
    ("NULLVALUE(Location, 'here') = 'here'", OLD, None, True),
    ("TRUE", OLD, None, True),
    ("ISPICKVAL(ShowAs, 'Busy')", OLD, None, True),
    ("ISPICKVAL(PRIORVALUE(ShowAs), 'Free')", OLD, OLD, False),
    ("ISCHANGED(ShowAs)", OLD | {"ShowAs": "Free"}, OLD, True),
    ("TEXT(ShowAs) = 'Busy'", OLD, None, True),
    ("TEXT(Syncapp_Version__c) = '2'", OLD, None, True),
    ("TEXT(Location) = ''", OLD, None, True),
]


@pytest.mark.parametrize(("formula", "new", "old", "strikes"), HOLDS)
def test_a_formula_strikes(formula: str, new: Row, old: Row | None, strikes: bool) -> None:
    assert formulas.holds(formula, event(), new, old) is strikes


@pytest.mark.parametrize(
    "formula", ["", "AND(", ")", "Subject", "NOT('x')", "1 < 'x'", "Owner.Name = 'x'", "$User.Id = 'x'"]
)
def test_what_is_no_formula_is_refused(formula: str) -> None:
    with pytest.raises(BadFormula):
        formulas.check(formula, event())


def test_the_fields_of_a_formula_are_found_outside_of_its_texts() -> None:
    assert "subject" in formulas.names("Subject = 'Location'")
    assert "location" not in formulas.names("Subject = 'Location'")
