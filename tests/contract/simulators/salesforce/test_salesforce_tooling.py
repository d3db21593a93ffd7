"""Fields and rules made over the Tooling API, and what the org does with them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contract.simulators.salesforce import tooling_bench as t
from tests.contract.simulators.salesforce.bench import Bench, works

REGION = "Contact.Region__c"


def described(b: Bench, name: str, field: str) -> dict[str, Any] | None:
    told = getattr(b.sf, name).describe()["fields"]
    return next((dict(one) for one in told if one["name"] == field), None)


# -- fields


def test_a_new_field_is_answered_with_its_id_and_no_errors(bench: Bench) -> None:
    made = t.execute(bench, "sobjects/CustomField", "POST", {"FullName": REGION, "Metadata": t.TEXT})
    assert made["id"].startswith("00N")
    assert {**made, "id": ""} == {"id": "", "success": True, "errors": [], "warnings": [], "infos": []}


def test_nobody_sees_a_new_field(bench: Bench) -> None:
    t.field(bench)
    assert described(bench, "Contact", "Region__c") is None
    assert described(bench.administrator(), "Contact", "Region__c") is None


def test_a_new_field_is_neither_queried_nor_written(bench: Bench) -> None:
    t.field(bench)
    assert not works(lambda: bench.sf.query("SELECT Region__c FROM Contact"))
    assert not works(lambda: bench.sf.Contact.create({"LastName": "Meyer", "Region__c": "North"}))


def test_a_field_that_is_granted_is_described_queried_and_written(bench: Bench) -> None:
    t.field(bench)
    t.grant(bench, REGION)
    bench.sf.Contact.create({"LastName": "Meyer", "Region__c": "North"})
    [row] = bench.sf.query("SELECT Region__c FROM Contact")["records"]
    assert (row["Region__c"], described(bench, "Contact", "Region__c") is not None) == ("North", True)


def test_a_field_granted_to_read_is_not_written(bench: Bench) -> None:
    t.field(bench)
    t.grant(bench, REGION, edit=False)
    assert works(lambda: bench.sf.query("SELECT Region__c FROM Contact"))
    assert not works(lambda: bench.sf.Contact.create({"LastName": "Meyer", "Region__c": "North"}))


def test_a_required_field_is_seen_by_all_and_demanded(bench: Bench) -> None:
    t.field(bench, required=True)
    told = described(bench, "Contact", "Region__c")
    assert told is not None
    assert told["nillable"] is False
    assert not works(lambda: bench.sf.Contact.create({"LastName": "Meyer"}))


MADE: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "text": ({}, {"type": "string", "length": 40}),
    "key": ({"unique": True, "externalId": True}, {"unique": True, "externalId": True, "idLookup": True}),
    "case": ({"unique": True, "caseSensitive": True}, {"unique": True, "caseSensitive": True}),
    "number": (
        {"type": "Number", "length": None, "precision": 9, "scale": 2},
        {"type": "double", "precision": 9, "scale": 2},
    ),
    "checkbox": (
        {"type": "Checkbox", "length": None, "defaultValue": "true"},
        {"type": "boolean", "defaultValue": True, "nillable": False},
    ),
    "email": ({"type": "Email", "length": None}, {"type": "email", "length": 80}),
    "long": (
        {"type": "LongTextArea", "length": 1000, "visibleLines": 3},
        {"type": "textarea", "length": 1000, "filterable": False},
    ),
    "date": ({"type": "Date", "length": None}, {"type": "date"}),
}


@pytest.mark.parametrize("kind", MADE)
def test_a_field_is_described_as_it_was_made(bench: Bench, kind: str) -> None:
    metadata, expected = MADE[kind]
    t.field(bench, **metadata)
    t.grant(bench, REGION)
    told = described(bench, "Contact", "Region__c")
    assert told is not None
    assert {name: told[name] for name in expected} == expected


@pytest.mark.parametrize(("given", "kept"), [(2.5, 3.0), (-2.5, -3.0), ("2.4", 2.0), (7, 7.0)])
def test_a_number_is_rounded_to_its_scale(bench: Bench, given: Any, kept: float) -> None:
    t.number(bench, "Contact.Version__c")
    t.grant(bench, "Contact.Version__c")
    bench.sf.Contact.create({"LastName": "Meyer", "Version__c": given})
    assert bench.rows("Contact")[0]["Version__c"] == kept


@pytest.mark.parametrize("given", ["NaN", "Infinity", 1e300])
def test_what_is_no_number_of_a_field_is_refused(bench: Bench, given: Any) -> None:
    t.number(bench, "Contact.Version__c")
    t.grant(bench, "Contact.Version__c")
    assert not works(lambda: bench.sf.Contact.create({"LastName": "Meyer", "Version__c": given}))


def test_a_picklist_has_its_values(bench: Bench) -> None:
    values = [{"valueName": "N", "label": "North", "default": False}, {"valueName": "S", "default": False}]
    chosen = {"restricted": True, "valueSetDefinition": {"sorted": False, "value": values}}
    t.field(bench, type="Picklist", length=None, valueSet=chosen)
    t.grant(bench, REGION)
    assert works(lambda: bench.sf.Contact.create({"LastName": "Meyer", "Region__c": "N"}))
    assert not works(lambda: bench.sf.Contact.create({"LastName": "Meyer", "Region__c": "W"}))


def test_a_key_made_so_finds_records(bench: Bench) -> None:
    t.field(bench, unique=True, externalId=True)
    t.grant(bench, REGION)
    bench.sf.Contact.upsert("Region__c/K1", {"LastName": "Meyer"})
    bench.sf.Contact.upsert("Region__c/k1", {"LastName": "Huber"})
    assert [row["LastName"] for row in bench.rows("Contact")] == ["Huber"]


def test_a_case_sensitive_key_tells_large_from_small(bench: Bench) -> None:
    t.field(bench, unique=True, externalId=True, caseSensitive=True)
    t.grant(bench, REGION)
    bench.sf.Contact.upsert("Region__c/K1", {"LastName": "Meyer"})
    bench.sf.Contact.upsert("Region__c/k1", {"LastName": "Huber"})
    assert bench.sf.query("SELECT Id FROM Contact WHERE Region__c = 'k1'")["totalSize"] == 1


def test_two_cases_of_one_key_are_two_records_of_a_collection(bench: Bench) -> None:
    t.field(bench, unique=True, externalId=True, caseSensitive=True)
    t.grant(bench, REGION)
    record = {"attributes": {"type": "Contact"}, "LastName": "Meyer"}
    results = bench.collection(record | {"Region__c": "K1"}, record | {"Region__c": "k1"})
    assert [result["success"] for result in results] == [True, True]


def test_records_that_were_there_get_a_checkbox_with_its_default(bench: Bench) -> None:
    contact = bench.make("Contact")
    t.field(bench, type="Checkbox", length=None, defaultValue="true")
    assert bench.row(contact)["Region__c"] is True


def test_a_field_of_activity_is_one_of_events(bench: Bench) -> None:
    t.field(bench, "Activity.Region__c")
    t.grant(bench, "Event.Region__c")
    bench.event(Region__c="North")
    assert [row["Region__c"] for row in bench.rows("Event")] == ["North"]


def test_a_field_of_activity_belongs_to_activity(bench: Bench) -> None:
    made = t.field(bench, "Activity.Region__c")
    row = t.execute(bench, f"sobjects/CustomField/{made}")
    assert (row["TableEnumOrId"], row["FullName"]) == ("Activity", "Activity.Region__c")


def test_a_field_tells_its_metadata(bench: Bench) -> None:
    made = t.field(bench, description="Where they live", externalId=True)
    metadata = t.execute(bench, f"sobjects/CustomField/{made}")["Metadata"]
    wanted = {"type": "Text", "length": 40, "externalId": True, "unique": False, "description": "Where they live"}
    assert {name: metadata[name] for name in wanted} == wanted


def test_a_field_that_was_made_by_hand_tells_its_metadata_too(bench: Bench) -> None:
    key = t.found(bench, "CustomField", "Lead", DeveloperName="Syncapp_Key")
    metadata = t.execute(bench, f"sobjects/CustomField/{key}")["Metadata"]
    assert (metadata["type"], metadata["length"], metadata["unique"]) == ("Text", 64, True)


def test_its_metadata_can_be_sent_back_as_it_came(bench: Bench) -> None:
    key = t.found(bench, "CustomField", "Lead", DeveloperName="Syncapp_Key")
    row = t.execute(bench, f"sobjects/CustomField/{key}")
    t.change(bench, "CustomField", key, row["FullName"], row["Metadata"])
    assert t.execute(bench, f"sobjects/CustomField/{key}")["Metadata"] == row["Metadata"]


def test_a_field_is_made_longer(bench: Bench) -> None:
    made = t.field(bench)
    t.grant(bench, REGION)
    t.change(bench, "CustomField", made, REGION, t.TEXT | {"length": 80})
    assert works(lambda: bench.sf.Contact.create({"LastName": "Meyer", "Region__c": "x" * 80}))


def test_a_changed_field_keeps_what_was_granted(bench: Bench) -> None:
    made = t.field(bench)
    t.grant(bench, REGION)
    t.change(bench, "CustomField", made, REGION, t.TEXT | {"label": "Area"})
    told = described(bench, "Contact", "Region__c")
    assert told is not None
    assert told["label"] == "Area"


def test_a_deleted_field_is_gone_with_its_grants(bench: Bench) -> None:
    made = t.field(bench)
    t.grant(bench, REGION)
    t.drop(bench, "CustomField", made)
    assert described(bench, "Contact", "Region__c") is None
    assert REGION not in {row["Field"] for row in bench.rows("FieldPermissions")}


def test_a_field_that_is_made_again_has_no_values(bench: Bench) -> None:
    made = t.field(bench)
    contact = bench.make("Contact", Region__c="North")
    t.drop(bench, "CustomField", made)
    t.field(bench)
    assert bench.row(contact)["Region__c"] is None


def test_a_field_that_the_door_removed_is_made_again_empty(bench: Bench) -> None:
    lead = bench.make("Lead", Syncapp_Key__c="K1")
    bench.control("remove-field", object="Lead", field="Syncapp_Key__c")
    t.field(bench, "Lead.Syncapp_Key__c", length=64)
    assert bench.row(lead)["Syncapp_Key__c"] is None
    assert bench.control("troubles") == []


# -- rules


def test_the_rule_about_versions_can_be_made_for_messages(bench: Bench) -> None:
    t.number(bench, "EmailMessage.Syncapp_Version__c", label="Syncapp Version")
    t.grant(bench, "EmailMessage.Syncapp_Version__c")
    text = t.STALE.format("Syncapp_Version__c")
    t.rule(bench, "EmailMessage.Syncapp_Stale", errorConditionFormula=text, errorMessage="SYNCAPP_STALE")
    message = bench.message(Syncapp_Version__c=2)["id"]
    assert works(lambda: bench.sf.EmailMessage.update(message, {"Syncapp_Version__c": 3}))
    assert not works(lambda: bench.sf.EmailMessage.update(message, {"Syncapp_Version__c": 2}))


def test_two_rules_of_one_name_stand_beside_each_other(bench: Bench) -> None:
    t.rule(bench, "Lead.Syncapp_Stale", errorConditionFormula="ISBLANK(Title)")
    assert not works(bench.lead)
    event = bench.event(Syncapp_Version__c=2)["id"]
    assert not works(lambda: bench.sf.Event.update(event, {"Syncapp_Version__c": 1}))


def test_the_door_s_page_switches_each_of_them_by_itself(bench: Bench) -> None:
    t.rule(bench, "Lead.Syncapp_Stale")
    assert all(f'name="name" value="{key}"' in bench.sim.page() for key in ("Syncapp_Stale", "Lead.Syncapp_Stale"))


def test_the_rule_of_a_new_org_is_told_with_its_formula(bench: Bench) -> None:
    made = t.found(bench, "ValidationRule", "Event", ValidationName="Syncapp_Stale")
    metadata = t.execute(bench, f"sobjects/ValidationRule/{made}")["Metadata"]
    assert metadata["errorConditionFormula"] == t.STALE.format("Syncapp_Version__c")


def test_a_rule_that_is_switched_off_does_not_strike(bench: Bench) -> None:
    made = t.rule(bench)
    t.change(bench, "ValidationRule", made, "Contact.No_News", t.RULE | {"active": False})
    assert works(lambda: bench.sf.Contact.create({"LastName": "Meyer"}))


def test_the_rule_of_a_new_org_can_be_switched_off(bench: Bench) -> None:
    made = t.found(bench, "ValidationRule", "Event", ValidationName="Syncapp_Stale")
    row = t.execute(bench, f"sobjects/ValidationRule/{made}")
    t.change(bench, "ValidationRule", made, row["FullName"], row["Metadata"] | {"active": False})
    event = bench.event(Syncapp_Version__c=2)["id"]
    assert works(lambda: bench.sf.Event.update(event, {"Syncapp_Version__c": 1}))


def test_a_deleted_rule_does_not_strike(bench: Bench) -> None:
    t.drop(bench, "ValidationRule", t.rule(bench))
    assert works(lambda: bench.sf.Contact.create({"LastName": "Meyer"}))


def test_a_rule_whose_field_was_removed_by_hand_does_not_strike(bench: Bench) -> None:
    t.field(bench)
    t.rule(bench, errorConditionFormula="ISBLANK(Region__c)")
    bench.control("remove-field", object="Contact", field="Region__c")
    assert works(lambda: bench.sf.Contact.create({"LastName": "Meyer"}))


def test_a_rule_over_the_api_is_no_trouble(bench: Bench) -> None:
    t.rule(bench)
    assert bench.control("troubles") == []


# -- queries


def test_fields_are_found_by_their_object(bench: Bench) -> None:
    soql = "SELECT DeveloperName FROM CustomField WHERE EntityDefinition.QualifiedApiName = 'EmailMessage'"
    names = {row["DeveloperName"] for row in t.query(bench, soql)["records"]}
    assert names >= {"Syncapp_Key", "Syncapp_Attachments"}


def test_a_field_definition_is_told_to_those_who_see_the_field(bench: Bench) -> None:
    t.field(bench, unique=True, externalId=True)
    soql = f"SELECT DataType FROM FieldDefinition WHERE DurableId = '{REGION}'"
    unseen = bench.sf.restful("tooling/query", params={"q": soql})
    t.grant(bench, REGION)
    seen = bench.sf.restful("tooling/query", params={"q": soql})["records"]
    assert unseen["records"] == []
    assert [row["DataType"] for row in seen] == ["Text(40) (External ID) (Unique Case Insensitive)"]


def test_a_custom_field_is_told_to_an_administrator_though_nobody_sees_it(bench: Bench) -> None:
    t.field(bench)
    assert t.found(bench, "CustomField", "Contact", DeveloperName="Region")


def test_definitions_can_be_asked_for_as_records_are(bench: Bench) -> None:
    soql = "SELECT QualifiedApiName FROM FieldDefinition WHERE EntityDefinition.QualifiedApiName = 'Lead'"
    rows = bench.sf.query(soql)["records"]
    assert {row["QualifiedApiName"] for row in rows} >= {"Id", "Company", "Syncapp_Key__c"}
    assert rows[0]["attributes"]["url"].startswith("/services/data/v67.0/sobjects/FieldDefinition/")


def test_what_definitions_do_not_support_is_refused_there_too(bench: Bench) -> None:
    assert not works(lambda: bench.sf.query("SELECT COUNT() FROM EntityDefinition"))
    assert not works(lambda: bench.sf.query("SELECT Id FROM CustomField"))


def test_a_limit_over_definitions_is_passed_over(bench: Bench) -> None:
    assert t.query(bench, "SELECT QualifiedApiName FROM EntityDefinition LIMIT 2")["size"] > 2


def test_activity_is_an_entity_that_cannot_be_queried(bench: Bench) -> None:
    soql = "SELECT IsQueryable FROM EntityDefinition WHERE QualifiedApiName = 'Activity'"
    assert [row["IsQueryable"] for row in t.query(bench, soql)["records"]] == [False]


def test_an_object_that_a_user_does_not_reach_is_no_entity_for_it(bench: Bench) -> None:
    bench.control("object-access", object="Lead", denied=["read"])
    soql = "SELECT QualifiedApiName FROM EntityDefinition WHERE QualifiedApiName IN ('Lead', 'Contact')"
    found = bench.sf.restful("tooling/query", params={"q": soql})["records"]
    assert [row["QualifiedApiName"] for row in found] == ["Contact"]


def test_metadata_is_told_of_one_row(bench: Bench) -> None:
    soql = "SELECT FullName, Metadata FROM ValidationRule WHERE EntityDefinitionId = 'Task'"
    [row] = t.query(bench, soql)["records"]
    assert (row["FullName"], row["Metadata"]["active"]) == ("Task.Syncapp_Stale", True)


def test_the_answer_has_the_shape_of_the_tooling_api(bench: Bench) -> None:
    answer = t.query(bench, "SELECT Id FROM ValidationRule")
    told = {name: answer[name] for name in ("size", "totalSize", "done", "queryLocator", "entityTypeName")}
    assert told == {"size": 3, "totalSize": 3, "done": True, "queryLocator": None, "entityTypeName": "ValidationRule"}


def test_the_tooling_api_lists_and_describes_its_objects(bench: Bench) -> None:
    names = {one["name"] for one in t.execute(bench, "sobjects")["sobjects"]}
    fields = {one["name"] for one in t.execute(bench, "sobjects/CustomField/describe")["fields"]}
    assert {"CustomField", "ValidationRule", "EntityDefinition", "FieldDefinition"} <= names
    assert {"FullName", "Metadata", "TableEnumOrId"} <= fields


def test_a_user_who_does_not_see_setup_is_not_told_of_its_objects(bench: Bench) -> None:
    names = {one["name"] for one in bench.sf.toolingexecute("sobjects")["sobjects"]}
    assert "CustomField" not in names


def test_the_tooling_api_is_among_the_resources_of_a_version(bench: Bench) -> None:
    assert bench.sf.restful("")["tooling"] == "/services/data/v67.0/tooling"


def test_a_field_of_activity_is_one_of_tasks_too(bench: Bench) -> None:
    t.field(bench, "Activity.Region__c")
    t.grant(bench, "Task.Region__c")
    bench.sf.Task.create({"Subject": "Call", "Region__c": "North"})
    assert [row["Region__c"] for row in bench.rows("Task")] == ["North"]
    assert not works(lambda: bench.event(Region__c="North"))


def test_what_was_granted_of_a_field_goes_on_with_a_prefix(bench: Bench) -> None:
    bench.control("namespace", prefix="sync")
    assert described(bench, "Lead", "sync__Syncapp_Key__c") is not None
