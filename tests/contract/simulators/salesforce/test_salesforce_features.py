"""Orgs without Enhanced Email, with our fields in a package, and users who only read."""

from __future__ import annotations

import pytest

from connectors.simulators.salesforce.org import ADMINISTRATOR, INTEGRATION
from tests.contract.simulators.salesforce.bench import VERSION, Bench, connect, works

# -- a user who only reads


def test_a_reader_reads_and_is_told_so(bench: Bench) -> None:
    made = bench.lead()["id"]
    bench.control("read-only-user", username=INTEGRATION)
    described = bench.sf.Lead.describe()
    assert [described[flag] for flag in ("createable", "updateable", "deletable")] == [False] * 3
    assert (bench.sf.Lead.get(made)["Id"], bench.sf.query("SELECT Id FROM Lead")["totalSize"]) == (made, 1)


def test_another_user_still_writes(bench: Bench) -> None:
    bench.control("read-only-user", username=INTEGRATION)
    other = connect(bench.sim.base_url, bench.sim.token(ADMINISTRATOR), bench.http, version=VERSION)
    assert works(lambda: other.Lead.create({"LastName": "Meyer", "Company": "Acme"}))


def test_a_readers_access_to_a_record_is_to_read(bench: Bench) -> None:
    made = bench.lead()["id"]
    bench.control("read-only-user", username=INTEGRATION)
    where = f"UserId = '{bench.sim.org.integration_user}' AND RecordId = '{made}'"
    (found,) = bench.sf.query(f"SELECT RecordId, MaxAccessLevel FROM UserRecordAccess WHERE {where}")["records"]
    assert found["MaxAccessLevel"] == "Read"


# -- e-mail


def test_without_enhanced_email_messages_are_on_cases(bench: Bench) -> None:
    bench.control("email", enhanced=False)
    assert works(lambda: bench.message(ParentId=bench.case()["id"], ToAddress="a@x.example"))
    names = {field["name"]: field for field in bench.sf.EmailMessage.describe()["fields"]}
    assert (names["ParentId"]["nillable"], {"RelatedToId", "ToIds"} & names.keys()) == (False, set())


def test_without_any_email_its_objects_are_not_described(bench: Bench) -> None:
    bench.control("email", enhanced=False, to_case=False)
    names = {described["name"] for described in bench.sf.describe()["sobjects"]}
    assert {"EmailMessage", "EmailMessageRelation"} & names == set()
    assert works(lambda: bench.task(TaskSubtype="Email", Status="Completed"))


def test_messages_are_back_when_email_is(bench: Bench) -> None:
    contact = bench.make("Contact")
    bench.message(ToIds=[contact])
    bench.control("email", enhanced=False, to_case=False)
    assert bench.control("email", enhanced=True) == {"enhanced": True, "to_case": False}
    assert bench.sf.query("SELECT ToIds FROM EmailMessage")["records"][0]["ToIds"] == [contact]
    assert works(bench.message)


# -- our fields in a package


def test_our_fields_have_the_prefix_everywhere(bench: Bench) -> None:
    bench.lead(Syncapp_Key__c="k1")
    bench.control("namespace", prefix="sync")
    assert bench.sf.Lead.get_by_custom_id("sync__Syncapp_Key__c", "K1")["sync__Syncapp_Key__c"] == "k1"
    for name in ("Lead", "Event", "EmailMessage", "Task"):
        names = {field["name"] for field in getattr(bench.sf, name).describe()["fields"]}
        assert (
            {one for one in names if "Syncapp_" in one} == {one for one in names if one.startswith("sync__")} != set()
        )


def test_keys_with_a_prefix_are_still_unique(bench: Bench) -> None:
    bench.control("namespace", prefix="sync")
    bench.lead(sync__Syncapp_Key__c="k1")
    assert not works(lambda: bench.lead(sync__Syncapp_Key__c="K1"))
    bench.control("activities", unique_keys=False)
    assert all(works(lambda: bench.event(sync__Syncapp_Key__c="k1")) for _ in range(2))


def test_the_fence_goes_on_with_the_prefix(bench: Bench) -> None:
    bench.control("namespace", prefix="sync")
    made = bench.event(sync__Syncapp_Version__c=5)["id"]
    with pytest.raises(Exception, match="SYNCAPP_STALE"):
        bench.sf.Event.update(made, {"sync__Syncapp_Version__c": 4})


def test_what_was_said_of_a_field_is_said_of_it_with_its_prefix(bench: Bench) -> None:
    bench.control("require-field", object="Lead", field="Syncapp_Key__c")
    bench.control("namespace", prefix="sync")
    assert (works(bench.lead), works(lambda: bench.lead(sync__Syncapp_Key__c="k1"))) == (False, True)


def test_a_prefix_can_be_changed_and_taken_away(bench: Bench) -> None:
    for prefix in ("sync", "other", ""):
        assert bench.control("namespace", prefix=prefix) == {"prefix": prefix}
    assert works(lambda: bench.lead(Syncapp_Key__c="k1"))


def test_in_an_org_with_a_namespace_of_its_own_requests_may_leave_it_out(bench: Bench) -> None:
    bench.control("namespace", prefix="acme", own=True)
    made = bench.lead(Syncapp_Key__c="k1")["id"]
    found = bench.sf.query("SELECT Syncapp_Key__c FROM Lead WHERE Syncapp_Key__c = 'k1'")["records"]
    assert [row["acme__Syncapp_Key__c"] for row in found] == ["k1"]
    assert bench.sf.Lead.get_by_custom_id("Syncapp_Key__c", "k1")["Id"] == made


def test_an_org_tells_its_own_namespace_and_not_that_of_a_package(bench: Bench) -> None:
    told = {}
    for own in (True, False):
        bench.control("namespace", prefix="acme", own=own)
        told[own] = bench.sf.query("SELECT NamespacePrefix FROM Organization")["records"][0]["NamespacePrefix"]
    assert told == {True: "acme", False: None}


def test_a_package_in_an_org_is_left_in_by_its_prefix_alone(bench: Bench) -> None:
    bench.control("namespace", prefix="acme", own=True)
    bench.control("namespace", prefix="acme")
    assert not works(lambda: bench.lead(Syncapp_Key__c="k1"))


@pytest.mark.parametrize("prefix", ["1st", "a__b", "a-b", "x" * 16])
def test_a_wrong_prefix_is_refused_with_a_sentence(bench: Bench, prefix: str) -> None:
    with pytest.raises(ValueError, match="no namespace"):
        bench.control("namespace", prefix=prefix)
