"""What is refused of an owner who is no user, seen through the plain library."""

from __future__ import annotations

import pytest

from tests.contract.simulators.salesforce.bench import Bench, Case, case


def queue(b: Bench, *objects: str) -> str:
    return str(b.control("queue", name="Support", objects=list(objects))["id"])


def no_longer(b: Bench) -> object:
    made = queue(b, "Lead", "Case")
    lead = b.make("Lead")
    b.control("queue", id=made, objects=["Case"])
    return b.sf.Lead.update(lead, {"OwnerId": made})


def gone(b: Bench) -> object:
    made = queue(b, "Lead")
    b.control("remove-queue", id=made)
    return b.lead(OwnerId=made)


NOT_SERVED = "Queue not associated with this SObject type"
NO_ENTITY = "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY"

CASES: dict[str, Case] = {
    "queue-not-served": case(lambda b: b.lead(OwnerId=queue(b, "Case")), 400, "INVALID_OPERATION", NOT_SERVED, ()),
    "queue-no-longer": case(no_longer, 400, "INVALID_OPERATION", NOT_SERVED, ()),
    "queue-public-group": case(
        lambda b: b.lead(OwnerId=b.make("Group", Name="Everybody", Type="Regular")),
        400,
        "FIELD_INTEGRITY_EXCEPTION",
        "Owner ID: id value of incorrect type: 00G*",
        ("OwnerId",),
    ),
    "queue-gone": case(gone, 400, "INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", ()),
    "queue-of-contact": case(
        lambda b: b.sf.Contact.create({"LastName": "Meyer", "OwnerId": queue(b, "Lead")}),
        400,
        "MALFORMED_ID",
        "Owner ID: id value of incorrect type: 00G*",
        ("OwnerId",),
    ),
    "queue-created": case(
        lambda b: b.sf.Group.create({"Name": "Ours", "Type": "Queue"}),
        400,
        NO_ENTITY,
        "entity type cannot be inserted: Group",
        (),
    ),
    "queue-served-by-us": case(
        lambda b: b.sf.QueueSobject.create({"QueueId": queue(b, "Lead"), "SobjectType": "Case"}),
        400,
        NO_ENTITY,
        "entity type cannot be inserted: Queue sObject",
        (),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_an_owner_is_refused(bench: Bench, name: str) -> None:
    CASES[name].check(bench)
