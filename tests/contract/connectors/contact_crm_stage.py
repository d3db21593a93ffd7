"""What the contract of contacts needs from outside of a CRM: people who enter, change and delete contacts."""

from __future__ import annotations

from typing import Protocol

from connectors.contacts import Contact
from connectors.records import Person
from tests.contract.connectors.record_crm_stage import RecordCrmStage


class ContactCrmStage(RecordCrmStage, Protocol):
    """One organization at a CRM that is made for the test, without any contact or account in it.

    What is edited are the fields of `Contact`; `title` is its last name. A company is an account of this name.
    """

    def create(self, contact: Contact, owner: Person, /) -> str:
        """Somebody enters a contact into the CRM, as this user's: its id."""

    def account_named(self, name: str) -> str:
        """Somebody enters an account: its id."""

    def person_account(self, contact: Contact, owner: Person) -> str:
        """Somebody enters a person who is an account as well: the id of the contact."""
