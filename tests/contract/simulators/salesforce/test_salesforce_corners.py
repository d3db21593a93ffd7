"""Refusals that hardly anybody meets, and one thing each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jwt
import pytest
import requests
from simple_salesforce.exceptions import SalesforceError

from connectors.simulators.salesforce.values import moment
from tests.contract.simulators.salesforce import logins
from tests.contract.simulators.salesforce.bench import ROOT, Bench, lead, never, works

KEY = "composite/sobjects/Lead/{}"


def twins(b: Bench) -> list[str]:
    """Two leads that share an external id."""
    b.control("add-field", object="Lead", name="Old_Key__c", externalId=True)
    return [b.make("Lead", Old_Key__c="K1") for _ in range(2)]


def period(b: Bench, start: float, end: float) -> dict[str, str]:
    now = b.sim.timeline.time()
    return {"start": moment(now + start), "end": moment(now + end)}


CASES: dict[str, tuple[Callable[[Bench], Any], int, str]] = {
    "a collection upserted by a field that is no key": (
        lambda b: b.sf.restful(KEY.format("Company"), method="PATCH", json={"records": [lead()]}),
        404,
        "NOT_FOUND",
    ),
    "2,001 records read at once": (
        lambda b: b.send("POST", "composite/sobjects/Lead", json={"ids": [never("00Q")] * 2001, "fields": ["Id"]}),
        400,
        "EXCEEDED_ID_LIMIT",
    ),
    "an unknown field asked for": (
        lambda b: b.sf.restful(f"sobjects/Lead/{b.make('Lead')}", params={"fields": "Shoe"}),
        400,
        "INVALID_FIELD",
    ),
    "a hidden record by its key": (
        lambda b: (
            b.control("record-access", id=b.make("Lead", Syncapp_Key__c="K1"), access="none"),
            b.sf.Lead.get_by_custom_id("Syncapp_Key__c", "K1"),
        ),
        404,
        "NOT_FOUND",
    ),
    "a hidden record changed": (
        lambda b: b.sf.Lead.update(hidden(b), {"Title": "CEO"}),
        404,
        "NOT_FOUND",
    ),
    "a period without an end": (
        lambda b: b.sf.restful("sobjects/Lead/deleted", params={"start": "2026-01-01T00:00:00Z"}),
        400,
        "INVALID_REPLICATION_DATE",
    ),
    "a period of long ago": (
        lambda b: b.sf.restful("sobjects/Lead/updated", params=period(b, -40 * 86400, 0)),
        400,
        "INVALID_REPLICATION_DATE",
    ),
    "a relation of a sent message deleted": (
        lambda b: b.sf.EmailMessageRelation.delete(relation_of(b)),
        403,
        "INSUFFICIENT_ACCESS_OR_READONLY",
    ),
    "a group by what cannot be grouped": (
        lambda b: b.sf.query("SELECT Subject FROM EmailMessage GROUP BY Subject"),
        400,
        "INVALID_FIELD",
    ),
    "a function without a field among groups": (
        lambda b: b.sf.query("SELECT Title FROM Lead GROUP BY Title ORDER BY FIELDS(ALL)"),
        400,
        "MALFORMED_QUERY",
    ),
}


def hidden(b: Bench) -> str:
    made = b.make("Lead")
    b.control("record-access", id=made, access="none")
    return made


def relation_of(b: Bench) -> str:
    b.message(ToAddress="a@b.example")
    return str(b.rows("EmailMessageRelation")[0]["Id"])


@pytest.mark.parametrize("name", CASES)
def test_a_corner_is_refused(bench: Bench, name: str) -> None:
    act, status, code = CASES[name]
    told: Any
    try:
        response = act(bench)
        assert isinstance(response, requests.Response)
        told = (response.status_code, response.json())
    except SalesforceError as error:
        told = (error.status, error.content)
    assert (told[0], told[1][0]["errorCode"]) == (status, code)


def test_a_record_of_an_upsert_without_its_key_is_refused_beside_it(bench: Bench) -> None:
    sent = {"records": [lead()]}
    (result,) = bench.sf.restful(KEY.format("Syncapp_Key__c"), method="PATCH", json=sent)
    assert result["errors"][0]["statusCode"] == "MISSING_ARGUMENT"


def test_a_key_of_several_records_is_refused_beside_its_record(bench: Bench) -> None:
    ids = twins(bench)
    sent = {"records": [lead(Old_Key__c="K1")]}
    (result,) = bench.sf.restful(KEY.format("Old_Key__c"), method="PATCH", json=sent)
    assert result["errors"][0]["statusCode"] == "DUPLICATE_EXTERNAL_ID"
    assert all(one in result["errors"][0]["message"] for one in ids)


@pytest.mark.parametrize("method", ["GET", "PATCH"])
def test_a_key_of_several_records_is_300_in_a_composite_too(bench: Bench, method: str) -> None:
    ids = twins(bench)
    (part,) = bench.composite({"method": method, "url": "sobjects/Lead/Old_Key__c/K1", "body": {"Title": "x"}})
    assert (part["httpStatusCode"], part["body"]) == (300, [f"{ROOT}/sobjects/Lead/{one}" for one in ids])


@pytest.mark.parametrize("url", ["/services/async/67.0/job", "/services/data/v67.0/limits", "http://["])
def test_a_composite_reaches_no_further_than_its_resources(bench: Bench, url: str) -> None:
    part = {"method": "GET", "url": url, "referenceId": "a"}
    answer = bench.sf.restful("composite", method="POST", json={"compositeRequest": [part]})
    assert answer["compositeResponse"][0]["httpStatusCode"] == 404


def test_raced_records_and_a_closed_door_are_troubles_that_can_be_mended(bench: Bench) -> None:
    bench.control("race", ids=[bench.make("Lead")])
    bench.control("login", ip_restricted=True)
    assert [trouble["key"] for trouble in bench.control("troubles")] == ["race:next query", "org:ip-restricted"]
    bench.control("mend")
    assert (bench.sim.org.race, bench.sim.org.grants.ip_restricted) == (set(), False)


def test_open_cursors_can_be_closed(bench: Bench) -> None:
    bench.control("create-many", object="Contact", records=[{"LastName": "M"}] * 2001)
    first = bench.sf.query("SELECT Id FROM Contact")
    assert bench.control("expire-cursors") == {"expired": 1}
    assert not works(lambda: bench.sf.query_more(first["nextRecordsUrl"], identifier_is_url=True))


def test_an_app_that_needs_no_pkce_gets_in_without(bench: Bench) -> None:
    bench.control("client", require_pkce=False)
    code = logins.code(bench, code_challenge="", code_challenge_method="")
    assert logins.exchange(bench, code, code_verifier="").status_code == 200


def test_an_assertion_of_another_algorithm_is_no_assertion(bench: Bench) -> None:
    unsigned = jwt.encode({"iss": logins.client(bench).id}, "", algorithm="none")
    assert logins.send_assertion(bench, unsigned).json()["error_description"] == "invalid assertion"


def test_an_app_without_an_rsa_key_has_no_assertions(bench: Bench) -> None:
    bench.control("client", certificate="no certificate at all")
    claims = {"iss": logins.client(bench).id, "aud": bench.sim.base_url}
    signed = jwt.encode(claims, logins.key(), algorithm="RS256")
    assert logins.send_assertion(bench, signed).json()["error_description"] == "invalid assertion"


def test_all_rules_are_listed_active_or_not(bench: Bench) -> None:
    bench.control("flow", object="Lead", name="F", active=False)
    told = [(rule["name"], rule["active"]) for rule in bench.control("rules")]
    assert told == [("Syncapp_Stale", True)] * 3 + [("F", False)]


def test_a_purged_record_cannot_be_brought_back(bench: Bench) -> None:
    made = bench.make("Lead")
    with pytest.raises(ValueError, match="INVALID_CROSS_REFERENCE_KEY"):
        bench.control("undelete", id=made)
