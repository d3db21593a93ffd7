"""What simple-salesforce's documentation shows, done against the simulator."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.simulators.salesforce.ids import short
from connectors.simulators.salesforce.values import moment
from tests.contract.simulators.salesforce.bench import ROOT, VERSION, Bench, lead


def names(answer: dict[str, Any]) -> list[str]:
    return [record["LastName"] for record in answer["records"]]


# -- records


def test_create_answers_an_id_of_18_characters(bench: Bench) -> None:
    answer = bench.sf.Contact.create({"LastName": "Smith", "Email": "example@example.com"})
    assert (len(answer["id"]), answer["id"][:3], answer["success"], answer["errors"]) == (18, "003", True, [])


@pytest.mark.parametrize("form", [str, short])
def test_get_takes_ids_of_both_lengths(bench: Bench, form: Any) -> None:
    contact = bench.make("Contact", LastName="Smith", Email="s@example.com")
    record = bench.sf.Contact.get(form(contact))
    assert (record["Id"], record["Name"], record["Email"]) == (contact, "Smith", "s@example.com")
    assert record["attributes"] == {"type": "Contact", "url": f"{ROOT}/sobjects/Contact/{contact}"}


def test_get_takes_the_fields_that_are_asked_for(bench: Bench) -> None:
    contact = bench.make("Contact", LastName="Smith")
    record = bench.sf.restful(f"sobjects/Contact/{contact}", params={"fields": "LastName,AccountId"})
    assert set(record) == {"attributes", "LastName", "AccountId"}


def test_get_by_custom_id(bench: Bench) -> None:
    made = bench.make("Lead", Syncapp_Key__c="with/a-slash")
    assert bench.sf.Lead.get_by_custom_id("Syncapp_Key__c", "With/A-Slash")["Id"] == made


def test_update_answers_204_and_moves_the_stamps(bench: Bench) -> None:
    contact = bench.make("Contact")
    before = bench.row(contact)["SystemModstamp"]
    bench.sim.timeline.move_to(60)
    assert bench.sf.Contact.update(contact, {"LastName": "Jones", "FirstName": "John"}) == 204
    row = bench.row(contact)
    assert (row["Name"], row["LastModifiedById"]) == ("John Jones", bench.sim.org.integration_user)
    assert row["SystemModstamp"] == row["LastModifiedDate"] > before == row["CreatedDate"]


def test_null_and_empty_text_empty_a_field(bench: Bench) -> None:
    contact = bench.make("Contact", Title="CEO", Phone="1")
    bench.sf.Contact.update(contact, {"Title": None, "Phone": ""})
    assert (bench.row(contact)["Title"], bench.row(contact)["Phone"]) == (None, None)


def test_field_names_are_not_case_sensitive(bench: Bench) -> None:
    made = bench.sf.Contact.create({"lastname": "Smith", "EMAIL": "a@b.example"})["id"]
    assert (bench.row(made)["LastName"], bench.row(made)["Email"]) == ("Smith", "a@b.example")


def test_delete_puts_the_record_into_the_recycle_bin(bench: Bench) -> None:
    contact = bench.make("Contact")
    assert bench.sf.Contact.delete(contact) == 204
    assert bench.row(contact)["IsDeleted"] is True


@pytest.mark.parametrize(("version", "again"), [("59.0", 200), ("45.0", 204)])
def test_upsert_creates_and_then_updates(bench: Bench, version: str, again: int) -> None:
    lead_type = bench.sf.Lead
    lead_type.base_url = lead_type.base_url.replace(VERSION, version)
    data = {"LastName": "Smith", "Company": "Acme"}
    assert lead_type.upsert("Syncapp_Key__c/11999", data) == 201
    assert lead_type.upsert("Syncapp_Key__c/11999", {"Title": "CEO"}) == again
    assert [(r["Syncapp_Key__c"], r["Title"]) for r in bench.rows("Lead")] == [("11999", "CEO")]


def test_deleted_and_updated_list_what_changed_in_a_period(bench: Bench) -> None:
    gone, kept = bench.make("Contact"), bench.make("Contact")
    bench.sf.Contact.delete(gone)
    params = {"start": bench.row(kept)["CreatedDate"], "end": "2999-01-01T00:00:00Z"}
    removed = bench.sf.restful("sobjects/Contact/deleted", params=params)
    changed = bench.sf.restful("sobjects/Contact/updated", params=params)
    assert [r["id"] for r in removed["deletedRecords"]] == [gone]
    assert changed["ids"] == [kept]
    assert params["start"] <= removed["latestDateCovered"] <= moment(bench.sim.timeline.time())


# -- queries


def test_query(bench: Bench) -> None:
    contact = bench.make("Contact", LastName="Jones", Email="j@example.com")
    answer = bench.sf.query("SELECT Id, Email FROM Contact WHERE LastName = 'Jones'")
    assert (answer["totalSize"], answer["done"]) == (1, True)
    assert [dict(r) for r in answer["records"]] == [
        {
            "attributes": {"type": "Contact", "url": f"{ROOT}/sobjects/Contact/{contact}"},
            "Id": contact,
            "Email": "j@example.com",
        }
    ]


def test_query_more_gives_pages_of_2000(bench: Bench) -> None:
    bench.control("create-many", object="Contact", records=[{"LastName": f"N{n}"} for n in range(4100)])
    first = bench.sf.query("SELECT LastName FROM Contact ORDER BY CreatedDate")
    second = bench.sf.query_more(first["nextRecordsUrl"], identifier_is_url=True)
    third = bench.sf.query_more(second["nextRecordsUrl"], identifier_is_url=True)
    assert [len(page["records"]) for page in (first, second, third)] == [2000, 2000, 100]
    assert [page["done"] for page in (first, second, third)] == [False, False, True]
    assert "nextRecordsUrl" not in third


def test_query_all_walks_all_pages(bench: Bench) -> None:
    bench.control("create-many", object="Contact", records=[{"LastName": f"N{n}"} for n in range(4100)])
    answer = bench.sf.query_all("SELECT LastName FROM Contact")
    assert (answer["totalSize"], len({*names(answer)})) == (4100, 4100)


def test_a_smaller_page_can_be_asked_for(bench: Bench) -> None:
    bench.control("create-many", object="Contact", records=[{"LastName": f"N{n}"} for n in range(450)])
    answer = bench.sf.query("SELECT Id FROM Contact", headers={"Sforce-Query-Options": "batchSize=200"})
    assert (len(answer["records"]), answer["totalSize"]) == (200, 450)


def test_a_page_may_be_smaller_than_was_asked_for(bench: Bench) -> None:
    """Salesforce decides on the size, for example where records are wide."""
    bench.control("create-many", object="Contact", records=[{"LastName": f"N{n}"} for n in range(5)])
    bench.control("query-page", rows=2)
    first = bench.sf.query("SELECT Id FROM Contact")
    assert (len(first["records"]), first["done"], first["totalSize"]) == (2, False, 5)
    assert len(bench.sf.query_all("SELECT Id FROM Contact")["records"]) == 5


def test_deleted_records_are_in_query_all_only(bench: Bench) -> None:
    bench.control("delete", id=bench.make("Contact", LastName="Gone"))
    soql = "SELECT LastName, IsDeleted FROM Contact"
    assert names(bench.sf.query(soql)) == []
    assert names(bench.sf.query(soql, include_deleted=True)) == ["Gone"]


# -- metadata


def test_describe_lists_the_objects(bench: Bench) -> None:
    described = bench.sf.describe()
    assert described["maxBatchSize"] == 200
    assert {"Account", "Contact", "Lead", "EmailMessage", "EmailMessageRelation", "Opportunity", "User"} <= {
        o["name"] for o in described["sobjects"]
    }


def flags(bench: Bench, name: str, field: str) -> dict[str, Any]:
    described = getattr(bench.sf, name).describe()
    return next(dict(f) for f in described["fields"] if f["name"] == field)


@pytest.mark.parametrize(
    ("name", "field", "expected"),
    [
        ("Lead", "LastName", {"type": "string", "length": 80, "nillable": False, "createable": True}),
        ("Lead", "Email", {"type": "email", "length": 80, "idLookup": True}),
        ("Lead", "Syncapp_Key__c", {"unique": True, "externalId": True, "length": 64, "custom": True}),
        ("Lead", "IsConverted", {"createable": False, "updateable": False, "type": "boolean"}),
        ("Lead", "OwnerId", {"referenceTo": ["Group", "User"], "relationshipName": "Owner", "defaultedOnCreate": True}),
        ("EmailMessage", "Syncapp_Key__c", {"unique": True, "externalId": True, "length": 64}),
        ("EmailMessage", "Syncapp_Attachments__c", {"length": 32768, "filterable": False}),
        ("EmailMessage", "Subject", {"length": 3000, "updateable": True}),
        ("EmailMessage", "TextBody", {"length": 131072, "filterable": False, "sortable": False}),
        ("EmailMessage", "FromId", {"referenceTo": ["Contact", "Lead", "User"], "updateable": False}),
        ("EmailMessage", "ToIds", {"type": "junctionIdList", "createable": True}),
        ("EmailMessage", "Status", {"restrictedPicklist": True, "nillable": False}),
        ("EmailMessage", "CreatedDate", {"createable": False, "updateable": False, "type": "datetime"}),
    ],
)
def test_describe_tells_the_flags_of_a_field(bench: Bench, name: str, field: str, expected: dict[str, Any]) -> None:
    found = flags(bench, name, field)
    assert {key: found[key] for key in expected} == expected


def test_describe_lists_the_values_of_a_picklist(bench: Bench) -> None:
    values = flags(bench, "EmailMessage", "Status")["picklistValues"]
    assert [(v["value"], v["label"]) for v in values][3] == ("3", "Sent")


def test_metadata_tells_an_object_without_its_fields(bench: Bench) -> None:
    described = bench.sf.Contact.metadata()["objectDescribe"]
    assert (described["keyPrefix"], "fields" in described) == ("003", False)


def test_limits_count_the_calls(bench: Bench) -> None:
    bench.control("api-limit", allowed=15000, used=40)
    assert dict(bench.sf.limits()["DailyApiRequests"]) == {"Max": 15000, "Remaining": 14959}
    assert bench.sf.api_usage["api-usage"]._asdict() == {"used": 41, "total": 15000}


def test_versions_are_told_to_anybody(bench: Bench) -> None:
    versions = bench.http.get(f"{bench.sim.base_url}/services/data").json()
    assert versions[-1]["url"] == "/services/data/v67.0"
    assert {"label": "Spring '26", "url": "/services/data/v66.0", "version": "66.0"} in versions


def test_the_resources_of_a_version(bench: Bench) -> None:
    assert bench.sf.restful("")["sobjects"] == f"{ROOT}/sobjects"


# -- collections


def test_a_collection_creates_in_its_order(bench: Bench) -> None:
    results = bench.collection(lead(LastName="A"), {"attributes": {"type": "Contact"}, "LastName": "B"})
    assert [(r["success"], r["id"][:3]) for r in results] == [(True, "00Q"), (True, "003")]


def test_a_collection_updates_by_id(bench: Bench) -> None:
    made = bench.make("Lead")
    results = bench.collection({"attributes": {"type": "Lead"}, "id": short(made), "Title": "CEO"}, method="PATCH")
    assert [dict(r) for r in results] == [{"id": made, "success": True, "errors": []}]
    assert bench.row(made)["Title"] == "CEO"


def test_a_collection_upserts_by_external_id(bench: Bench) -> None:
    old = bench.make("Lead", Syncapp_Key__c="K1")
    sent = {"records": [lead(Syncapp_Key__c="K1", Title="CEO"), lead(Syncapp_Key__c="K2")]}
    results = bench.sf.restful("composite/sobjects/Lead/Syncapp_Key__c", method="PATCH", json=sent)
    assert [(r["created"], r["id"] == old) for r in results] == [(False, True), (True, False)]


def test_a_collection_deletes_by_id(bench: Bench) -> None:
    made = [bench.make("Lead"), bench.make("Contact")]
    results = bench.sf.restful("composite/sobjects", params={"ids": ",".join(made)}, method="DELETE")
    assert [r["id"] for r in results] == made
    assert all(bench.row(one)["IsDeleted"] for one in made)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_collection_is_read_with_null_for_what_is_not_there(bench: Bench, method: str) -> None:
    made, gone = bench.make("Contact", LastName="Smith"), bench.make("Contact")
    bench.control("delete", id=gone)
    asked: dict[str, Any] = (
        {"params": {"ids": f"{made},{gone},nonsense", "fields": "LastName"}}
        if method == "GET"
        else {"json": {"ids": [made, gone, "nonsense"], "fields": ["LastName"]}}
    )
    results = bench.sf.restful("composite/sobjects/Contact", method=method, **asked)
    assert [r and r["LastName"] for r in results] == ["Smith", None, None]


def test_all_or_none_undoes_the_good_ones_too(bench: Bench) -> None:
    results = bench.collection(lead(), lead(Email="none"), allOrNone=True)
    assert [r["errors"][0]["statusCode"] for r in results] == [
        "ALL_OR_NONE_OPERATION_ROLLED_BACK",
        "INVALID_EMAIL_ADDRESS",
    ]
    assert bench.rows("Lead") == []


def test_without_all_or_none_the_good_ones_stay(bench: Bench) -> None:
    bench.collection(lead(), lead(Email="none"), lead())
    assert len(bench.rows("Lead")) == 2


def test_200_records_are_one_call(bench: Bench) -> None:
    before = len(bench.sim.calls)
    assert all(r["success"] for r in bench.collection(*[lead()] * 200))
    assert len(bench.sim.calls) - before == 1
