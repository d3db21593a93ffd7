"""What is refused for want of a feature, of a right, or of a prefix, seen through the plain library."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from connectors.simulators.salesforce.org import INTEGRATION
from tests.contract.simulators.salesforce.bench import Bench, Case, Refusal, case, lead
from tests.contract.simulators.salesforce.test_salesforce_refusals_queries import ADVICE

NO_ENTITY = "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY"
Act = Callable[[Bench], object]


def in_org(verb: str, act: Act, **arguments: object) -> Act:
    def acted(b: Bench) -> object:
        b.control(verb, **arguments)
        return act(b)

    return acted


def reading(act: Act) -> Act:
    return in_org("read-only-user", act, username=INTEGRATION)


def plain_mail(act: Act) -> Act:
    """In an org with Email-to-Case alone."""
    return in_org("email", act, enhanced=False)


def no_mail(act: Act) -> Act:
    return in_org("email", act, enhanced=False, to_case=False)


def packaged(act: Act) -> Act:
    return in_org("namespace", act, prefix="sync")


def column(name: str, sobject: str) -> str:
    return f"No such column '{name}' on sobject of type {sobject}"


CASES: dict[str, Case] = {
    "reader-creates": case(reading(lambda b: b.lead()), 400, NO_ENTITY, "entity type cannot be inserted: Lead", ()),
    "reader-updates": case(
        reading(lambda b: b.sf.Lead.update(b.make("Lead"), {"Title": "CEO"})),
        400,
        NO_ENTITY,
        "entity type cannot be updated: Lead",
        (),
    ),
    "reader-upserts": case(
        reading(lambda b: b.sf.Lead.upsert("Syncapp_Key__c/k1", {"LastName": "M", "Company": "A"})),
        400,
        NO_ENTITY,
        "entity type cannot be inserted: Lead",
        (),
    ),
    "reader-deletes": case(
        reading(lambda b: b.sf.Lead.delete(b.make("Lead"))),
        403,
        "INSUFFICIENT_ACCESS_OR_READONLY",
        "insufficient access rights on object id",
        (),
    ),
    "mail-off": case(no_mail(lambda b: b.message()), 404, "NOT_FOUND", "The requested resource does not exist"),
    "mail-off-query": case(
        no_mail(lambda b: b.sf.query("SELECT Id FROM EmailMessage")),
        400,
        "INVALID_TYPE",
        f"*sObject type 'EmailMessage' is not supported{ADVICE}",
    ),
    "mail-on-no-case": case(
        plain_mail(lambda b: b.message()),
        400,
        "REQUIRED_FIELD_MISSING",
        "Required fields are missing: [ParentId]",
        ("ParentId",),
    ),
    "mail-related": case(
        plain_mail(lambda b: b.message(ParentId=b.case()["id"], RelatedToId=b.make("Account"))),
        400,
        "INVALID_FIELD",
        column("RelatedToId", "EmailMessage"),
    ),
    "mail-people": case(
        plain_mail(lambda b: b.message(ParentId=b.case()["id"], ToIds=[b.make("Contact")])),
        400,
        "INVALID_FIELD",
        column("ToIds", "EmailMessage"),
    ),
    "mail-relations": case(
        plain_mail(lambda b: b.sf.query("SELECT Id FROM EmailMessageRelation")),
        400,
        "INVALID_TYPE",
        f"*sObject type 'EmailMessageRelation' is not supported{ADVICE}",
    ),
    "namespace-write": case(
        packaged(lambda b: b.lead(Syncapp_Key__c="k1")), 400, "INVALID_FIELD", column("Syncapp_Key__c", "Lead")
    ),
    "namespace-query": case(
        packaged(lambda b: b.sf.query("SELECT Syncapp_Key__c FROM Event")),
        400,
        "INVALID_FIELD",
        f"*No such column 'Syncapp_Key__c' on entity 'Event'{ADVICE}",
    ),
    "namespace-key": case(
        packaged(lambda b: b.sf.Lead.upsert("Syncapp_Key__c/k1", {"LastName": "M", "Company": "A"})),
        404,
        "NOT_FOUND",
        "Provided external ID field does not exist or is not accessible: Syncapp_Key__c",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_what_an_org_or_a_user_lacks_is_refused(bench: Bench, name: str) -> None:
    CASES[name].check(bench)


def test_a_collection_of_a_reader_is_refused_beside_its_records(bench: Bench) -> None:
    bench.control("read-only-user", username=INTEGRATION)
    (result,) = bench.collection(lead())
    text = "entity type cannot be inserted: Lead"
    Refusal(200, NO_ENTITY, text, ()).is_told_by(200, result["errors"][0], "statusCode")
