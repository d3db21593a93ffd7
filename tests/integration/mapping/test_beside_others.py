"""Field mappings beside what else an organization can choose: weaker mode, files, conferences, absences."""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import Any

import pytest

from connectors import clock
from connectors.field_mapping import FieldMapping
from connectors.models import Organization
from connectors.simulators.google.control import snapshot
from tests.builders import email
from tests.contract.connectors.google_stage import raw
from tests.driving import codes, statuses
from tests.integration.bad_input.world import World
from tests.integration.orgs_that_differ.house import MEETING, House
from tests.integration.orgs_that_differ.orgs import EVERYWHERE, each

pytestmark = pytest.mark.django_db
REFUSED = "engine.FIELD_MAPPING_REFUSED"
JOIN = "https://meet.google.com/abc-defg-hij"
VIDEO = {
    "entryPoints": [{"entryPointType": "video", "uri": JOIN}],
    "conferenceSolution": {"key": {"type": "hangoutsMeet"}, "name": "Google Meet"},
    "conferenceId": "abc-defg-hij",
}


@pytest.fixture
def house(house: House, fields: World) -> House:
    house.control("add-field", object="Event", name="Note__c", type="textarea", length=255)
    return house


def maps(house: House, way: str, **values: Any) -> FieldMapping:
    return FieldMapping.everywhere.create(organization=house.organization, way=way, **values)


def region(house: House) -> FieldMapping:
    return maps(house, "new", target="email", source="fixed", fixed="EMEA", field="Region__c", crm_type="picklist")


def rows(house: House, sobject: str) -> list[dict[str, Any]]:
    return [dict(row) for row in house.world.salesforce.org.store.rows(sobject)]


def meets(house: House, **more: Any) -> None:
    start = clock.now().replace(minute=0, second=0, microsecond=0) + timedelta(days=1)
    times = {"start": start, "end": start + timedelta(hours=1)}
    event = {"summary": MEETING, **more} | {side: {"dateTime": at.isoformat()} for side, at in times.items()}
    house.world.google.control("event", {"account": house.world.ada.address, "event": event})


def described(house: House) -> str:
    calendars = snapshot(house.world.google.world)["calendars"].values()
    (found,) = (event for calendar in calendars for event in calendar["events"])
    return str(found.get("description", ""))


@pytest.fixture
def weaker(house: House) -> House:
    each("remove-field", *EVERYWHERE)(house)
    Organization.everywhere.update(syncs_events=False, weaker_mode=True)
    return house


def test_in_weaker_mode_a_message_has_what_was_mapped(weaker: House) -> None:
    weaker.control("require-field", object="EmailMessage", field="Region__c")
    region(weaker)
    weaker.world.deliver(weaker.world.ada, "Renewal")
    weaker.runs(2)
    assert ([row["Region__c"] for row in rows(weaker, "EmailMessage")], codes()) == (["EMEA"], [])


def test_in_weaker_mode_a_refused_line_is_an_issue_of_its_message(weaker: House) -> None:
    region(weaker)
    weaker.control("remove-field", object="EmailMessage", field="Region__c")
    weaker.world.deliver(weaker.world.ada, "Renewal")
    weaker.runs(2)
    assert (rows(weaker, "EmailMessage"), codes()) == ([], [REFUSED])
    assert weaker.organization.stopped_at is None


@pytest.mark.parametrize(("lost", "brought"), [((), ["offer.pdf"]), (("ContentVersion.Syncapp_Key__c",), [])])
def test_in_weaker_mode_files_come_as_long_as_files_can_have_our_key(
    weaker: House, lost: tuple[str, ...], brought: list[str]
) -> None:
    """Once, and their message with or without them."""
    each("remove-field", *lost)(weaker)
    Organization.everywhere.update(brings_files=True)
    text = base64.b64encode(raw(email(), ("offer.pdf", "application/pdf", b"%PDF"))).decode()
    weaker.world.google.control("deliver", {"accounts": [weaker.world.ada.address], "raw": text})
    weaker.runs(2)
    (message,) = rows(weaker, "EmailMessage")
    links = [row for row in rows(weaker, "ContentDocumentLink") if row["LinkedEntityId"] == message["Id"]]
    assert [row["PathOnClient"] for row in rows(weaker, "ContentVersion")] == brought
    assert (len(links), codes()) == (len(brought), [])


def test_how_to_join_stays_whole_in_a_short_field(house: House) -> None:
    maps(house, "both", target="event", source="text", field="Note__c", crm_type="textarea", crm_length=255)
    meets(house, description="Agenda " * 40, conferenceData=VIDEO)
    house.runs(2)
    before = house.writes()
    house.runs(2)
    (row,) = rows(house, "Event")
    assert (row["Description"], JOIN in row["Note__c"]) == (None, True)
    assert (described(house), house.writes(), statuses()) == ("Agenda " * 40, before, [])


def test_an_absence_is_kept_where_the_line_says_and_goes_one_way(house: House) -> None:
    Organization.everywhere.update(absences="show")
    maps(house, "both", target="event", source="location", field="Room__c", crm_length=20)
    meets(house, eventType="outOfOffice", location="Rome")
    house.runs(2)
    (row,) = rows(house, "Event")
    assert (row["Room__c"], row["Location"], row["ShowAs"]) == ("Rome", None, "OutOfOffice")
    house.control("update", id=row["Id"], fields={"Room__c": "Paris"})
    before = house.writes()
    house.runs(2)
    assert (house.writes(), statuses()) == (before, [])
