"""Record types: which one a record gets, and what a description says of them."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.simulators.salesforce.org import ADMINISTRATOR
from tests.contract.simulators.salesforce.bench import Bench


def made(b: Bench, name: str = "Partner", **more: Any) -> str:
    return str(b.control("record-type", **{"object": "Lead", "name": name} | more)["id"])


@pytest.mark.parametrize("name", ["Contact", "Lead", "Case", "Task", "Event"])
def test_a_record_has_the_type_that_it_is_given(bench: Bench, name: str) -> None:
    made(bench, "First", object=name)
    second = made(bench, "Second Kind", object=name)
    fields = {"Contact": {"LastName": "Meyer"}, "Lead": {"LastName": "Meyer", "Company": "Acme"}}
    needed: dict[str, Any] = fields.get(name, {"Subject": "Help"})
    needed |= {"StartDateTime": "2026-12-01T10:00:00Z", "DurationInMinutes": 60} if name == "Event" else {}
    getattr(bench.sf, name).create({**needed, "RecordTypeId": second})
    soql = f"SELECT RecordType.Name FROM {name} WHERE RecordType.DeveloperName = 'Second_Kind'"
    assert [r["RecordType"]["Name"] for r in bench.sf.query(soql)["records"]] == ["Second Kind"]


def test_a_record_gets_the_first_type_that_its_maker_may_use(bench: Bench) -> None:
    first, second = made(bench, "First"), made(bench, "Second")
    usual = bench.lead()["id"]
    bench.control("record-type-access", id=first, available=False)
    assert [bench.row(one)["RecordTypeId"] for one in (usual, bench.lead()["id"])] == [first, second]


def test_what_is_taken_from_another_user_is_still_ours(bench: Bench) -> None:
    first = made(bench)
    bench.control("record-type-access", id=first, available=False, username=ADMINISTRATOR)
    assert bench.row(bench.lead(RecordTypeId=first)["id"])["RecordTypeId"] == first


def test_records_keep_a_type_that_is_switched_off(bench: Bench) -> None:
    first = made(bench)
    lead = bench.lead()["id"]
    assert made(bench, active=False) == first
    bench.sf.Lead.update(lead, {"Title": "CEO"})
    assert (bench.row(lead)["RecordTypeId"], bench.row(bench.lead()["id"])["RecordTypeId"]) == (first, None)


def test_records_that_were_there_have_no_type(bench: Bench) -> None:
    lead = bench.make("Lead")
    made(bench)
    assert bench.sf.Lead.get(lead)["RecordTypeId"] is None


def test_types_are_found_by_their_object(bench: Bench) -> None:
    made(bench)
    made(bench, "Complaint", object="Case")
    soql = "SELECT DeveloperName, IsActive FROM RecordType WHERE SobjectType = 'Case'"
    assert [(r["DeveloperName"], r["IsActive"]) for r in bench.sf.query(soql)["records"]] == [("Complaint", True)]


def test_a_description_says_which_types_a_user_may_use(bench: Bench) -> None:
    first, second = made(bench, "First"), made(bench, "Second")
    bench.control("record-type-access", id=first, available=False)
    told = ("recordTypeId", "available", "defaultRecordTypeMapping", "master")
    assert [tuple(one[key] for key in told) for one in bench.sf.Lead.describe()["recordTypeInfos"]] == [
        (first, False, False, False),
        (second, True, True, False),
        ("012000000000000AAA", True, False, True),
    ]


def test_an_object_without_types_has_its_master_type_alone(bench: Bench) -> None:
    (told,) = bench.sf.Contact.describe()["recordTypeInfos"]
    assert (told["developerName"], told["defaultRecordTypeMapping"]) == ("Master", True)


def test_a_type_offers_its_own_values_of_a_restricted_picklist(bench: Bench) -> None:
    first, second = made(bench, "First"), made(bench, "Second")
    bench.control("record-type-values", id=first, field="Rating", values=["Warm"])
    unrestricted = bench.lead(Rating="Hot")
    bench.control("picklist", object="Lead", field="Rating", restricted=True)
    taken = [bench.lead(Rating="Warm"), bench.lead(Rating="Hot", RecordTypeId=second), unrestricted]
    assert [one["success"] for one in taken] == [True] * 3


def test_a_record_keeps_a_value_that_its_type_no_longer_offers(bench: Bench) -> None:
    kind = made(bench)
    bench.control("picklist", object="Lead", field="Rating", restricted=True)
    lead = bench.lead(Rating="Hot")["id"]
    bench.control("record-type-values", id=kind, field="Rating", values=["Warm"])
    assert bench.sf.Lead.update(lead, {"Title": "CEO"}) == 204


def test_only_picklists_have_values(bench: Bench) -> None:
    with pytest.raises(KeyError, match="no picklist"):
        bench.control("record-type-values", id=made(bench), field="Title", values=["CEO"])


def test_not_every_object_has_types(bench: Bench) -> None:
    with pytest.raises(ValueError, match="no record types"):
        made(bench, object="User")
