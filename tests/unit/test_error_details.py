"""What a failure carries beside its code: waits, fields, evidence."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors import dialects
from connectors.errors import Answer, Detail, Failure, retry_after
from connectors.salesforce import answers
from connectors.salesforce import errors as salesforce

_words = st.text(st.characters(max_codepoint=0x2FF), max_size=60)
_headers = st.dictionaries(st.sampled_from(["retry-after", "date"]), _words | st.integers().map(str))


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "30"}, 30.0),
        ({"retry-after": " 7 "}, 7.0),
        ({"retry-after": "0"}, None),
        ({"retry-after": "-5"}, None),
        ({"retry-after": "86401"}, 86400.0),
        ({"retry-after": "9" * 400}, 86400.0),
        ({"retry-after": "٣"}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "1.5"}, None),
        ({"retry-after": ""}, None),
        ({}, None),
        (
            {"date": "Sun, 22 Nov 2026 10:00:00 GMT", "retry-after": "Sun, 22 Nov 2026 10:02:00 GMT"},
            120.0,
        ),
        (
            {"date": "Sun, 22 Nov 2026 10:00:00 GMT", "retry-after": "Sun, 22 Nov 2026 09:00:00 GMT"},
            None,
        ),
        (
            {"date": "Sun, 22 Nov 2026 10:00:00 GMT", "retry-after": "Sun, 22 Nov 2099 10:00:00 GMT"},
            86400.0,
        ),
        ({"date": "Sun, 22 Nov 2026 10:00:00 GMT", "retry-after": "Sun, 22 Nov 99999 10:00:00 GMT"}, None),
        ({"retry-after": "Sun, 22 Nov 2026 10:02:00 GMT"}, None),
        ({"date": "Sun, 22 Nov 2026 10:00:00 -0000", "retry-after": "Sun, 22 Nov 2026 10:02:00 GMT"}, None),
    ],
)
def test_retry_after(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after(headers) == seconds


@given(_headers)
def test_retry_after_is_a_wait_of_a_second_to_a_day_or_none(headers: dict[str, str]) -> None:
    seconds = retry_after(headers)
    assert seconds is None or 1 <= seconds <= 86400


def google_failure(message: str = "", details: object = None, headers: dict[str, str] | None = None) -> Failure:
    error = {"code": 429, "message": message, "errors": [{"reason": "rateLimitExceeded"}], "details": details or []}
    answer = Answer(status=429, headers=headers or {}, body=json.dumps({"error": error}))
    return dialects.dialect("google").verdict(answer)


NOON = {"date": "Sun, 22 Nov 2026 12:00:00 GMT"}


@pytest.mark.parametrize(
    ("message", "details", "headers", "seconds"),
    [
        ("Retry after 2026-11-22T12:00:45.000Z", None, NOON, 45.0),
        ("Retry after 2026-11-22T11:00:00Z", None, NOON, None),
        ("Retry after 2026-11-22T12:00:45.000Z", None, {}, None),
        ("Retry after 2026-19-39T99:00:45.000Z", None, NOON, None),
        ("", [{"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "12.5s"}], {}, 12.5),
        ("", [{"retryDelay": "at noon"}], {}, None),
        ("", [{"retryDelay": "12s"}], {"retry-after": "60"}, 60.0),
    ],
)
def test_google_may_say_the_wait_in_the_body(
    message: str, details: object, headers: dict[str, str], seconds: float | None
) -> None:
    assert google_failure(message, details, headers).retry_after == seconds


def test_google_names_the_limit_and_the_fields() -> None:
    details = [
        {"reason": "RATE_LIMIT_EXCEEDED", "metadata": {"quota_limit": "PerMinutePerUser", "service": "gmail"}},
        {"fieldViolations": [{"field": "resourceNames[0]"}]},
    ]
    failure = google_failure("Over", details)
    assert failure.evidence == {"quota_limit": "PerMinutePerUser", "service": "gmail"}
    assert failure.fields == ("resourceNames[0]",)


TRIGGER = (
    "LeadGuard: execution of BeforeInsert\n\ncaused by: System.DmlException: Insert failed. First exception on row 0; "
    "first error: DUPLICATE_VALUE, duplicate value found: Code__c: []\n\nTrigger.LeadGuard: line 12, column 3"
)
DUPLICATES = {
    "allowSave": True,
    "duplicateRule": "Leads_by_mail",
    "duplicateRuleEntityType": "Lead",
    "matchResults": [
        {"matchRecords": [{"record": {"Id": "00QQy00000Aa1Bb"}}, {"record": {"Id": "00QQy00000Aa2Bb"}}]},
        {"matchRecords": [{"record": {"Id": "00QQy00000Aa1Bb"}}, {"record": None}]},
        None,
    ],
}
FOUND = {
    "rule": "Leads_by_mail",
    "object": "Lead",
    "allow_save": True,
    "candidates": ["00QQy00000Aa1Bb", "00QQy00000Aa2Bb"],
}


@pytest.mark.parametrize(
    ("code", "message", "evidence"),
    [
        (
            "DUPLICATE_VALUE",
            "duplicate value found: Code__c duplicates value on record with id: 003Qy00000Ab1Cd",
            {"field": "Code__c", "record_id": "003Qy00000Ab1Cd"},
        ),
        ("DUPLICATE_VALUE", "doppelter Wert gefunden", {}),
        (
            "DUPLICATE_EXTERNAL_ID",
            "Code__c: more than one record found for external id field: [003Qy00000Cc1Dd, 003Qy00000Cc2Dd]",
            {"field": "Code__c", "candidates": ["003Qy00000Cc1Dd", "003Qy00000Cc2Dd"]},
        ),
        ("REQUEST_LIMIT_EXCEEDED", "ConcurrentPerOrgLongTxn Limit exceeded", {"limit": "ConcurrentPerOrgLongTxn"}),
        (
            "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY",
            TRIGGER,
            {
                "trigger": "LeadGuard",
                "event": "BeforeInsert",
                "exception": "System.DmlException",
                "inner_code": "DUPLICATE_VALUE",
                "inner_message": "duplicate value found: Code__c: []",
                "line": "12",
            },
        ),
        (
            "CANNOT_EXECUTE_FLOW_TRIGGER",
            "…because the “Routing” process failed. It occurred when the flow ran: INVALID_FIELD: No such column",
            {"flow": "Routing", "inner_code": "INVALID_FIELD", "inner_message": "No such column"},
        ),
        (
            "STRING_TOO_LONG",
            "Subject: data value too large: a text (max length=255)",
            {"label": "Subject", "longest": "255"},
        ),
        (
            "INVALID_FIELD",
            "No such column 'Zone__c' on sobject of type Lead",
            {"field": "Zone__c", "object": "Lead"},
        ),
        (
            "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY",
            "entity type cannot be inserted: Email Message",
            {"object": "Email Message"},
        ),
        ("INVALID_TYPE", "sObject type 'Whim__c' is not supported.", {"object": "Whim__c"}),
        ("INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", "bad value for restricted picklist field: Mars", {"value": "Mars"}),
        ("UNKNOWN_EXCEPTION", "ErrorId: 18715-13 (-8885)", {"reference": "18715-13 (-8885)"}),
    ],
)
def test_salesforce_messages_tell_more_than_their_code(code: str, message: str, evidence: dict[str, object]) -> None:
    assert salesforce.item_failure({"statusCode": code, "message": message}).evidence == evidence


@pytest.mark.parametrize("key", ["duplicateResut", "duplicateResult"])
def test_a_duplicate_rule_tells_what_it_found(key: str) -> None:
    entry = {"statusCode": "DUPLICATES_DETECTED", "message": "One of these?", "fields": [], key: DUPLICATES}
    assert salesforce.item_failure({"success": False, "errors": [entry]}).evidence == FOUND


def test_the_wrapper_of_a_refused_consent_keeps_its_code_and_tells_the_cause() -> None:
    body = {"error": "OAUTH_APPROVAL_ERROR_GENERIC", "error_description": "OAUTH_EC_APP_NOT_FOUND: not there"}
    failure = salesforce.TOKEN_DIALECT.verdict(Answer(status=400, body=json.dumps(body)))
    assert failure.code == "salesforce_oauth.OAUTH_APPROVAL_ERROR_GENERIC"
    assert failure.evidence == {"inner_code": "OAUTH_EC_APP_NOT_FOUND"}


def test_several_records_are_named() -> None:
    body = json.dumps(["/services/data/v66.0/sobjects/Lead/00Q1", "/services/data/v66.0/sobjects/Lead/00Q2"])
    failure = salesforce.DIALECT.verdict(Answer(status=300, body=body))
    assert failure.evidence == {"candidates": ["00Q1", "00Q2"]}


@pytest.mark.parametrize(
    ("entry", "fields"),
    [
        ({"statusCode": "REQUIRED_FIELD_MISSING", "message": "…", "fields": ["LastName"]}, ("LastName",)),
        # No database holds a NUL, and one strange answer must not keep its neighbours from being settled.
        ({"statusCode": "REQUIRED_FIELD_MISSING", "message": "…", "fields": ["Last\0Name", "", 7]}, ("LastName",)),
        (
            {"statusCode": "REQUIRED_FIELD_MISSING", "message": "Required fields are missing: [LastName, Company]"},
            ("LastName", "Company"),
        ),
        (
            {"statusCode": "INVALID_FIELD_FOR_INSERT_UPDATE", "message": "Unable to create/update fields: A__c, B."},
            ("A__c", "B"),
        ),
        ({"statusCode": "REQUIRED_FIELD_MISSING", "message": "At least one record", "fields": [None, 3]}, ()),
    ],
)
def test_fields_come_from_the_list_or_else_from_the_message(entry: dict[str, object], fields: tuple[str, ...]) -> None:
    assert salesforce.item_failure(entry).fields == fields


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        ({"statusCode": "ALL_OR_NONE_OPERATION_ROLLED_BACK", "message": "…"}, "salesforce.COLLECTIONS_ALL_OR_NONE"),
        ({"success": False, "errors": []}, "salesforce.UNKNOWN"),
        ({}, "salesforce.UNKNOWN"),
    ],
)
def test_an_entry_of_a_collection_always_has_a_meaning(entry: dict[str, object], code: str) -> None:
    assert salesforce.item_failure(entry).code == code


def test_an_entry_is_looked_into_only_where_it_holds_something(monkeypatch: pytest.MonkeyPatch) -> None:
    """200 refusals come in one answer; what an entry does not have is not searched, at any depth."""
    looked: list[object] = []
    real = answers._own_error

    def own_error(value: Mapping[str, object]) -> Detail | None:
        looked.append(value)
        return real(value)

    monkeypatch.setattr(answers, "_own_error", own_error)
    entry = {"success": False, "errors": [{"statusCode": "REQUIRED_FIELD_MISSING", "message": "Name", "fields": []}]}
    assert [detail.code for detail in answers.item_details(entry)] == ["REQUIRED_FIELD_MISSING"]
    assert len(looked) == 2


def test_an_entry_of_a_collection_carries_the_status_and_request_id_of_its_answer() -> None:
    whole = Answer(status=200, headers={"x-sfdc-request-id": "abc"})
    failure = salesforce.item_failure({"statusCode": "NOT_FOUND", "message": "…"}, whole)
    assert (failure.status, failure.request_id) == (200, "abc")
