"""What may be mapped at all, and where that says that something is kept."""

from __future__ import annotations

import pytest

from connectors.field_maps import BOTH_WAYS, SOURCES, FieldMap, FieldMaps, Target, Way, misfit
from connectors.records import Resource

ROOM = FieldMap(target=Target.EVENT, source="location", field="Room__c", way=Way.BOTH)
COPY = FieldMap(target=Target.EVENT, source="title", field="Copy__c", way=Way.TO_CRM)
NOTES = FieldMap(target=Target.TASK, source="text", field="Notes__c", way=Way.BOTH)

PHONE = FieldMap(target=Target.CONTACT, source="phone", field="OtherPhone", way=Way.BOTH)


def line(target: Target, source: str, way: Way = Way.NEW, fixed: str = "") -> FieldMap:
    return FieldMap(target=target, source=source, field="Any__c", way=way, fixed=fixed)


@pytest.mark.parametrize(
    ("target", "source"), [(target, source) for target, sources in SOURCES.items() for source in sources]
)
def test_everything_that_is_offered_can_go_to_the_crm(target: Target, source: str) -> None:
    fixed = "EMEA" if source == "fixed" else ""
    assert misfit(line(target, source, fixed=fixed)) == ""


@pytest.mark.parametrize(
    ("target", "source"), [(target, source) for target, sources in SOURCES.items() for source in sources]
)
def test_both_ways_goes_what_is_read_back_and_nothing_else(target: Target, source: str) -> None:
    is_fine = misfit(line(target, source, Way.BOTH, fixed="EMEA")) == ""
    assert is_fine is (source in BOTH_WAYS.get(target, ()))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (line(Target.TASK, "location"), "This is not known of such a record."),
        (line(Target.EVENT, "fixed"), "Write down the fixed value."),
        (line(Target.TASK, "title", Way.BOTH), "Of such a record only these go both ways: Due date and Description."),
        (line(Target.LEAD, "email", Way.BOTH), "Such a record goes to Salesforce only."),
        (
            line(Target.CONTACT, "email", Way.BOTH),
            "Of such a record only these go both ways: Birthday, Department, Fax, Phone at home, Job title, ",
        ),
    ],
)
def test_what_makes_no_sense_says_so(wrong: FieldMap, said: str) -> None:
    assert misfit(wrong).startswith(said)


def test_a_line_is_called_by_what_goes_where() -> None:
    assert ROOM.name == "Location → Room__c"


@pytest.mark.parametrize(
    ("resource", "places"),
    [
        (Resource.EVENT, {"location": "Room__c"}),
        (Resource.TASK, {"text": "Notes__c"}),
        (Resource.CONTACT, {"phone": "OtherPhone"}),
        (Resource.EMAIL, {}),
    ],
)
def test_only_what_goes_both_ways_is_kept_elsewhere(resource: Resource, places: dict[str, str]) -> None:
    assert FieldMaps(maps=(ROOM, COPY, NOTES, PHONE)).places(resource) == places
