"""An address book and Salesforce with fields of the customer's own: written, read back, and refused by name."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.field_mapping import FieldMapping
from connectors.salesforce import address_fields
from issues.models import Issue
from tests.conftest import Time
from tests.driving import codes
from tests.integration.bad_input.world import World
from tests.integration.contacts.test_over_the_wire import ZOE, Wire
from tests.integration.mapping.conftest import Save

pytestmark = pytest.mark.django_db

WORKS = {"organizations": [{"name": "Customer Ltd", "title": "Buyer", "department": "Buying"}]}


@pytest.fixture
def wire(world: World, time: Time) -> Wire:
    address_fields.forget()
    for name, kind in (("Role__c", "string"), ("Direct__c", "phone")):
        more = {"length": 20} if kind == "string" else {}
        world.salesforce.control("add-field", {"object": "Contact", "name": name, "type": kind, **more})
    return Wire(world, time)


def maps(wire: Wire, way: str, **values: Any) -> FieldMapping:
    stands = {"target": "contact", "source": "job", "field": "Role__c", "crm_length": 20}
    return FieldMapping.everywhere.create(organization=wire.world.organization, way=way, **(stands | values))


def record(wire: Wire) -> dict[str, Any]:
    (row,) = wire.rows()
    return row


def writes(wire: Wire) -> int:
    return sum(call.write for call in (*wire.world.salesforce.calls, *wire.world.google.calls))


def job(wire: Wire, name: str) -> str:
    return str(wire.person(name)["organizations"][0].get("title", ""))


def test_what_goes_both_ways_goes_there_and_comes_back(wire: Wire) -> None:
    maps(wire, "both")
    name = wire.enter(ZOE | WORKS)
    wire.run(2)
    assert (record(wire)["Role__c"], record(wire)["Title"], record(wire)["Department"]) == ("Buyer", None, "Buying")
    wire.world.salesforce.control("update", {"id": record(wire)["Id"], "fields": {"Role__c": "Head of buying"}})
    wire.run(2)
    assert job(wire, name) == "Head of buying"
    before = writes(wire)
    wire.run(2)
    assert writes(wire) == before


def test_a_phone_is_kept_in_another_phone_field(wire: Wire) -> None:
    maps(wire, "both", source="phone", field="Direct__c", crm_type="phone", crm_length=40)
    wire.enter(ZOE)
    wire.run(2)
    assert (record(wire)["Direct__c"], record(wire)["Phone"]) == ("+43 1 234", None)


def test_what_was_cut_is_no_news(wire: Wire) -> None:
    maps(wire, "both")
    name = wire.enter(ZOE | {"organizations": [{"title": "x" * 40}]})
    wire.run(2)
    before = writes(wire)
    wire.run(2)
    assert (record(wire)["Role__c"], job(wire, name), writes(wire)) == ("x" * 19 + "…", "x" * 40, before)


def test_changing_the_place_rewrites_nothing_and_empties_nothing(wire: Wire) -> None:
    name = wire.enter(ZOE | WORKS)
    wire.run(2)
    before = writes(wire)
    maps(wire, "both")
    wire.run(2)
    assert (job(wire, name), record(wire)["Title"], record(wire)["Role__c"]) == ("Buyer", "Buyer", None)
    assert writes(wire) == before
    wire.book("change-contact", id=name, contact={"phoneNumbers": [{"value": "+43 1 999", "type": "work"}]})
    wire.run(2)
    assert (record(wire)["Role__c"], job(wire, name)) == ("Buyer", "Buyer")


def test_an_org_that_demands_a_field_refuses_until_a_line_fills_it(wire: Wire, save: Save) -> None:
    wire.world.salesforce.control("require-field", {"object": "Contact", "field": "LeadSource"})
    wire.enter(ZOE)
    wire.run(2)
    assert codes() == ["salesforce.REQUIRED_FIELD_MISSING"]
    save(what="contact.fixed", fixed="Web", field="LeadSource")
    wire.book("change-contact", id=_only(wire), contact=WORKS)
    wire.run(2)
    assert (record(wire)["LeadSource"], record(wire)["LastName"]) == ("Web", "Young")


def test_only_contacts_that_we_make_have_the_fixed_value(wire: Wire) -> None:
    maps(wire, "new", source="fixed", fixed="Web", field="LeadSource", crm_type="picklist")
    user = wire.world.salesforce.control("accounts", {})["users"][0]["id"]
    fields = {"FirstName": "Zoe", "LastName": "Young", "Email": "zoe@customer.example", "OwnerId": user}
    wire.world.salesforce.control("create", {"object": "Contact", "fields": fields})
    wire.enter(ZOE)
    wire.run(2)
    assert (record(wire)["LeadSource"], record(wire)["Phone"]) == (None, "+43 1 234")


def test_a_write_that_is_refused_names_the_line(wire: Wire) -> None:
    maps(wire, "to_crm")
    wire.world.salesforce.control("remove-field", {"object": "Contact", "field": "Role__c"})
    wire.enter(ZOE | WORKS)
    wire.run(2)
    issue = Issue.everywhere.get()
    assert (issue.code, issue.scope) == ("engine.FIELD_MAPPING_REFUSED", "item")
    assert str(issue.cause.said).startswith("Field mapping “Job title → Role__c” of Contact: ")


def test_a_record_type_is_typed_by_its_name(wire: Wire, save: Save) -> None:
    kind = wire.world.salesforce.control("record-type", {"object": "Contact", "name": "Customer", "active": True})["id"]
    save(what="contact.fixed", fixed="Customer", field="RecordTypeId")
    assert FieldMapping.everywhere.get().fixed == kind
    wire.enter(ZOE)
    wire.run(2)
    assert record(wire)["RecordTypeId"] == kind


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"field": "Name"}, "Name is put together by Salesforce out of FirstName, LastName"),
        ({"field": "MobilePhone"}, "Syncapp writes MobilePhone itself"),
        ({"what": "contact.fixed", "fixed": "Nobody", "field": "RecordTypeId"}, "is no record type of Contact"),
        ({"what": "contact.fixed", "fixed": "Radio", "field": "LeadSource"}, "none of the values of LeadSource"),
        ({"what": "contact.email", "way": "both"}, "only these go both ways: Birthday, Department"),
        (
            {"what": "contact.job", "field": "Direct__c", "way": "both", "understood": "on"},
            "both ways “Job title” fits into",
        ),
    ],
)
def test_a_line_that_would_fail_is_refused_with_the_reason(
    wire: Wire, save: Save, values: dict[str, str], said: str
) -> None:
    world = wire.world.salesforce
    world.control("record-type", {"object": "Contact", "name": "Customer", "active": True})
    world.control("picklist", {"object": "Contact", "field": "LeadSource", "restricted": True})
    assert said in save(**({"what": "contact.job"} | values)).words
    assert not FieldMapping.everywhere.exists()


def test_before_contacts_move_it_says_how_many(wire: Wire, save: Save) -> None:
    wire.enter(ZOE | WORKS)
    wire.run(2)
    page = save(what="contact.job", field="Role__c", way="both")
    assert "From now on “Job title” of 1 contact that are in step is kept in another field" in page.words
    save(what="contact.job", field="Role__c", way="both", understood="on")
    assert FieldMapping.everywhere.get().way == "both"


def _only(wire: Wire) -> str:
    (found,) = wire.world.google.world.address_books.of(wire.box.address).all_living
    return str(found.resource_name)
