"""Opportunity and OpportunityContactRole, as the Object Reference for API 67 describes them.

Whether an opportunity is closed, and won, follows from its stage. Rights towards a role are those towards its
opportunity; it stays with the opportunity that it was made for.
"""

from __future__ import annotations

from dataclasses import replace

from connectors.simulators.salesforce.schema import (
    SObject,
    checkbox,
    choice,
    fields,
    long_text,
    of_type,
    reference,
    system,
)
from connectors.simulators.salesforce.standard import ABOUT_WHAT, audit, last_activity, named, owner

WON, LOST = "Closed Won", "Closed Lost"
STAGES = ("Prospecting", "Qualification", "Proposal/Price Quote", WON, LOST)
ROLES = ("Business User", "Decision Maker", "Economic Buyer", "Evaluator", "Executive Sponsor", "Influencer", "Other")


def opportunity_objects() -> tuple[SObject, ...]:
    return (_opportunity(), _role())


def _opportunity() -> SObject:
    return SObject(
        name="Opportunity",
        label="Opportunity",
        plural="Opportunities",
        prefix="006",
        cascades=(("OpportunityContactRole", "OpportunityId"), *ABOUT_WHAT),
        fields=fields(
            *audit("Opportunity"),
            named("Name", 120),
            reference("AccountId", "Account ID", ("Account",), "Account"),
            choice("StageName", "Stage", STAGES, nillable=False),
            of_type("date", "CloseDate", "Close Date", nillable=False),
            of_type("currency", "Amount", "Amount", group=False),
            system(checkbox("IsClosed", "Closed")),
            system(checkbox("IsWon", "Won")),
            last_activity(),
            owner(),
            long_text("Description", "Description", 32000),
        ),
    )


def _role() -> SObject:
    of = reference("OpportunityId", "Opportunity ID", ("Opportunity",), "Opportunity", nillable=False)
    return SObject(
        name="OpportunityContactRole",
        label="Opportunity Contact Role",
        plural="Opportunity Contact Role",
        prefix="00K",
        fields=fields(
            *audit("Contact Role"),
            replace(of, update=False),
            reference("ContactId", "Contact ID", ("Contact",), "Contact", nillable=False),
            choice("Role", "Role", ROLES),
            checkbox("IsPrimary", "Primary"),
        ),
    )
