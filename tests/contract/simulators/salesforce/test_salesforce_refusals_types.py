"""What is refused of record types, seen through the plain library."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.simulators.salesforce.org import INTEGRATION
from tests.contract.simulators.salesforce.bench import Bench, Case, case, never

KEY = "INVALID_CROSS_REFERENCE_KEY"
NOT_VALID = "Record Type ID: this ID value isn't valid for the user: 012*"


def made(b: Bench, name: str = "Partner", **more: Any) -> str:
    return str(b.control("record-type", **{"object": "Lead", "name": name} | more)["id"])


def not_granted(b: Bench, **whose: str) -> str:
    kind = made(b)
    b.control("record-type-access", id=kind, available=False, **whose)
    return kind


def changed(b: Bench) -> object:
    lead = b.lead()["id"]
    return b.sf.Lead.update(lead, {"RecordTypeId": not_granted(b)})


def not_a_type(b: Bench) -> object:
    made(b)
    return b.lead(RecordTypeId=b.make("Contact"))


def unknown(b: Bench) -> object:
    made(b)
    return b.lead(RecordTypeId=never("012"))


def of_a_case(b: Bench) -> object:
    made(b)
    return b.lead(RecordTypeId=made(b, "Complaint", object="Case"))


def offering(b: Bench) -> str:
    """A record type that does not offer the rating Hot, which the field has."""
    kind = made(b)
    b.control("picklist", object="Lead", field="Rating", restricted=True)
    b.control("record-type-values", id=kind, field="Rating", values=["Warm", "Cold"])
    return kind


CASES: dict[str, Case] = {
    "type-not-granted": case(lambda b: b.lead(RecordTypeId=not_granted(b)), 400, KEY, NOT_VALID, ("RecordTypeId",)),
    "type-not-granted-here": case(
        lambda b: b.lead(RecordTypeId=not_granted(b, username=INTEGRATION)), 400, KEY, NOT_VALID, ("RecordTypeId",)
    ),
    "type-not-granted-later": case(changed, 400, KEY, NOT_VALID, ("RecordTypeId",)),
    "type-value": case(
        lambda b: b.lead(RecordTypeId=offering(b), Rating="Hot"),
        400,
        "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
        "Rating: bad value for restricted picklist field: Hot",
        ("Rating",),
    ),
    "type-value-default": case(
        lambda b: offering(b) and b.lead(Rating="Hot"),
        400,
        "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
        "Rating: bad value for restricted picklist field: Hot",
        ("Rating",),
    ),
    "type-inactive": case(lambda b: b.lead(RecordTypeId=made(b, active=False)), 400, KEY, NOT_VALID, ("RecordTypeId",)),
    "type-other-object": case(of_a_case, 400, KEY, NOT_VALID, ("RecordTypeId",)),
    "type-unknown": case(unknown, 400, KEY, "invalid cross reference id", ()),
    "type-no-type": case(
        not_a_type, 400, "MALFORMED_ID", "Record Type ID: id value of incorrect type: 003*", ("RecordTypeId",)
    ),
    "type-none-made": case(
        lambda b: b.lead(RecordTypeId=never("012")),
        400,
        "INVALID_FIELD",
        "No such column 'RecordTypeId' on sobject of type Lead",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_record_type_is_refused(bench: Bench, name: str) -> None:
    CASES[name].check(bench)
