"""Whatever a client sends, the server answers in the service's own words: it never stumbles."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.simulators.salesforce import SalesforceSimulator
from connectors.simulators.server import Reply, Request

ROOT = "/services/data/v67.0"
SCALARS = st.none() | st.booleans() | st.integers() | st.text(max_size=20)
WORDS = """
    attributes type Lead LastName Company Email Id id records allOrNone ToIds Status ids fields compositeRequest method
    GET POST url referenceId body httpHeaders IsDeleted CreatedDate MessageDate Syncapp_Key__c OwnerId
    003ak0000000001AAA
"""
RESOURCES = """
    sobjects/Lead sobjects/EmailMessage sobjects/Lead/003ak0000000001AAA sobjects/Lead/Syncapp_Key__c/x limits
    composite/sobjects composite/sobjects/Lead composite/sobjects/Lead/Syncapp_Key__c composite query nonsense
    sobjects/Lead/deleted sobjects/User/updated query/01g-x
"""
FORM = "grant_type client_id client_secret code assertion refresh_token token decision"
NAMES = st.sampled_from(WORDS.split())
VALUES = st.recursive(
    SCALARS | NAMES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=5),
    max_leaves=20,
)
PLACES = st.sampled_from(RESOURCES.split())
METHODS = st.sampled_from(["GET", "POST", "PATCH", "DELETE", "PUT", "HEAD", "OPTIONS"])


def send(method: str, path: str, body: bytes = b"", query: dict[str, list[str]] | None = None) -> Reply:
    sim = SalesforceSimulator()
    headers = {"authorization": f"Bearer {sim.token()}", "content-type": "application/json"}
    reply, _ = sim.serve(Request(method=method, path=path, query=query or {}, headers=headers, body=body))
    assert reply is not None
    return reply


def is_well_told(reply: Reply) -> bool:
    """An answer of the service: no server error, and an error is a list with code and message."""
    if reply.status < 300 or not reply.body:
        return True
    told = json.loads(reply.body)
    return reply.status < 500 and all({"message", "errorCode"} <= set(error) for error in told)


@settings(max_examples=80, deadline=None)
@given(METHODS, PLACES, VALUES)
def test_any_json_is_answered(method: str, place: str, value: Any) -> None:
    assert is_well_told(send(method, f"{ROOT}/{place}", json.dumps(value).encode()))


RECORDS = st.lists(VALUES, min_size=1, max_size=4)


@settings(max_examples=50, deadline=None)
@given(st.sampled_from(["POST", "PATCH"]), RECORDS, st.booleans())
def test_any_records_are_answered(method: str, records: list[Any], typed: bool) -> None:
    listed = [({"attributes": {"type": "Lead"}} | r) if typed and isinstance(r, dict) else r for r in records]
    assert is_well_told(send(method, f"{ROOT}/composite/sobjects", json.dumps({"records": listed}).encode()))


@settings(max_examples=50, deadline=None)
@given(st.lists(st.dictionaries(NAMES, VALUES, max_size=6), min_size=1, max_size=4))
def test_any_composite_is_answered(parts: list[dict[str, Any]]) -> None:
    complete = [
        {"method": "POST", "url": f"{ROOT}/sobjects/Lead", "referenceId": f"p{n}"} | p for n, p in enumerate(parts)
    ]
    assert is_well_told(send("POST", f"{ROOT}/composite", json.dumps({"compositeRequest": complete}).encode()))


@settings(max_examples=50, deadline=None)
@given(st.binary(max_size=40))
def test_any_bytes_are_answered(body: bytes) -> None:
    assert is_well_told(send("POST", f"{ROOT}/sobjects/Lead", body))


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=60))
def test_any_query_is_answered(text: str) -> None:
    assert is_well_told(send("GET", f"{ROOT}/query", query={"q": [text]}))


@pytest.mark.parametrize(
    ("place", "body"),
    [
        ("composite/sobjects/Lead", [1]),
        ("composite/sobjects/Lead", {"ids": 7, "fields": "Id"}),
        ("composite/sobjects/Lead", {"ids": [["x"]], "fields": [7]}),
        ("composite", {"compositeRequest": [7]}),
        ("composite", {"compositeRequest": [{"method": "GET", "url": "x", "referenceId": "a", "httpHeaders": 7}]}),
        ("composite", {"compositeRequest": [{"method": "GET", "url": "http://[", "referenceId": "a"}]}),
        ("composite/sobjects", {"records": [{"attributes": {"type": ["Lead"]}}]}),
        ("sobjects/Lead", {"LastName": "\ud800", "Company": "x"}),
        ("sobjects/Account", {"Name": "x", "NumberOfEmployees": 1e400}),
        ("sobjects/Lead", {"": 1}),
        ("sobjects/Account", {"Name": "x", "NumberOfEmployees": float("nan")}),
        ("sobjects/Lead", None),
        ("sobjects/Lead", {"LastName": "😀" * 100, "Company": "x"}),
    ],
)
def test_known_stumbling_blocks_are_answered(place: str, body: Any) -> None:
    assert is_well_told(send("POST", f"{ROOT}/{place}", json.dumps(body).encode()))


FORMS = st.dictionaries(
    st.sampled_from(FORM.split()),
    st.sampled_from(["refresh_token", "urn:ietf:params:oauth:grant-type:jwt-bearer", "authorization_code", "password"])
    | st.text(max_size=20),
)


@settings(max_examples=80, deadline=None)
@given(st.sampled_from(["token", "revoke", "authorize", "userinfo"]), st.sampled_from(["GET", "POST"]), FORMS)
def test_any_login_is_answered(endpoint: str, method: str, form: dict[str, str]) -> None:
    body = urlencode(form, errors="replace").encode()
    headers = {"content-type": "application/x-www-form-urlencoded", "authorization": "Basic " + form.get("code", "")}
    request = Request(method=method, path=f"/services/oauth2/{endpoint}", headers=headers, body=body)
    reply, _ = SalesforceSimulator().serve(request)
    assert reply is not None
    assert 400 <= reply.status < 500
