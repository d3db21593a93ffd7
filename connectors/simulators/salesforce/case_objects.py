"""Case, as the Object Reference for API 67 describes it.

Lengths and labels: Salesforce Field Reference Guide. A case has no name but its number, which the platform counts.
"""

from __future__ import annotations

from connectors.simulators.salesforce import status_objects
from connectors.simulators.salesforce.schema import (
    SObject,
    checkbox,
    choice,
    fields,
    long_text,
    of_type,
    reference,
    system,
    text,
)
from connectors.simulators.salesforce.standard import ABOUT_WHAT, audit, owner

ORIGINS = ("Phone", "Email", "Web")
PRIORITIES = ("High", "Medium", "Low")


def case() -> SObject:
    status = status_objects.CASE
    return SObject(
        name="Case",
        label="Case",
        plural="Cases",
        prefix="500",
        cascades=(("EmailMessage", "ParentId"), *ABOUT_WHAT),
        fields=fields(
            *audit("Case"),
            system(
                text("CaseNumber", "Case Number", 30, nillable=False, name_field=True, id_lookup=True, auto_number=True)
            ),
            reference("ContactId", "Contact ID", ("Contact",), "Contact", lookup=True),
            reference("AccountId", "Account ID", ("Account",), "Account", lookup=True),
            reference("ParentId", "Parent Case ID", ("Case",), "Parent"),
            text("SuppliedName", "Name", 80),
            of_type("email", "SuppliedEmail", "Email Address", length=80),
            of_type("phone", "SuppliedPhone", "Phone", length=40),
            text("SuppliedCompany", "Company", 80),
            text("Subject", "Subject", 255),
            choice("Status", "Status", status, nillable=False, default=status[0]),
            choice("Priority", "Priority", PRIORITIES, default="Medium"),
            choice("Origin", "Case Origin", ORIGINS),
            owner(("Group", "User")),
            system(checkbox("IsClosed", "Closed")),
            system(of_type("datetime", "ClosedDate", "Closed Date", group=False)),
            checkbox("IsEscalated", "Escalated"),
            long_text("Description", "Description", 32000),
            text("Syncapp_Key__c", "Syncapp Key", 64, unique=True, external_id=True, id_lookup=True),
        ),
    )
