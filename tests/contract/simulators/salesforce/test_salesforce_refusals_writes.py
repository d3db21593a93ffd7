"""What the platform and an org's own rules refuse in one record, seen through the plain library."""

from __future__ import annotations

from typing import Any

import pytest
from simple_salesforce.exceptions import SalesforceError

from connectors.simulators.salesforce.ids import short
from tests.contract.simulators.salesforce.bench import Bench, Case, Refusal, case, miscounted, never

PERSON_RULE = "You're creating a duplicate record."


# -- fields


def two_are_missing(b: Bench) -> object:
    return b.sf.Lead.create({"Email": "a@b.example"})


LONG_ADDRESS = f"{'x' * 68}@acme.example"


def second_address(b: Bench, address: str) -> object:
    b.control("add-field", object="Contact", name="Secondary_Email__c", type="email")
    return b.sf.Contact.create({"LastName": "Meyer", "Secondary_Email__c": address})


def emptied(b: Bench) -> object:
    return b.sf.Contact.update(b.make("Contact"), {"LastName": None})


# -- what ids point at


def to_a_deleted_contact(b: Bench) -> object:
    contact = b.make("Contact")
    b.control("delete", id=contact)
    return b.message(ToIds=[contact])


def of_a_hidden_account(b: Bench) -> object:
    account = b.make("Account")
    b.control("record-access", id=account, access="none")
    return b.sf.Contact.create({"LastName": "Meyer", "AccountId": account})


def to_a_converted_lead(b: Bench) -> object:
    return b.message(ToIds=[b.make("Lead", IsConverted=True)])


def owned_by_one_who_left(b: Bench) -> object:
    owner = b.make("User", Username="gone@acme.example", IsActive=False)
    return b.lead(OwnerId=owner)


# -- records


def taken_key(b: Bench) -> object:
    b.lead(Syncapp_Key__c="K1")
    return b.lead(Syncapp_Key__c="k1")


def draft_of(b: Bench) -> str:
    """A draft, which only a case can have."""
    return b.make("EmailMessage", Status="5", ParentId=b.make("Case", Subject="Help"))


def late_relation(b: Bench) -> object:
    relation = {"EmailMessageId": b.make("EmailMessage"), "RelationId": b.make("Contact"), "RelationType": "CcAddress"}
    return b.sf.EmailMessageRelation.create(relation)


# -- what the org's own people made


def against_a_rule(b: Bench) -> object:
    b.control(
        "validation-rule",
        object="EmailMessage",
        name="No_Secrets",
        field="Subject",
        pattern="(?i)secret",
        message="Secrets stay at home",
    )
    return b.message(Subject="Top SECRET")


def without_what_the_org_wants(b: Bench) -> object:
    b.control("add-field", object="Lead", name="Region__c")
    b.control("require-field", object="Lead", field="Region__c")
    return b.lead()


def twice_the_same(b: Bench) -> object:
    b.control("duplicate-rule", object="Lead", name="Lead_Rule", allowSave=True)
    b.lead()
    return b.lead(FirstName="Another")


def held(b: Bench) -> object:
    contact = b.make("Contact")
    b.control("lock", id=contact)
    return b.sf.Contact.update(contact, {"Title": "CEO"})


def of_an_account_that_is_held(b: Bench) -> object:
    account = b.make("Account")
    b.control("lock", id=account, tries=1)
    return b.sf.Contact.create({"LastName": "Meyer", "AccountId": account})


def waiting_for_approval(b: Bench) -> object:
    contact = b.make("Contact")
    b.control("approval-lock", id=contact)
    return b.sf.Contact.update(contact, {"Title": "CEO"})


def thrown_by_a_trigger(b: Bench) -> object:
    b.control("trigger", object="Lead", name="LeadRouter", field="Company", pattern="^Acme$")
    return b.lead()


def failed_flow(b: Bench) -> object:
    b.control("flow", object="Lead", name="Assign Region")
    return b.lead()


def no_room(b: Bench) -> object:
    b.control("storage")
    return b.lead()


def hidden_field(b: Bench) -> object:
    b.control("field-access", object="Lead", field="Rating", access="none")
    return b.lead(Rating="Hot")


def closed_field(b: Bench) -> object:
    b.control("field-access", object="Lead", field="Rating", access="read")
    return b.lead(Rating="Hot")


def denied(b: Bench, what: str) -> str:
    contact = b.make("Contact")
    b.control("object-access", object="Contact", denied=[what])
    return contact


def shared_for_reading(b: Bench) -> object:
    contact = b.make("Contact")
    b.control("record-access", id=contact, access="read")
    return b.sf.Contact.update(contact, {"Title": "CEO"})


REQUIRED = "REQUIRED_FIELD_MISSING"
PARSER = "JSON_PARSER_ERROR"
CLOSED = "INSUFFICIENT_ACCESS_OR_READONLY"
NO_ENTITY = "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY"
SHUT = (
    "Unable to create/update fields: {}. Please check the security settings of this field "
    "and verify that it is read/write for your profile or permission set."
)
EMOJI = "😀" * 41
DESERIALIZE = "Cannot deserialize instance of {} from {} value {} or request may be missing a required field at *"
NOT_A_DRAFT = "email message is not a draft, these fields can't be updated: "

CASES: dict[str, Case] = {
    "required": case(
        lambda b: b.sf.Lead.create({"Company": "Acme"}),
        400,
        REQUIRED,
        "Required fields are missing: [LastName]",
        ("LastName",),
    ),
    "required-two": case(
        two_are_missing, 400, REQUIRED, "Required fields are missing: [LastName, Company]", ("LastName", "Company")
    ),
    "required-emptied": case(emptied, 400, REQUIRED, "Required fields are missing: [LastName]", ("LastName",)),
    "too-long": case(
        lambda b: b.lead(LastName="x" * 81),
        400,
        "STRING_TOO_LONG",
        f"Last Name: data value too large: {'x' * 81} (max length=80)",
        ("LastName",),
    ),
    "too-long-emoji": case(
        lambda b: b.lead(LastName=EMOJI),
        400,
        "STRING_TOO_LONG",
        f"Last Name: data value too large: {EMOJI} (max length=80)",
        ("LastName",),
    ),
    "unknown-field": case(
        lambda b: b.lead(Shoe_Size__c="44"),
        400,
        "INVALID_FIELD",
        "No such column 'Shoe_Size__c' on sobject of type Lead",
    ),
    "audit-field": case(
        lambda b: b.lead(SystemModstamp="2026-01-01T00:00:00Z"),
        400,
        "INVALID_FIELD_FOR_INSERT_UPDATE",
        SHUT.format("SystemModstamp"),
        ("SystemModstamp",),
    ),
    "id-in-body": case(
        lambda b: b.lead(Id=never("00Q")),
        400,
        "INVALID_FIELD",
        "The Id field should not be specified in the sobject data.",
    ),
    "email": case(
        lambda b: b.lead(Email="meyer at acme"),
        400,
        "INVALID_EMAIL_ADDRESS",
        "Email: invalid email address: meyer at acme",
        ("Email",),
    ),
    "email-second": case(
        lambda b: second_address(b, "meyer at acme"),
        400,
        "INVALID_EMAIL_ADDRESS",
        "Secondary Email: invalid email address: meyer at acme",
        ("Secondary_Email__c",),
    ),
    "email-second-too-long": case(
        lambda b: second_address(b, LONG_ADDRESS),
        400,
        "STRING_TOO_LONG",
        f"Secondary Email: data value too large: {LONG_ADDRESS} (max length=80)",
        ("Secondary_Email__c",),
    ),
    "website-too-long": case(
        lambda b: b.sf.Account.create({"Name": "Acme", "Website": "x" * 256}),
        400,
        "STRING_TOO_LONG",
        f"Website: data value too large: {'x' * 256} (max length=255)",
        ("Website",),
    ),
    "picklist": case(
        lambda b: b.message(Status="9"),
        400,
        "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
        "Status: bad value for restricted picklist field: 9",
        ("Status",),
    ),
    "json-date": case(
        lambda b: b.message(MessageDate="yesterday"),
        400,
        PARSER,
        DESERIALIZE.format("datetime", "VALUE_STRING", "yesterday"),
    ),
    "json-string": case(lambda b: b.lead(Title=7), 400, PARSER, DESERIALIZE.format("string", "VALUE_NUMBER_INT", "7")),
    "json-boolean": case(
        lambda b: b.message(Incoming="perhaps"), 400, PARSER, DESERIALIZE.format("boolean", "VALUE_STRING", "perhaps")
    ),
    "json-ids": case(
        lambda b: b.message(ToIds=never()), 400, PARSER, DESERIALIZE.format("ArrayList", "VALUE_STRING", never())
    ),
    "date-range": case(
        lambda b: b.message(MessageDate="1600-01-01T00:00:00Z"),
        400,
        "INVALID_TYPE_ON_FIELD_IN_RECORD",
        "Message Date: invalid date: 1600-01-01*",
        ("MessageDate",),
    ),
    "reference-malformed": case(
        lambda b: b.sf.Contact.create({"LastName": "M", "AccountId": "acme"}),
        400,
        "MALFORMED_ID",
        "Account ID: id value of incorrect type: acme",
        ("AccountId",),
    ),
    "reference-check": case(
        lambda b: b.sf.Contact.create({"LastName": "M", "AccountId": miscounted(b.make("Account"))}),
        400,
        "MALFORMED_ID",
        "Account ID: id value of incorrect type: 001*",
        ("AccountId",),
    ),
    "reference-type": case(
        lambda b: b.sf.Contact.create({"LastName": "M", "AccountId": b.make("Contact")}),
        400,
        "MALFORMED_ID",
        "Account ID: id value of incorrect type: 003*",
        ("AccountId",),
    ),
    "reference-unknown": case(
        lambda b: b.sf.Contact.create({"LastName": "M", "AccountId": never("001")}),
        400,
        "INVALID_CROSS_REFERENCE_KEY",
        "invalid cross reference id",
        (),
    ),
    "reference-deleted": case(to_a_deleted_contact, 400, "ENTITY_IS_DELETED", "entity is deleted", ()),
    "reference-hidden": case(
        of_a_hidden_account,
        400,
        "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY",
        "insufficient access rights on cross-reference id: 001*",
        (),
    ),
    "reference-converted": case(
        to_a_converted_lead, 400, "CANNOT_UPDATE_CONVERTED_LEAD", "cannot reference converted lead", ()
    ),
    "owner-inactive": case(
        owned_by_one_who_left,
        400,
        "INACTIVE_OWNER_OR_USER",
        "operation performed with inactive user [005ak0000000003] as owner of lead",
        (),
    ),
    "duplicate-value": case(
        taken_key,
        400,
        "DUPLICATE_VALUE",
        "duplicate value found: Syncapp_Key__c duplicates value on record with id: 00Qak0000000001",
        (),
    ),
    "converted-lead": case(
        lambda b: b.sf.Lead.update(b.make("Lead", IsConverted=True), {"Title": "CEO"}),
        400,
        "CANNOT_UPDATE_CONVERTED_LEAD",
        "cannot reference converted lead",
        (),
    ),
    "user-readonly": case(
        lambda b: b.sf.User.create({"LastName": "New"}), 400, NO_ENTITY, "entity type cannot be inserted: User", ()
    ),
    "email-message-not-draft": case(
        lambda b: b.sf.EmailMessage.update(b.message()["id"], {"Subject": "Other"}),
        403,
        CLOSED,
        f"{NOT_A_DRAFT}Subject",
        (),
    ),
    "email-message-relate-later": case(
        lambda b: b.sf.EmailMessage.update(b.message()["id"], {"RelatedToId": b.make("Account")}),
        403,
        CLOSED,
        f"{NOT_A_DRAFT}RelatedToId",
        (),
    ),
    "email-message-recipients": case(
        lambda b: b.sf.EmailMessage.update(b.message()["id"], {"ToIds": [b.make("Contact")]}),
        403,
        CLOSED,
        f"{NOT_A_DRAFT}ToIds",
        (),
    ),
    "email-message-status": case(
        lambda b: b.message(Status="5"), 400, "FIELD_INTEGRITY_EXCEPTION", "Status: only Sent is valid*", ("Status",)
    ),
    "email-message-contact": case(
        lambda b: b.message(RelatedToId=b.make("Contact")),
        400,
        "MALFORMED_ID",
        "Related To ID: id value of incorrect type: 003*",
        ("RelatedToId",),
    ),
    "email-message-to-account": case(
        lambda b: b.message(ToIds=[b.make("Account")]),
        400,
        "MALFORMED_ID",
        "To IDs: id value of incorrect type: 001*",
        ("ToIds",),
    ),
    "email-message-from": case(
        lambda b: b.message(FromAddress="meyer"),
        400,
        "INVALID_EMAIL_ADDRESS",
        "From Address: invalid email address: meyer",
        ("FromAddress",),
    ),
    "email-message-draft-visible": case(
        lambda b: b.sf.EmailMessage.update(draft_of(b), {"IsExternallyVisible": False}),
        403,
        CLOSED,
        "IsExternallyVisible can't be updated on a draft",
        (),
    ),
    "email-relation-later": case(late_relation, 403, CLOSED, "insufficient access rights on cross-reference id", ()),
    "validation-rule": case(against_a_rule, 400, "FIELD_CUSTOM_VALIDATION_EXCEPTION", "Secrets stay at home", ()),
    "required-custom-field": case(
        without_what_the_org_wants, 400, REQUIRED, "Required fields are missing: [Region__c]", ("Region__c",)
    ),
    "duplicate-rule": case(twice_the_same, 400, "DUPLICATES_DETECTED", "Use one of these records?"),
    "row-lock": case(
        held,
        400,
        "UNABLE_TO_LOCK_ROW",
        "unable to obtain exclusive access to this record or 1 records: 003ak0000000001AAA",
        (),
    ),
    "row-lock-parent": case(
        of_an_account_that_is_held,
        400,
        "UNABLE_TO_LOCK_ROW",
        "unable to obtain exclusive access to this record or 1 records: 001ak0000000001AAA",
        (),
    ),
    "approval-lock": case(waiting_for_approval, 400, "ENTITY_IS_LOCKED", "the entity is locked for editing", ()),
    "trigger": case(
        thrown_by_a_trigger,
        400,
        NO_ENTITY,
        "LeadRouter: execution of BeforeInsert\n\ncaused by: System.NullPointerException: *"
        "\n\nTrigger.LeadRouter: line 7, column 1",
        (),
    ),
    "flow": case(
        failed_flow, 400, "CANNOT_EXECUTE_FLOW_TRIGGER", "We can't save this record because the “Assign Region”*", ()
    ),
    "storage": case(no_room, 403, "STORAGE_LIMIT_EXCEEDED", "storage limit exceeded", ()),
    "field-hidden": case(hidden_field, 400, "INVALID_FIELD", "No such column 'Rating' on sobject of type Lead"),
    "field-read-only": case(closed_field, 400, "INVALID_FIELD_FOR_INSERT_UPDATE", SHUT.format("Rating"), ("Rating",)),
    "object-no-create": case(
        lambda b: denied(b, "create") and b.sf.Contact.create({"LastName": "M"}),
        400,
        NO_ENTITY,
        "entity type cannot be inserted: Contact",
        (),
    ),
    "object-no-edit": case(
        lambda b: b.sf.Contact.update(denied(b, "edit"), {"Title": "CEO"}),
        400,
        NO_ENTITY,
        "entity type cannot be updated: Contact",
        (),
    ),
    "object-no-delete": case(
        lambda b: b.sf.Contact.delete(denied(b, "delete")), 403, CLOSED, "insufficient access rights on object id", ()
    ),
    "record-read-only": case(shared_for_reading, 403, CLOSED, "insufficient access rights on object id", ()),
}


@pytest.mark.parametrize("name", CASES)
def test_a_write_is_refused(bench: Bench, name: str) -> None:
    CASES[name].check(bench)


@pytest.mark.parametrize("field", ["LastName", "Company", "Status", "OwnerId"])
def test_what_a_record_must_have_cannot_be_taken_away(bench: Bench, field: str) -> None:
    made = bench.make("Lead")
    proof = Refusal(400, REQUIRED, f"Required fields are missing: [{field}]", (field,))
    Case(lambda b: b.sf.Lead.update(made, {field: None}), proof).check(bench)


def test_a_record_that_lacks_what_is_required_cannot_be_saved_for_other_reasons(bench: Bench) -> None:
    made = bench.make("Lead", Company=None)
    proof = Refusal(400, REQUIRED, "Required fields are missing: [Company]", ("Company",))
    Case(lambda b: b.sf.Lead.update(made, {"Title": "CEO"}), proof).check(bench)


def test_a_refused_record_leaves_nothing_behind(bench: Bench) -> None:
    with pytest.raises(Exception, match="INVALID_EMAIL_ADDRESS"):
        bench.message(FromAddress="meyer", ToAddress="a@b.example")
    assert bench.rows("EmailMessage") == bench.rows("EmailMessageRelation") == []


def test_a_duplicate_rule_names_the_records_under_the_misspelt_member(bench: Bench) -> None:
    with pytest.raises(SalesforceError, match="DUPLICATES_DETECTED") as caught:
        twice_the_same(bench)
    errors: Any = caught.value.content
    result = errors[0]["duplicateResut"]
    twin = bench.rows("Lead")[0]["Id"]
    assert (result["duplicateRule"], result["duplicateRuleEntityType"], result["allowSave"]) == (
        "Lead_Rule",
        "Lead",
        True,
    )
    assert [r["record"]["Id"] for r in result["matchResults"][0]["matchRecords"]] == [twin]
    assert short(twin) in result["matchResults"][0]["matchRecords"][0]["record"]["attributes"]["url"]
