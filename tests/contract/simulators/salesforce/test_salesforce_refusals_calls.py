"""What is refused of a call as such, seen through the plain library or, where it cannot, plain requests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import requests
from simple_salesforce.exceptions import SalesforceMoreThanOneRecord

from tests.contract.simulators.salesforce.bench import ROOT, Bench, Case, Refusal, case, lead, miscounted, never

INVALID_SESSION = Refusal(401, "INVALID_SESSION_ID", "Session expired or invalid")
PARSER = "JSON_PARSER_ERROR"
ABSENT = "The requested resource does not exist"


# -- through the library


def after_the_session(b: Bench) -> object:
    b.sim.timeline.move_to(b.sim.timeline.offset + 7201)
    return b.sf.limits()


def by_one_who_left(b: Bench) -> object:
    b.control("user", username="integration@syncapp-demo.example", active=False)
    return b.sf.limits()


def above_the_allowance(b: Bench) -> object:
    b.control("api-limit", used=1000, allowed=1000)
    return b.sf.query("SELECT Id FROM Lead")


def switched_off(b: Bench, what: str) -> object:
    b.control("api-access", off=what)
    return b.sf.limits()


def deleted_twice(b: Bench) -> object:
    contact = b.make("Contact")
    b.sf.Contact.delete(contact)
    return b.sf.Contact.delete(contact)


def key_in_the_body(b: Bench) -> object:
    return b.sf.Lead.upsert("Syncapp_Key__c/K1", {"Syncapp_Key__c": "K1", "LastName": "M", "Company": "A"})


def backwards(b: Bench) -> object:
    params = {"start": "2026-02-01T00:00:00Z", "end": "2026-01-01T00:00:00Z"}
    return b.sf.restful("sobjects/Contact/deleted", params=params)


LIBRARY_CASES: dict[str, Case] = {
    "session-expired": Case(after_the_session, INVALID_SESSION),
    "session-of-inactive-user": Case(by_one_who_left, INVALID_SESSION),
    "resource-unknown": case(lambda b: b.sf.restful("wombats"), 404, "NOT_FOUND", ABSENT),
    "object-unknown": case(lambda b: b.sf.Wombat.create({"Name": "x"}), 404, "NOT_FOUND", ABSENT),
    "json-list": case(
        lambda b: b.sf.restful("sobjects/Lead", method="POST", json=[]),
        400,
        PARSER,
        "Can not deserialize SObject out of START_ARRAY token at *",
    ),
    "request-limit": case(above_the_allowance, 403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded."),
    "api-disabled-user": case(
        lambda b: switched_off(b, "user"), 403, "API_CURRENTLY_DISABLED", "API is disabled for this User"
    ),
    "api-disabled-org": case(
        lambda b: switched_off(b, "org"),
        403,
        "API_DISABLED_FOR_ORG",
        "API is not enabled for this Organization or Partner",
    ),
    "record-not-an-id": case(
        lambda b: b.sf.Contact.get("23foo"),
        404,
        "NOT_FOUND",
        "Provided external ID field does not exist or is not accessible: 23foo",
    ),
    "record-unknown": case(lambda b: b.sf.Contact.get(never()), 404, "NOT_FOUND", ABSENT),
    "record-bad-check": case(
        lambda b: b.sf.Contact.get(miscounted(b.make("Contact"))), 400, "MALFORMED_ID", "malformed id 003*", ()
    ),
    "record-deleted": case(deleted_twice, 404, "ENTITY_IS_DELETED", "entity is deleted", ()),
    "record-update-unknown": case(
        lambda b: b.sf.Contact.update(never(), {"Title": "CEO"}),
        404,
        "INVALID_CROSS_REFERENCE_KEY",
        "invalid cross reference id",
        (),
    ),
    "record-other-object": case(
        lambda b: b.sf.Account.update(b.make("Contact"), {"Name": "x"}),
        400,
        "MALFORMED_ID",
        "Account ID: id value of incorrect type: 003*",
        ("Id",),
    ),
    "upsert-no-key-field": case(
        lambda b: b.sf.Lead.upsert("Company/Acme", {"LastName": "M"}),
        404,
        "NOT_FOUND",
        "Provided external ID field does not exist or is not accessible: Company",
    ),
    "upsert-key-in-body": case(
        key_in_the_body, 400, "INVALID_FIELD", "The Syncapp_Key__c field should not be specified in the sobject data."
    ),
    "deleted-period": case(backwards, 400, "INVALID_REPLICATION_DATE", "startDate before endDate"),
    # collections that are refused as a whole
    "collection-empty": case(lambda b: b.collection(), 400, "REQUIRED_FIELD_MISSING", "At least 1 record is required"),
    "collection-201": case(
        lambda b: b.collection(*[lead()] * 201),
        400,
        "EXCEEDED_ID_LIMIT",
        "record limit reached. cannot submit more than 200 records into this call",
    ),
    "collection-chunks": case(
        lambda b: b.collection(*[lead(), {"attributes": {"type": "Contact"}, "LastName": "M"}] * 6),
        400,
        "LIMIT_EXCEEDED",
        "Cannot have more than 10 chunks in a single operation. Please rearrange the data to reduce chunking.",
    ),
    "collection-no-type": case(
        lambda b: b.collection({"LastName": "M"}), 400, PARSER, "Missing entity type information*"
    ),
    "collection-unknown-type": case(
        lambda b: b.collection({"attributes": {"type": "Wombat"}}),
        400,
        "INVALID_TYPE",
        "sObject type 'Wombat' is not supported.",
    ),
    "collection-bad-json-type": case(
        lambda b: b.collection(lead(), lead(HasOptedOutOfEmail="x", IsConverted="maybe")),
        400,
        PARSER,
        "Cannot deserialize instance of boolean from VALUE_STRING value maybe *",
    ),
    # composites that are refused as a whole
    "composite-name": case(
        lambda b: b.composite({"method": "GET", "url": "sobjects", "referenceId": "a[1]"}),
        400,
        PARSER,
        "Provided referenceId ('a[1]') must start with a letter or a number, "
        "and it can contain only letters, numbers and underscores ('_').",
    ),
    "composite-name-twice": case(
        lambda b: b.composite(*[{"method": "GET", "url": "sobjects", "referenceId": "one"}] * 2),
        400,
        PARSER,
        "Provided referenceId ('one') is used more than once.",
    ),
    "composite-header": case(
        lambda b: b.composite({"method": "GET", "url": "sobjects", "httpHeaders": {"Authorization": "x"}}),
        400,
        PARSER,
        "The header 'authorization' cannot be set on a composite subrequest",
    ),
    "composite-method": case(
        lambda b: b.composite({"method": "get", "url": "sobjects"}),
        400,
        PARSER,
        "Unsupported method 'get' in composite subrequest",
    ),
}


# -- through plain requests


def posted(b: Bench, body: str | None, kind: str = "application/json") -> requests.Response:
    return b.send("POST", "sobjects/Lead", data=body, headers={"Content-Type": kind} if kind else {})


def newer_than_the_org(b: Bench) -> requests.Response:
    b.control("api-version", newest=65)
    return b.send("GET", "/services/data/v66.0/limits")


def named_lead() -> str:
    return '{"LastName": "Meyer", "Company": "Acme"}'


RAW_CASES: dict[str, tuple[Callable[[Bench], requests.Response], Refusal]] = {
    "session-missing": (lambda b: b.http.get(f"{b.sim.base_url}{ROOT}/limits"), INVALID_SESSION),
    "header-type": (
        lambda b: b.send("GET", "limits", headers={"Authorization": "Basic eDp5"}),
        Refusal(401, "INVALID_AUTH_HEADER", "INVALID_HEADER_TYPE"),
    ),
    "version-retired": (
        lambda b: b.send("GET", "/services/data/v30.0/limits"),
        Refusal(410, "GONE", "The requested resource has been retired*"),
    ),
    "version-not-yet": (newer_than_the_org, Refusal(404, "NOT_FOUND", ABSENT)),
    "version-unknown": (lambda b: b.send("GET", "/services/data/v99.0/limits"), Refusal(404, "NOT_FOUND", ABSENT)),
    "method": (
        lambda b: b.send("PUT", f"sobjects/Contact/{never()}", json={}),
        Refusal(405, "METHOD_NOT_ALLOWED", "HTTP Method 'PUT' not allowed. Allowed are DELETE,GET,PATCH"),
    ),
    "content-type-text": (
        lambda b: posted(b, named_lead(), "text/plain"),
        Refusal(
            415,
            "UNSUPPORTED_MEDIA_TYPE",
            "Content-Type header specified in HTTP request is not supported: text/plain",
        ),
    ),
    "json-malformed": (
        lambda b: posted(b, '{"LastName": wrong}'),
        Refusal(400, PARSER, "Unexpected character ('w' (code 119)): * at [line:1, column:14]"),
    ),
    "json-cut": (
        lambda b: posted(b, '{"LastName": '),
        Refusal(400, PARSER, "Unexpected end-of-input at [line:1, column:14]"),
    ),
    "json-missing": (
        lambda b: posted(b, None),
        Refusal(400, PARSER, "The HTTP entity body is required, but this request has no entity body."),
    ),
}


def several(b: Bench) -> object:
    """Two records with one key, which only a field that is not unique can have."""
    b.control("add-field", object="Lead", name="Old_Key__c", externalId=True)
    b.make("Lead", Old_Key__c="K1")
    b.make("Lead", Old_Key__c="K1")
    return b.sf.Lead.upsert("Old_Key__c/K1", {"Title": "CEO"})


SPECIAL_CASES = ("upsert-several", "content-type-form", "address-too-long")

CASES = [*LIBRARY_CASES, *RAW_CASES, *SPECIAL_CASES]


@pytest.mark.parametrize("name", LIBRARY_CASES)
def test_a_call_is_refused(bench: Bench, name: str) -> None:
    LIBRARY_CASES[name].check(bench)


@pytest.mark.parametrize("name", RAW_CASES)
def test_a_call_that_the_library_would_not_make_is_refused(bench: Bench, name: str) -> None:
    act, refusal = RAW_CASES[name]
    response = act(bench)
    refusal.is_told_by(response.status_code, response.json()[0])


def test_a_key_that_several_records_have_is_answered_with_their_addresses(bench: Bench) -> None:
    with pytest.raises(SalesforceMoreThanOneRecord) as caught:
        several(bench)
    addresses: Any = caught.value.content
    assert addresses == [f"{ROOT}/sobjects/Lead/{row['Id']}" for row in bench.rows("Lead")]


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", ""])
def test_a_body_that_could_be_a_form_is_asked_for_a_token(bench: Bench, kind: str) -> None:
    response = posted(bench, named_lead(), kind)
    assert (response.status_code, response.headers["Sfdc-OAuth-Error"]) == (401, "1703")
    assert response.headers["Content-Type"].startswith("text/html")
    assert "LOGIN_OAUTH_INVALID_TOKEN" in response.text


def test_too_long_an_address_is_answered_in_html(bench: Bench) -> None:
    response = bench.send("GET", "query", params={"q": "x" * 16_384})
    assert (response.status_code, response.headers["Content-Type"].split(";")[0]) == (414, "text/html")


@pytest.mark.parametrize("field", ["status", "error"])
def test_nothing_is_written_when_a_collection_cannot_be_read(bench: Bench, field: str) -> None:
    bad = {"status": lead(LastName=7), "error": {"attributes": {"type": "Wombat"}}}[field]
    with pytest.raises(Exception, match="Malformed request"):
        bench.collection(lead(), bad)
    assert bench.rows("Lead") == []
