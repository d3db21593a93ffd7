"""Several requests in one, each using what the ones before it answered."""

from __future__ import annotations

from typing import Any

from tests.contract.simulators.salesforce.bench import ROOT, Bench, lead, never


def create(name: str = "Lead", **fields: Any) -> dict[str, Any]:
    return {"method": "POST", "url": f"sobjects/{name}", "body": fields}


ACCOUNT = create("Account", Name="Acme")
BAD = create(Company="Acme")


def statuses(parts: list[dict[str, Any]]) -> list[int]:
    return [part["httpStatusCode"] for part in parts]


def test_a_part_uses_the_id_of_the_one_before(bench: Bench) -> None:
    parts = bench.composite(ACCOUNT, create("Contact", LastName="Meyer", AccountId="@{part0.id}"))
    assert statuses(parts) == [201, 201]
    assert bench.rows("Contact")[0]["AccountId"] == parts[0]["body"]["id"]


def test_each_part_is_told_by_its_name_with_status_body_and_headers(bench: Bench) -> None:
    (part,) = bench.composite({**ACCOUNT, "referenceId": "newAccount"})
    assert (part["referenceId"], part["httpStatusCode"], part["body"]["success"]) == ("newAccount", 201, True)
    assert part["httpHeaders"] == {"Location": f"{ROOT}/sobjects/Account/{part['body']['id']}"}


def test_a_reference_into_a_collection_has_an_index(bench: Bench) -> None:
    collection = {"method": "POST", "url": "composite/sobjects", "body": {"records": [lead(), lead(Title="CEO")]}}
    _, second = bench.composite(collection, {"method": "GET", "url": "sobjects/Lead/@{part0[1].id}"})
    assert second["body"]["Title"] == "CEO"


def test_a_reference_in_a_url_reaches_into_a_query(bench: Bench) -> None:
    bench.make("Contact", LastName="Meyer", AccountId=bench.make("Account", Name="Acme"))
    query = {"method": "GET", "url": "query?q=SELECT+AccountId+FROM+Contact"}
    _, second = bench.composite(query, {"method": "GET", "url": "sobjects/Account/@{part0.records[0].AccountId}"})
    assert second["body"]["Name"] == "Acme"


def test_a_reference_in_the_middle_of_a_text_is_filled_in(bench: Bench) -> None:
    bench.composite(ACCOUNT, create(LastName="Meyer", Company="of @{part0.id}!"))
    assert bench.rows("Lead")[0]["Company"] == f"of {bench.rows('Account')[0]['Id']}!"


def test_a_reference_to_null_is_null(bench: Bench) -> None:
    contact = bench.make("Contact", Title=None)
    read = {"method": "GET", "url": f"sobjects/Contact/{contact}?fields=Title"}
    parts = bench.composite(read, create(LastName="Meyer", Company="Acme", Title="@{part0.Title}"))
    assert statuses(parts) == [200, 201]
    assert bench.rows("Lead")[0]["Title"] is None


def test_parts_that_do_not_depend_go_on_after_a_failure(bench: Bench) -> None:
    dependent = create("Contact", LastName="M", AccountId="@{part0.id}")
    parts = bench.composite(BAD, dependent, ACCOUNT)
    assert statuses(parts) == [400, 400, 201]
    assert [part["body"][0]["errorCode"] for part in parts[:2]] == ["REQUIRED_FIELD_MISSING", "PROCESSING_HALTED"]


def test_all_or_none_undoes_what_went_before_and_skips_what_follows(bench: Bench) -> None:
    parts = bench.composite(ACCOUNT, BAD, ACCOUNT, allOrNone=True)
    assert [part["body"][0]["errorCode"] for part in parts] == [
        "PROCESSING_HALTED",
        "REQUIRED_FIELD_MISSING",
        "PROCESSING_HALTED",
    ]
    assert bench.rows("Account") == []


def test_one_bad_record_of_a_collection_undoes_an_all_or_none_composite(bench: Bench) -> None:
    records = [lead(), {"attributes": {"type": "Lead"}, "Company": "Acme"}]
    collection = {"method": "POST", "url": "composite/sobjects", "body": {"records": records}}
    first, second = bench.composite(ACCOUNT, collection, allOrNone=True)
    assert first["body"][0]["errorCode"] == "PROCESSING_HALTED"
    # the collection shows what became of its records, though the first of them is undone
    assert [r["success"] for r in second["body"]] == [True, False]
    assert bench.rows("Lead") == bench.rows("Account") == []


def test_a_refused_call_leaves_a_record_of_an_earlier_part(bench: Bench) -> None:
    bench.composite(ACCOUNT, {"method": "DELETE", "url": f"sobjects/Account/{never('001')}"})
    assert len(bench.rows("Account")) == 1


def test_a_part_may_carry_headers_of_its_own(bench: Bench) -> None:
    bench.control("duplicate-rule", object="Lead", name="Lead_Rule", allowSave=True)
    twin = create(LastName="Meyer", Company="Acme")
    allowing = {**twin, "httpHeaders": {"Sforce-Duplicate-Rule-Header": "allowSave=true"}}
    assert statuses(bench.composite(twin, twin, allowing)) == [201, 400, 201]


def test_a_composite_is_one_call_of_the_allowance_and_of_the_log(bench: Bench) -> None:
    bench.control("api-limit", used=0)
    bench.composite(*[{"method": "GET", "url": "query?q=SELECT+Id+FROM+Lead"}] * 5, *[ACCOUNT] * 20)
    call = bench.sim.calls[-1]
    assert (call.operation, call.parts, call.write) == ("composite", 25, True)
    assert bench.sim.org.usage.used(bench.sim.timeline.time()) == 1


def test_a_composite_that_only_reads_is_no_write(bench: Bench) -> None:
    bench.composite({"method": "GET", "url": "query?q=SELECT+Id+FROM+Lead"})
    assert bench.sim.calls[-1].write is False
