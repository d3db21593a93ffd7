"""What is refused of a case and of what hangs on one, seen through the plain library."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contract.simulators.salesforce.bench import Bench, Case, case

SHUT = "INVALID_FIELD_FOR_INSERT_UPDATE"
CLOSED = "INSUFFICIENT_ACCESS_OR_READONLY"
WRITE = (
    "Unable to create/update fields: {}. Please check the security settings of this field "
    "and verify that it is read/write for your profile or permission set."
)
READ_ONLY = "insufficient access rights on object id"
NOT_A_DRAFT = "email message is not a draft, these fields can't be updated: Status"
KEPT = "Your attempt to delete {} could not be completed because it is associated with the following cases.: 00001001\n"


def shut(name: str, value: Any) -> Case:
    return case(lambda b: b.case(**{name: value}), 400, SHUT, WRITE.format(name), (name,))


def too_long(name: str, most: int) -> Case:
    message = f"{name}: data value too large: {'x' * (most + 1)} (max length={most})"
    return case(lambda b: b.case(**{name: "x" * (most + 1)}), 400, "STRING_TOO_LONG", message, (name,))


def of_a_queue_for_leads(b: Bench) -> object:
    return b.case(OwnerId=b.control("queue", name="Sales", objects=["Lead"])["id"])


def contact_with_a_case(b: Bench) -> object:
    contact = b.make("Contact", FirstName="Ada", LastName="Meyer")
    b.case(ContactId=contact)
    return b.sf.Contact.delete(contact)


def account_with_a_case(b: Bench) -> object:
    account = b.make("Account")
    b.case(AccountId=account)
    return b.sf.Account.delete(account)


def on_a_deleted_case(b: Bench) -> object:
    made = b.case()["id"]
    b.sf.Case.delete(made)
    return b.message(ParentId=made)


def moved(b: Bench) -> object:
    message = b.message(ParentId=b.case()["id"])["id"]
    return b.sf.EmailMessage.update(message, {"ParentId": b.case()["id"]})


def restated(b: Bench, old: str, new: str) -> object:
    message = b.message(ParentId=b.case()["id"], Status=old, Incoming=True)["id"]
    return b.sf.EmailMessage.update(message, {"Status": new})


def case_for_reading(b: Bench) -> tuple[str, str]:
    """A case that is shared for reading, and the message on it."""
    made = b.case()["id"]
    message = b.message(ParentId=made)["id"]
    b.control("record-access", id=made, access="read")
    return made, message


def without_edit(b: Bench) -> object:
    made = b.case()["id"]
    b.control("object-access", object="Case", denied=["edit"])
    return b.message(ParentId=made)


def waiting_for_approval(b: Bench) -> object:
    made = b.case()["id"]
    b.control("approval-lock", id=made)
    return b.message(ParentId=made)


CASES: dict[str, Case] = {
    "case-status-emptied": case(
        lambda b: b.sf.Case.update(b.case()["id"], {"Status": None}),
        400,
        "REQUIRED_FIELD_MISSING",
        "Required fields are missing: [Status]",
        ("Status",),
    ),
    "case-number": shut("CaseNumber", "00000001"),
    "case-closed": shut("IsClosed", True),
    "case-supplied-email": case(
        lambda b: b.case(SuppliedEmail="meyer at acme"),
        400,
        "INVALID_EMAIL_ADDRESS",
        "Email Address: invalid email address: meyer at acme",
        ("SuppliedEmail",),
    ),
    "case-subject": too_long("Subject", 255),
    "case-description": too_long("Description", 32000),
    "case-contact": case(
        lambda b: b.case(ContactId=b.make("Lead")),
        400,
        "MALFORMED_ID",
        "Contact ID: id value of incorrect type: 00Q*",
        ("ContactId",),
    ),
    "case-owner-queue": case(
        of_a_queue_for_leads, 400, "INVALID_OPERATION", "Queue not associated with this SObject type", ()
    ),
    "case-owner-group": case(
        lambda b: b.case(OwnerId=b.make("Group", Name="Everybody", Type="Regular")),
        400,
        "FIELD_INTEGRITY_EXCEPTION",
        "Owner ID: id value of incorrect type: 00G*",
        ("OwnerId",),
    ),
    "case-owner-inactive": case(
        lambda b: b.case(OwnerId=b.user("gone", IsActive=False)),
        400,
        "INACTIVE_OWNER_OR_USER",
        "operation performed with inactive user [005ak0000000003] as owner of case",
        (),
    ),
    "case-keeps-contact": case(contact_with_a_case, 400, "DELETE_FAILED", KEPT.format("Ada Meyer"), ()),
    "case-keeps-account": case(account_with_a_case, 400, "DELETE_FAILED", KEPT.format("Acme"), ()),
    "case-message-deleted": case(on_a_deleted_case, 400, "ENTITY_IS_DELETED", "entity is deleted", ()),
    "case-message-moved": case(moved, 400, SHUT, WRITE.format("ParentId"), ("ParentId",)),
    "case-message-replied": case(lambda b: restated(b, "1", "2"), 403, CLOSED, NOT_A_DRAFT, ()),
    "case-message-unread": case(lambda b: restated(b, "1", "0"), 403, CLOSED, NOT_A_DRAFT, ()),
    "case-message-read-only": case(lambda b: b.message(ParentId=case_for_reading(b)[0]), 403, CLOSED, READ_ONLY, ()),
    "case-message-no-edit": case(without_edit, 403, CLOSED, "insufficient access rights on cross-reference id", ()),
    "case-message-kept": case(lambda b: b.sf.EmailMessage.delete(case_for_reading(b)[1]), 403, CLOSED, READ_ONLY, ()),
    "case-message-locked": case(waiting_for_approval, 400, "ENTITY_IS_LOCKED", "the entity is locked for editing", ()),
    "message-activity": case(
        lambda b: b.message(ActivityId=b.make("Task")), 403, CLOSED, "you cannot modify this field", ()
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_case_is_refused(bench: Bench, name: str) -> None:
    CASES[name].check(bench)
