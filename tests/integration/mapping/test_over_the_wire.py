"""A calendar and Salesforce with a field of the customer's own: written, read back, and what follows when it goes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from connectors import clock
from connectors.field_mapping import FieldMapping
from connectors.simulators.google.control import snapshot
from issues.models import Issue
from tests.driving import codes, drain, statuses
from tests.integration.bad_input.world import World
from tests.integration.mapping.conftest import Save
from tests.integration.orgs_that_differ.house import MEETING, House

pytestmark = pytest.mark.django_db

UNREAD, REFUSED = "engine.FIELD_MAPPING_UNREAD", "engine.FIELD_MAPPING_REFUSED"


@pytest.fixture
def house(house: House, fields: World) -> House:
    return house


def maps(house: House, way: str, **values: Any) -> FieldMapping:
    stands = {"target": "event", "source": "location", "field": "Room__c", "crm_length": 20}
    return FieldMapping.everywhere.create(organization=house.organization, way=way, **(stands | values))


def meets(house: House, location: str = "Room 7") -> str:
    start = clock.now().replace(minute=0, second=0, microsecond=0) + timedelta(days=1)
    times = {"start": start, "end": start + timedelta(hours=1)}
    event = {"summary": MEETING, "location": location} | {
        side: {"dateTime": at.isoformat()} for side, at in times.items()
    }
    made = house.world.google.control("event", {"account": house.world.ada.address, "event": event})
    return str(made["id"])


def record(house: House) -> dict[str, Any]:
    (row,) = house.world.salesforce.org.store.rows("Event")
    return dict(row)


def in_calendar(house: House) -> str:
    calendars = snapshot(house.world.google.world)["calendars"].values()
    (found,) = (event for calendar in calendars for event in calendar["events"])
    return str(found.get("location", ""))


def test_what_goes_both_ways_is_kept_in_the_customers_field(house: House) -> None:
    maps(house, "both")
    meets(house)
    house.runs(2)
    assert (record(house)["Room__c"], record(house)["Location"]) == ("Room 7", None)


def test_and_comes_back_from_there(house: House) -> None:
    maps(house, "both")
    meets(house)
    house.runs(2)
    house.control("update", id=record(house)["Id"], fields={"Room__c": "Room 9"})
    house.runs(2)
    assert in_calendar(house) == "Room 9"


def test_what_was_cut_is_no_news(house: House) -> None:
    maps(house, "both")
    meets(house, "x" * 40)
    house.runs(2)
    before = house.writes()
    house.runs(2)
    assert (record(house)["Room__c"], in_calendar(house), house.writes()) == ("x" * 19 + "…", "x" * 40, before)


def test_a_default_does_not_come_back(house: House) -> None:
    maps(house, "both", default="no room")
    meets(house, "")
    house.runs(2)
    before = house.writes()
    house.runs(2)
    assert (record(house)["Room__c"], in_calendar(house), house.writes()) == ("no room", "", before)


def test_an_org_that_demands_a_field_gets_it(house: House) -> None:
    house.control("require-field", object="EmailMessage", field="Region__c")
    maps(house, "new", target="email", source="fixed", fixed="EMEA", field="Region__c", crm_type="picklist")
    house.world.deliver(house.world.ada, "Renewal")
    house.runs()
    (row,) = house.world.salesforce.org.store.rows("EmailMessage")
    assert (row["Region__c"], codes()) == ("EMEA", [])


# -- The field changes later


def test_a_write_that_is_refused_names_the_line(house: House) -> None:
    maps(house, "to_crm")
    house.control("remove-field", object="Event", field="Room__c")
    meets(house)
    house.runs()
    issue = Issue.everywhere.get()
    assert (issue.code, issue.scope) == (REFUSED, "item")
    assert str(issue.cause.said).startswith("Field mapping “Location → Room__c” of Event: ")


def test_nothing_else_waits_for_it(house: House) -> None:
    maps(house, "to_crm")
    house.control("remove-field", object="Event", field="Room__c")
    meets(house)
    house.world.deliver(house.world.ada, "Renewal")
    house.runs()
    assert (codes(), house.world.subjects()) == ([REFUSED], ["Renewal"])


def test_once_the_line_is_mended_it_goes_on(house: House, save: Save) -> None:
    row = maps(house, "to_crm")
    house.control("remove-field", object="Event", field="Room__c")
    meets(house)
    house.runs()
    save(row, field="Floor__c")
    drain()
    house.runs()
    assert (record(house)["Floor__c"], statuses()) == ("Room 7", ["resolved"])


def loses(house: House) -> None:
    """The field that is read for the location goes."""
    maps(house, "both")
    meets(house)
    house.runs(2)
    house.control("remove-field", object="Event", field="Room__c")
    house.runs(2)


def test_where_it_cannot_be_read_nothing_goes_on_and_nothing_is_emptied(house: House) -> None:
    loses(house)
    assert (codes(), in_calendar(house)) == ([UNREAD], "Room 7")
    assert house.organization.stopped_at is not None


def test_where_it_is_read_elsewhere_everything_goes_on(house: House, save: Save) -> None:
    loses(house)
    save(FieldMapping.everywhere.get(), field="Floor__c", understood="on")
    drain()
    house.runs(2)
    assert (statuses(), house.organization.stopped_at, in_calendar(house)) == (["resolved"], None, "Room 7")
