"""What is refused of an event's relations, and of a question about changes, seen through the plain library."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from connectors.simulators.salesforce.values import moment
from tests.contract.simulators.salesforce.bench import Bench, Case, case
from tests.contract.simulators.salesforce.test_salesforce_refusals_queries import ADVICE, placed

UNFIT = "FIELD_INTEGRITY_EXCEPTION"
PERIOD = "INVALID_REPLICATION_DATE"
DAY = 86400.0


def shared(act: Callable[[Bench], object]) -> Callable[[Bench], object]:
    def in_such_an_org(b: Bench) -> object:
        b.control("activities", shared=True)
        return act(b)

    return in_such_an_org


def unfit(act: Callable[[Bench], object], text: str, name: str) -> Case:
    return case(act, 400, UNFIT, text, (name,))


# -- relations


def of_a_copy(b: Bench) -> object:
    b.invite(b.make("Event"), b.user("guest"))
    (copy,) = (row for row in b.rows("Event") if row["IsChild"])
    return b.invite(copy["Id"], b.make("Contact"))


def twice(b: Bench) -> object:
    event, contact = b.make("Event"), b.make("Contact")
    b.invite(event, contact)
    return b.invite(event, contact)


def of_a_deleted_event(b: Bench) -> object:
    event = b.make("Event")
    b.control("delete", id=event)
    return b.invite(event, b.make("Contact"))


def replaced(b: Bench) -> object:
    relation = b.invite(b.make("Event"), b.make("Contact"))["id"]
    return b.sf.EventRelation.update(relation, {"RelationId": b.make("Contact")})


def the_1001st(b: Bench) -> object:
    event = b.make("Event")
    people = b.control("create-many", object="Contact", records=[{"LastName": "Guest"}] * 1001)["ids"]
    relations = [{"EventId": event, "RelationId": one} for one in people[:-1]]
    b.control("create-many", object="EventRelation", records=relations)
    return b.invite(event, people[-1])


def no_role(b: Bench) -> object:
    relation = b.invite(b.make("Event"), b.make("Contact"))["id"]
    return b.sf.EventRelation.update(relation, {"IsInvitee": False})


def the_51st(b: Bench) -> object:
    event = b.make("Event")
    people = b.control("create-many", object="Contact", records=[{"LastName": "Guest"}] * 51)["ids"]
    relations = [{"EventId": event, "RelationId": one, "IsParent": True} for one in people[:-1]]
    b.control("create-many", object="EventRelation", records=relations)
    return b.invite(event, people[-1], IsParent=True)


MISFIT = "Relation ID: id value of incorrect type: 001*"
LEAD = "Related To ID: must be empty for an event with a lead"
ALONE = "Name ID: an event can be related to 50 contacts or one lead"

RELATIONS: dict[str, Case] = {
    "invitee-of-child": unfit(of_a_copy, "Event ID: an event relation can't be created for a child event", "EventId"),
    "invitee-twice": case(
        twice,
        400,
        "DUPLICATE_VALUE",
        "duplicate value found: <unknown> duplicates value on record with id: <unknown>",
        (),
    ),
    "invitee-account": unfit(lambda b: b.invite(b.make("Event"), b.make("Account")), MISFIT, "RelationId"),
    "invitee-missing": case(
        lambda b: b.sf.EventRelation.create({"EventId": b.make("Event")}),
        400,
        "REQUIRED_FIELD_MISSING",
        "Required fields are missing: [RelationId]",
        ("RelationId",),
    ),
    "invitee-of-nothing": case(
        lambda b: b.sf.EventRelation.create({"RelationId": b.make("Contact")}),
        400,
        "REQUIRED_FIELD_MISSING",
        "Required fields are missing: [EventId]",
        ("EventId",),
    ),
    "invitee-of-deleted": case(of_a_deleted_event, 400, "ENTITY_IS_DELETED", "entity is deleted", ()),
    "invitee-replaced": case(
        replaced,
        400,
        "INVALID_FIELD_FOR_INSERT_UPDATE",
        "Unable to create/update fields: RelationId.*",
        ("RelationId",),
    ),
    "invitee-status": case(
        lambda b: b.invite(b.make("Event"), b.make("Contact"), Status="Perhaps"),
        400,
        "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
        "Status: bad value for restricted picklist field: Perhaps",
        ("Status",),
    ),
    "invitee-response": case(
        lambda b: b.invite(b.make("Event"), b.make("Contact"), Response="x" * 256),
        400,
        "STRING_TOO_LONG",
        "Response: data value too large: x*x (max length=255)",
        ("Response",),
    ),
    "invitee-1001": case(the_1001st, 400, "LIMIT_EXCEEDED", "An event can't have more than 1000 invitees", ()),
    "invitee-parent": case(
        lambda b: b.invite(b.make("Event"), b.make("Contact"), IsParent=True),
        400,
        "INVALID_FIELD",
        "No such column 'IsParent' on sobject of type EventRelation",
    ),
    "shared-user-parent": unfit(
        shared(lambda b: b.invite(b.make("Event"), b.user("guest"), IsParent=True)),
        "Is Parent: must be false for a user or a resource",
        "IsParent",
    ),
    "shared-account-invited": unfit(
        shared(lambda b: b.invite(b.make("Event"), b.make("Account"), IsInvitee=True)),
        "Is What: must be true, and Is Invitee false, for a record that is no person",
        "IsWhat",
    ),
    "shared-contact-what": unfit(
        shared(lambda b: b.invite(b.make("Event"), b.make("Contact"), IsParent=True, IsWhat=True)),
        "Is What: must be false for a person or a resource",
        "IsWhat",
    ),
    "shared-no-role": unfit(
        shared(no_role), "Is Invitee: an event relation must be an invitee or a parent", "IsInvitee"
    ),
    "shared-second-account": unfit(
        shared(lambda b: b.invite(b.make("Event", WhatId=b.make("Account")), b.make("Account"))),
        "Related To ID: an event can be related to one such record only",
        "RelationId",
    ),
    "shared-contact-and-lead": unfit(
        shared(lambda b: b.invite(b.make("Event", WhoId=b.make("Contact")), b.make("Lead"), IsParent=True)),
        ALONE,
        "RelationId",
    ),
    "shared-account-and-lead": unfit(
        shared(lambda b: b.invite(b.make("Event", WhoId=b.make("Lead")), b.make("Account"))), LEAD, "RelationId"
    ),
    "shared-lead-and-account": unfit(
        shared(lambda b: b.invite(b.make("Event", WhatId=b.make("Account")), b.make("Lead"), IsParent=True)),
        LEAD,
        "RelationId",
    ),
    "shared-51-contacts": unfit(shared(the_51st), ALONE, "RelationId"),
}


# -- changes


def period(b: Bench, start: float, end: float = 60.0) -> dict[str, str]:
    now = b.sim.timeline.time()
    return {"start": moment(now + start), "end": moment(now + end)}


def told(b: Bench, what: str, start: float, end: float = 60.0) -> object:
    return b.sf.restful(f"sobjects/Event/{what}", params=period(b, start, end))


def purged(b: Bench) -> object:
    b.control("replication", purge=True)
    return told(b, "deleted", -DAY)


def too_many(b: Bench, what: str) -> object:
    b.control("replication", most=1)
    for event in [b.make("Event") for _ in range(4)][:2]:
        b.control("delete", id=event)
    return told(b, what, -60)


MANY = "The number of ids exceeds 1: choose a start and an end that are closer together"

CHANGES: dict[str, Case] = {
    "deleted-minute": case(
        lambda b: told(b, "deleted", 0, 60), 400, PERIOD, "startDate must be more than one minute before endDate"
    ),
    "deleted-month": case(
        lambda b: told(b, "deleted", -31 * DAY), 400, PERIOD, "startDate cannot be more than 30 days ago"
    ),
    "deleted-purged": case(purged, 400, PERIOD, "startDate is before the earliest date available in the delete log"),
    "deleted-too-many": case(lambda b: too_many(b, "deleted"), 400, "EXCEEDED_ID_LIMIT", MANY),
    "updated-too-many": case(lambda b: too_many(b, "updated"), 400, "EXCEEDED_ID_LIMIT", MANY),
    "updated-backwards": case(lambda b: told(b, "updated", 0, -120), 400, PERIOD, "startDate before endDate"),
    "soql-event-description": placed(
        "SELECT Id FROM Event WHERE Description = 'x'",
        "INVALID_FIELD",
        28,
        "field 'Description' can not be filtered in a query call",
    ),
    "soql-typeof-one-target": placed(
        "SELECT TYPEOF Account WHEN Account THEN Id END FROM Event",
        "MALFORMED_QUERY",
        15,
        "TYPEOF is not allowed for relationship 'Account': it has one type of target",
    ),
    "soql-typeof-relationship": placed(
        "SELECT TYPEOF Boss WHEN Contact THEN Id END FROM Event",
        "INVALID_FIELD",
        15,
        f"Didn't understand relationship 'Boss' in field path{ADVICE}",
    ),
    "soql-typeof-kind": placed(
        "SELECT TYPEOF Who WHEN Account THEN Id END FROM Event",
        "INVALID_TYPE",
        24,
        "'Account' is no type of target of relationship 'Who'",
    ),
    "soql-typeof-end": placed(
        "SELECT TYPEOF Who WHEN Contact THEN Id FROM Event", "MALFORMED_QUERY", 40, "unexpected token: 'FROM'"
    ),
    "soql-typeof-count": placed(
        "SELECT TYPEOF Who WHEN Contact THEN Id END, COUNT(Id) FROM Event",
        "MALFORMED_QUERY",
        8,
        "TYPEOF is not allowed in a query that does not return objects",
    ),
    "soql-child-hidden": placed(
        "SELECT InvitationId FROM Event",
        "INVALID_FIELD",
        8,
        f"No such column 'InvitationId' on entity 'Event'{ADVICE}",
    ),
}

CASES = RELATIONS | CHANGES


@pytest.mark.parametrize("name", CASES)
def test_a_relation_or_a_question_is_refused(bench: Bench, name: str) -> None:
    CASES[name].check(bench)


def test_no_trigger_and_no_rule_can_be_made_for_relations_of_events(bench: Bench) -> None:
    with pytest.raises(ValueError, match="supports no triggers"):
        bench.control("validation-rule", object="EventRelation", name="R", message="no")


def test_keys_that_two_events_share_cannot_become_unique(bench: Bench) -> None:
    bench.control("activities", unique_keys=False)
    for _ in range(2):
        bench.event(Syncapp_Key__c="k1")
    with pytest.raises(ValueError, match="same key"):
        bench.control("activities", unique_keys=True)


def test_a_rule_against_falling_wants_a_number(bench: Bench) -> None:
    rule: dict[str, Any] = {"object": "Event", "name": "R", "message": "no", "field": "Subject", "falls": True}
    with pytest.raises(ValueError, match="number"):
        bench.control("validation-rule", **rule)
