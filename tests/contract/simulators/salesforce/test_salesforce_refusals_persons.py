"""What is refused in an org with person accounts, seen through the plain library."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.contract.simulators.salesforce.bench import Bench, Case, case, never

PERSON = "INVALID_PERSON_ACCOUNT_OPERATION"
SHUT = "INVALID_FIELD_FOR_INSERT_UPDATE"
WRITE = (
    "Unable to create/update fields: {}. Please check the security settings of this field "
    "and verify that it is read/write for your profile or permission set."
)


def person(b: Bench) -> str:
    """A person account."""
    b.control("person-accounts")
    return str(b.sf.Account.create({"LastName": "Meyer"})["id"])


def contact_of(b: Bench, account: str) -> str:
    return str(b.row(account)["PersonContactId"])


def created(**fields: Any) -> Callable[[Bench], object]:
    def act(b: Bench) -> object:
        kinds = b.control("person-accounts")
        sent = {name: kinds.get(value, value) for name, value in fields.items()}
        return b.sf.Account.create(sent)

    return act


def updated(**fields: Any) -> Callable[[Bench], object]:
    return lambda b: b.sf.Account.update(person(b), fields)


def shut(act: Callable[[Bench], object], name: str) -> Case:
    return case(act, 400, SHUT, WRITE.format(name), (name,))


def missing(act: Callable[[Bench], object]) -> Case:
    text = "Required fields are missing: [LastName]"
    return case(act, 400, "REQUIRED_FIELD_MISSING", text, ("LastName",))


def made_a_person(b: Bench) -> object:
    kinds = b.control("person-accounts")
    return b.sf.Account.update(b.sf.Account.create({"Name": "Acme"})["id"], {"RecordTypeId": kinds["person"]})


UNTOUCHABLE = "cannot reference person contact"
CASES: dict[str, Case] = {
    "person-contact-update": case(
        lambda b: b.sf.Contact.update(contact_of(b, person(b)), {"Title": "CEO"}), 400, PERSON, UNTOUCHABLE, ()
    ),
    "person-contact-delete": case(
        lambda b: b.sf.Contact.delete(contact_of(b, person(b))), 400, PERSON, UNTOUCHABLE, ()
    ),
    "person-contact-of": case(
        lambda b: b.sf.Contact.create({"LastName": "Child", "AccountId": person(b)}),
        400,
        PERSON,
        "a contact can't be associated with a person account",
        ("AccountId",),
    ),
    "person-name": shut(created(RecordTypeId="person", Name="Ada Meyer", LastName="Meyer"), "Name"),
    "person-name-later": shut(updated(Name="Ada Meyer"), "Name"),
    "person-no-last-name": missing(created(RecordTypeId="person", FirstName="Ada")),
    "person-last-name-emptied": missing(updated(LastName=None)),
    "person-email-of-business": shut(created(Name="Acme", PersonEmail="a@acme.example"), "PersonEmail"),
    "person-both-names": shut(created(Name="Acme", LastName="Meyer"), "LastName"),
    "person-email": case(
        updated(PersonEmail="meyer at acme"),
        400,
        "INVALID_EMAIL_ADDRESS",
        "Email: invalid email address: meyer at acme",
        ("PersonEmail",),
    ),
    "person-contact-given": shut(updated(PersonContactId=never("003")), "PersonContactId"),
    "person-flag": shut(updated(IsPersonAccount=False), "IsPersonAccount"),
    "person-type-changed": case(
        made_a_person,
        400,
        SHUT,
        "You can't combine a person account record type change with any other field update",
        ("RecordTypeId",),
    ),
    "person-not-enabled": case(
        lambda b: b.sf.Account.create({"Name": "Acme", "PersonEmail": "a@acme.example"}),
        400,
        "INVALID_FIELD",
        "No such column 'PersonEmail' on sobject of type Account",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_person_account_is_refused(bench: Bench, name: str) -> None:
    CASES[name].check(bench)
