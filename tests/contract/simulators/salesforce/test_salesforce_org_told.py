"""What an org tells of itself: limits, duplicate rules, and what a user may write by describe."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import requests

from tests.contract.simulators.salesforce import bulk_bench as k
from tests.contract.simulators.salesforce.bench import Bench, Case, case, never

CASES: dict[str, Case] = {
    "duplicate-rules-unseen": case(
        lambda b: b.sf.query("SELECT Id FROM DuplicateRule"),
        400,
        "INVALID_TYPE",
        "*sObject type 'DuplicateRule' is not supported.*",
    ),
    "duplicate-rule-written": case(
        lambda b: b.administrator().sf.DuplicateRule.create({"DeveloperName": "Mine"}),
        400,
        "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY",
        "entity type cannot be inserted: Duplicate Rule",
        (),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_look_at_the_org_is_refused(bench: Bench, name: str) -> None:
    CASES[name].check(bench)


# -- duplicate rules


def duplicate_rules(b: Bench) -> list[tuple[str, str, bool]]:
    found = b.administrator().sf.query("SELECT DeveloperName, SobjectType, IsActive FROM DuplicateRule")
    return [(row["DeveloperName"], row["SobjectType"], row["IsActive"]) for row in found["records"]]


def test_a_new_org_has_no_duplicate_rules(bench: Bench) -> None:
    assert duplicate_rules(bench) == []


def test_a_duplicate_rule_is_told_with_its_object(bench: Bench) -> None:
    bench.control("duplicate-rule", object="Lead", name="Lead_Rule")
    assert duplicate_rules(bench) == [("Lead_Rule", "Lead", True)]


def test_other_rules_are_no_duplicate_rules(bench: Bench) -> None:
    bench.control("flow", object="Lead", name="Assign Region")
    assert duplicate_rules(bench) == []


def test_a_duplicate_rule_that_is_switched_off_says_so(bench: Bench) -> None:
    bench.control("duplicate-rule", object="Lead", name="Lead_Rule")
    duplicate_rules(bench)
    bench.control("rule", name="Lead_Rule", active=False)
    assert duplicate_rules(bench) == [("Lead_Rule", "Lead", False)]


def test_a_duplicate_rule_that_is_removed_is_gone(bench: Bench) -> None:
    bench.control("duplicate-rule", object="Lead", name="Lead_Rule")
    duplicate_rules(bench)
    bench.control("remove-rule", name="Lead_Rule")
    assert duplicate_rules(bench) == []


def test_a_duplicate_rule_keeps_its_id(bench: Bench) -> None:
    bench.control("duplicate-rule", object="Lead", name="Lead_Rule")
    sf = bench.administrator().sf
    first, second = (sf.query("SELECT Id FROM DuplicateRule")["records"][0]["Id"] for _ in range(2))
    assert (first, first[:3]) == (second, "0Bm")


# -- limits


def test_each_limit_has_a_most_and_a_rest(bench: Bench) -> None:
    told = bench.sf.limits()
    assert {"DailyApiRequests", "DailyBulkApiBatches", "DataStorageMB", "SingleEmail", "PermissionSets"} <= set(told)
    assert [name for name, one in told.items() if not 0 <= one["Remaining"] <= one["Max"]] == []


@pytest.mark.parametrize(("kind", "limit"), [("ingest", "DailyBulkApiBatches"), ("query", "DailyBulkV2QueryJobs")])
def test_a_bulk_job_is_counted_for_a_day(bench: Bench, kind: str, limit: str) -> None:
    k.job(bench, kind)
    told = bench.sf.limits()[limit]
    bench.sim.timeline.move_to(86400 + 1)
    later = bench.administrator().sf.limits()[limit]
    assert told["Max"] - told["Remaining"] == 1
    assert later["Max"] == later["Remaining"]


def test_a_full_org_has_no_storage_left(bench: Bench) -> None:
    bench.control("storage")
    assert bench.sf.limits()["DataStorageMB"]["Remaining"] == 0


def test_permission_sets_are_counted(bench: Bench) -> None:
    before = bench.sf.limits()["PermissionSets"]["CreateCustom"]["Remaining"]
    bench.administrator().sf.PermissionSet.create({"Name": "Sales", "Label": "Sales"})
    assert bench.sf.limits()["PermissionSets"]["CreateCustom"]["Remaining"] == before - 1


ANSWERS: dict[str, Callable[[Bench], requests.Response]] = {
    "a record": lambda b: b.send("GET", f"sobjects/Lead/{b.make('Lead')}"),
    "nothing": lambda b: b.send("PATCH", f"sobjects/Lead/{b.make('Lead')}", json={"Title": "CEO"}),
    "a refusal": lambda b: b.send("GET", f"sobjects/Lead/{never('00Q')}"),
    "a query": lambda b: b.send("GET", "query?q=SELECT+Id+FROM+Lead"),
    "a tooling query": lambda b: b.send("GET", "tooling/query?q=SELECT+Label+FROM+EntityDefinition"),
    "a job": k.created,
    "an upload": lambda b: k.upload(b, k.job(b), k.LEADS),
    "results": lambda b: b.send("GET", f"jobs/ingest/{k.done(b, k.LEADS)}/successfulResults"),
    "no such resource": lambda b: b.send("GET", "wombats"),
}


@pytest.mark.parametrize("what", ANSWERS)
def test_every_answer_says_how_much_of_the_allowance_is_used(bench: Bench, what: str) -> None:
    response = ANSWERS[what](bench)
    used = bench.sim.org.usage.used(bench.sim.timeline.time())
    assert response.headers["Sforce-Limit-Info"] == f"api-usage={used}/100000"


# -- what may be written


def writable(b: Bench, name: str, *flags: str) -> set[tuple[Any, ...]]:
    told = getattr(b.sf, name).describe()["fields"]
    return {tuple(field[flag] for flag in flags) for field in told}


def test_a_user_who_only_reads_an_object_may_write_none_of_its_fields(bench: Bench) -> None:
    bench.control("object-access", object="Lead", denied=["create", "edit"])
    assert writable(bench, "Lead", "createable", "updateable") == {(False, False)}


def test_a_user_who_may_only_create_may_change_no_field(bench: Bench) -> None:
    bench.control("object-access", object="Lead", denied=["edit"])
    assert writable(bench, "Lead", "updateable") == {(False,)}
    assert (True,) in writable(bench, "Lead", "createable")


def required(b: Bench, name: str) -> set[str]:
    """What a writer has to give, by the rule that the guide of describe has for it."""
    return {
        field["name"]
        for field in getattr(b.sf, name).describe()["fields"]
        if field["createable"] and not field["nillable"] and not field["defaultedOnCreate"]
    }


@pytest.mark.parametrize(
    ("name", "fields"),
    [("Lead", {"LastName", "Company"}), ("Contact", {"LastName"}), ("Opportunity", {"Name", "StageName", "CloseDate"})],
)
def test_describe_tells_what_a_new_record_needs(bench: Bench, name: str, fields: set[str]) -> None:
    assert required(bench, name) == fields


def test_describe_tells_what_the_org_demands(bench: Bench) -> None:
    bench.control("require-field", object="Contact", field="Title")
    assert required(bench, "Contact") == {"LastName", "Title"}
