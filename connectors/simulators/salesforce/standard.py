"""The objects of this slice but for e-mail, activities, cases and opportunities: people, accounts, users.

Fields, lengths and flags: Object Reference for the Salesforce Platform, API 67. Only fields that a mailbox
synchronisation can meet are here; a further one is a further row.
"""

from __future__ import annotations

from connectors.simulators.salesforce import ids
from connectors.simulators.salesforce.schema import (
    Field,
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

USER = ("User",)
STANDARD_PROFILE = ids.mint("00e", 2)
GREETINGS = ("Mr.", "Ms.", "Mrs.", "Dr.", "Prof.", "Mx.")
STATUSES = ("Open - Not Contacted", "Working - Contacted", "Closed - Converted", "Closed - Not Converted")
SOURCES = ("Web", "Phone Inquiry", "Partner Referral", "Purchased List", "Other")
INDUSTRIES = ("Agriculture", "Consulting", "Education", "Energy", "Finance", "Manufacturing", "Technology", "Other")
RATINGS = ("Hot", "Warm", "Cold")
# A record's activities go with it. Relations go first: with Shared Activities one that has other people stays.
RELATIONS = (("EventRelation", "RelationId"), ("TaskRelation", "RelationId"))
ABOUT_WHOM = (*RELATIONS, ("Event", "WhoId"), ("Task", "WhoId"))
ABOUT_WHAT = (*RELATIONS, ("Event", "WhatId"), ("Task", "WhatId"))


def audit(label: str) -> tuple[Field, ...]:
    """What the system keeps on every record of every object."""
    return (
        system(of_type("id", "Id", f"{label} ID", length=18, nillable=False, default="", id_lookup=True)),
        system(checkbox("IsDeleted", "Deleted", group=False, sort=False)),
        system(of_type("datetime", "CreatedDate", "Created Date", nillable=False, group=False)),
        system(reference("CreatedById", "Created By ID", USER, "CreatedBy", nillable=False)),
        system(of_type("datetime", "LastModifiedDate", "Last Modified Date", nillable=False, group=False)),
        system(reference("LastModifiedById", "Last Modified By ID", USER, "LastModifiedBy", nillable=False)),
        system(of_type("datetime", "SystemModstamp", "System Modstamp", nillable=False, group=False)),
    )


def owner(references: tuple[str, ...] = USER) -> Field:
    return reference("OwnerId", "Owner ID", references, "Owner", nillable=False, default="")


def person() -> tuple[Field, ...]:
    return (
        text("FirstName", "First Name", 40),
        text("LastName", "Last Name", 80, nillable=False),
        system(text("Name", "Full Name", 121, nillable=False, name_field=True)),
        text("Title", "Title", 128),
        of_type("email", "Email", "Email", length=80, id_lookup=True),
        of_type("phone", "Phone", "Phone", length=40),
        of_type("phone", "MobilePhone", "Mobile Phone", length=40),
    )


def address(kind: str) -> tuple[Field, ...]:
    """The parts of a postal address; an org with lists of countries and states has codes beside these."""
    return (
        of_type("textarea", f"{kind}Street", f"{kind} Street", length=255),
        text(f"{kind}City", f"{kind} City", 40),
        text(f"{kind}State", f"{kind} State/Province", 80),
        text(f"{kind}PostalCode", f"{kind} Zip/Postal Code", 20),
        text(f"{kind}Country", f"{kind} Country", 80),
    )


def last_activity() -> Field:
    """The day of the last activity. Nothing here works it out: it is what somebody put there."""
    return system(of_type("date", "LastActivityDate", "Last Activity"))


def named(label: str, length: int) -> Field:
    return text("Name", label, length, nillable=False, name_field=True)


def _user() -> SObject:
    return SObject(
        name="User",
        label="User",
        plural="Users",
        prefix="005",
        create=False,
        update=False,
        delete=False,
        fields=fields(
            *(f for f in audit("User") if f.name != "IsDeleted"),
            text("Username", "Username", 80, nillable=False, unique=True, id_lookup=True),
            *person(),
            text("Alias", "Alias", 8),
            checkbox("IsActive", "Active", default=True),
            choice("UserType", "User Type", ("Standard", "Guest"), default="Standard"),
            text("TimeZoneSidKey", "Time Zone", 40, default="GMT"),
            reference("ProfileId", "Profile ID", ("Profile",), "Profile", default=STANDARD_PROFILE),
        ),
    )


def _group() -> SObject:
    return SObject(
        name="Group",
        label="Group",
        plural="Group",
        prefix="00G",
        create=False,
        update=False,
        delete=False,
        fields=fields(
            *(f for f in audit("Group") if f.name != "IsDeleted"),
            named("Name", 40),
            text("DeveloperName", "Developer Name", 80),
            choice("Type", "Type", ("Queue", "Regular"), default="Queue"),
            of_type("email", "Email", "Email", length=255),
            checkbox("DoesSendEmailToMembers", "Send Email to Members"),
        ),
    )


def _organization() -> SObject:
    return SObject(
        name="Organization",
        label="Organization",
        plural="Organization",
        prefix="00D",
        create=False,
        update=False,
        delete=False,
        fields=fields(
            *(f for f in audit("Organization") if f.name != "IsDeleted"),
            named("Name", 80),
            checkbox("IsSandbox", "Is Sandbox"),
            text("OrganizationType", "Edition", 40, default="Enterprise Edition"),
            text("TimeZoneSidKey", "Time Zone", 40, default="GMT"),
            text("NamespacePrefix", "Namespace Prefix", 15),
        ),
    )


def _account() -> SObject:
    return SObject(
        name="Account",
        label="Account",
        plural="Accounts",
        prefix="001",
        cascades=(("Contact", "AccountId"), ("Opportunity", "AccountId"), *ABOUT_WHAT),
        fields=fields(
            *audit("Account"),
            named("Account Name", 255),
            owner(),
            of_type("phone", "Phone", "Account Phone", length=40),
            of_type("phone", "Fax", "Account Fax", length=40),
            of_type("url", "Website", "Website", length=255),
            choice("Industry", "Industry", INDUSTRIES),
            text("BillingCity", "Billing City", 40),
            text("BillingCountry", "Billing Country", 80),
            of_type("int", "NumberOfEmployees", "Employees", group=True),
            last_activity(),
            long_text("Description", "Account Description", 32000),
        ),
    )


def _contact() -> SObject:
    return SObject(
        name="Contact",
        label="Contact",
        plural="Contacts",
        prefix="003",
        cascades=(("OpportunityContactRole", "ContactId"), *ABOUT_WHOM),
        fields=fields(
            *audit("Contact"),
            system(reference("MasterRecordId", "Master Record ID", ("Contact",), "MasterRecord")),
            reference("AccountId", "Account ID", ("Account",), "Account"),
            *person(),
            owner(),
            text("Department", "Department", 80),
            choice("Salutation", "Salutation", GREETINGS),
            of_type("phone", "HomePhone", "Home Phone", length=40),
            of_type("phone", "Fax", "Business Fax", length=40),
            *address("Mailing"),
            *address("Other"),
            of_type("date", "Birthdate", "Birthdate"),
            choice("LeadSource", "Lead Source", SOURCES),
            checkbox("HasOptedOutOfEmail", "Email Opt Out"),
            last_activity(),
            long_text("Description", "Contact Description", 32000),
            text("Syncapp_Key__c", "Syncapp Key", 64, unique=True, external_id=True, id_lookup=True),
            of_type("double", "Syncapp_Version__c", "Syncapp Version", group=False),
        ),
    )


def _lead() -> SObject:
    return SObject(
        name="Lead",
        label="Lead",
        plural="Leads",
        prefix="00Q",
        cascades=ABOUT_WHOM,
        fields=fields(
            *audit("Lead"),
            *person(),
            text("Company", "Company", 255, nillable=False),
            of_type("url", "Website", "Website", length=255),
            choice("LeadSource", "Lead Source", SOURCES),
            choice("Status", "Status", STATUSES, nillable=False, default=STATUSES[0]),
            choice("Rating", "Rating", RATINGS),
            owner(("Group", "User")),
            system(checkbox("IsConverted", "Converted")),
            system(of_type("date", "ConvertedDate", "Converted Date")),
            system(reference("ConvertedContactId", "Converted Contact ID", ("Contact",), "ConvertedContact")),
            last_activity(),
            long_text("Description", "Description", 32000),
            text("Syncapp_Key__c", "Syncapp Key", 64, unique=True, external_id=True, id_lookup=True),
        ),
    )


def name_object() -> SObject:
    """What a relationship with several targets offers in SOQL: the fields of the real service's object `Name`."""
    return SObject(
        name="Name",
        label="Name",
        plural="Names",
        prefix="",
        query=False,
        fields=fields(
            of_type("id", "Id", "Name ID", length=18),
            text("Name", "Name", 255),
            text("FirstName", "First Name", 40),
            text("LastName", "Last Name", 80),
            text("Title", "Title", 128),
            of_type("email", "Email", "Email", length=80),
            of_type("phone", "Phone", "Phone", length=40),
            text("Username", "Username", 80),
            text("Type", "Type", 40),
            checkbox("IsActive", "Active"),
        ),
    )


def standard_objects() -> tuple[SObject, ...]:
    return (_user(), _group(), _organization(), _account(), _contact(), _lead())
