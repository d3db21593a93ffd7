"""Opportunities and the roles that contacts have in them, seen through the plain library."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from tests.contract.simulators.salesforce.bench import Bench, Case, case

DEAL = {"Name": "Deal", "StageName": "Prospecting", "CloseDate": "2026-12-01"}


@dataclass(frozen=True, kw_only=True)
class Deal:
    account: str
    opportunity: str
    contact: str
    role: str


def deal(b: Bench) -> Deal:
    account = b.make("Account", Name="Acme")
    contact = b.make("Contact", AccountId=account)
    made = b.sf.Opportunity.create({**DEAL, "AccountId": account})["id"]
    role = b.sf.OpportunityContactRole.create({"OpportunityId": made, "ContactId": contact, "Role": "Evaluator"})
    return Deal(account=account, opportunity=made, contact=contact, role=role["id"])


@pytest.mark.parametrize(
    ("stage", "closed", "won"),
    [("Prospecting", False, False), ("Closed Won", True, True), ("Closed Lost", True, False)],
)
def test_the_stage_says_whether_it_is_closed(bench: Bench, stage: str, closed: bool, won: bool) -> None:
    made = bench.sf.Opportunity.create(DEAL)["id"]
    bench.sf.Opportunity.update(made, {"StageName": stage})
    row = bench.sf.Opportunity.get(made)
    assert (row["IsClosed"], row["IsWon"]) == (closed, won)


def test_open_ones_are_found_by_the_contact_that_has_a_role(bench: Bench) -> None:
    made = deal(bench)
    asked = "SELECT ContactId, Opportunity.Name FROM OpportunityContactRole WHERE Opportunity.IsClosed = false"
    (row,) = bench.sf.query(asked)["records"]
    assert (row["ContactId"], row["Opportunity"]["Name"]) == (made.contact, "Deal")
    bench.sf.Opportunity.update(made.opportunity, {"StageName": "Closed Won"})
    assert bench.sf.query(asked)["totalSize"] == 0


@pytest.mark.parametrize("goes", ["opportunity", "contact", "account"])
def test_a_role_goes_with_its_opportunity_and_its_contact(bench: Bench, goes: str) -> None:
    made = deal(bench)
    bench.control("delete", id=getattr(made, goes))
    assert bench.rows("OpportunityContactRole") == []


def test_a_role_is_not_seen_by_whoever_does_not_see_the_opportunity(bench: Bench) -> None:
    made = deal(bench)
    bench.control("record-access", id=made.opportunity, access="none")
    assert bench.sf.query("SELECT Id FROM OpportunityContactRole")["totalSize"] == 0


@pytest.mark.parametrize("name", ["Account", "Contact", "Lead", "Opportunity"])
def test_the_day_of_the_last_activity_is_a_date_that_nobody_writes(bench: Bench, name: str) -> None:
    (told,) = [f for f in getattr(bench.sf, name).describe()["fields"] if f["name"] == "LastActivityDate"]
    assert (told["type"], told["createable"], told["updateable"], told["nillable"]) == ("date", False, False, True)


def denied(b: Bench, *verbs: str) -> Deal:
    made = deal(b)
    b.control("object-access", object="Opportunity", denied=list(verbs))
    return made


def not_given(b: Bench) -> object:
    made = denied(b, "edit")
    return b.sf.OpportunityContactRole.create({"OpportunityId": made.opportunity, "ContactId": made.contact})


def hidden(b: Bench) -> object:
    denied(b, "read")
    return b.sf.query("SELECT Id FROM OpportunityContactRole")


def role(b: Bench, **fields: str) -> object:
    return b.sf.OpportunityContactRole.create({"OpportunityId": deal(b).opportunity, **fields})


def moved(b: Bench) -> object:
    other = b.sf.Opportunity.create(DEAL)["id"]
    return b.sf.OpportunityContactRole.update(deal(b).role, {"OpportunityId": other})


NOT_WRITTEN = "INVALID_FIELD_FOR_INSERT_UPDATE"
UNABLE = "Unable to create/update fields: {}. Please check the security settings of this field and verify that it is"
CASES: dict[str, Case] = {
    "opportunity-closed": case(
        lambda b: b.sf.Opportunity.create({**DEAL, "IsClosed": True}),
        400,
        NOT_WRITTEN,
        UNABLE.format("IsClosed") + "*",
        ("IsClosed",),
    ),
    "opportunity-activity": case(
        lambda b: b.sf.Opportunity.create({**DEAL, "LastActivityDate": "2026-11-01"}),
        400,
        NOT_WRITTEN,
        UNABLE.format("LastActivityDate") + "*",
        ("LastActivityDate",),
    ),
    "role-moved": case(moved, 400, NOT_WRITTEN, UNABLE.format("OpportunityId") + "*", ("OpportunityId",)),
    "role-of-nobody": case(
        role, 400, "REQUIRED_FIELD_MISSING", "Required fields are missing: [ContactId]", ("ContactId",)
    ),
    "role-of-lead": case(
        lambda b: role(b, ContactId=b.make("Lead")),
        400,
        "MALFORMED_ID",
        "Contact ID: id value of incorrect type: 00Q*",
        ("ContactId",),
    ),
    "role-hidden": case(hidden, 400, "INVALID_TYPE", "*sObject type 'OpportunityContactRole' is not supported*", None),
    "role-not-given": case(
        not_given,
        400,
        "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY",
        "entity type cannot be inserted: Opportunity Contact Role",
        (),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_what_is_refused_of_them(bench: Bench, name: str) -> None:
    CASES[name].check(bench)
