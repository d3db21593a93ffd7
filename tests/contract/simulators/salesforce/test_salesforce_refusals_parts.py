"""What is refused inside a collection or a composite, whose own status stays 200."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from tests.contract.simulators.salesforce.bench import Bench, Refusal, lead, miscounted

Results = list[dict[str, Any]]

REQUIRED = Refusal(200, "REQUIRED_FIELD_MISSING", "Required fields are missing: [LastName]", ("LastName",))
ROLLED_BACK = Refusal(
    200,
    "ALL_OR_NONE_OPERATION_ROLLED_BACK",
    "Record rolled back because not all records were valid and the request was using AllOrNone header",
    (),
)


def nameless() -> dict[str, Any]:
    return {"attributes": {"type": "Lead"}, "Company": "Acme"}


def keyed(key: str) -> dict[str, Any]:
    return lead(Syncapp_Key__c=key)


def upserted(b: Bench, *records: Mapping[str, Any]) -> Results:
    sent = {"records": list(records)}
    return list(b.sf.restful("composite/sobjects/Lead/Syncapp_Key__c", method="PATCH", json=sent))


def deleted(b: Bench, *ids: str) -> Results:
    return list(b.sf.restful("composite/sobjects", params={"ids": ",".join(ids)}, method="DELETE"))


# (what is done, the place of the result that is looked at, its refusal)
ITEM_CASES: dict[str, tuple[Callable[[Bench], Results], int, Refusal]] = {
    "collection-item-required": (lambda b: b.collection(lead(), nameless()), 1, REQUIRED),
    "collection-item-column": (
        lambda b: b.collection(lead(Shoe__c="44"), lead()),
        0,
        Refusal(200, "INVALID_FIELD", "No such column 'Shoe__c' on sobject of type Lead", ()),
    ),
    "collection-companion": (lambda b: b.collection(lead(), nameless(), allOrNone=True), 0, ROLLED_BACK),
    "collection-no-id": (
        lambda b: b.collection(lead(), method="PATCH"),
        0,
        Refusal(200, "MISSING_ARGUMENT", "Id not specified in an update call", ()),
    ),
    "collection-with-id": (
        lambda b: b.collection(lead(id=b.make("Lead"))),
        0,
        Refusal(200, "INVALID_FIELD_FOR_INSERT_UPDATE", "cannot specify Id in an insert call", ("Id",)),
    ),
    "collection-bad-id": (
        lambda b: deleted(b, b.make("Lead"), miscounted(b.make("Lead"))),
        1,
        Refusal(200, "MALFORMED_ID", "malformed id 00Q*", ()),
    ),
    "collection-key-twice": (
        lambda b: b.collection(keyed("K1"), keyed("k1")),
        1,
        Refusal(
            200,
            "DUPLICATE_VALUE",
            "duplicate value found: <unknown> duplicates value on record with id: <unknown>",
            (),
        ),
    ),
    "collection-upsert-twice": (
        lambda b: upserted(b, keyed("K1"), keyed("K2"), keyed("K1")),
        0,
        Refusal(200, "DUPLICATE_VALUE", "Duplicate external id specified: K1", ("Syncapp_Key__c",)),
    ),
    "collection-upsert-type": (
        lambda b: upserted(b, {"attributes": {"type": "Contact"}, "LastName": "M", "Syncapp_Key__c": "K1"}),
        0,
        Refusal(200, "INVALID_TYPE", "records must be of type Lead, not Contact", ()),
    ),
}

QUERY = {"method": "GET", "url": "query?q=SELECT+Id+FROM+Lead"}
COLLECTION = {"method": "POST", "url": "composite/sobjects", "body": {"records": [lead()]}}
CREATE = {"method": "POST", "url": "sobjects/Lead", "body": {"LastName": "Meyer", "Company": "Acme"}}
BAD = {"method": "POST", "url": "sobjects/Lead", "body": {"Company": "Acme"}}
LIMIT = "The request can’t contain more than {} operations."
HALTED = "The transaction was rolled back since another operation in the same transaction failed."

PART_CASES: dict[str, tuple[Callable[[Bench], Results], int, Refusal]] = {
    "composite-26": (lambda b: b.composite(*[CREATE] * 26), 0, Refusal(400, "LIMIT_EXCEEDED", LIMIT.format(25))),
    "composite-sixth-query": (
        lambda b: b.composite(*[QUERY] * 6),
        0,
        Refusal(400, "LIMIT_EXCEEDED", LIMIT.format("5 query or sObject Collections")),
    ),
    "composite-sixth-collection": (
        lambda b: b.composite(*[QUERY] * 3, *[COLLECTION] * 3),
        0,
        Refusal(400, "LIMIT_EXCEEDED", LIMIT.format("5 query or sObject Collections")),
    ),
    "composite-reference": (
        lambda b: b.composite(BAD, {"method": "GET", "url": "sobjects/Lead/@{part0.id}"}),
        1,
        Refusal(400, "PROCESSING_HALTED", "Invalid reference specified. No value for part0.id found in part0"),
    ),
    "composite-rolled-back": (
        lambda b: b.composite(CREATE, BAD, allOrNone=True),
        0,
        Refusal(400, "PROCESSING_HALTED", HALTED),
    ),
    "composite-nested": (
        lambda b: b.composite({"method": "POST", "url": "composite", "body": {"compositeRequest": [QUERY]}}),
        0,
        Refusal(404, "NOT_FOUND", "The requested resource does not exist"),
    ),
}

CASES = [*ITEM_CASES, *PART_CASES]


@pytest.mark.parametrize("name", ITEM_CASES)
def test_a_record_of_a_collection_is_refused_beside_it(bench: Bench, name: str) -> None:
    act, place, refusal = ITEM_CASES[name]
    result = act(bench)[place]
    assert result["success"] is False
    refusal.is_told_by(200, result["errors"][0], code="statusCode")


@pytest.mark.parametrize("name", PART_CASES)
def test_a_part_of_a_composite_is_refused_in_its_place(bench: Bench, name: str) -> None:
    act, place, refusal = PART_CASES[name]
    part = act(bench)[place]
    refusal.is_told_by(part["httpStatusCode"], part["body"][0])


@pytest.mark.parametrize("name", ["composite-26", "composite-sixth-query", "composite-sixth-collection"])
def test_too_large_a_composite_is_refused_once_under_no_name(bench: Bench, name: str) -> None:
    parts = PART_CASES[name][0](bench)
    assert [part["referenceId"] for part in parts] == [None]
    assert bench.rows("Lead") == []


def test_both_records_with_one_key_are_refused_in_an_upsert(bench: Bench) -> None:
    results = upserted(bench, keyed("K1"), keyed("K2"), keyed("K1"))
    assert [r["success"] for r in results] == [False, True, False]


def test_of_two_records_with_one_key_the_first_is_created(bench: Bench) -> None:
    results = bench.collection(keyed("K1"), keyed("k1"))
    assert [r["success"] for r in results] == [True, False]


def test_a_key_whose_first_record_was_refused_is_free_for_the_second(bench: Bench) -> None:
    results = bench.collection(keyed("K1") | {"Email": "none"}, keyed("K1"))
    assert [r["success"] for r in results] == [False, True]


def test_a_duplicate_in_a_collection_is_told_without_its_result(bench: Bench) -> None:
    bench.control("duplicate-rule", object="Lead", name="D")
    _, second = bench.collection(lead(), lead())
    assert [dict(error) for error in second["errors"]] == [
        {"statusCode": "DUPLICATES_DETECTED", "message": "Use one of these records?", "fields": []}
    ]
